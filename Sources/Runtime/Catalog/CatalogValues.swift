// What the codes of running scripts mean: operators, elements, calls.
import Syntax

extension Catalog {
  static let running: [Entry] = [
    Entry(
      "X0300", "an error was raised",
      #"""
      `raise` ends what is under way with a message or a value. `try { … } catch error { … }` \#
      goes on from there; `error.message`, `error.code` and `error.value` tell what it was, and \#
      `error.trace` which calls were under way. A raised Record can bring its `message` and `code`.
      """#,
      example: "raise \"the rate is negative\""),
    Entry(
      "X0301", "an operator is not defined for these values",
      #"""
      Arithmetic works on numbers and tensors; `+` also joins two Strings or two Lists, `*` \#
      repeats one. A value goes into a text with `"{value}"`. Nothing is converted silently.
      """#,
      example: "let n = 3\nprint(\"n is \" + n)", corrected: "let n = 3\nprint(\"n is {n}\")"),
    Entry(
      "X0302", "a condition is not a Bool",
      #"""
      `if`, `while`, `and`, `or`, `not` and `expect` need true or false. Other values do not count \#
      as one of them: compare them. Of a mask with several elements ask `any` or `all`.
      """#,
      example: "let n = 3\nif n { print(n) }", corrected: "let n = 3\nif n != 0 { print(n) }"),
    Entry(
      "X0303", "values have no order",
      "Numbers are ordered, and so are Strings and Lists among themselves; nothing else is.",
      example: "let a = 1\nprint(a < \"b\")"),
    Entry(
      "X0304", "values cannot be compared for equality",
      #"""
      Equality is by content. What functions and some objects do cannot be compared, so asking is \#
      an error; a function equals itself.
      """#,
      example: "let f = x => x\nlet g = x => x\nprint(f == g)"),
    Entry(
      "X0305", "there is no such element",
      #"""
      Elements are counted from 0; -1 is the last one. A range must lie within what it is taken \#
      from.
      """#,
      example: "let xs = [1, 2, 3]\nprint(xs[3])", corrected: "let xs = [1, 2, 3]\nprint(xs[-1])"),
    Entry(
      "X0306", "something cannot be indexed like this",
      #"""
      Lists and Strings take an Int or a Range, Lists also a List of Ints or Bools, Records the \#
      name of a field; each takes one index. Tensors take one for each axis.
      """#,
      example: "let xs = [[1, 2]]\nprint(xs[0, 1])", corrected: "let xs = [[1, 2]]\nprint(xs[0][1])"
    ),
    Entry(
      "X0307", "something cannot be changed",
      "Elements of Lists and tensors and fields of Records can be changed, those of other values not.",
      example: "var s = \"abc\"\ns[0] = \"x\"", corrected: "var s = \"abc\"\ns = \"x\" + s[1..<3]"),
    Entry(
      "X0308", "an argument is not what the function needs",
      "The message names the parameter, what it must be, and what was found.",
      example: "upper(3)", corrected: "upper(\"three\")"),
    Entry(
      "X0309", "a value cannot be called",
      "Functions, methods, metrics, models and layers can be called.",
      example: "let x = 3\nx(1)"),
    Entry(
      "X0310", "an expectation is not met",
      "`expect` stops when its condition is false, and shows both sides of a comparison.",
      example: "expect 1 + 1 == 3"),
    Entry(
      "X0311", "a number is too large for an Int",
      #"""
      Ints have 64 bits, and a result that does not fit is an error, not another number. Floats \#
      reach further, with about 16 digits. The same holds for tensors of whole numbers, whose \#
      elements are i64 or u8.
      """#,
      example: "let n = 40\nprint(3 ** n)", corrected: "let n = 40\nprint(3.0 ** n)"),
    Entry(
      "X0312", "an Int is divided by zero",
      "Division of Floats by zero gives `inf` or `nan`, that of Ints is an error.",
      example: "let n = 0\nprint(1 / n)", corrected: "let n = 0.0\nprint(1.0 / n)"),
    Entry(
      "X0313", "there is no such field",
      "The fields that there are, or one with a similar name, are listed.",
      example: "let point = {x: 1, y: 2}\nprint(point.z)"),
    Entry(
      "X0314", "a pattern does not fit",
      "A pattern in a declaration or a loop must fit: as many names as elements, or `rest...`.",
      example: "let [a, b] = [1, 2, 3]", corrected: "let [a, b, rest...] = [1, 2, 3]"),
    Entry(
      "X0315", "no arm of a match fits",
      "A `match` whose arms do not cover a value ends with an error. `_` fits everything.",
      example: "match 3 { 1 => \"one\" }", corrected: "match 3 { 1 => \"one\", _ => \"many\" }"),
    Entry(
      "X0316", "a parameter of the script has the wrong type",
      #"""
      What is given for a `param` on the command line must have the type of its default: \#
      `--steps 64` for an Int, `--name text`, `--flag true`.
      """#),
    Entry(
      "X0317", "a value has no elements",
      "`for` goes through Lists, Ranges, Strings, Records (their names) and tensors.",
      example: "for i in 3 { print(i) }", corrected: "for i in 0..<3 { print(i) }"),
    Entry(
      "X0318", "a function has no source to show",
      "Functions of the core are written in Swift. `documentation(f)` tells what they do.",
      example: "print(source(sqrt))"),
    Entry(
      "X0319", "a text is not a format, or not one for such a value",
      #"""
      A format stands behind the colon in `"{x:.3f}"`: fill and `<` `>` `^`, sign, width, `,`, \#
      decimals, kind. `documentation(format)` lists all of it.
      """#,
      example: "let x = 1.5\nprint(\"{x:3q}\")", corrected: "let x = 1.5\nprint(\"{x:.3f}\")"),
    Entry(
      "X0321", "nothing is asked for one of its elements",
      "An empty List has no first or last element, no mean, no least and no greatest.",
      example: "print(mean([]))"),
    Entry(
      "X0322", "a text is not a number",
      "`int` and `float` read numbers as they stand in a script, with white space around them.",
      example: "print(int(\"4x\"))", corrected: "print(int(\"4\"))"),
    Entry(
      "X0323", "lists differ in length",
      "`zip` pairs elements one by one, and the columns of a table have one length; none is left out silently.",
      example: "print(zip([1, 2], [3]))", corrected: "print(zip([1, 2], [3, 4]))"),
  ]
}
