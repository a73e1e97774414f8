/// What is the same however the author wrote it: semicolons, commas, and where brackets break.

extension Layout {
  /// Brings the pieces to the normal form; a second time changes nothing.
  mutating func normalise() {
    removeSemicolons()
    findPartners()
    removeLastCommas()
    findPartners()
    joinLines()
    expandBlocks()
    removeBlanks()
  }

  private mutating func findPartners() {
    var open: [Int] = []
    for index in pieces.indices {
      pieces[index].partner = nil
      if pieces[index].isOpener {
        open.append(index)
      } else if pieces[index].isCloser, let opener = open.popLast() {
        pieces[index].partner = opener
        pieces[opener].partner = index
        pieces[index].closesBlock = pieces[opener].opensBlock
      }
    }
  }

  /// A `;` between statements goes where a line or the block ends, but the one that hides the value of a
  /// cell stays.
  private mutating func removeSemicolons() {
    var kept: [Piece] = []
    var isBlock = [true]
    for index in pieces.indices {
      let piece = pieces[index]
      if piece.isOpener { isBlock.append(piece.opensBlock) }
      if piece.isCloser, isBlock.count > 1 { isBlock.removeLast() }
      guard piece.isSymbol(.semicolon), isBlock.last == true, piece.comments.isEmpty else {
        kept.append(piece)
        continue
      }
      guard index + 1 < pieces.count, !needsSemicolon(index, after: kept.last) else {
        kept.append(piece)
        continue
      }
      var blanks = piece.blanks
      if let trailing = piece.trailing, case .cell = kept.last?.kind {
        // A comment at the end of a marker's line would be part of its title.
        pieces[index + 1].comments.insert(OwnComment(text: trailing, blanks: blanks), at: 0)
        blanks = 0
      } else if piece.trailing != nil {
        guard !kept.isEmpty, kept[kept.count - 1].trailing == nil else {
          kept.append(piece)
          continue
        }
        kept[kept.count - 1].trailing = piece.trailing
      }
      pieces[index + 1].startsLine = pieces[index + 1].startsLine || piece.startsLine
      pieces[index + 1].blanks = max(pieces[index + 1].blanks, blanks)
    }
    pieces = kept
  }

  private func needsSemicolon(_ index: Int, after previous: Piece?) -> Bool {
    // What follows this and the semicolons behind it; a line may begin with any of them.
    var place = index + 1
    var startsLine = pieces[index].startsLine || pieces[place].startsLine
    while pieces[place].isSymbol(.semicolon), pieces[place].comments.isEmpty,
      place + 1 < pieces.count
    {
      place += 1
      startsLine = startsLine || pieces[place].startsLine
    }
    guard let previous, !previous.opensBlock, !previous.isSymbol(.semicolon) else { return false }
    if case .cell = previous.kind { return false }
    switch pieces[place].kind {
    case .end, .cell: return true
    case .symbol(.closeBrace): return false
    default: return !startsLine
    }
  }

  /// A comma before a closing bracket on the same line goes.
  private mutating func removeLastCommas() {
    var kept: [Piece] = []
    for (index, piece) in pieces.enumerated() {
      let isLast =
        piece.isSymbol(.comma) && piece.comments.isEmpty && !piece.startsLine
        && index + 1 < pieces.count && pieces[index + 1].isCloser
        && !pieces[index + 1].startsLine
      if !isLast { kept.append(piece) }
    }
    pieces = kept
  }

  /// A block's `{`, `else` and `catch` stand on the line that they belong to; a comma at the end of one.
  private mutating func joinLines() {
    for index in pieces.indices.dropFirst() where pieces[index].startsLine {
      let piece = pieces[index]
      let previous = pieces[index - 1]
      guard piece.canJoin(previous) else { continue }
      switch piece.kind {
      case .symbol(.openBrace) where piece.opensBlock && !piece.startsStatement: break
      case .keyword(.else) where previous.isCloser: break
      case .keyword(.catch) where previous.isCloser: break
      case .symbol(.comma) where index + 1 < pieces.count:
        pieces[index + 1].startsLine = true
      case _ where piece.isCloser && previous.isOpener: break
      default: continue
      }
      pieces[index].startsLine = false
      pieces[index].blanks = 0
    }
  }

  /// A block of several lines has its braces at the ends of lines of their own.
  private mutating func expandBlocks() {
    /// For each open block: its `{`, and whether a line begins within it.
    var open: [(index: Int, isLong: Bool)] = []
    for index in pieces.indices {
      if pieces[index].startsLine, !open.isEmpty { open[open.count - 1].isLong = true }
      if pieces[index].isOpener { open.append((index, false)) }
      guard pieces[index].isCloser, let (opener, isLong) = open.popLast(), isLong else { continue }
      if !open.isEmpty { open[open.count - 1].isLong = true }
      guard pieces[opener].opensBlock else { continue }
      pieces[opener + 1].startsLine = true
      pieces[index].startsLine = true
    }
  }

  /// No empty line at the start of the text, after an opening bracket, or before a closing one.
  private mutating func removeBlanks() {
    for index in pieces.indices {
      let isFirst = index == 0 || pieces[index - 1].isOpener
      if isFirst, !pieces[index].comments.isEmpty {
        pieces[index].comments[0].blanks = 0
      }
      if isFirst && pieces[index].comments.isEmpty || pieces[index].isCloser
        || pieces[index].kind == .end
      {
        pieces[index].blanks = 0
      }
      if !pieces[index].startsLine { pieces[index].blanks = 0 }
    }
  }
}
