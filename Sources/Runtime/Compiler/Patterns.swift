// Patterns: what a declaration, a loop or an arm of a match takes apart.
import Syntax

extension Compiler {
  /// Declares the names of a pattern for the value in a register; a value that does not fit raises.
  func bind(_ pattern: Pattern, _ register: Int, isVariable: Bool, _ span: Span) {
    let out = test(pattern, register, isVariable: isVariable, declaring: span)
    if out.isEmpty { return }
    let end = emit(.jump, at: span)
    patch(out)
    emit(.noMatch, register, 0, at: pattern.span)
    patch([end])
  }

  /// Declares the names of a pattern and emits jumps that are taken when the value does not fit.
  func test(
    _ pattern: Pattern, _ register: Int, isVariable: Bool = false, declaring span: Span? = nil
  ) -> [Int] {
    switch pattern.kind {
    case .any:
      guard let annotation = pattern.annotation else { return [] }
      let contract = contract(annotation, .name("_"))
      return fits(contract, register, isArm: span == nil, pattern.span)
    case .name(let text):
      let contract = pattern.annotation.map { self.contract($0, .name(text)) }
      let local = temporary()
      emit(.move, local, register, at: pattern.span)
      var out: [Int] = []
      if let contract { out = fits(contract, local, isArm: span == nil, pattern.span) }
      let isBoxed = isVariable && mentioned.contains(text)
      if isBoxed { emit(.newBox, local, 1, at: pattern.span) }
      declare(
        Name(text, pattern.span), local, isVariable: isVariable, isBoxed: isBoxed,
        span ?? pattern.span)
      return out
    case .value(let expression):
      let value = temporary()
      self.value(of: expression, into: value)
      return [emit(.matchValue, register, value, at: pattern.span)]
    case .range(let expression):
      let range = temporary()
      self.value(of: expression, into: range)
      return [emit(.matchRange, register, range, at: pattern.span)]
    case .either(let patterns):
      // Each alternative that does not fit goes on to the next; the last leaves the arm.
      var fits: [Int] = []
      var out: [Int] = []
      for (index, inner) in patterns.enumerated() {
        out = test(inner, register, isVariable: isVariable, declaring: span)
        if index == patterns.count - 1 { break }
        fits.append(emit(.jump, at: inner.span))
        patch(out)
      }
      patch(fits)
      return out
    case .list(let patterns, let rest):
      var out = [
        emit(rest == nil ? .matchList : .matchListFrom, register, patterns.count, at: pattern.span)
      ]
      for (index, inner) in patterns.enumerated() {
        let position = temporary()
        let element = temporary()
        load(.int(index), into: position, at: inner.span)
        emit(.getIndex, element, register, position, at: inner.span)
        variables.insert(element)
        out += test(inner, element, isVariable: isVariable, declaring: span)
      }
      if let rest {
        let tail = temporary()
        emit(.tail, tail, register, patterns.count, at: rest.span)
        variables.insert(tail)
        out += test(rest, tail, isVariable: isVariable, declaring: span)
      }
      return out
    case .record(let fields):
      var out: [Int] = []
      for field in fields {
        out.append(emit(.matchRecord, register, name(field.key.text), at: field.key.span))
        let value = temporary()
        emit(.getField, value, register, site(field.key.text), at: field.key.span)
        variables.insert(value)
        out += test(field.pattern, value, isVariable: isVariable, declaring: span)
      }
      return out
    }
  }
}
