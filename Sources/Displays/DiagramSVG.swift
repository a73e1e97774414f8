// Diagrams as SVG, inside of a page or as a file of its own.

extension Diagram {
  /// The drawing; nil if there is nothing, or too much, to draw. A standalone one brings its colours along and is a file.
  package func svg(standalone: Bool) -> String? {
    guard let layout = DiagramLayout(self) else { return nil }
    let (width, height) = (number(layout.width), number(layout.height))
    var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
    text += "width=\"\(width)\" height=\"\(height)\" role=\"img\""
    text += standalone ? ">\n" : " class=\"drawing\">\n"
    text += "<title>\(HTML.escape(title))</title>\n"
    if standalone {
      text += "<style>\n\(Self.colours)\n\(Self.style)\n</style>\n"
      text += "<rect class=\"paper\" width=\"\(width)\" height=\"\(height)\"/>\n"
    }
    for path in layout.paths { text += arrow(path) }
    for (node, box) in zip(nodes, layout.boxes) { text += drawn(node, box) }
    return text + "</svg>\n"
  }

  private func number(_ value: Double) -> String { Numbers.fixed(value, decimals: 1) }

  /// A curve through the points, straight where it crosses a layer, with a tip at its end.
  private func arrow(_ points: [(x: Double, y: Double)]) -> String {
    guard let first = points.first, let last = points.last else { return "" }
    var path = "M\(number(first.x)) \(number(first.y))"
    var place = first
    for (index, point) in points.enumerated().dropFirst() {
      let isEnd = index == points.count - 1
      let end = isEnd ? point.y - 5 : point.y
      if number(point.x) == number(place.x) {
        path += "L\(number(point.x)) \(number(end))"
      } else {
        let middle = (place.y + end) / 2
        path +=
          "C\(number(place.x)) \(number(middle)) \(number(point.x)) \(number(middle)) "
          + "\(number(point.x)) \(number(end))"
      }
      place = point
    }
    let (x, y) = (last.x, last.y)
    let tip =
      "M\(number(x - 4)) \(number(y - 7))L\(number(x)) \(number(y - 1))L\(number(x + 4)) \(number(y - 7))Z"
    return "<path class=\"arrow\" d=\"\(path)\"/><path class=\"tip\" d=\"\(tip)\"/>\n"
  }

  private func drawn(_ node: Node, _ box: DiagramLayout.Box) -> String {
    let left = box.x - box.width / 2
    let rect = { (width: Double, kind: String) in
      "<rect class=\"\(kind)\" x=\"\(self.number(left))\" y=\"\(self.number(box.y))\" "
        + "width=\"\(self.number(width))\" height=\"\(self.number(box.height))\" rx=\"3\"/>"
    }
    var text = "<g class=\"\(node.family.rawValue)\">" + rect(box.width, "box") + rect(4, "stripe")
    for (index, line) in ([node.title] + node.lines).enumerated() {
      let y = box.y + DiagramLayout.padding / 2 + (Double(index) + 0.75) * DiagramLayout.lineHeight
      let kind = index == 0 ? "name" : "fact"
      text +=
        "<text class=\"\(kind)\" x=\"\(number(left + DiagramLayout.padding))\" y=\"\(number(y))\">"
      text += "\(HTML.escape(Text.single(line)))</text>"
    }
    return text + "</g>\n"
  }

  /// The colours of a file that is looked at by itself, light and dark as those of a page.
  private static let colours = """
    svg { --page: #fdfdfc; --ink: #1f2328; --soft: #656d76; --line: #d9dce1; --panel: #f5f6f8;
      --accent: #0b6bcb; --good: #1a7f37; --number: #8a3ffc; --type: #8f5902; --call: #0b7285; --for: #c8503f; }
    @media (prefers-color-scheme: dark) {
      svg { --page: #16181d; --ink: #dfe3ea; --soft: #949dab; --line: #353a44; --panel: #1f232a;
        --accent: #6cb2ff; --good: #57c26e; --number: #c4a2ff; --type: #e0b265; --call: #6fd0de; --for: #e07a66; }
    }
    .paper { fill: var(--page); }
    """

  /// CSS for the parts of a drawing.
  static let style = """
    .box { fill: var(--panel); stroke: var(--line); } .stripe { fill: var(--soft); }
    .end .stripe { fill: var(--ink); } .product .stripe { fill: var(--accent); }
    .normalisation .stripe { fill: var(--number); } .activation .stripe { fill: var(--good); }
    .pooling .stripe { fill: var(--call); } .joining .stripe { fill: var(--for); }
    .arrow { fill: none; stroke: var(--soft); stroke-width: 1.25; } .tip { fill: var(--soft); }
    text { font: 12px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace; }
    text.name { fill: var(--ink); font-weight: 600; } text.fact { fill: var(--soft); }
    """
}
