// Where a session's output goes: standard output, a terminal or not, and progress on standard error.
import CEdit
import Displays
import Runtime
import Syntax
import Tensors

extension Display {
  fileprivate var isNote: Bool { if case .note = self { true } else { false } }
}

/// Draws what a session says.
package final class Terminal: Output {
  /// What is drawn besides the session's own output.
  package enum Headings: Sendable { case none, all }

  package let settings = Settings()
  private let bar: ProgressBar
  private let headings: Headings
  /// Set while the values of entries are not to be shown.
  package var isHiding = false
  /// Gives a remark for the right edge of the first line of each display that is drawn.
  package var remark: (() -> String?)?
  /// Whether displays are cut to the settings' lines, because `:more` can show the rest.
  package var cutsDisplays = false
  /// What was drawn last, for `:more`.
  package private(set) var last: Display?
  /// Gives the last display with what it left out of its own accord.
  package var whole: (() -> Display)?
  /// Unset while what is drawn is not for `:more`.
  package var remembers = true
  /// What the terminal answered about pictures, once it was asked.
  private var answers: TerminalAnswers?

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
    if cutsDisplays, remembers, !display.isNote {
      last = display
      whole = nil
    }
    let text = rendered(display, remark: remark?())
    // Drawing what is large takes time too: what was interrupted is not shown in part.
    if Interruption.requested { return }
    Stream.output.write(cutsDisplays ? cut(text, of: display) : text)
  }

  package func beginCell(_ heading: CellHeading) {
    finish()
    Stream.output.flush()
    guard headings == .all else { return }
    if let markdown = heading.markdown {
      Stream.output.write(rendered(.markdown(markdown)) + "\n")
    } else if !heading.title.isEmpty {
      Stream.output.write("\n" + rendered(.markdown("## " + heading.title)))
    }
  }

  package func progress(_ label: String, done: Int, total: Int?) {
    bar.advance(label, done: done, total: total)
  }

  /// Takes the progress bar away: the work is over, one way or the other.
  package func finish() { bar.end() }

  // MARK: Drawing

  /// The columns of output.
  var width: Int {
    let width = Surroundings.width(of: .output)
    return Stream.output.isTerminal ? settings.width ?? width : width
  }

  /// The colours of output.
  var colours: TerminalRenderer.Colors {
    switch settings.colours {
    case .never: return .none
    case .auto: return Surroundings.colours(of: .output)
    case .always:
      let colours = Surroundings.colours(of: .output)
      return colours == .none && Stream.output.isTerminal ? .indexed : colours
    }
  }

  /// The display as standard output can show it, every line ended.
  private func rendered(_ display: Display, remark: String? = nil) -> String {
    let display = display.with(settings.detail)
    if !Stream.output.isTerminal { return PlainRenderer(width: width).render(display) }
    let pictures = display.hasPictures ? inlinePictures() : nil
    return TerminalRenderer(width: width, colors: colours, pictures: pictures)
      .render(display, remark: remark)
  }

  /// The text in at most the settings' lines, with a note of what is not shown.
  private func cut(_ text: String, of display: Display) -> String {
    guard Stream.output.isTerminal else { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    if let most = settings.lines, lines.count > most, !display.hasPictures {
      let kept = lines.prefix(most).joined(separator: "\n") + "\n"
      return kept + faint("… \(lines.count - most) more lines; :more shows them")
    }
    return display.with(settings.detail).omitsRows ? text + faint(":more shows all rows") : text
  }

  private func faint(_ note: String) -> String {
    TerminalRenderer(width: width, colors: colours).render(.note(note))
  }

  /// A display with nothing left out, with a pager where there is one.
  package func showWhole(_ display: Display) {
    var detail = settings.detail
    detail.isWhole = true
    let text = TerminalRenderer(width: width, colors: colours).render(display.with(detail))
    var columns: Int32 = 0
    var rows: Int32 = 0
    let isTerminal =
      isInteractive && ce_terminal_size(Stream.output.descriptor, &columns, &rows)
    let isLong = text.utf8.count { $0 == UInt8(ascii: "\n") } >= Int(rows)
    let wantsPager =
      settings.pager == .always || (settings.pager == .auto && isLong && !isDumb)
    if isTerminal, wantsPager, Pager.show(text) { return }
    Stream.output.write(text)
  }

  private var isDumb: Bool { Surroundings.variable("TERM") == "dumb" }
  private var isInteractive: Bool { Stream.input.isTerminal && Stream.output.isTerminal }

  // MARK: Pictures

  /// How pictures are drawn, if not with characters. The terminal is asked before the first one.
  private func inlinePictures() -> InlinePictures? {
    guard Stream.output.isTerminal else { return nil }
    switch settings.graphics {
    case .blocks: return nil
    case .inline(let encoding): return pictures(encoding, answers)
    case .auto:
      guard colours != .none, !isDumb else { return nil }
      if answers == nil { answers = GraphicsProbe.ask() }
      return answers.flatMap { given in given.encoding.map { pictures($0, given) } }
    }
  }

  private func pictures(
    _ encoding: InlinePictures.Encoding, _ answers: TerminalAnswers?
  ) -> InlinePictures {
    var columns: Int32 = 80
    var rows: Int32 = 24
    _ = ce_terminal_size(Stream.output.descriptor, &columns, &rows)
    // tmux draws sixels itself; other sequences must be passed on to the terminal around it.
    return InlinePictures(
      encoding, cellWidth: answers?.cell?.width ?? 8, cellHeight: answers?.cell?.height ?? 16,
      mostRows: Int(rows) - 2,
      passesTmux: encoding != .sixel && Surroundings.variable("TMUX") != nil)
  }
}
