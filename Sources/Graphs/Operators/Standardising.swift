// Standardise: what batch, layer, group and instance normalisation share.
import Tensors

/// (x - mean) / √(variance + epsilon) with the mean and the variance (over n, not n - 1) over axes: of
/// the batch for batch normalisation (Ioffe and Szegedy 2015, algorithm 1), of the features for layer
/// normalisation (Ba, Kiros and Hinton 2016).
package struct Standardise: SymmetricOperator {
  package static let name = "standardise"
  package let axes: [Int]
  package let epsilon: Double

  package init(_ axes: [Int], epsilon: Double = 1e-5) {
    self.axes = axes
    self.epsilon = epsilon
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axes(Self.name, axes, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try evaluateSaving(inputs).output
  }

  /// Keeps 1 / √(variance + epsilon), with the reduced axes as ones.
  package func evaluateSaving(
    _ inputs: [Tensor]
  ) throws(TensorError) -> (output: Tensor, saved: Tensor?) {
    let (output, inverse) = try Kernels.standardise(inputs[0], axes: axes, epsilon: epsilon)
    return (output, inverse)
  }

  /// (g - mean g - y · mean(g y)) / √(variance + epsilon).
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, g) = (pullback.inputs[0], pullback.output, pullback.gradient)
    if pullback.isPlain, let saved = pullback.saved {
      return [
        try Variable.make(Self.name) { () throws(TensorError) in
          try Kernels.standardiseGradient(g.value, y.value, inverse: saved, axes: axes)
        }
      ]
    }
    let shift = try g.applying(Mean(axes, keep: true))
    let slope = try (g * y).applying(Mean(axes, keep: true))
    let centred = try g - shift - y * slope
    let difference = try x - x.applying(Mean(axes, keep: true))
    let variance = try (difference * difference).applying(Mean(axes, keep: true))
    return [try centred / (variance + epsilon).applying(SquareRoot())]
  }

  package var relevance: RelevanceBehaviour { .activation }
}
