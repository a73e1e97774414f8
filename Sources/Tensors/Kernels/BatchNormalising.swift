// Batch normalisation with the batch's own statistics, and its gradients: a step of training in two passes each.

extension Kernels {
  /// (x - mean) / √(variance + epsilon) · weight + bias for each channel (axis 1) of a batch, `weight` and `bias`
  /// `[c]`; and `[3, c]`: the means, the variances (over n) and 1 / √(variance + epsilon).
  package static func normaliseBatch(
    _ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Double
  ) throws(TensorError) -> (output: Tensor, statistics: Tensor) {
    let axes = x.shape.indices.filter { $0 != 1 }
    if weight.type == .f32, bias.type == .f32, let columns = try Columns(x, axes) {
      return try columns.normalise(x, weight.floats, bias.floats, epsilon)
    }
    let mean = try reduce(.mean, x, axes: axes, keep: true)
    let centred = try binary(.subtract, x, mean)
    let variance = try reduce(.mean, binary(.multiply, centred, centred), axes: axes, keep: true)
    let stabilised = try binary(.add, variance, .scalar(epsilon, variance.type))
    let inverse = try binary(.divide, .scalar(1, variance.type), unary(.sqrt, stabilised))
    let scaled = try binary(.multiply, binary(.multiply, centred, inverse), column(weight, x))
    let row = [1, x.shape[1]]
    let statistics = try concatenate(
      [mean.reshaped(row), variance.reshaped(row), inverse.reshaped(row)], axis: 0)
    return (try binary(.add, scaled, column(bias, x)), statistics)
  }

  /// The gradients at x, weight and bias for the gradient `g` at the result of `normaliseBatch`.
  package static func normaliseBatchGradient(
    _ g: Tensor, _ x: Tensor, weight: Tensor, statistics: Tensor
  ) throws(TensorError) -> (x: Tensor, weight: Tensor, bias: Tensor) {
    let axes = x.shape.indices.filter { $0 != 1 }
    if g.type == .f32, weight.type == .f32, let columns = try Columns(x, axes) {
      return try columns.normaliseGradient(g, x, statistics.floats, weight.floats)
    }
    let mean = try column(statistics.selected(axis: 0, index: 0), x)
    let inverse = try column(statistics.selected(axis: 0, index: 2), x)
    let y = try binary(.multiply, binary(.subtract, x, mean), inverse)
    let slopes = try binary(.multiply, g, y)
    let shift = try reduce(.mean, g, axes: axes, keep: true)
    let slope = try reduce(.mean, slopes, axes: axes, keep: true)
    let centred = try binary(.subtract, binary(.subtract, g, shift), binary(.multiply, y, slope))
    let scale = try binary(.multiply, inverse, column(weight, x))
    return (
      try binary(.multiply, centred, scale), try reduce(.sum, slopes, axes: axes),
      try reduce(.sum, g, axes: axes)
    )
  }

  /// One number for each channel as [1, c, 1, …] beside x.
  private static func column(_ numbers: Tensor, _ x: Tensor) throws(TensorError) -> Tensor {
    try numbers.reshaped(x.shape.indices.map { $0 == 1 ? x.shape[1] : 1 })
  }
}

extension Columns {
  /// What `Kernels.normaliseBatch` does.
  func normalise(
    _ x: Tensor, _ weight: [Float], _ bias: [Float], _ epsilon: Double
  ) throws(TensorError) -> (output: Tensor, statistics: Tensor) {
    let (mean, variance) = try moments(x)
    let inverse = variance.map { 1 / ($0 + Float(epsilon)).squareRoot() }
    let output = try affine(x, mean, zip(inverse, weight).map(*), bias)
    return (output, try Tensor(mean + variance + inverse, [3, count]))
  }

  /// What `Kernels.normaliseBatchGradient` does.
  func normaliseGradient(
    _ g: Tensor, _ x: Tensor, _ statistics: [Float], _ weight: [Float]
  ) throws(TensorError) -> (x: Tensor, weight: Tensor, bias: Tensor) {
    let g = g.strides == strides ? g : try g.copied(strides: strides)
    let mean = [Float](statistics[..<count])
    let inverse = [Float](statistics[(2 * count)...])
    let (shift, slope) = try slopes(g, x, mean)
    let scale = zip(inverse, weight).map(*)
    let bend = (0..<count).map { -slope[$0] * inverse[$0] * inverse[$0] * scale[$0] }
    let n = Float(rows)
    return (
      try affine(g, shift, scale, mean, x, bend),
      try Tensor(zip(slope, inverse).map { $0 * $1 * n }, [count]),
      try Tensor(shift.map { $0 * n }, [count])
    )
  }
}
