// How much of a display is drawn: rows, digits, or all of it.

/// What a reader wants to see of tables and tensors, whoever made them.
package struct Detail: Sendable, Equatable {
  /// Significant digits of the largest number of a column or a tensor (1…15).
  package var digits: Int
  /// The most rows of a table; nil: as many as the table says.
  package var rows: Int?
  /// Nothing is left out.
  package var isWhole: Bool

  /// Describes what is wanted; without arguments, what displays say themselves.
  package init(digits: Int = 4, rows: Int? = nil, isWhole: Bool = false) {
    self.digits = min(max(digits, 1), 15)
    self.rows = rows
    self.isWhole = isWhole
  }

  /// A tensor of more values is never written as a whole.
  static let mostValues = 100_000
}

extension Display {
  /// The display with the rows and digits of a detail.
  package func with(_ detail: Detail) -> Display {
    if detail == Detail() { return self }
    return detailed(detail, depth: 0)
  }

  private func detailed(_ detail: Detail, depth: Int) -> Display {
    guard depth < Layout.deepest else { return self }
    switch self {
    case .table(var table):
      table.digits = detail.digits
      if let rows = detail.rows { table.rowLimit = max(2, rows) }
      if detail.isWhole { table.rowLimit = .max }
      return .table(table)
    case .tensor(var tensor):
      tensor.digits = detail.digits
      tensor.isWhole = detail.isWhole && tensor.values.count <= Detail.mostValues
      return .tensor(tensor)
    case .row(let parts): return .row(parts.map { $0.detailed(detail, depth: depth + 1) })
    case .column(let parts): return .column(parts.map { $0.detailed(detail, depth: depth + 1) })
    default: return self
    }
  }

  /// Whether rows of a table in it are left out.
  package var omitsRows: Bool {
    switch self {
    case .table(let table): table.rows.count > table.rowLimit
    case .row(let parts), .column(let parts): parts.contains(where: \.omitsRows)
    default: false
    }
  }

  /// Whether there is something to look at in it: a picture or a map.
  package var hasPictures: Bool {
    switch self {
    case .picture, .heatmap: true
    case .row(let parts), .column(let parts): parts.contains(where: \.hasPictures)
    default: false
    }
  }
}
