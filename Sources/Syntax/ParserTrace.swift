/// `trace`: a call of a network with what is kept and set on its way.

extension Parser {
  /// trace = "trace" expression "{" { traceAction ( newline | ";" ) } "}"; the expression is a call
  mutating func trace() throws(Abort) -> Expression {
    let start = current.span.start
    advance()
    let call = try nested { parser throws(Abort) in try parser.expression() }
    guard case .call = call.kind else {
      throw fail(
        "X0150", "`trace` runs a network, so a call follows it", at: call.span,
        helps: [.init("write `trace net(x) { … }`")])
    }
    let actions = try enclosed(.openBrace, .closeBrace, linesMatter: true) { parser throws(Abort) in
      try parser.traceActions()
    }
    let trace = Trace(call: call, actions: actions, span: span(from: start))
    return try checked(Expression(.trace(trace), trace.span))
  }

  private mutating func traceActions() throws(Abort) -> [Trace.Action] {
    var actions: [Trace.Action] = []
    var names: [Name] = []
    while !at(.closeBrace), current.kind != .end, !atCell {
      if accept(.semicolon) { continue }
      statementStarts.insert(position)
      let action = try traceAction(&names)
      if case .stop = action.kind, let first = actions.first(where: \.isStop) {
        report(
          "X0150", "a trace stops once", at: action.span,
          also: [.init(source, first.span, "it stops here")])
      }
      actions.append(action)
      guard current.startsLine || at(.semicolon) || at(.closeBrace) || current.kind == .end else {
        throw expected("a new line or `;` before the next action")
      }
    }
    return actions
  }

  /// traceAction = "keep" expression "as" name | "stop" "after" expression
  ///             | "set" expression ( "=" | "+=" | … ) expression
  mutating func traceAction(_ names: inout [Name]) throws(Abort) -> Trace.Action {
    let start = current.span.start
    switch current.kind {
    case .name("keep"):
      advance()
      let point = try expression()
      guard accept(.as) else { throw expected("`as` and a name") }
      let name = try name("a name for what is kept")
      checkUnique(name, &names, "name")
      checkFree(name)
      return Trace.Action(.keep(name), point, span(from: start))
    case .name("stop"):
      advance()
      guard current.kind == .name("after") else { throw expected("`after` and a layer") }
      advance()
      return Trace.Action(.stop, try expression(), span(from: start))
    case .name("set"):
      advance()
      return try traceSetting(start)
    default: throw unknownAction()
    }
  }

  /// `POINT[subscripts] = VALUE`: brackets at the end of the target choose elements of the layer.
  private mutating func traceSetting(_ start: Int) throws(Abort) -> Trace.Action {
    let target = try expression()
    var (point, subscripts) = (target, [Expression.Subscript]())
    // In parentheses the brackets belong to the point: the target then ends before them.
    if case .index(let base, let positions) = target.kind, target.span.end == previousEnd {
      (point, subscripts) = (base, positions)
    }
    guard case .symbol(let symbol) = current.kind,
      symbol == .assign || symbol.assignmentOperator != nil
    else { throw expected("`=` and a value") }
    advance()
    let value = try expression()
    return Trace.Action(
      .set(subscripts, symbol.assignmentOperator, value), point, span(from: start))
  }

  /// `value` and `output` have their own meaning in a trace and in its result.
  private mutating func checkFree(_ name: Name) {
    let meaning: String
    switch name.text {
    case "value": meaning = "the layer's own value, where something is set"
    case "output": meaning = "what the network gives, in the trace's result"
    default: return
    }
    report(
      "X0150", "`\(name.text)` means \(meaning)", at: name.span,
      helps: [.init("choose another name")])
  }

  private mutating func unknownAction() -> Abort {
    if current.kind == .end || atCell { return expected("`}`") }
    let found = current
    var helps = [
      Diagnostic.Help(
        "the actions are `keep POINT as NAME`, `set POINT = VALUE` and `stop after POINT`")
    ]
    if case .name(let text) = found.kind,
      let near = Suggestion.nearest(to: text, among: ["keep", "set", "stop"]).first
    {
      helps = [replacing(found.span, by: near, "did you mean `\(near)`?")]
    }
    return fail(
      "X0150", "a trace holds actions, and none begins with \(found.kind.described)",
      at: found.span,
      helps: helps)
  }
}

extension Trace.Action {
  fileprivate var isStop: Bool { if case .stop = kind { true } else { false } }
}
