// The progress of long work: a line on standard error that disappears when the work is done.
import Displays

/// Draws the progress line. Nothing is drawn for work of less than half a second.
final class ProgressBar {
  private static let patience = Duration.milliseconds(500)
  private static let interval = Duration.milliseconds(80)

  private let isShown: Bool
  private let clock = ContinuousClock()
  private var label = ""
  private var began: ContinuousClock.Instant?
  private var drawn: ContinuousClock.Instant?
  private var isVisible = false

  /// A bar that draws only where there is a terminal.
  init(isShown: Bool) { self.isShown = isShown }

  /// Says how far the work is; `done` equal to `total` ends it.
  func advance(_ label: String, done: Int, total: Int?) {
    guard isShown else { return }
    let now = clock.now
    if began == nil || label != self.label {
      self.label = label
      began = now
    }
    if let total, done >= total { return end() }
    guard let began, now - began >= Self.patience else { return }
    if let drawn, isVisible, now - drawn < Self.interval { return }
    drawn = now
    isVisible = true
    let line = ProgressLine(
      done: done, total: total, elapsed: (now - began) / .seconds(1), label: label,
      width: Surroundings.width(of: .errors) - 1)
    Stream.output.flush()
    Stream.errors.write("\r\(line.text)\u{1B}[K")
  }

  /// Takes the line away; the next advance draws it again.
  func erase() {
    guard isVisible else { return }
    isVisible = false
    Stream.errors.write("\r\u{1B}[K")
  }

  /// Takes the line away and forgets the work.
  func end() {
    erase()
    began = nil
    drawn = nil
  }
}
