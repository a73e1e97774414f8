// Natives that make tables, and read and write them as CSV.
import Displays
import Runtime

let tableNatives: [Native] = [
  Native(
    "table(values, columns = none, rows = none, errors = none, title: String = \"\") -> Table",
    in: "tables",
    """
    A Table of columns (a Record of Lists), of rows (a List of Records), or of rows as Lists with the
    names of `columns`.

    Records may lack fields: their cells are none. `rows` names the rows; `errors`, a Record of Lists, gives
    the standard errors of some columns, with which they are shown.

    `t.name` and `t["name"]` are a column, `t[0]` a row as a Record, `t[row, "name"]` a cell (rows by
    number or name), `t[2..<5]`, `t[mask]` and `t[["a", "b"]]` Tables. A `for` loop goes through the rows.
    `filter`, `sort`, `take`, `drop`, `reverse`, `unique`, `append`, `select`, `without`, `rename` and
    `group_by` give Tables; `map`, `first`, `count` and the like see the rows.

    ```xai
    table({name: ["a", "b"], count: [1, 2]})[1, "count"]   #=> 2
    table([{x: 1}, {x: 2, y: 3}]).y   #=> [none, 3]
    table([[1, 2], [3, 4]], columns: ["x", "y"]).x   #=> [1, 3]
    ```
    """
  ) { _, arguments throws(Failure) in .object(try TableMaking.table(arguments)) },
  Native(
    "parse_csv(text: String, separator: String = \",\", header: Bool = true, types: Bool = true) -> Table",
    in: "tables",
    #"""
    A Table from comma-separated values (RFC 4180), or others with a `separator` such as `"\t"`.

    Fields in quotes may hold separators, line ends and `""` for a quote. The first line names the columns;
    without a `header` they are `c0`, `c1`, …. A column of whole numbers gives Ints, of numbers Floats, of
    `true` and `false` Bools, anything else Strings; an empty field is none. `types: false` leaves all as
    Strings. A row with another number of fields is an error, with its line.

    ```xai
    parse_csv("name,size\nrelu,3").size   #=> [3]
    ```
    """#
  ) { machine, arguments throws(Failure) in
    var reader = try CSVReader(try arguments.string(0), separator: try arguments.string(1))
    return .object(
      try reader.table(
        hasHeader: try arguments.bool(2), infersTypes: try arguments.bool(3), machine))
  },
  Native(
    "to_csv(table: Table, separator: String = \",\") -> String", in: "tables",
    #"""
    A Table as comma-separated values (RFC 4180) with a line of column names; none is an empty field.

    ```xai
    to_csv(table({a: [1, none], b: ["x", "y, z"]}))   #=> "a,b\n1,x\n,\"y, z\"\n"
    ```
    """#
  ) { machine, arguments throws(Failure) in
    let table = try arguments.object(0, as: TableObject.self)
    let separator = try CSVReader.separator(try arguments.string(1))
    func field(_ value: Value) -> String {
      let text = value.isNone ? "" : Description.plain(value)
      let isPlain = text.utf8.allSatisfy { ![separator, 0x22, 0x0A, 0x0D].contains($0) }
      // An empty String is quoted, which tells it from none.
      if isPlain, !text.isEmpty || value.isNone { return text }
      return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
    let between = String(decoding: [separator], as: UTF8.self)
    var text = table.columns.map { field(Value($0)) }.joined(separator: between) + "\n"
    for (index, row) in table.rows.enumerated() {
      if index & 1023 == 1023 { try machine.checkpoint() }
      text += row.map(field).joined(separator: between) + "\n"
    }
    return Value(text)
  },
]

private enum TableMaking {
  static func table(_ arguments: Arguments) throws(Failure) -> TableObject {
    var made = try contents(arguments)
    let title = try arguments.string(4)
    var names = made.rowNames
    if !arguments.isNone(2) {
      names = try TableObject.columnValues(arguments[2], "rows").map { Description.plain($0) }
    }
    if let names, names.count != made.rows.count {
      throw Failure(
        "X0323", "table: \(names.count) names of rows for a table of \(made.rows.count) rows")
    }
    var errors = made.errors
    if !arguments.isNone(3) { errors = try uncertainties(try arguments.record(3), of: made) }
    made = TableObject(
      title: title.isEmpty ? made.title : title, columns: made.columns, rowNames: names,
      rows: made.rows, errors: errors, best: made.best,
      footnotes: errors == nil ? made.footnotes : ["value ± standard error"])
    return made
  }

  private static func contents(_ arguments: Arguments) throws(Failure) -> TableObject {
    switch arguments[0] {
    case .object(let table as TableObject): return table
    case .record(let record):
      var table = TableObject(columns: [], rows: [])
      for (name, value) in record.fields { table = try table.setting(name, to: value) }
      return table
    case .list(let list):
      if case .list = list.count > 0 ? list[0] : .none { return try rows(list, arguments) }
      if !arguments.isNone(1), list.count == 0 { return try rows(list, arguments) }
      return try records(list)
    default:
      throw .argument(
        0, expected: "a Record of columns, or a List of Records or Lists", found: arguments[0])
    }
  }

  private static func rows(_ list: List, _ arguments: Arguments) throws(Failure) -> TableObject {
    guard !arguments.isNone(1) else {
      throw Failure(
        "X0208", "table: rows that are Lists need names: columns: [\"a\", …]")
    }
    var columns: [String] = []
    for value in try arguments.list(1).values {
      guard let name = value.string, !columns.contains(name) else {
        throw .argument(1, expected: "different Strings", found: value)
      }
      columns.append(name)
    }
    var rows: [[Value]] = []
    for (index, value) in list.values.enumerated() {
      guard case .list(let row) = value, row.count == columns.count else {
        throw Failure(
          "X0323",
          "table: row \(index) must be a List of \(columns.count) values, found "
            + Description.found(value))
      }
      rows.append(row.values)
    }
    return TableObject(columns: columns, rows: rows)
  }

  private static func records(_ list: List) throws(Failure) -> TableObject {
    var columns: [String] = []
    var places: [String: Int] = [:]
    var rows: [[Value]] = []
    for (index, value) in list.values.enumerated() {
      guard case .record(let record) = value else {
        throw Failure(
          "X0308", "table: row \(index) must be a Record, found \(Description.found(value))")
      }
      var row = [Value](repeating: .none, count: columns.count)
      for (name, value) in record.fields {
        if let place = places[name] {
          row[place] = value
        } else {
          places[name] = columns.count
          columns.append(name)
          row.append(value)
        }
      }
      rows.append(row)
    }
    for index in rows.indices where rows[index].count < columns.count {
      rows[index] += Array(repeating: .none, count: columns.count - rows[index].count)
    }
    return TableObject(columns: columns, rows: rows)
  }

  /// Standard errors from a record of lists, column by column.
  private static func uncertainties(
    _ record: Record, of table: TableObject
  ) throws(Failure) -> [[Double?]] {
    var errors = table.rows.map { $0.map { _ in Double?.none } }
    for (name, value) in record.fields {
      let place = try table.places(of: [Value(name)], in: "table")[0]
      let values = try TableObject.columnValues(value, name)
      guard values.count == table.rows.count else {
        throw Failure(
          "X0323", "table: \(values.count) errors of \(name) for \(table.rows.count) rows")
      }
      for (row, value) in values.enumerated() { errors[row][place] = value.number }
    }
    return errors
  }
}
