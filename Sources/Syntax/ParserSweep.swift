/// `sweep`: a block for every combination of some values.

extension Parser {
  /// The options of a sweep.
  package static let sweepOptions = ["jobs", "keep"]

  /// sweep = "sweep" swept { "," ( swept | name ":" expression ) } block; swept = name "in" expression
  mutating func sweep() throws(Abort) -> Expression {
    let start = current.span.start
    advance()
    var names: [Sweep.Swept] = []
    var options: [(label: Name, value: Expression)] = []
    var taken: [Name] = []
    repeat {
      let name = try name("a name to sweep")
      checkUnique(name, &taken, "name")
      if at(.colon), !names.isEmpty {
        checkOption(name)
        advance()
        options.append((name, try expression()))
      } else {
        try sequenceWord()
        names.append(.init(name, try condition()))
      }
    } while accept(.comma)
    let body = try rowBody()
    let sweep = Sweep(names: names, options: options, body: body, span: span(from: start))
    return try checked(Expression(.sweep(sweep), sweep.span))
  }

  private mutating func checkOption(_ name: Name) {
    guard !Parser.sweepOptions.contains(name.text) else { return }
    let near = Suggestion.nearest(to: name.text, among: Parser.sweepOptions).first
    report(
      "X0151", "`\(name.text)` is no option of a sweep", at: name.span,
      helps: [
        near.map { replacing(name.span, by: $0, "did you mean `\($0):`?") }
          ?? .init("the options are `jobs: n` and `keep: \"rows.jsonl\"`")
      ])
  }

  /// Each row runs by itself: no `return`, `break` or `continue` leaves its block.
  private mutating func rowBody() throws(Abort) -> Block {
    let outer = (functionDepth, loopDepth)
    (functionDepth, loopDepth) = (0, 0)
    defer { (functionDepth, loopDepth) = outer }
    return try block()
  }
}
