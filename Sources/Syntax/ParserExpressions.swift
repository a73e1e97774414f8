/// Expressions: operators by binding power, from `or` (loosest) to `**`.

/// How tightly an operator binds; a greater number binds tighter.
enum BindingPower: Int, Comparable {
  case lowest, or, and, not, comparison, coalesce, pipe, compose, range, sum, product, prefix, power

  static func < (left: BindingPower, right: BindingPower) -> Bool { left.rawValue < right.rawValue }

  /// The least power that the right operand of a left-associative operator takes.
  var next: BindingPower { BindingPower(rawValue: rawValue + 1) ?? .power }
}

/// What an operator between two operands makes.
enum Infix {
  case or, and, coalesce, pipe, compose
  case comparison(Comparison)
  case range(closed: Bool)
  case arithmetic(BinaryOperator)

  var power: BindingPower {
    switch self {
    case .or: .or
    case .and: .and
    case .comparison: .comparison
    case .coalesce: .coalesce
    case .pipe: .pipe
    case .compose: .compose
    case .range: .range
    case .arithmetic(.add), .arithmetic(.subtract): .sum
    case .arithmetic(.power): .power
    case .arithmetic: .product
    }
  }
}

extension Parser {
  /// expression = prefix { operator prefix }, grouped by binding power
  mutating func expression(_ least: BindingPower = .lowest) throws(Abort) -> Expression {
    try nested { parser throws(Abort) in
      var left = try parser.prefix()
      while true {
        if parser.atNextLineDot, !parser.inPipe {
          left = try parser.postfix(left)
        } else if let infix = parser.infix(), infix.power >= least {
          left = try parser.checked(try parser.infixExpression(left, infix))
        } else {
          return left
        }
      }
    }
  }

  /// Keeps the height of the tree within its limit.
  mutating func checked(_ expression: Expression) throws(Abort) -> Expression {
    guard expression.height <= Parser.heightLimit else {
      throw tooDeep(Span(previousEnd, previousEnd))
    }
    return expression
  }

  /// The operator at the cursor. At the start of a line only `|>` goes on.
  private mutating func infix() -> Infix? {
    if atNewLine, !at(.pipe) { return nil }
    switch current.kind {
    case .keyword(.or): return .or
    case .keyword(.and): return .and
    case .keyword(.in): return .comparison(.contains)
    case .keyword(.not) where token(1).kind == .keyword(.in): return .comparison(.notContains)
    case .symbol(let symbol): return infix(symbol)
    default: return nil
    }
  }

  private mutating func infix(_ symbol: Symbol) -> Infix? {
    switch symbol {
    case .coalesce: return .coalesce
    case .pipe: return .pipe
    case .compose: return .compose
    case .halfOpen: return .range(closed: false)
    case .ellipsis: return isSpread ? nil : .range(closed: true)
    case .equal: return .comparison(.equal)
    case .notEqual: return .comparison(.notEqual)
    case .less: return .comparison(.less)
    case .lessOrEqual: return .comparison(.lessOrEqual)
    case .greater: return .comparison(.greater)
    case .greaterOrEqual: return .comparison(.greaterOrEqual)
    case .plus: return .arithmetic(.add)
    case .minus: return .arithmetic(.subtract)
    case .star: return .arithmetic(.multiply)
    case .slash: return .arithmetic(.divide)
    case .floorDivide: return .arithmetic(.floorDivide)
    case .percent: return .arithmetic(.remainder)
    case .power: return .arithmetic(.power)
    case .at: return .arithmetic(.matrixProduct)
    default: return foreignInfix(symbol)
    }
  }

  /// The `...` at the cursor spreads what stands before it.
  private var isSpread: Bool {
    switch token(1).kind {
    case .end, .cell, .symbol(.comma), .symbol(.closeParenthesis), .symbol(.closeBracket),
      .symbol(.closeBrace):
      true
    default: false
    }
  }

  private mutating func infixExpression(
    _ left: Expression, _ infix: Infix
  ) throws(Abort) -> Expression {
    if case .comparison = infix { return try comparison(left) }
    let sign = current.span
    advance()
    if case .arithmetic(.subtract) = infix, let abort = foreignDecrement(sign) { throw abort }
    let least =
      if case .arithmetic(.power) = infix { BindingPower.prefix } else { infix.power.next }
    let outer = inPipe
    inPipe = inPipe || infix.power == .pipe
    let right = try expression(least)
    inPipe = outer
    let span = left.span.joined(right.span)
    switch infix {
    case .or: return Expression(.or(left, right), span)
    case .and: return Expression(.and(left, right), span)
    case .coalesce: return Expression(.coalesce(left, right), span)
    case .pipe: return Expression(.pipe(left, right), span)
    case .compose: return Expression(.compose(left, right), span)
    case .arithmetic(let symbol):
      return Expression(.binary(symbol, sign, left, right), span)
    case .range(let closed):
      if case .range = left.kind {
        throw fail("X0101", "a range has two ends", at: sign)
      }
      return Expression(.range(left, right, closed: closed), span)
    case .comparison: return left
    }
  }

  /// comparison = operand { ( "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not" "in" ) operand }
  private mutating func comparison(_ first: Expression) throws(Abort) -> Expression {
    var links: [Expression.Link] = []
    while case .comparison(let comparison)? = infix() {
      let start = current.span.start
      if comparison == .notContains { advance() }
      advance()
      let sign = span(from: start)
      links.append(.init(comparison, sign, try expression(.coalesce)))
    }
    return Expression(.comparison(first, links), span(from: first.span.start))
  }

  /// prefix = "-" prefix | "not" expression | lambda | postfix
  private mutating func prefix() throws(Abort) -> Expression {
    let start = current.span.start
    switch current.kind {
    case .symbol(.minus):
      advance()
      if current.kind == .intBeyondMaximum, token(1).kind != .symbol(.power) {
        advance()
        return Expression(.int(.min), span(from: start))
      }
      let operand = try expression(.prefix)
      return try checked(Expression(.unary(.negate, operand), span(from: start)))
    case .keyword(.not):
      advance()
      let operand = try expression(.comparison)
      return try checked(Expression(.unary(.not, operand), span(from: start)))
    case .symbol(.foreignNot):
      foreignNot()
      advance()
      let operand = try expression(.prefix)
      return try checked(Expression(.unary(.not, operand), span(from: start)))
    default:
      if isLambda { return try lambda() }
      return try postfix(try primary())
    }
  }

  /// postfix = primary { "(" arguments ")" | "[" subscripts "]" | "." name }
  private mutating func postfix(_ base: Expression) throws(Abort) -> Expression {
    var base = base
    while case .symbol(let symbol) = current.kind {
      switch symbol {
      case .openParenthesis where !atNewLine:
        let arguments = try arguments()
        base = Expression(.call(base, arguments), span(from: base.span.start))
      case .openBracket where !atNewLine:
        let subscripts = try subscripts()
        base = Expression(.index(base, subscripts), span(from: base.span.start))
      case .dot:
        if inPipe, atNextLineDot { return base }
        advance()
        let name = try memberName()
        base = Expression(.field(base, name), span(from: base.span.start))
      default: return base
      }
      base = try checked(base)
    }
    return base
  }

  /// A `.` begins the line.
  private var atNextLineDot: Bool { at(.dot) && current.startsLine }

  /// The name after a `.`, which may be a word of the language.
  private mutating func memberName() throws(Abort) -> Name {
    let token = current
    switch token.kind {
    case .name(let text):
      advance()
      return Name(text, token.span)
    case .keyword(let keyword) where !token.startsLine:
      advance()
      return Name(keyword.rawValue, token.span)
    default: throw expected("the name of a field")
    }
  }
}
