// The numbers of a tensor in nested rows.

extension Layout {
  /// The summary, then the values: all of them, or the first and last of each long axis.
  func lines(_ tensor: TensorDisplay, width: Int) -> [Line] {
    if tensor.shape.isEmpty, let value = tensor.values.first {
      return [Line(tensor.text(value, Numbers.decimals(for: [value], digits: tensor.digits)))]
    }
    return paragraph(tensor.summary, .faint, width: width) + rows(tensor, width: width)
  }

  /// The values alone, in nested rows.
  func rows(_ tensor: TensorDisplay, width: Int) -> [Line] {
    if tensor.values.isEmpty { return [] }
    let room = tensor.isWhole ? Int(Int32.max) : width
    let body = TensorRows(tensor, width: room, write: tensor.text)
    return body.lines.flatMap { line in
      tensor.isWhole ? Line(line).wrapped(to: width, hanging: 2) : [Line(line).cut(to: width)]
    }
  }
}

/// Nested rows of numbers of one width, with `…` where an axis is cut.
struct TensorRows {
  private(set) var lines: [String] = []
  private let tensor: TensorDisplay
  private let kept: [Int]
  private let columns: [Int?]
  private let cellWidth: Int
  private let text: [Int: String]

  /// The most lines of numbers.
  private static let mostRows = 24
  /// The most axes that are nested; with more, the values are one row.
  private static let mostAxes = 8
  /// Axes that have at most this many entries are shown in full where there is room.
  private static let fewest = 6

  /// Chooses the entries that fit `width` and writes each with `write(value, decimals)`.
  init(_ tensor: TensorDisplay, width: Int, write: (Double, Int) -> String) {
    var tensor = tensor
    if tensor.shape.count > TensorRows.mostAxes { tensor.shape = [tensor.values.count] }
    self.tensor = tensor
    let outer = Array(tensor.shape.dropLast())
    let last = tensor.shape.last ?? 1
    kept = tensor.isWhole ? outer : TensorRows.kept(outer)
    let rows = TensorRows.rows(outer, kept)
    let room = max(1, width - 2 * tensor.shape.count)
    // The cells decide how many columns fit, and the columns which cells are written.
    var columns = TensorRows.ends(last, keep: min(last, room / 2))
    var text: [Int: String] = [:]
    var cellWidth = 1
    for _ in 0..<2 {
      let places = rows.flatMap { row in columns.compactMap { $0.map { row * last + $0 } } }
      let decimals = Numbers.decimals(
        for: places.map { tensor.values[$0] }, digits: tensor.digits)
      text = Dictionary(
        uniqueKeysWithValues: places.map { ($0, write(tensor.values[$0], decimals)) })
      cellWidth = text.values.map(\.count).max() ?? 1
      let fitting = max(2, (room + 1) / (cellWidth + 1))
      columns = last <= fitting ? Array(0..<last) : TensorRows.ends(last, keep: fitting - 1)
    }
    self.columns = columns
    self.cellWidth = cellWidth
    self.text = text
    add(axis: 0, offset: 0, opening: "", closing: "")
  }

  /// The entries of an axis of `count` of which `keep` are shown, with nil where some are left out.
  private static func ends(_ count: Int, keep: Int) -> [Int?] {
    if count <= keep { return Array(0..<count) }
    let head = max(1, (keep + 1) / 2)
    let tail = min(count - head, keep / 2)
    return Array(0..<head) + [nil] + Array((count - tail)..<count)
  }

  /// How many entries of each outer axis are shown: all if that makes few rows; else a few, the
  /// inner axes first, and of those that are left only the first entry.
  private static func kept(_ outer: [Int]) -> [Int] {
    let all = outer.reduce(1) { min(mostRows + 1, $0 * min($1, mostRows + 1)) }
    if all <= mostRows { return outer }
    var room = mostRows
    var kept = outer
    for axis in outer.indices.reversed() {
      kept[axis] = max(1, min(outer[axis], fewest, room))
      room /= kept[axis]
    }
    return kept
  }

  /// The row-major places of the rows that are shown.
  private static func rows(_ outer: [Int], _ kept: [Int]) -> [Int] {
    var rows = [0]
    for (axis, keep) in kept.enumerated() {
      let entries = ends(outer[axis], keep: keep).compactMap { $0 }
      rows = rows.flatMap { row in entries.map { row * outer[axis] + $0 } }
    }
    return rows
  }

  private mutating func add(axis: Int, offset: Int, opening: String, closing: String) {
    let rank = tensor.shape.count
    if axis == rank - 1 {
      let cells = columns.map { place in
        guard let place else { return "…" }
        let cell = text[offset * (tensor.shape.last ?? 1) + place] ?? ""
        return String(repeating: " ", count: max(0, cellWidth - cell.count)) + cell
      }
      let indent = String(repeating: " ", count: max(0, axis - opening.count))
      lines.append(indent + opening + "[" + cells.joined(separator: " ") + "]" + closing)
      return
    }
    let entries = TensorRows.ends(tensor.shape[axis], keep: kept[axis])
    for (index, entry) in entries.enumerated() {
      let isLast = index == entries.count - 1
      guard let entry else {
        lines.append(String(repeating: " ", count: axis + 1) + "⋮" + (isLast ? "]" + closing : ""))
        continue
      }
      add(
        axis: axis + 1, offset: offset * tensor.shape[axis] + entry,
        opening: index == 0 ? opening + "[" : "", closing: isLast ? "]" + closing : "")
    }
  }
}
