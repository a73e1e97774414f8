// TableObject: named columns and rows as a value of the language.
import Displays
import Graphs
import Runtime
import Tensors

/// A Table: rows of values in named columns; the rows may have names too.
final class TableObject: Object {
  let title: String?
  let columns: [String]
  let rowNames: [String]?
  let rows: [[Value]]
  /// The standard error of each cell, where it has one.
  let errors: [[Double?]]?
  /// The direction in which each column's values are good.
  let best: [TableDisplay.Best?]
  let footnotes: [String]

  init(
    title: String? = nil, columns: [String], rowNames: [String]? = nil, rows: [[Value]],
    errors: [[Double?]]? = nil, best: [TableDisplay.Best?]? = nil, footnotes: [String] = []
  ) {
    self.title = title
    self.columns = columns
    self.rowNames = rowNames
    self.rows = rows
    self.errors = errors
    self.best = best ?? columns.map { _ in nil }
    self.footnotes = footnotes
  }

  override var typeName: String { "Table" }
  override var length: Int? { rows.count }
  override func describe() -> String {
    "Table of \(rows.count) rows: \(columns.joined(separator: ", "))"
  }

  override func display() -> Display {
    let shown = zip(columns, best).enumerated().map { index, column in
      TableDisplay.Column(column.0, kind: kind(of: index), best: column.1)
    }
    return .table(
      TableDisplay(
        title: title, columns: shown,
        rows: rows.indices.map { TableDisplay.Row(rowNames?[$0], cells(of: $0)) },
        footnotes: footnotes))
  }

  private func kind(of column: Int) -> TableDisplay.Kind {
    if let errors, errors.contains(where: { $0[column] != nil }) { return .uncertain }
    return rows.allSatisfy { $0[column].isNumber } ? .number(decimals: nil) : .text
  }

  private func cells(of row: Int) -> [TableDisplay.Cell] {
    rows[row].enumerated().map { column, value in
      switch value.settled {
      case .none: .empty
      case .int(let number): .integer(number)
      case .float(let number):
        if let error = errors?[row][column] {
          .uncertain(number, error: error)
        } else {
          .number(number)
        }
      default: .text(value.string ?? Description.line(value))
      }
    }
  }

  override func item(_ index: Int) throws(Failure) -> Value {
    guard rows.indices.contains(index) else {
      throw Failure("X0305", "row \(index) is outside of a table of \(rows.count) rows")
    }
    return Value(fields: Array(zip(columns, rows[index])))
  }

  /// `table["row", "column"]`, `table["column"]`, `table[0]`, and tables of some rows or columns:
  /// `table[2..<5]`, `table[mask]`, `table[[3, 1]]`, `table[["b", "a"]]`.
  override func element(_ subscripts: [Runtime.Subscript]) throws(Failure) -> Value {
    switch subscripts.count {
    case 1:
      if case .value(.int(let index)) = subscripts[0] {
        return try item(index < 0 ? index + rows.count : index)
      }
      if case .value(let value) = subscripts[0], let part = try part(value) { return part }
      return column(try place(subscripts[0], "column", columns))
    case 2:
      let column = try place(subscripts[1], "column", columns)
      return rows[try place(subscripts[0], "row", rowNames ?? [], count: rows.count)][column]
    default:
      throw Failure("X0305", "a table takes a row and a column, found \(subscripts.count) indices")
    }
  }

  /// Several rows or columns, or nil where the subscript means one column.
  private func part(_ value: Value) throws(Failure) -> Value? {
    if case .object(let range as IntegerRange) = value {
      guard let places = range.places(in: rows.count) else {
        throw Failure(
          "X0305", "rows \(range.describe()) are outside of a table of \(rows.count) rows")
      }
      return .object(picking(rows: Array(places)))
    }
    guard case .list(let list) = value else { return nil }
    if case .text = list.count > 0 ? list[0] : .none {
      return .object(selecting(try places(of: list.values, in: "a table")))
    }
    if case .bool = list.count > 0 ? list[0] : .none, list.count != rows.count {
      throw Failure(
        "X0305", "a mask of \(list.count) elements for a table of \(rows.count) rows")
    }
    var picked: [Int] = []
    for (index, value) in list.values.enumerated() {
      if case .bool(let isWanted) = value {
        if isWanted { picked.append(index) }
      } else {
        picked.append(try place(.value(value), "row", rowNames ?? [], count: rows.count))
      }
    }
    return .object(picking(rows: picked))
  }

  /// `table["column"] = list` sets or adds a column, `table[row, "column"] = value` sets a cell.
  override func replacing(
    _ subscripts: [Runtime.Subscript], by value: Value
  ) throws(Failure) -> Value {
    guard subscripts.count <= 2, let last = subscripts.last else {
      throw Failure("X0307", "in a table a column is set, or a cell by its row and column")
    }
    if subscripts.count == 2 {
      let column = try place(last, "column", columns)
      let row = try place(subscripts[0], "row", rowNames ?? [], count: rows.count)
      var changed = rows
      changed[row][column] = value
      return .object(copy(rows: changed))
    }
    guard case .value(.text(let name)) = last else {
      throw Failure("X0307", "in a table a column is set by its name, a cell by its row and column")
    }
    return .object(try setting(name.string, to: value))
  }

  override func apply(
    _ function: String, _ machine: Machine, _ arguments: Arguments
  ) throws(Failure) -> Value? {
    try TableFunctions.apply(function, self, machine, arguments)
  }

  func place(
    _ item: Runtime.Subscript, _ kind: String, _ names: [String], count: Int? = nil
  ) throws(Failure) -> Int {
    guard case .value(let value) = item else {
      throw Failure("X0305", "a table's \(kind) is given by its name or its number")
    }
    let size = count ?? names.count
    if case .int(let index) = value {
      let place = index < 0 ? index + size : index
      guard place >= 0, place < size else {
        throw Failure("X0305", "\(kind) \(index) is outside of a table of \(size) \(kind)s")
      }
      return place
    }
    guard let name = value.string else {
      throw Failure("X0305", "a table's \(kind) is given by its name or its number")
    }
    guard let place = names.firstIndex(of: name) else {
      throw .unknown("X0305", kind, name, among: names)
    }
    return place
  }

  override var fieldNotes: [String: String] {
    let own = [
      "columns": "the names of the columns", "rows": "the names of the rows",
      "errors": "the standard errors of the cells",
    ]
    return columns.reduce(into: own) { $0[$1] = "the values of the column" }
  }
  override var keys: [String] { (rowNames ?? []) + columns }

  override var fieldNames: [String] { ["columns", "rows", "errors"] + columns }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "columns": return Value(columns.map { Value($0) })
    case "rows": return Value((rowNames ?? []).map { Value($0) })
    case "errors":
      return Value((errors ?? []).map { Value($0.map { $0.map { .float($0) } ?? Value.none }) })
    default:
      return columns.firstIndex(of: name).map { column($0) }
    }
  }

  override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? TableObject, other.columns == columns,
      other.rows.count == rows.count
    else { return false }
    for (mine, theirs) in zip(rows, other.rows) {
      for (a, b) in zip(mine, theirs) where !(try Equality.same(a, b)) { return false }
    }
    return true
  }
}

extension TableObject {
  /// The largest outputs of a network for one example, or for each of a batch.
  static func top(_ output: TensorObject, _ count: Int) throws(Failure) -> TableObject {
    let logits = try output.variable.read()
    guard let classes = logits.shape.last, classes > 0 else {
      throw Failure(
        "X0204", "top needs a tensor of outputs, found shape \(Shape.describe(logits.shape))")
    }
    let chances = try graph { () throws(GraphError) in
      try Promotion.real(Variable(logits)).applying(Softmax(-1))
    }.read().doubles
    let values = logits.doubles
    let isBatch = logits.rank > 1
    var rows: [[Value]] = []
    for example in 0..<(values.count / classes) {
      let start = example * classes
      for index in try largest(count, of: values[start..<(start + classes)]) {
        let label = index < output.labels.count ? output.labels[index] : String(index)
        let row: [Value] = [
          Value(label), .float(chances[start + index]), .float(values[start + index]),
        ]
        rows.append(isBatch ? [.int(example)] + row : row)
      }
    }
    return TableObject(
      columns: (isBatch ? ["example"] : []) + ["class", "probability", "logit"], rows: rows)
  }

  /// The places of the largest values, counted from the first, the largest first and the first of equals.
  private static func largest(
    _ count: Int, of values: ArraySlice<Double>
  ) throws(Failure) -> [Int] {
    let start = values.startIndex
    func precedes(_ a: Int, _ b: Int) -> Bool {
      if values[start + b].isNaN != values[start + a].isNaN { return values[start + b].isNaN }
      return (values[start + a], b) > (values[start + b], a)
    }
    guard count <= 100 else { return Array((0..<values.count).sorted(by: precedes).prefix(count)) }
    var best: [Int] = []
    for place in 0..<values.count {
      if place & 0xffff == 0xffff, Interruption.requested { throw .interrupted }
      if best.count >= count {
        guard let last = best.last, precedes(place, last) else { continue }
        best.removeLast()
      }
      best.insert(place, at: best.firstIndex { precedes(place, $0) } ?? best.count)
    }
    return best
  }
}
