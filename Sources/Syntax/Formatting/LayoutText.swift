/// The text of a layout, with the comments at the ends of neighbouring lines in one column.

extension Layout {
  /// One line of the text.
  private struct Line {
    var code: String
    var comment: String?
    /// Comments below that go on with the one at the end.
    var continued: [String] = []
    /// Two lines with the same indentation and none between may have their comments in one column.
    var indent: Int
  }

  /// The whole text; it ends in a newline unless it is empty.
  func text() -> String {
    var lines: [Line] = []
    for (index, piece) in pieces.enumerated() {
      if piece.startsLine || index == 0 { open(index, &lines) }
      if piece.kind == .end { break }
      let isApart = !piece.startsLine && index > 0 && isApart(index)
      lines[lines.count - 1].code += (isApart ? " " : "") + piece.text
      lines[lines.count - 1].comment = piece.trailing
    }
    return Layout.joined(lines)
  }

  /// The comments before a piece, and a line for it.
  private func open(_ index: Int, _ lines: inout [Line]) {
    let piece = pieces[index]
    let margin = commentIndents[index]
    for comment in piece.comments {
      if comment.continuesTrailing, lines.last?.comment != nil {
        lines[lines.count - 1].continued.append(comment.text)
        continue
      }
      addBlanks(comment.blanks, &lines)
      lines.append(Line(code: Layout.margin(margin, comment.text), indent: margin))
    }
    if piece.kind == .end { return }
    addBlanks(piece.blanks, &lines)
    lines.append(Line(code: Layout.margin(indents[index], ""), indent: indents[index]))
  }

  private func addBlanks(_ count: Int, _ lines: inout [Line]) {
    if lines.isEmpty { return }
    for _ in 0..<count { lines.append(Line(code: "", indent: -1)) }
  }

  /// Only a `# %%` at the very start of a line begins a cell: another one keeps a margin.
  private static func margin(_ count: Int, _ comment: String) -> String {
    let looksLikeMarker = comment.dropFirst().drop { $0 == " " }.hasPrefix("%%")
    return String(repeating: " ", count: count == 0 && looksLikeMarker ? Formatting.indent : count)
      + comment
  }

  /// Puts the comments of each run of neighbouring lines into one column where that fits.
  private static func joined(_ lines: [Line]) -> String {
    var text = ""
    var index = 0
    while index < lines.count {
      var end = index + 1
      if lines[index].comment != nil {
        while end < lines.count, lines[end].comment != nil, lines[end].indent == lines[index].indent
        {
          end += 1
        }
      }
      let run = lines[index..<end]
      let widths = run.map { DisplayWidth.of(String(lastLine($0.code))) }
      let column = widths.max() ?? 0
      let fits = run.allSatisfy {
        column + 2 + DisplayWidth.of($0.comment ?? "") <= Formatting.width
      }
      for (line, width) in zip(run, widths) {
        write(line, gap: 2 + (fits ? column - width : 0), to: &text)
      }
      index = end
    }
    return text
  }

  private static func write(_ line: Line, gap: Int, to text: inout String) {
    text += line.code
    guard let comment = line.comment else {
      text += "\n"
      return
    }
    let space = String(repeating: " ", count: gap)
    text += space + comment + "\n"
    // What goes on below a comment is recognised by its column in bytes.
    let column = lastLine(line.code).utf8.count + gap
    for more in line.continued { text += String(repeating: " ", count: column) + more + "\n" }
  }

  private static func lastLine(_ code: String) -> Substring {
    let bytes = code.utf8
    guard let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return code[...] }
    return code[code.utf8.index(after: newline)...]
  }
}
