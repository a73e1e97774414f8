/// From pieces to lines: where lines begin, how far they are indented, and the text.

/// The pieces of a script with the decisions about their lines.
struct Layout {
  var pieces: [Piece]
  /// The column of each piece that starts a line.
  var indents: [Int] = []
  /// The comments before a piece that starts a line stand here.
  var commentIndents: [Int] = []

  init(_ pieces: [Piece]) {
    self.pieces = pieces
  }

  /// Decides until nothing changes: each turn breaks what is too long in the lines of the turn before.
  mutating func settle() {
    repeat {
      normalise()
      findIndents()
    } while breakLongLines()
  }

  /// A bracket that is open, as indentation sees it.
  private struct Open {
    /// The indentation that what stands in it is measured from.
    var margin: Int
    var isBlock: Bool
    /// The piece that began the line on which it stands.
    var line: Int
    /// The last piece within it that begins both an element and a line.
    var lastElement: Int
    /// The current element began a line.
    var elementStartsLine = false

    var inner: Int { margin + Formatting.indent }
  }

  private mutating func findIndents() {
    indents = Array(repeating: 0, count: pieces.count)
    commentIndents = indents
    let lastElements = lastElements
    var open: [Open] = []
    var margin = 0
    var line = 0
    for (index, piece) in pieces.enumerated() {
      if piece.startsLine {
        margin = indent(of: index, &open)
        line = index
        indents[index] = margin
        commentIndents[index] = piece.isCloser ? open.last?.inner ?? 0 : margin
      } else if isElementStart(index), !open.isEmpty {
        open[open.count - 1].elementStartsLine = false
      }
      if piece.isOpener {
        open.append(
          Open(
            margin: self.margin(of: index, margin, line, open.last), isBlock: piece.opensBlock,
            line: line, lastElement: lastElements[index]))
      } else if piece.isCloser, let closed = open.popLast() {
        // What follows on the line stands where the bracket was opened.
        margin = closed.margin
      }
    }
  }

  /// The margin of a bracket: that of its line. One that is opened on the line of the bracket around it stands
  /// further in if an element of that one begins a line later.
  private func margin(of opener: Int, _ margin: Int, _ line: Int, _ outer: Open?) -> Int {
    guard let outer, outer.line == line else { return margin }
    let closer = pieces[opener].partner ?? pieces.count
    return !outer.isBlock && outer.lastElement > closer ? outer.inner : max(margin, outer.margin)
  }

  /// For each opening bracket the last piece directly within it that begins an element and a line, or -1.
  private var lastElements: [Int] {
    var last = Array(repeating: -1, count: pieces.count)
    var open: [Int] = []
    for index in pieces.indices {
      if pieces[index].isCloser { open.removeLast(open.isEmpty ? 0 : 1) }
      if let opener = open.last, pieces[index].startsLine, isElementStart(index),
        !pieces[index].isCloser
      {
        last[opener] = index
      }
      if pieces[index].isOpener { open.append(index) }
    }
    return last
  }

  /// The indentation of a line that begins with the piece.
  private func indent(of index: Int, _ open: inout [Open]) -> Int {
    let piece = pieces[index]
    if case .cell = piece.kind { return 0 }
    if piece.kind == .end { return 0 }
    guard let last = open.last else {
      return piece.startsStatement || followsBlock(index) ? 0 : Formatting.indent
    }
    if piece.isCloser { return last.margin }
    if last.isBlock {
      let isOwn = piece.startsStatement || followsBlock(index)
      return isOwn ? last.inner : last.inner + Formatting.indent
    }
    if isElementStart(index) || isClause(index) {
      open[open.count - 1].elementStartsLine = true
      return last.inner
    }
    return last.elementStartsLine ? last.inner + Formatting.indent : last.inner
  }

  /// An `else`, a `catch`, or the `{` of a block that a comment keeps on a line of its own.
  private func followsBlock(_ index: Int) -> Bool {
    switch pieces[index].kind {
    case .keyword(.else), .keyword(.catch): true
    default: pieces[index].opensBlock
    }
  }

  /// The piece begins an element of the innermost bracket.
  private func isElementStart(_ index: Int) -> Bool {
    guard index > 0 else { return true }
    let before = pieces[index - 1]
    return before.isOpener || before.isSymbol(.comma) || before.isSymbol(.semicolon)
  }

  /// The `for` or `if` of a comprehension, if the innermost bracket is not a block.
  func isClause(_ index: Int) -> Bool {
    guard index > 0, endsOperand(index - 1) else { return false }
    return pieces[index].kind == .keyword(.for) || pieces[index].kind == .keyword(.if)
  }
}
