// The layers of a model: what each is.
import Graphs
import Runtime
import Tensors

/// One row of a model's table of layers.
struct LayerEntry {
  let name: String
  /// The operator that the layer is named for: the one with parameters, or its last.
  let kind: String
  let shape: [Int]
  let parameters: Int
  let multiplyAdds: Int

  /// A step of an imported network.
  init(_ summary: LayerSummary) {
    name = summary.name
    kind = summary.kind
    shape = summary.shape ?? []
    parameters = summary.parameters
    multiplyAdds = summary.multiplyAdds
  }

  /// A model's table of layers.
  static func table(_ layers: [LayerEntry]) -> TableObject {
    TableObject(
      columns: ["name", "kind", "shape", "parameters", "multiply_adds"],
      rows: layers.map { layer in
        [
          Value(layer.name), Value(layer.kind), Value(layer.shape.map { .int($0) }),
          .int(layer.parameters), .int(layer.multiplyAdds),
        ]
      })
  }

  /// The layers of the recorded graph from `inputs` to `output`, in the order in which they ran; `store` knows how many
  /// numbers each of them has.
  static func list(
    of output: Variable, inputs: [Variable], _ store: ParameterStore?
  ) -> [LayerEntry] {
    var seen: Set<ObjectIdentifier> = []
    var nodes: [Node] = []
    var pending = output.node.map { [$0] } ?? []
    while let node = pending.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      nodes.append(node)
      pending += node.inputs.compactMap(\.node)
    }
    nodes.sort { $0.number < $1.number }
    var order: [String] = []
    var groups: [String: [Node]] = [:]
    for node in nodes where !node.layer.isEmpty {
      if groups[node.layer] == nil { order.append(node.layer) }
      groups[node.layer, default: []].append(node)
    }
    return order.compactMap { name in groups[name].flatMap { LayerEntry(name, $0, inputs, store) } }
  }

  /// What the steps of one layer are together; `inputs` are the network's.
  init?(_ name: String, _ nodes: [Node], _ inputs: [Variable], _ store: ParameterStore?) {
    func isNumber(_ variable: Variable) -> Bool {
      !inputs.contains { $0 === variable } && (variable.isLeaf || !variable.isTracked)
    }
    guard let last = nodes.last else { return nil }
    self.name = name
    kind = (nodes.first { $0.inputs.count > 1 && isNumber($0.inputs[1]) } ?? last).operator.name
    shape = last.shape
    parameters = store?.count(at: name) ?? 0
    multiplyAdds = nodes.reduce(0) { sum, node in
      sum + node.operator.multiplyAdds(of: node.inputs.map { Operand($0.shape) })
    }
  }
}
