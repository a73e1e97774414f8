// Discrete Fourier transforms; complex numbers are pairs along a last axis.
import Tensors

/// Σ x[j] exp(∓2πi j k / n) · scale along an axis of complex numbers, which are pairs along the last axis of the operand;
/// minus sign unless `inverse`. Its adjoint is the transform of the other sign.
package struct FourierTransform: LinearOperator {
  package static let name = "fft"
  /// Counted among the axes of the complex numbers: -1 is the one before the pairs.
  package let axis: Int
  package let inverse: Bool
  package let scale: Double
  package var relevance: RelevanceBehaviour { .proportional }

  package init(_ axis: Int, inverse: Bool = false, scale: Double = 1) {
    self.axis = axis
    self.inverse = inverse
    self.scale = scale
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try requirePairs(operands, Self.name)
    let axis = try ShapeRule.axis(Self.name, axis, of: Array(shape.dropLast()))
    try ShapeRule.require(
      shape[axis] > 0, Self.name, operands, "axis \(self.axis) has no numbers to transform")
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.fourier(inputs[0], axis: axis, inverse: inverse, scale: scale)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(FourierTransform(axis, inverse: !inverse, scale: scale))]
  }
}

/// The transform of n real numbers along an axis at the frequencies from 0 to n / 2, as pairs along a new last axis.
package struct RealFourierTransform: LinearOperator {
  package static let name = "real fft"
  package let axis: Int
  package let scale: Double
  package var relevance: RelevanceBehaviour { .proportional }

  package init(_ axis: Int, scale: Double = 1) {
    self.axis = axis
    self.scale = scale
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var shape = operands[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    try ShapeRule.require(
      shape[axis] > 0, Self.name, operands, "axis \(self.axis) has no numbers to transform")
    shape[axis] = shape[axis] / 2 + 1
    return shape + [2]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.realFourier(inputs[0], axis: axis, scale: scale)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let size = shape[try ShapeRule.axis(Self.name, axis, of: shape)]
    return [try pullback.gradient.applying(RealFourierAdjoint(axis, size: size, scale: scale))]
  }
}

/// The adjoint of `RealFourierTransform`: `size` real numbers Re Σ x[k] exp(2πi j k / size) · scale of the frequencies k
/// from 0 to size / 2.
package struct RealFourierAdjoint: LinearOperator {
  package static let name = "real fft adjoint"
  package let axis, size: Int
  package let scale: Double
  package var relevance: RelevanceBehaviour { .proportional }

  package init(_ axis: Int, size: Int, scale: Double = 1) {
    self.axis = axis
    self.size = size
    self.scale = scale
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try requirePairs(operands, Self.name)
    var shape = Array(operands[0].shape.dropLast())
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    try ShapeRule.require(
      size > 0 && shape[axis] == size / 2 + 1, Self.name, operands,
      "\(size) real numbers have \(max(size, 0) / 2 + 1) frequencies, not \(shape[axis])")
    shape[axis] = size
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.realFourierAdjoint(inputs[0], axis: axis, size: size, scale: scale)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(RealFourierTransform(axis, scale: scale))]
  }
}

private func requirePairs(_ operands: [Operand], _ operation: String) throws(GraphError) {
  try ShapeRule.require(
    operands[0].shape.last == 2, operation, operands,
    "complex numbers are pairs, so the last axis must have size 2")
}
