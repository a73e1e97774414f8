/// How deep a tree is, computed once as each node is made.

extension Expression.Kind {
  /// The greatest height among the expressions directly below.
  var childHeight: Int {
    switch self {
    case .none, .bool, .int, .float, .name, .invalid: 0
    case .string(let parts): parts.greatest(\.height)
    case .list(let elements): elements.greatest(\.value.height)
    case .record(let fields): fields.greatest(\.value.height)
    case .range(let low, let high, _): max(low.height, high.height)
    case .unary(_, let operand): operand.height
    case .binary(_, _, let left, let right), .and(let left, let right), .or(let left, let right),
      .coalesce(let left, let right), .pipe(let left, let right), .compose(let left, let right):
      max(left.height, right.height)
    case .comparison(let first, let links): max(first.height, links.greatest(\.right.height))
    case .call(let function, let arguments):
      max(function.height, arguments.greatest(\.value.height))
    case .index(let base, let subscripts): max(base.height, subscripts.greatest(\.height))
    case .field(let base, _): base.height
    case .lambda(let function): function.height
    case .block(let block): block.height
    case .conditional(let condition, let block, let other):
      max(condition.height, block.height, other?.height ?? 0)
    case .match(let value, let arms): max(value.height, arms.greatest(\.height))
    case .comprehension(let value, let clauses): max(value.height, clauses.greatest(\.height))
    case .attempt(let body, _, let handler): max(body.height, handler.height)
    case .scoped(let scope, let body): max(scope.height, body.height)
    case .trace(let trace): trace.height
    case .sweep(let sweep): sweep.height
    }
  }
}

extension Expression.StringPart {
  var height: Int {
    switch self {
    case .text: 0
    case .value(let value, _): value.height
    }
  }
}

extension Expression.Subscript {
  var height: Int {
    switch self {
    case .value(let value): value.height
    case .rest: 0
    }
  }
}

extension Expression.Arm {
  var height: Int { max(condition?.height ?? 0, value.height) }
}

extension Expression.Clause {
  var height: Int {
    switch self {
    case .each(_, let sequence): sequence.height
    case .condition(let condition): condition.height
    }
  }
}

extension Function {
  var height: Int {
    max(
      body.height, parameters.greatest { $0.standard?.height ?? 0 },
      settings.greatest { $0.standard?.height ?? 0 })
  }
}

extension Statement {
  /// The greatest height among its expressions and blocks, plus one for itself.
  var height: Int {
    switch kind {
    case .expression(let value), .expect(let value), .raise(let value), .parameter(_, let value, _),
      .declare(_, let value, _, _):
      value.height + 1
    case .assign(let target, _, let value): max(target.height, value.height) + 1
    case .function(let function), .method(let function), .metric(let function),
      .model(let function):
      function.height + 1
    case .test(_, let block), .defers(let block): block.height + 1
    case .show(let values): values.greatest(\.height) + 1
    case .forEach(_, let value, let block), .whileLoop(let value, let block):
      max(value.height, block.height) + 1
    case .returns(let value): (value?.height ?? 0) + 1
    case .imports, .leave, .next, .invalid: 1
    }
  }
}

extension Array {
  fileprivate func greatest(_ height: (Element) -> Int) -> Int {
    reduce(0) { Swift.max($0, height($1)) }
  }
}
