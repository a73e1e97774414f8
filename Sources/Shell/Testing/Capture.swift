// An output that keeps what a script says, as plain text.
import Displays
import Runtime

/// What a test says while it runs, as a pipe of 100 columns would receive it.
final class Capture: Output {
  /// The columns of the plain renderer.
  static let width = 100

  private(set) var text = ""

  func write(_ text: String) { self.text += text }
  func show(_ display: Display) { text += PlainRenderer(width: Capture.width).render(display) }
  func beginCell(_ heading: CellHeading) {}
  func progress(_ label: String, done: Int, total: Int?) {}

  /// Forgets what was said.
  func clear() { text = "" }

  /// The lines without spaces at their ends; an unfinished last line counts.
  var lines: [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line[...].trimmedAtEnd)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

extension Substring {
  /// Without white space at its end.
  var trimmedAtEnd: Substring {
    var rest = self
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
