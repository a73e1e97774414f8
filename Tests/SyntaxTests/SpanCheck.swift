/// Whether the spans of a tree nest.

import Syntax

/// Every node lies inside the one above it.
struct SpanCheck {
  /// What is wrong, in words.
  var problems: [String] = []

  private mutating func inside(_ inner: Span, _ outer: Span) {
    if inner.start < outer.start || inner.end > outer.end || inner.start > inner.end {
      problems.append("\(inner) is not inside \(outer)")
    }
  }

  mutating func statements(_ statements: [Statement], in outer: Span) {
    for statement in statements { self.statement(statement, in: outer) }
  }

  mutating func statement(_ statement: Statement, in outer: Span) {
    inside(statement.span, outer)
    let span = statement.span
    switch statement.kind {
    case .expression(let value), .expect(let value), .raise(let value), .parameter(_, let value, _),
      .declare(_, let value, _, _):
      expression(value, in: span)
    case .assign(let target, _, let value):
      expression(target, in: span)
      expression(value, in: span)
    case .function(let function), .method(let function), .metric(let function),
      .model(let function):
      inside(function.span, span)
      statements(function.body.statements, in: function.body.span)
    case .forEach(_, let value, let body), .whileLoop(let value, let body):
      expression(value, in: span)
      statements(body.statements, in: body.span)
    case .show(let values): for value in values { expression(value, in: span) }
    case .returns(let value): if let value { expression(value, in: span) }
    case .test(_, let body), .defers(let body): statements(body.statements, in: body.span)
    case .imports, .leave, .next, .invalid: break
    }
  }

  mutating func expression(_ value: Expression, in outer: Span) {
    inside(value.span, outer)
    if value.height > Parser.heightLimit { problems.append("\(value.span) is too high") }
    let span = value.span
    switch value.kind {
    case .unary(_, let operand): expression(operand, in: span)
    case .binary(_, let sign, let left, let right):
      inside(sign, span)
      expression(left, in: span)
      expression(right, in: span)
    case .and(let left, let right), .or(let left, let right), .pipe(let left, let right),
      .compose(let left, let right), .coalesce(let left, let right), .range(let left, let right, _):
      expression(left, in: span)
      expression(right, in: span)
    case .comparison(let first, let links):
      expression(first, in: span)
      for link in links { expression(link.right, in: span) }
    case .call(let function, let arguments):
      expression(function, in: span)
      for argument in arguments { expression(argument.value, in: span) }
    case .index(let base, _), .field(let base, _): expression(base, in: span)
    case .list(let elements): for element in elements { expression(element.value, in: span) }
    case .record(let fields): for field in fields { expression(field.value, in: span) }
    case .lambda(let function): statements(function.body.statements, in: span)
    case .block(let block): statements(block.statements, in: span)
    case .conditional(let condition, let body, let other):
      expression(condition, in: span)
      statements(body.statements, in: body.span)
      if let other { expression(other, in: span) }
    case .scoped(let scope, let body):
      expression(scope, in: span)
      statements(body.statements, in: body.span)
    default: break
    }
  }
}
