// net.graph: what is computed, walked by name, drawn, and resumed from a layer.
import Displays
import Foundation
import Runtime
import Testing

@Suite struct GraphObjectTests {
  @Test func `the graph of an imported network is walked by the names of its layers`() throws {
    let script = try Script()
    try script.run("import models\nlet net = load(\"efficientnet-lite0\")\nlet g = net.graph")
    #expect(try script.text("len(g) == len(net.layers) + 1") == "true")
    #expect(
      try script.text(
        "[n.multiply_adds for n in g.nodes][1...-1] == [l.multiply_adds for l in net.layers]")
        == "true")
    #expect(
      try script.text("g[\"_blocks.2\"].inputs")
        == "[\"_blocks.1._project_conv\", \"_blocks.2._project_conv\"]")
    #expect(try script.text("g[g[\"_conv_stem\"].outputs[0]].inputs") == "[\"_conv_stem\"]")
    #expect(try script.failure("g[\"conv9\"]").contains("X0505"))
  }

  @Test func `the graph of a declared network also has what is computed between its layers`() throws
  {
    let script = try Script()
    try script.run("import models\nlet net = load(\"lenet-mnist\")\nlet g = net.graph")
    #expect(try script.text("g[\"relu1\"].inputs") == "[\"conv1\"]")
    #expect(try script.text("g[g[\"conv2\"].inputs[0]].outputs") == "[\"conv2\"]")
    #expect(try script.text("g.inputs == [g.nodes[0].name]") == "true")
    #expect(try script.text("g.outputs == [g[-1].name]") == "true")
    #expect(
      try script.text(
        "[g[l.name].parameters for l in net.layers] == [l.parameters for l in net.layers]")
        == "true")
    #expect(try script.text("[g[1].kind, g[2].kind]") == "[\"subtract\", \"divide\"]")
  }

  @Test func `branches of a declared network meet, and a layer that runs again is another node`()
    throws
  {
    let script = try Script()
    try script.run(
      """
      import layers
      model twice() {
          let narrow = dense(3)
          let wide = dense(3)
          (first => wide(relu(first)) + narrow(first))(narrow(x))
      }
      let net = twice().taking([3])
      let g = net.graph
      """)
    #expect(
      try script.text("[n.name for n in g.nodes]")
        == "[\"input\", \"narrow\", \"relu\", \"wide\", \"narrow 2\", \"add\"]")
    #expect(try script.text("g[\"add\"].inputs") == "[\"wide\", \"narrow 2\"]")
    #expect(try script.text("g[\"narrow\"].outputs") == "[\"relu\", \"narrow 2\"]")
    #expect(try script.text("[g[\"narrow\"].parameters, g[\"narrow 2\"].parameters]") == "[12, 0]")
    #expect(try script.failure("net.from(\"wide\")").contains("X0505"))
  }

  @Test func `a network is resumed from a layer, with layers and methods of its own`() throws {
    let script = try Script()
    try script.run(
      """
      import models, methods, layers
      let net = load("lenet-mnist")
      let xs = ones([2, 1, 28, 28]) * reshape(tensor([0.5, 1.0]), [2, 1, 1, 1])
      let rest = net.from("relu2")
      let a = net.at("relu2")(xs)
      let own = model_of(conv(4) >> relu >> pool() >> flat() >> dense(3), input: [1, 8, 8])
      let image = ones([1, 8, 8])
      let middle = own.layers[1].name
      """)
    #expect(try script.text("max(abs(rest(a) - net(xs))) < 1e-5") == "true")
    #expect(try script.text("len(rest.layers) < len(net.layers)") == "true")
    #expect(
      try script.text(
        "max(abs(gradient(rest, a, 3).values - grad(a => sum(rest(a)[.., 3]))(a))) < 1e-6")
        == "true")
    #expect(
      try script.text("max(abs(own.from(middle)(own.at(middle)(image)) - own(image))) < 1e-6")
        == "true")
    #expect(try script.failure("net.from(\"nowhere\")").contains("X0505"))
  }

  @Test func `the drawing is SVG in pages and in files, a table in text`() throws {
    let script = try Script()
    try script.run("import models\nlet net = load(\"lenet-mnist\")")
    let path = NSTemporaryDirectory() + "graph-\(UUID().uuidString).svg"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try script.run("save_graph(net.graph, \"\(path)\")")
    let file = try String(contentsOfFile: path, encoding: .utf8)
    let document = try XMLCheck(file)
    #expect(document.count(of: "g") == 13)
    #expect(document.count(of: "text") >= 2 * 13)
    #expect(file.contains(">conv1</text>"))
    guard case .object(let graph) = try script.run("net.graph") else {
      Issue.record("a graph is an object")
      return
    }
    let text = PlainRenderer(width: 120).render(graph.display())
    #expect(text.contains("multiply-adds") && text.contains("relu1"))
  }
}

/// The elements of a well-formed XML text.
private final class XMLCheck: NSObject {
  private var counts: [String: Int] = [:]

  init(_ text: String) throws {
    super.init()
    var open: [String] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      let end = try #require(rest[start...].firstIndex(of: ">"))
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      let name = String(tag.drop { $0 == "/" }.prefix { !" /".contains($0) })
      if tag.hasPrefix("/") {
        #expect(open.popLast() == name)
        continue
      }
      counts[name, default: 0] += 1
      if !tag.hasSuffix("/") { open.append(name) }
    }
    #expect(open.isEmpty)
  }

  func count(of name: String) -> Int { counts[name] ?? 0 }
}
