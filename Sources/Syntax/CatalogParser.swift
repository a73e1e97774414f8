/// What the codes of the parser mean.

extension Catalog {
  static let parser: [Entry] = [
    Entry(
      "X0101", "something else was expected",
      #"""
      The grammar has no place for what was found. The message names what could stand there. \#
      Often something was left out just before: a value after `=`, a comma between two \#
      elements, the body of a function.
      """#,
      example: #"let x ="#,
      corrected: #"let x = 1"#),
    Entry(
      "X0102", "a bracket is not closed",
      #"""
      Every `(`, `[` and `{` needs its partner. The place where it opens is shown, and where \#
      the text can no longer belong inside.
      """#,
      example: #"let x = f(1, 2\#nlet y = 3"#,
      corrected: #"let x = f(1, 2)\#nlet y = 3"#),
    Entry(
      "X0103", "a closing bracket closes nothing",
      #"""
      There is no opening bracket for this one, or it has been closed before.
      """#,
      example: #"let x = (1 + 2))"#,
      corrected: #"let x = (1 + 2)"#),
    Entry(
      "X0104", "two statements stand on one line",
      #"""
      A statement ends at the end of its line, or at a `;`. What stands after it here cannot \#
      belong to it; perhaps an operator or a comma is missing between the two.
      """#,
      example: #"let x = 1 let y = 2"#,
      corrected: #"let x = 1; let y = 2"#),
    Entry(
      "X0105", "something is nested too deeply",
      #"""
      At most 200 brackets, blocks or prefix operators stand within one another, and at most \#
      800 operators follow one another in one expression. A long sum is better written as \#
      `sum([…])`, and inner parts get names with `let`.
      """#,
      example: "let x = " + String(repeating: "(", count: 201) + "1"
        + String(repeating: ")", count: 201),
      corrected: "let x = (1)"),
    Entry(
      "X0106", "this cannot be assigned to",
      #"""
      On the left of `=` stands a name that was declared with `var`, an element `x[…]` of one, \#
      or a field `x.name` of one. To compare two values, write `==`; to define a function, \#
      write `fn`.
      """#,
      example: #"1 + x = 3"#,
      corrected: #"1 + x == 3"#),
    Entry(
      "X0107", "a word of another language",
      #"""
      The word belongs to Python, Julia, JavaScript, R or Rust. The help names what is written \#
      here: `fn` for `def`, `else if` for `elif`, `none` for `None`, braces for a block.
      """#,
      example: #"def f(x) { x }"#,
      corrected: #"fn f(x) { x }"#),
    Entry(
      "X0108", "an operator of another language",
      #"""
      Logic is written `and`, `or`, `not`; a power `**`; equality `==`; a function `x => …`; a \#
      change `x += 1`; a range `a..<b` or `a...b`; a label `name: value`.
      """#,
      example: #"let ok = a && b"#,
      corrected: #"let ok = a and b"#),
    Entry(
      "X0109", "`=` stands in a condition",
      #"""
      `=` gives a value to a name and has no value itself. To compare, write `==`.
      """#,
      example: #"if x = 3 { show x }"#,
      corrected: #"if x == 3 { show x }"#),
    Entry(
      "X0110", "a record stands after `=>`",
      #"""
      After `=>` a `{` opens a block of statements. A function that returns a record has it in \#
      parentheses.
      """#,
      example: #"let f = x => {value: x}"#,
      corrected: #"let f = x => ({value: x})"#),
    Entry(
      "X0111", "`return` outside a function",
      #"""
      `return` leaves the function around it. At the top of a script there is none; the value \#
      of a cell is that of its last expression.
      """#,
      example: #"return 3"#,
      corrected: #"fn f() { return 3 }"#),
    Entry(
      "X0112", "`break` or `continue` outside a loop",
      #"""
      `break` ends the loop around it and `continue` goes on with its next turn. A function \#
      body inside a loop is not part of the loop.
      """#,
      example: #"if done { break }"#,
      corrected: #"while true { if done { break } }"#),
    Entry(
      "X0113", "a pattern does not fit here",
      #"""
      `let` and `for` take values apart with names: `a`, `_`, `[a, b, rest...]`, `(a, b)`, \#
      `{name, other: b}`. Literals to compare with stand only in the arms of `match`; what \#
      takes the rest comes last; several names stand in parentheses.
      """#,
      example: #"let a, b = pair"#,
      corrected: #"let (a, b) = pair"#),
    Entry(
      "X0114", "a parameter is not well formed",
      #"""
      Parameters are names, with a default after `=`, and the last may take all remaining \#
      arguments: `fn f(a, b = 2, rest...)`. In a `method` or `metric` one `;` separates the \#
      inputs from the settings.
      """#,
      example: #"fn f(rest..., a) { a }"#,
      corrected: #"fn f(a, rest...) { a }"#),
    Entry(
      "X0115", "a line begins with an operator",
      #"""
      A statement ends with its line unless the line ends in an operator or a comma, a bracket \#
      is open, or the next line begins with `|>` or `.`. So an operator stands at the end of \#
      the first line, not at the start of the second. A comment begins with `#`.
      """#,
      example: #"let x = a\#n  + b"#,
      corrected: #"let x = a +\#n  b"#),
    Entry(
      "X0116", "a declaration is not at the top of the script",
      #"""
      `import`, `param` and `test` are about the script as a whole and stand outside all \#
      blocks.
      """#,
      example: #"fn f() { import methods }"#,
      corrected: #"import methods"#),
    Entry(
      "X0117", "a word of the language is used as a name",
      #"""
      The keywords cannot be names: `let`, `var`, `fn`, `import`, `expect`, `raise`, `return`, \#
      `break`, `continue`, `for`, `while`, `if`, `else`, `match`, `try`, `catch`, `in`, `and`, \#
      `or`, `not`, `true`, `false`, `none`, `as`. As a label, a field, or the key of a record \#
      they are allowed.
      """#,
      example: #"let in = 3"#,
      corrected: #"let in_ = 3"#),
    Entry(
      "X0118", "a name stands twice in one list",
      #"""
      The parameters of a function, the labels of a call, the fields of a record and the names \#
      of a pattern are each different.
      """#,
      example: #"f(a: 1, a: 2)"#,
      corrected: #"f(a: 1, b: 2)"#),
    Entry(
      "X0119", "a module of another language is imported",
      #"""
      `import` finds modules of this language. What NumPy, PyTorch, Captum or pandas do is \#
      built in or has a module here; the help says where.
      """#,
      example: #"import numpy"#,
      corrected: #"import layers"#),
    Entry(
      "X0140", "a default follows `:`",
      #"""
      In the list of a function's parameters `=` gives a default and `:` a type or a shape: \#
      `fn f(x: Tensor, steps: Int = 50)`. Only in a call does `:` give a value: `f(x, steps: 10)`.
      """#,
      example: #"fn f(x, steps: 50) { x }"#,
      corrected: #"fn f(x, steps = 50) { x }"#),
    Entry(
      "X0141", "an annotation is not well formed",
      #"""
      After `:` (and `->`) stands a type, such as `Int` or `Tensor`, or a shape, whose axes are \#
      names, numbers, `_` for any size, and at most one `..` for any axes: `[b, .., 3]`. A `?` \#
      after either allows none.
      """#,
      example: #"fn area(x: [n + 1, 3]) { x }"#,
      corrected: #"fn area(x: [n, 3]) { x }"#),
    Entry(
      "X0142", "a jump leaves a `defer`",
      #"""
      What stands in `defer { … }` runs while a block is being left, so it cannot go elsewhere: \#
      `return`, `break` and `continue` are allowed only for functions and loops inside of it.
      """#,
      example: #"fn f() { defer { return 1 }; 2 }"#,
      corrected: #"fn f() { defer { print(1) }; 2 }"#),
  ]
}
