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
      The model with other numbers, by dotted name: learned ones, state, or some of both; the rest stays.

      ```xai
      import models
      let net = load("lenet-mnist")
      let silent = net.with_parameters({"fc2.bias": net.parameters["fc2.bias"] * 0})
      silent.parameters["fc2.bias"][0] == 0   #=> true
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      .object(numbered(try filling().replacing(try arguments.record(0), from: "the record")))
    }
  }

  /// `net.taking([1, 28, 28])`: the same model, with the shape of an example.
  var takingMethod: Native {
    Native(
      "taking(input: List, labels = none) -> Model", in: "models",
      """
      The same model, knowing the shape of an example, and, if given, the names of the classes.

      ```xai
      import models
      digits_cnn().taking([1, 28, 28]).input   #=> [1, 28, 28]
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      var card = card
      card.input = try arguments.shape(0)
      if !arguments.isNone(1) { card.labels = Labels(try strings(arguments, 1)) }
      return .object(
        ModelObject(body, card, on: machine, numbers: store, replacing: replacements))
    }
  }

  /// `net.forward(x, parameters, training: true)`: one run of training.
  var forwardMethod: Native {
    Native(
      "forward(x: Tensor, parameters = none, training: Bool = true) -> Record", in: "models",
      """
      A run with the given `parameters` (a record by dotted name; the model's own unless given): `{output, state}`.

      In training dropout drops and normalisation uses the batch; `state` is what the running means become.

      ```xai
      import models
      let net = digits_cnn()
      net.forward(zeros([2, 1, 28, 28])).output.shape   #=> [2, 10]
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      let x = try arguments.real(0)
      let isTraining = try arguments.bool(2)
      let given =
        try arguments.isNone(1)
        ? filling()
        : filling().replacing(
          arguments.record(1), from: "the record")
      let run = ModelRun(given, isTraining: isTraining)
      let output = try output(for: Value(x), in: run)
      let state = Record(given.flat(\.stateNames).map { ($0.name, $0.value) })
      for update in run.updates { state.set(update.name, update.value) }
      return Value(fields: [("output", Value(output)), ("state", .record(state))])
    }
  }

  /// The store, whether or not its layers have numbers yet.
  private func filling() throws(Failure) -> ParameterStore {
    guard let store else {
      throw Failure(
        "X0504", "\(card.name) is an imported network: its numbers are part of its graph")
    }
    return store
  }

  private func numbered(_ store: ParameterStore) -> ModelObject {
    ModelObject(body, card, on: machine, numbers: store, replacing: replacements)
  }
}
