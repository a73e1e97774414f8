// Tables made of parts of others.
import Runtime

extension TableObject {
  /// The values of a column, from the top.
  func column(_ place: Int) -> Value {
    let list = List(capacity: rows.count)
    for row in rows { list.append(row[place]) }
    return .list(list)
  }

  /// The same columns with other rows, which have the names and errors given.
  func copy(
    rows: [[Value]], names: [String]?? = .none, errors: [[Double?]]?? = .none
  ) -> TableObject {
    TableObject(
      title: title, columns: columns, rowNames: names ?? rowNames, rows: rows,
      errors: errors ?? self.errors, best: best, footnotes: footnotes)
  }

  /// Some rows, in the order given.
  func picking(rows places: [Int]) -> TableObject {
    copy(
      rows: places.map { rows[$0] }, names: rowNames.map { names in places.map { names[$0] } },
      errors: errors.map { errors in places.map { errors[$0] } })
  }

  /// Some columns, in the order given.
  func selecting(_ places: [Int]) -> TableObject {
    TableObject(
      title: title, columns: places.map { columns[$0] }, rowNames: rowNames,
      rows: rows.map { row in places.map { row[$0] } },
      errors: errors.map { $0.map { row in places.map { row[$0] } } },
      best: places.map { best[$0] }, footnotes: footnotes)
  }

  /// The places of columns given by their names.
  func places(of names: [Value], in function: String) throws(Failure) -> [Int] {
    var places: [Int] = []
    for value in names {
      guard let name = value.string else {
        throw Failure(
          "X0308", "\(function) takes the names of columns, found \(Description.found(value))")
      }
      guard let place = columns.firstIndex(of: name) else {
        throw .unknown("X0305", "column", name, among: columns)
      }
      places.append(place)
    }
    return places
  }

  /// The table with a column set, or added at the right; its values are a List, a Tensor of one axis or
  /// a Range.
  func setting(_ name: String, to value: Value) throws(Failure) -> TableObject {
    let values = try TableObject.columnValues(value, name)
    guard values.count == rows.count || columns.isEmpty else {
      throw Failure(
        "X0323",
        "the column \(name) has \(values.count) values for a table of \(rows.count) rows")
    }
    let place = columns.firstIndex(of: name)
    var changed = columns.isEmpty ? values.map { _ in [] } : rows
    for (row, value) in values.enumerated() {
      if let place { changed[row][place] = value } else { changed[row].append(value) }
    }
    return TableObject(
      title: title, columns: place == nil ? columns + [name] : columns, rowNames: rowNames,
      rows: changed,
      errors: errors.map {
        $0.map { row in
          var row = row
          if let place { row[place] = nil } else { row.append(nil) }
          return row
        }
      },
      best: place == nil ? best + [nil] : best, footnotes: footnotes)
  }

  /// What a column is made of.
  static func columnValues(_ value: Value, _ name: String) throws(Failure) -> [Value] {
    switch value {
    case .list(let list): return list.values
    case .object(let object as TensorObject) where object.variable.rank == 1:
      return try TensorFunctions.numbers(of: object.variable)
    case .object(let range as IntegerRange) where (range.length ?? .max) <= 1 << 28:
      return range.numbers.map { .int($0) }
    default:
      throw Failure(
        "X0308",
        "the column \(name) must be a List, a Range or a Tensor [n], found \(Description.found(value))"
      )
    }
  }
}
