// Loops and comprehensions. The test stands at the bottom, so that a turn takes one jump.
import Syntax

extension Compiler {
  func whileLoop(_ condition: Expression, _ block: Block, _ span: Span) {
    let isEndless = if case .bool(true) = condition.kind { true } else { false }
    // A large condition is compiled once, and jumped back to.
    let isLarge = !condition.isSmall
    let test = instructions.count
    let out = isEndless ? [] : unless(condition)
    let start = instructions.count
    enterLoop(out)
    blockValue(block, into: nil)
    patch(loops[loops.count - 1].nexts)
    if isLarge { patch(emit(.jump, at: span), to: test) } else { again(condition, start) }
    leaveLoop()
  }

  private func enterLoop(_ breaks: [Int]) {
    loops.append((breaks: breaks, nexts: []))
    loopCleanups.append(cleanups.count)
  }

  private func leaveLoop() {
    patch(loops.removeLast().breaks)
    loopCleanups.removeLast()
  }

  func forEach(_ pattern: Pattern, _ sequence: Expression, _ block: Block, _ span: Span) {
    each(pattern, sequence, span) { self.blockValue(block, into: nil) }
  }

  /// Runs `body` for each element of a sequence, with the names of the pattern declared.
  private func each(
    _ pattern: Pattern, _ sequence: Expression, _ span: Span, _ body: () -> Void
  ) {
    block {
      if case .range(let low, let high, let closed) = sequence.kind {
        counted(pattern, low, high, closed: closed, sequence.span, span, body)
      } else {
        iterated(pattern, sequence, span, body)
      }
    }
  }

  private func counted(
    _ pattern: Pattern, _ low: Expression, _ high: Expression, closed: Bool, _ range: Span,
    _ span: Span, _ body: () -> Void
  ) {
    let counter = temporary()
    let end = temporary()
    value(of: low, into: counter)
    value(of: high, into: end)
    variables.formUnion([counter, end])
    if closed { emit(.addConstant, end, end, constant(.int(1)), at: range) }
    let prepare = emit(.rangePrepare, counter, at: range)
    let start = instructions.count
    enterLoop([prepare])
    block {
      switch pattern.kind {
      case .name(let name) where pattern.annotation == nil:
        // The variable is the counter itself: it cannot change.
        declare(
          Name(name, pattern.span), counter, isVariable: false, isBoxed: false, pattern.span)
      case .any where pattern.annotation == nil: break
      default: bind(pattern, counter, isVariable: false, pattern.span)
      }
      body()
      patch(loops[loops.count - 1].nexts)
    }
    variables.formUnion([counter, end])
    patch(emit(.rangeNext, counter, at: range), to: start)
    leaveLoop()
    variables.subtract([counter, end])
  }

  private func iterated(
    _ pattern: Pattern, _ sequence: Expression, _ span: Span, _ body: () -> Void
  ) {
    let source = temporary()
    let index = temporary()
    value(of: sequence, into: source)
    let element = temporary()
    variables.formUnion([source, index, element])
    emit(
      .iterate, source, at: sequence.span, operands: [label(sequence, source)].compactMap(\.self))
    let entry = emit(.jump, at: span)
    let start = instructions.count
    enterLoop([])
    block {
      switch pattern.kind {
      case .name(let name) where pattern.annotation == nil:
        declare(
          Name(name, pattern.span), element, isVariable: false, isBoxed: false, pattern.span)
      case .any where pattern.annotation == nil: break
      default: bind(pattern, element, isVariable: false, pattern.span)
      }
      body()
      patch(loops[loops.count - 1].nexts)
    }
    patch([entry])
    patch(emit(.next, source, element, at: sequence.span), to: start)
    leaveLoop()
    variables.subtract([source, index, element])
  }

  /// `[element for pattern in sequence if condition …]`, as loops in place.
  func comprehension(
    _ element: Expression, _ clauses: [Expression.Clause], into d: Int, _ span: Span
  ) {
    let result = temporary()
    emit(.newList, result, 0, 0, at: span)
    variables.insert(result)
    clause(clauses[...], element, result, span)
    variables.remove(result)
    emit(.take, d, result, at: span)
  }

  private func clause(
    _ clauses: ArraySlice<Expression.Clause>, _ element: Expression, _ result: Int, _ span: Span
  ) {
    guard let first = clauses.first else {
      return scoped {
        let register = temporary()
        value(of: element, into: register)
        emit(.appendOne, result, register, at: element.span)
      }
    }
    switch first {
    case .each(let pattern, let sequence):
      each(pattern, sequence, span) { clause(clauses.dropFirst(), element, result, span) }
    case .condition(let condition):
      let out = unless(condition)
      clause(clauses.dropFirst(), element, result, span)
      patch(out)
    }
  }
}

extension Expression {
  /// Whether it may be compiled twice.
  var isSmall: Bool {
    switch kind {
    case .none, .bool, .int, .float, .name: true
    case .unary(_, let operand), .field(let operand, _): operand.isSmall
    case .binary(_, _, let left, let right), .and(let left, let right), .or(let left, let right):
      left.isSmall && right.isSmall
    case .comparison(let first, let links):
      first.isSmall && links.allSatisfy { $0.right.isSmall }
    case .index(let base, let subscripts):
      base.isSmall
        && subscripts.allSatisfy { if case .value(let value) = $0 { value.isSmall } else { true } }
    case .call(let callee, let arguments):
      callee.isSmall && arguments.allSatisfy { $0.value.isSmall }
    default: false
    }
  }
}
