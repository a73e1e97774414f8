/// Reporting, and finding the place where parsing can go on after an error.

extension Parser {
  /// Reports an error that does not stop the parser. Within one statement, what follows a lexical error or
  /// an earlier one that was final is not reported again.
  mutating func report(
    _ code: String, _ message: String, at span: Span, _ text: String = "",
    also secondary: [Diagnostic.Label] = [], notes: [String] = [], helps: [Diagnostic.Help] = []
  ) {
    if diagnostics.count - lexicalCount >= Parser.errorLimit { return }
    if statementFailed || hasLexicalError(before: max(span.end, current.span.end)) { return }
    diagnostics.append(
      Diagnostic(
        code, message, at: .init(source, span, text), also: secondary, notes: notes, helps: helps))
  }

  /// Reports an error after which the statement cannot be read.
  mutating func fail(
    _ code: String, _ message: String, at span: Span, _ text: String = "",
    also secondary: [Diagnostic.Label] = [], notes: [String] = [], helps: [Diagnostic.Help] = []
  ) -> Abort {
    report(code, message, at: span, text, also: secondary, notes: notes, helps: helps)
    statementFailed = true
    return Abort()
  }

  /// Reports that the current token is not what the grammar asks for.
  mutating func expected(_ what: String, helps: [Diagnostic.Help] = []) -> Abort {
    let found = current
    if endFails() { return Abort() }
    if let abort = foreignInstead(of: what) { return abort }
    let endsLine = atNewLine && found.span.start != statementStart && found.kind != .end
    let name = endsLine ? "the end of the line" : found.kind.described
    let place =
      found.kind == .end || endsLine ? Span(previousEnd, previousEnd) : found.span
    return fail("X0101", "expected \(what), found \(name)", at: place, helps: helps)
  }

  /// At the end of the text, an error is noted as one that more text could mend. True if there was one
  /// before: the same end explains both.
  private mutating func endFails() -> Bool {
    guard current.kind == .end else { return false }
    if failsAtEnd { return true }
    failsAtEnd = diagnostics.count == lexicalCount
    return false
  }

  mutating func tooDeep(_ span: Span) -> Abort {
    let abort = fail(
      "X0105", "this is nested too deeply", at: span, "",
      notes: [
        "the limit is \(Parser.nestingLimit) brackets, blocks or operators within one another, and"
          + " \(Parser.heightLimit) in a row."
      ], helps: [.init("give inner parts names with `let`")])
    return abort
  }

  /// Proposes to replace the text of a span.
  func replacing(_ span: Span, by replacement: String, _ text: String) -> Diagnostic.Help {
    .init(text, edits: [.init(source, span, replacement)])
  }

  private func hasLexicalError(before end: Int) -> Bool {
    diagnostics.prefix(lexicalCount).contains { diagnostic in
      guard let start = diagnostic.primary?.span.start else { return false }
      return start >= statementStart && start <= end
    }
  }

  // MARK: Brackets

  /// The opening bracket, `body`, the closing one.
  mutating func enclosed<Result>(
    _ open: Symbol, _ close: Symbol, linesMatter: Bool,
    _ body: (inout Parser) throws(Abort) -> Result
  ) throws(Abort) -> Result {
    let opening = current.span
    if linesMatter { blockOpeners.insert(position) }
    guard accept(open) else { throw expected("`\(open.rawValue)`") }
    return try bracketed(linesMatter: linesMatter) { parser throws(Abort) in
      let result = try body(&parser)
      try parser.close(close, opening)
      return result
    }
  }

  /// The closing bracket; when it is missing, the opening one is shown too.
  mutating func close(_ symbol: Symbol, _ opening: Span) throws(Abort) {
    if accept(symbol) { return }
    if let abort = foreignInstead(of: "`\(symbol.rawValue)`") { throw abort }
    let name = source.substring(opening)
    if endFails() { throw Abort() }
    if isUnclosed {
      let place = Span(previousEnd, previousEnd)
      throw fail(
        "X0102", "`\(name)` is not closed", at: opening, "it opens here",
        also: current.kind == .end
          ? [] : [.init(source, current.span, "`\(symbol.rawValue)` is missing before this")],
        helps: [replacing(place, by: symbol.rawValue, "close it with `\(symbol.rawValue)`")])
    }
    let isList = !(symbol == .closeBrace && linesMatter)
    let gap = Span(previousEnd, previousEnd)
    throw fail(
      "X0101",
      "expected \(isList ? "`,` or " : "")`\(symbol.rawValue)`, found \(current.kind.described)",
      at: current.span, also: [.init(source, opening, "to close this")],
      helps: isList && current.kind.beginsExpression
        ? [replacing(gap, by: ",", "separate the two with `,`")] : [])
  }

  /// The current token cannot be inside brackets at all: the one that should have closed them is missing.
  private var isUnclosed: Bool {
    switch current.kind {
    case .end, .cell, .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeBrace),
      .valueClose:
      true
    case .keyword(let keyword): current.startsLine && keyword.beginsStatement
    default: current.startsLine && isStatementWord
    }
  }

  // MARK: Going on

  /// Skips the rest of a statement that could not be read: to the next line, `;` or the `}` that closes the
  /// block around it. Brackets that have a partner are passed over whole.
  mutating func recover(from start: Int) {
    let failed = position
    if current.kind == .end { return }
    let indented = endsWithColon
    if failed > start, isBoundary(failed), beginsStatement(tokens[failed]) { return }
    position = start
    repeat { skipOne() } while position < failed || !isBoundary(position)
    if indented { skipIndented(under: tokens[start]) }
  }

  /// A statement that could not be read ends before this token.
  private func isBoundary(_ index: Int) -> Bool {
    let token = tokens[index]
    switch token.kind {
    case .end, .cell, .symbol(.closeBrace), .symbol(.semicolon): return true
    case .keyword(.else), .keyword(.catch), .symbol(.pipe), .symbol(.dot): return false
    default: return token.startsLine
    }
  }

  private func beginsStatement(_ token: Token) -> Bool {
    if case .keyword(let keyword) = token.kind { return keyword.beginsStatement }
    return false
  }

  /// Passes one token, or a bracket with all that it holds.
  private mutating func skipOne() {
    let partner = partners[position]
    if partner > position { position = partner }
    advance()
  }

  /// The statement failed at a `:` that ends its line, as Python's blocks begin.
  private var endsWithColon: Bool { at(.colon) && token(1).startsLine }

  /// Skips the lines of a block that is marked by indentation only, and the branches that belong to it.
  private mutating func skipIndented(under first: Token) {
    let margin = source.column(of: first.span.start)
    while current.kind != .end, !atCell {
      let column = source.column(of: current.span.start)
      if column <= margin, !continuesIndented { return }
      repeat { skipOne() } while !current.startsLine && current.kind != .end
    }
  }

  var atCell: Bool {
    if case .cell = current.kind { return true }
    return false
  }

  private var continuesIndented: Bool {
    switch current.kind {
    case .keyword(.else): true
    case .name(let word): ["elif", "except", "finally"].contains(word)
    default: false
    }
  }
}
