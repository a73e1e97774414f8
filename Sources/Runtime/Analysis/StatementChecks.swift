// Statements that do nothing, or are never reached.
import Syntax

extension NameReader {
  mutating func checkStatements(_ statements: [Statement], endsInValue: Bool) {
    for (index, statement) in statements.enumerated() {
      let isLast = index == statements.count - 1
      if statement.leaves, !isLast {
        diagnostics.append(
          .warning(
            "X0244", "this is never reached",
            at: label(statements[index + 1].span.firstLine(script)),
            also: [label(statement.span.firstLine(script), "here it ends")]))
      }
      if !isLast || !endsInValue { checkValue(statement) }
      checkAssignment(statement)
      if statement.leaves { return }
    }
  }

  /// An expression that only computes a value which nothing takes.
  private mutating func checkValue(_ statement: Statement) {
    guard case .expression(let expression) = statement.kind, expression.onlyComputes else { return }
    var helps: [Diagnostic.Help] = [.init("to see it, write `show` before it")]
    if case .comparison(_, let links) = expression.kind, let link = links.first, links.count == 1,
      link.comparison == .equal
    {
      helps = [
        .init("to assign, write `=`", edits: [.init(script.source, link.span, "=")]),
        .init(
          "to test it, write `expect`",
          edits: [
            .init(
              script.source, Span(statement.span.start, statement.span.start), "expect ")
          ]),
      ]
    }
    diagnostics.append(
      .warning(
        "X0245", "the value of this is not used", at: label(expression.span.firstLine(script)),
        helps: helps))
  }

  private mutating func checkAssignment(_ statement: Statement) {
    guard case .assign(let target, nil, let value) = statement.kind,
      target.onlyComputes, value.onlyComputes,
      TreePrinter.print(target) == TreePrinter.print(value)
    else { return }
    diagnostics.append(
      .warning("X0246", "this changes nothing", at: label(statement.span.firstLine(script))))
  }
}

extension Statement {
  /// Nothing after it in its block runs.
  fileprivate var leaves: Bool {
    switch kind {
    case .returns, .raise, .leave, .next: true
    default: false
    }
  }
}

extension Span {
  /// As much of it as lies on its first line.
  fileprivate func firstLine(_ script: Script) -> Span {
    let end = script.source.span(ofLine: script.source.line(of: start)).end
    return Span(start, max(start, min(self.end, end)))
  }
}

extension Expression {
  /// It calls nothing and holds no statements, so that only its value matters.
  fileprivate var onlyComputes: Bool {
    switch kind {
    case .none, .bool, .int, .float, .name, .lambda: true
    case .string(let parts):
      parts.allSatisfy { if case .value(let value, _) = $0 { value.onlyComputes } else { true } }
    case .list(let elements): elements.allSatisfy(\.value.onlyComputes)
    case .record(let fields): fields.allSatisfy(\.value.onlyComputes)
    case .unary(_, let operand), .field(let operand, _): operand.onlyComputes
    case .range(let left, let right, _), .binary(_, _, let left, let right),
      .and(let left, let right), .or(let left, let right), .coalesce(let left, let right),
      .compose(let left, let right):
      left.onlyComputes && right.onlyComputes
    case .comparison(let first, let links):
      first.onlyComputes && links.allSatisfy(\.right.onlyComputes)
    case .index(let base, let subscripts):
      base.onlyComputes
        && subscripts.flatMap(\.parts).allSatisfy {
          if case .value(let value) = $0 { value.onlyComputes } else { true }
        }
    default: false
    }
  }
}
