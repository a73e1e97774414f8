// What the core's functions (filter, sort, select, …) do with tables.
import Runtime

enum TableFunctions {
  /// The function `name` of a table with the arguments that follow it; nil if the one for anything with
  /// elements will do: `map`, `first`, `any` and others see the rows as records.
  static func apply(
    _ name: String, _ table: TableObject, _ machine: Machine, _ arguments: Arguments
  ) throws(Failure) -> Value? {
    switch name {
    case "list": return Value(try records(table, machine))
    case "keys": return Value(table.columns.map { Value($0) })
    case "take": return .object(table.picking(rows: Array(try head(table, arguments))))
    case "drop":
      let first = try head(table, arguments).upperBound
      return .object(table.picking(rows: Array(first..<table.rows.count)))
    case "reverse": return .object(table.picking(rows: table.rows.indices.reversed()))
    case "filter": return try filtered(table, machine, arguments)
    case "unique": return try unique(table, machine)
    case "sort":
      let places = try sorted(table, arguments[1], descending: arguments.bool(2), machine)
      return .object(table.picking(rows: places))
    case "group_by": return try groups(table, by: arguments[1], machine)
    case "append": return try appended(table, arguments[1])
    case "select":
      let names = try arguments.names(1).map { Value($0) }
      return .object(table.selecting(try table.places(of: names, in: "select")))
    case "without":
      let gone = Set(
        try table.places(of: try arguments.names(1).map { Value($0) }, in: "without"))
      return .object(table.selecting(table.columns.indices.filter { !gone.contains($0) }))
    case "rename":
      let names = try Collecting.renamed(table.columns, by: try arguments.record(1))
      return .object(
        TableObject(
          title: table.title, columns: names, rowNames: table.rowNames, rows: table.rows,
          errors: table.errors, best: table.best, footnotes: table.footnotes))
    default: return nil
    }
  }

  private static func head(
    _ table: TableObject, _ arguments: Arguments
  ) throws(Failure) -> Range<Int> {
    0..<min(try arguments.int(1, in: 0...Int.max), table.rows.count)
  }

  private static func records(
    _ table: TableObject, _ machine: Machine
  ) throws(Failure) -> [Value] {
    var records: [Value] = []
    records.reserveCapacity(table.rows.count)
    for index in table.rows.indices {
      if index & 4095 == 4095 { try machine.checkpoint() }
      records.append(try table.item(index))
    }
    return records
  }

  private static func filtered(
    _ table: TableObject, _ machine: Machine, _ arguments: Arguments
  ) throws(Failure) -> Value {
    let function = try arguments.function(1)
    var places: [Int] = []
    for index in table.rows.indices {
      if index & 4095 == 4095 { try machine.checkpoint() }
      switch try machine.call(function, table.item(index)) {
      case .bool(let isKept): if isKept { places.append(index) }
      case .object(let object): if try object.truth() { places.append(index) }
      case let other:
        throw Failure(
          "X0302", "filter needs a Bool for each row, found \(Description.found(other))")
      }
    }
    return .object(table.picking(rows: places))
  }

  private static func unique(_ table: TableObject, _ machine: Machine) throws(Failure) -> Value {
    var distinct = Distinct()
    var places: [Int] = []
    for (index, row) in table.rows.enumerated() {
      let known = distinct.count
      if try distinct.number(of: Value(row), machine) == known { places.append(index) }
    }
    return .object(table.picking(rows: places))
  }

  /// What the rows are ordered or grouped by, one list of values after another: columns by their names, or
  /// what a function gives for a row.
  private static func keys(
    _ table: TableObject, by: Value, _ machine: Machine, _ function: String
  ) throws(Failure) -> [[Value]] {
    if case .text = by { return try keys(table, by: Value([by]), machine, function) }
    if case .list(let names) = by {
      return try table.places(of: names.values, in: function).map { place in
        table.rows.map { $0[place] }
      }
    }
    guard by.isCallable else {
      throw Failure(
        "X0308",
        "\(function) needs the name of a column, a List of names or a function of a row, found "
          + Description.found(by))
    }
    var values: [Value] = []
    for index in table.rows.indices {
      values.append(try machine.call(by, table.item(index)))
    }
    return [values]
  }

  /// The order of the rows by one key after another; equals keep their order, and missing values stand
  /// last.
  private static func sorted(
    _ table: TableObject, _ by: Value, descending: Bool, _ machine: Machine
  ) throws(Failure) -> [Int] {
    let by = by.isNone ? Value(table.columns.map { Value($0) }) : by
    var order = Array(table.rows.indices)
    // The last key first: each ordering is stable.
    for values in try keys(table, by: by, machine, "sort").reversed() {
      let present = order.filter { !values[$0].isNone }
      let missing = order.filter { values[$0].isNone }
      let places = try OrderKeys(present.map { values[$0] }, of: "sort")
        .sorted(machine, descending: descending)
      order = places.map { present[$0] } + missing
    }
    return order
  }

  private static func groups(
    _ table: TableObject, by: Value, _ machine: Machine
  ) throws(Failure) -> Value {
    let columns = try keys(table, by: by, machine, "group_by")
    let isSeveral = if case .list = by { true } else { false }
    var distinct = Distinct()
    var groups: [(key: Value, places: [Int])] = []
    for index in table.rows.indices {
      let key = isSeveral ? Value(columns.map { $0[index] }) : columns[0][index]
      let number = try distinct.number(of: key, machine)
      if number == groups.count { groups.append((key, [])) }
      groups[number].places.append(index)
    }
    return Value(
      groups.map {
        Value(fields: [("key", $0.key), ("values", .object(table.picking(rows: $0.places)))])
      })
  }

  /// The table with a row, or the rows of another table or list, at its end; columns that they lack stay
  /// empty, and columns that the table lacks are errors.
  private static func appended(_ table: TableObject, _ more: Value) throws(Failure) -> Value {
    let added: [[(name: String, value: Value)]]
    switch more {
    case .record(let record): added = [record.fields]
    case .object(let other as TableObject):
      added = other.rows.map { row in zip(other.columns, row).map { ($0, $1) } }
    default:
      throw Failure(
        "X0308", "append needs a row (a Record) or another Table, found \(Description.found(more))")
    }
    var rows = table.rows
    for fields in added {
      var row = [Value](repeating: .none, count: table.columns.count)
      for (name, value) in fields {
        guard let place = table.columns.firstIndex(of: name) else {
          throw .unknown("X0305", "column", name, among: table.columns)
        }
        row[place] = value
      }
      rows.append(row)
    }
    let extra = rows.count - table.rows.count
    return .object(
      table.copy(
        rows: rows, names: table.rowNames.map { $0 + Array(repeating: "", count: extra) },
        errors: table.errors.map {
          $0 + Array(repeating: table.columns.map { _ in nil }, count: extra)
        }))
  }
}
