/// What the parser says about a token that fits nowhere, with a guess at what was meant.

extension Parser {
  /// Something stands after the end of a statement on its line.
  mutating func unexpectedAfterStatement() -> Abort {
    let found = current
    switch found.kind {
    case .symbol(.closeParenthesis), .symbol(.closeBracket): return strayCloser()
    case .symbol(.increment), .symbol(.question), .symbol(.rest), .symbol(.thinArrow),
      .symbol(.walrus), .symbol(.arrow), .symbol(.colon), .symbol(.foreignNot), .keyword(.if),
      .keyword(.for), .keyword(.as), .symbol(.comma):
      if let abort = foreignInstead(of: "") { return abort }
    default: break
    }
    return fail(
      "X0104", "expected a new line or `;` before \(found.kind.described)", at: found.span,
      helps: [
        replacing(
          Span(previousEnd, previousEnd), by: ";", "two statements on one line are separated by `;`"
        )
      ])
  }

  private mutating func strayCloser() -> Abort {
    fail(
      "X0103", "this `\(source.substring(current.span))` closes nothing", at: current.span,
      helps: [replacing(current.span, by: "", "remove it, or open a bracket before it")])
  }

  /// A token that cannot begin an expression.
  mutating func unexpectedInExpression() -> Abort {
    let found = current
    switch found.kind {
    case .symbol(.closeBrace) where blockDepth == 0 && partners[position] < 0:
      let abort = strayCloser()
      advance()
      return abort
    case .symbol(.closeParenthesis), .symbol(.closeBracket):
      if partners[position] < 0 {
        let abort = strayCloser()
        advance()
        return abort
      }
    case .symbol(let symbol) where isInfix(symbol) && found.startsLine:
      return leadingOperator(symbol.rawValue)
    case .keyword(let keyword) where found.startsLine && [.and, .or, .in].contains(keyword):
      return leadingOperator(keyword.rawValue)
    case .keyword(let keyword) where keyword.beginsStatement && !found.startsLine:
      return fail(
        "X0101", "`\(keyword.rawValue)` begins a statement; it has no value here", at: found.span,
        helps: keyword == .fn
          ? [.init("a function without a name is written `x => …` or `(x, y) => …`")] : [])
    default: break
    }
    return expected("an expression")
  }

  private func isInfix(_ symbol: Symbol) -> Bool {
    switch symbol {
    case .plus, .star, .slash, .floorDivide, .percent, .power, .at, .equal, .notEqual, .less,
      .lessOrEqual, .greater, .greaterOrEqual, .coalesce, .compose, .halfOpen, .ellipsis:
      true
    default: false
    }
  }

  private mutating func leadingOperator(_ text: String) -> Abort {
    var helps = [
      Diagnostic.Help("end the line before with `\(text)`, or put the whole in parentheses")
    ]
    if text == "//" || text == "/" {
      helps = [replacing(current.span, by: "#", "a comment begins with `#`")]
    }
    if position > 0, current.span.start > 0, text != "//", text != "/" {
      let gap = Span(current.span.start, min(current.span.end + 1, token(1).span.start))
      helps[0].edits = [
        .init(source, Span(previousEnd, previousEnd), " " + text), .init(source, gap, ""),
      ]
    }
    return fail(
      "X0115", "a line cannot begin with `\(text)`", at: current.span,
      "the statement before has ended",
      helps: helps)
  }

  /// The current token belongs to another language: says so. Nil if it is none that is known.
  mutating func foreignInstead(of what: String) -> Abort? {
    let found = current
    switch found.kind {
    case .symbol(let symbol): return foreignSymbol(symbol, found)
    case .keyword(.if) where !found.startsLine:
      return fail(
        "X0107", "a condition does not follow the value it chooses", at: found.span,
        helps: [.init("write `if condition { a } else { b }`")])
    case .keyword(.for) where !found.startsLine:
      return fail(
        "X0107", "`for` after a value stands only in brackets", at: found.span,
        helps: [.init("write `[f(x) for x in xs]`")])
    case .name("then"), .name("do"):
      return fail(
        "X0107", "a block is written in braces", at: found.span,
        helps: [replacing(found.span, by: "{", "write `{ … }`")])
    default: return nil
    }
  }

  private mutating func foreignSymbol(_ symbol: Symbol, _ found: Token) -> Abort? {
    let name = symbol.rawValue
    switch symbol {
    case .colon where token(1).startsLine || token(1).kind == .end:
      return fail(
        "X0107", "a block is written in braces", at: found.span,
        helps: [replacing(found.span, by: " {", "write `{ … }`")])
    case .increment where token(1).startsLine || !token(1).kind.beginsExpression:
      return fail(
        "X0108", "`++` is not an operator of this language", at: found.span,
        helps: [replacing(found.span, by: " += 1", "write `+= 1`")])
    case .plus, .increment:
      return fail(
        "X0108", "`\(name)` does not stand before a value", at: found.span,
        helps: [replacing(found.span, by: "", "leave it out")])
    case .question:
      return fail(
        "X0108", "`?` is not an operator of this language", at: found.span,
        helps: [.init("to choose, write `if condition { a } else { b }`")])
    case .rest:
      return fail(
        "X0108", "`..` stands alone in a subscript, for all remaining axes", at: found.span,
        helps: [.init("a range is `a..<b`, without its end, or `a...b`, with it")])
    case .thinArrow, .arrow:
      return fail(
        "X0108", "`\(name)` follows the parameters of a function", at: found.span,
        helps: [.init("a function is written `x => …` or `(x, y) => …`")])
    case .walrus:
      return fail(
        "X0108", "`:=` is not an operator of this language", at: found.span,
        helps: [replacing(found.span, by: "=", "declare with `let x = …`, change with `x = …`")])
    case .colon:
      return fail(
        "X0108", "`:` does not belong here", at: found.span,
        helps: [.init("a range is written `a..<b`")])
    case .tilde, .dollar, .ampersand, .bar, .caret, .foreignAnd, .foreignOr, .identical,
      .notIdentical, .foreignNot:
      return fail("X0108", "`\(name)` is not an operator of this language", at: found.span)
    default: return nil
    }
  }
}
