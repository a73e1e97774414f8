// Arithmetic on variables, so that derivatives read like formulas.
import Tensors

extension Variable {
  /// A constant of one element, of the element type of `other`.
  package static func number(_ value: Double, like other: Variable) throws(GraphError) -> Variable {
    try make("constant") { () throws(TensorError) in try .scalar(value, other.value.type) }
  }

  /// A constant with the shape and element type of `other`.
  package static func filled(
    _ value: Double, like other: Variable
  ) throws(GraphError) -> Variable {
    try make("constant") { () throws(TensorError) in
      try .full(other.shape, value, other.value.type)
    }
  }

  /// Zeros with the shape and element type of `other`.
  package static func zeros(like other: Variable) throws(GraphError) -> Variable {
    try filled(0, like: other)
  }

  /// A constant from a computation on tensors; `operation` names it in errors.
  package static func make(
    _ operation: String, _ body: () throws(TensorError) -> Tensor
  ) throws(GraphError) -> Variable {
    do throws(TensorError) {
      return Variable(try body())
    } catch {
      throw .tensor(operation: operation, layer: Recording.layer, error)
    }
  }

  package static func + (x: Variable, y: Variable) throws(GraphError) -> Variable {
    try apply(Add(), x, y)
  }

  package static func - (x: Variable, y: Variable) throws(GraphError) -> Variable {
    try apply(Subtract(), x, y)
  }

  package static func * (x: Variable, y: Variable) throws(GraphError) -> Variable {
    try apply(Multiply(), x, y)
  }

  package static func / (x: Variable, y: Variable) throws(GraphError) -> Variable {
    try apply(Divide(), x, y)
  }

  package static prefix func - (x: Variable) throws(GraphError) -> Variable {
    try x.applying(Negate())
  }

  package static func + (x: Variable, y: Double) throws(GraphError) -> Variable {
    try apply(Add(), x, .number(y, like: x))
  }

  package static func - (x: Variable, y: Double) throws(GraphError) -> Variable {
    try apply(Subtract(), x, .number(y, like: x))
  }

  package static func * (x: Variable, y: Double) throws(GraphError) -> Variable {
    try apply(Multiply(), x, .number(y, like: x))
  }

  /// Summed over the axes along which `shape` was broadcast to this shape.
  package func summed(to shape: [Int]) throws(GraphError) -> Variable {
    self.shape == shape ? self : try applying(SumTo(shape))
  }

  /// Reshaped to `shape`; itself if it has that shape.
  package func reshaped(_ shape: [Int]) throws(GraphError) -> Variable {
    self.shape == shape ? self : try applying(Reshape(shape))
  }

  /// The sum over `axes` (counted from the end if negative).
  package func sum(_ axes: [Int], keep: Bool = false) throws(GraphError) -> Variable {
    try applying(Sum(axes, keep: keep))
  }
}
