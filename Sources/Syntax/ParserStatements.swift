/// Statements and blocks.

extension Parser {
  /// statements = { statement ( newline | ";" ) }
  ///
  /// Up to `closer`, the end, or the next cell; the second result is true when a `;` follows the last one.
  mutating func statements(until closer: Symbol?) -> (statements: [Statement], hides: Bool) {
    var statements: [Statement] = []
    var hides = false
    while current.kind != .end, !atCell, closer.map({ !at($0) }) ?? true {
      if accept(.semicolon) {
        hides = true
        continue
      }
      hides = false
      statementStart = current.span.start
      statementFailed = false
      let start = position
      statementStarts.insert(start)
      do {
        let statement = try statement()
        statements.append(statement)
        try endStatement()
      } catch {
        recover(from: start)
        statements.append(Statement(.invalid, span(from: tokens[start].span.start)))
      }
      if depthIsExhausted { skipToEnd() }
    }
    return (statements, hides && !statements.isEmpty)
  }

  /// Enough errors have been reported: the rest of the text is not read.
  private var depthIsExhausted: Bool {
    diagnostics.count - lexicalCount >= Parser.errorLimit
  }

  private mutating func skipToEnd() { position = tokens.count - 1 }

  /// A statement ends at a newline, a `;`, or the end of its block.
  private mutating func endStatement() throws(Abort) {
    if current.startsLine || at(.semicolon) || at(.closeBrace) || current.kind == .end { return }
    throw unexpectedAfterStatement()
  }

  /// block = "{" statements "}"
  mutating func block() throws(Abort) -> Block {
    let start = current.span.start
    let outer = (statementStart, statementFailed)
    blockDepth += 1
    defer { blockDepth -= 1 }
    let statements = try nested { parser throws(Abort) in
      try parser.enclosed(.openBrace, .closeBrace, linesMatter: true) { parser throws(Abort) in
        let statements = parser.statements(until: .closeBrace).statements
        (parser.statementStart, parser.statementFailed) = outer
        return statements
      }
    }
    return Block(statements, span(from: start))
  }

  /// statement = declaration | assignment | expression | one of the forms that begin with a keyword
  mutating func statement() throws(Abort) -> Statement {
    let start = current.span.start
    if let word = statementWord { return try wordStatement(word, start) }
    foreignStatement()
    guard case .keyword(let keyword) = current.kind else { return try simpleStatement(start) }
    switch keyword {
    case .let, .var: return try declaration(start, isVariable: keyword == .var)
    case .fn where token(1).kind != .symbol(.openParenthesis): return try functionStatement(start)
    case .import: return try importStatement(start)
    case .for: return try forStatement(start)
    case .while: return try whileStatement(start)
    case .expect: return try expectStatement(start)
    case .raise: return try raiseStatement(start)
    case .return: return try returnStatement(start)
    case .break, .continue: return loopExit(start, keyword)
    default: return try simpleStatement(start)
    }
  }

  private mutating func wordStatement(
    _ word: StatementWord, _ start: Int
  ) throws(Abort) -> Statement {
    switch word {
    case .method, .metric, .model: return try declaredFunction(start, word)
    case .param: return try parameterStatement(start)
    case .test: return try testStatement(start)
    case .show: return try showStatement(start)
    case .defer: return try deferStatement(start)
    }
  }

  private mutating func expectStatement(_ start: Int) throws(Abort) -> Statement {
    advance()
    return Statement(.expect(try expression()), span(from: start))
  }

  private mutating func raiseStatement(_ start: Int) throws(Abort) -> Statement {
    advance()
    return Statement(.raise(try expression()), span(from: start))
  }

  private mutating func showStatement(_ start: Int) throws(Abort) -> Statement {
    advance()
    var values = [try expression()]
    while accept(.comma) { values.append(try expression()) }
    return Statement(.show(values), span(from: start))
  }

  /// The current token is a word that begins a statement here: what follows on its line could not follow a
  /// name.
  var isStatementWord: Bool { statementWord != nil }

  private var statementWord: StatementWord? {
    guard case .name(let text) = current.kind, let word = StatementWord(rawValue: text) else {
      return nil
    }
    let next = token(1)
    if word == .defer { return next.kind == .symbol(.openBrace) && !next.startsLine ? word : nil }
    if next.startsLine || !next.followsSpace { return nil }
    switch (word, next.kind) {
    case (.test, .string), (.test, .stringOpen): return word
    case (.test, _): return nil
    case (.show, .symbol(.minus)): return token(2).followsSpace ? nil : word
    case (.show, let kind): return kind.beginsExpression && !isOperatorWord(kind) ? word : nil
    case (_, .name): return word
    default: return nil
    }
  }

  private func isOperatorWord(_ kind: Token.Kind) -> Bool {
    kind == .keyword(.not) && token(2).kind == .keyword(.in)
  }

  /// An expression, or `target = value`, `target += value`.
  private mutating func simpleStatement(_ start: Int) throws(Abort) -> Statement {
    let target = beginsTargets ? try targets() : try expression()
    guard case .symbol(let symbol) = current.kind, !atNewLine,
      symbol == .assign || symbol.assignmentOperator != nil
    else { return Statement(.expression(target), span(from: start)) }
    try checkTarget(target, symbol)
    advance()
    let value = try expression()
    if at(.assign), !atNewLine {
      throw fail(
        "X0106", "an assignment has no value", at: current.span,
        helps: [.init("assign on two lines")])
    }
    return Statement(.assign(target, symbol.assignmentOperator, value), span(from: start))
  }

  /// `( … , … ) =` stands at the cursor.
  private var beginsTargets: Bool {
    guard at(.openParenthesis), partners[position] > position else { return false }
    let close = partners[position]
    guard tokens[close + 1].kind == .symbol(.assign), !tokens[close + 1].startsLine else {
      return false
    }
    var index = position + 1
    while index < close {
      if tokens[index].kind == .symbol(.comma) { return true }
      index = max(index, partners[index]) + 1
    }
    return false
  }

  /// targets = "(" target { "," target } ")": a list of what is assigned to
  private mutating func targets() throws(Abort) -> Expression {
    let start = current.span.start
    let elements = try nested { parser throws(Abort) in
      try parser.enclosed(.openParenthesis, .closeParenthesis, linesMatter: false) {
        parser throws(Abort) in
        var elements: [Expression.Element] = []
        while !parser.at(.closeParenthesis) {
          let isGroup = parser.at(.openParenthesis)
          let value = isGroup ? try parser.targets() : try parser.expression()
          elements.append(.init(value, isSpread: parser.accept(.ellipsis)))
          if !parser.accept(.comma) { break }
        }
        return elements
      }
    }
    return try checked(Expression(.list(elements), span(from: start)))
  }

  private mutating func checkTarget(_ target: Expression, _ symbol: Symbol) throws(Abort) {
    if isTarget(target) { return }
    if case .list(let elements) = target.kind {
      return try checkTargets(elements, symbol, target.span)
    }
    if let abort = foreignDefinition(target, symbol) { throw abort }
    var helps: [Diagnostic.Help] = []
    if symbol == .assign {
      helps = [replacing(current.span, by: "==", "to compare, write `==`")]
    }
    throw fail(
      "X0106", "this cannot be assigned to", at: target.span,
      "only a name, `x[…]` or `x.field` can", helps: helps)
  }

  /// The parts of `[a, b] = …`: each can be assigned to, and only the last takes the rest.
  private mutating func checkTargets(
    _ elements: [Expression.Element], _ symbol: Symbol, _ span: Span
  ) throws(Abort) {
    if symbol != .assign {
      throw fail(
        "X0106", "only one place at a time can be changed with `\(symbol.rawValue)`",
        at: current.span, helps: [.init("write the new values: `[a, b] = [a + 1, b + 1]`")])
    }
    for (index, element) in elements.enumerated() {
      if element.isSpread, index < elements.count - 1 {
        throw fail(
          "X0113", "what takes the rest comes last in a pattern", at: element.value.span)
      }
      if case .name("_") = element.value.kind { continue }
      try checkTarget(element.value, symbol)
    }
  }

  private func isTarget(_ target: Expression) -> Bool {
    switch target.kind {
    case .name, .invalid: true
    case .index(let base, _), .field(let base, _): isTarget(base)
    default: false
    }
  }

  /// defer = "defer" block
  private mutating func deferStatement(_ start: Int) throws(Abort) -> Statement {
    advance()
    let outer = (functionDepth, loopDepth)
    (functionDepth, loopDepth, deferDepth) = (0, 0, deferDepth + 1)
    defer {
      (functionDepth, loopDepth) = outer
      deferDepth -= 1
    }
    return Statement(.defers(try block()), span(from: start))
  }

  // MARK: Loops and jumps

  /// for = "for" pattern "in" expression block
  private mutating func forStatement(_ start: Int) throws(Abort) -> Statement {
    advance()
    if let abort = foreignLoop() { throw abort }
    let pattern = try pattern(in: .binding)
    try sequenceWord()
    let sequence = try condition()
    let body = try loopBody()
    return Statement(.forEach(pattern, sequence, body), span(from: start))
  }

  /// while = "while" expression block
  private mutating func whileStatement(_ start: Int) throws(Abort) -> Statement {
    advance()
    let condition = try condition()
    return Statement(.whileLoop(condition, try loopBody()), span(from: start))
  }

  private mutating func loopBody() throws(Abort) -> Block {
    loopDepth += 1
    defer { loopDepth -= 1 }
    return try block()
  }

  /// An expression before a `{`, where a single `=` is a mistake for `==`.
  mutating func condition() throws(Abort) -> Expression {
    let value = try expression()
    guard at(.assign) else { return value }
    report(
      "X0109", "`=` assigns; it does not compare", at: current.span,
      helps: [replacing(current.span, by: "==", "to compare, write `==`")])
    advance()
    return value.joined(with: try expression())
  }

  private mutating func returnStatement(_ start: Int) throws(Abort) -> Statement {
    if functionDepth == 0, deferDepth > 0 {
      report("X0142", "`return` cannot leave a `defer`", at: current.span)
    } else if functionDepth == 0 {
      report("X0111", "`return` outside a function", at: current.span)
    }
    advance()
    let isBare = current.startsLine || !current.kind.beginsExpression && !at(.fn)
    let value = isBare ? nil : try expression()
    return Statement(.returns(value), span(from: start))
  }

  private mutating func loopExit(_ start: Int, _ keyword: Keyword) -> Statement {
    if loopDepth == 0, deferDepth > 0, functionDepth == 0 {
      report("X0142", "`\(keyword.rawValue)` cannot leave a `defer`", at: current.span)
    } else if loopDepth == 0 {
      report("X0112", "`\(keyword.rawValue)` outside a loop", at: current.span)
    }
    advance()
    return Statement(keyword == .break ? .leave : .next, span(from: start))
  }
}

extension Expression {
  /// Two expressions that recovery read as one.
  fileprivate func joined(with other: Expression) -> Expression {
    Expression(.invalid, span.joined(other.span))
  }
}
