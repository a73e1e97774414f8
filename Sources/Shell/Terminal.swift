// Where a session's output goes: standard output, a terminal or not, and progress on standard error.
import Displays
import Runtime
import Syntax

/// Draws what a session says.
package final class Terminal: Output {
  /// What is drawn besides the session's own output.
  package enum Headings: Sendable { case none, all }

  private let bar: ProgressBar
  private let headings: Headings
  /// Set while the values of entries are not to be shown.
  package var isHiding = false
  /// Called with the first line of each display that is drawn, for a remark at its right edge.
  package var remark: (() -> String?)?

  /// Titles and texts of cells are drawn on a terminal, if at all.
  package init(headings: Headings = .none) {
    self.headings = Stream.output.isTerminal ? headings : .none
    bar = ProgressBar(isShown: Stream.errors.isTerminal && Surroundings.variable("TERM") != "dumb")
  }

  package func write(_ text: String) {
    bar.erase()
    Stream.output.write(text)
  }

  package func show(_ display: Display) {
    if isHiding { return }
    bar.erase()
    var text = Terminal.rendered(display)
    if let remark = remark?() { text = Terminal.placed(remark, on: text) }
    Stream.output.write(text)
  }

  package func beginCell(_ heading: CellHeading) {
    finish()
    Stream.output.flush()
    guard headings == .all else { return }
    if let markdown = heading.markdown {
      Stream.output.write(Terminal.rendered(.markdown(markdown)) + "\n")
    } else if !heading.title.isEmpty {
      Stream.output.write("\n" + Terminal.rendered(.markdown("## " + heading.title)))
    }
  }

  package func progress(_ label: String, done: Int, total: Int?) {
    bar.advance(label, done: done, total: total)
  }

  /// Takes the progress bar away: the work is over, one way or the other.
  package func finish() { bar.end() }

  /// The display as standard output can show it, every line ended.
  package static func rendered(_ display: Display) -> String {
    let width = Surroundings.width(of: .output)
    if !Stream.output.isTerminal { return PlainRenderer(width: width).render(display) }
    return TerminalRenderer(width: width, colors: Surroundings.colours(of: .output)).render(display)
  }

  /// The text with a dim remark at the right edge of its first line, if there is room.
  private static func placed(_ remark: String, on text: String) -> String {
    guard Stream.output.isTerminal, let end = text.firstIndex(of: "\n") else { return text }
    let colours = Surroundings.colours(of: .output) != .none
    let gap =
      Surroundings.width(of: .output) - visibleWidth(of: text[..<end]) - DisplayWidth.of(remark) - 1
    guard gap >= 4 else { return text }
    let dim = colours ? "\u{1B}[2m\(remark)\u{1B}[0m" : remark
    return text[..<end] + String(repeating: " ", count: gap) + dim + text[end...]
  }

  /// The columns of a line without its escape sequences (CSI … letter).
  private static func visibleWidth(of line: Substring) -> Int {
    var width = 0
    var isEscape = false
    for character in line {
      if character == "\u{1B}" {
        isEscape = true
      } else if isEscape {
        if character.isLetter { isEscape = false }
      } else {
        width += DisplayWidth.of(character)
      }
    }
    return width
  }
}
