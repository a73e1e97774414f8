// Expressions: each leaves its value in a register.
import Syntax

extension Compiler {
  /// The value of a literal number, its sign included.
  func number(_ expression: Expression) -> Value? {
    switch expression.kind {
    case .int(let whole): return .int(whole)
    case .float(let fraction): return .float(fraction)
    case .unary(.negate, let operand):
      switch operand.kind {
      case .int(let whole): return whole == .min ? nil : .int(-whole)
      case .float(let fraction): return .float(-fraction)
      default: return nil
      }
    default: return nil
    }
  }

  /// The constant of a number or of a text without insertions, if an instruction can name it.
  func literalConstant(_ expression: Expression) -> Int? {
    let value: Value
    if let number = number(expression) {
      value = number
    } else if case .string(let parts) = expression.kind, parts.count == 1,
      case .text(let text) = parts[0]
    {
      value = Value(text)
    } else {
      return nil
    }
    let index = constant(value)
    return index <= Int(UInt16.max) ? index : nil
  }

  /// A register that holds the value: that of the variable itself, or a new temporary.
  func operand(_ expression: Expression) -> Int {
    if case .name(let name) = expression.kind,
      case .local(let local)? = resolve(Name(name, expression.span)), !local.isBoxed
    {
      return local.register
    }
    let register = temporary()
    value(of: expression, into: register)
    return register
  }

  /// What to say about an operand that lies in a register when the instruction fails.
  func label(_ expression: Expression, _ register: Int) -> Operand? {
    switch expression.kind {
    case .name(let name):
      let binding = resolve(Name(name, expression.span))
      return Operand(
        location: .register(register), span: expression.span, name: name,
        declaration: binding?.declaration)
    case .none, .bool, .int, .float, .string, .list, .record, .lambda, .range: return nil
    default:
      return Operand(location: .register(register), span: expression.span)
    }
  }

  /// Compiles an expression so that its value ends in `d`. What `d` held before can be read until
  /// the whole expression has been evaluated.
  func value(of expression: Expression, into d: Int) {
    let saved = top
    defer { top = saved }
    let span = expression.span
    switch expression.kind {
    case .none: load(.none, into: d, at: span)
    case .bool(let truth): load(.bool(truth), into: d, at: span)
    case .int(let whole): load(.int(whole), into: d, at: span)
    case .float(let fraction): load(.float(fraction), into: d, at: span)
    case .string(let parts): text(parts, into: d, span)
    case .name(let name): read(Name(name, span), into: d)
    case .list(let elements): list(elements, into: d, span)
    case .record(let fields): record(fields, into: d, span)
    case .range(let low, let high, let closed):
      let from = operand(low)
      let to = operand(high)
      emit(
        closed ? .newClosedRange : .newRange, d, from, to, at: span,
        operands: [label(low, from), label(high, to)].compactMap(\.self))
    case .unary(let operation, let inner): unary(operation, inner, into: d, expression)
    case .binary(let operation, let place, let left, let right):
      binary(operation, place, left, right, into: d)
    case .comparison(let first, let links): comparison(first, links, into: d)
    case .and(let left, let right): shortCircuit(left, right, .jumpIfNot, into: d)
    case .or(let left, let right): shortCircuit(left, right, .jumpIf, into: d)
    case .coalesce(let left, let right): shortCircuit(left, right, .jumpIfNotNone, into: d)
    case .pipe(let left, let right): pipe(left, right, into: d, span)
    case .compose(let left, let right):
      let first = operand(left)
      let second = operand(right)
      emit(.compose, d, first, second, at: span)
    case .call(let callee, let arguments): call(callee, arguments, into: d, span)
    case .index(let base, let subscripts): index(base, subscripts, into: d, span)
    case .field(let base, let name):
      checkMember(base, name)
      let whole = operand(base)
      emit(
        .getField, d, whole, site(name.text), at: name.span,
        operands: [label(base, whole)].compactMap(\.self))
    case .lambda(let function): closure(function, into: d)
    case .block(let block): late(d) { self.blockValue(block, into: $0) }
    case .conditional(let condition, let then, let other):
      late(d) { self.conditional(condition, then, other, into: $0, span) }
    case .match(let subject, let arms): late(d) { self.match(subject, arms, into: $0, span) }
    case .comprehension(let element, let clauses):
      late(d) { self.comprehension(element, clauses, into: $0, span) }
    case .attempt(let body, let error, let handler):
      late(d) { self.attempt(body, error, handler, into: $0, span) }
    case .scoped(let scope, let body):
      late(d) { self.scope(scope, body, into: $0, span) }
    case .trace(let trace): self.trace(trace, into: d)
    case .sweep(let sweep): self.sweep(sweep, into: d)
    case .invalid: load(.none, into: d, at: span)
    }
  }

  /// Compiles into `d` if nothing else can see it, otherwise into a temporary that then moves there.
  private func late(_ d: Int, _ body: (Int) -> Void) {
    if isFresh(d) { return body(d) }
    let register = temporary()
    body(register)
    emit(.take, d, register, at: Span(0, 0))
  }

  func read(_ name: Name, into d: Int) {
    switch resolve(name) {
    case .local(let local):
      if local.isBoxed {
        emit(.getBox, d, local.register, at: name.span)
      } else if local.register != d {
        emit(.move, d, local.register, at: name.span)
      }
    case .captured(let index, let local):
      emit(local.isBoxed ? .getCapturedBox : .getCaptured, d, index, at: name.span)
    case .global(let global): emit(.getGlobal, d, global.index, at: name.span)
    case nil: emit(.loadNone, d, at: name.span)
    }
  }

  private func unary(
    _ operation: UnaryOperator, _ inner: Expression, into d: Int, _ whole: Expression
  ) {
    if operation == .negate, let folded = number(whole) {
      return load(folded, into: d, at: whole.span)
    }
    let register = operand(inner)
    emit(
      operation == .negate ? .negate : .not, d, register, at: whole.span,
      operands: [label(inner, register)].compactMap(\.self))
  }

  func binary(
    _ operation: BinaryOperator, _ place: Span, _ left: Expression, _ right: Expression,
    into d: Int
  ) {
    let first = operand(left)
    if let form = operation.constantForm, let constant = literalConstant(right) {
      emit(
        form, d, first, constant, at: place, operands: [label(left, first)].compactMap(\.self))
      return
    }
    let second = operand(right)
    emit(
      operation.instruction, d, first, second, at: place,
      operands: [label(left, first), label(right, second)].compactMap(\.self))
  }

  /// A chain of comparisons: each operand is evaluated once, and none after a link that fails.
  private func comparison(_ first: Expression, _ links: [Expression.Link], into d: Int) {
    let result = isFresh(d) ? d : temporary()
    var left = operand(first)
    var leftExpression = first
    var ends: [Int] = []
    for (index, link) in links.enumerated() {
      let right = operand(link.right)
      compareRegisters(link, left, right, leftExpression, into: result)
      if index < links.count - 1 {
        ends.append(emit(.jumpIfNot, result, at: link.span))
        left = right
        leftExpression = link.right
      }
    }
    patch(ends)
    if result != d { emit(.take, d, result, at: first.span) }
  }

  func compareRegisters(
    _ link: Expression.Link, _ left: Int, _ right: Int, _ expression: Expression, into d: Int
  ) {
    let operands = [label(expression, left), label(link.right, right)].compactMap(\.self)
    switch link.comparison {
    case .less: emit(.less, d, left, right, at: link.span, operands: operands)
    case .lessOrEqual: emit(.lessOrEqual, d, left, right, at: link.span, operands: operands)
    case .greater: emit(.less, d, right, left, at: link.span, operands: operands)
    case .greaterOrEqual: emit(.lessOrEqual, d, right, left, at: link.span, operands: operands)
    case .equal: emit(.equal, d, left, right, at: link.span, operands: operands)
    case .notEqual: emit(.notEqual, d, left, right, at: link.span, operands: operands)
    case .contains: emit(.contains, d, left, right, at: link.span, operands: operands)
    case .notContains: emit(.notContains, d, left, right, at: link.span, operands: operands)
    }
  }

  private func shortCircuit(
    _ left: Expression, _ right: Expression, _ test: Operation, into d: Int
  ) {
    let result = isFresh(d) ? d : temporary()
    value(of: left, into: result)
    let end = emit(test, result, at: left.span)
    value(of: right, into: result)
    if test != .jumpIfNotNone {
      // Both sides must be conditions.
      patch(emit(.jumpIf, result, at: right.span), to: instructions.count)
    }
    patch([end])
    if result != d { emit(.take, d, result, at: right.span) }
  }

  private func text(_ parts: [Expression.StringPart], into d: Int, _ span: Span) {
    if parts.isEmpty { return load(Value(""), into: d, at: span) }
    if parts.count == 1, case .text(let text) = parts[0] {
      return load(Value(text), into: d, at: span)
    }
    let first = top
    for part in parts {
      let register = temporary()
      switch part {
      case .text(let text): load(Value(text), into: register, at: span)
      case .value(let expression, let format):
        value(of: expression, into: register)
        if let format {
          check(format, expression.span)
          emit(.format, register, register, name(format), at: expression.span)
        }
      }
    }
    emit(.newText, d, first, parts.count, at: span)
  }

  private func check(_ format: String, _ span: Span) {
    do throws(Failure) {
      _ = try Format(format)
    } catch {
      unit.report(error.code, error.message, span, notes: error.notes, helps: error.helps)
    }
  }

  /// Elements are gathered in groups, so that a long literal does not need a long frame.
  private func list(_ elements: [Expression.Element], into d: Int, _ span: Span) {
    let group = 128
    if elements.count <= group, !elements.contains(where: \.isSpread) {
      let first = top
      for element in elements { value(of: element.value, into: temporary()) }
      emit(.newList, d, first, elements.count, at: span)
      return
    }
    let result = isFresh(d) ? d : temporary()
    emit(.newList, result, 0, 0, at: span)
    var pending = 0
    let first = top
    func flush() {
      if pending > 0 { emit(.appendMany, result, first, pending, at: span) }
      pending = 0
      top = first
    }
    for element in elements {
      if element.isSpread {
        flush()
        let register = temporary()
        value(of: element.value, into: register)
        emit(.appendSpread, result, register, at: element.value.span)
        top = first
      } else {
        value(of: element.value, into: temporary())
        pending += 1
        if pending == group { flush() }
      }
    }
    flush()
    if result != d { emit(.take, d, result, at: span) }
  }

  private func record(_ fields: [Expression.Field], into d: Int, _ span: Span) {
    var seen: Set<String> = []
    for case let key? in fields.map(\.key) where !seen.insert(key.text).inserted {
      unit.report("X0211", "the field `\(key.text)` is given twice", key.span)
    }
    if fields.count <= 128, !fields.contains(where: { $0.key == nil }) {
      let first = top
      for field in fields { value(of: field.value, into: temporary()) }
      parts.shapes.append(Shape.of(fields.compactMap { $0.key?.text }))
      emit(.newRecord, d, first, parts.shapes.count - 1, at: span)
      return
    }
    let result = isFresh(d) ? d : temporary()
    parts.shapes.append(Shape.empty)
    emit(.newRecord, result, 0, parts.shapes.count - 1, at: span)
    for field in fields {
      scoped {
        let register = temporary()
        value(of: field.value, into: register)
        if let key = field.key {
          emit(.recordSet, result, register, name(key.text), at: key.span)
        } else {
          emit(.recordSpread, result, register, at: field.value.span)
        }
      }
    }
    if result != d { emit(.take, d, result, at: span) }
  }

  private func index(
    _ base: Expression, _ subscripts: [Expression.Subscript], into d: Int, _ span: Span
  ) {
    if subscripts.count == 1, case .value(let position) = subscripts[0] {
      let whole = operand(base)
      if case .range(let low, let high, let isClosed) = position.kind {
        return slice(base, whole, position.span, low, high, isClosed, into: d, span)
      }
      let place = operand(position)
      emit(
        .getIndex, d, whole, place, at: span,
        operands: [label(base, whole), label(position, place)].compactMap(\.self))
      return
    }
    let first = temporary()
    value(of: base, into: first)
    for case .value(let position) in subscripts { value(of: position, into: temporary()) }
    emit(
      .getIndices, d, first, form(subscripts), at: span,
      operands: [label(base, first)].compactMap(\.self))
  }

  /// `x[low..<high]`: at once where that is possible, otherwise by way of the Range.
  private func slice(
    _ base: Expression, _ whole: Int, _ place: Span, _ low: Expression, _ high: Expression,
    _ isClosed: Bool, into d: Int, _ span: Span
  ) {
    let (from, to) = (temporary(), temporary())
    value(of: low, into: from)
    value(of: high, into: to)
    emit(isClosed ? .getClosedSlice : .getSlice, d, whole, from, at: span)
    emit(
      isClosed ? .newClosedRange : .newRange, from, from, to, at: place,
      operands: [label(low, from), label(high, to)].compactMap(\.self))
    emit(
      .getIndex, d, whole, from, at: span,
      operands: [label(base, whole)].compactMap(\.self))
  }

  /// Which subscripts are values, and which `..`, as an entry of the function's table.
  func form(_ subscripts: [Expression.Subscript]) -> Int {
    parts.subscripts.append(subscripts.map { if case .value = $0 { true } else { false } })
    return parts.subscripts.count - 1
  }
}

extension BinaryOperator {
  var instruction: Operation {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .floorDivide: .floorDivide
    case .remainder: .remainder
    case .power: .power
    case .matrixProduct: .matrixProduct
    }
  }

  /// The form whose right operand is a constant.
  var constantForm: Operation? {
    switch self {
    case .add: .addConstant
    case .subtract: .subtractConstant
    case .multiply: .multiplyConstant
    case .divide: .divideConstant
    case .floorDivide: .floorDivideConstant
    case .remainder: .remainderConstant
    case .power, .matrixProduct: nil
    }
  }
}
