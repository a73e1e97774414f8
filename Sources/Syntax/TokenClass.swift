/// What the stretches of a source are, for whoever colours it.

/// The kind of a stretch of source.
package enum TokenClass: String, Sendable {
  case comment, string, number, keyword, name, symbol
}

extension Source {
  /// The stretches of the source in order, white space apart, as the lexer reads it. A word of the language
  /// that names a field or a label is a name; words that depend on where they stand are names too.
  package var classified: [(span: Span, kind: TokenClass)] {
    if sizeProblem != nil { return [] }
    var lexer = Lexer(self)
    lexer.run()
    var found: [(span: Span, kind: TokenClass)] = []
    var end = 0
    for (index, token) in lexer.tokens.enumerated() {
      for comment in comments(Span(end, token.span.start)) { found.append((comment, .comment)) }
      end = max(end, token.span.end)
      if let kind = kind(lexer.tokens, index) { found.append((token.span, kind)) }
    }
    return found
  }

  private func kind(_ tokens: [Token], _ index: Int) -> TokenClass? {
    switch tokens[index].kind {
    case .name: return .name
    case .keyword:
      let isField = index > 0 && tokens[index - 1].kind == .symbol(.dot)
      let isLabel = tokens[index + 1].kind == .symbol(.colon)
      return isField || isLabel ? .name : .keyword
    case .symbol, .valueOpen, .valueClose, .format: return .symbol
    case .int, .intBeyondMaximum, .float: return .number
    case .string, .stringOpen, .stringText, .stringClose:
      return tokens[index].span.start < tokens[index].span.end ? .string : nil
    case .cell: return .comment
    case .end: return nil
    }
  }

  /// The comments between two tokens.
  private func comments(_ gap: Span) -> [Span] {
    let bytes = text.utf8
    var found: [Span] = []
    var start: Int?
    for (offset, byte) in zip(
      gap.start..., bytes.dropFirst(gap.start).prefix(max(0, gap.end - gap.start)))
    {
      if byte == UInt8(ascii: "\n"), let first = start {
        found.append(Span(first, offset))
        start = nil
      } else if byte == UInt8(ascii: "#"), start == nil {
        start = offset
      }
    }
    if let start { found.append(Span(start, gap.end)) }
    return found
  }
}
