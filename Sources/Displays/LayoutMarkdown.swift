// Prose in lines of characters.

extension Layout {
  /// Blocks of prose with an empty line between them.
  func lines(_ blocks: [Markdown], width: Int) -> [Line] {
    var result: [Line] = []
    for block in blocks {
      if !result.isEmpty { result.append(Line()) }
      result += lines(block, width: max(4, width))
    }
    return result
  }

  private func lines(_ block: Markdown, width: Int) -> [Line] {
    switch block {
    case .heading(let level, let inline):
      let style = Style(bold: true, underlined: level == 1, foreground: level < 3 ? .cyan : nil)
      return line(inline, style).wrapped(to: width)
    case .paragraph(let inline): return line(inline, .plain).wrapped(to: width)
    case .list(let first, let items): return list(items, first: first, width: width)
    case .code(let text, let language):
      return code(text, language: language, width: width - 2).map { indented($0, by: "  ") }
    case .quote(let blocks):
      return lines(blocks, width: width - 2).map { indented($0, by: "│ ") }
    case .rule: return [Line(String(repeating: "─", count: min(width, 40)), .faint)]
    }
  }

  private func list(_ items: [[Markdown]], first: Int?, width: Int) -> [Line] {
    var result: [Line] = []
    for (offset, item) in items.enumerated() {
      let mark = first.map { "\($0 + offset). " } ?? "• "
      let inner = max(4, width - mark.count)
      var body: [Line] = []
      for block in item {
        if !body.isEmpty, case .paragraph = block { body.append(Line()) }
        body += lines(block, width: inner)
      }
      let space = String(repeating: " ", count: mark.count)
      for (index, line) in body.enumerated() {
        result.append(indented(line, by: index == 0 ? mark : space))
      }
      if body.isEmpty { result.append(Line(mark)) }
    }
    return result.map { $0.width > width ? $0.cut(to: width) : $0 }
  }

  private func indented(_ line: Line, by prefix: String) -> Line {
    var result = Line(prefix, prefix.first == "│" ? .faint : .plain)
    result.append(line)
    return result
  }

  private func line(_ inline: [Markdown.Inline], _ style: Style) -> Line {
    var result = Line()
    for part in inline {
      var inner = style
      switch part {
      case .text(let text): result.append(text, style)
      case .strong(let parts):
        inner.bold = true
        result.append(line(parts, inner))
      case .emphasis(let parts):
        inner.italic = true
        result.append(line(parts, inner))
      case .code(let text):
        inner.foreground = .yellow
        result.append(pixels == .shades ? "`\(text)`" : text, inner)
      case .link(let parts, let target):
        inner.underlined = true
        result.append(line(parts, inner))
        let text = line(parts, style).text
        if text != target { result.append(" (\(target))", .faint) }
      }
    }
    return result
  }
}
