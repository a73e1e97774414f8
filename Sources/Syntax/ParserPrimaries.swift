/// The smallest expressions: literals, names, lists, records, blocks, `if`, `match` and `try`.

extension Parser {
  mutating func primary() throws(Abort) -> Expression {
    if case .name(let text) = current.kind { foreignConstant(text) }
    let token = current
    switch token.kind {
    case .name(let text):
      if let word = expressionWord { return try wordExpression(word) }
      if let abort = foreignExpression(text) { throw abort }
      advance()
      return Expression(.name(text), token.span)
    case .int, .intBeyondMaximum, .float, .string, .keyword(.true), .keyword(.false),
      .keyword(.none):
      return try literal(isNegative: false)
    case .stringOpen: return try interpolatedString()
    case .symbol(.openParenthesis): return try parenthesized()
    case .symbol(.openBracket): return try list()
    case .symbol(.openBrace):
      if isRecord { return try record() }
      let block = try block()
      return Expression(.block(block), block.span)
    case .keyword(.if): return try conditional()
    case .keyword(.match): return try matching()
    case .keyword(.try): return try attempt()
    default: throw unexpectedInExpression()
    }
  }

  /// literal = number | string | "true" | "false" | "none"
  mutating func literal(isNegative: Bool) throws(Abort) -> Expression {
    let token = current
    let kind: Expression.Kind
    switch token.kind {
    case .int(let value): kind = .int(isNegative ? -value : value)
    case .intBeyondMaximum where isNegative: kind = .int(.min)
    case .intBeyondMaximum:
      throw fail(
        "X0007", "this number is too large for an Int", at: token.span,
        "the largest is \(Int.max)")
    case .float(let value): kind = .float(isNegative ? -value : value)
    case .string(let text) where !isNegative: kind = .string(text.isEmpty ? [] : [.text(text)])
    case .keyword(.true) where !isNegative: kind = .bool(true)
    case .keyword(.false) where !isNegative: kind = .bool(false)
    case .keyword(.none) where !isNegative: kind = .none
    default: throw expected("a number")
    }
    advance()
    return Expression(kind, token.span)
  }

  /// interpolated = '"' { text | "{" expression [ ":" format ] "}" } '"'
  private mutating func interpolatedString() throws(Abort) -> Expression {
    let start = current.span.start
    advance()
    var parts: [Expression.StringPart] = []
    var text = ""
    while true {
      switch current.kind {
      case .stringText(let part):
        text += part
        advance()
      case .valueOpen:
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(try interpolatedValue())
      case .stringClose:
        if !text.isEmpty { parts.append(.text(text)) }
        advance()
        return Expression(.string(parts), span(from: start))
      default: throw expected("the rest of the string")
      }
    }
  }

  private mutating func interpolatedValue() throws(Abort) -> Expression.StringPart {
    let opening = current.span
    advance()
    return try bracketed(linesMatter: false) { parser throws(Abort) in
      let value = try parser.expression()
      var format: String?
      if case .format(let text) = parser.current.kind {
        format = text
        parser.advance()
      }
      guard parser.current.kind == .valueClose else {
        throw parser.fail(
          "X0101", "expected `}` after the value, found \(parser.current.kind.described)",
          at: parser.current.span, also: [.init(parser.source, opening, "to close this")])
      }
      parser.advance()
      return .value(value, format: format)
    }
  }

  /// "(" expression ")"
  private mutating func parenthesized() throws(Abort) -> Expression {
    let start = current.span.start
    if token(1).kind == .symbol(.closeParenthesis) {
      throw fail(
        "X0101", "there is nothing between these parentheses",
        at: current.span.joined(token(1).span))
    }
    let inner = try enclosed(.openParenthesis, .closeParenthesis, linesMatter: false) {
      parser throws(Abort) in
      let value = try parser.expression()
      if parser.at(Keyword.for) { return try parser.comprehension(value, start) }
      if parser.at(.comma) { throw parser.tupleInstead(start) }
      return value
    }
    return inner
  }

  private mutating func tupleInstead(_ start: Int) -> Abort {
    var helps = [Diagnostic.Help("several values together are a list: `[a, b]`")]
    if let open = tokens.firstIndex(where: { $0.span.start == start }), partners[open] > open {
      let close = tokens[partners[open]].span
      helps[0].edits = [
        .init(source, tokens[open].span, "["), .init(source, close, "]"),
      ]
    }
    return fail("X0101", "parentheses hold one value", at: current.span, helps: helps)
  }

  /// list = "[" [ element { "," element } | expression clauses ] "]"; element = expression [ "..." ]
  private mutating func list() throws(Abort) -> Expression {
    let start = current.span.start
    let kind = try enclosed(.openBracket, .closeBracket, linesMatter: false) {
      parser throws(Abort) -> Expression.Kind in
      var elements: [Expression.Element] = []
      while !parser.at(.closeBracket) {
        let value = try parser.expression()
        if parser.at(.for), elements.isEmpty {
          return try parser.comprehension(value, start).kind
        }
        elements.append(.init(value, isSpread: parser.accept(.ellipsis)))
        if !parser.accept(.comma) { break }
      }
      return .list(elements)
    }
    return Expression(kind, span(from: start))
  }

  /// clauses = "for" pattern "in" expression { "for" pattern "in" expression | "if" expression }
  mutating func comprehension(_ value: Expression, _ start: Int) throws(Abort) -> Expression {
    var clauses: [Expression.Clause] = []
    while true {
      if accept(.for) {
        let pattern = try pattern(in: .binding)
        try sequenceWord()
        clauses.append(.each(pattern, try expression()))
      } else if accept(.if) {
        clauses.append(.condition(try condition()))
      } else {
        return Expression(.comprehension(value, clauses), span(from: start))
      }
    }
  }

  /// conditional = "if" expression block [ "else" ( conditional | block ) ]
  private mutating func conditional() throws(Abort) -> Expression {
    let start = current.span.start
    advance()
    let condition = try condition()
    let body = try block()
    foreignElse()
    var other: Expression?
    if accept(.else) {
      if at(.if) {
        other = try nested { parser throws(Abort) in try parser.conditional() }
      } else {
        let block = try block()
        other = Expression(.block(block), block.span)
      }
    }
    return try checked(Expression(.conditional(condition, body, other), span(from: start)))
  }

  /// match = "match" expression "{" { arm ( newline | "," | ";" ) } "}"
  private mutating func matching() throws(Abort) -> Expression {
    let start = current.span.start
    advance()
    let value = try expression()
    let arms = try enclosed(.openBrace, .closeBrace, linesMatter: true) {
      parser throws(Abort) in
      var arms: [Expression.Arm] = []
      while !parser.at(.closeBrace), parser.current.kind != .end {
        if parser.accept(.comma) || parser.accept(.semicolon) { continue }
        parser.statementStarts.insert(parser.position)
        arms.append(try parser.arm())
        let ends =
          parser.current.startsLine || parser.at(.comma) || parser.at(.semicolon)
          || parser.at(.closeBrace)
        if !ends { throw parser.expected("`,` or a new line before the next arm") }
      }
      return arms
    }
    return Expression(.match(value, arms), span(from: start))
  }

  /// arm = pattern [ "if" expression ] "=>" ( block | expression )
  private mutating func arm() throws(Abort) -> Expression.Arm {
    let pattern = try pattern(in: .arm)
    var condition: Expression?
    if accept(.if) {
      lambdasAllowed = false
      defer { lambdasAllowed = true }
      condition = try self.condition()
    }
    foreignArrow()
    guard accept(.arrow) else { throw expected("`=>`") }
    if at(.openBrace) {
      let block = try blockOrExpression()
      return Expression.Arm(pattern, condition, Expression(.block(block), block.span))
    }
    return Expression.Arm(pattern, condition, try expression())
  }

  /// The current token is a word that begins an expression: no other expression has a name after a name.
  private var expressionWord: ExpressionWord? {
    guard case .name(let text) = current.kind, let word = ExpressionWord(rawValue: text) else {
      return nil
    }
    let next = token(1)
    guard case .name = next.kind, !next.startsLine, next.followsSpace else { return nil }
    return word
  }

  private mutating func wordExpression(_ word: ExpressionWord) throws(Abort) -> Expression {
    switch word {
    case .trace: try trace()
    case .sweep: try sweep()
    case .with: try scopedBlock()
    }
  }

  /// with = "with" expression block
  private mutating func scopedBlock() throws(Abort) -> Expression {
    let start = current.span.start
    advance()
    let scope = try condition()
    if at(.as) {
      throw fail(
        "X0107", "a scope has no name", at: current.span,
        helps: [.init("give the value a name before: `let s = …`, `with s { … }`")])
    }
    let body = try block()
    return try checked(Expression(.scoped(scope, body), span(from: start)))
  }

  /// attempt = "try" block "catch" name block
  private mutating func attempt() throws(Abort) -> Expression {
    let start = current.span.start
    advance()
    let body = try block()
    foreignCatch()
    guard accept(.catch) else { throw expected("`catch`") }
    let error = try name("a name for the error")
    let handler = try block()
    return Expression(.attempt(body, error: error, handler), span(from: start))
  }
}
