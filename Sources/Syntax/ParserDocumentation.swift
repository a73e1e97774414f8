/// Finding the `##` text of a declaration and of a script.

extension Parser {
  /// The documentation of the declaration that begins at token `first`: the `##` lines directly above, or
  /// else the comment at the end of its header's line (the token `header`), or of its last line.
  func documentation(of first: Int, header: Int? = nil) -> String? {
    let line = source.line(of: tokens[first].span.start)
    if let text = linesAbove(line) { return text }
    let last = max(first, position - 1)
    for token in [header ?? last, last] {
      let end = source.line(of: max(0, tokens[token].span.end - 1))
      if let text = comment(after: end) { return text }
    }
    return nil
  }

  private func linesAbove(_ line: Int) -> String? {
    var above = line - 1
    var lines: [String] = []
    while let comment = documentation[above], comment.isAlone {
      lines.append(comment.text)
      above -= 1
    }
    return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
  }

  /// A comment after code on a line, with the lines below that continue it in the same column.
  private func comment(after line: Int) -> String? {
    guard let first = documentation[line], !first.isAlone else { return nil }
    var lines = [first.text]
    while let next = documentation[line + lines.count], next.isAlone, next.column == first.column {
      lines.append(next.text)
    }
    return lines.joined(separator: "\n")
  }

  /// The `##` lines before the first token, unless they stand directly above a declaration.
  func leadingDocumentation() -> String? {
    let token = tokens[0]
    let end = token.kind == .end ? source.lineStarts.count : source.line(of: token.span.start)
    guard let first = (0..<end).first(where: { documentation[$0] != nil }) else { return nil }
    var lines: [String] = []
    var line = first
    while line < end, let comment = documentation[line] {
      lines.append(comment.text)
      line += 1
    }
    if line == end, takesDocumentation(token.kind) { return nil }
    return lines.joined(separator: "\n")
  }

  private func takesDocumentation(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .keyword(.let), .keyword(.var), .keyword(.fn): true
    default: isStatementWord
    }
  }
}
