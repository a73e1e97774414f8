// A list of records with the same fields shows itself as a table, a list of objects side by side.
import Displays

enum Tables {
  /// The display of a list that deserves more than a line of text; nil otherwise.
  static func display(of list: List) -> Display? {
    guard list.count > 0 else { return nil }
    if case .record(let first) = list[0] { return table(list, first) }
    guard list.count <= 64 else { return nil }
    var shown: [Display] = []
    if case .object(let first) = list[0], let context = first.context { shown.append(context) }
    for value in list.values {
      guard case .object(let object) = value else { return nil }
      shown.append(object.display())
    }
    return .row(shown)
  }

  private static func table(_ list: List, _ first: Record) -> Display? {
    let keys = first.keys
    guard !keys.isEmpty else { return nil }
    var rows: [TableDisplay.Row] = []
    for value in list.values {
      guard case .record(let record) = value, record.keys == keys else { return nil }
      rows.append(TableDisplay.Row(nil, record.fields.map { cell($0.value) }))
    }
    return .table(
      TableDisplay(columns: keys.map { TableDisplay.Column($0) }, rows: rows))
  }

  private static func cell(_ value: Value) -> TableDisplay.Cell {
    switch value {
    case .none: .empty
    case .int(let whole): .integer(whole)
    case .float(let fraction): .number(fraction)
    case .text(let text): .text(text.string)
    case .object(let object) where object.isFloat: object.number.map { .number($0) } ?? .empty
    default: .text(Description.brief(value))
    }
  }
}
