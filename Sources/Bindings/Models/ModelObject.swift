// ModelObject: a network as a value of the language.
import Displays
import Graphs
import Networks
import Runtime
import Tensors

/// A Model: a function from tensors to tensors with named layers.
final class ModelObject: Object {
  /// What computes the output.
  enum Body {
    /// An imported network, as in its file.
    case graph(Graph)
    /// A `model` declaration: what it is made of, by name, and its forward function.
    case declared(parts: Value, forward: Value)
  }

  /// What is known of a model besides its computation.
  struct Card {
    var name: String
    /// The shape of one example; nil if the model does not say.
    var input: [Int]?
    /// The names of the classes; empty if the model does not say.
    var labels = Labels([])
    /// Makes an input of a picture `[3, h, w]` in 0...1.
    var prepare: Value = .none
    /// A fingerprint of the file it was loaded from.
    var fingerprint = ""
  }

  let body: Body
  let card: Card
  /// Runs what is written in the language.
  let machine: Machine
  /// The numbers of the layers of a declared model.
  let store: ParameterStore?
  /// Layers whose outputs are replaced: by a function of the output, or by a tensor.
  let replacements: [(layer: String, by: Value)]
  private var knownLayers: [LayerEntry]?
  /// The imported network fused for speed, made at the first run: training makes models that never run.
  private var fusedWhole: Graph?
  /// The imported network fused around the replaced layers, made at the first run.
  private var fusedAround: Graph?
  /// The imported network fused around the layers of the last trace.
  var fusedForTrace: (layers: Set<String>, network: Graph)?

  init(
    _ body: Body, _ card: Card, on machine: Machine, numbers store: ParameterStore? = nil,
    replacing replacements: [(layer: String, by: Value)] = []
  ) {
    self.body = body
    self.card = card
    self.machine = machine
    self.store = store
    self.replacements = replacements
  }

  override var typeName: String { "Model" }
  override var isCallable: Bool { true }
  override var origin: String? { "model \(card.name)" }

  override func describe() -> String {
    let input = card.input.map { ", input \(Shape.describe($0))" } ?? ""
    let labels = card.labels.count == 0 ? "" : ", \(card.labels.count) classes"
    return "Model \(card.name)\(input)\(labels)"
  }

  override var brief: String { "Model \(card.name)" }

  override func equals(_ other: Object) throws(Failure) -> Bool { self === other }

  /// Runs the model on one example or on any batch of them: the axes before those of an example come back
  /// before those of the output.
  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard arguments.count == 1, arguments[0].label == nil else {
      throw Failure("X0209", "\(card.name) takes one Tensor, its input")
    }
    return labelled(try output(for: arguments[0].value))
  }

  /// The output for one example or any batch of them.
  func output(for input: Value, in run: ModelRun? = nil) throws(Failure) -> Variable {
    let (x, lead) = try batch(input)
    let output = try self.run(x, run)
    guard let lead else { return output }
    return try graph { () throws(GraphError) in
      try output.reshaped(lead + output.shape.dropFirst())
    }
  }

  /// The input as a batch with one axis before those of an example, and the axes that were there; nil for
  /// these if the model does not say what an example is.
  func batch(_ input: Value) throws(Failure) -> (x: Variable, lead: [Int]?) {
    guard let given = try input.variable() else {
      throw Failure("X0209", "\(card.name) takes one Tensor, its input")
    }
    let x = try graph { () throws(GraphError) in try asInput(given) }
    guard let example = card.input else { return (x, nil) }
    guard x.rank >= example.count, Array(x.shape.suffix(example.count)) == example else {
      throw Failure(
        "X0502",
        "\(card.name) takes examples of shape \(Shape.describe(example)), found \(Shape.describe(x.shape))",
        help: x.rank == example.count && x.shape.first != example.first
          ? "net.prepare(picture(…)) makes an input of a picture" : nil)
    }
    let lead = Array(x.shape.dropLast(example.count))
    let flat = try graph { () throws(GraphError) in
      try x.reshaped([lead.reduce(1, *)] + example)
    }
    return (flat, lead)
  }

  /// The input with numbers of the kind that the model takes: whole ones where its file says so, such as those of words.
  private func asInput(_ given: Variable) throws(GraphError) -> Variable {
    if case .graph(let plain) = body, let type = plain.inputs.first?.type, !type.isFloating {
      return given.type == type ? given : try given.applying(Cast(to: type))
    }
    return try Promotion.real(given)
  }

  func labelled(_ output: Variable) -> Value {
    .object(TensorObject(output, from: "model \(card.name)", labels: card.labels.short))
  }

  /// Runs the model on a batch, with what is replaced.
  private func run(_ x: Variable, _ run: ModelRun?) throws(Failure) -> Variable {
    try forward(x, in: run, replacing: try replacing())
  }

  /// What is replaced, as functions of the outputs of layers.
  func replacing() throws(Failure) -> [String: Recording.Replacement] {
    var functions: [String: Recording.Replacement] = [:]
    for (layer, value) in replacements {
      functions[try find(layer).name] = { [machine] output in
        let new = value.isCallable ? try machine.call(value, Value(output)) : value
        // One example's activation may come without the axis of the batch.
        return try new.variable(from: "what replaces \(layer)").reshaped(output.shape)
      }
    }
    return functions
  }

  private func forward(
    _ x: Variable, in run: ModelRun? = nil,
    replacing functions: [String: Recording.Replacement] = [:]
  ) throws(Failure) -> Variable {
    switch body {
    case .graph(let plain):
      return try graph { () throws(GraphError) in
        guard !functions.isEmpty else {
          return try (Fusion.isAllowed ? whole(plain) : plain).runInParts(x)
        }
        guard Fusion.isAllowed else { return try plain.run([x], replacing: functions)[0] }
        if let fusedAround { return try fusedAround.run([x], replacing: functions)[0] }
        let network = try plain.fused(keeping: Set(functions.keys))
        fusedAround = network
        return try network.run([x], replacing: functions)[0]
      }
    case .declared(_, let forward):
      return try Recording.replacing(functions) { () throws(Failure) in
        try declared(forward, Value(x), run)
      }.result
    }
  }

  /// The imported network fused for speed.
  private func whole(_ plain: Graph) throws(GraphError) -> Graph {
    if let fusedWhole { return fusedWhole }
    let network = try plain.fused()
    fusedWhole = network
    return network
  }

  /// Runs the forward function with the numbers of the model that this one is part of, or else its own.
  func declared(
    _ forward: Value, _ x: Value, _ run: ModelRun? = nil
  ) throws(Failure) -> Variable {
    if run == nil, let outer = ModelRun.current, let path = outer.store.parts.path(of: self) {
      let output = try Recording.scoped(at: path) { () throws(Failure) in
        try machine.call(forward, x).variable(from: "the model \(path)")
      }
      return try graph { () throws(GraphError) in try Recording.replaced(path, output) }
    }
    guard let run = run ?? store.map({ ModelRun($0) }) else {
      return try machine.call(forward, x).variable(from: card.name)
    }
    return try run.within { () throws(Failure) in
      try Recording.scoped(at: "") { () throws(Failure) in
        try machine.call(forward, x).variable(from: card.name)
      }
    }
  }

  /// The model with more layers replaced.
  func replacing(_ more: [(layer: String, by: Value)]) -> ModelObject {
    let model = ModelObject(
      body, card, on: machine, numbers: store, replacing: replacements + more)
    model.knownLayers = knownLayers
    return model
  }

  /// The output of a layer for an input `[..., example]`: its first axis stands for all the axes before.
  func activation(of layer: String, for x: Value) throws(Failure) -> Value {
    var kept: Variable?
    let keeping = replacing([
      (
        layer,
        .native(
          Native("keep(output: Tensor)", in: "models", "Keeps the output.") {
            _, arguments throws(Failure) in
            kept = try arguments.variable(0)
            return arguments[0]
          })
      )
    ])
    _ = try keeping.call(machine, [Argument(x)])
    guard let kept else { throw Failure("X0505", "the layer \(layer) did not run") }
    guard let example = card.input, try x.variable()?.rank == example.count else {
      return Value(kept)
    }
    return Value(
      try graph { () throws(GraphError) in try kept.reshaped(Array(kept.shape.dropFirst())) })
  }

  /// The layers in the order in which they run.
  func layers() throws(Failure) -> [LayerEntry] {
    if let knownLayers { return knownLayers }
    guard let example = card.input else {
      throw Failure(
        "X0503", "\(card.name) does not say what its input is, so its layers are not known",
        help: "load it with `input: [c, h, w]`, or give it with `net.taking([c, h, w])`")
    }
    let found = try layers(forInput: [fixedBatch ?? 1] + example)
    knownLayers = found
    return found
  }

  /// The number of examples that an imported network takes at once, where its file fixes it.
  var fixedBatch: Int? { if case .graph(let plain) = body { plain.fixedBatch } else { nil } }

  /// The layers as far as they are known without running anything.
  var knownLayerNotes: [(name: String, note: String)] {
    if knownLayers == nil, let store {
      return store.parts.entries.filter { !$0.path.isEmpty }.map { ($0.path, $0.layer.kind) }
    }
    return ((try? layers()) ?? []).map { ($0.name, "\($0.kind) \(Shape.describe($0.shape))") }
  }

  /// What a run on a batch of zeros of this shape records, from its input to its output; of a declared model.
  func recorded(forInput shape: [Int]) throws(Failure) -> (input: Variable, output: Variable) {
    try fill(shape)
    let x = try Self.zeros(shape).tracked()
    let run = store.map { ModelRun($0.tracked()) }
    return (x, try Recording.during { () throws(Failure) in try forward(x, in: run) })
  }

  /// The layers that run for a batch of this shape.
  func layers(forInput shape: [Int]) throws(Failure) -> [LayerEntry] {
    switch body {
    case .graph(let plain): return plain.summary(for: [shape]).map { LayerEntry($0) }
    case .declared:
      let (x, output) = try recorded(forInput: shape)
      return LayerEntry.list(of: output, input: x, store)
    }
  }

  private func layers(_ known: [LayerEntry]?) throws(Failure) -> [LayerEntry] {
    if let known { return known }
    return try layers()
  }

  private static func zeros(_ shape: [Int]) throws(Failure) -> Variable {
    Variable(try tensor { () throws(TensorError) in try Tensor.zeros(shape, .f32) })
  }

  /// Gives every layer its first numbers, by a run on a batch of zeros where one has none yet.
  private func fill(_ shape: [Int]) throws(Failure) {
    guard store?.unfilled != nil else { return }
    let zeros = try Self.zeros(shape)
    _ = try Recording.paused { () throws(Failure) in try forward(zeros) }
  }

  /// The store with the numbers of every layer that has run, or could run on an example.
  func filledStore() throws(Failure) -> ParameterStore {
    guard let store else { throw withoutNumbers }
    if let example = card.input { try fill([1] + example) }
    if let path = store.unfilled {
      throw Failure(
        "X0503", "the layer \(path) of \(card.name) has no numbers before the first call",
        help: "call the model once, or say what its input is: net.taking([c, h, w])")
    }
    return store
  }

  /// The layer of a name: its own, that of a module around it, or that of a value in the file.
  func find(_ name: String, among known: [LayerEntry]? = nil) throws(Failure) -> LayerEntry {
    let all = try layers(known)
    if let entry = all.first(where: { $0.name == name }) { return entry }
    if case .graph(let plain) = body, let layer = plain.layer(named: name),
      let entry = all.first(where: { $0.name == layer })
    {
      return entry
    }
    throw .unknown("X0505", "layer", name, among: all.map(\.name))
  }

  /// How many classes the output has.
  func classes() throws(Failure) -> Int? {
    if card.labels.count > 0 { return card.labels.count }
    guard card.input != nil else { return nil }
    return try layers().last?.shape.last
  }

  override var fieldNotes: [String: String] {
    [
      "name": "what it was loaded as",
      "input": "the shape of one example",
      "labels": "the names of the classes",
      "layers": "a table: name, kind, shape, parameters, multiply-adds",
      "graph": "what is computed: drawn, and walked by the names of layers",
      "from": "from(layer): the rest of the network, a model of the layer's output",
      "at": "at(layer): a point of the network, for any method",
      "with": "with({layer: f}): the model with outputs of layers replaced",
      "prepare": "prepare(picture): an input made of a picture",
      "fingerprint": "what tells its file from every other",
    ]
  }

  override var fieldNames: [String] {
    [
      "name", "input", "labels", "layers", "graph", "parameters", "state", "at", "from", "with",
      "with_parameters",
      "taking", "forward", "prepare", "fingerprint",
    ]
  }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "name": Value(card.name)
    case "input": card.input.map { Value($0.map { .int($0) }) } ?? Value.none
    case "labels": Value(card.labels.short.map { Value($0) })
    case "layers": .object(LayerEntry.table(try layers()))
    case "parameters": try learnedNumbers()
    case "state": try keptNumbers()
    case "with_parameters": .native(withParametersMethod)
    case "taking": .native(takingMethod)
    case "forward": .native(forwardMethod)
    case "graph": .object(try GraphObject(of: self))
    case "at": .native(atMethod)
    case "from": .native(fromMethod)
    case "with": .native(withMethod)
    case "prepare": card.prepare.isNone ? .native(identityMethod) : card.prepare
    case "fingerprint": Value(card.fingerprint)
    default: nil
    }
  }
}

/// Whether imported networks may run with operators fused. Relevance needs every operator by itself.
enum Fusion {
  @TaskLocal static var isAllowed = true

  /// Runs `body` with every operator by itself.
  static func without<Result>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outcome = $isAllowed.withValue(false) { () -> Swift.Result<Result, Failure> in
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    return try outcome.get()
  }
}
