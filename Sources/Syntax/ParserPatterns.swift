/// Patterns: what `let`, `for` and the arms of `match` take apart.

extension Parser {
  enum PatternPlace {
    /// `let`, `for`: names only, since it must always fit.
    case binding
    case arm
  }

  /// pattern = ( name | "_" ) [ ":" annotation ] | literal | "[" patterns "]" | "(" patterns ")" | "{" fields "}"
  mutating func pattern(in place: PatternPlace) throws(Abort) -> Pattern {
    var names: [Name] = []
    let pattern = try alternatives(place, &names)
    if at(.comma), place == .binding, !atNewLine {
      throw fail(
        "X0113", "several names stand in parentheses", at: current.span,
        helps: [.init("write `(\(source.substring(pattern.span)), …)`")])
    }
    return pattern
  }

  /// pattern { "|" pattern }
  private mutating func alternatives(
    _ place: PatternPlace, _ names: inout [Name]
  ) throws(Abort) -> Pattern {
    let first = try single(place, &names)
    guard place == .arm, at(.bar) else { return first }
    var patterns = [first]
    while accept(.bar) { patterns.append(try single(place, &names)) }
    if let name = patterns.lazy.compactMap(\.firstName).first {
      throw fail(
        "X0113", "patterns between `|` bind no names", at: name.span,
        helps: [
          .init("write an arm for each, or `_` for what may be anything")
        ])
    }
    return Pattern(.either(patterns), span(from: first.span.start))
  }

  private mutating func single(
    _ place: PatternPlace, _ names: inout [Name]
  ) throws(Abort) -> Pattern {
    if case .name(let text) = current.kind { foreignConstant(text) }
    let token = current
    switch token.kind {
    case .name(let text):
      advance()
      checkUnique(Name(text, token.span), &names, "name")
      var pattern = Pattern(text == "_" ? .any : .name(text), token.span)
      if place == .binding || isAnnotatedName { pattern.annotation = try annotationIfAny() }
      return pattern
    case .symbol(.openBracket):
      return try listPattern(.openBracket, .closeBracket, place, &names)
    case .symbol(.openParenthesis):
      return try listPattern(.openParenthesis, .closeParenthesis, place, &names)
    case .symbol(.openBrace): return try recordPattern(place, &names)
    case .keyword(.true), .keyword(.false), .keyword(.none), .int, .intBeyondMaximum, .float,
      .string, .symbol(.minus):
      return try literalPattern(place)
    case .keyword: return Pattern(.name(try name("a name").text), token.span)
    default: throw expected("a name or a pattern")
    }
  }

  /// In an arm, `name: Type`; any other `:` is a mistake for `=>`.
  private var isAnnotatedName: Bool {
    switch token(1).kind {
    case .name, .symbol(.openBracket): true
    default: false
    }
  }

  /// A pattern inside another.
  private mutating func inner(
    _ place: PatternPlace, _ names: inout [Name]
  ) throws(Abort) -> Pattern {
    depth += 1
    defer { depth -= 1 }
    if depth > Parser.nestingLimit { throw tooDeep(current.span) }
    return try alternatives(place, &names)
  }

  private mutating func literalPattern(_ place: PatternPlace) throws(Abort) -> Pattern {
    let start = current.span.start
    let isNegative = accept(.minus)
    let value = try literal(isNegative: isNegative)
    if let closed = rangeFollows, case .int = value.kind {
      return try rangePattern(value, closed: closed, place, start)
    }
    let whole = span(from: start)
    guard place == .arm else {
      throw fail("X0113", "only `match` compares with a value; here names are needed", at: whole)
    }
    return Pattern(.value(Expression(value.kind, whole)), whole)
  }

  /// `..<` or `...` (true) stands before a number.
  private var rangeFollows: Bool? {
    guard at(.halfOpen) || at(.ellipsis) else { return nil }
    switch token(1).kind {
    case .int, .intBeyondMaximum, .symbol(.minus): return at(.ellipsis)
    default: return nil
    }
  }

  private mutating func rangePattern(
    _ low: Expression, closed: Bool, _ place: PatternPlace, _ start: Int
  ) throws(Abort) -> Pattern {
    advance()
    let high = try literal(isNegative: accept(.minus))
    let whole = span(from: start)
    guard place == .arm else {
      throw fail("X0113", "only `match` compares with a value; here names are needed", at: whole)
    }
    return Pattern(.range(Expression(.range(low, high, closed: closed), whole)), whole)
  }

  private mutating func listPattern(
    _ open: Symbol, _ close: Symbol, _ place: PatternPlace, _ names: inout [Name]
  ) throws(Abort) -> Pattern {
    let start = current.span.start
    var patterns: [Pattern] = []
    var rest: Pattern?
    var found = names
    try enclosed(open, close, linesMatter: false) { parser throws(Abort) in
      while !parser.at(close) {
        let pattern = try parser.inner(place, &found)
        if let rest {
          throw parser.fail(
            "X0113", "what takes the rest comes last in a pattern", at: rest.span)
        }
        if parser.accept(.ellipsis) { rest = pattern } else { patterns.append(pattern) }
        if !parser.accept(.comma) { break }
      }
    }
    names = found
    return Pattern(.list(patterns, rest: rest), span(from: start))
  }

  private mutating func recordPattern(
    _ place: PatternPlace, _ names: inout [Name]
  ) throws(Abort) -> Pattern {
    let start = current.span.start
    var fields: [(key: Name, pattern: Pattern)] = []
    var found = names
    try enclosed(.openBrace, .closeBrace, linesMatter: false) { parser throws(Abort) in
      while !parser.at(.closeBrace) {
        let isName = if case .name = parser.current.kind { true } else { false }
        let key = try parser.fieldName()
        if !isName, !parser.at(.colon) { throw parser.expected("`:` and a pattern") }
        if parser.accept(.colon) {
          fields.append((key, try parser.inner(place, &found)))
        } else {
          parser.checkUnique(key, &found, "name")
          fields.append((key, Pattern(.name(key.text), key.span)))
        }
        if !parser.accept(.comma) { break }
      }
    }
    names = found
    return Pattern(.record(fields), span(from: start))
  }
}

extension Pattern {
  /// The first name that it binds.
  fileprivate var firstName: Name? {
    switch kind {
    case .name(let text): Name(text, span)
    case .any, .value, .range: nil
    case .either(let patterns): patterns.lazy.compactMap(\.firstName).first
    case .list(let patterns, let rest):
      patterns.lazy.compactMap(\.firstName).first ?? rest?.firstName
    case .record(let fields): fields.lazy.compactMap(\.pattern.firstName).first
    }
  }
}
