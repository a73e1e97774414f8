// Tables in lines of characters.

extension Layout {
  private static let barWidth = 12

  /// The table, its head and tail if it is long, without the columns that have no room.
  func lines(_ table: TableDisplay, width: Int) -> [Line] {
    let text = TableText(table)
    var columns = text.columns.map { block($0) }
    shrink(&columns, to: width)
    let fitting = Layout.fitting(columns, width: width)
    let hidden = text.columns[fitting...].map(\.name)
    columns = Array(columns[..<fitting])

    var result = table.title.map { paragraph($0, .strong, width: width) } ?? []
    if !columns.isEmpty {
      result.append(join(columns.map(\.head)))
      let rule = columns.map { Line(String(repeating: "─", count: $0.width), .faint) }
      result.append(join(rule))
    }
    for row in text.shown.indices where !columns.isEmpty {
      if text.omitted.count > 0, row == text.omitted.after {
        result += paragraph(
          "⋮ \(Numbers.grouped(text.omitted.count)) rows not shown", .faint, width: width)
      }
      result.append(join(columns.map { $0.cells[row] }))
    }
    if table.rows.isEmpty { result += paragraph("no rows", .faint, width: width) }
    if text.hasBest { result += paragraph("* best of its column", .faint, width: width) }
    if !hidden.isEmpty {
      let names = hidden.count == 1 ? "1 column" : "\(hidden.count) columns"
      result += paragraph(
        "\(names) not shown: \(hidden.joined(separator: ", "))", .faint, width: width)
    }
    return result + table.footnotes.flatMap { paragraph($0, .faint, width: width) }
  }

  /// A column whose lines all have its width.
  private struct Block {
    var head: Line
    var cells: [Line]
    var width: Int
    /// Whether the column may be made narrower by cutting its text.
    var isText: Bool
  }

  private func block(_ column: TableText.Column) -> Block {
    let head = column.cells.map { Text.width($0.head) }.max() ?? 0
    let tail = column.cells.map { Text.width($0.tail) }.max() ?? 0
    let error = column.cells.compactMap(\.error?.count).max() ?? 0
    let isStarred = column.cells.contains(where: \.isBest)
    let isNumeric = column.alignment == .trailing
    let contents = column.cells.map { cell in
      let style =
        cell.isBest
        ? Style(bold: true, foreground: .green) : column.isHeader ? .strong : .plain
      var line = Line()
      if isNumeric { line.fill(to: head - Text.width(cell.head)) }
      if isStarred { line.append(cell.isBest ? "* " : "  ", style) }
      line.append(cell.head + cell.tail, style)
      if isNumeric { line.append(String(repeating: " ", count: tail - Text.width(cell.tail))) }
      if let text = cell.error {
        line.append(" ± " + String(repeating: " ", count: error - text.count) + text, style)
      }
      if column.hasBars {
        line.append("  ")
        line.append(bar(cell.bar ?? 0, isTwoSided: column.isTwoSided))
      }
      return line
    }
    let width = max(Text.width(column.name), contents.map(\.width).max() ?? 0)
    var block = Block(
      head: Line(column.name, .strong), cells: contents, width: width, isText: !isNumeric)
    place(&block, column.hasBars ? .leading : column.alignment)
    return block
  }

  /// Fills each line of the block to its width.
  private func place(_ block: inout Block, _ alignment: TableDisplay.Alignment) {
    let width = block.width
    func placed(_ line: Line) -> Line {
      let free = width - line.width
      var result = Line()
      if alignment != .leading {
        result.fill(to: alignment == .trailing ? free : free / 2)
      }
      result.append(line)
      result.fill(to: width)
      return result
    }
    block.head = placed(block.head)
    block.cells = block.cells.map(placed)
  }

  /// Cuts the widest columns of text until all columns fit or are narrow.
  private func shrink(_ columns: inout [Block], to width: Int) {
    func cut(_ index: Int, to columnWidth: Int) {
      columns[index].width = columnWidth
      columns[index].head = columns[index].head.cut(to: columnWidth)
      columns[index].head.fill(to: columnWidth)
      columns[index].cells = columns[index].cells.map {
        var line = $0.cut(to: columnWidth)
        line.fill(to: columnWidth)
        return line
      }
    }
    func total() -> Int { columns.reduce(-2) { $0 + $1.width + 2 } }
    for index in columns.indices where columns[index].isText && columns[index].width > width {
      cut(index, to: width)
    }
    while total() > width {
      let widest = columns.indices.filter { columns[$0].isText }.max {
        columns[$0].width < columns[$1].width
      }
      guard let widest, columns[widest].width > 16 else { return }
      cut(widest, to: max(16, columns[widest].width - (total() - width)))
    }
  }

  /// How many columns from the left fit; the first is always shown.
  private static func fitting(_ columns: [Block], width: Int) -> Int {
    var used = -2
    for (index, column) in columns.enumerated() {
      used += column.width + 2
      if used > width { return index }
    }
    return columns.count
  }

  private func join(_ cells: [Line]) -> Line {
    var line = Line()
    for (index, cell) in cells.enumerated() {
      if index > 0 { line.append("  ") }
      line.append(cell)
    }
    return line.trimmed
  }

  /// A bar in eighths of a character; with `isTwoSided` it begins in the middle, in halves.
  private func bar(_ share: Double, isTwoSided: Bool) -> Line {
    var line = Line()
    let half = Layout.barWidth / 2
    if isTwoSided {
      let halves = Int((share.magnitude * Double(2 * half)).rounded())
      let full = String(repeating: "█", count: halves / 2)
      if share < 0 {
        let part = halves % 2 == 1 ? "▐" : ""
        line.fill(to: half - halves / 2 - part.count)
        line.append(part + full, Style(foreground: .blue))
        line.fill(to: half)
      } else {
        line.fill(to: half)
        line.append(full + (halves % 2 == 1 ? "▌" : ""), Style(foreground: .red))
      }
    } else {
      let eighths = Int((max(share, 0) * Double(8 * Layout.barWidth)).rounded())
      let parts: [String] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
      line.append(
        String(repeating: "█", count: eighths / 8) + parts[eighths % 8], Style(foreground: .cyan))
    }
    line.fill(to: Layout.barWidth)
    return line
  }
}
