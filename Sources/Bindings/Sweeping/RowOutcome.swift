// RowOutcome: what a row gives, a value or an error, as a line between processes.
import Runtime
import Syntax

/// How a row of a sweep ended.
package enum RowOutcome {
  case value(Value)
  case failure(Failure)

  /// What a line says; `source` is the text that places in it are of.
  package init(_ line: String, in source: Source) {
    guard case .record(let record)? = RowText.value(line) else {
      self = .failure(
        Failure("X0521", "a process of the sweep handed back half a row", kind: .internalError))
      return
    }
    if case .record(let error)? = record["error"] {
      self = .failure(Failure(error, in: source))
    } else {
      self = .value(record["value"] ?? .none)
    }
  }

  /// The outcome as one line, with what the row has said.
  package func line(in source: Source, said: String = "") -> String {
    var fields = [("said", Value(said))]
    do throws(Failure) {
      switch self {
      case .value(let value):
        fields.append(("value", value))
        return try RowText.text(Value(fields: fields))
      case .failure(let failure): throw failure
      }
    } catch {
      // An error is written with texts and numbers alone.
      return (try? RowText.text(Value(fields: [fields[0], ("error", error.record(in: source))])))
        ?? ""
    }
  }

  /// What the row of a line has said.
  static func said(_ line: String) -> String {
    guard case .record(let record)? = RowText.value(line) else { return "" }
    return record["said"]?.string ?? ""
  }
}

extension Failure {
  /// The error as a record that another process can read.
  fileprivate func record(in source: Source) -> Value {
    let diagnostic = self.diagnostic
    var notes = diagnostic.notes
    var fields: [(String, Value)] = [
      ("code", Value(code)), ("message", Value(message)), ("exit", .int(Int(exitCode))),
    ]
    if let primary = diagnostic.primary {
      if primary.source.name == source.name {
        fields.append(("start", .int(primary.span.start)))
        fields.append(("end", .int(primary.span.end)))
      } else {
        let (line, column) = primary.source.position(of: primary.span.start)
        notes.insert("at \(primary.source.name):\(line):\(column)", at: 0)
      }
    }
    fields.append(("notes", Value(notes.map { Value($0) })))
    fields.append(("helps", Value(diagnostic.helps.map { Value($0.text) })))
    return Value(fields: fields)
  }

  /// An error that another process has sent.
  fileprivate convenience init(_ record: Record, in source: Source) {
    func texts(_ key: String) -> [String] {
      guard case .list(let list)? = record[key] else { return [] }
      return list.values.compactMap(\.string)
    }
    let kinds: [Int: Kind] = [
      65: .source, 66: .missingFile, 70: .internalError, 124: .limit, 130: .interruption,
    ]
    var kind = Kind.script
    if case .int(let code)? = record["exit"] { kind = kinds[code] ?? .script }
    self.init(
      record["code"]?.string ?? "X0521", record["message"]?.string ?? "", notes: texts("notes"),
      kind: kind)
    helps = texts("helps").map { Diagnostic.Help($0) }
    if case .int(let start)? = record["start"], case .int(let end)? = record["end"] {
      primary = .init(source, Syntax.Span(start, end))
    }
  }
}
