// Transcript: what a session said, kept for a page.
import Displays
import Runtime

/// Passes everything on to another output and keeps it by cells, so that it can be saved as a page.
package final class Transcript: Output {
  private let inner: any Output
  private var cells: [Page.Cell] = []
  private var current: Page.Code?
  /// What provenance says besides the version: seed, threads, fingerprints.
  package var facts: [Page.Fact] = []
  /// The title of a page that begins with no heading.
  package var title = "xai"

  package init(_ inner: any Output) { self.inner = inner }

  package func write(_ text: String) {
    keep(.text(text))
    inner.write(text)
  }

  package func show(_ display: Display) {
    keep(display)
    inner.show(display)
  }

  package func beginCell(_ heading: CellHeading) {
    close()
    if let markdown = heading.markdown {
      cells.append(.prose(markdown))
    } else {
      let title = heading.title.isEmpty ? nil : heading.title
      current = Page.Code(heading.text, language: "xai", title: title)
    }
    inner.beginCell(heading)
  }

  package func progress(_ label: String, done: Int, total: Int?) {
    inner.progress(label, done: done, total: total)
  }

  /// Texts that follow one another become one.
  private func keep(_ display: Display) {
    if current == nil { current = Page.Code("", language: "xai") }
    if case .text(let new) = display, case .text(let old) = current?.outputs.last {
      current?.outputs.removeLast()
      current?.outputs.append(.text(old + new))
    } else {
      current?.outputs.append(display)
    }
  }

  private func close() {
    if let current { cells.append(.code(current)) }
    current = nil
  }

  /// Everything so far as one self-contained page.
  package func html() -> String {
    let all = cells + (current.map { [.code($0)] } ?? [])
    return Page(title: title, kicker: "xai report", cells: all, provenance: facts).html()
  }
}
