// NormaliseBatch: batch normalisation as it is in training.
import Tensors

/// (x - mean) / √(variance + epsilon) · weight + bias with the mean and the variance (over n) of each channel (axis 1)
/// over the batch (Ioffe and Szegedy 2015, algorithm 1): x [n, c, …], weight [c], bias [c].
package struct NormaliseBatch: Operator {
  package static let name = "normalise_batch"
  package static var arity: ClosedRange<Int> { 3...3 }
  package let epsilon: Double

  package init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shapes = operands.map(\.shape)
    guard shapes[0].count >= 2, shapes[1] == [shapes[0][1]], shapes[2] == shapes[1] else {
      throw .shapes(
        operation: Self.name, shapes: shapes,
        reason: "x is [n, c, …] and has a weight and a bias for each of the c channels")
    }
    return shapes[0]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try evaluateSaving(inputs).output
  }

  /// Keeps the means, the variances and 1 / √(variance + epsilon), [3, c].
  package func evaluateSaving(
    _ inputs: [Tensor]
  ) throws(TensorError) -> (output: Tensor, saved: Tensor?) {
    let (output, statistics) = try Kernels.normaliseBatch(
      inputs[0], weight: inputs[1], bias: inputs[2], epsilon: epsilon)
    return (output, statistics)
  }

  /// With y the standardised x: at x weight · (g - mean g - y · mean(g y)) / √(variance + epsilon), at weight Σ g y,
  /// at bias Σ g.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, weight, g) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    if pullback.isPlain, let saved = pullback.saved {
      do throws(TensorError) {
        let found = try Kernels.normaliseBatchGradient(
          g.value, x.value, weight: weight.value, statistics: saved)
        return [Variable(found.x), Variable(found.weight), Variable(found.bias)]
      } catch {
        throw .tensor(operation: Self.name, layer: "", error)
      }
    }
    let axes = x.shape.indices.filter { $0 != 1 }
    let centred = try x - x.applying(Mean(axes, keep: true))
    let variance = try (centred * centred).applying(Mean(axes, keep: true))
    let deviation = try (variance + epsilon).applying(SquareRoot())
    let y = try centred / deviation
    let slope = try (g * y).applying(Mean(axes, keep: true))
    let shift = try g.applying(Mean(axes, keep: true))
    let column = try weight.reshaped(x.shape.indices.map { $0 == 1 ? x.shape[1] : 1 })
    return [
      try pullback.want(0) { () throws(GraphError) in
        try (g - shift - y * slope) / deviation * column
      },
      try pullback.want(1) { () throws(GraphError) in try (g * y).applying(Sum(axes)) },
      try pullback.want(2) { () throws(GraphError) in try g.applying(Sum(axes)) },
    ]
  }

  package var relevance: RelevanceBehaviour { .activation }
  package var bounding: any BoundRule { JoinedNormalisation(epsilon: epsilon, byChannel: true) }
  package var splitting: SplitBehaviour {
    .none(
      because:
        "its statistics are those of the batch; explain the network as it is used, not as it is trained"
    )
  }
}

/// Batch normalisation in training: the result, and the mean and the variance (over n) of each channel, `[c]`, without
/// history.
package func normaliseBatch(
  _ x: Variable, weight: Variable, bias: Variable, epsilon: Double
) throws(GraphError) -> (output: Variable, mean: Variable, variance: Variable) {
  let output = try apply(NormaliseBatch(epsilon: epsilon), [x, weight, bias])
  if !output.isMapped, let saved = output.node?.saved {
    do throws(TensorError) {
      return (
        output, Variable(try saved.selected(axis: 0, index: 0)),
        Variable(try saved.selected(axis: 0, index: 1))
      )
    } catch {
      throw .tensor(operation: NormaliseBatch.name, layer: "", error)
    }
  }
  let axes = x.shape.indices.filter { $0 != 1 }
  let fixed = x.detached()
  let mean = try fixed.applying(Mean(axes, keep: true))
  let centred = try fixed - mean
  let variance = try (centred * centred).applying(Mean(axes))
  return (output, try mean.reshaped([x.shape[1]]), variance)
}
