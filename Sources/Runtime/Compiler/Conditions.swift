// Conditions as jumps, and the expressions that branch: if, match, try.
import Syntax

extension Compiler {
  /// Emits jumps that are taken when the condition does not hold; gives the places to patch.
  func unless(_ condition: Expression) -> [Int] {
    let saved = top
    defer { top = saved }
    switch condition.kind {
    case .and(let left, let right):
      let first = unless(left)
      return first + unless(right)
    case .comparison(let left, let links) where links.count == 1:
      if let jump = jump(left, links[0], whenHolding: false) { return [jump] }
    case .unary(.not, let inner):
      let register = operand(inner)
      return [emit(.jumpIf, register, at: inner.span)]
    default: break
    }
    let register = operand(condition)
    return [emit(.jumpIfNot, register, at: condition.span)]
  }

  /// Emits a jump back to `start` that is taken when the condition holds.
  func again(_ condition: Expression, _ start: Int) {
    let saved = top
    defer { top = saved }
    switch condition.kind {
    case .and(let left, let right):
      loops[loops.count - 1].breaks += unless(left)
      return again(right, start)
    case .bool(true):
      return patch(emit(.jump, at: condition.span), to: start)
    case .comparison(let left, let links) where links.count == 1:
      if links[0].comparison != .equal, links[0].comparison != .notEqual,
        let jump = jump(left, links[0], whenHolding: true)
      {
        return patch(jump, to: start)
      }
    default: break
    }
    let register = operand(condition)
    patch(emit(.jumpIf, register, at: condition.span), to: start)
  }

  /// A comparison and jump in one instruction; nil where there is none.
  private func jump(_ left: Expression, _ link: Expression.Link, whenHolding: Bool) -> Int? {
    let isSwapped = link.comparison == .greater || link.comparison == .greaterOrEqual
    let (form, constantForm): (Operation, Operation)
    switch link.comparison {
    case .less, .greater:
      form = whenHolding ? .jumpLess : .jumpNotLess
      constantForm = whenHolding ? .jumpLessConstant : .jumpNotLessConstant
    case .lessOrEqual, .greaterOrEqual:
      form = whenHolding ? .jumpLessOrEqual : .jumpNotLessOrEqual
      constantForm = whenHolding ? .jumpLessOrEqualConstant : .jumpNotLessOrEqualConstant
    case .equal:
      form = whenHolding ? .jumpEqual : .jumpNotEqual
      constantForm = whenHolding ? .jumpEqualConstant : .jumpNotEqualConstant
    case .notEqual:
      form = whenHolding ? .jumpNotEqual : .jumpEqual
      constantForm = whenHolding ? .jumpNotEqualConstant : .jumpEqualConstant
    case .contains, .notContains: return nil
    }
    let first = operand(left)
    if !isSwapped, let constant = literalConstant(link.right) {
      return emit(
        constantForm, first, constant, at: link.span,
        operands: [label(left, first)].compactMap(\.self))
    }
    let second = operand(link.right)
    let operands = [label(left, first), label(link.right, second)].compactMap(\.self)
    return isSwapped
      ? emit(form, second, first, at: link.span, operands: operands)
      : emit(form, first, second, at: link.span, operands: operands)
  }

  func conditional(
    _ condition: Expression, _ then: Block, _ other: Expression?, into d: Int?, _ span: Span
  ) {
    let out = unless(condition)
    blockValue(then, into: d)
    if other == nil, d == nil { return patch(out) }
    let end = emit(.jump, at: span)
    patch(out)
    if let other {
      if let d {
        value(of: other, into: d)
      } else {
        effect(of: other)
      }
    } else if let d {
      emit(.loadNone, d, at: span)
    }
    patch([end])
  }

  /// `match v { pattern if condition => value … }`.
  func match(_ subject: Expression, _ arms: [Expression.Arm], into d: Int?, _ span: Span) {
    let register = temporary()
    value(of: subject, into: register)
    var ends: [Int] = []
    for arm in arms {
      block {
        var out = test(arm.pattern, register)
        if let condition = arm.condition { out += unless(condition) }
        if let d { value(of: arm.value, into: d) } else { effect(of: arm.value) }
        ends.append(emit(.jump, at: arm.value.span))
        patch(out)
      }
    }
    emit(.noMatch, register, 1, at: subject.span)
    patch(ends)
  }

  /// `try { … } catch error { … }`.
  func attempt(_ body: Block, _ error: Name, _ handler: Block, into d: Int?, _ span: Span) {
    let ranges = attempted { self.blockValue(body, into: d) }
    let end = emit(.jump, at: span)
    block {
      let register = temporary()
      for range in ranges where !range.isEmpty {
        parts.handlers.append(
          Handler(range: range, target: instructions.count, register: register))
      }
      if error.text == "_" {
        variables.insert(register)
      } else {
        declare(error, register, isVariable: false, isBoxed: false, error.span)
      }
      blockValue(handler, into: d)
      variables.remove(register)
    }
    patch([end])
  }
}
