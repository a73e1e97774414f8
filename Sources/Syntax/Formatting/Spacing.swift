/// Which tokens of a line stand apart.

extension Layout {
  /// A space stands between the piece and the one before it on its line.
  func isApart(_ index: Int) -> Bool {
    let left = pieces[index - 1]
    let right = pieces[index]
    switch right.kind {
    case .symbol(.comma), .symbol(.semicolon), .symbol(.colon), .symbol(.closeParenthesis),
      .symbol(.closeBracket), .symbol(.question):
      return false
    case .symbol(.ellipsis), .symbol(.halfOpen):
      if endsOperand(index - 1) { return false }
    case .symbol(.closeBrace): return right.closesBlock && !left.opensBlock
    case .symbol(.dot): return left.isNumber && right.followedSpace
    default: break
    }
    switch left.kind {
    case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.dot), .symbol(.halfOpen),
      .symbol(.ellipsis):
      return false
    case .symbol(.openBrace): return left.opensBlock
    case .symbol(.minus) where isPrefix(index - 1): return false
    default: break
    }
    switch right.kind {
    case .symbol(.openParenthesis), .symbol(.openBracket):
      return !endsOperand(index - 1) || isStatementWord(index - 1) && right.followedSpace
    default: return true
    }
  }

  /// The `-` has only a right operand.
  func isPrefix(_ index: Int) -> Bool {
    if index == 0 || pieces[index].startsStatement { return true }
    if isStatementWord(index - 1), pieces[index].followedSpace {
      return !pieces[index + 1].followedSpace
    }
    return !endsOperand(index - 1)
  }

  /// What stands here can be called, indexed, or the left operand of an operator.
  func endsOperand(_ index: Int) -> Bool {
    let piece = pieces[index]
    switch piece.kind {
    case .name, .int, .intBeyondMaximum, .float, .string, .stringOpen: return true
    case .keyword(.true), .keyword(.false), .keyword(.none): return true
    case .keyword: return index > 0 && pieces[index - 1].isSymbol(.dot)
    default: return piece.isCloser
    }
  }

  /// The word may be one of the language here, after which a bracket opens no call.
  private func isStatementWord(_ index: Int) -> Bool {
    guard case .name(let text) = pieces[index].kind else { return false }
    return StatementWord(rawValue: text) != nil
  }
}

extension Piece {
  fileprivate var isNumber: Bool {
    switch kind {
    case .int, .intBeyondMaximum, .float: true
    default: false
    }
  }
}
