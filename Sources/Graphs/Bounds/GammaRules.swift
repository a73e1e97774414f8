// The rule of the logarithm of the gamma function and of its derivatives.
import Glibc
import Tensors

/// The rule of log |Γ(x)| (order -1) and of ψ(x) and its derivatives (order 0, 1, …), which have poles at 0, -1, -2, ….
///
/// The derivatives of odd order are sums of even powers 1 / (x + k)^(n + 1) (DLMF 5.15.1), so above 0: between two poles the
/// functions of even order rise, and those of odd order bend upwards.
struct BetweenGammaPoles: BoundRule {
  let order: Int

  private var isRising: Bool { order.isMultiple(of: 2) }

  private func value(_ x: Double, derivative: Int = 0) -> Double {
    let order = order &+ derivative
    return order < 0 ? SpecialFunctions.logGamma(x) : SpecialFunctions.polygamma(order, x)
  }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let (l, h) = (try x.low.elements(), try x.high.elements())
    var (lows, highs, errors): ([Double], [Double], [Double]) = ([], [], [])
    for (l, h) in zip(l, h) {
      let (low, high) = range(l, h)
      lows.append(low)
      highs.append(high)
      errors.append(
        max(abs(low), abs(high)) * application.specialUnit + shift(l, h) + application.smallest)
    }
    return Bounds(
      try Interval(lows, highs, shape: x.shape), error: try .reals(errors, x.shape))
  }

  private func hasNoPole(_ l: Double, _ h: Double) -> Bool {
    l > 0 || h < 0 && l != l.rounded(.down) && l.rounded(.down) == h.rounded(.down)
  }

  private func range(_ l: Double, _ h: Double) -> (Double, Double) {
    guard hasNoPole(l, h) else { return (-.infinity, .infinity) }
    let (from, to) = (value(l), value(h))
    if isRising { return (from, to) }
    // ψ(4) > 0, and the functions of higher order do not turn above 0.
    return (lowest(l, l > 0 ? min(h, max(l, 4)) : h, from, to), max(from, to))
  }

  /// A number below the function, which bends upwards, between a and b.
  private func lowest(_ a: Double, _ b: Double, _ from: Double, _ to: Double) -> Double {
    if value(a, derivative: 1) >= 0 { return from }
    if value(b, derivative: 1) <= 0 { return to }
    var (a, b) = (a, b)
    for _ in 0..<200 {
      let middle = a / 2 + b / 2
      guard middle > a, middle < b else { break }
      if value(middle, derivative: 1) < 0 { a = middle } else { b = middle }
    }
    // The tangents at both places lie below it.
    let (left, right) = (value(a, derivative: 1), value(b, derivative: 1))
    return max(value(a) + left * (b - a), value(b) - right * (b - a))
  }

  /// To the left of 0 the kernel takes the distance to a pole, which is rounded, and differences of large terms.
  private func shift(_ l: Double, _ h: Double) -> Double {
    guard l < 0, hasNoPole(l, h) else { return 0 }
    let slope = max(abs(value(l, derivative: 1)), abs(value(h, derivative: 1)))
    let terms = order < 0 ? 0 : tgamma(Double(order) + 1) * exp2(Double(order) + 1)
    return slope * 4e-15 * (1 + abs(l)) + 1e-12 * (terms + log1p(abs(l)))
  }

  /// Above 0 a tangent and a chord: the functions of even order bend downwards there.
  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let x = application.operands[0]
    let range = try bounds(application).range
    let (l, h) = (try x.low.elements(), try x.high.elements())
    let ends = LineEnds(
      l: l, h: h, from: l.map { value($0) }, to: h.map { value($0) },
      bottom: range.low.value.doubles, top: range.high.value.doubles)
    let lines = l.indices.map { self.lines(ends, $0) }
    let rows = try Planes(lines, shape: x.shape).rows(positive: positive, negative: negative)
    return RelaxedRows(coefficients: [rows.coefficients], offset: rows.offset)
  }

  private func lines(_ ends: LineEnds, _ i: Int) -> (low: Line, high: Line) {
    let middle = ends.l[i] / 2 + ends.h[i] / 2
    let (f, slope) = (value(middle), value(middle, derivative: 1))
    guard ends.l[i] > 0, let chord = ends.chord(i), slope.isFinite, f.isFinite else {
      return ends.flat(i)
    }
    let tangent = Line(slope: slope, offset: f - slope * middle)
    let slack = 8 * (ends.slack(i, slope) + ends.slack(i, chord.slope)) + 1e-12 * abs(f)
    return isRising
      ? (chord.moved(-slack), tangent.moved(slack)) : (tangent.moved(-slack), chord.moved(slack))
  }
}

extension BoundedApplication {
  /// The part of its size by which the result of a special function may be wrong: the functions are right to about 1e-13, with
  /// parameters in the billions to 1e-11, and then rounded to the element type.
  var specialUnit: Double { (output.type == .f32 ? 0x1p-24 : 0) + 0x1p-35 }
}
