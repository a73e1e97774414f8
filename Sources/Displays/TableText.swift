// The cells of a table as text: the rows that are shown, aligned numbers, the best of a column.

/// A table whose numbers are written and whose rows are chosen; the renderers only place it.
struct TableText {
  /// The columns, the row headers (if there are any) first.
  private(set) var columns: [Column] = []
  /// The places of the rows that are shown.
  let shown: [Int]
  /// How many rows are left out, and after how many shown ones.
  let omitted: (count: Int, after: Int)
  /// Whether a cell is marked as the best of its column.
  private(set) var hasBest = false

  /// A column as text.
  struct Column {
    var name: String
    var alignment: TableDisplay.Alignment
    var isHeader = false
    /// One for each shown row.
    var cells: [Cell]
    /// Whether bars begin in the middle because some are negative.
    var isTwoSided = false
    var hasBars: Bool { cells.contains { $0.bar != nil } }
  }

  /// A cell as text: what stands before the decimal point, and what from it on.
  struct Cell: Equatable {
    var head = ""
    var tail = ""
    /// The standard error.
    var error: String?
    /// The length of the bar (-1…1).
    var bar: Double?
    var isBest = false
    var text: String { head + tail + (error.map { " ± " + $0 } ?? "") }
  }

  /// Writes the cells of the rows that `rowLimit` lets through.
  init(_ table: TableDisplay) {
    let count = table.rows.count
    if count > table.rowLimit {
      let head = (table.rowLimit + 1) / 2
      let tail = table.rowLimit - head
      shown = Array(0..<head) + Array((count - tail)..<count)
      omitted = (count - table.rowLimit, head)
    } else {
      shown = Array(0..<count)
      omitted = (0, 0)
    }
    let rows = shown.map { table.rows[$0] }
    if table.rows.contains(where: { $0.header != nil }) {
      let cells = rows.map { Cell(head: Text.single($0.header ?? "")) }
      columns.append(Column(name: "", alignment: .leading, isHeader: true, cells: cells))
    }
    for (place, column) in table.columns.enumerated() {
      func cell(_ row: TableDisplay.Row) -> TableDisplay.Cell {
        place < row.cells.count ? row.cells[place] : .empty
      }
      var text = TableText.column(column, rows.map(cell), digits: table.digits)
      if let best = TableText.best(column, table.rows.map(cell)) {
        for (index, row) in rows.enumerated() where cell(row).value == best {
          text.cells[index].isBest = true
          hasBest = true
        }
      }
      columns.append(text)
    }
  }

  /// The best value of a column in which at least two can be compared.
  private static func best(_ column: TableDisplay.Column, _ cells: [TableDisplay.Cell]) -> Double? {
    let values = cells.compactMap(\.value)
    guard let best = column.best, values.count > 1 else { return nil }
    return best == .lowest ? values.min() : values.max()
  }

  private static func column(
    _ column: TableDisplay.Column, _ cells: [TableDisplay.Cell], digits: Int
  ) -> Column {
    let values = cells.compactMap(\.value)
    let decimals = TableText.decimals(column.kind, cells, digits: digits)
    let numeric = cells.allSatisfy { if case .text = $0 { false } else { true } }
    var result = Column(
      name: Text.single(column.name), alignment: column.alignment ?? .leading, cells: [])
    if column.alignment == nil, numeric, !values.isEmpty { result.alignment = .trailing }
    var limit: Double?
    if case .bar(let given) = column.kind {
      result.isTwoSided = values.contains { $0 < 0 }
      limit = given.map(\.magnitude) ?? values.filter(\.isFinite).map(\.magnitude).max() ?? 0
    }
    result.cells = cells.map { cell in
      var text = write(cell, decimals: decimals)
      if let limit, let value = cell.value {
        text.bar = limit > 0 ? min(max(value / limit, -1), 1) : 0
      }
      return text
    }
    return result
  }

  /// The decimals that the numbers of a column have in common.
  private static func decimals(
    _ kind: TableDisplay.Kind, _ cells: [TableDisplay.Cell], digits: Int
  ) -> Int {
    switch kind {
    case .number(let decimals?): return decimals
    case .uncertain:
      let errors = cells.compactMap { cell -> Double? in
        if case .uncertain(_, let error) = cell, error.isFinite, error != 0 {
          error.magnitude
        } else {
          nil
        }
      }
      let median = errors.sorted()[(errors.count / 2)...].first
      if let median, let decimals = Numbers.decimals(forError: median) { return decimals }
      fallthrough
    case .text, .number, .bar:
      return Numbers.decimals(for: cells.compactMap(\.value), digits: digits)
    }
  }

  private static func write(_ cell: TableDisplay.Cell, decimals: Int) -> Cell {
    switch cell {
    case .empty: return Cell()
    case .text(let text): return Cell(head: Text.single(text))
    case .integer(let number): return Cell(head: Numbers.grouped(number))
    case .number(let number): return split(number, decimals)
    case .uncertain(let value, let error):
      var cell = split(value, decimals)
      if value.isNaN { return cell }
      cell.error = Numbers.aligned(error, decimals: decimals, significant: 1)
      return cell
    }
  }

  private static func split(_ number: Double, _ decimals: Int) -> Cell {
    let text = Numbers.aligned(number, decimals: decimals, significant: 2)
    let point = text.firstIndex { $0 == "." || $0 == "e" } ?? text.endIndex
    return Cell(head: String(text[..<point]), tail: String(text[point...]))
  }
}
