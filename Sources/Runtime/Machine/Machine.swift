// The machine that runs compiled functions: its memory, its limits, and how natives use it.
import Syntax

/// Runs the functions of one session, on one thread at a time.
public final class Machine {
  /// Where `print`, `show` and progress go.
  package let output: any Output
  /// Long natives call this now and then: it throws when the run was interrupted or is out of time.
  package func checkpoint() throws(Failure) {
    if isInterrupted() { throw Failure("X0603", "interrupted", kind: .interruption) }
  }
  /// Asked every few thousand calls and loop turns; true stops the run.
  package var isInterrupted: () -> Bool = { false }

  init(output: any Output) { self.output = output }

  /// Calls any callable value.
  package func call(_ callee: Value, _ arguments: Value...) throws(Failure) -> Value {
    try call(callee, arguments: arguments.map { Argument($0) })
  }

  /// Calls any callable value with labels.
  package func call(_ callee: Value, arguments: [Argument]) throws(Failure) -> Value {
    switch callee {
    case .object(let object): return try object.call(self, arguments)
    default: throw Failure.notCallable(callee)
    }
  }
}
