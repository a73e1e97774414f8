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

  /// `net.from("relu1")`: the network after a layer.
  var fromMethod: Native {
    Native(
      "from(layer: String) -> Model", in: "models",
      """
      The rest of the network as a model of its own, whose input is what a layer gives: a run is resumed there.

      Everything that follows must be computed from the layer's output alone; of an imported network with several inputs
      those that it still reads remain inputs, under their names, or are still held. Of a network written in the language
      the part before the layer runs too, on zeros, and is left unused.

      ```xai
      import models
      let net = load("lenet-mnist")
      let x = ones([1, 28, 28])
      all(net.from("relu2")(net.at("relu2")(x)) == net(x))   #=> true
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      let entry = try find(arguments.string(0))
      return .object(try rest(after: entry))
    }
  }

  private func rest(after layer: LayerEntry) throws(Failure) -> ModelObject {
    var card = card
    let input = Array(layer.shape.dropFirst())
    card.inputs = [ModelInput(name: layer.name, example: input)]
    card.prepare = .none
    card.name += " from \(layer.name)"
    if case .graph(let plain) = body, replacements.isEmpty {
      do throws(GraphError) {
        let count = plain.fixedBatch.flatMap { $0 == layer.shape.first ? $0 : nil }
        let rest = try plain.resumed(from: layer.name, shape: [count] + input.map { $0 })
        let others = rest.inputs.dropFirst().map(\.name)
        card.inputs += self.card.inputs.filter { others.contains($0.name) }
        return ModelObject(
          .graph(rest), card, on: machine, holding: held.filter { others.contains($0.key) })
      } catch .structure(let reason) {
        throw Failure("X0505", reason, help: "net.graph shows what reads what")
      } catch {
        throw .from(error)
      }
    }
    let nodes = try GraphObject(of: self)
    guard nodes.leadsThrough(layer.name, holding: Set(held.keys)) else {
      throw Failure(
        "X0505", "what follows \(layer.name) is not computed from its output alone",
        help: "net.graph shows what reads what")
    }
    let open = openInputs
    let forward = Native(
      "rest(activation: Tensor) -> Tensor", in: "models", "The network after a layer."
    ) { [self] machine, arguments throws(Failure) in
      let activation = arguments[0]
      let count = try arguments.variable(0).shape.first ?? 1
      var zeros: [Argument] = []
      for input in open {
        let shape = (input.countsExamples ? [count] : []) + (input.example ?? [])
        zeros.append(
          Argument(
            Value(try tensor { () throws(TensorError) in try Tensor.zeros(shape, .f32) })))
      }
      return try replacing([(layer.name, activation)]).call(machine, zeros)
    }
    return ModelObject(
      .declared(parts: Value(fields: []), forward: .native(forward)), card, on: machine)
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
    try model.activation(of: layer.name, for: arguments)
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
