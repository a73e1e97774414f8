// Functions, methods, metrics and models.
import Syntax

extension Compiler {
  /// A function made here: its code, and its index among the functions of this one.
  @discardableResult
  func code(for function: Function, capturing: Bool = true) -> (CodePointer, Int) {
    let (_, code, index) = compiled(function)
    return (code, index)
  }

  /// The same, with the compiler that made it: it knows which parameters are used, and where.
  func compiled(_ function: Function, isRow: Bool = false) -> (Compiler, CodePointer, Int) {
    let parameters = function.parameters + function.settings
    var parts = Parts(source: unit.source, span: function.span)
    parts.name = function.name?.text
    parts.documentation = function.documentation
    parts.parameters = parameters.map { FunctionDetails.Parameter($0, unit.source) }
    parts.resultText = function.result.map { unit.source.substring($0.span) }
    let inner = Compiler(
      unit, parent: self, statements: function.body.statements, parts: parts, isCell: false)
    inner.isRow = isRow
    let code = inner.compile(function, parameters)
    self.parts.functions.append(code)
    return (inner, code, self.parts.functions.count - 1)
  }

  private func compile(_ function: Function, _ parameters: [Parameter]) -> CodePointer {
    for parameter in parameters {
      let register = temporary()
      declare(parameter.name, register, isVariable: false, isBoxed: false, parameter.name.span)
    }
    enter(parameters)
    prepareResult(function)
    blocks.append([:])
    let result = temporary()
    body(function.body.statements, into: result, function.body.span)
    leave(with: result, at: function.body.statements.last?.span ?? function.body.span)
    return finish(arity: parameters.last?.isVariadic == true ? -1 : parameters.count)
  }

  /// A function as a value in `d`.
  func closure(_ function: Function, into d: Int) {
    let (_, index) = code(for: function)
    emit(.closure, d, index, at: function.span)
  }

  func declareFunction(_ function: Function, _ statement: Statement) {
    guard let name = function.name else { return }
    define(name, .function, function, statement) { self.closure(function, into: $0) }
  }

  /// The settings' defaults are evaluated once, where the method stands.
  func declareMethod(_ function: Function, kind: Int, _ statement: Statement) {
    guard let name = function.name else { return }
    var inner = function
    inner.settings = function.settings.map { setting in
      Parameter(setting.name, annotation: setting.annotation, isVariadic: setting.isVariadic)
    }
    define(name, kind == 0 ? .method : .metric, function, statement) { register in
      self.scoped {
        // The record of the defaults stands behind the function.
        let base = self.temporary()
        let record = self.temporary()
        self.closure(inner, into: base)
        let first = self.top
        for setting in function.settings {
          let value = self.temporary()
          if let standard = setting.standard {
            self.value(of: standard, into: value)
          } else {
            self.load(.absent, into: value, at: setting.name.span)
          }
        }
        self.parts.shapes.append(Shape.of(function.settings.map(\.name.text)))
        self.emit(
          .newRecord, record, first, self.parts.shapes.count - 1, at: statement.span)
        self.emit(.declared, base, kind, at: statement.span)
        self.emit(.take, register, base, at: statement.span)
      }
    }
  }

  /// `model NAME(settings) { lets; body }` is a function that hands its parts, as a record, and the
  /// forward function to the native `_model`.
  func declareModel(_ function: Function, _ statement: Statement) {
    guard let name = function.name else { return }
    var inner = function
    inner.parameters = function.parameters + function.settings
    inner.settings = []
    var lets: [Statement] = []
    var names: [Name] = []
    var rest = function.body.statements
    while let first = rest.first {
      switch first.kind {
      case .declare(let pattern, _, isVariable: false, _): names += pattern.names
      case .function(let part): names += part.name.map { [$0] } ?? []
      default: break
      }
      guard first.isLayer else { break }
      lets.append(first)
      rest.removeFirst()
    }
    let span = function.body.span
    let x = Name("x", Span(span.start, span.start))
    let forward = Function(
      name: nil, parameters: [Parameter(x)], body: Block(rest, span), span: span)
    func text(_ text: String) -> Expression { Expression(.string([.text(text)]), name.span) }
    let record = Expression(
      .record(
        names.map { Expression.Field($0, Expression(.name($0.text), $0.span)) }), span)
    let call = Expression(
      .call(
        Expression(.name("_model"), name.span),
        [
          Expression.Argument(text(name.text)), Expression.Argument(record),
          Expression.Argument(Expression(.lambda(forward), span)),
        ]), name.span)
    inner.body = Block(lets + [Statement(.expression(call), name.span)], span)
    define(name, .model, inner, statement) { self.closure(inner, into: $0) }
  }

  /// Gives a declared function its name: as a global, or as a name of the block.
  private func define(
    _ name: Name, _ kind: Global.Kind, _ function: Function, _ statement: Statement,
    _ make: (Int) -> Void
  ) {
    if isTopLevel {
      return scoped {
        let register = temporary()
        make(register)
        setGlobal(
          name, kind, register, statement.span, documentation: function.documentation,
          parameters: kind == .function || kind == .model
            ? function.parameters + function.settings : nil)
      }
    }
    if let hoisted = blocks[blocks.count - 1][name.text], hoisted.isBoxed,
      hoisted.declaration?.span == statement.span
    {
      return scoped {
        let register = temporary()
        make(register)
        emit(.setBox, hoisted.register, register, at: statement.span)
      }
    }
    let register = temporary()
    make(register)
    declare(name, register, isVariable: false, isBoxed: false, statement.span)
  }

  /// `param name = standard`: what was given for it on the command line takes its place.
  func declareParameter(
    _ name: Name, _ standard: Expression, _ documentation: String?, _ span: Span
  ) {
    unit.parameters.append(
      ScriptParameter(
        name: name.text, standard: unit.source.substring(standard.span),
        documentation: documentation))
    scoped {
      let register = temporary()
      value(of: standard, into: register)
      emit(.parameter, register, 0, self.name(name.text), at: span)
      setGlobal(name, .parameter, register, span, documentation: documentation)
    }
  }
}

extension Statement {
  /// Whether it declares a part of a model.
  fileprivate var isLayer: Bool {
    switch kind {
    case .declare(_, _, isVariable: false, _), .function: true
    default: false
    }
  }
}
