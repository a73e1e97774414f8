/// Functions without a name, arguments, subscripts and records.

extension Parser {
  /// `name =>` or `( … ) =>` stands at the cursor.
  var isLambda: Bool {
    guard lambdasAllowed else { return false }
    switch current.kind {
    case .name: return token(1).kind == .symbol(.arrow)
    case .symbol(.openParenthesis):
      let close = partners[position]
      guard close > position, close + 1 < tokens.count else { return false }
      let next = tokens[close + 1].kind
      return next == .symbol(.arrow) || next == .symbol(.thinArrow)
    default: return false
    }
  }

  /// lambda = ( name | "(" parameters ")" [ "->" annotation ] ) "=>" ( block | expression )
  mutating func lambda() throws(Abort) -> Expression {
    let start = current.span.start
    var parameters: [Parameter] = []
    var result: Annotation?
    if at(.openParenthesis) {
      parameters = try parameterList(allowsSettings: false).inputs
      result = try resultAnnotation()
      guard at(.arrow) else { throw expected("`=>`") }
    } else {
      parameters = [Parameter(try name("a parameter"))]
    }
    let body = try functionBody()
    let function = Function(
      name: nil, parameters: parameters, result: result, body: body, span: span(from: start))
    return try checked(Expression(.lambda(function), function.span))
  }

  /// What follows `=>`: a `{` opens a block.
  mutating func blockOrExpression() throws(Abort) -> Block {
    if at(.openBrace), partners[position] != position + 1, isRecord {
      return try recordInsteadOfBlock()
    }
    if at(.openBrace) { return try block() }
    let value = try expression()
    return Block([Statement(.expression(value), value.span)], value.span)
  }

  private mutating func recordInsteadOfBlock() throws(Abort) -> Block {
    let opening = current.span
    var edits: [Diagnostic.Edit] = []
    if partners[position] > position {
      let close = tokens[partners[position]].span
      edits = [
        .init(source, Span(opening.start, opening.start), "("),
        .init(source, Span(close.end, close.end), ")"),
      ]
    }
    report(
      "X0110", "after `=>` a `{` opens a block", at: opening,
      helps: [.init("to return a record, write it in parentheses: `=> ({ … })`", edits: edits)])
    let value = try record()
    return Block([Statement(.expression(value), value.span)], value.span)
  }

  /// arguments = "(" [ argument { "," argument } ] ")";
  /// argument = [ name ":" ] expression [ "..." ] | expression clauses
  mutating func arguments() throws(Abort) -> [Expression.Argument] {
    try enclosed(.openParenthesis, .closeParenthesis, linesMatter: false) {
      parser throws(Abort) in
      var arguments: [Expression.Argument] = []
      var labels: [Name] = []
      while !parser.at(.closeParenthesis) {
        arguments.append(try parser.argument(&labels))
        if !parser.accept(.comma) { break }
      }
      return arguments
    }
  }

  private mutating func argument(_ labels: inout [Name]) throws(Abort) -> Expression.Argument {
    let label = label()
    if let label { checkUnique(label, &labels, "label") }
    let value = try expression()
    if at(.for), label == nil {
      return .init(try comprehension(value, value.span.start))
    }
    if at(.assign), case .name(let text) = value.kind {
      report(
        "X0108", "a label ends with `:`", at: current.span,
        helps: [replacing(current.span, by: ":", "write `\(text): …`")])
      advance()
      return .init(label: Name(text, value.span), try expression())
    }
    return .init(label: label, value, isSpread: label == nil && accept(.ellipsis))
  }

  /// A name or word of the language before a `:`.
  private mutating func label() -> Name? {
    guard token(1).kind == .symbol(.colon) else { return nil }
    let name: Name
    switch current.kind {
    case .name(let text): name = Name(text, current.span)
    case .keyword(let keyword): name = Name(keyword.rawValue, current.span)
    default: return nil
    }
    advance()
    advance()
    return name
  }

  /// subscripts = "[" subscript { "," subscript } "]"; subscript = ".." | expression
  mutating func subscripts() throws(Abort) -> [Expression.Subscript] {
    let opening = current.span
    return try enclosed(.openBracket, .closeBracket, linesMatter: false) {
      parser throws(Abort) in
      var subscripts: [Expression.Subscript] = []
      while !parser.at(.closeBracket) {
        if parser.at(.rest) {
          subscripts.append(.rest(parser.current.span))
          parser.advance()
        } else {
          subscripts.append(.value(try parser.place()))
        }
        if !parser.accept(.comma) { break }
      }
      if subscripts.isEmpty, parser.at(.closeBracket) {
        parser.report(
          "X0101", "there is nothing between these brackets",
          at: opening.joined(parser.current.span))
      }
      return subscripts
    }
  }

  /// An expression, or a range with one end: `..<b` and `...b` begin at 0, `a...` goes to the last.
  private mutating func place() throws(Abort) -> Expression {
    let start = current.span.start
    if at(.halfOpen) || at(.ellipsis) {
      let closed = at(.ellipsis)
      if closed, [.symbol(.comma), .symbol(.closeBracket)].contains(token(1).kind) {
        throw fail(
          "X0108", "`...` needs an end, or a beginning", at: current.span,
          helps: [replacing(current.span, by: "..", "all remaining axes are `..`")])
      }
      advance()
      let zero = Expression(.int(0), Span(start, start))
      let end = try expression(.sum)
      return try checked(Expression(.range(zero, end, closed: closed), span(from: start)))
    }
    let value = try expression()
    guard accept(.ellipsis) else { return value }
    let last = Expression(.int(-1), Span(previousEnd, previousEnd))
    return try checked(Expression(.range(value, last, closed: true), span(from: start)))
  }

  // MARK: Records

  /// The `{` at the cursor opens a record: `{}`, `{key:`, or `{other...,`.
  var isRecord: Bool {
    switch token(1).kind {
    case .symbol(.closeBrace): true
    case .name, .keyword, .string, .int: token(2).kind == .symbol(.colon) || beginsWithSpread
    default: beginsWithSpread
    }
  }

  /// The first thing between the braces is spread.
  private var beginsWithSpread: Bool {
    var index = position + 1
    let end = partners[position]
    while index < end {
      let token = tokens[index]
      switch token.kind {
      case .symbol(.ellipsis):
        let next = tokens[index + 1].kind
        return next == .symbol(.comma) || next == .symbol(.closeBrace)
      case .symbol(.comma), .symbol(.semicolon), .symbol(.assign): return false
      default: break
      }
      if token.startsLine, index > position + 1 { return false }
      index = max(index, partners[index]) + 1
    }
    return false
  }

  /// record = "{" [ field { "," field } ] "}"; field = ( name | string ) ":" expression | expression "..."
  mutating func record() throws(Abort) -> Expression {
    let start = current.span.start
    let fields = try enclosed(.openBrace, .closeBrace, linesMatter: false) {
      parser throws(Abort) in
      var fields: [Expression.Field] = []
      var names: [Name] = []
      while !parser.at(.closeBrace) {
        fields.append(try parser.recordField(&names))
        if !parser.accept(.comma) { break }
      }
      return fields
    }
    return try checked(Expression(.record(fields), span(from: start)))
  }

  private mutating func recordField(_ names: inout [Name]) throws(Abort) -> Expression.Field {
    if token(1).kind == .symbol(.colon) {
      let name = try fieldName()
      checkUnique(name, &names, "field")
      advance()
      return .init(name, try expression())
    }
    let value = try expression()
    if accept(.ellipsis) { return .init(nil, value) }
    if case .name(let text) = value.kind {
      throw fail(
        "X0101", "the field `\(text)` has no value", at: value.span,
        helps: [replacing(value.span, by: "\(text): \(text)", "write `\(text): \(text)`")])
    }
    throw expected("`:` and a value")
  }

  /// The key of a field: a name, a word of the language, or a plain string.
  mutating func fieldName() throws(Abort) -> Name {
    let token = current
    switch token.kind {
    case .name(let text), .string(let text):
      advance()
      return Name(text, token.span)
    case .keyword(let keyword):
      advance()
      return Name(keyword.rawValue, token.span)
    case .int(let value):
      throw fail(
        "X0101", "the name of a field is a name or a string", at: token.span,
        helps: [replacing(token.span, by: "\"\(value)\"", "write `\"\(value)\"`")])
    default: throw expected("the name of a field")
    }
  }
}
