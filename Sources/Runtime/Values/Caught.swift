// An error as a value: what `catch` binds.
import Displays
import Syntax

/// An Error of the language: a failure that was caught.
package final class Caught: Object {
  package let failure: Failure

  package init(_ failure: Failure) { self.failure = failure }

  package override var typeName: String { "Error" }
  package override func describe() -> String { "\(failure.code): \(failure.message)" }
  package override func display() -> Display { .failure(describe()) }

  package override var fieldNotes: [String: String] {
    [
      "message": "what went wrong",
      "code": "the code that xai explain tells about",
      "notes": "further facts",
      "help": "what to try",
      "value": "what was raised",
      "line": "where it happened",
    ]
  }

  package override var fieldNames: [String] {
    ["message", "code", "notes", "help", "value", "line", "trace"]
  }
  package override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "message": return Value(failure.message)
    case "code":
      if case .record(let record)? = failure.raised, let code = record["code"] { return code }
      return Value(failure.code)
    case "notes": return Value(failure.notes.map { Value($0) })
    case "help": return Value(failure.helps.map { Value($0.text) })
    case "value": return failure.raised ?? Value(failure.message)
    case "line":
      guard let frame = failure.trace.first else { return Value.none }
      return .int(frame.source.position(of: frame.span.start).line)
    case "trace": return Value(failure.trace.map(Caught.row))
    default: return nil
    }
  }

  /// A call that was under way: `{function: "f", file: "a.xai", line: 3, column: 5, arguments: "x: 1"}`.
  private static func row(_ frame: Failure.Frame) -> Value {
    let (line, column) = frame.source.position(of: frame.span.start)
    return Value(fields: [
      ("function", frame.function.map { Value($0) } ?? .none),
      ("file", Value(frame.source.name)), ("line", .int(line)), ("column", .int(column)),
      ("arguments", Value(frame.arguments)),
    ])
  }

  package override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? Caught else { return false }
    return failure === other.failure
      || (failure.code == other.failure.code && failure.message == other.failure.message)
  }
}
