// The functions with which a model is trained: net.with_parameters(…), net.forward(…), net.taking(…).
import Graphs
import Networks
import Runtime
import Tensors

extension ModelObject {
  /// `net.with_parameters(net.parameters)`: the same model with other numbers.
  var withParametersMethod: Native {
    Native(
      "with_parameters(numbers: Record) -> Model", in: "models",
      """
      The model with other numbers, by dotted name: learned ones, state, or some of both; the rest stays. An imported network
      has them by the names of its file.

      ```xai
      import models
      let net = load("lenet-mnist")
      let silent = net.with_parameters({"fc2.bias": net.parameters["fc2.bias"] * 0})
      silent.parameters["fc2.bias"][0] == 0   #=> true
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      .object(try numbered(arguments.record(0)))
    }
  }

  /// `net.taking([1, 28, 28])`: the same model, with the shape of an example.
  var takingMethod: Native {
    Native(
      "taking(input, labels = none) -> Model", in: "models",
      """
      The same model, knowing the shape of an example, and, if given, the names of the classes. Of several inputs `input` is
      a Record of shapes by name.

      ```xai
      import models
      digits_cnn().taking([1, 28, 28]).input   #=> [1, 28, 28]
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      var card = card
      if case .record(let record) = arguments[0], card.inputs.count > 1 || record.count != 1 {
        for (name, shape) in try ModelInput.shapes(record) {
          guard let place = card.inputs.firstIndex(where: { $0.name == name }) else {
            throw .unknown("X0207", "input of \(card.name)", name, among: card.inputs.map(\.name))
          }
          card.inputs[place].example = shape
        }
      } else if card.inputs.count == 1 {
        card.inputs[0].example = try ModelInput.list(arguments, 0)[0].example
      } else {
        throw Failure(
          "X0207", "\(card.name) has \(card.inputs.count) inputs: their shapes are given by name",
          help: "net.taking({\(card.inputs.map { "\($0.name): […]" }.joined(separator: ", "))})")
      }
      if !arguments.isNone(1) { card.labels = Labels(try strings(arguments, 1)) }
      return .object(
        copy(card: card))
    }
  }

  /// `net.forward(x, parameters, training: true)`: one run of training.
  var forwardMethod: Native {
    Native(
      "forward(x, parameters = none, training: Bool = true) -> Record", in: "models",
      """
      A run with the given `parameters` (a record by dotted name; the model's own unless given): `{output, state}`. Of several
      inputs `x` is a Record of them.

      In training dropout drops and normalisation uses the batch; `state` is what the running means become. An imported network
      runs as its file says, in training too: nothing is dropped, and normalisation keeps its means.

      ```xai
      import models
      let net = digits_cnn()
      net.forward(zeros([2, 1, 28, 28])).output.shape   #=> [2, 10]
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      let inputs = [Argument(arguments[0])]
      let isTraining = try arguments.bool(2)
      let model = arguments.isNone(1) ? self : try numbered(arguments.record(1))
      guard let given = model.store else {
        let output = try model.output(for: inputs)
        return Value(fields: [("output", Value(output)), ("state", try model.keptNumbers())])
      }
      let run = ModelRun(given, isTraining: isTraining)
      let output = try output(for: inputs, in: run)
      let state = Record(given.flat(\.stateNames).map { ($0.name, $0.value) })
      for update in run.updates { state.set(update.name, update.value) }
      return Value(fields: [("output", Value(output)), ("state", .record(state))])
    }
  }

  /// The model has neither layers with numbers nor a file.
  var withoutNumbers: Failure {
    Failure("X0504", "\(card.name) has no numbers of its own: it is a part of another model")
  }

  /// What is learned, by dotted name or by the names of the file.
  func learnedNumbers() throws(Failure) -> Value {
    if case .graph(let graph) = body { return Self.record(graph.weights) }
    return Value(fields: try filledStore().flat(\.parameterNames))
  }

  /// What training changes without a gradient: running means and variances.
  func keptNumbers() throws(Failure) -> Value {
    if case .graph(let graph) = body { return Self.record(graph.statistics) }
    return Value(fields: try filledStore().flat(\.stateNames))
  }

  private static func record(_ numbers: [(name: String, value: Variable)]) -> Value {
    Value(fields: numbers.map { ($0.name, .object(TensorObject($0.value, from: $0.name))) })
  }

  /// The model with other numbers, whether or not its layers have some yet.
  private func numbered(_ numbers: Record) throws(Failure) -> ModelObject {
    if case .graph(let plain) = body { return copy(.graph(try replaced(numbers, in: plain))) }
    guard let store else { throw withoutNumbers }
    return copy(numbers: try store.replacing(numbers, from: "the record"))
  }

  /// The imported network with other numbers.
  private func replaced(_ numbers: Record, in plain: Graph) throws(Failure) -> Graph {
    let known = plain.weights + plain.statistics
    let shapes = Dictionary(
      known.map { ($0.name, $0.value.shape) }, uniquingKeysWith: { first, _ in first })
    var values: [(name: String, value: Variable)] = []
    for (name, value) in numbers.fields {
      guard let shape = shapes[name] else {
        throw .unknown("X0504", "parameter", name, among: known.map(\.name))
      }
      values.append((name, try ParameterStore.number(value, shape: shape, name).variable))
    }
    return try graph { () throws(GraphError) in try plain.replacing(values) }
  }
}
