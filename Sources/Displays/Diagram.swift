// Diagram: boxes and the arrows between them, such as the layers of a network.

/// Boxes that arrows connect, drawn as SVG where there are pages and as a table elsewhere.
public struct Diagram: Sendable, Equatable {
  /// A box.
  package struct Node: Sendable, Equatable {
    /// Its first line, which stands out.
    package var title: String
    /// Further lines.
    package var lines: [String]
    /// What it is coloured as.
    package var family: Family

    /// Describes a box.
    package init(_ title: String, _ lines: [String] = [], family: Family = .other) {
      self.title = title
      self.lines = lines
      self.family = family
    }
  }

  /// What a box does, for its colour.
  package enum Family: String, Sendable, CaseIterable {
    case end, product, normalisation, activation, pooling, joining, other
  }

  /// An arrow between boxes, by their places in the list.
  package struct Edge: Sendable, Hashable {
    package let from, to: Int

    /// An arrow; one that does not lead from an earlier box to a later one is not drawn.
    package init(_ from: Int, _ to: Int) {
      self.from = from
      self.to = to
    }
  }

  /// The boxes, each after those from which arrows lead to it.
  package var nodes: [Node]
  /// The arrows.
  package var edges: [Edge]
  /// What it is a drawing of.
  package var title: String
  /// The same where nothing can be drawn.
  package var table: TableDisplay

  /// Describes a diagram.
  package init(_ title: String, nodes: [Node], edges: [Edge], table: TableDisplay) {
    self.nodes = nodes
    self.edges = edges
    self.title = title
    self.table = table
  }
}

extension HTMLRenderer {
  /// The drawing, with the table folded away beneath it; the table alone where there is too much to draw.
  func figure(_ diagram: Diagram) -> String {
    guard let drawing = diagram.svg(standalone: false) else { return table(diagram.table) }
    return "<figure class=\"diagram\">\(drawing)<details><summary>as a table</summary>"
      + "\(table(diagram.table))</details></figure>\n"
  }
}
