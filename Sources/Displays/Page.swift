// A page: prose, code and what it showed, in one file that needs no other.

/// A report or a page of documentation, complete in one HTML file.
package struct Page: Sendable {
  /// The title of the window, and the heading unless the first prose begins with one.
  package var title: String
  /// The line above the heading, such as "xai report".
  package var kicker: String
  /// What the page consists of, from the top.
  package var cells: [Cell]
  /// Facts for the end of the page: version, seed, date, fingerprints.
  package var provenance: [Fact]

  /// Describes a page.
  package init(
    title: String, kicker: String = "xai", cells: [Cell] = [], provenance: [Fact] = []
  ) {
    self.title = title
    self.kicker = kicker
    self.cells = cells
    self.provenance = provenance
  }

  /// A part of a page.
  package enum Cell: Sendable {
    /// Markdown.
    case prose(String)
    /// Source and what running it showed.
    case code(Code)
    /// A display by itself.
    case display(Display)
  }

  /// A cell of source.
  package struct Code: Sendable {
    package var source: String
    package var language: String
    /// The heading of the cell.
    package var title: String?
    /// What it showed, in order.
    package var outputs: [Display]
    /// A line about the run, such as "0.8 s".
    package var note: String?

    /// Describes a cell of source.
    package init(
      _ source: String, language: String = "xai", title: String? = nil, outputs: [Display] = [],
      note: String? = nil
    ) {
      self.source = source
      self.language = language
      self.title = title
      self.outputs = outputs
      self.note = note
    }
  }

  /// A name and a value, such as `seed` and `42`.
  package struct Fact: Sendable {
    package var name: String
    package var value: String

    /// A fact about how the page was made.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The whole file, as UTF-8 text; the page loads nothing and runs no script.
  package func html(_ renderer: HTMLRenderer = HTMLRenderer()) -> String {
    let body = cells.enumerated().map { html($0.element, number: $0.offset + 1, renderer) }
    return HTML.document(
      title: title, style: Page.style,
      body: "<main>\n\(header)\(body.joined())</main>\n\(footer)")
  }

  private var header: String {
    let kicker = kicker.isEmpty ? "" : "<p class=\"kicker\">\(HTML.escape(kicker))</p>\n"
    if case .prose(let text) = cells.first,
      case .heading(level: 1, _) = Markdown.parse(text).first
    {
      return kicker
    }
    return kicker + "<h1>\(HTML.escape(title))</h1>\n"
  }

  private func html(_ cell: Cell, number: Int, _ renderer: HTMLRenderer) -> String {
    switch cell {
    case .prose(let text): return renderer.fragment(.markdown(text))
    case .display(let display): return renderer.fragment(display)
    case .code(let code):
      let title = code.title.map { "<h2>\(HTML.escape($0))</h2>\n" } ?? ""
      let note = code.note.map { "<p class=\"run\">\(HTML.escape($0))</p>\n" } ?? ""
      let outputs = code.outputs.map(renderer.fragment).joined()
      let shown = outputs.isEmpty ? "" : "<div class=\"outputs\">\n\(outputs)</div>\n"
      return "<section class=\"cell\" id=\"cell-\(number)\">\n\(title)"
        + renderer.code(code.source, language: code.language) + note + shown + "</section>\n"
    }
  }

  private var footer: String {
    guard !provenance.isEmpty else { return "" }
    let facts = provenance.map {
      "<div><dt>\(HTML.escape($0.name))</dt><dd>\(HTML.escape($0.value))</dd></div>\n"
    }
    return "<footer>\n<dl>\n\(facts.joined())</dl>\n</footer>\n"
  }
}
