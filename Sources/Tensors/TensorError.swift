// What can go wrong in a tensor operation, with the facts needed to explain it.

/// What keeps a matrix from being factorised or solved with.
package enum MatrixProblem: String, Sendable {
  case singular = "is singular"
  case notPositiveDefinite = "is not positive definite"
  case notFinite = "holds a NaN or an infinity"
  case noConvergence = "did not let the iteration converge"
}

/// An error of a tensor operation.
package enum TensorError: Error, Equatable, Sendable {
  /// Shapes that do not fit the operation or one another.
  case shapes(operation: String, shapes: [[Int]], reason: String)
  /// An axis that the tensor does not have.
  case axis(operation: String, axis: Int, shape: [Int])
  /// An index outside an axis of `extent` elements.
  case index(operation: String, index: Int, extent: Int)
  /// Element types that the operation does not take.
  case types(operation: String, types: [ElementType], reason: String)
  /// A value, such as a stride or a size, outside its range.
  case value(operation: String, reason: String)
  /// An integer divided by zero.
  case division(operation: String)
  /// A number that `type` cannot hold; nil where it was computed, and wrapped.
  case range(operation: String, type: ElementType, found: Double?)
  /// A matrix, the one at index `item` of the leading axes, that an operation cannot take.
  case matrix(operation: String, item: [Int], MatrixProblem)
  /// An allocation of `requested` bytes beyond `limit` while `live` bytes were in use.
  case memory(requested: Int, live: Int, limit: Int)
  /// A shape with more elements than can be counted or addressed.
  case overflow(shape: [Int])
  /// The user asked to stop.
  case interrupted(operation: String)

  /// One sentence for the user.
  package var message: String {
    switch self {
    case .shapes(let operation, let shapes, let reason):
      let list = shapes.map(Shape.describe).joined(separator: " and ")
      return "\(operation): \(reason) (\(shapes.count == 1 ? "shape" : "shapes") \(list))"
    case .axis(let operation, let axis, let shape):
      return
        "\(operation): axis \(axis) does not exist in a tensor of shape \(Shape.describe(shape))"
    case .index(let operation, let index, let extent):
      return "\(operation): index \(index) is outside an axis of \(extent)"
    case .types(let operation, let types, let reason):
      let list = types.map(\.rawValue).joined(separator: " and ")
      return "\(operation): \(reason) (found \(list))"
    case .value(let operation, let reason):
      return "\(operation): \(reason)"
    case .division(let operation):
      return "\(operation): an integer divided by zero"
    case .range(let operation, let type, let found):
      guard let found else { return "\(operation): a result is too large for \(type.rawValue)" }
      return "\(operation): \(type.rawValue) cannot hold \(found)"
    case .matrix(let operation, let item, let problem):
      let one = item.isEmpty ? "the matrix" : "matrix \(Shape.describe(item)) of the batch"
      return "\(operation): \(one) \(problem.rawValue)"
    case .memory(let requested, let live, let limit):
      return "out of memory: \(Storage.describe(bytes: requested)) more were needed with "
        + "\(Storage.describe(bytes: live)) in use and a limit of \(Storage.describe(bytes: limit))"
    case .overflow(let shape):
      return "a tensor of shape \(Shape.describe(shape)) has more elements than can be addressed"
    case .interrupted(let operation):
      return "\(operation): interrupted"
    }
  }
}
