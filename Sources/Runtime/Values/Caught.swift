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

  package override var fieldNames: [String] {
    ["message", "code", "notes", "help", "value", "line"]
  }
  package override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "message": return Value(failure.message)
    case "code": return Value(failure.code)
    case "notes": return Value(failure.notes.map { Value($0) })
    case "help": return Value(failure.helps.map { Value($0.text) })
    case "value": return failure.raised ?? Value(failure.message)
    case "line":
      guard let frame = failure.trace.first else { return Value.none }
      return .int(frame.source.position(of: frame.span.start).line)
    default: return nil
    }
  }

  package override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? Caught else { return false }
    return failure === other.failure
      || (failure.code == other.failure.code && failure.message == other.failure.message)
  }
}
