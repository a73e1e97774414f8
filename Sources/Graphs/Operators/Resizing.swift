// Resampling over one, two or three axes, and its adjoint.
import Tensors

/// x [n, c, …] resampled to other sizes of the axes after the channels.
package struct Resize: LinearOperator, RowwiseOperator {
  package static let name = "resize"
  package let sizes: [Int]
  package let mode: ResizeMode

  package init(_ sizes: [Int], mode: ResizeMode) {
    self.sizes = sizes
    self.mode = mode
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try Resize.shape(operands[0].shape, sizes, Self.name)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.resize(inputs[0], sizes: sizes, mode: mode)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let sizes = Array(pullback.inputs[0].shape[2...])
    return [try pullback.gradient.applying(ResizeGradient(sizes, mode: mode))]
  }

  package var relevance: RelevanceBehaviour { .proportional }

  fileprivate static func shape(
    _ shape: [Int], _ sizes: [Int], _ name: String
  ) throws(GraphError) -> [Int] {
    try ShapeRule.require(
      (3...5).contains(shape.count) && sizes.count == shape.count - 2
        && sizes.allSatisfy { $0 > 0 } && !shape[2...].contains(0),
      name, [Operand(shape)],
      "one to three axes after batch and channels, and a positive size for each, are needed; "
        + "found the sizes \(sizes)")
    return Array(shape[..<2]) + sizes
  }
}

/// The adjoint of `Resize` on inputs with the sizes after their channels.
package struct ResizeGradient: LinearOperator, RowwiseOperator {
  package static let name = "resize gradient"
  package let sizes: [Int]
  package let mode: ResizeMode

  package init(_ sizes: [Int], mode: ResizeMode) {
    self.sizes = sizes
    self.mode = mode
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try Resize.shape(operands[0].shape, sizes, Self.name)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.resizeGradient(inputs[0], inputSizes: sizes, mode: mode)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let sizes = Array(pullback.inputs[0].shape[2...])
    return [try pullback.gradient.applying(Resize(sizes, mode: mode))]
  }
}
