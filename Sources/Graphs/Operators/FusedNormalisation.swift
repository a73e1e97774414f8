// The executor's form of a layer normalisation: standardised, scaled and shifted in one pass.
import Tensors

/// (x - mean) / √(variance + epsilon) · weight + bias over the last axis; operands are x, weight `[n]` and bias `[n]`. It
/// computes the same as the separate operators.
package struct FusedNormalisation: Operator {
  package static let name = "fused normalisation"
  package static let arity = 3...3
  package let epsilon: Double

  package init(epsilon: Double) { self.epsilon = epsilon }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, weight, bias) = (operands[0].shape, operands[1].shape, operands[2].shape)
    try ShapeRule.require(
      x.last.map { weight == [$0] && bias == [$0] } ?? false, Self.name, operands,
      "weight and bias need one number for each of the last axis")
    return x
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try evaluateSaving(inputs).output
  }

  /// Keeps the means and 1 / √(variance + epsilon) of the rows.
  package func evaluateSaving(
    _ inputs: [Tensor]
  ) throws(TensorError) -> (output: Tensor, saved: Tensor?) {
    let (output, statistics) = try Kernels.normaliseLayer(
      inputs[0], weight: inputs[1], bias: inputs[2], epsilon: epsilon)
    return (output, statistics)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, weight, g) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    if pullback.isPlain, let saved = pullback.saved, pullback.wanted == [true, false, false] {
      let found: Tensor?
      do throws(TensorError) {
        found = try Kernels.normaliseLayerGradient(
          g.value, x.value, weight: weight.value, statistics: saved)
      } catch {
        throw .tensor(operation: Self.name, layer: "", error)
      }
      if let found { return [Variable(found), nil, nil] }
    }
    let standardise = Standardise([-1], epsilon: epsilon)
    let y = try x.applying(standardise)
    return [
      try pullback.want(0) { () throws(GraphError) in
        let inner = Pullback(inputs: [x], output: y, gradient: try g * weight, wanted: [true])
        guard let slope = try standardise.derivative(inner)[0] else { return try .zeros(like: x) }
        return slope
      },
      try pullback.want(1) { () throws(GraphError) in try (g * y).summed(to: weight.shape) },
      try pullback.want(2) { () throws(GraphError) in try g.summed(to: weight.shape) },
    ]
  }

  /// Relevance is defined on the separate operators: run the graph that is not fused.
  package var relevance: RelevanceBehaviour { .none }
}
