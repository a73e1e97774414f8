// What the codes of modules and limits mean.
import Syntax

extension Catalog {
  static let modules: [Entry] = [
    Entry(
      "X0401", "a module or file is not there",
      #"""
      `import name` looks for name.xai in the folder of the importing file, in the folders of \#
      XAI_PATH, in the folder xai/modules of XDG_CONFIG_HOME (or ~/.config), and in the library. `import "./file.xai"` looks beside \#
      the importing file.
      """#),
    Entry(
      "X0402", "modules import one another",
      "A module is complete before another can use it, so imports cannot go round in a circle.",
      example: "# first.xai\nimport second\n\n# second.xai\nimport first"),
    Entry("X0403", "a file cannot be read", "The file is there, but reading it failed."),
  ]

  static let limits: [Entry] = [
    Entry(
      "X0601", "the recursion is too deep",
      #"""
      Functions can be about 300,000 calls deep, fewer where natives such as `map` call back. \#
      Mostly a path through the function lacks an end.
      """#,
      example: "fn f(n) { f(n + 1) + 1 }\nf(0)"),
    Entry(
      "X0602", "a function is too large",
      #"""
      A function has at most 65,536 registers and distinct constants, and jumps reach 32,767 \#
      instructions. Divide it.
      """#),
    Entry(
      "X0603", "the run was interrupted",
      "Ctrl-C stops what is running; all names keep their values. `catch` does not see it."),
    Entry(
      "X0604", "a limit was reached",
      "The run had a limit of steps or time, and used it up. `catch` does not see it."),
    Entry(
      "X0605", "values are nested too deeply",
      "Values nested more than 1,000 levels deep cannot be compared."),
    Entry(
      "X0606", "something would be too large",
      #"""
      A List or String made at once has at most 268,435,456 elements or bytes, and a Tensor at most what `--memory` \#
      leaves. `catch` sees it: what was too large is not there. Where many small things have used up the memory, the run \#
      ends.
      """#),
  ]

  /// Everything that the compiler, the machine and the core report.
  package static let runtime: [Entry] =
    names + annotations + warnings + running + scripting + modules + limits
}
