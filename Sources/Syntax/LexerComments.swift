/// Comments: plain ones, `##` documentation, and the `# %%` lines that divide a script into cells.

extension Lexer {
  /// The comment at the position, up to the end of its line.
  mutating func lexComment() {
    let start = position
    let lineStart = source.lineStarts[min(line, source.lineStarts.count - 1)]
    if start == lineStart, strings.isEmpty, isMarker() { return lexMarker() }
    skipLine()
    followsSpace = true
    let body = bytes[start..<position]
    guard body.count >= 2, body[start + 1] == UInt8(ascii: "#"),
      body.count == 2 || body[start + 2] != UInt8(ascii: "#")
    else { return }
    let isAlone = bytes[lineStart..<start].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    documentation[line] = DocumentationLine(
      text: commentText(start + 2, position), start: start, column: start - lineStart,
      isAlone: isAlone)
  }

  /// The text of a comment without the space after its `#` and without trailing space.
  private func commentText(_ start: Int, _ end: Int) -> String {
    var start = start
    var end = end
    if start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return text(start, end)
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// The line at the position is `# %%…`.
  private func isMarker() -> Bool {
    var ahead = 1
    while byte(ahead) == UInt8(ascii: " ") { ahead += 1 }
    return byte(ahead) == UInt8(ascii: "%") && byte(ahead + 1) == UInt8(ascii: "%")
  }

  private mutating func lexMarker() {
    let start = position
    skipLine()
    let title = CellMarker.title(of: commentText(start + 1, position))
    startsLine = true
    append(.cell(markers.count), from: start)
    startsLine = true
    markers.append(CellMarker(title: title, markdown: nil, span: Span(start, position)))
    for tag in ["[markdown]", "[md]"] where title.hasPrefix(tag) {
      markers[markers.count - 1].title = CellMarker.trimmed(title.dropFirst(tag.count))
      markers[markers.count - 1].markdown = lexMarkdown()
    }
  }

  /// The comment lines up to the next marker, with blank lines at both ends dropped.
  private mutating func lexMarkdown() -> String {
    var lines: [String] = []
    var reported = false
    while position < bytes.count {
      position += 1
      line += 1
      if byte() == UInt8(ascii: "#"), isMarker() { break }
      let start = position
      skipLine()
      if start < position, bytes[start] == UInt8(ascii: "#") {
        lines.append(commentText(start + 1, position))
      } else if bytes[start..<position].allSatisfy(isBlank) {
        lines.append("")
      } else if !reported {
        reported = true
        report(
          "X0009", "a text cell holds only comment lines", Span(start, position),
          "this is not a comment",
          helps: [.init("begin the line with `# `, or open a code cell above it with `# %%`")])
      }
    }
    while lines.first == "" { lines.removeFirst() }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}

extension Lexer.CellMarker {
  /// What stands behind the `%%` of a line. By scalars, since a mark may combine with a space or a percent sign.
  static func title(of line: String) -> String {
    trimmed(Substring(line.unicodeScalars.drop { $0 != "%" }.dropFirst(2)))
  }

  /// The text without spaces and tabs at its ends.
  static func trimmed(_ text: Substring) -> String {
    var scalars = text.unicodeScalars
    while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
    while let last = scalars.last, isBlank(last) { scalars.removeLast() }
    return String(scalars)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\r"
  }
}
