// Diagrams: boxes that hold their text and do not overlap, arrows that lead down.
import Displays
import Foundation
import Testing

/// The numbers of the attributes of all elements of one kind and class.
private func elements(_ name: String, _ kind: String, in text: String) -> [[String: Double]] {
  text.components(separatedBy: "<\(name) class=\"\(kind)\"").dropFirst().map { part in
    var found: [String: Double] = [:]
    let tag = part.prefix { $0 != ">" }
    for piece in tag.split(separator: " ") {
      let sides = piece.split(separator: "=")
      guard sides.count == 2 else { continue }
      let value = sides[1].filter { $0 != "\"" && $0 != "/" }
      found[String(sides[0])] = Double(value)
    }
    return found
  }
}

private func diagram(_ count: Int, _ edges: [(Int, Int)]) -> Diagram {
  let nodes = (0..<count).map { index in
    Diagram.Node(
      "layer\(String(repeating: "x", count: index % 17))", ["convolution  32×14×14"],
      family: .product)
  }
  return Diagram(
    "a test", nodes: nodes, edges: edges.map { Diagram.Edge($0.0, $0.1) },
    table: TableDisplay(columns: [.init("layer")], rows: []))
}

@Suite struct DiagramTests {
  @Test(arguments: [1, 7, 60])
  func `boxes hold their text and do not overlap, arrows lead from one to a lower one`(
    _ count: Int
  ) throws {
    var state = UInt64(count)
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var edges = (1..<max(count, 1)).map { (next($0), $0) }
    for _ in 0..<count / 2 {
      let to = next(count)
      if to > 0 { edges.append((next(to), to)) }
    }
    let drawing = try #require(diagram(count, edges).svg(standalone: true))
    let boxes = elements("rect", "box", in: drawing)
    #expect(boxes.count == count)
    for (index, one) in boxes.enumerated() {
      let (x, y) = (try #require(one["x"]), try #require(one["y"]))
      let (width, height) = (try #require(one["width"]), try #require(one["height"]))
      for other in boxes[(index + 1)...] {
        let (left, top) = (try #require(other["x"]), try #require(other["y"]))
        let apart =
          left >= x + width + 10 || x >= left + (other["width"] ?? 0) + 10 || top >= y + height + 10
          || y >= top + (other["height"] ?? 0) + 10
        #expect(apart)
      }
    }
    // A monospaced character of 12 pixels is at most 0.61 of that wide.
    for (index, box) in boxes.enumerated() {
      let columns = Double(max(21, 5 + index % 17))
      #expect((box["width"] ?? 0) - 24 >= 0.61 * 12 * columns)
    }
    #expect(
      elements("path", "arrow", in: drawing).count
        == Set(edges.map { "\($0.0) \($0.1)" }).count)
  }

  @Test func `a chain is drawn straight, also beside a branch`() throws {
    let drawing = try #require(
      diagram(4, [(0, 1), (1, 2), (2, 3), (0, 3)]).svg(standalone: false))
    let middles = elements("rect", "box", in: drawing).map {
      ($0["x"] ?? 0) + ($0["width"] ?? 0) / 2
    }
    for middle in middles { #expect(abs(middle - middles[0]) < 1) }
  }

  /// It bends at its ends alone.
  @Test func `an arrow that skips boxes of several widths has no kink`() throws {
    let nodes = [8, 20, 31, 12, 40, 9].map { columns in
      Diagram.Node(String(repeating: "x", count: columns), [], family: .product)
    }
    let edges = (1..<6).map { Diagram.Edge($0 - 1, $0) } + [Diagram.Edge(0, 5)]
    let diagram = Diagram(
      "a test", nodes: nodes, edges: edges,
      table: TableDisplay(columns: [.init("layer")], rows: []))
    let drawing = try #require(diagram.svg(standalone: false))
    let paths = drawing.components(separatedBy: "<path class=\"arrow\" d=\"").dropFirst()
    let curves = paths.map { path in path.prefix { $0 != "\"" }.count { $0 == "C" } }
    #expect(curves.sorted().suffix(2) == [0, 2])
  }

  @Test func `arrows that lead nowhere or back are left out, names are escaped`() throws {
    var odd = diagram(2, [(0, 1), (1, 0), (0, 9), (1, 1)])
    odd.nodes[0].title = "<a & b>"
    let drawing = try #require(odd.svg(standalone: true))
    #expect(elements("path", "arrow", in: drawing).count == 1)
    #expect(drawing.contains("&lt;a &amp; b&gt;"))
    #expect(diagram(0, []).svg(standalone: true) == nil)
    #expect(diagram(30_000, []).svg(standalone: true) == nil)
  }

  @Test func `a page shows the drawing and the table, text shows the table`() throws {
    let shown = Display.diagram(diagram(3, [(0, 1), (1, 2)]))
    let fragment = HTMLRenderer().fragment(shown)
    #expect(fragment.contains("<svg") && fragment.contains("<table"))
    #expect(PlainRenderer(width: 80).render(shown).contains("layer"))
  }
}
