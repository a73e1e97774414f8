// trace net(x) { … }: a run of a network with what is kept and set on its way.
import Graphs
import Runtime
import Tensors

let tracingNatives: [Native] = [
  Native(
    "trace(model = none, input = none, points = none, settings = none, form = none) -> Record",
    in: "models",
    written: "trace net(x) { keep POINT as NAME; set POINT = VALUE; stop after POINT }",
    """
    Runs a network and keeps or sets what its layers give: a record of the kept values and the `output`.

    A point is the name of a layer or `net.at(…)`; all are looked up before anything runs. The actions happen when the
    network reaches the layer, whatever their order in the block; several at one layer, in their order.

    - `keep POINT as NAME` puts the layer's output into the record. The axes before those of an example are those of
      the input, as `net.at` gives them. A layer that ran several times gives a List, one value for each use.
    - `set POINT = VALUE` gives the layer another output at every use; `set POINT[…] = VALUE` changes elements of it,
      and so do `+=`, `-=`, `*=` and `/=`. VALUE broadcasts to the layer's shape. In it, and between the brackets,
      `value` is the layer's own output, and a kept NAME of a layer that ran before is the latest value kept.
    - `stop after POINT` ends the run when the layer has run for the first time: `output` is then that layer's, and
      layers that nothing asks for are not computed.

    A trace can be differentiated like a call of the network.

    ```xai
    import models
    let net = load("lenet-mnist")
    let x = ones([1, 28, 28])
    let t = trace net(x) { keep "relu1" as a; set "relu2" *= 0; keep "fc2" as logits }
    t.a.shape   #=> [32, 28, 28]
    all(t.logits == net.with({"relu2": a => a * 0})(x))   #=> true
    (trace net(x) { set "relu1"[value > 1] = 1; stop after "relu1" }).output |> max |> float   #=> 1.0
    ```
    """
  ) { machine, arguments throws(Failure) in
    guard case .object(let form as TraceForm) = arguments[4] else {
      throw Failure("X0515", "`trace` is no function", help: "write `trace net(x) { … }`")
    }
    guard case .object(let model as ModelObject) = arguments[0] else {
      throw Failure(
        "X0515", "only a network can be traced, found \(arguments[0].typePhrase)",
        help: "a function becomes a network with model_of(f, input: [shape of an example])"
      ).at(form.source, form.callee)
    }
    let (points, settings) = (try arguments.list(2).values, try arguments.list(3).values)
    let batch = try model.batch(model.given(inputs(arguments[1], form)))
    let layers =
      batch.lead == nil
      ? try model.layers(for: batch.inputs.map(\.shape)) : try model.layers()
    let plan = try TracePlan(form, points, settings, model, layers)
    return try TraceRun(plan, model, lead: batch.lead, machine).record(of: batch.inputs)
  }
]

/// What the traced call gives: one value, or a List of several as they were written.
private func inputs(_ value: Value, _ form: TraceForm) -> [Argument] {
  guard let labels = form.labels, case .list(let list) = value else { return [Argument(value)] }
  return zip(labels, list.values).map { Argument(label: $0, $1) }
}

/// A trace whose points are known layers, in an order that can be done.
struct TracePlan {
  struct Action {
    let written: TraceForm.Action
    let layer: String
    /// The place of the layer in the order in which the network runs.
    let position: Int
    /// `(value, kept…) => new value`; none unless something is set.
    let function: Value
  }

  let form: TraceForm
  let actions: [Action]

  init(
    _ form: TraceForm, _ points: [Value], _ settings: [Value], _ model: ModelObject,
    _ layers: [LayerEntry]
  ) throws(Failure) {
    self.form = form
    var actions: [Action] = []
    for (index, written) in form.actions.enumerated()
    where points.indices.contains(index) && settings.indices.contains(index) {
      let entry = try TracePlan.layer(points[index], written, form, model, layers)
      actions.append(
        Action(
          written: written, layer: entry.name,
          position: layers.firstIndex { $0.name == entry.name } ?? 0, function: settings[index]))
    }
    self.actions = actions
    try checkStop()
    for (index, action) in actions.enumerated() { try checkUses(action, index) }
  }

  /// The layer at which the run ends.
  var stop: Action? { actions.first { $0.isStop } }

  private static func layer(
    _ point: Value, _ written: TraceForm.Action, _ form: TraceForm, _ model: ModelObject,
    _ layers: [LayerEntry]
  ) throws(Failure) -> LayerEntry {
    let name: String
    switch point {
    case .text(let text): name = text.string
    case .object(let point as LayerPoint): name = point.layer.name
    default:
      throw Failure(
        "X0516", "a point of a network is the name of a layer, found \(point.typePhrase)",
        help: "write \"conv2\" or net.at(\"conv2\")"
      ).at(form.source, written.point)
    }
    do throws(Failure) { return try model.find(name, among: layers) } catch {
      throw error.at(form.source, written.point)
    }
  }

  /// Nothing can be done where the run does not come.
  private func checkStop() throws(Failure) {
    guard let stop else { return }
    for action in actions where action.position > stop.position {
      let failure = Failure(
        "X0518", "\(action.layer) runs after \(stop.layer), where this trace stops")
      failure.secondary = [.init(form.source, stop.written.point, "the last layer that runs")]
      throw failure.at(form.source, action.written.point)
    }
  }

  /// What is set can use what was kept before.
  private func checkUses(_ action: Action, _ index: Int) throws(Failure) {
    for use in action.written.uses {
      guard let (place, kept) = actions.enumerated().first(where: { $0.element.name == use.name })
      else { continue }
      let isEarlier =
        kept.position < action.position || kept.position == action.position && place < index
      if isEarlier { continue }
      let failure =
        kept.position == action.position
        ? Failure(
          "X0517", "`\(use.name)` is kept after \(action.layer) is set",
          help: "actions at one layer happen in their order: write the `keep` first")
        : Failure(
          "X0517",
          "`\(use.name)` is not known at \(action.layer): it is kept at \(kept.layer), which runs later",
          notes: ["The network runs \(action.layer) before \(kept.layer)."])
      failure.secondary = [.init(form.source, kept.written.point, "kept here")]
      throw failure.at(form.source, use.span)
    }
  }
}

extension TracePlan.Action {
  var isStop: Bool { if case .stop = written.kind { true } else { false } }
  /// The name that it binds.
  var name: String? { if case .keep(let name) = written.kind { name } else { nil } }
}

/// One run of a traced network.
private final class TraceRun {
  private let plan: TracePlan
  private let model: ModelObject
  private let machine: Machine
  /// The axes of the input before those of an example; nil if the model does not say.
  private let lead: [Int]?
  /// What each name has kept, use after use.
  private var kept: [String: [Variable]] = [:]
  private var ran: Set<String> = []
  private var stopped: Variable?
  /// What went wrong at a layer: it is no error of the network around it.
  private var failure: Failure?
  /// Ends the run of the network after its last layer, or after a failure; nobody sees it.
  private let end = Failure("X0518", "the trace stops here", kind: .interruption)

  init(_ plan: TracePlan, _ model: ModelObject, lead: [Int]?, _ machine: Machine) {
    self.plan = plan
    self.model = model
    self.lead = lead
    self.machine = machine
  }

  /// Runs the network on a batch: the kept values by name, and the output.
  func record(of xs: [Variable]) throws(Failure) -> Value {
    var functions = try model.replacing()
    for (layer, actions) in Dictionary(grouping: plan.actions, by: \.layer) {
      let earlier = functions[layer]
      functions[layer] = { output in
        try self.reach(layer, actions, earlier.map { function in try function(output) } ?? output)
      }
    }
    let output = try run(xs, functions)
    for action in plan.actions where !ran.contains(action.layer) {
      throw Failure("X0519", "the layer \(action.layer) did not run for this input")
        .at(plan.form.source, action.written.point)
    }
    var fields: [(String, Value)] = plan.form.kept.map { ($0, value(of: $0)) }
    fields.append(("output", output))
    return Value(fields: fields)
  }

  /// A name's value: a Tensor, or a List of them for a layer that ran several times.
  private func value(of name: String) -> Value {
    let layer = plan.actions.first { $0.name == name }?.layer ?? name
    let values = (kept[name] ?? []).map { Value.object(TensorObject($0, from: "layer \(layer)")) }
    return values.count == 1 ? values[0] : Value(values)
  }

  private func run(
    _ xs: [Variable], _ functions: [String: Recording.Replacement]
  ) throws(Failure) -> Value {
    do throws(Failure) {
      let wanted = plan.actions.filter { $0.name != nil }.map(\.layer)
      let output = try model.traced(xs, functions, keeping: wanted, until: plan.stop?.layer)
      if plan.stop == nil {
        return model.labelled(try graph { () throws(GraphError) in try self.outside(output) })
      }
    } catch {
      guard error === end else { throw error }
    }
    if let failure { throw failure }
    guard let stop = plan.stop, let stopped else {
      throw Failure("X0519", "the layer \(plan.stop?.layer ?? "") did not run for this input")
        .at(plan.form.source, plan.stop?.written.point ?? plan.form.callee)
    }
    return .object(TensorObject(stopped, from: "layer \(stop.layer)"))
  }

  /// What the actions at a layer make of its output.
  private func reach(
    _ layer: String, _ actions: [TracePlan.Action], _ output: Variable
  ) throws -> Variable {
    ran.insert(layer)
    var value = try outside(output)
    for action in actions {
      switch action.written.kind {
      case .keep(let name): kept[name, default: []].append(value)
      case .set:
        do throws(Failure) { value = try new(value, action) } catch {
          failure = error
          throw end
        }
      case .stop: continue
      }
    }
    if plan.stop?.layer == layer, stopped == nil {
      stopped = value
      if case .declared = model.body { throw end }
    }
    return try value.reshaped(output.shape)
  }

  /// What a layer's output is set to.
  private func new(_ value: Variable, _ action: TracePlan.Action) throws(Failure) -> Variable {
    let place = action.written.value ?? action.written.point
    var arguments = [Argument(Value(value))]
    for name in plan.form.kept {
      arguments.append(Argument(kept[name]?.last.map { Value($0) } ?? .none))
    }
    let type = value.type
    let result = try machine.call(action.function, arguments: arguments)
    guard let found = try result.variable(as: type) else {
      throw Failure(
        "X0516", "a layer is set to a number or a Tensor, found \(result.typePhrase)",
        help: "the layer's own output is `value`: set \"relu1\" = value * 0.5"
      ).at(plan.form.source, place)
    }
    let new = try Promotion.cast(found, type)
    if new.shape == value.shape { return new }
    do throws(GraphError) { return try new.applying(BroadcastTo(value.shape)) } catch {
      throw Failure(
        "X0516",
        "\(action.layer) gives \(Shape.describe(value.shape)), and cannot be set to \(Shape.describe(new.shape))",
        notes: ["What a layer is set to broadcasts to the layer's shape, from the right."]
      ).at(plan.form.source, place)
    }
  }

  /// A batch with the axes that the input had before those of an example.
  private func outside(_ batch: Variable) throws(GraphError) -> Variable {
    guard let lead, batch.shape.first == lead.reduce(1, *) else { return batch }
    return try batch.reshaped(lead + batch.shape.dropFirst())
  }
}

extension ModelObject {
  /// Runs the model on a batch with functions at layers. An imported network computes only what the last
  /// layer and those in `keeping` need.
  fileprivate func traced(
    _ xs: [Variable], _ functions: [String: Recording.Replacement], keeping: [String],
    until: String?
  ) throws(Failure) -> Variable {
    switch body {
    case .graph(let plain):
      return try graph { () throws(GraphError) in
        let network = try self.network(plain, around: Set(functions.keys))
        let wanted = [until ?? network.outputNames[0]] + keeping
        return try network.run(xs, replacing: functions, wanted: wanted)[0]
      }
    case .declared(_, let forward):
      return try Recording.replacing(functions) { () throws(Failure) in
        try declared(forward, xs)
      }.result
    }
  }

  private func network(_ plain: Graph, around layers: Set<String>) throws(GraphError) -> Graph {
    guard Fusion.isAllowed else { return plain }
    if let fusedForTrace, fusedForTrace.layers == layers { return fusedForTrace.network }
    let network = try plain.fused(keeping: layers)
    fusedForTrace = (layers, network)
    return network
  }
}
