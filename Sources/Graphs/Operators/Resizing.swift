// Resampling over one, two or three axes, and its adjoint.
import Tensors

/// One of the two directions of resampling x [n, c, …] over the axes after the channels: what both
/// have, and that the derivative of each is the other.
package protocol ResamplingOperator: LinearOperator, RowwiseOperator {
  associatedtype Adjoint: ResamplingOperator
  /// The sizes of the result after the channels.
  var sizes: [Int] { get }
  /// The rule of the resampling, of which an adjoint goes backwards.
  var mode: ResizeMode { get }

  init(_ sizes: [Int], mode: ResizeMode)
}

extension ResamplingOperator {
  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      (3...5).contains(shape.count) && sizes.count == shape.count - 2
        && sizes.allSatisfy { $0 > 0 } && !shape[2...].contains(0),
      Self.name, [Operand(shape)],
      "one to three axes after batch and channels, and a positive size for each, are needed; "
        + "found the sizes \(sizes)")
    return Array(shape[..<2]) + sizes
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let sizes = Array(pullback.inputs[0].shape[2...])
    return [try pullback.gradient.applying(Adjoint(sizes, mode: mode))]
  }
}

/// x [n, c, …] resampled to other sizes of the axes after the channels.
package struct Resize: ResamplingOperator {
  package typealias Adjoint = ResizeGradient

  package static let name = "resize"
  package let sizes: [Int]
  package let mode: ResizeMode

  package init(_ sizes: [Int], mode: ResizeMode) {
    self.sizes = sizes
    self.mode = mode
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.resize(inputs[0], sizes: sizes, mode: mode)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The adjoint of `Resize` on inputs with the sizes after their channels.
package struct ResizeGradient: ResamplingOperator {
  package typealias Adjoint = Resize

  package static let name = "resize gradient"
  package let sizes: [Int]
  package let mode: ResizeMode

  package init(_ sizes: [Int], mode: ResizeMode) {
    self.sizes = sizes
    self.mode = mode
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.resizeGradient(inputs[0], inputSizes: sizes, mode: mode)
  }
}
