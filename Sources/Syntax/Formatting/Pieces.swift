/// A script as the formatter sees it: tokens with the comments and empty lines before them.

/// A comment on a line of its own.
struct OwnComment {
  var text: String
  /// Empty lines before it.
  var blanks: Int
  /// It goes on with the comment at the end of the line above, in the same column.
  var continuesTrailing = false
}

/// A token, or a whole string, as it will be printed.
struct Piece {
  var kind: Token.Kind
  var text: String
  var comments: [OwnComment] = []
  /// Empty lines directly before it, after its comments.
  var blanks = 0
  var startsLine: Bool
  /// Space lay before it in the source.
  var followedSpace: Bool
  /// The comment at the end of the line that it ends.
  var trailing: String?
  /// A statement or an arm of a `match` begins with it.
  var startsStatement = false
  /// A `{` after which lines are statements or arms.
  var opensBlock = false
  /// The index of the bracket that closes or opens this one.
  var partner: Int?
  /// The `}` of a block.
  var closesBlock = false

  func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }

  var isOpener: Bool {
    switch kind {
    case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.openBrace): true
    default: false
    }
  }

  var isCloser: Bool {
    switch kind {
    case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeBrace): true
    default: false
    }
  }

  /// No comment keeps it from joining the line before.
  func canJoin(_ previous: Piece) -> Bool { comments.isEmpty && previous.trailing == nil }
}

/// Reads the pieces of a script without errors.
struct Pieces {
  private let source: Source
  private let bytes: [UInt8]
  private(set) var pieces: [Piece] = []

  init(_ source: Source, _ outcome: Parser.Outcome) {
    self.source = source
    bytes = Array(source.text.utf8)
    let tokens = outcome.tokens
    var end = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var index = 0
    while index < tokens.count {
      let token = tokens[index]
      let last = Pieces.lastOfString(tokens, index)
      let span = Span(token.span.start, tokens[last].span.end)
      var piece = Piece(
        kind: token.kind, text: text(of: token, span), startsLine: token.startsLine,
        followedSpace: token.followsSpace)
      piece.startsStatement = outcome.statementStarts.contains(index)
      piece.opensBlock = outcome.blockOpeners.contains(index)
      readGap(end, span.start, before: &piece)
      pieces.append(piece)
      end = span.end
      index = last + 1
    }
  }

  /// A string with values in it is several tokens: the index of its last.
  private static func lastOfString(_ tokens: [Token], _ first: Int) -> Int {
    guard tokens[first].kind == .stringOpen else { return first }
    var depth = 0
    for index in first..<tokens.count {
      switch tokens[index].kind {
      case .stringOpen: depth += 1
      case .stringClose: depth -= 1
      default: continue
      }
      if depth == 0 { return index }
    }
    return first
  }

  /// The text of a token; a cell's marker is written `# %% Title`.
  private func text(of token: Token, _ span: Span) -> String {
    let written = source.substring(span)
    guard case .cell = token.kind else { return written }
    let title = Lexer.CellMarker.title(of: written)
    return title.isEmpty ? "# %%" : "# %% " + title
  }

  /// Takes the comments and empty lines between two tokens.
  private mutating func readGap(_ start: Int, _ end: Int, before piece: inout Piece) {
    var position = start
    var newlines = 0
    /// The column of the comment that another below may go on with.
    var column: Int?
    let isMarkdown = isMarkdownCell(pieces.last)
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\n") { newlines += 1 }
      guard byte == UInt8(ascii: "#") else {
        position += 1
        continue
      }
      let comment = comment(at: position, before: end)
      let place = source.column(of: position)
      if newlines == 0, start > 0, var last = pieces.last {
        last.trailing = comment.text
        pieces[pieces.count - 1] = last
        column = place
      } else {
        let blanks = max(0, newlines - 1)
        let continues = column == place && newlines == 1
        if !continues { column = nil }
        piece.comments.append(
          OwnComment(
            text: comment.text, blanks: isMarkdown ? blanks : min(blanks, 1),
            continuesTrailing: continues))
      }
      newlines = 0
      position = comment.end
    }
    piece.blanks = min(1, max(0, newlines - 1))
  }

  private func isMarkdownCell(_ piece: Piece?) -> Bool {
    guard let piece, case .cell = piece.kind else { return false }
    return piece.text.hasPrefix("# %% [markdown]") || piece.text.hasPrefix("# %% [md]")
  }

  /// A comment without trailing space.
  private func comment(at start: Int, before limit: Int) -> (text: String, end: Int) {
    var end = start
    while end < limit, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    var last = end
    while last > start, [0x20, 0x09, 0x0D].contains(bytes[last - 1]) { last -= 1 }
    return (String(decoding: bytes[start..<last], as: UTF8.self), end)
  }
}
