// The tree as whoever follows names sees it: what is evaluated, bound and nested, in order.
import Syntax

/// A step of a statement or expression.
indirect enum TreePart {
  case value(Expression)
  /// A name is known from here on, to the end of its scope.
  case binding(Name, Role)
  /// The target of an assignment; only its subscripts are evaluated.
  case change(Expression)
  case imported(Import)
  /// Names bound within end with it.
  case scope([TreePart])
  /// A scope whose code runs later, perhaps often or never.
  case function([TreePart])
  /// Statements; of those that only compute, the last may give the value of the whole.
  case statements([Statement], endsInValue: Bool)

  /// What binds a name.
  enum Role {
    case constant, variable, function, model, setting, module
    /// Methods and metrics are used by being listed.
    case registered
    /// Parameters of functions, names of loops, patterns and errors: they may go unused.
    case incidental
  }
}

extension Statement {
  /// What the statement does, in order.
  var parts: [TreePart] {
    switch kind {
    case .expression(let value), .expect(let value), .raise(let value): [.value(value)]
    case .declare(let pattern, let value, let isVariable, _):
      [.value(value)] + pattern.parts(isVariable ? .variable : .constant)
    case .assign(let target, _, let value): [.value(value), .change(target)]
    case .function(let function): function.declared(.function)
    case .method(let function), .metric(let function): function.declared(.registered)
    case .model(let function): function.declared(.model)
    case .parameter(let name, let value, _): [.value(value), .binding(name, .setting)]
    case .imports(let imports): imports.map { .imported($0) }
    case .test(_, let block): [.function([.statements(block.statements, endsInValue: false)])]
    case .show(let values): values.map { .value($0) }
    case .forEach(let pattern, let sequence, let block):
      [
        .value(sequence),
        .scope(
          pattern.parts(.incidental) + [.statements(block.statements, endsInValue: false)]),
      ]
    case .whileLoop(let condition, let block):
      [.value(condition), .scope([.statements(block.statements, endsInValue: false)])]
    case .returns(let value): value.map { [.value($0)] } ?? []
    case .defers(let block):
      [.scope([.statements(block.statements, endsInValue: false)])]
    case .leave, .next, .invalid: []
    }
  }
}

extension Function {
  /// The parts of a declaration: its name, then the function.
  fileprivate func declared(_ role: TreePart.Role) -> [TreePart] {
    (name.map { [.binding($0, role)] } ?? []) + [part]
  }

  /// The parameters and the body.
  fileprivate var part: TreePart {
    let all = parameters + settings
    return .function(
      all.compactMap { $0.standard.map { .value($0) } }
        + all.map { .binding($0.name, .incidental) }
        + sizes.map { .binding($0, .incidental) } + [.scope([body.part])])
  }

  /// The names of sizes in its shapes, each where it stands first.
  private var sizes: [Name] {
    var known = Set((parameters + settings).map(\.name.text))
    return (parameters + settings).flatMap { $0.annotation?.sizes ?? [] }
      .filter { known.insert($0.text).inserted }
  }
}

extension Annotation {
  fileprivate var sizes: [Name] {
    guard case .shape(let axes) = kind else { return [] }
    return axes.compactMap {
      if case .name(let name) = $0.kind { Name(name, $0.span) } else { nil }
    }
  }
}

extension Block {
  fileprivate var part: TreePart { .statements(statements, endsInValue: true) }
}

extension Pattern {
  /// The names that it binds.
  fileprivate func parts(_ role: TreePart.Role) -> [TreePart] {
    names.map { .binding($0, role) }
  }
}

extension Expression {
  /// What the expression evaluates, in order.
  var parts: [TreePart] {
    switch kind {
    case .none, .bool, .int, .float, .invalid, .name: []
    case .string(let parts):
      parts.compactMap { if case .value(let value, _) = $0 { .value(value) } else { nil } }
    case .list(let elements): elements.map { .value($0.value) }
    case .record(let fields): fields.map { .value($0.value) }
    case .unary(_, let operand), .field(let operand, _): [.value(operand)]
    case .range(let left, let right, _), .binary(_, _, let left, let right),
      .and(let left, let right),
      .or(let left, let right), .coalesce(let left, let right), .pipe(let left, let right),
      .compose(let left, let right):
      [.value(left), .value(right)]
    case .comparison(let first, let links): [.value(first)] + links.map { .value($0.right) }
    case .call(let callee, let arguments):
      [.value(callee)] + arguments.map { .value($0.value) }
    case .index(let base, let subscripts): [.value(base)] + subscripts.flatMap(\.parts)
    case .lambda(let function): [function.part]
    case .block(let block): [.scope([block.part])]
    case .conditional(let condition, let block, let other):
      [.value(condition), .scope([block.part])] + (other.map { [.value($0)] } ?? [])
    case .match(let subject, let arms): [.value(subject)] + arms.map(\.part)
    case .comprehension(let value, let clauses):
      [.scope(clauses.flatMap(\.parts) + [.value(value)])]
    case .attempt(let body, let error, let handler):
      [.scope([body.part]), .scope([.binding(error, .incidental), handler.part])]
    case .scoped(let scope, let body): [.value(scope), .scope([body.part])]
    case .trace(let trace): trace.parts
    case .sweep(let sweep):
      sweep.names.map { .value($0.values) } + sweep.options.map { .value($0.value) }
        + [.scope(sweep.names.map { .binding($0.name, .incidental) } + [sweep.body.part])]
    }
  }
}

extension Trace {
  /// What is set may read what is kept, in any order, and the layer's own `value`.
  fileprivate var parts: [TreePart] {
    let changes: [TreePart] = actions.flatMap { action -> [TreePart] in
      guard case .set(let subscripts, _, let value) = action.kind else { return [] }
      return subscripts.flatMap(\.parts) + [.value(value)]
    }
    let known = kept + [Name("value", span)]
    return [.value(call)] + actions.map { .value($0.point) }
      + [.function(known.map { .binding($0, .incidental) } + changes)]
  }
}

extension Expression.Subscript {
  var parts: [TreePart] {
    if case .value(let value) = self { [.value(value)] } else { [] }
  }
}

extension Expression.Arm {
  fileprivate var part: TreePart {
    .scope(
      pattern.parts(.incidental) + (condition.map { [.value($0)] } ?? []) + [.value(value)])
  }
}

extension Expression.Clause {
  fileprivate var parts: [TreePart] {
    switch self {
    case .each(let pattern, let sequence): [.value(sequence)] + pattern.parts(.incidental)
    case .condition(let condition): [.value(condition)]
    }
  }
}
