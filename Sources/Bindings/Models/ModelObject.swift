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
    /// What it takes, in the order of a call.
    var inputs = [ModelInput.only]
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
  /// What stands for inputs that are held fixed, by name.
  let held: [String: Variable]
  private var knownLayers: [LayerEntry]?
  /// The imported network fused for speed, made at the first run: training makes models that never run.
  private var fusedWhole: Graph?
  /// The imported network fused around the replaced layers, made at the first run.
  private var fusedAround: Graph?
  /// The imported network fused around the layers of the last trace.
  var fusedForTrace: (layers: Set<String>, network: Graph)?

  init(
    _ body: Body, _ card: Card, on machine: Machine, numbers store: ParameterStore? = nil,
    replacing replacements: [(layer: String, by: Value)] = [],
    holding held: [String: Variable] = [:]
  ) {
    self.body = body
    self.card = card
    self.machine = machine
    self.store = store
    self.replacements = replacements
    self.held = held
  }

  /// The same model with something changed.
  func copy(
    _ body: Body? = nil, card: Card? = nil, numbers: ParameterStore? = nil,
    replacing: [(layer: String, by: Value)]? = nil, holding: [String: Variable]? = nil
  ) -> ModelObject {
    let model = ModelObject(
      body ?? self.body, card ?? self.card, on: machine, numbers: numbers ?? store,
      replacing: replacing ?? replacements, holding: holding ?? held)
    if body == nil, card == nil, numbers == nil { model.knownLayers = knownLayers }
    return model
  }

  override var typeName: String { "Model" }
  override var isCallable: Bool { true }
  override var origin: String? { "model \(card.name)" }

  override func describe() -> String {
    let open = openInputs
    var inputs = ""
    if card.inputs.count > 1 {
      let phrases = open.map { "\($0.name)\($0.example.map { " " + Shape.describe($0) } ?? "")" }
      inputs = ", inputs " + phrases.joined(separator: ", ")
      if !held.isEmpty { inputs += ", holding " + held.keys.sorted().joined(separator: ", ") }
    } else if let example = open.first?.example {
      inputs = ", input \(Shape.describe(example))"
    }
    let labels = card.labels.count == 0 ? "" : ", \(card.labels.count) classes"
    return "Model \(card.name)\(inputs)\(labels)"
  }

  override var brief: String { "Model \(card.name)" }

  override func equals(_ other: Object) throws(Failure) -> Bool { self === other }

  /// Runs the model on one example or on any batch of them: the axes before those of an example come back
  /// before those of the output.
  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    labelled(try output(for: arguments))
  }

  /// The output for one example or any batch of them.
  func output(for arguments: [Argument], in run: ModelRun? = nil) throws(Failure) -> Variable {
    let batch = try batch(given(arguments))
    let output = try self.run(batch.inputs, run)
    guard let lead = batch.lead else { return output }
    return try graph { () throws(GraphError) in
      try output.reshaped(lead + output.shape.dropFirst())
    }
  }

  func labelled(_ output: Variable) -> Value {
    .object(TensorObject(output, from: "model \(card.name)", labels: card.labels.short))
  }

  /// Runs the model on a batch, with what is replaced.
  private func run(_ xs: [Variable], _ run: ModelRun?) throws(Failure) -> Variable {
    try forward(xs, in: run, replacing: try replacing())
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
    _ xs: [Variable], in run: ModelRun? = nil,
    replacing functions: [String: Recording.Replacement] = [:]
  ) throws(Failure) -> Variable {
    switch body {
    case .graph(let plain):
      return try graph { () throws(GraphError) in
        guard !functions.isEmpty else {
          return try (Fusion.isAllowed ? whole(plain) : plain).runInParts(xs)
        }
        guard Fusion.isAllowed else { return try plain.run(xs, replacing: functions)[0] }
        if let fusedAround { return try fusedAround.run(xs, replacing: functions)[0] }
        let network = try plain.fused(keeping: Set(functions.keys))
        fusedAround = network
        return try network.run(xs, replacing: functions)[0]
      }
    case .declared(_, let forward):
      return try Recording.replacing(functions) { () throws(Failure) in
        try declared(forward, xs, run)
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
    _ forward: Value, _ xs: [Variable], _ run: ModelRun? = nil
  ) throws(Failure) -> Variable {
    let arguments = xs.map { Argument(Value($0)) }
    if run == nil, let outer = ModelRun.current, let path = outer.store.parts.path(of: self) {
      let output = try Recording.scoped(at: path) { () throws(Failure) in
        try machine.call(forward, arguments: arguments).variable(from: "the model \(path)")
      }
      return try graph { () throws(GraphError) in try Recording.replaced(path, output) }
    }
    guard let run = run ?? store.map({ ModelRun($0) }) else {
      return try machine.call(forward, arguments: arguments).variable(from: card.name)
    }
    return try run.within { () throws(Failure) in
      try Recording.scoped(at: "") { () throws(Failure) in
        try machine.call(forward, arguments: arguments).variable(from: card.name)
      }
    }
  }

  /// The model with more layers replaced.
  func replacing(_ more: [(layer: String, by: Value)]) -> ModelObject {
    copy(replacing: replacements + more)
  }

  /// The output of a layer for inputs `[..., example]`: its first axis stands for all the axes before.
  func activation(of layer: String, for arguments: [Argument]) throws(Failure) -> Value {
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
    let batch = try batch(given(arguments))
    _ = try keeping.run(batch.inputs, nil)
    guard let kept else { throw Failure("X0505", "the layer \(layer) did not run") }
    // What does not count the examples stays as it is.
    guard batch.lead == [], kept.shape.first == 1 || card.inputs.count == 1 else {
      return Value(kept)
    }
    return Value(
      try graph { () throws(GraphError) in try kept.reshaped(Array(kept.shape.dropFirst())) })
  }

  /// The layers in the order in which they run.
  func layers() throws(Failure) -> [LayerEntry] {
    if let knownLayers { return knownLayers }
    guard let shapes = shapes(forBatch: fixedBatch ?? 1) else {
      throw withoutInput(so: "its layers are not known")
    }
    let found = try layers(for: shapes)
    knownLayers = found
    return found
  }

  /// The model does not say what an example is.
  func withoutInput(so consequence: String) -> Failure {
    guard card.inputs.count > 1 else {
      return Failure(
        "X0503", "\(card.name) does not say what its input is, so \(consequence)",
        help: "load it with `input: [c, h, w]`, or give it with `net.taking([c, h, w])`")
    }
    let unknown = card.inputs.filter { $0.example == nil }.map(\.name)
    return Failure(
      "X0503",
      "\(card.name) does not say what an example of \(unknown.joined(separator: ", ")) is, so \(consequence)",
      help: "load it with the shapes of examples: input: {name: [sizes], …}")
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

  /// What a run on batches of zeros of these shapes records, from its inputs to its output; of a declared model.
  func recorded(
    for shapes: [[Int]]
  ) throws(Failure) -> (inputs: [Variable], output: Variable) {
    try fill(shapes)
    let xs = try Self.zeros(shapes).map { $0.tracked() }
    let run = store.map { ModelRun($0.tracked()) }
    return (xs, try Recording.during { () throws(Failure) in try forward(xs, in: run) })
  }

  /// The layers that run for batches of these shapes.
  func layers(for shapes: [[Int]]) throws(Failure) -> [LayerEntry] {
    switch body {
    case .graph(let plain): return plain.summary(for: shapes).map { LayerEntry($0) }
    case .declared:
      let (inputs, output) = try recorded(for: shapes)
      return LayerEntry.list(of: output, inputs: inputs, store)
    }
  }

  private func layers(_ known: [LayerEntry]?) throws(Failure) -> [LayerEntry] {
    if let known { return known }
    return try layers()
  }

  private static func zeros(_ shapes: [[Int]]) throws(Failure) -> [Variable] {
    var zeros: [Variable] = []
    for shape in shapes {
      zeros.append(
        Variable(try tensor { () throws(TensorError) in try Tensor.zeros(shape, .f32) }))
    }
    return zeros
  }

  /// Gives every layer its first numbers, by a run on a batch of zeros where one has none yet.
  private func fill(_ shapes: [[Int]]) throws(Failure) {
    guard store?.unfilled != nil else { return }
    let zeros = try Self.zeros(shapes)
    _ = try Recording.paused { () throws(Failure) in try forward(zeros) }
  }

  /// The store with the numbers of every layer that has run, or could run on an example.
  func filledStore() throws(Failure) -> ParameterStore {
    guard let store else { throw withoutNumbers }
    if let shapes = shapes(forBatch: 1) { try fill(shapes) }
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
    guard shapes(forBatch: 1) != nil else { return nil }
    return try layers().last?.shape.last
  }

  override var fieldNotes: [String: String] {
    [
      "name": "what it was loaded as",
      "input": "the shape of one example; of several inputs a Record of them",
      "inputs": "a table: name, shape, type of what a call gives",
      "holding": "holding({name: value}): the model with some inputs held fixed",
      "paired": "whether what it holds fixed differs between examples",
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
      "name", "input", "inputs", "labels", "layers", "graph", "parameters", "state", "at", "from",
      "with", "holding", "paired", "with_parameters",
      "taking", "forward", "prepare", "fingerprint",
    ]
  }

  /// The shape of one example of the input, or of each of several by name.
  private var inputShape: Value {
    let open = openInputs
    guard open.count != 1 else { return open[0].shape }
    return Value(fields: open.map { ($0.name, $0.shape) })
  }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "name": Value(card.name)
    case "input": inputShape
    case "inputs": .object(ModelInput.table(openInputs))
    case "holding": .native(holdingMethod)
    case "paired": .bool(isPaired)
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
