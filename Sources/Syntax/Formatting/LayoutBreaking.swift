/// Breaking lines that are too long.

extension Layout {
  /// Breaks each line that is too long at its outermost places; false if there was nothing to break.
  mutating func breakLongLines() -> Bool {
    var hasBroken = false
    var start = 0
    while start < pieces.count {
      var end = start + 1
      while end < pieces.count, !pieces[end].startsLine { end += 1 }
      for place in breaks(start..<end) {
        pieces[place].startsLine = true
        hasBroken = true
      }
      start = end
    }
    return hasBroken
  }

  /// Where a line is to be broken; nowhere if it fits or cannot be.
  private func breaks(_ line: Range<Int>) -> [Int] {
    let ends = ends(line)
    guard let width = ends.max(), width > Formatting.width else { return [] }
    // The documentation of a declaration stands at the end of its line.
    if let last = line.last, pieces[last].trailing?.hasPrefix("##") == true { return [] }
    let outer = outermost(line)
    let statements = outer.filter { pieces[$0].startsStatement && $0 > line.lowerBound }
    if !statements.isEmpty { return statements }
    let pipes = outer.filter { pieces[$0].isSymbol(.pipe) && $0 > line.lowerBound }
    if !pipes.isEmpty { return pipes }
    let clauses = outer.filter { $0 > line.lowerBound && isClause($0) }
    if !clauses.isEmpty, isInBracket(line) { return clauses }
    let elements = outer.filter { $0 > line.lowerBound && pieces[$0 - 1].isSymbol(.comma) }
    if !elements.isEmpty { return filled(elements, line, ends) }
    let blocks = outer.filter { holdsBlock($0, line) }
    if !blocks.isEmpty { return blocks.map { $0 + 1 } }
    if let group = group(outer, line, ends) { return [group] }
    return operatorBreak(outer, line, ends).map { [$0] } ?? []
  }

  /// The column at which each piece of a line ends; a string of several lines begins again at the left.
  private func ends(_ line: Range<Int>) -> [Int] {
    var column = indents[line.lowerBound]
    return line.map { index in
      if index > line.lowerBound, isApart(index) { column += 1 }
      let text = pieces[index].text
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if lines.count > 1, let last = lines.last {
        column = DisplayWidth.of(String(last))
      } else {
        column += DisplayWidth.of(text)
      }
      return column
    }
  }

  /// The pieces of a line that lie in no bracket which it opens.
  private func outermost(_ line: Range<Int>) -> [Int] {
    var depth = 0
    var found: [Int] = []
    for index in line {
      if pieces[index].isCloser { depth = max(0, depth - 1) }
      if depth == 0 { found.append(index) }
      if pieces[index].isOpener { depth += 1 }
    }
    return found
  }

  /// The line begins inside a bracket in which lines do not matter.
  private func isInBracket(_ line: Range<Int>) -> Bool {
    var index = line.lowerBound
    while index > 0 {
      index -= 1
      if pieces[index].isCloser, let partner = pieces[index].partner {
        index = partner
      } else if pieces[index].isOpener {
        return !pieces[index].opensBlock
      }
    }
    return false
  }

  /// As many elements on each line as fit.
  private func filled(_ elements: [Int], _ line: Range<Int>, _ ends: [Int]) -> [Int] {
    var places: [Int] = []
    var origin = indents[line.lowerBound]
    var margin = origin
    for (order, element) in elements.enumerated() {
      let next = order + 1 < elements.count ? elements[order + 1] : line.upperBound
      let width = ends[next - 1 - line.lowerBound] - origin + margin
      guard width > Formatting.width else { continue }
      places.append(element)
      origin = ends[element - 1 - line.lowerBound] + 1
      margin = indents[line.lowerBound]
    }
    return places
  }

  /// The piece opens a block that ends on the line: `if a { b } else { c }` breaks all of its blocks.
  private func holdsBlock(_ index: Int, _ line: Range<Int>) -> Bool {
    guard pieces[index].opensBlock, let closer = pieces[index].partner else { return false }
    return closer > index + 1 && closer < line.upperBound
  }

  /// The first piece within the outermost bracket that reaches beyond the width.
  private func group(_ outer: [Int], _ line: Range<Int>, _ ends: [Int]) -> Int? {
    for opener in outer where pieces[opener].isOpener {
      guard let closer = pieces[opener].partner, closer > opener + 1 else { continue }
      let end = ends[min(closer, line.upperBound - 1) - line.lowerBound]
      guard end > Formatting.width, opener + 1 < line.upperBound else { continue }
      return lastGroup(opener, closer, line, ends) ?? opener + 1
    }
    return nil
  }

  /// Of `f(x, [ … ])` the first piece within the list: what comes last may begin on the same line.
  private func lastGroup(
    _ opener: Int, _ closer: Int, _ line: Range<Int>, _ ends: [Int]
  ) -> Int? {
    guard closer < line.upperBound, pieces[closer - 1].isCloser,
      !pieces[closer - 1].isSymbol(.closeParenthesis),
      let inner = pieces[closer - 1].partner, inner > opener, inner + 2 < closer,
      ends[inner - line.lowerBound] <= Formatting.width
    else { return nil }
    return lastGroup(inner, closer - 1, line, ends) ?? inner + 1
  }

  /// After the last of the loosest operators that fits; else after `=>` or `=`.
  private func operatorBreak(_ outer: [Int], _ line: Range<Int>, _ ends: [Int]) -> Int? {
    let operators = outer.filter {
      $0 > line.lowerBound && $0 + 1 < line.upperBound && endsOperand($0 - 1)
    }
    for level in Layout.levels {
      let places = operators.filter { level.contains(pieces[$0].kind) }
      let fitting = places.last { ends[$0 - line.lowerBound] <= Formatting.width }
      if let place = fitting ?? places.first { return place + 1 }
    }
    return nil
  }

  /// Operators after which a line may end, the loosest first.
  private static let levels: [Set<Token.Kind>] = [
    [.keyword(.or)], [.keyword(.and)],
    [
      .symbol(.equal), .symbol(.notEqual), .symbol(.less), .symbol(.lessOrEqual),
      .symbol(.greater), .symbol(.greaterOrEqual),
    ],
    [.symbol(.coalesce)], [.symbol(.compose)], [.symbol(.plus), .symbol(.minus)],
    [.symbol(.star), .symbol(.slash), .symbol(.at)], [.symbol(.arrow)], [.symbol(.assign)],
  ]
}
