// An output that keeps what a script says, as text.
import Displays
import Runtime
import Syntax
import Testing

/// Keeps everything that a session puts out.
final class Recorder: Output {
  private(set) var text = ""
  private(set) var shown: [Display] = []

  func write(_ text: String) { self.text += text }
  func show(_ display: Display) {
    shown.append(display)
    text += PlainRenderer(width: 80).render(display)
  }
  func beginCell(_ heading: CellHeading) {
    if let markdown = heading.markdown { text += "[markdown] \(markdown)\n" }
  }
  func progress(_ label: String, done: Int, total: Int?) {}
}

/// What a script said, and what was wrong with it.
struct Outcome {
  var output = ""
  var problems: [Diagnostic] = []
  var failure: Failure?

  var rendered: String { Renderer(colours: false, width: 100).render(problems) }
}

/// Runs scripts in one session, one after another.
final class Runner {
  let recorder = Recorder()
  let session: Session

  init(_ modules: [String: String] = [:], natives: [Native] = []) throws {
    let library = Library(names: modules.keys.sorted()) { name in
      modules[name].map { Source(name: "<stdlib>/\(name).xai", text: $0) }
    }
    session = try #require(
      Session(natives: natives, library: library, output: recorder), "there is memory")
    session.modulePaths = []
    session.machine.budget = 20_000_000
  }

  /// Runs a script and its tests; what it says is added to the output.
  func run(_ text: String, name: String = "script.xai") -> Outcome {
    var outcome = Outcome()
    let before = recorder.text.count
    let (program, problems) = session.compile(Source(name: name, text: text))
    outcome.problems = problems
    if let program {
      do throws(Failure) {
        try session.run(program)
        for test in program.tests { try session.run(test) }
      } catch {
        outcome.failure = error
        outcome.problems += error.diagnostics
      }
    }
    outcome.output = String(recorder.text.dropFirst(before))
    return outcome
  }
}
