// How the results of tests reach the user: failures as they come, and a summary.
import Syntax

/// Writes results to standard output, and a progress line to a terminal.
package final class TestReport {
  private let isJSON: Bool
  private let renderer: Renderer
  private let bar: ProgressBar
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var passed = 0
  private var failed = 0
  private var isSourceWrong = false
  private var isInterrupted = false
  /// The lines of a failed test's output that are shown.
  private static let shown = 20

  package init(isJSON: Bool) {
    self.isJSON = isJSON
    renderer = Renderer(
      colours: Surroundings.colours(of: .output) != .none, width: Surroundings.width(of: .output))
    bar = ProgressBar(isShown: Stream.errors.isTerminal && !isJSON)
    start = clock.now
  }

  /// Says which file is under way.
  package func begin(_ name: String, done: Int, total: Int) {
    bar.advance("testing", done: done, total: total)
  }

  /// Takes a result in; one that failed is written.
  package func add(_ result: TestResult) {
    if result.hasPassed { passed += 1 } else { failed += 1 }
    isSourceWrong = isSourceWrong || result.isSourceWrong
    isInterrupted = isInterrupted || result.isInterrupted
    if isJSON {
      Stream.output.write(result.json + "\n")
    } else if !result.hasPassed {
      bar.erase()
      Stream.output.write(text(of: result))
    }
  }

  private func text(of result: TestResult) -> String {
    var text = "failed: \(result.title)\n\n" + renderer.render(result.problems)
    if !result.output.isEmpty {
      let left = result.output.count - Self.shown
      if left > 0 { text += "  … \(left) more lines of output …\n" }
      text += result.output.suffix(Self.shown).map { "  | " + $0 + "\n" }.joined()
    }
    return text + "\n"
  }

  /// Writes the summary; gives the exit code.
  package func finish() -> Int32 {
    bar.end()
    if !isJSON {
      let seconds = Timing.text((clock.now - start) / .seconds(1))
      Stream.output.write("\(passed) passed, \(failed) failed (\(seconds))\n")
    }
    Stream.output.flush()
    if isInterrupted { return 130 }
    return isSourceWrong ? 65 : failed > 0 ? 1 : 0
  }
}
