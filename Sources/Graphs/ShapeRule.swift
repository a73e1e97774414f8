// ShapeRule: the checks that shape rules share.
import Tensors

/// Rules for shapes; each throws a `GraphError` that names the operation.
enum ShapeRule {
  /// Runs a check of the Tensors room.
  static func checked<Value>(
    _ operation: String, _ body: () throws(TensorError) -> Value
  ) throws(GraphError) -> Value {
    do throws(TensorError) {
      return try body()
    } catch {
      throw .tensor(operation: operation, layer: Recording.layer, error)
    }
  }

  /// The shape to which two shapes broadcast.
  static func broadcast(
    _ operation: String, _ x: [Int], _ y: [Int]
  ) throws(GraphError) -> [Int] {
    try checked(operation) { () throws(TensorError) in try Shape.broadcast(x, y, operation) }
  }

  /// The non-negative number of an axis that may be counted from the end.
  static func axis(
    _ operation: String, _ axis: Int, of shape: [Int]
  ) throws(GraphError) -> Int {
    try checked(operation) { () throws(TensorError) in try Shape.axis(axis, of: shape, operation) }
  }

  /// The non-negative axes in ascending order; all of them if the list is empty.
  static func axes(
    _ operation: String, _ axes: [Int], of shape: [Int]
  ) throws(GraphError) -> [Int] {
    try checked(operation) { () throws(TensorError) in try Shape.axes(axes, of: shape, operation) }
  }

  /// The shape left by a reduction over `axes`.
  static func reduced(
    _ operation: String, _ shape: [Int], axes: [Int], keep: Bool
  ) throws(GraphError) -> [Int] {
    if axes.isEmpty { return keep ? shape.map { _ in 1 } : [] }
    let axes = Set(try ShapeRule.axes(operation, axes, of: shape))
    return shape.indices.compactMap { axes.contains($0) ? (keep ? 1 : nil) : shape[$0] }
  }

  /// The number of elements.
  static func count(_ operation: String, _ shape: [Int]) throws(GraphError) -> Int {
    try checked(operation) { () throws(TensorError) in try Shape.count(shape) }
  }

  /// Throws unless `condition` holds.
  static func require(
    _ condition: Bool, _ operation: String, _ operands: [Operand],
    _ reason: @autoclosure () -> String
  ) throws(GraphError) {
    guard condition else {
      throw .shapes(operation: operation, shapes: operands.map(\.shape), reason: reason())
    }
  }
}
