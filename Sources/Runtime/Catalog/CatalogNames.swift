// What the codes of the compiler mean: names, labels, places.
import Syntax

extension Catalog {
  static let names: [Entry] = [
    Entry(
      "X0201", "a name is not known",
      #"""
      A name must be declared before it is used: by `let`, `var`, `fn` or another declaration of \#
      this file, by an import, or by the language itself. If a module of the library has the \#
      name, the help says which; if a known name looks like it, that one is proposed.
      """#,
      example: "let hidden = 3\nprint(hiden)", corrected: "let hidden = 3\nprint(hidden)"),
    Entry(
      "X0202", "a name cannot change",
      #"""
      What `let`, `fn`, `param`, a loop or a parameter names stays what it is, and so do its \#
      elements and fields. A variable is declared with `var`.
      """#,
      example: "let total = 0\ntotal += 1", corrected: "var total = 0\ntotal += 1"),
    Entry(
      "X0203", "a name is declared twice",
      #"""
      Within one block, and within one cell, a name is declared once. A later cell, and the next \#
      entry at the prompt, may declare it again; an inner block may have a name of its own.
      """#,
      example: "let x = 1\nlet x = 2", corrected: "var x = 1\nx = 2"),
    Entry(
      "X0204", "shapes do not fit",
      "An operation on tensors needs other sizes: the message names the operation, the shapes and the condition. Shapes "
        + "broadcast from the right; a size of 1 stretches.",
      example: "zeros([3, 4]) @ zeros([3, 4])", corrected: "zeros([3, 4]) @ zeros([4, 3])"),
    Entry(
      "X0205", "two modules export the same name",
      #"""
      Both imports make the name visible, so it is not clear which one is meant. Give one module \#
      a name of its own with `as`, and write its name before the other: `m.name`.
      """#),
    Entry(
      "X0206", "a name has no value yet",
      #"""
      Statements run from top to bottom. A function may speak of what is declared further down, \#
      but when it runs the declaration must have run.
      """#,
      example: "print(size)\nlet size = 3", corrected: "let size = 3\nprint(size)"),
    Entry(
      "X0207", "a function has no such parameter",
      #"""
      The label of an argument must be the name of a parameter. The note shows how the function \#
      is declared.
      """#,
      example: "fn train(steps = 10) { steps }\ntrain(step: 5)",
      corrected: "fn train(steps = 10) { steps }\ntrain(steps: 5)"),
    Entry(
      "X0208", "an argument is missing",
      "A parameter without a default must be given, by position or by its label.",
      example: "fn area(width, height) { width * height }\narea(3)",
      corrected: "fn area(width, height) { width * height }\narea(3, 4)"),
    Entry(
      "X0209", "there are too many arguments",
      #"""
      A function takes as many arguments by position as it has parameters, unless the last one is \#
      declared with `...`. Settings of a method or metric are given by their labels.
      """#,
      example: "fn double(x) { x * 2 }\ndouble(1, 2)",
      corrected: "fn double(x) { x * 2 }\ndouble(1)"),
    Entry(
      "X0211", "something is given twice",
      "A field of a record and an argument of a call are given once.",
      example: "let point = {x: 1, x: 2}", corrected: "let point = {x: 1, y: 2}"),
    Entry(
      "X0152", "a row of a sweep changes what is outside",
      #"""
      The rows of a sweep may be computed in any order, and in other processes. So a row declares \#
      its own variables, and gives what it finds as its value; the sweep is the table of these.
      """#,
      example: "var best = 0\nsweep n in [1, 2] { best = n }",
      corrected: "max((sweep n in [1, 2] { n * n }).value)"),
  ]
}
