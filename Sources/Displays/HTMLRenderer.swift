// Displays as HTML fragments; `Page` holds the style sheet that they expect.

import Images

/// Draws displays as HTML, with pictures embedded; every text is escaped.
package struct HTMLRenderer: Sendable {
  /// The pixels of the screen that a picture or a map takes at least.
  package var pictureSize: Int
  /// The columns in which tensors are written.
  package var textWidth: Int

  /// A renderer of fragments.
  package init(pictureSize: Int = 224, textWidth: Int = 96) {
    self.pictureSize = pictureSize
    self.textWidth = textWidth
  }

  /// The display as one HTML element.
  package func fragment(_ display: Display) -> String { fragment(display, depth: 0) }

  private func fragment(_ display: Display, depth: Int) -> String {
    guard depth < Layout.deepest else { return "<p class=\"note\">…</p>\n" }
    switch display {
    case .text(let text): return "<pre class=\"text\">\(HTML.escape(text))</pre>\n"
    case .markdown(let text):
      return "<div class=\"prose\">\n\(prose(Markdown.parse(text)))</div>\n"
    case .code(let text, let language): return code(text, language: language)
    case .table(let table): return self.table(table)
    case .tensor(let tensor): return self.tensor(tensor)
    case .picture(let picture): return figure(picture)
    case .heatmap(let map): return figure(map)
    case .diagram(let diagram): return figure(diagram)
    case .row(let displays):
      let parts = displays.map { fragment($0, depth: depth + 1) }
      let titles = titleLines(displays)
      let style = titles > 1 ? " style=\"--lines:\(titles)\"" : ""
      return "<div class=\"row\"\(style)>\n\(parts.joined())</div>\n"
    case .column(let displays):
      let parts = displays.map { fragment($0, depth: depth + 1) }
      return "<div class=\"column\">\n\(parts.joined())</div>\n"
    case .note(let text): return "<p class=\"note\">\(HTML.escape(text))</p>\n"
    case .failure(let text): return "<pre class=\"failure\">\(failure(text))</pre>\n"
    }
  }

  /// Source text with its tokens marked.
  func code(_ text: String, language: String) -> String {
    let lines = Highlighter.lines(of: Text.clean(text), language: language).map { tokens in
      tokens.reduce(into: "") { line, token in
        let text = HTML.escape(token.text)
        line +=
          token.kind == .plain ? text : "<span class=\"\(token.kind.rawValue)\">\(text)</span>"
      }
    }
    return "<pre class=\"code\"><code>\(lines.joined(separator: "\n"))</code></pre>\n"
  }

  private func failure(_ text: String) -> String {
    let first = text.prefix { !$0.isNewline }
    return "<strong>\(HTML.escape(String(first)))</strong>"
      + HTML.escape(String(text.dropFirst(first.count)))
  }

  private func tensor(_ tensor: TensorDisplay) -> String {
    let lines = Layout(pixels: .shades).lines(tensor, width: textWidth).map(\.text)
    if tensor.shape.isEmpty {
      return "<pre class=\"text\">\(HTML.escape(lines.joined(separator: "\n")))</pre>\n"
    }
    let rows = Layout(pixels: .shades).rows(tensor, width: textWidth).map(\.text)
    let body = HTML.escape(rows.joined(separator: "\n"))
    return "<figure class=\"tensor\"><figcaption>\(HTML.escape(tensor.summary))</figcaption>"
      + (rows.isEmpty ? "" : "<pre class=\"text\">\(body)</pre>") + "</figure>\n"
  }
}
