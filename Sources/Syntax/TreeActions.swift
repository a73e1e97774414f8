/// The tree of `trace` and `sweep`: expressions that run something under conditions of their own.

/// `trace net(x) { keep "conv2" as a; set "relu1"[.., 3] = 0; stop after "conv2" }`.
package struct Trace: Sendable {
  /// The call of the model; its kind is `call`.
  package var call: Expression
  package var actions: [Action]
  package var span: Span

  package init(call: Expression, actions: [Action], span: Span) {
    self.call = call
    self.actions = actions
    self.span = span
  }

  /// What is done when the network has computed a layer.
  package struct Action: Sendable {
    package enum Kind: Sendable {
      /// `keep POINT as NAME`
      case keep(Name)
      /// `set POINT[subscripts] = VALUE`, or with the operator of `+=`; without subscripts the whole.
      case set([Expression.Subscript], BinaryOperator?, Expression)
      /// `stop after POINT`
      case stop
    }

    package var kind: Kind
    /// The name of a layer, or a point of the network.
    package var point: Expression
    package var span: Span

    package init(_ kind: Kind, _ point: Expression, _ span: Span) {
      self.kind = kind
      self.point = point
      self.span = span
    }
  }

  /// The names that `keep` binds, in order.
  package var kept: [Name] {
    actions.compactMap { if case .keep(let name) = $0.kind { name } else { nil } }
  }

  var height: Int { actions.reduce(call.height) { max($0, $1.height) } }
}

/// `sweep m in [ig, lrp], seed in 0..<5, jobs: 2 { … }`.
package struct Sweep: Sendable {
  /// `name in values`.
  package struct Swept: Sendable {
    package var name: Name
    package var values: Expression
    package init(_ name: Name, _ values: Expression) {
      self.name = name
      self.values = values
    }
  }

  /// In the order in which they are written; the last varies fastest.
  package var names: [Swept]
  /// `jobs: n`, `keep: "rows.jsonl"`.
  package var options: [(label: Name, value: Expression)]
  package var body: Block
  package var span: Span

  package init(
    names: [Swept], options: [(label: Name, value: Expression)], body: Block, span: Span
  ) {
    self.names = names
    self.options = options
    self.body = body
    self.span = span
  }

  var height: Int {
    let inputs = names.map(\.values) + options.map(\.value)
    return inputs.reduce(body.height) { max($0, $1.height) }
  }
}

extension Trace.Action {
  fileprivate var height: Int {
    guard case .set(let subscripts, _, let value) = kind else { return point.height }
    return subscripts.reduce(max(point.height, value.height)) { max($0, $1.height) }
  }
}

extension Trace {
  var form: Form { Form("trace", [call.form] + actions.map(\.form)) }
}

extension Trace.Action {
  fileprivate var form: Form {
    switch kind {
    case .keep(let name): return Form("keep", point.form, .word(name.text))
    case .stop: return Form("stop", point.form)
    case .set(let subscripts, let sign, let value):
      let place =
        subscripts.isEmpty ? point.form : Form("at", [point.form] + subscripts.map(\.form))
      return Form("set" + (sign?.rawValue ?? "") + "=", place, value.form)
    }
  }
}

extension Sweep {
  var form: Form {
    Form(
      "sweep",
      names.map { Form("in", .word($0.name.text), $0.values.form) }
        + options.map { Form("label", .word($0.label.text), $0.value.form) }
        + [body.form])
  }
}
