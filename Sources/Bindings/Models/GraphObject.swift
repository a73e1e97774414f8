// GraphObject: what a network computes, drawn and walked by the names of its layers.
import Displays
import Graphs
import Runtime
import Tensors

/// The layers of a network and which of them read which.
final class GraphObject: Object {
  /// A layer, or the input of the network.
  struct Node {
    let name: String
    let kind: String
    let shape: [Int]
    var parameters = 0
    var multiplyAdds = 0
    /// Places of the nodes that it reads, all before its own.
    var inputs: [Int] = []
  }

  /// The name of the network.
  let name: String
  /// In the order in which they run.
  let nodes: [Node]

  /// The graph of a model that knows what its input is.
  init(of model: ModelObject) throws(Failure) {
    name = model.card.name
    nodes = try Self.nodes(of: model)
  }

  override var typeName: String { "Graph" }
  override var keys: [String] { nodes.map(\.name) }
  override var length: Int? { nodes.count }
  override func display() -> Display { .diagram(diagram) }
  override func equals(_ other: Object) throws(Failure) -> Bool { self === other }

  override func describe() -> String {
    "Graph of \(name): \(nodes.count) nodes, "
      + "\(Self.grouped(nodes.reduce(0) { $0 + $1.parameters })) parameters, "
      + "\(Self.grouped(nodes.reduce(0) { $0 &+ $1.multiplyAdds })) multiply-adds"
  }

  override func item(_ index: Int) throws(Failure) -> Value {
    guard nodes.indices.contains(index) else {
      throw Failure("X0305", "index \(index) is outside of a graph of \(nodes.count) nodes")
    }
    return record(index)
  }

  override func element(_ subscripts: [Runtime.Subscript]) throws(Failure) -> Value {
    guard subscripts.count == 1, case .value(let key) = subscripts[0] else {
      throw Failure("X0306", "a graph is read by the name of a layer or its place")
    }
    switch key {
    case .text(let text):
      guard let index = nodes.firstIndex(where: { $0.name == text.string }) else {
        throw .unknown("X0505", "layer", text.string, among: keys)
      }
      return record(index)
    case .int(let index): return try item(index < 0 ? index + nodes.count : index)
    default:
      throw Failure(
        "X0306", "a graph is read by the name of a layer or its place, found \(key.typePhrase)")
    }
  }

  override var fieldNotes: [String: String] {
    [
      "name": "the network's",
      "nodes": "a table: name, kind, shape, parameters, multiply-adds, inputs, outputs",
      "inputs": "the names of the nodes that read nothing",
      "outputs": "the names of the nodes that nothing reads",
    ]
  }

  override var fieldNames: [String] { ["name", "nodes", "inputs", "outputs"] }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "name": Value(self.name)
    case "nodes": Value(nodes.indices.map { record($0) })
    case "inputs": Value(nodes.filter(\.inputs.isEmpty).map { Value($0.name) })
    case "outputs":
      Value(nodes.indices.filter { readers(of: $0).isEmpty }.map { Value(nodes[$0].name) })
    default: nil
    }
  }

  private func readers(of index: Int) -> [Int] {
    nodes.indices.filter { nodes[$0].inputs.contains(index) }
  }

  private func record(_ index: Int) -> Value {
    let node = nodes[index]
    func names(_ places: [Int]) -> Value { Value(places.map { Value(nodes[$0].name) }) }
    return Value(fields: [
      ("name", Value(node.name)), ("kind", Value(node.kind)),
      ("shape", Value(node.shape.map { .int($0) })), ("parameters", .int(node.parameters)),
      ("multiply_adds", .int(node.multiplyAdds)), ("inputs", names(node.inputs)),
      ("outputs", names(readers(of: index))),
    ])
  }
}

extension GraphObject {
  fileprivate static func nodes(of model: ModelObject) throws(Failure) -> [Node] {
    guard let shapes = model.shapes(forBatch: model.fixedBatch ?? 1) else {
      throw model.withoutInput(so: "its graph is not known")
    }
    switch model.body {
    case .graph(let graph): return imported(graph, shapes)
    case .declared:
      let (inputs, output) = try model.recorded(for: shapes)
      let names = inputs.count == 1 ? ["input"] : model.card.inputs.map(\.name)
      return recorded(output, from: Array(zip(names, inputs)), model.store)
    }
  }

  /// Whether the last node is reached from the inputs only through the one with this name; those that are held fixed
  /// do not count.
  func leadsThrough(_ name: String, holding held: Set<String> = []) -> Bool {
    var needed: Set<Int> = [nodes.count - 1]
    for index in nodes.indices.reversed() where needed.contains(index) {
      if nodes[index].name == name { continue }
      if nodes[index].kind == "input", held.contains(nodes[index].name) { continue }
      if nodes[index].inputs.isEmpty { return false }
      needed.formUnion(nodes[index].inputs)
    }
    return true
  }

  private static func imported(_ graph: Graph, _ shapes: [[Int]]) -> [Node] {
    var nodes = graph.inputs.enumerated().map { place, input in
      Node(
        name: input.name, kind: "input",
        shape: place < shapes.count ? shapes[place] : input.shape.map { $0 ?? 0 })
    }
    let first = nodes.count
    for (summary, source) in zip(graph.summary(for: shapes), graph.sources) {
      nodes.append(
        Node(
          name: summary.name, kind: summary.kind, shape: summary.shape ?? [],
          parameters: summary.parameters, multiplyAdds: summary.multiplyAdds,
          inputs: Set(source.inputs + source.steps.map { $0 + first }).sorted()))
    }
    return nodes
  }

  /// Steps of one layer that follow one another are one node; a layer that runs again is another one.
  private static func recorded(
    _ output: Variable, from inputs: [(name: String, value: Variable)], _ store: ParameterStore?
  ) -> [Node] {
    var runs: [[Graphs.Node]] = []
    for node in Ancestry(of: output, from: inputs.map(\.value)).nodes.reversed() {
      if let last = runs.last?.last, !node.layer.isEmpty, last.layer == node.layer {
        runs[runs.count - 1].append(node)
      } else {
        runs.append([node])
      }
    }
    var nodes = inputs.map { Node(name: $0.name, kind: "input", shape: $0.value.shape) }
    var place: [ObjectIdentifier: Int] = [:]
    var taken: [String: Int] = [:]
    for (index, input) in inputs.enumerated() {
      place[input.value.identity] = index
      taken[input.name] = 1
    }
    for run in runs {
      guard let last = run.last, let entry = LayerEntry(last.layer, run, inputs.map(\.value), store)
      else {
        continue
      }
      let base = last.layer.isEmpty ? entry.kind : last.layer
      taken[base, default: 0] += 1
      let use = taken[base] ?? 1
      let reads = run.flatMap(\.inputs).compactMap { place[$0.identity] }
      nodes.append(
        Node(
          name: use == 1 ? base : "\(base) \(use)", kind: entry.kind, shape: entry.shape,
          parameters: use == 1 && !last.layer.isEmpty ? entry.parameters : 0,
          multiplyAdds: entry.multiplyAdds, inputs: Set(reads).sorted()))
      for node in run { place[ObjectIdentifier(node)] = nodes.count - 1 }
    }
    return nodes
  }
}
