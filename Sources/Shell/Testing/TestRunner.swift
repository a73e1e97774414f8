// Runs the tests of files, of the library and of the natives, one after another.
import Bindings
import Displays
import Runtime
import Syntax
import Tensors

/// Runs tests, each with the names of its file as the file's cells leave them, random numbers from the start, and
/// limits of its own.
package final class TestRunner {
  /// What every test runs with.
  package struct Settings: Sendable {
    package var seed: UInt64 = 0
    /// Seconds for each test.
    package var timeLimit = 60.0
    /// Calls and loop turns for each test; nil: 10 million for a file with `# expect`, no limit for others.
    package var opsLimit: Int?
    /// Only tests with this in `file:line name` run.
    package var filter: String?

    package init() {}
  }

  private let settings: Settings
  private let report: (TestResult) -> Void
  /// Ctrl-C was pressed: what is left does not run.
  package private(set) var isInterrupted = false

  /// A runner that hands on each result as it is known.
  package init(_ settings: Settings = Settings(), report: @escaping (TestResult) -> Void) {
    self.settings = settings
    self.report = report
  }

  /// The calls and loop turns of a file with `# expect` unless told otherwise.
  static let steps = 10_000_000

  // MARK: What there is to run

  /// Runs what a file holds: its `# expect` comments if it has any, otherwise its tests and examples.
  package func run(_ source: Source) {
    let expectations = Expectations(source)
    if !expectations.isEmpty {
      let result = TestResult(
        kind: .expectations, file: source.name, line: 1, name: "expectations")
      return attempt(result) { runExpectations(expectations, &$0) }
    }
    let (script, problems) = Parser.parse(source)
    if problems.contains(where: { $0.severity == .error }) {
      return reportWrong(source, problems)
    }
    let tests = script.tests.map { name, span in
      TestResult(
        kind: .test, file: source.name, line: source.line(of: span.start) + 1, name: name)
    }
    let examples = DocumentedExample.all(in: source)
    let wanted =
      tests.contains(where: isWanted) || examples.contains { isWanted(result($0, source)) }
    if wanted { runTests(of: source, examples) }
  }

  /// Runs the examples in the documentation of a native.
  package func run(_ native: Native) {
    run(markdown: Source(name: "<native>/\(native.name)", text: native.documentation), native.name)
  }

  /// Runs the examples in the sections of a chapter of the handbook.
  package func run(_ chapter: Handbook.Chapter) {
    for section in chapter.sections {
      let name = section.names.first ?? chapter.name
      run(markdown: Source(name: "<handbook>/\(chapter.name)", text: section.text), name)
    }
  }

  private func run(markdown source: Source, _ owner: String) {
    let examples = DocumentedExample.all(inMarkdown: source, of: owner)
    guard examples.contains(where: { isWanted(result($0, source)) }) else { return }
    guard let (workspace, capture) = newWorkspace() else { return }
    let start = workspace.session.snapshot()
    for example in examples { runExample(example, source, workspace, capture, start) }
  }

  private func result(_ example: DocumentedExample, _ source: Source) -> TestResult {
    TestResult(
      kind: .example, file: source.name, line: example.line + 1,
      name: "example of \(example.owner)")
  }

  private func isWanted(_ result: TestResult) -> Bool {
    guard let filter = settings.filter else { return true }
    return result.title.firstRange(of: filter) != nil
  }

  private func newWorkspace() -> (Workspace, Capture)? {
    let capture = Capture()
    guard let workspace = Workspace(output: capture, seed: settings.seed) else { return nil }
    return (workspace, capture)
  }

  /// Counts a file that cannot be read as one whose source is wrong.
  package func reportUnreadable(_ path: String, _ problem: Diagnostic) {
    reportWrong(Source(name: path, text: ""), [problem])
  }

  private func reportWrong(_ source: Source, _ problems: [Diagnostic]) {
    var result = TestResult(kind: .script, file: source.name, line: 1, name: "the script")
    result.problems = problems.filter { $0.severity == .error }
    result.isSourceWrong = true
    report(result)
  }

  // MARK: Running

  /// Runs one test if it is wanted, and reports what became of it.
  private func attempt(_ test: TestResult, _ body: (inout TestResult) -> Void) {
    guard !isInterrupted, isWanted(test) else { return }
    var result = test
    let clock = ContinuousClock()
    result.seconds = clock.measure { body(&result) } / .seconds(1)
    isInterrupted = isInterrupted || result.isInterrupted
    report(result)
  }

  private func limit(_ session: Session, steps: Int) {
    session.machine.budget = settings.opsLimit ?? steps
    session.machine.deadline = .now + .seconds(settings.timeLimit)
  }

  /// Compiles and runs the whole file, tests included, and compares.
  private func runExpectations(_ expectations: Expectations, _ result: inout TestResult) {
    guard let (workspace, capture) = newWorkspace() else { return }
    let session = workspace.session
    session.modulePaths = []
    limit(session, steps: TestRunner.steps)
    let (program, found) = session.compile(expectations.source)
    var problems = found
    if let program {
      do throws(Failure) {
        try session.run(program)
        for test in program.tests { try session.run(test) }
      } catch {
        result.isInterrupted = error.kind == .interruption
        problems += error.diagnostics
      }
    }
    result.output = capture.lines
    result.problems = expectations.differences(output: capture.lines, problems: problems)
  }

  /// Runs the cells of a file, and then each test from where they end.
  private func runTests(of source: Source, _ examples: [DocumentedExample]) {
    guard let (workspace, capture) = newWorkspace() else { return }
    let session = workspace.session
    let (compiled, problems) = session.compile(source)
    guard let program = compiled else { return reportWrong(source, problems) }
    var script = TestResult(kind: .script, file: source.name, line: 1, name: "the script")
    limit(session, steps: .max)
    do throws(Failure) { try session.run(program) } catch {
      script.problems = error.diagnostics
      script.output = capture.lines
      script.isInterrupted = error.kind == .interruption
      isInterrupted = isInterrupted || script.isInterrupted
      return report(script)
    }
    let start = session.snapshot()
    for test in program.tests { run(test, workspace, capture, start) }
    for example in examples { runExample(example, source, workspace, capture, start) }
  }

  private func prepare(_ workspace: Workspace, _ capture: Capture, _ start: Snapshot) {
    workspace.session.restore(start)
    workspace.restart(seed: settings.seed)
    capture.clear()
    limit(workspace.session, steps: .max)
  }

  private func run(
    _ test: TestCase, _ workspace: Workspace, _ capture: Capture, _ start: Snapshot
  ) {
    let line = test.source.line(of: test.span.start) + 1
    let result = TestResult(kind: .test, file: test.source.name, line: line, name: test.name)
    attempt(result) { result in
      prepare(workspace, capture, start)
      do throws(Failure) { try workspace.session.run(test) } catch {
        result.problems = error.diagnostics
        result.isInterrupted = error.kind == .interruption
      }
      result.output = capture.lines
    }
  }

  private func runExample(
    _ example: DocumentedExample, _ source: Source, _ workspace: Workspace, _ capture: Capture,
    _ start: Snapshot
  ) {
    attempt(result(example, source)) { result in
      prepare(workspace, capture, start)
      for entry in example.entries where result.problems.isEmpty {
        check(entry, source, workspace.session, &result)
      }
    }
  }

  /// Runs one entry of an example; its value must be written as the comment says.
  private func check(
    _ entry: DocumentedExample.Entry, _ file: Source, _ session: Session, _ result: inout TestResult
  ) {
    let (program, problems) = session.compile(entry.source)
    guard let program else {
      result.problems = problems
      return
    }
    var value = Value.none
    do throws(Failure) {
      for cell in program.cells { value = try session.run(cell) }
    } catch {
      result.problems = error.diagnostics
      result.isInterrupted = error.kind == .interruption
      return
    }
    guard let expected = entry.expected else { return }
    // A String as a literal would be written, or with its characters as they are.
    let found = Description.line(value)
    if found == expected || value.string.map({ "\"\($0)\"" }) == expected { return }
    result.problems = [
      Diagnostic(
        "X0442", "the example gives another value", at: .init(file, entry.promise),
        notes: ["expected: " + expected, "found:    " + found])
    ]
  }
}

extension Script {
  /// The tests with their names.
  fileprivate var tests: [(name: String, span: Span)] {
    cells.flatMap(\.statements).compactMap { statement in
      if case .test(let name, _) = statement.kind { (name, statement.span) } else { nil }
    }
  }
}
