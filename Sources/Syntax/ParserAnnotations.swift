/// Parameters and annotations.

extension Parser {
  /// parameter = name ( "..." | [ ":" annotation ] [ "=" expression ] )
  mutating func parameter(after last: Parameter?) throws(Abort) -> Parameter {
    let name = try name("the name of a parameter")
    if let last, last.isVariadic {
      report(
        "X0114", "`\(last.name.text)...` takes all remaining arguments and so comes last",
        at: last.name.span)
    }
    if accept(.ellipsis) { return Parameter(name, isVariadic: true) }
    if at(.colon), !isAnnotation {
      return Parameter(name, standard: try defaultAfterColon(name))
    }
    let annotation = try annotationIfAny()
    let standard = accept(.assign) ? try expression() : nil
    return Parameter(name, annotation: annotation, standard: standard)
  }

  /// `name: value`, which would be `name = value`.
  private mutating func defaultAfterColon(_ name: Name) throws(Abort) -> Expression {
    let colon = current.span
    let value = token(1).span
    advance()
    report(
      "X0140", "a default follows `=`; after `:` stands a type or a shape", at: colon,
      helps: [
        replacing(
          Span(name.span.end, max(colon.end, value.start)), by: " = ",
          "write `\(name.text) = …`")
      ])
    return try expression()
  }

  /// What stands after the `:` at the cursor is an annotation: a name or a bracket, and then the end of the
  /// parameter or a default.
  private var isAnnotation: Bool {
    let next: Int
    switch token(1).kind {
    case .name: next = position + 2
    case .symbol(.openBracket):
      let close = partners[min(position + 1, tokens.count - 1)]
      if close < 0 { return true }
      next = close + 1
    case .keyword(.none), .keyword(.true), .keyword(.false), .keyword(.not), .keyword(.if),
      .keyword(.match), .keyword(.try):
      return false
    case let kind: return !kind.beginsExpression
    }
    guard next < tokens.count else { return true }
    switch tokens[next].kind {
    case .symbol(.question), .symbol(.comma), .symbol(.semicolon),
      .symbol(.closeParenthesis), .symbol(.assign), .end:
      return true
    default: return false
    }
  }

  /// [ ":" annotation ]
  mutating func annotationIfAny() throws(Abort) -> Annotation? {
    accept(.colon) ? try annotation() : nil
  }

  /// [ "->" annotation ]
  mutating func resultAnnotation() throws(Abort) -> Annotation? {
    accept(.thinArrow) ? try annotation() : nil
  }

  /// annotation = ( name | "[" [ axis { "," axis } ] "]" ) [ "?" ]
  mutating func annotation() throws(Abort) -> Annotation {
    let start = current.span.start
    let kind: Annotation.Kind
    switch current.kind {
    case .name(let text):
      kind = .type(text)
      advance()
    case .symbol(.openBracket): kind = .shape(try axes())
    case .keyword(.none):
      throw fail(
        "X0141", "`none` is not a type", at: current.span,
        helps: [.init("a `?` after a type allows none: `Tensor?`")])
    default:
      throw expected("a type, such as `Int`, or a shape, such as `[n, 3]`")
    }
    let isOptional = accept(.question)
    return Annotation(kind, isOptional: isOptional, span(from: start))
  }

  /// axis = name | number | "_" | ".."
  private mutating func axes() throws(Abort) -> [Annotation.Axis] {
    try enclosed(.openBracket, .closeBracket, linesMatter: false) { parser throws(Abort) in
      var axes: [Annotation.Axis] = []
      while !parser.at(.closeBracket) {
        let axis = try parser.axis()
        if axis.kind == .rest, let first = axes.first(where: { $0.kind == .rest }) {
          parser.report(
            "X0141", "`..` stands only once in a shape", at: axis.span,
            also: [.init(parser.source, first.span, "first here")])
        }
        axes.append(axis)
        if parser.accept(.comma) { continue }
        if parser.at(.closeBracket) || parser.current.kind == .end { break }
        throw parser.notAnAxis()
      }
      return axes
    }
  }

  private mutating func axis() throws(Abort) -> Annotation.Axis {
    let token = current
    let kind: Annotation.Axis.Kind
    switch token.kind {
    case .name(let text): kind = text == "_" ? .any : .name(text)
    case .int(let size): kind = .size(size)
    case .symbol(.rest): kind = .rest
    default: throw notAnAxis()
    }
    advance()
    return Annotation.Axis(kind, token.span)
  }

  private mutating func notAnAxis() -> Abort {
    fail(
      "X0141", "an axis of a shape is a name, a number, `_` or `..`", at: current.span,
      helps: [.init("`[b, n, 3]` asks for three axes, of which the last has size 3")])
  }
}
