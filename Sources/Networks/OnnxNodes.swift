/// The nodes of a graph in their order, with those of the branches that are taken in place of an If, and those of every turn
/// in place of a Loop or a Scan.

import Graphs
import Tensors

/// Nodes to be added to a graph under construction.
struct OnnxNodes {
  private let nodes: [Onnx_NodeProto]
  private let layers: [String]
  /// The values that something reads.
  private let wanted: Set<String>
  private let depth: Int
  /// Branches within branches: more than any real file has.
  private static let deepest = 32
  /// Turns of one loop, and steps of a network made of loops: more than can be looked at.
  static let mostTurns = 1 << 12
  private static let mostSteps = 1 << 17

  /// The nodes of a file's graph; `layers` are their names.
  init(_ graph: Onnx_GraphProto, layers: [String]) { self.init(graph, layers: layers, depth: 0) }

  private init(_ graph: Onnx_GraphProto, layers: [String], depth: Int) {
    (nodes, self.layers, self.depth) = (graph.node, layers, depth)
    wanted = Self.reads(graph, depth: depth)
  }

  /// What the nodes of a graph and of the graphs inside them read, and what it gives.
  private static func reads(_ graph: Onnx_GraphProto, depth: Int) -> Set<String> {
    var names = Set(graph.output.map(\.name))
    guard depth <= deepest else { return names }
    for node in graph.node {
      names.formUnion(node.input)
      for attribute in node.attribute where attribute.hasG {
        names.formUnion(reads(attribute.g, depth: depth + 1))
      }
    }
    return names
  }

  /// Adds the nodes one after the other; `external` gives the contents of a file beside the model.
  func add(
    to importer: inout OnnxImporter, external: (String) -> [UInt8]?
  ) throws(NetworkError) {
    for (message, layer) in zip(nodes, layers) {
      let node = try OnnxNode(message, layer: layer, opset: importer.opset, wanted: wanted) {
        tensor throws(NetworkError) in try OnnxFile.tensor(tensor, external: external)
      }
      try importer.requireInputs(node)
      switch node.operation {
      case "If": try addBranch(of: message, node, to: &importer, external: external)
      case "Loop": try addLoop(of: message, node, to: &importer, external: external)
      case "Scan": try addScan(of: message, node, to: &importer, external: external)
      default: try importer.add(node)
      }
    }
  }

  /// Adds the branch of an If that its condition, a constant, chooses. Its values get names of their own: branches of other
  /// nodes can use the same.
  private func addBranch(
    of message: Onnx_NodeProto, _ node: OnnxNode, to importer: inout OnnxImporter,
    external: (String) -> [UInt8]?
  ) throws(NetworkError) {
    guard let condition = node.input(0).flatMap({ importer.known[$0]?.constant?.bools.first })
    else {
      throw node.refused(
        "cond", found: importer.described(node.inputs),
        expected: "a constant: which branch runs may not depend on the network's inputs")
    }
    let name = condition ? "then_branch" : "else_branch"
    guard let branch = message.attribute.first(where: { $0.name == name })?.g,
      branch.output.count >= message.output.count
    else {
      throw node.refused(
        name, found: "none", expected: "a graph with \(message.output.count) outputs")
    }
    let results = try add(
      branch, inputs: [:], "branch", of: node, to: &importer, external: external)
    for (output, result) in zip(node.outputs, results) where !output.isEmpty {
      try importer.emit(
        Identity(), [result], node, output: output,
        layer: node.outputs.count == 1 ? nil : "\(node.layer).\(output)")
    }
  }

  /// Adds the nodes of a graph inside a node; `inputs` are what stands for its inputs. The names of what it gives.
  func add(
    _ graph: Onnx_GraphProto, inputs: [String: String], _ name: String, of node: OnnxNode,
    to importer: inout OnnxImporter, external: (String) -> [UInt8]?
  ) throws(NetworkError) -> [String] {
    guard depth < Self.deepest, importer.graph.steps.count <= Self.mostSteps else {
      throw .absurdSize(
        what: "what node \"\(node.label)\" repeats", found: "\(importer.graph.steps.count) steps")
    }
    let inner = Self.renamed(graph, within: "\(node.value).\(name)", inputs: inputs)
    for tensor in inner.initializer {
      importer.define(tensor.name, try OnnxFile.tensor(tensor, external: external), isLearned: true)
    }
    importer.stored.merge(OnnxFile.types(inner)) { $1 }
    let names = LayerNames(inner.node.map { (OnnxNode.operation($0), OnnxNode.label($0)) })
    let layers = names.layers.map { "\(node.layer).\(name).\($0)" }
    try OnnxNodes(inner, layers: layers, depth: depth + 1).add(to: &importer, external: external)
    return inner.output.map(\.name)
  }

  /// A graph whose own values, those of graphs inside it included, begin with a name.
  private static func renamed(
    _ graph: Onnx_GraphProto, within name: String, inputs: [String: String]
  ) -> Onnx_GraphProto {
    let own = Set(graph.initializer.map(\.name) + graph.node.flatMap(\.output))
    return renamed(graph, depth: 0) { value in
      if let input = inputs[value] { return input }
      return own.contains(value) && !value.isEmpty ? "\(name).\(value)" : value
    }
  }

  private static func renamed(
    _ graph: Onnx_GraphProto, depth: Int, _ rename: (String) -> String
  ) -> Onnx_GraphProto {
    var graph = graph
    guard depth <= deepest else { return graph }
    for place in graph.initializer.indices {
      graph.initializer[place].name = rename(graph.initializer[place].name)
    }
    for place in graph.output.indices {
      graph.output[place].name = rename(graph.output[place].name)
    }
    for place in graph.node.indices {
      graph.node[place].input = graph.node[place].input.map(rename)
      graph.node[place].output = graph.node[place].output.map(rename)
      for index in graph.node[place].attribute.indices where graph.node[place].attribute[index].hasG
      {
        graph.node[place].attribute[index].g = renamed(
          graph.node[place].attribute[index].g, depth: depth + 1, rename)
      }
    }
    return graph
  }
}
