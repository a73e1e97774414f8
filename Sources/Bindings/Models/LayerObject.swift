// LayerObject: a named step of a model that is written in the language.
import Graphs
import Runtime
import Tensors

/// A layer: what it does with its parameters. `load` fills the parameters of a fresh model once; afterwards
/// nothing changes.
final class LayerObject: Object {
  let kind: String
  let parameterNames: [String]
  private let forward: Value
  /// The path in its model, empty before the layer is part of one.
  private(set) var name = ""
  private(set) var parameters: Record?

  init(kind: String, parameterNames: [String], forward: Value) {
    self.kind = kind
    self.parameterNames = parameterNames
    self.forward = forward
    parameters = parameterNames.isEmpty ? Record() : nil
  }

  override var typeName: String { "Layer" }
  override var isCallable: Bool { true }

  override func describe() -> String {
    name.isEmpty ? "\(kind) layer" : "\(kind) layer \(name)"
  }

  /// Gives the layer its place in a model.
  func become(_ name: String) { self.name = name }

  /// Gives the layer its numbers.
  func fill(_ parameters: Record) { self.parameters = parameters }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard arguments.count == 1, arguments[0].label == nil else {
      throw Failure("X0209", "a layer takes one Tensor, found \(arguments.count) arguments")
    }
    guard let parameters else {
      throw Failure(
        "X0504", "\(describe()) has no numbers yet",
        help: "load them: load(\"file.safetensors\", architecture: …)")
    }
    let input = arguments[0].value
    let path = Recording.path(name)
    let output = try Recording.scoped(to: name) { () throws(Failure) in
      try machine.call(forward, .record(parameters), input).variable(from: describe())
    }
    return Value(try graph { () throws(GraphError) in try Recording.replaced(path, output) })
  }
}
