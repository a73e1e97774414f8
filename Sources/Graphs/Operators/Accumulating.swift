// Running extremes and linear recurrences along an axis.
import Tensors

/// The largest (or smallest) element up to each place along an axis. The gradient goes to the first of equals; a NaN stays
/// from its place on.
package struct CumulativeExtreme: Operator {
  package static let name = "cumulative extreme"
  package let axis: Int
  package let largest: Bool

  package init(_ axis: Int, largest: Bool = true) {
    self.axis = axis
    self.largest = largest
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.cumulativeExtreme(inputs[0], axis: axis, largest: largest).values
  }

  package func evaluateSaving(
    _ inputs: [Tensor]
  ) throws(TensorError) -> (output: Tensor, saved: Tensor?) {
    let found = try Kernels.cumulativeExtreme(inputs[0], axis: axis, largest: largest)
    return (found.values, found.places)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    let size = x.shape[try ShapeRule.axis(Self.name, axis, of: x.shape)]
    let places =
      if let saved = pullback.saved { Variable(saved) } else {
        try x.applying(CumulativePlaces(axis, largest: largest))
      }
    return [try apply(PutAlongAdd(axis, size: size), [pullback.gradient, places])]
  }
}

/// Where the elements that `CumulativeExtreme` gives stand, as i64; no gradient passes.
package struct CumulativePlaces: UndifferentiatedOperator {
  package static let name = "cumulative places"
  package let axis: Int
  package let largest: Bool

  package init(_ axis: Int, largest: Bool = true) {
    self.axis = axis
    self.largest = largest
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.cumulativeExtreme(inputs[0], axis: axis, largest: largest).places
  }
}

/// y[i] = a[i] y[i - 1] + b[i] along an axis, with y[-1] = 0, of operands a and b of one shape; from the other end if
/// `reversed`. Its derivative is such a recurrence from the other end.
package struct LinearRecurrence: Operator {
  package static let name = "linear recurrence"
  package static let arity = 2...2
  package let axis: Int
  package let reversed: Bool
  package var relevance: RelevanceBehaviour { .product }

  package init(_ axis: Int, reversed: Bool = false) {
    self.axis = axis
    self.reversed = reversed
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.require(
      operands[0].shape == operands[1].shape, Self.name, operands, "the shapes differ")
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.recurrence(inputs[0], inputs[1], axis: axis, reversed: reversed)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (a, y) = (pullback.inputs[0], pullback.output)
    // h[i] = g[i] + a[i + 1] h[i + 1] arrives at b, and h[i] y[i - 1] at a.
    let next = try shifted(a, towardsStart: !reversed)
    let sums = try apply(
      LinearRecurrence(axis, reversed: !reversed), [next, pullback.gradient])
    return [
      try pullback.want(0) { () throws(GraphError) in
        try sums * shifted(y, towardsStart: reversed)
      }, sums,
    ]
  }

  /// Moved by one place along the axis; 0 at the place that is left.
  private func shifted(_ x: Variable, towardsStart: Bool) throws(GraphError) -> Variable {
    let axis = try ShapeRule.axis(Self.name, axis, of: x.shape)
    guard x.shape[axis] > 0 else { return x }
    var (low, high) = (x.shape.map { _ in 0 }, x.shape.map { _ in 0 })
    (low[axis], high[axis]) = towardsStart ? (-1, 1) : (1, -1)
    return try x.applying(Pad(low: low, high: high))
  }
}
