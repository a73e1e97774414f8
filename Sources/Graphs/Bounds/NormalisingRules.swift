// Rules of softmax, its logarithm and the normalisations: tighter than those of the steps they are made of.
import Glibc
import Tensors

/// The rule of e^x / Σ e^x and of its logarithm: largest where the element is as large and the others as small as they can
/// be, which the steps by themselves would not know.
package struct Exponentials: BoundRule {
  let axis: Int
  let logarithm: Bool

  package init(axis: Int, logarithm: Bool) {
    self.axis = axis
    self.logarithm = logarithm
  }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let axis = try ShapeRule.axis(application.operation.name, axis, of: x.shape)
    let rank = x.shape.count
    var order = Array(0..<rank)
    order.append(order.remove(at: axis))
    let last = Transpose(order)
    let lines = try x.low.applying(last)
    let (l, h) = (try lines.elements(), try x.high.applying(last).elements())
    let length = x.shape[axis]
    var low = [Double](repeating: 0, count: l.count)
    var (high, error) = (low, low)
    for start in stride(from: 0, to: l.count, by: Swift.max(1, length)) {
      let line = start..<(start + length)
      let top = line.reduce(-Double.infinity) { Swift.max($0, h[$1]) }
      let (most, least) = (
        others(line.map { exp(h[$0] - top) }), others(line.map { exp(l[$0] - top) })
      )
      for (k, i) in line.enumerated() {
        low[i] = share(l[i] - top, against: most[k])
        high[i] = Swift.min(share(h[i] - top, against: least[k]), logarithm ? 0 : 1)
        // exp multiplies the rounding of x - max x, which is at most that of the largest difference.
        let distance = top - l[i]
        error[i] =
          logarithm
          ? 64 + 8 * Swift.max(abs(low[i]), abs(high[i]))
          : (64 + 2 * Swift.min(distance, 110)) * high[i]
      }
    }
    var back = Array(0..<(rank - 1))
    back.insert(rank - 1, at: axis)
    func placed(_ values: [Double]) throws(GraphError) -> Variable {
      try Variable.reals(values, lines.shape).applying(Transpose(back))
    }
    return Bounds(
      try Interval(placed(low), placed(high)),
      error: try placed(error) * application.unit + application.smallest)
  }

  /// e^x / (e^x + others), or its logarithm.
  private func share(_ x: Double, against others: Double) -> Double {
    let own = exp(x)
    guard logarithm else { return own / (own + others) }
    return x - log(own + others)
  }

  /// The sum of all but one, for each: without a subtraction, in which small ones would drown.
  private func others(_ values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: values.count)
    var sum = 0.0
    for i in values.indices {
      result[i] = sum
      sum += values[i]
    }
    sum = 0
    for i in values.indices.reversed() {
      result[i] += sum
      sum += values[i]
    }
    return result
  }
}

/// The rule of (x - mean) / √(variance + epsilon).
package struct Standardised: BoundRule {
  let axes: [Int]
  let epsilon: Double

  package init(axes: [Int], epsilon: Double) {
    self.axes = axes
    self.epsilon = epsilon
  }

  /// With c = x - mean and s the sum of the squares of the other centred elements, the result c / √((c² + s) / n + ε) rises
  /// with c, falls in size with s, and s ≥ c² / (n - 1) because all c sum to 0.
  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let axes = try ShapeRule.axes(application.operation.name, axes, of: x.shape)
    let n = Double(axes.reduce(1) { $0 * x.shape[$1] })
    func total(_ value: Variable) throws(GraphError) -> Variable {
      try value.sum(axes, keep: true)
    }
    let size = try x.magnitude()
    let slack = try total(size) * ((n + 8) * 0x1p-52 / Swift.max(n, 1)) + size * 0x1p-50
    func centred(_ own: Variable, _ other: Variable) throws(GraphError) -> Variable {
      try own * (1 - 1 / n) - (total(other) - other) * (1 / n)
    }
    let c = try Interval(centred(x.low, x.high) - slack, centred(x.high, x.low) + slack)
    let squares = try c.squared()
    // The rounding of a sum from which one term is taken out again.
    let loss = try total(squares.high) * ((n + 8) * 0x1p-50)
    let atLeast = try (total(squares.low) - squares.low - loss).positivePart()
    let atMost = try total(squares.high) - squares.high + loss
    func result(_ c: Variable, _ others: Variable) throws(GraphError) -> Variable {
      let known =
        n > 1 ? try apply(Maximum(), others, c * c * ((1 - 0x1p-50) / (n - 1))) : others
      let variance = try (c * c + known) * (1 / n)
      return try c / (variance + epsilon).applying(SquareRoot())
    }
    let zero = try Variable.number(0, like: c.low)
    let highest = try apply(
      Select(),
      [apply(Greater(), [c.high, zero]), result(c.high, atLeast), result(c.high, atMost)])
    let lowest = try apply(
      Select(), [apply(Less(), [c.low, zero]), result(c.low, atLeast), result(c.low, atMost)])
    let range = try Interval(lowest, highest)
    // The kernel rounds the mean and each difference from it, which the deviation divides, and the deviation itself.
    let deviation = try (total(squares.low) * (1 / n) + epsilon).applying(SquareRoot())
    let part = try size.applying(Max(axes, keep: true)) * (4 * application.unit) / deviation
    let own = try range.magnitude()
    let error = try part * (own + 1) + own * (16 * application.unit) + application.smallest
    return Bounds(range, error: error)
  }
}

/// The rule of batch normalisation with statistics that are given.
package struct FixedStatistics: BoundRule {
  let epsilon: Double

  package init(epsilon: Double) { self.epsilon = epsilon }

  package func isLinear(in open: [Bool]) -> Bool { !open[1] && !open[3] && !open[4] }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let operands = application.operands
    let x = operands[0]
    let channel = BatchNormalisation.channelShape(x.shape)
    func placed(_ index: Int) throws(GraphError) -> Interval {
      try operands[index].applying(Reshape(channel))
    }
    let (scale, shift, mean) = (try placed(1), try placed(2), try placed(3))
    let variance = try placed(4)
    let deviation = try Interval(
      (variance.low.positivePart() + epsilon).applying(SquareRoot()),
      (variance.high + epsilon).applying(SquareRoot()))
    let factor =
      try variance.isPoint && scale.isPoint
      ? Interval(point: scale.low / deviation.low) : scale / deviation
    let range = try (x - mean) * factor + shift
    let size = try (x.magnitude() + mean.magnitude()) * factor.magnitude() + shift.magnitude()
    return Bounds(range, error: try size * (16 * application.unit) + application.smallest)
  }

  /// Linear in x and the shift where the rest is fixed.
  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let open = application.open
    guard !open[1], !open[3], !open[4] else { return nil }
    return try application.linearRows(positive + negative, open)
  }
}

/// The rule of a normalisation joined with its scale and shift: that of the normalisation, then theirs.
package struct JoinedNormalisation: BoundRule {
  let epsilon: Double
  /// Whether it is over the batch for each channel, which has a scale and a shift; else over the last axis.
  let byChannel: Bool

  package init(epsilon: Double, byChannel: Bool = false) {
    self.epsilon = epsilon
    self.byChannel = byChannel
  }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let shape = application.output.shape
    let axes = byChannel ? shape.indices.filter { $0 != 1 } : [-1]
    let inner = BoundedApplication(
      operation: Standardise(axes, epsilon: epsilon), inputs: [application.inputs[0]],
      operands: [application.operands[0]], output: application.output, layer: application.layer,
      range: application.range)
    func placed(_ index: Int) throws(GraphError) -> Interval {
      let operand = application.operands[index]
      guard byChannel else { return operand }
      return try operand.applying(Reshape(BatchNormalisation.channelShape(shape)))
    }
    let normal = try Standardised(axes: axes, epsilon: epsilon).bounds(inner).widened()
    let scaled = try normal * placed(1)
    let shift = try placed(2)
    let range = try scaled + shift
    let size = try scaled.magnitude() + shift.magnitude()
    return Bounds(try range.widened(by: size * (4 * application.unit)))
  }
}

/// The rule of a convolution with its bias, residual and activation in one.
package struct JoinedConvolution: BoundRule {
  let convolution: Bilinear
  let activation: Epilogue.Activation

  package init(_ convolution: Bilinear, _ activation: Epilogue.Activation) {
    self.convolution = convolution
    self.activation = activation
  }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    guard let joined = application.operation as? FusedConvolution else {
      return try NoBoundRule().bounds(application)
    }
    let inner = BoundedApplication(
      operation: Convolution(joined.window), inputs: Array(application.inputs.prefix(3)),
      operands: Array(application.operands.prefix(3)), output: application.output,
      layer: application.layer, range: application.range)
    var range = try convolution.bounds(inner).widened()
    if application.operands.count == 4 {
      range = try range + application.operands[3]
      range = try range.widened(by: range.magnitude() * (2 * application.unit))
    }
    // The kernel rounds before the activation, so that what is cut off is cut off exactly.
    switch activation {
    case .none: return Bounds(range)
    case .relu: return Bounds(try range.applying(Clip(0, .infinity)))
    case .clip(let low, let high):
      return Bounds(try range.applying(Clip(Double(low), Double(high))))
    }
  }
}
