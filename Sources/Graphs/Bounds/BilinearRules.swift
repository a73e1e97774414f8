// Rules of products: of two ranges, with the same thing twice, of matrices and of images with kernels.
import Tensors

/// The rule of an operator that is linear in each of its first two operands, plus a third if there is one.
package struct Bilinear: BoundRule {
  /// How many products each result sums, for operands of these shapes.
  let terms: @Sendable (_ x: [Int], _ y: [Int]) -> Int
  /// The image and the kernel of a convolution that may be transformed.
  let window: Window?

  package init(
    window: Window? = nil, terms: @escaping @Sendable (_ x: [Int], _ y: [Int]) -> Int
  ) {
    self.window = window
    self.terms = terms
  }

  package func isLinear(in open: [Bool]) -> Bool { !open[0] || !open[1] }

  /// Rump 1999: centres ± radii, |x| r(y) + r(x) (|y| + r(y)); exact where one operand is a single value.
  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (x, y) = (application.operands[0], application.operands[1])
    func product(_ x: Variable, _ y: Variable) throws(GraphError) -> Variable {
      try application.applied(to: [x, y])
    }
    let (mx, my) = (try x.magnitude(), try y.magnitude())
    var size = try product(mx, my)
    var range: Interval
    if x.isPoint, y.isPoint {
      range = try Interval(point: product(x.low, y.low))
    } else {
      let (cx, cy) = (try x.centre(), try y.centre())
      let (rx, ry) = (try x.radius(), try y.radius())
      let centre = try product(cx, cy)
      let radius: Variable =
        if y.isPoint { try product(rx, my) } else if x.isPoint { try product(mx, ry) } else {
          try product(cx.applying(Absolute()), ry) + product(rx, my)
        }
      range = try Interval(centre - radius, centre + radius)
    }
    if application.operands.count == 3 {
      let bias = application.operands[2]
      func placed(_ bias: Variable) throws(GraphError) -> Variable {
        try application.applied(to: [.zeros(like: x.low), .zeros(like: y.low), bias])
      }
      range = try range + Interval(placed(bias.low), placed(bias.high))
      size = try size + placed(bias.magnitude())
    }
    let factor = application.gamma(terms(x.shape, y.shape) + 4)
    var error = try size * factor + application.smallest * 1e6
    if let more = try transformError(application, mx, my) { error = try error + more }
    return Bounds(range, error: error)
  }

  /// What Winograd's transforms F(4×4, 3×3) (Lavin and Gray 2016) may add. Their worst case, thousands of times the direct
  /// sum's, would make every bound useless; this is eight times the largest error that a search over random and extreme
  /// images has found, in units of Σ over channels of the largest pixel times the largest weight.
  private func transformError(
    _ application: BoundedApplication, _ mx: Variable, _ my: Variable
  ) throws(GraphError) -> Variable? {
    guard let window, application.output.type == .f32, window.kernel == [3, 3],
      window.axes.allSatisfy({ $0.stride == 1 && $0.dilation == 1 }), window.groups == 1,
      my.shape[0] >= 8, my.shape[1] >= 8
    else { return nil }
    let pixels = try mx.applying(Max([2, 3], keep: false))
    let weights = try my.applying(Max([2, 3], keep: false))
    let sums = try apply(
      MatrixProduct(), pixels,
      application.operation is Convolution ? weights.matrixTransposed() : weights)
    return try (sums * (0x1p-24 * 1700)).applying(ExpandAxes([2, 3]))
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let open = application.open
    guard open[0], open[1] else {
      return try application.linearRows(positive + negative, open)
    }
    var rows = try mixedRows(application, positive: positive, negative: negative)
    guard open.count == 3 else { return rows }
    let (x, y, bias) = (
      application.operands[0].low, application.operands[1].low, application.operands[2]
    )
    let all = try positive + negative
    if open[2] {
      rows.coefficients.append(try application.pulledBack(all, [false, false, true])[2])
    } else {
      let placed = try application.applied(to: [.zeros(like: x), .zeros(like: y), bias.low])
      rows.coefficients.append(nil)
      rows.offset = try rows.offset.map { offset throws(GraphError) in
        try offset + all.dotRows(placed)
      }
    }
    return rows
  }
}

/// The mean of McCormick's two planes on either side (McCormick 1976): x y is at least
/// yc x + xc y - (xl yl + xh yh) / 2 and at most yc x + xc y - (xl yh + xh yl) / 2.
private func mixedRows(
  _ application: BoundedApplication, positive: Variable, negative: Variable
) throws(GraphError) -> RelaxedRows {
  let (x, y) = (application.operands[0], application.operands[1])
  func product(_ x: Variable, _ y: Variable) throws(GraphError) -> Variable {
    try application.applied(to: [x, y])
  }
  let below = try (product(x.low, y.low) + product(x.high, y.high)) * -0.5
  let above = try (product(x.low, y.high) + product(x.high, y.low)) * -0.5
  let wanted = application.operands.indices.map { $0 < 2 }
  let rows = try application.pulledBack(
    positive + negative, wanted, at: [x.centre(), y.centre()] + application.middles.dropFirst(2))
  return RelaxedRows(
    coefficients: Array(rows.prefix(2)),
    offset: try positive.dotRows(below) + negative.dotRows(above))
}

/// x · y, element by element; x · x is known to be a square.
package struct Times: BoundRule {
  package init() {}

  private func isSquare(_ application: BoundedApplication) -> Bool {
    application.inputs[0].identity == application.inputs[1].identity
  }

  package func isLinear(in open: [Bool]) -> Bool { !open[0] || !open[1] }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (x, y) = (application.operands[0], application.operands[1])
    return try application.relative(
      isSquare(application) && !x.isPoint ? x.squared() : x * y, 1)
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let open = application.open
    guard open[0], open[1] else {
      return try application.linearRows(positive + negative, open)
    }
    guard isSquare(application) else {
      return try mixedRows(application, positive: positive, negative: negative)
    }
    // The tangent in the middle below, the chord above.
    let x = application.operands[0]
    let (l, h) = (x.low, x.high)
    let slope = try l + h
    let planes = Planes(
      lowSlope: slope, lowOffset: try slope * slope * -0.25, highSlope: slope,
      highOffset: try -(l * h))
    let rows = try planes.rows(positive: positive, negative: negative)
    return RelaxedRows(coefficients: [rows.coefficients, nil], offset: rows.offset)
  }
}

/// x / y; without limits where y may be 0.
package struct Quotient: BoundRule {
  package init() {}

  package func isLinear(in open: [Bool]) -> Bool { !open[1] }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    try application.relative(application.operands[0] / application.operands[1], 2)
  }

  /// x times 1 / y, with 1 / y between its tangent in the middle and its chord.
  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let open = application.open
    guard open[1] else { return try application.linearRows(positive + negative, open) }
    let (x, y) = (application.operands[0], application.operands[1])
    let (l, h) = (try y.low.elements(), try y.high.elements())
    guard zip(l, h).allSatisfy({ ($0 > 0 || $1 < 0) && $0.isFinite && $1.isFinite }) else {
      return nil
    }
    let lines = zip(l, h).map { l, h in
      let m = l / 2 + h / 2
      let slack = 1e-13 / Swift.min(abs(l), abs(h)) * (1 + (h - l) / abs(m))
      let tangent = Line(slope: -1 / (m * m), offset: 2 / m)
      let chord = Line(slope: -1 / (l * h), offset: 1 / l + 1 / h)
      return l > 0
        ? (low: tangent.moved(-slack), high: chord.moved(slack))
        : (low: chord.moved(-slack), high: tangent.moved(slack))
    }
    let planes = try Planes(lines, shape: y.shape)
    let inverse = try Interval(y.high.applying(Reciprocal()), y.low.applying(Reciprocal()))
    let below = try (x.low * inverse.low + x.high * inverse.high) * -0.5
    let above = try (x.low * inverse.high + x.high * inverse.low) * -0.5
    let all = try positive + negative
    let parts = try all * x.centre()
    let (up, down) = (try parts.positivePart(), try parts.negativePart())
    let bent = try planes.rows(positive: up, negative: down)
    return RelaxedRows(
      coefficients: [
        open[0] ? try (all * inverse.centre()).summedRows(to: x.shape) : nil,
        try bent.coefficients.summedRows(to: y.shape),
      ],
      offset: try positive.dotRows(below) + negative.dotRows(above) + bent.offset
        + (open[0] ? .zeros(like: bent.offset) : (all * inverse.centre()).dotRows(x.low)))
  }
}

extension Interval {
  /// Half the width of each range, rounded up.
  func radius() throws(GraphError) -> Variable {
    if isPoint { return try .zeros(like: low) }
    // Each end keeps a rounding of the centre away from it.
    return try (high - low) * (0.5 * (1 + 0x1p-50)) + magnitude() * 0x1p-52
  }
}
