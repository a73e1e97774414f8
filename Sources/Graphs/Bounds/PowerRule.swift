// The rule of powers.
import Glibc
import Tensors

/// x to the power y: for exponents that are single numbers, of any base that has such a power; for ranges of exponents, of
/// positive bases.
package struct Raised: BoundRule {
  package init() {}

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (x, y) = (application.operands[0], application.operands[1])
    let shape = application.output.shape
    func spread(_ value: Variable) throws(GraphError) -> [Double] {
      try value.applying(BroadcastTo(shape)).elements()
    }
    let (l, h) = (try spread(x.low), try spread(x.high))
    let (from, to) = (try spread(y.low), try spread(y.high))
    var (lows, highs): ([Double], [Double]) = ([], [])
    for i in l.indices {
      let (low, high) = Self.range(l[i], h[i], from[i], to[i])
      lows.append(low)
      highs.append(high)
    }
    return try application.relative(Interval(lows, highs, shape: shape), 8)
  }

  /// The range of x to the power p for x in [l, h] and p in [from, to].
  private static func range(
    _ l: Double, _ h: Double, _ from: Double, _ to: Double
  ) -> (Double, Double) {
    if from == to, from == from.rounded() {
      let ends = [pow(l, from), pow(h, from)]
      let (low, high) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
      let isEven = from.truncatingRemainder(dividingBy: 2) == 0
      let crosses = l <= 0 && h >= 0
      if from >= 0 { return crosses && isEven && from > 0 ? (0, high) : (low, high) }
      return !crosses ? (low, high) : isEven ? (low, .infinity) : (-.infinity, .infinity)
    }
    // Other powers exist for positive bases only, and are monotone in base and exponent there.
    guard h >= 0 else { return (-.infinity, .infinity) }
    if l < 0, from != to { return (-.infinity, .infinity) }
    let base = max(l, 0)
    let corners = [pow(base, from), pow(base, to), pow(h, from), pow(h, to)]
    return (corners.min() ?? -.infinity, corners.max() ?? .infinity)
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let (x, y) = (application.operands[0], application.operands[1])
    guard y.isPoint, x.shape == application.output.shape else { return nil }
    let range = try bounds(application).range
    let exponents = try y.low.applying(BroadcastTo(x.shape)).elements()
    let (l, h) = (try x.low.elements(), try x.high.elements())
    let ends = LineEnds(
      l: l, h: h, from: zip(l, exponents).map { pow($0, $1) },
      to: zip(h, exponents).map { pow($0, $1) },
      bottom: range.low.value.doubles, top: range.high.value.doubles)
    let lines = exponents.indices.map { Self.lines(ends, $0, exponents[$0]) }
    let rows = try Planes(lines, shape: x.shape).rows(positive: positive, negative: negative)
    return RelaxedRows(coefficients: [rows.coefficients, nil], offset: rows.offset)
  }

  /// Chord and tangent where the power bends to one side only.
  private static func lines(_ ends: LineEnds, _ i: Int, _ p: Double) -> (low: Line, high: Line) {
    let (l, h) = (ends.l[i], ends.h[i])
    let isEven = p.truncatingRemainder(dividingBy: 2) == 0
    guard p == p.rounded() || l >= 0, p > 0 || l > 0 || h < 0, let chord = ends.chord(i) else {
      return ends.flat(i)
    }
    let isConvex: Bool
    switch (l >= 0, h <= 0) {
    case (true, _): isConvex = p >= 1 || p <= 0
    case (_, true): isConvex = isEven
    default:
      guard isEven, p > 0 else { return ends.flat(i) }
      isConvex = true
    }
    let m = l / 2 + h / 2
    let slope = p * pow(m, p - 1)
    guard slope.isFinite else { return ends.flat(i) }
    let tangent = Line(slope: slope, offset: pow(m, p) - slope * m)
    let slack = ends.slack(i, slope) + ends.slack(i, chord.slope)
    return isConvex
      ? (tangent.moved(-slack), chord.moved(slack)) : (chord.moved(-slack), tangent.moved(slack))
  }
}
