// What the warnings of `xai check` mean.
import Syntax

extension Catalog {
  static let warnings: [Entry] = [
    Entry(
      "X0240", "a name is never used",
      #"""
      Something is declared or imported that nothing uses: often a slip of the pen, or what is left \#
      of an earlier version. A name that begins with `_` may go unused; in a file that only \#
      declares, other files may use every name that does not.
      """#,
      example: "let width = 3\nlet hight = 4\nshow width",
      corrected: "let width = 3\nlet height = 4\nshow width * height"),
    Entry(
      "X0241", "a declaration hides a variable",
      #"""
      `let` and `var` always make a new name, which ends with its block. Where a variable of the \#
      same name lies outside, that one does not change. To change it, assign without `let`.
      """#,
      example: "var total = 0\nfor i in 0..<3 { let total = total + i }\nshow total",
      corrected: "var total = 0\nfor i in 0..<3 { total = total + i }\nshow total"),
    Entry(
      "X0242", "two cells declare the same name",
      #"""
      In a script the later declaration counts from there on; where cells are run one at a time, \#
      the last one that ran counts. Different names leave no doubt.
      """#,
      example: "# %% One\nlet x = 1\nshow x\n# %% Two\nlet x = 2\nshow x",
      corrected: "# %% One\nlet x = 1\nshow x\n# %% Two\nlet y = 2\nshow y"),
    Entry(
      "X0243", "a cell changes the variable of another",
      #"""
      Where cells are run one at a time, running this one twice changes the variable twice. A new \#
      name, or a change in the cell that declares the variable, always gives the same.
      """#,
      example: "# %% One\nvar x = 1\n# %% Two\nx += 1\nshow x",
      corrected: "# %% One\nlet x = 1\n# %% Two\nlet y = x + 1\nshow y"),
    Entry(
      "X0244", "a statement is never reached",
      "After `return`, `raise`, `break` and `continue` nothing else of the block runs.",
      example: "fn f(x) {\n    return x\n    show x\n}\nshow f(1)",
      corrected: "fn f(x) {\n    show x\n    return x\n}\nshow f(1)"),
    Entry(
      "X0245", "a value is not used",
      #"""
      An expression that only computes stands where nothing takes its value: only the last one of a \#
      block or cell gives its value on. A single `=` assigns, `==` compares.
      """#,
      example: "var x = 1\nx == 2\nshow x", corrected: "var x = 1\nx = 2\nshow x"),
    Entry(
      "X0246", "an assignment changes nothing",
      "The same stands on both sides of `=`.",
      example: "var x = 1\nx = x\nshow x", corrected: "var x = 1\nx = x + 1\nshow x"),
  ]
}
