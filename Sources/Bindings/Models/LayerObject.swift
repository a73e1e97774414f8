// LayerObject: a named step of a model that is written in the language.
import Graphs
import Runtime
import Tensors

/// A layer: what it does with its numbers. It holds none itself: the model that it is part of does.
final class LayerObject: Object {
  let kind: String
  /// The names of the numbers that gradients are taken for.
  let parameterNames: [String]
  /// The names of the numbers that a run in training changes.
  let stateNames: [String]
  /// All of them.
  let names: [String]
  /// A function of (numbers, input…) that gives the output.
  private let forward: Value
  /// The same in training, where it differs; may give `{output, state}`.
  private let training: Value
  /// A function of the input that gives the first numbers.
  let initial: Value?
  /// Layers inside this one.
  let parts: Value

  init(
    kind: String, parameters: [String], state: [String], forward: Value, training: Value,
    initial: Value, parts: Value
  ) {
    self.kind = kind
    parameterNames = parameters
    stateNames = state
    names = parameters + state
    self.forward = forward
    self.training = training
    self.initial = initial.isNone ? nil : initial
    self.parts = parts
  }

  override var typeName: String { "Layer" }
  override var isCallable: Bool { true }
  override func describe() -> String { "\(kind) layer" }
  override func equals(_ other: Object) throws(Failure) -> Bool { self === other }

  override var fieldNames: [String] { ["kind", "parts"] }
  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "kind": Value(kind)
    case "parts": parts
    default: nil
    }
  }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard let input = arguments.first?.value else {
      throw Failure("X0209", "a layer takes its input, a Tensor")
    }
    guard let run = ModelRun.current, let index = run.store.parts.index(of: self) else {
      guard names.isEmpty else {
        throw Failure(
          "X0504", "this \(kind) layer is not part of a model, so it has no numbers",
          help: "declare it with `let` at the start of a `model`, or make a model of it: "
            + "model_of(layer, input: […])")
      }
      return try machine.call(forward, arguments: [Argument(.record(Record()))] + arguments)
    }
    let path = run.store.parts.entries[index].path
    let numbers = try run.store.numbers(index, machine, for: input)
    let output = try Recording.scoped(at: path) { () throws(Failure) in
      let all = [Argument(.record(numbers))] + arguments
      guard run.isTraining, !training.isNone else {
        return try machine.call(forward, arguments: all)
      }
      return try keep(machine.call(training, arguments: all), in: run, path)
    }
    let variable = try output.variable(from: "the \(kind) layer \(path)")
    return Value(try graph { () throws(GraphError) in try Recording.replaced(path, variable) })
  }

  /// The output of a run in training; what the state becomes is kept.
  private func keep(_ result: Value, in run: ModelRun, _ path: String) throws(Failure) -> Value {
    guard case .record(let record) = result, let output = record["output"] else { return result }
    guard case .record(let state)? = record["state"] else { return output }
    for (name, value) in state.fields {
      guard stateNames.contains(name) else {
        throw .unknown("X0504", "state of \(path)", name, among: stateNames)
      }
      run.updates.append((ParameterStore.dotted(path, name), try Tree.detached(value)))
    }
    return output
  }
}
