// TakenNumbers: whether a function that is differentiated took numbers out of the recording.
import Graphs
import Runtime

/// Notes whether `.item`, `float`, `list` and the like read numbers that are followed for a derivative. A value that is
/// made of such numbers alone would seem to be constant.
final class TakenNumbers: @unchecked Sendable {
  @TaskLocal static var current: TakenNumbers?
  private var isNoted = false

  /// A number of `variable` is read.
  static func note(_ variable: Variable) {
    if variable.isTracked { current?.isNoted = true }
  }

  /// What a function gives. An error if nothing in it is followed any more, but numbers were taken on the way.
  static func watched(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    let taken = TakenNumbers()
    let outcome = $current.withValue(taken) { () -> Result<Value, Failure> in
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    let value = try outcome.get()
    guard taken.isNoted else { return value }
    var isFollowed = false
    _ = try Tree.mapTensors(value) { leaf throws(Failure) in
      if let output = try leaf.variable() { isFollowed = isFollowed || output.isTracked }
      return leaf
    }
    guard isFollowed else {
      throw Failure(
        "X0308",
        "the function takes its numbers out of Tensors, so its value has no derivative",
        notes: ["`.item`, `float` and `list` give numbers that nothing follows."],
        help:
          "leave the value a Tensor, such as sum(x), mean(x) or x[0]; stop_gradient(x) makes a constant"
      )
    }
    return value
  }
}
