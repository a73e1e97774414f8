// Declarations and assignments.
import Syntax

extension Compiler {
  func declare(
    _ pattern: Pattern, _ value: Expression, isVariable: Bool, _ documentation: String?,
    _ statement: Statement
  ) {
    let span = statement.span
    if isTopLevel { return declareGlobals(pattern, value, isVariable, documentation, span) }
    guard case .name(let text) = pattern.kind else {
      let register = temporary()
      self.value(of: value, into: register)
      variables.insert(register)
      bind(pattern, register, isVariable: isVariable, span)
      return
    }
    let name = Name(text, pattern.span)
    if let hoisted = blocks[blocks.count - 1][text], hoisted.isBoxed,
      statement.functionName != nil, hoisted.declaration?.span == span
    {
      return scoped {
        let contract = pattern.annotation.map { self.contract($0, .name(text)) }
        let register = temporary()
        self.value(of: value, into: register)
        if let contract { check(contract, register, value.span) }
        emit(.setBox, hoisted.register, register, at: span)
      }
    }
    // The sizes that an annotation names outlive the value: their registers come first.
    let contract = pattern.annotation.map { self.contract($0, .name(text)) }
    let register = temporary()
    if isVariable, mentioned.contains(text) {
      self.value(of: value, into: register)
      if let contract { check(contract, register, value.span) }
      emit(.newBox, register, 1, at: span)
      declare(name, register, isVariable: true, isBoxed: true, span)
    } else {
      self.value(of: value, into: register)
      if let contract { check(contract, register, value.span) }
      declare(name, register, isVariable: isVariable, isBoxed: false, span)
    }
  }

  private func declareGlobals(
    _ pattern: Pattern, _ value: Expression, _ isVariable: Bool, _ documentation: String?,
    _ span: Span
  ) {
    let kind: Global.Kind = isVariable ? .variable : .constant
    if case .name(let text) = pattern.kind {
      return scoped {
        let contract = pattern.annotation.map { self.contract($0, .name(text)) }
        let register = temporary()
        self.value(of: value, into: register)
        if let contract { check(contract, register, value.span) }
        setGlobal(
          Name(text, pattern.span), kind, register, span, documentation: documentation)
      }
    }
    // The parts are bound as names of a block, and then become globals.
    block {
      let register = temporary()
      self.value(of: value, into: register)
      variables.insert(register)
      bind(pattern, register, isVariable: false, span)
      let locals = blocks[blocks.count - 1]
      for name in pattern.names {
        guard let local = locals[name.text] else { continue }
        setGlobal(name, kind, local.register, span, documentation: documentation)
      }
      variables.remove(register)
    }
  }

  /// Stores a value as a global and makes its name known from here on.
  func setGlobal(
    _ name: Name, _ kind: Global.Kind, _ register: Int, _ span: Span, documentation: String?,
    parameters: [Parameter]? = nil
  ) {
    guard let global = unit.session.global(name, kind, in: unit) else { return }
    if unit.declared.insert(name.text).inserted == false {
      unit.report(
        "X0203", "`\(name.text)` is declared twice in this cell", name.span,
        also: global.declaration.map { [.init($0.source, $0.span, "first here")] } ?? [],
        helps: global.isVariable ? [.init("assign to it: \(name.text) = …")] : [])
    }
    global.kind = kind
    global.documentation = documentation
    global.declaration = Declaration(source: unit.source, span: span)
    global.parameters = parameters
    global.isDeclared = true
    global.isSize = false
    emit(.setGlobal, register, global.index, at: span)
  }

  func assign(
    _ target: Expression, _ operation: BinaryOperator?, _ value: Expression, _ span: Span
  ) {
    scoped {
      switch target.kind {
      case .name(let text): assign(Name(text, target.span), operation, value, span)
      case .index, .field: assignPath(target, operation, value, span)
      case .list(let targets):
        let register = temporary()
        self.value(of: value, into: register)
        variables.insert(register)
        assign(targets, from: register, target.span)
        variables.remove(register)
      // The parser lets nothing else be a target.
      default: break
      }
    }
  }

  /// `[a, b, rest...] = …`: the value lies in a register.
  private func assign(_ targets: [Expression.Element], from register: Int, _ span: Span) {
    let rest = targets.last.flatMap { $0.isSpread ? $0.value : nil }
    let single = rest == nil ? targets[...] : targets.dropLast()
    let out = emit(
      rest == nil ? .matchList : .matchListFrom, register, single.count, at: span)
    for (index, target) in single.enumerated() {
      assignPart(target.value) { part in
        let position = temporary()
        load(.int(index), into: position, at: target.value.span)
        emit(.getIndex, part, register, position, at: target.value.span)
      }
    }
    if let rest {
      assignPart(rest) { emit(.tail, $0, register, single.count, at: rest.span) }
    }
    let end = emit(.jump, at: span)
    patch([out])
    emit(.noMatch, register, 0, at: span)
    patch([end])
  }

  /// Assigns a part to its target, under a name that no script can write.
  private func assignPart(_ target: Expression, _ take: (Int) -> Void) {
    if case .name("_") = target.kind { return }
    block {
      let part = temporary()
      take(part)
      if case .list(let targets) = target.kind {
        variables.insert(part)
        assign(targets, from: part, target.span)
        variables.remove(part)
      } else {
        let hidden = Name("part \(part)", target.span)
        declare(hidden, part, isVariable: false, isBoxed: false, target.span)
        assign(target, nil, Expression(.name(hidden.text), target.span), target.span)
      }
    }
  }

  private func assign(
    _ name: Name, _ operation: BinaryOperator?, _ value: Expression, _ span: Span
  ) {
    guard let binding = resolve(name, isTarget: operation == nil) else { return effect(of: value) }
    guard checkVariable(name, binding) else { return effect(of: value) }
    if let operation { return update(name, binding, operation, value, span) }
    let appended = appendedValue(name, value)
    switch binding {
    case .local(let local) where !local.isBoxed:
      if appended == nil, value.writesLast {
        self.value(of: value, into: local.register)
      } else {
        let register = temporary()
        assigned(value, appended, .register(local.register), into: register)
        emit(.take, local.register, register, at: span)
      }
    case .local(let local):
      let register = temporary()
      assigned(value, appended, .box(local.register), into: register)
      emit(.setBox, local.register, register, at: span)
    case .captured(let index, _):
      let register = temporary()
      assigned(value, appended, .captured(index), into: register)
      emit(.setCapturedBox, index, register, at: span)
    case .global(let global):
      let register = temporary()
      assigned(value, appended, .global(global.index), into: register)
      emit(.setGlobal, register, global.index, at: span)
    }
  }

  private func checkVariable(_ name: Name, _ binding: Binding) -> Bool {
    if reportForeign(name, binding) { return false }
    if binding.isVariable { return checkRow(name, binding) }
    var also: [Diagnostic.Label] = []
    var helps: [Diagnostic.Help] = []
    if let declaration = binding.declaration {
      also = [.init(declaration.source, declaration.span, "declared here")]
      let word = declaration.source.substring(
        Span(declaration.span.start, declaration.span.start + 4))
      if declaration.source === unit.source, word == "let " {
        let place = Span(declaration.span.start, declaration.span.start + 3)
        helps = [
          .init(
            "declare it with var",
            edits: [.init(unit.source, place, "var")])
        ]
      }
    }
    if helps.isEmpty { helps = [.init("declare a variable of its own: var \(name.text) = …")] }
    unit.report(
      "X0202", "`\(name.text)` cannot change", name.span, also: also, helps: helps)
    return false
  }

  /// The second argument when a value is `append(name, x)` of the variable that it is assigned to.
  private func appendedValue(_ name: Name, _ value: Expression) -> (Expression, Expression, Global)?
  {
    guard case .call(let callee, let arguments) = value.kind, arguments.count == 2,
      case .name("append") = callee.kind, let global = peek("append"),
      case .name(name.text) = arguments[0].value.kind,
      arguments.allSatisfy({ $0.label == nil && !$0.isSpread })
    else { return nil }
    return (arguments[0].value, arguments[1].value, global)
  }

  private func assigned(
    _ value: Expression, _ appended: (Expression, Expression, Global)?, _ root: Path.Root,
    into register: Int
  ) {
    guard let (list, element, global) = appended else {
      return self.value(of: value, into: register)
    }
    self.value(of: list, into: temporary())
    let second = temporary()
    self.value(of: element, into: second)
    parts.paths.append(Path(root: root, steps: []))
    emit(.appendInPlace, register, global.index, parts.paths.count - 1, at: value.span)
    emit(.callGlobal, register, 2, global.index, at: value.span)
  }

  /// `name op= value`.
  private func update(
    _ name: Name, _ binding: Binding, _ operation: BinaryOperator, _ value: Expression,
    _ span: Span
  ) {
    let number = BinaryOperator.allCases.firstIndex(of: operation) ?? 0
    switch binding {
    case .local(let local) where !local.isBoxed:
      if operation == .add, let element = value.onlyElement {
        let register = temporary()
        self.value(of: element, into: register)
        emit(.addElement, local.register, register, at: value.span)
        emit(.newList, register, register, 1, at: value.span)
        emit(
          .add, local.register, local.register, register, at: span,
          operands: [
            variable(name, binding, .register(local.register)), label(value, register),
          ].compactMap(\.self))
      } else if let form = operation.constantForm, let constant = literalConstant(value) {
        emit(
          form, local.register, local.register, constant, at: span,
          operands: [variable(name, binding, .register(local.register))])
      } else {
        let register = operand(value)
        emit(
          operation.instruction, local.register, local.register, register, at: span,
          operands: [
            variable(name, binding, .register(local.register)), label(value, register),
          ].compactMap(\.self))
      }
    case .local(let local):
      let register = operand(value)
      emit(
        .updateBox, register, local.register, number, at: span,
        operands: [
          variable(name, binding, .register(local.register)), label(value, register),
        ].compactMap(\.self))
    case .captured(let index, _):
      let register = operand(value)
      emit(
        .updateCaptured, register, index, number, at: span,
        operands: [
          variable(name, binding, .captured(index)), label(value, register),
        ].compactMap(\.self))
    case .global(let global):
      let register = operand(value)
      emit(
        .updateGlobal, register, global.index, number, at: span,
        operands: [
          variable(name, binding, .global(global.index)), label(value, register),
        ].compactMap(\.self))
    }
  }

  private func variable(_ name: Name, _ binding: Binding, _ location: Operand.Location) -> Operand {
    Operand(
      location: location, span: name.span, name: name.text, declaration: binding.declaration)
  }
}

extension Expression {
  /// The element of `[x]`.
  fileprivate var onlyElement: Expression? {
    guard case .list(let elements) = kind, elements.count == 1, !elements[0].isSpread else {
      return nil
    }
    return elements[0].value
  }

  /// Whether the register of the value is written only when everything else has been evaluated.
  var writesLast: Bool {
    switch kind {
    case .none, .bool, .int, .float, .string, .name, .unary, .binary, .call, .index, .field, .range,
      .compose, .lambda, .pipe:
      true
    default: false
    }
  }
}
