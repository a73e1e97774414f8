// Assignment to elements and fields: `a.b[i].c = v`.
import Syntax

extension Compiler {
  private struct Target {
    var root: Name
    var steps: [Path.Step] = []
    var subscripts: [Expression] = []
    /// Of each step.
    var spans: [Span] = []
  }

  private func target(_ expression: Expression) -> Target? {
    switch expression.kind {
    case .name(let name): return Target(root: Name(name, expression.span))
    case .field(let base, let name):
      guard var target = target(base) else { return nil }
      target.steps.append(.field(name.text))
      target.spans.append(expression.span)
      return target
    case .index(let base, let subscripts):
      guard var target = target(base) else { return nil }
      target.steps.append(.index(subscripts.map { if case .value = $0 { true } else { false } }))
      target.spans.append(expression.span)
      for case .value(let value) in subscripts { target.subscripts.append(value) }
      return target
    default: return nil
    }
  }

  func assignPath(
    _ expression: Expression, _ operation: BinaryOperator?, _ value: Expression, _ span: Span
  ) {
    guard let target = target(expression), let binding = resolve(target.root) else {
      return effect(of: value)
    }
    if reportForeign(target.root, binding) { return effect(of: value) }
    guard binding.isVariable else {
      var helps: [Diagnostic.Help] = []
      if let declaration = binding.declaration, declaration.source === unit.source,
        unit.source.substring(Span(declaration.span.start, declaration.span.start + 4)) == "let "
      {
        let place = Span(declaration.span.start, declaration.span.start + 3)
        helps = [.init("declare it with var", edits: [.init(unit.source, place, "var")])]
      } else {
        helps = [.init("make a variable of its own: var copy = \(target.root.text)")]
      }
      unit.report(
        "X0202", "`\(target.root.text)` cannot change", target.root.span,
        also: binding.declaration.map { [.init($0.source, $0.span, "declared here")] } ?? [],
        helps: helps)
      return effect(of: value)
    }
    guard checkRow(target.root, binding) else { return effect(of: value) }
    if operation == nil, case .local(let local) = binding, !local.isBoxed, target.steps.count == 1,
      simple(target, local, value, expression)
    {
      return
    }
    let first = top
    for position in target.subscripts { self.value(of: position, into: temporary()) }
    let result = temporary()
    if let operation {
      updated(target, binding, operation, value, first, into: result, span)
    } else {
      self.value(of: value, into: result)
    }
    parts.paths.append(Path(root: root(binding), steps: target.steps))
    emit(
      .setPath, first, 0, parts.paths.count - 1, at: expression.span,
      operands: [
        Operand(
          location: location(binding), span: target.root.span, name: target.root.text,
          declaration: nil)
      ])
  }

  /// One step from a variable in a register has an instruction of its own.
  private func simple(
    _ target: Target, _ local: Local, _ value: Expression, _ expression: Expression
  ) -> Bool {
    let named = Operand(
      location: .register(local.register), span: target.root.span, name: local.name)
    switch target.steps[0] {
    case .field(let name):
      let register = operand(value)
      emit(
        .setField, local.register, register, site(name), at: expression.span, operands: [named])
    case .index(let flags):
      guard flags == [true] else { return false }
      // The subscript is evaluated first, so a variable that the value changes must be copied.
      let position: Int
      if value.isSimple {
        position = operand(target.subscripts[0])
      } else {
        position = temporary()
        self.value(of: target.subscripts[0], into: position)
      }
      let register = operand(value)
      emit(
        .setIndex, local.register, position, register, at: expression.span,
        operands: [named, label(target.subscripts[0], position)].compactMap(\.self))
    }
    return true
  }

  /// The new value of `path op= value`, with the subscripts in registers from `first` on.
  private func updated(
    _ target: Target, _ binding: Binding, _ operation: BinaryOperator, _ value: Expression,
    _ first: Int, into result: Int, _ span: Span
  ) {
    let current = temporary()
    read(target.root, into: current)
    var position = first
    for (step, place) in zip(target.steps, target.spans) {
      switch step {
      case .field(let name): emit(.getField, current, current, site(name), at: place)
      case .index(let flags):
        if flags == [true] {
          emit(.getIndex, current, current, position, at: place)
          position += 1
        } else {
          scoped {
            let base = temporary()
            emit(.move, base, current, at: place)
            for isValue in flags where isValue {
              emit(.move, temporary(), position, at: place)
              position += 1
            }
            parts.subscripts.append(flags)
            emit(.getIndices, current, base, parts.subscripts.count - 1, at: place)
          }
        }
      }
    }
    let register = operand(value)
    emit(
      operation.instruction, result, current, register, at: span,
      operands: [
        Operand(location: .register(current), span: target.spans.last ?? span),
        label(value, register),
      ].compactMap(\.self))
  }

  private func root(_ binding: Binding) -> Path.Root {
    switch binding {
    case .local(let local): local.isBoxed ? .box(local.register) : .register(local.register)
    case .captured(let index, _): .captured(index)
    case .global(let global): .global(global.index)
    }
  }

  private func location(_ binding: Binding) -> Operand.Location {
    switch binding {
    case .local(let local): .register(local.register)
    case .captured(let index, _): .captured(index)
    case .global(let global): .global(global.index)
    }
  }
}

extension Expression {
  /// Whether evaluating it can change no variable.
  var isSimple: Bool {
    switch kind {
    case .none, .bool, .int, .float, .name: true
    case .binary(_, _, let left, let right): left.isSimple && right.isSimple
    case .unary(_, let operand), .field(let operand, _): operand.isSimple
    case .index(let base, let subscripts):
      base.isSimple
        && subscripts.allSatisfy { if case .value(let value) = $0 { value.isSimple } else { true } }
    default: false
    }
  }
}
