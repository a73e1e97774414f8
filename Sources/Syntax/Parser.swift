/// The parser: its cursor over the tokens, its entry points, and the division of a script into cells.

/// Recursive descent for statements, a table of binding powers for operators. It never fails: whatever
/// cannot be read becomes an `invalid` node and a diagnostic.
package struct Parser {
  /// How deep brackets, blocks and prefix operators may nest.
  package static let nestingLimit = 200
  /// How many levels of nodes a tree may have; `Expression.height` stays below it.
  package static let heightLimit = 800
  /// The errors that one parse reports at most.
  package static let errorLimit = 5

  let source: Source
  var tokens: [Token]
  /// For each bracket token the index of the one that closes or opens it, or -1.
  let partners: [Int]
  let documentation: [Int: Lexer.DocumentationLine]
  let markers: [Lexer.CellMarker]
  var position = 0
  var diagnostics: [Diagnostic]
  /// How many of them come from the lexer; these stand first.
  let lexicalCount: Int
  /// The current token is what the first error of the parser was about, and it is the end of the text.
  var failsAtEnd = false
  var depth = 0
  /// False inside parentheses and square brackets, where a newline is only space.
  var linesMatter = true
  /// False in the condition of a match arm, whose `=>` belongs to the arm.
  var lambdasAllowed = true
  /// On the right of `|>`, where a `.` at the start of a line belongs to the whole before it.
  var inPipe = false
  /// Functions and loops around the current statement.
  var functionDepth = 0
  var loopDepth = 0
  /// Blocks of `defer` around it.
  var deferDepth = 0
  /// Blocks around the current statement.
  var blockDepth = 0
  /// The first tokens of statements and of the arms of `match`; each `{` in which lines matter.
  var statementStarts: Set<Int> = []
  var blockOpeners: Set<Int> = []
  /// Where the current statement begins, and whether an error in it has been reported.
  var statementStart = 0
  var statementFailed = false

  /// Unwinds to the statement after an error has been reported.
  struct Abort: Error {}

  /// Parses a whole script, module or REPL entry.
  ///
  /// The diagnostics are in the order of the text, at most `errorLimit` of them.
  package static func parse(_ source: Source) -> (Script, [Diagnostic]) {
    let outcome = Outcome(source)
    return (outcome.script, outcome.diagnostics)
  }

  /// A parse with what `Completeness` needs to know of it.
  struct Outcome {
    var script: Script
    var diagnostics: [Diagnostic]
    /// The only thing wrong is that the text ends too early.
    var needsMore: Bool
    /// The spaces that the next line would begin with.
    var indent = 0
    /// What the formatter needs besides: the tokens, and by their indices the first ones of statements and
    /// of arms, and each `{` after which lines are statements or arms.
    var tokens: [Token] = []
    var statementStarts: Set<Int> = []
    var blockOpeners: Set<Int> = []

    init(_ source: Source) {
      if let problem = source.sizeProblem {
        script = Script(source: source, cells: [])
        diagnostics = [problem]
        needsMore = false
        return
      }
      var lexer = Lexer(source)
      lexer.run()
      var parser = Parser(lexer)
      script = parser.script()
      indent = parser.indentAtEnd
      tokens = parser.tokens
      statementStarts = parser.statementStarts
      blockOpeners = parser.blockOpeners
      needsMore =
        parser.lexicalCount == 0
        ? parser.failsAtEnd : lexer.endsInString && parser.lexicalCount == 1
      diagnostics = parser.diagnostics.enumerated().sorted {
        let (first, second) = ($0.element.start, $1.element.start)
        return first == second ? $0.offset < $1.offset : first < second
      }.map(\.element)
      diagnostics = Array(diagnostics.prefix(Parser.errorLimit))
    }
  }

  init(_ lexer: Lexer) {
    source = lexer.source
    tokens = lexer.tokens
    partners = Parser.partners(lexer.tokens)
    documentation = lexer.documentation
    markers = lexer.markers
    diagnostics = lexer.diagnostics
    lexicalCount = lexer.diagnostics.count
  }

  // MARK: The cursor

  /// The last token, `end`, is never passed.
  var current: Token { tokens[position] }

  func token(_ ahead: Int) -> Token { tokens[min(position + ahead, tokens.count - 1)] }

  /// Where the token before the current one ends.
  var previousEnd: Int { position > 0 ? tokens[position - 1].span.end : 0 }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  func at(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }

  func at(_ keyword: Keyword) -> Bool { current.kind == .keyword(keyword) }

  mutating func accept(_ symbol: Symbol) -> Bool {
    guard at(symbol) else { return false }
    advance()
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  /// Everything from `start` to the end of the token before the current one.
  func span(from start: Int) -> Span { Span(start, max(start, previousEnd)) }

  /// The current token begins a new line where lines matter.
  var atNewLine: Bool { linesMatter && current.startsLine }

  /// Runs `body` one level deeper; too many levels are an error.
  mutating func nested<Result>(
    _ body: (inout Parser) throws(Abort) -> Result
  ) throws(Abort) -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > Parser.nestingLimit { throw tooDeep(current.span) }
    return try body(&self)
  }

  /// Runs `body` with newlines and `=>` meaning what they mean inside brackets or at the top of a block.
  mutating func bracketed<Result>(
    linesMatter lines: Bool, _ body: (inout Parser) throws(Abort) -> Result
  ) throws(Abort) -> Result {
    let outer = (linesMatter, lambdasAllowed, inPipe)
    (linesMatter, lambdasAllowed, inPipe) = (lines, true, false)
    defer { (linesMatter, lambdasAllowed, inPipe) = outer }
    return try body(&self)
  }

  // MARK: Cells

  /// script = cell { marker cell }
  mutating func script() -> Script {
    var cells: [Cell] = []
    let documentation = leadingDocumentation()
    var marker: Int?
    while true {
      let start = current.span.start
      let (statements, hides) = statements(until: nil)
      let end = current.span.start
      if let cell = cell(marker, Span(marker == nil ? 0 : start, end), statements, hides) {
        cells.append(cell)
      }
      guard case .cell(let index) = current.kind else { break }
      marker = index
      advance()
    }
    return Script(source: source, cells: cells, documentation: documentation)
  }

  /// The cell after a marker; nil for text before the first one that holds nothing.
  private func cell(
    _ marker: Int?, _ span: Span, _ statements: [Statement], _ hides: Bool
  ) -> Cell? {
    guard let marker else {
      let isAll = markers.isEmpty
      if statements.isEmpty, !isAll { return nil }
      return Cell(
        kind: .code, title: "", span: span, statements: statements, hidesValue: hides)
    }
    let line = markers[marker]
    let start = min(line.span.end + 1, span.end)
    return Cell(
      kind: line.markdown.map { .markdown($0) } ?? .code, title: line.title,
      span: Span(start, max(start, span.end)), statements: statements, hidesValue: hides)
  }

  /// The index of each bracket's partner. A `}` closes the nearest `{` whatever is open within; other
  /// brackets close only their own kind.
  private static func partners(_ tokens: [Token]) -> [Int] {
    var partners = Array(repeating: -1, count: tokens.count)
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.openBrace), .valueOpen:
        open.append(index)
      case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeBrace), .valueClose:
        let opener = token.kind.opener
        let strong = token.kind == .symbol(.closeBrace) || token.kind == .valueClose
        while let last = open.last {
          if tokens[last].kind == opener {
            partners[last] = index
            partners[index] = last
            open.removeLast()
            break
          }
          let isWeak =
            tokens[last].kind == .symbol(.openParenthesis)
            || tokens[last].kind == .symbol(.openBracket)
          guard strong, isWeak else { break }
          open.removeLast()
        }
      case .cell: open.removeAll()
      default: break
      }
    }
    return partners
  }
}

extension Token.Kind {
  /// The bracket that this one closes.
  fileprivate var opener: Token.Kind? {
    switch self {
    case .symbol(.closeParenthesis): .symbol(.openParenthesis)
    case .symbol(.closeBracket): .symbol(.openBracket)
    case .symbol(.closeBrace): .symbol(.openBrace)
    case .valueClose: .valueOpen
    default: nil
    }
  }
}

extension Diagnostic {
  /// Where it points, for sorting.
  fileprivate var start: Int { primary?.span.start ?? 0 }
}
