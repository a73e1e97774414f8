// Prose as HTML.

extension HTMLRenderer {
  /// Blocks of Markdown as elements.
  func prose(_ blocks: [Markdown]) -> String {
    blocks.reduce(into: "") { html, block in
      switch block {
      case .heading(let level, let inline):
        html += "<h\(level)>\(self.inline(inline))</h\(level)>\n"
      case .paragraph(let inline): html += "<p>\(self.inline(inline))</p>\n"
      case .list(let first, let items):
        let name = first == nil ? "ul" : "ol"
        let start = first.flatMap { $0 == 1 ? nil : " start=\"\($0)\"" } ?? ""
        html += "<\(name)\(start)>\n\(items.map(item).joined())</\(name)>\n"
      case .code(let text, let language): html += code(text, language: language)
      case .quote(let blocks): html += "<blockquote>\n\(prose(blocks))</blockquote>\n"
      case .rule: html += "<hr>\n"
      }
    }
  }

  /// A list item; a lone paragraph stands in it without its element.
  private func item(_ blocks: [Markdown]) -> String {
    guard case .paragraph(let inline) = blocks.first else { return "<li>\(prose(blocks))</li>\n" }
    let rest = prose(Array(blocks.dropFirst()))
    return "<li>\(self.inline(inline))\(rest.isEmpty ? "" : "\n" + rest)</li>\n"
  }

  private func inline(_ parts: [Markdown.Inline]) -> String {
    parts.reduce(into: "") { html, part in
      switch part {
      case .text(let text): html += HTML.escape(text)
      case .strong(let parts): html += "<strong>\(inline(parts))</strong>"
      case .emphasis(let parts): html += "<em>\(inline(parts))</em>"
      case .code(let text): html += "<code>\(HTML.escape(text))</code>"
      case .link(let parts, let target):
        if let address = HTML.safe(target: target) {
          html += "<a rel=\"noreferrer\" href=\"\(address)\">\(inline(parts))</a>"
        } else {
          html += "\(inline(parts)) (\(HTML.escape(target)))"
        }
      }
    }
  }
}
