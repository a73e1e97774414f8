// Which names the functions within a piece of source mention: a variable that changes and is
// mentioned there lives in a box.
import Syntax

/// Collects names. Outside of nested functions nothing is collected.
struct Mentions {
  private(set) var names: Set<String> = []
  private var depth = 0

  /// The names that the functions within statements mention.
  static func within(_ statements: [Statement]) -> Set<String> {
    var mentions = Mentions()
    for statement in statements { mentions.visit(statement) }
    return mentions.names
  }

  private mutating func visit(_ block: Block) {
    for statement in block.statements { visit(statement) }
  }

  private mutating func visit(_ function: Function) {
    depth += 1
    for parameter in function.parameters + function.settings {
      if let standard = parameter.standard { visit(standard) }
    }
    visit(function.body)
    depth -= 1
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .expression(let value), .expect(let value), .raise(let value),
      .declare(_, let value, _, _), .parameter(_, let value, _):
      visit(value)
    case .assign(let target, _, let value):
      visit(target)
      visit(value)
    case .function(let function), .method(let function), .metric(let function),
      .model(let function):
      visit(function)
    case .test(_, let block), .defers(let block):
      depth += 1
      visit(block)
      depth -= 1
    case .show(let values): for value in values { visit(value) }
    case .forEach(_, let sequence, let block):
      visit(sequence)
      visit(block)
    case .whileLoop(let condition, let block):
      visit(condition)
      visit(block)
    case .returns(let value): if let value { visit(value) }
    case .imports, .leave, .next, .invalid: break
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .none, .bool, .int, .float, .invalid: break
    case .name(let name): if depth > 0 { names.insert(name) }
    case .string(let parts):
      for case .value(let value, _) in parts { visit(value) }
    case .list(let elements): for element in elements { visit(element.value) }
    case .record(let fields): for field in fields { visit(field.value) }
    case .range(let low, let high, _):
      visit(low)
      visit(high)
    case .unary(_, let operand), .field(let operand, _): visit(operand)
    case .binary(_, _, let left, let right), .and(let left, let right), .or(let left, let right),
      .coalesce(let left, let right), .pipe(let left, let right), .compose(let left, let right):
      visit(left)
      visit(right)
    case .comparison(let first, let links):
      visit(first)
      for link in links { visit(link.right) }
    case .call(let callee, let arguments):
      visit(callee)
      for argument in arguments { visit(argument.value) }
    case .index(let base, let subscripts):
      visit(base)
      for case .value(let value) in subscripts { visit(value) }
    case .lambda(let function): visit(function)
    case .block(let block): visit(block)
    case .conditional(let condition, let block, let other):
      visit(condition)
      visit(block)
      if let other { visit(other) }
    case .match(let subject, let arms):
      visit(subject)
      for arm in arms {
        if let condition = arm.condition { visit(condition) }
        visit(arm.value)
      }
    case .comprehension(let value, let clauses):
      visit(value)
      for clause in clauses {
        switch clause {
        case .each(_, let sequence): visit(sequence)
        case .condition(let condition): visit(condition)
        }
      }
    case .attempt(let body, _, let handler):
      visit(body)
      visit(handler)
    case .scoped(let scope, let body):
      visit(scope)
      visit(body)
    case .trace(let trace):
      visit(trace.call)
      for action in trace.actions { visit(action) }
    case .sweep(let sweep):
      for name in sweep.names { visit(name.values) }
      for option in sweep.options { visit(option.value) }
      depth += 1
      visit(sweep.body)
      depth -= 1
    }
  }

  /// What is set in a trace becomes a function.
  private mutating func visit(_ action: Trace.Action) {
    visit(action.point)
    guard case .set(let subscripts, _, let value) = action.kind else { return }
    depth += 1
    for case .value(let position) in subscripts { visit(position) }
    visit(value)
    depth -= 1
  }
}

extension Pattern {
  /// The names that the pattern binds, with their places.
  var names: [Name] {
    switch kind {
    case .name(let name): [Name(name, span)]
    case .any, .value, .range: []
    case .either(let patterns): patterns.flatMap(\.names)
    case .list(let patterns, let rest):
      patterns.flatMap(\.names) + (rest?.names ?? [])
    case .record(let fields): fields.flatMap(\.pattern.names)
    }
  }
}
