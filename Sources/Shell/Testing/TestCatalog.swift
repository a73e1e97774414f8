// What the codes of the test runner mean.
import Syntax

extension Catalog {
  /// What `xai test` reports beside the errors of the scripts themselves.
  package static let testing: [Entry] = [
    Entry(
      "X0440", "a file says something else than it expects",
      #"""
      The comments `# expect: TEXT` list the lines of the output, in order and all of them. \#
      `xai doc expectations` describes the form.
      """#,
      example: "print(1 + 1)  # expect: 3", corrected: "print(1 + 1)  # expect: 2"),
    Entry(
      "X0441", "an expected error did not happen",
      #"""
      A comment `# expect error X0312` says that compiling or running the file ends with this \#
      error at this line. `xai doc expectations` describes the form.
      """#,
      example: "print(1 / 2)  # expect error X0312", corrected: "print(1 / 0)  # expect error X0312"
    ),
    Entry(
      "X0442", "an example of the documentation is not true",
      "What stands after `#=>` is the value of the line as the prompt would show it, Strings in quotes.",
      example: "## ```xai\n## double(2)  #=> 5\n## ```\nfn double(x) { 2 * x }",
      corrected: "## ```xai\n## double(2)  #=> 4\n## ```\nfn double(x) { 2 * x }"),
  ]
}
