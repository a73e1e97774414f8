/// Other languages' words and operators, recognised where they cannot be right here.

extension Parser {
  // MARK: At the start of a statement

  /// A word such as `def` before something that could not follow a name: reports it, and lets the parser
  /// read on as if the right word stood there.
  mutating func foreignStatement() {
    guard case .name(let word) = current.kind, let meaning = ForeignWords.statements[word],
      followsWord(token(1))
    else { return }
    let span = current.span
    switch meaning {
    case .keyword(let keyword):
      report(
        "X0107", "`\(word)` is not a word of this language", at: span,
        helps: [replacing(span, by: keyword.rawValue, "write `\(keyword.rawValue)`")])
      statementFailed = true
      tokens[position].kind = .keyword(keyword)
    case .advice(let text):
      report("X0107", "`\(word)` is not a word of this language", at: span, helps: [.init(text)])
      statementFailed = true
    }
  }

  /// The token is on the same line and could not follow a name.
  private func followsWord(_ next: Token) -> Bool {
    if next.startsLine || !next.followsSpace { return false }
    switch next.kind {
    case .symbol(.openBrace): return true
    case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.minus): return false
    case .keyword(.not), .keyword(.in), .keyword(.and), .keyword(.or), .keyword(.as): return false
    case .keyword: return true
    default: return next.kind.beginsExpression
    }
  }

  /// After `let`: `mut x`, or a second keyword.
  mutating func foreignModifier() -> Abort? {
    guard case .name("mut") = current.kind, case .name = token(1).kind else { return nil }
    return fail(
      "X0107", "`mut` is not a word of this language", at: current.span,
      helps: [
        replacing(
          tokens[position - 1].span.joined(current.span), by: "var",
          "what can change is declared with `var`")
      ])
  }

  /// `for (i = 0; i < n; i++)`.
  mutating func foreignLoop() -> Abort? {
    guard at(.openParenthesis), partners[position] > position else { return nil }
    let inside = tokens[position...partners[position]]
    guard inside.contains(where: { $0.kind == .symbol(.semicolon) }) else { return nil }
    return fail(
      "X0107", "a loop runs over a sequence",
      at: current.span.joined(tokens[partners[position]].span),
      helps: [.init("write `for i in 0..<n { … }`")])
  }

  /// `import numpy`.
  mutating func foreignModule(_ name: String) {
    guard let advice = ForeignWords.modules[name] else { return }
    report(
      "X0119", "`\(name)` is a module of Python", at: current.span, helps: [.init(advice)])
    statementFailed = true
  }

  /// `f(x) = …`, as Julia defines a function.
  mutating func foreignDefinition(_ target: Expression, _ symbol: Symbol) -> Abort? {
    guard symbol == .assign, case .call(let function, let arguments) = target.kind,
      case .name(let name) = function.kind
    else { return nil }
    let names = arguments.map { source.substring($0.value.span) }.joined(separator: ", ")
    let sign = current.span
    return fail(
      "X0106", "a call cannot be assigned to", at: target.span,
      helps: [
        .init(
          "a function is defined with `fn \(name)(\(names)) => …`",
          edits: [
            .init(source, Span(target.span.start, target.span.start), "fn "),
            .init(source, sign, "=>"),
          ])
      ])
  }

  // MARK: In an expression

  /// `None`, `True`, `null`: reports it, and reads on with the right word.
  mutating func foreignConstant(_ word: String) {
    guard let keyword = ForeignWords.constants[word] else { return }
    report(
      "X0107", "`\(word)` is not a word of this language", at: current.span,
      helps: [replacing(current.span, by: keyword.rawValue, "write `\(keyword.rawValue)`")])
    tokens[position].kind = .keyword(keyword)
  }

  /// `lambda x: …`, `f"…"`, `function(x) { … }`.
  mutating func foreignExpression(_ word: String) -> Abort? {
    let next = token(1)
    let span = current.span
    switch (word, next.kind) {
    case ("lambda", .name), ("lambda", .symbol(.colon)):
      return fail(
        "X0107", "`lambda` is not a word of this language", at: span,
        helps: [.init("a function is written `x => …` or `(x, y) => …`")])
    case ("new", .name) where !next.startsLine:
      return fail(
        "X0107", "`new` is not a word of this language", at: span,
        helps: [replacing(Span(span.start, next.span.start), by: "", "leave `new` out")])
    case ("f", .string), ("f", .stringOpen), ("b", .string), ("u", .string):
      guard !next.followsSpace else { return nil }
      return fail(
        "X0107", "a string has no `\(word)` before it", at: span,
        helps: [replacing(span, by: "", "leave it out: `{…}` is filled in every string")])
    case ("function", .symbol(.openParenthesis)), ("func", .symbol(.openParenthesis)):
      let close = partners[position + 1]
      guard close > position, tokens[close + 1].kind == .symbol(.openBrace) else { return nil }
      return fail(
        "X0107", "`\(word)` is not a word of this language", at: span,
        helps: [.init("a function without a name is written `(x, y) => { … }`")])
    default: return nil
    }
  }

  /// `&&`, `||`, `===`, `^` between operands: reports it and reads on with the right one.
  mutating func foreignInfix(_ symbol: Symbol) -> Infix? {
    guard let right = ForeignWords.operators[symbol], token(1).kind.beginsExpression,
      !token(1).startsLine
    else {
      return nil
    }
    report(
      "X0108", "`\(symbol.rawValue)` is not an operator of this language", at: current.span,
      helps: [replacing(current.span, by: right, "write `\(right)`")])
    switch right {
    case "and":
      tokens[position].kind = .keyword(.and)
      return .and
    case "or":
      tokens[position].kind = .keyword(.or)
      return .or
    case "==":
      tokens[position].kind = .symbol(.equal)
      return .comparison(.equal)
    case "!=":
      tokens[position].kind = .symbol(.notEqual)
      return .comparison(.notEqual)
    case "**":
      tokens[position].kind = .symbol(.power)
      return .arithmetic(.power)
    default:
      tokens[position].kind = .symbol(.plus)
      return .arithmetic(.add)
    }
  }

  /// `!x`.
  mutating func foreignNot() {
    report(
      "X0108", "`!` is not an operator of this language", at: current.span,
      helps: [replacing(current.span, by: "not ", "write `not`")])
  }

  /// `x--`, which would subtract the negative of nothing.
  mutating func foreignDecrement(_ sign: Span) -> Abort? {
    guard at(.minus), current.span.start == sign.end, !token(1).kind.beginsExpression else {
      return nil
    }
    let both = sign.joined(current.span)
    return fail(
      "X0108", "`--` is not an operator of this language", at: both,
      helps: [replacing(both, by: " -= 1", "write `-= 1`")])
  }

  /// `pattern -> value`.
  mutating func foreignArrow() {
    guard at(.thinArrow) || at(.colon) else { return }
    let found = source.substring(current.span)
    report(
      "X0108", "`\(found)` does not follow a pattern", at: current.span,
      helps: [replacing(current.span, by: "=>", "write `=>`")])
    tokens[position].kind = .symbol(.arrow)
  }

  /// The `in` between a pattern and a sequence.
  mutating func sequenceWord() throws(Abort) {
    if accept(.in) { return }
    let found = current
    guard found.kind == .name("of") || at(.assign) else { throw expected("`in`") }
    report(
      "X0107", "`\(source.substring(found.span))` does not stand before a sequence", at: found.span,
      helps: [replacing(found.span, by: "in", "write `in`")])
    advance()
  }

  /// `elif` after the block of an `if`: reads it as `else if`.
  mutating func foreignElse() {
    guard case .name(let word) = current.kind, ["elif", "elsif", "elseif"].contains(word),
      token(1).kind.beginsExpression
    else { return }
    report(
      "X0107", "`\(word)` is not a word of this language", at: current.span,
      helps: [replacing(current.span, by: "else if", "write `else if`")])
    position -= 1
    tokens[position].kind = .keyword(.else)
    tokens[position + 1].kind = .keyword(.if)
  }

  /// `except` or `rescue` after the block of a `try`.
  mutating func foreignCatch() {
    guard case .name(let word) = current.kind, ["except", "rescue", "finally"].contains(word) else {
      return
    }
    report(
      "X0107", "`\(word)` is not a word of this language", at: current.span,
      helps: [replacing(current.span, by: "catch", "write `catch error { … }`")])
    statementFailed = true
    tokens[position].kind = .keyword(.catch)
  }
}
