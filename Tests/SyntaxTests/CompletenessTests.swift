/// What the prompt does at the end of a line.

import Syntax
import Testing

struct CompletenessTests {
  @Test(
    arguments: [
      "", "  ", "# comment", "x", "let a = 1", "f(x)", "if a { 1 }", "a; b;", "\"text\"",
      "fn f(x) { x }", "x => x", "## text\nfn f(x) => x", "## text\n\n", "show x", "xs |> f",
      "\"\"\"\ntext\n\"\"\"", "# %% Title\nx", "if a { 1 }\nelse { 2 }",
    ])
  func `a whole entry is complete`(_ text: String) {
    #expect(Completeness.of(text) == .complete)
  }

  @Test(
    arguments: [
      ("let a =", 2), ("1 +", 2), ("f(", 2), ("f(1,", 2), ("f(x, with: [", 2), ("f(\n  g(", 4),
      ("fn f(x) {", 2), ("fn f(x) {\n  if x {", 4), ("fn f(x) {\n  x\n", 2), ("x =>", 2),
      ("\"\"\"\ntext", 0), ("if a { 1 } else", 2), ("if a { 1 } else {", 2), ("## text", 0),
      ("match v {\n  1 => 2", 2), ("let r = {a: 1,", 2), ("xs |>", 2), ("not", 2),
      ("try { f() }", 0), ("fn f(x)", 0), ("import methods,", 0), ("fn f() {\n  let a =", 4),
      ("method m(model, x, target;", 2), ("for x in", 2), ("test \"t\" {", 2), ("x[", 2),
      ("\"\"\"\n{f(", 0),
    ])
  func `an entry that goes on asks for another line`(_ text: String, _ indent: Int) {
    #expect(Completeness.of(text) == .incomplete(indent: indent))
  }

  @Test(
    arguments: [
      "let = 3", "f(1 2", ")", "x y", "let a = \"text", "2x", "f(1]", "fn f(x) { x ) }",
      "def f(x):",
      "let x = 1 +\n)", "if a { 1 } }", "\"{x\"", "a &&& b", "let a = (1 2",
    ])
  func `an entry that nothing can mend is wrong`(_ text: String) {
    #expect(Completeness.of(text) == .invalid)
  }

  @Test func `every beginning of a right script is complete or goes on, cut at a line`() {
    for golden in Golden.all where golden.problems.isEmpty && !golden.source.contains("# %%") {
      var lines: [Substring] = []
      for line in golden.source.split(separator: "\n", omittingEmptySubsequences: false) {
        lines.append(line)
        let text = lines.joined(separator: "\n")
        #expect(Completeness.of(text) != .invalid, "\(golden.testDescription): \(text)")
      }
    }
  }
}
