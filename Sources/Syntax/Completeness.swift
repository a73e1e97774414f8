/// Whether an entry at the prompt can be run, needs more lines, or is wrong already.

package enum Completeness: Hashable, Sendable {
  case complete
  /// More must follow; the next line begins with so many spaces.
  case incomplete(indent: Int)
  /// No text that follows can mend it.
  case invalid

  /// Decides from the text alone. An entry of only `##` lines waits for the declaration that they describe;
  /// an empty line after them ends it.
  package static func of(_ text: String) -> Completeness {
    let outcome = Parser.Outcome(Source(name: "", text: text))
    if outcome.needsMore { return .incomplete(indent: outcome.indent) }
    if !outcome.diagnostics.isEmpty { return .invalid }
    return isOnlyDocumentation(text, outcome.script) ? .incomplete(indent: 0) : .complete
  }

  private static func isOnlyDocumentation(_ text: String, _ script: Script) -> Bool {
    guard script.documentation != nil, script.cells.allSatisfy({ $0.statements.isEmpty }) else {
      return false
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.last.map { $0.contains("##") } ?? false
  }
}

extension Parser {
  /// Two spaces for each line that leaves a bracket open, and two more after an operator.
  var indentAtEnd: Int {
    var lines: Set<Int> = []
    for (index, token) in tokens.enumerated() where partners[index] < 0 {
      switch token.kind {
      case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.openBrace), .valueOpen:
        lines.insert(source.line(of: token.span.start))
      default: break
      }
    }
    let last = tokens.dropLast().last?.kind
    return 2 * lines.count + (last.map(leavesOpen) == true ? 2 : 0)
  }

  private func leavesOpen(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .keyword(.true), .keyword(.false), .keyword(.none), .keyword(.break), .keyword(.continue):
      return false
    case .keyword: return true
    case .symbol(let symbol):
      switch symbol {
      case .openParenthesis, .openBracket, .openBrace, .closeParenthesis, .closeBracket,
        .closeBrace, .comma, .semicolon:
        return false
      default: return true
      }
    default: return false
    }
  }
}
