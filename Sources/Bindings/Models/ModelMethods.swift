// The functions that a model has: net.at(layer), net.with({…}).
import Graphs
import Runtime
import Tensors

extension ModelObject {
  /// `net.at("conv2")`: a point of the network.
  var atMethod: Native {
    Native(
      "at(layer: String) -> LayerPoint", in: "models",
      """
      A point of the network: called with an input it gives the layer's output; its `name` is the layer's.

      ```xai
      import models
      load("lenet-mnist").at("conv1").name   #=> "conv1"
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      .object(LayerPoint(self, try find(arguments.string(0))))
    }
  }

  /// `net.with({"relu1": a => a * mask})`: the model with outputs of layers replaced.
  var withMethod: Native {
    Native(
      "with(replacements, value = none) -> Model", in: "models",
      """
      The model with the outputs of layers replaced: by a function of the output, or by a tensor.

      `replacements` is a record of layer names; or one layer, a name or `net.at(…)`, with `value` in its place.

      ```xai
      import models
      let net = load("lenet-mnist")
      net.with({"relu1": a => a * 0})(zeros([1, 28, 28])).shape   #=> [10]
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      if !arguments.isNone(1) {
        return .object(replacing([(try layerName(arguments), arguments[1])]))
      }
      var more: [(layer: String, by: Value)] = []
      for (name, value) in try arguments.record(0).fields {
        more.append((try find(name).name, value))
      }
      return .object(replacing(more))
    }
  }

  /// The layer that the first argument names.
  private func layerName(_ arguments: Arguments) throws(Failure) -> String {
    if case .object(let point as LayerPoint) = arguments[0] { return point.layer.name }
    return try find(arguments.string(0)).name
  }

  /// `net.prepare` of a model that takes pictures as they are.
  var identityMethod: Native {
    Native("prepare(picture: Tensor) -> Tensor", in: "models", "The picture as it is.") {
      _, arguments throws(Failure) in arguments[0]
    }
  }
}

/// A point of a network, named by its layer.
final class LayerPoint: Object {
  private let model: ModelObject
  let layer: LayerEntry

  init(_ model: ModelObject, _ layer: LayerEntry) {
    self.model = model
    self.layer = layer
  }

  override var typeName: String { "LayerPoint" }
  override var isCallable: Bool { true }
  override func describe() -> String {
    "\(layer.name) (\(layer.kind), \(Shape.describe(layer.shape))) of \(model.card.name)"
  }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard arguments.count == 1, arguments[0].label == nil else {
      throw Failure("X0209", "a point of a network takes one Tensor, the network's input")
    }
    return try model.activation(of: layer.name, for: arguments[0].value)
  }

  override var fieldNotes: [String: String] {
    [
      "name": "the name of the layer",
      "kind": "the operator",
      "shape": "the shape of its output for one example",
      "model": "the network",
    ]
  }

  override var fieldNames: [String] { ["name", "kind", "shape", "model"] }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "name": Value(layer.name)
    case "kind": Value(layer.kind)
    case "shape": Value(layer.shape.map { .int($0) })
    case "model": .object(model)
    default: nil
    }
  }
}
