// The graph of a network as boxes and arrows, in a page or as a file.
import Displays
import Runtime
import Tensors

extension GraphObject {
  /// The drawing of the graph.
  var diagram: Diagram {
    let columns = [
      TableDisplay.Column("layer"), .init("operator"), .init("shape"),
      .init("parameters", kind: .number(decimals: 0)),
      .init("multiply-adds", kind: .number(decimals: 0)), .init("reads"),
    ]
    let rows = nodes.map { node in
      TableDisplay.Row(
        nil,
        [
          .text(node.name), .text(node.kind), .text(Shape.describe(node.shape)),
          .number(Double(node.parameters)), .number(Double(node.multiplyAdds)),
          .text(node.inputs.map { nodes[$0].name }.joined(separator: ", ")),
        ])
    }
    let table = TableDisplay(title: describe(), columns: columns, rows: rows, rowLimit: 200)
    let boxes = nodes.map { node in
      var facts = [node.kind]
      if !node.shape.isEmpty {
        // A batch of one example is no fact of the network.
        let shape = node.shape.count > 1 && node.shape[0] == 1 ? node.shape[1...] : node.shape[...]
        facts[0] += "  " + shape.map { "\($0)" }.joined(separator: "×")
      }
      if node.parameters > 0 { facts.append("\(Self.grouped(node.parameters)) parameters") }
      return Diagram.Node(node.name, facts, family: Self.family(of: node.kind))
    }
    let edges = nodes.enumerated().flatMap { place, node in
      node.inputs.map { Diagram.Edge($0, place) }
    }
    return Diagram(describe(), nodes: boxes, edges: edges, table: table)
  }

  private static func family(of kind: String) -> Diagram.Family {
    let parts: [(Diagram.Family, [String])] = [
      (.end, ["input"]), (.product, ["convolution", "linear", "matmul", "gather"]),
      (.normalisation, ["normalisation", "standardise", "softmax"]),
      (.pooling, ["pool", "resize", "mean", "sum", "max"]),
      (.joining, ["add", "concatenate", "multiply", "subtract"]),
      (
        .activation,
        ["relu", "sigmoid", "tanh", "gelu", "elu", "swish", "clip", "softplus", "erf", "exp"]
      ),
    ]
    return parts.first { $0.1.contains { kind.firstRange(of: $0) != nil } }?.0 ?? .other
  }

  /// With commas between thousands.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}

let graphNatives: [Native] = [
  Native(
    "save_graph(graph: Graph, path: String)", in: "models",
    "Writes the drawing of a network's graph (`net.graph`) as an SVG file, light or dark as its reader is."
  ) { _, arguments throws(Failure) in
    guard case .object(let graph as GraphObject) = arguments[0] else {
      throw .argument(0, expected: "a Graph, such as net.graph", found: arguments[0])
    }
    guard let drawing = graph.diagram.svg(standalone: true) else {
      throw Failure("X0407", "a graph of \(graph.nodes.count) nodes is too large to be drawn")
    }
    try Files.write(Array(drawing.utf8), to: try arguments.string(1))
    return .none
  }
]
