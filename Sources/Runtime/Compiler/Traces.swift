// `trace` and `sweep`: calls of the natives of these names with the parts that the text has.
import Syntax

extension Compiler {
  /// `trace net(x) { … }` hands the model, its input, the points, a function for each `set`, and the form
  /// to the native `trace`.
  func trace(_ trace: Trace, into d: Int) {
    guard case .call(let callee, let arguments) = trace.call.kind else {
      return load(.none, into: d, at: trace.span)
    }
    guard !arguments.isEmpty, !arguments.contains(where: \.isSpread) else {
      unit.report(
        "X0209", "a trace runs its network on inputs that are written out", trace.call.span,
        helps: [.init("write `trace net(x) { … }`")])
      return load(.none, into: d, at: trace.span)
    }
    native("trace", into: d, trace.span) {
      self.value(of: callee, into: self.temporary())
      let isPlain = arguments.count == 1 && arguments[0].label == nil
      if isPlain {
        self.value(of: arguments[0].value, into: self.temporary())
      } else {
        self.list(trace.span) {
          for argument in arguments { self.value(of: argument.value, into: self.temporary()) }
        }
      }
      self.list(trace.span) {
        for action in trace.actions { self.value(of: action.point, into: self.temporary()) }
      }
      let kept = trace.kept
      var actions: [TraceForm.Action] = []
      self.list(trace.span) {
        for action in trace.actions { actions.append(self.action(action, kept)) }
      }
      let form = TraceForm(
        self.unit.source, callee: callee.span,
        labels: isPlain ? nil : arguments.map { $0.label?.text },
        kept: kept.map(\.text), actions: actions)
      self.load(.object(form), into: self.temporary(), at: trace.span)
    }
  }

  /// Leaves the function of a `set` in a register; what is kept or stopped at needs none.
  private func action(_ action: Trace.Action, _ kept: [Name]) -> TraceForm.Action {
    var kind = TraceForm.Action.Kind.stop
    var uses: [(name: String, span: Span)] = []
    var place: Span?
    switch action.kind {
    case .set(_, _, let value):
      kind = .set
      place = value.span
      let (inner, _, index) = compiled(setting(action, kept))
      uses = kept.compactMap { name in
        inner.blocks[0][name.text]?.use.map { (name.text, $0) }
      }
      emit(.closure, temporary(), index, at: action.span)
    case .keep(let name):
      kind = .keep(name.text)
      load(.none, into: temporary(), at: action.span)
    case .stop: load(.none, into: temporary(), at: action.span)
    }
    return TraceForm.Action(kind: kind, point: action.point.span, value: place, uses: uses)
  }

  /// `set POINT[i] = v` as a function of the layer's value and of what is kept: `(value, a, …) => …`.
  private func setting(_ action: Trace.Action, _ kept: [Name]) -> Function {
    let span = action.span
    var statements: [Statement] = []
    if case .set(let subscripts, let operation, let value) = action.kind {
      let whole = Expression(.name("value"), action.point.span)
      if !subscripts.isEmpty {
        // No name of the script looks like this one.
        let copy = Expression(
          .name("\(unit.source.substring(action.point.span))'s value"), action.point.span)
        guard case .name(let text) = copy.kind else {
          return Function(name: nil, parameters: [], body: Block([], span), span: span)
        }
        let element = Expression(.index(copy, subscripts), span)
        statements = [
          Statement(
            .declare(Pattern(.name(text), copy.span), whole, isVariable: true, documentation: nil),
            span),
          Statement(.assign(element, operation, value), span),
          Statement(.expression(copy), span),
        ]
      } else if let operation {
        statements = [
          Statement(.expression(Expression(.binary(operation, span, whole, value), span)), span)
        ]
      } else {
        statements = [Statement(.expression(value), value.span)]
      }
    }
    let names = [Name("value", action.point.span)] + kept
    return Function(
      name: Name("set", span), parameters: names.map { Parameter($0) },
      body: Block(statements, span), span: span)
  }

  /// `sweep a in x, b in y { … }` hands the values, the options, the body as a function of the names, and
  /// the form to the native `sweep`.
  func sweep(_ sweep: Sweep, into d: Int) {
    native("sweep", into: d, sweep.span) {
      self.list(sweep.span) {
        for swept in sweep.names { self.value(of: swept.values, into: self.temporary()) }
      }
      for label in Parser.sweepOptions {
        let register = self.temporary()
        if let option = sweep.options.first(where: { $0.label.text == label }) {
          self.value(of: option.value, into: register)
        } else {
          self.load(.none, into: register, at: sweep.span)
        }
      }
      let function = Function(
        name: Name("row", sweep.body.span), parameters: sweep.names.map { Parameter($0.name) },
        body: sweep.body, span: sweep.body.span)
      let (_, _, index) = self.compiled(function, isRow: true)
      self.emit(.closure, self.temporary(), index, at: sweep.body.span)
      let form = SweepForm(
        self.unit.source, names: sweep.names.map(\.name.text),
        values: sweep.names.map(\.values.span),
        options: Dictionary(
          sweep.options.map { ($0.label.text, $0.value.span) },
          uniquingKeysWith: { first, _ in first }),
        body: sweep.body.span)
      self.load(.object(form), into: self.temporary(), at: sweep.span)
    }
  }

  /// Whether a variable may change here: inside the row of a sweep, only what the row itself declares.
  func checkRow(_ name: Name, _ binding: Binding) -> Bool {
    guard isOutsideRow(binding) else { return true }
    unit.report(
      "X0152", "a row of a sweep cannot change `\(name.text)`", name.span,
      also: binding.declaration.map { [.init($0.source, $0.span, "declared outside of the sweep")] }
        ?? [],
      helps: [.init("let the row give what it computes: the sweep is a table of it")])
    return false
  }

  private func isOutsideRow(_ binding: Binding) -> Bool {
    if case .local = binding { return false }
    var place: Compiler? = self
    while let compiler = place {
      if case .captured(_, let local) = binding,
        compiler.blocks.contains(where: { $0[local.name] === local })
      {
        return false
      }
      if compiler.isRow { return true }
      place = compiler.parent
    }
    return false
  }

  /// Calls a native of the core, whatever the script has given its name to, with the arguments that
  /// `arguments` leaves in new registers.
  private func native(_ name: String, into d: Int, _ span: Span, _ arguments: () -> Void) {
    guard let global = unit.session.core[name] else {
      unit.report("X0201", "`\(name)` is not known here", span)
      return load(.none, into: d, at: span)
    }
    let base = isFresh(d) ? d : temporary()
    let first = top
    arguments()
    emit(.callGlobal, base, top - first, global.index, at: span)
    if base != d { emit(.take, d, base, at: span) }
  }

  /// A list of what `elements` leaves in new registers.
  private func list(_ span: Span, _ elements: () -> Void) {
    let result = temporary()
    let first = top
    elements()
    emit(.newList, result, first, top - first, at: span)
    top = first
  }
}
