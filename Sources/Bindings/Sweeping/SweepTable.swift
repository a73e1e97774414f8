// SweepTable: what the rows of a sweep give, as a table and as a file.
import Displays
import Runtime

/// Columns for the swept names, and then for what the rows give: the fields of records, or `value`.
package struct SweepTable {
  private let columns: [String]
  private let rows: [[Value]]

  /// Of rows in order: what each name was, and what the row gave. A name that has the same text as a
  /// field of a row is refused.
  package init(
    _ names: [String], _ rows: [(swept: [Value], value: Value)]
  ) throws(Failure) {
    var given: [String] = []
    for row in rows {
      for name in SweepTable.fields(row.value).map(\.name) where !given.contains(name) {
        given.append(name)
      }
    }
    if let twice = given.first(where: names.contains) {
      throw Failure(
        "X0522", "the rows give a field `\(twice)`, which is the name of a swept column",
        help: "give the field another name")
    }
    columns = names + given
    self.rows = rows.map { row in
      let fields = Dictionary(
        SweepTable.fields(row.value).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
      return row.swept.map(SweepTable.cell) + given.map { fields[$0] ?? .none }
    }
  }

  private static func fields(_ value: Value) -> [(name: String, value: Value)] {
    switch value {
    case .none: []
    case .record(let record): record.fields.map { ($0.name, $0.value) }
    default: [("value", value)]
    }
  }

  /// Functions, methods and metrics stand in a table by their names.
  package static func cell(_ value: Value) -> Value {
    switch value {
    case .function(let function): Value(function.name ?? function.sourceText)
    case .native(let native): Value(native.name)
    case .object(let declared as Declared): Value(declared.describe())
    default: value
    }
  }

  private var object: TableObject { TableObject(columns: columns, rows: rows) }

  /// The table as a value of the language.
  package var value: Value { .object(object) }

  /// What is shown of it.
  package var display: Display { object.display() }

  /// The table as comma-separated values: a line of names, then the rows.
  package var csv: String {
    let lines = [columns.map(SweepTable.quoted)] + rows.map { $0.map(SweepTable.field) }
    return lines.map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private static func field(_ value: Value) -> String {
    value.isNone ? "" : quoted(value.string ?? Description.full(value))
  }

  /// A text with a comma, a quotation mark or a line end stands in quotation marks.
  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
