// What the codes of annotations mean.
import Syntax

extension Catalog {
  static let annotations: [Entry] = [
    Entry(
      "X0220", "an annotation names a type that there is not",
      #"""
      After `:` and `->` stands a type as `type(v)` gives it (`Int`, `Float`, `String`, `List`, \#
      `Tensor`, `Model`, …), `Any`, or a shape in brackets. A `?` after it allows none.
      """#,
      example: "fn half(x: float) { x / 2 }", corrected: "fn half(x: Float) { x / 2 }"),
    Entry(
      "X0221", "a module's variable is changed from outside",
      #"""
      A module is loaded once and its names are the same for all who import it, so only its own \#
      functions change its variables. A variable of your own can start with its value.
      """#),
    Entry(
      "X0222", "a module does not export a name",
      #"""
      All names at the top level of a module can be used where it is imported, except those that \#
      begin with `_`, which are its own business.
      """#),
    Entry(
      "X0340", "a value is not of the type that is declared",
      #"""
      An annotation is checked when the function is called, when it returns, or where the name is \#
      declared. `Float` also takes an Int and makes it a Float; `Function` takes anything that can \#
      be called; nothing else is converted.
      """#,
      example: "fn twice(n: Int) { n * 2 }\ntwice(\"3\")",
      corrected: "fn twice(n: Int) { n * 2 }\ntwice(3)"),
    Entry(
      "X0341", "a value does not have the shape that is declared",
      #"""
      In a shape such as `[b, n, 3]` the first occurrence of a name takes the size that it meets, \#
      and each later one must meet the same; the name is then an Int in the body. The message \#
      tells what the names stand for and where that comes from.
      """#,
      example: "fn dot(a: [n], b: [n]) { sum(a * b) }\ndot(zeros([3]), zeros([4]))",
      corrected: "fn dot(a: [n], b: [n]) { sum(a * b) }\ndot(zeros([3]), zeros([3]))"),
    Entry(
      "X0342", "`with` has no scope",
      #"""
      `with` enters a scope, runs its block, and leaves the scope whatever happens: \#
      `with seed(7) { … }` has random numbers of its own. Other values have nothing to be restored; \#
      what must be undone can stand in `defer { … }`.
      """#,
      example: "with 7 { print(1) }", corrected: "{ print(1) }"),
  ]
}
