// Scopes of `with`, and errors that wait while a cleanup runs.
import Syntax

/// A scope that has been entered: what must be done when it is left.
private final class Entered: Object {
  let leave: () -> Void

  init(_ leave: @escaping () -> Void) { self.leave = leave }
}

extension Machine {
  @inline(never) func enterScope(_ a: Slot) throws(Failure) {
    guard case .object(let object) = a.pointee, let leave = object.enter() else {
      throw Failure(
        "X0342", "`with` needs a scope, found \(Description.found(a.pointee))",
        notes: ["A scope is a state that is restored when its block ends, such as `seed(7)`."])
    }
    a.take(.object(Entered(leave)))
  }

  @inline(never) func leaveScope(_ a: Slot) {
    if case .object(let object) = a.pointee, let entered = object as? Entered { entered.leave() }
    a.clear()
  }

  /// The error that a cleanup has put off goes on from where it was.
  @inline(never) func raisedAgain(_ a: Slot) -> Failure {
    guard case .object(let object) = a.pointee, let caught = object as? Caught else {
      return raised(a)
    }
    caught.failure.isPutOff = true
    return caught.failure
  }

  @inline(never) func suppress(_ second: Slot, under first: Slot) {
    guard case .object(let object) = second.pointee, let second = object as? Caught,
      case .object(let object) = first.pointee, let first = object as? Caught
    else { return }
    let place = second.failure.trace.first.map { " at \($0.place)" } ?? ""
    first.failure.notes.append(
      "Then a defer failed too\(place): \(second.failure.code): \(second.failure.message)")
  }
}
