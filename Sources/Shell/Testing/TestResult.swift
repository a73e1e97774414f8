// The outcome of one test, for a person and as JSON.
import Syntax

/// What became of a test.
package struct TestResult {
  /// What was tested.
  package enum Kind: String, Sendable {
    /// A `test "name" { … }`.
    case test
    /// A fenced block of documentation.
    case example
    /// A file with `# expect` comments.
    case expectations
    /// A script around tests, which failed before they could run.
    case script
  }

  package var kind: Kind
  /// The file, a module of the library as `<stdlib>/NAME.xai`, or a native as `<native>/NAME`, a
  /// chapter of the handbook as `<handbook>/NAME`.
  package var file: String
  /// Where the test begins, from 1.
  package var line: Int
  package var name: String
  package var seconds = 0.0
  /// What went wrong; empty when the test has passed.
  package var problems: [Diagnostic] = []
  /// The source itself is wrong, so that nothing ran.
  package var isSourceWrong = false
  /// The run was stopped by Ctrl-C.
  package var isInterrupted = false
  /// What the test said.
  package var output: [String] = []

  /// Whether nothing went wrong.
  package var hasPassed: Bool { problems.isEmpty }

  /// `file:line name`, in which `--filter` looks for its text.
  package var title: String { "\(file):\(line) \(name)" }

  /// One object: `file`, `line`, `name`, `kind` (test, example, expectations or script), `result` (passed or
  /// failed), `milliseconds`, and of a test that failed `code`, `message`, and `at`: the line of the failure or 0.
  package var json: String {
    var text = "{\"file\": \(JSONText.quoted(file)), \"line\": \(line)"
    text += ", \"name\": \(JSONText.quoted(name)), \"kind\": \"\(kind.rawValue)\""
    text += ", \"result\": \"\(hasPassed ? "passed" : "failed")\""
    text += ", \"milliseconds\": \((seconds * 1e6).rounded() / 1e3)"
    if let problem = problems.first {
      let line = problem.primary.map { $0.source.line(of: $0.span.start) + 1 } ?? 0
      text += ", \"code\": \(JSONText.quoted(problem.code))"
      text += ", \"message\": \(JSONText.quoted(problem.message)), \"at\": \(line)"
    }
    return text + "}"
  }
}
