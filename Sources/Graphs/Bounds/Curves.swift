// Curve: bounds of functions of one number, applied to every element.
import Tensors

/// The rule of an element-wise function.
package struct Curve: BoundRule {
  /// Where the function rises and falls.
  package enum Course: Sendable {
    case increasing
    case decreasing
    /// Turns at these places only.
    case turning(at: [Double])
    /// Has maxima at `crest` + k `period` and minima half a period later, between -1 and 1.
    case waves(crest: Double, period: Double)
  }

  /// How it bends, which decides the straight lines below and above it.
  package enum Bend: Sendable {
    /// No lines: the range has to do.
    case unknown
    /// Above its tangents.
    case convex
    /// Below its tangents.
    case concave
    /// Convex for positive and concave for negative numbers, with a pole between.
    case pole
    /// Linear on each side of 0, with slope 1 on the right and this one, from 0 to 1, on the left.
    case rectifier(Double)
    /// A second derivative of at most this size, except at the kinks.
    case smooth(Double, kinks: [Double] = [])
  }

  let course: Course
  let bend: Bend
  /// Units of the result's own size by which the kernel may be wrong. The vector loops are right to 2e-7 of the value, less
  /// than four units.
  let units: Double
  /// The same as units of 1 and of the operand's size, for functions whose parameters are rounded.
  let absolute: Double

  package init(
    _ course: Course, _ bend: Bend = .unknown, units: Double = 8, absolute: Double = 0
  ) {
    self.course = course
    self.bend = bend
    self.units = units
    self.absolute = absolute
  }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let range = try range(application, x)
    guard units > 0 || absolute > 0 else { return Bounds(range) }
    let least = absolute * application.unit + application.smallest
    return Bounds(
      range, error: try .number(least, like: range.low), part: units * application.unit)
  }

  private func range(
    _ application: BoundedApplication, _ x: Interval
  ) throws(GraphError) -> Interval {
    func value(_ x: Variable) throws(GraphError) -> Variable { try application.applied(to: [x]) }
    let low = try value(x.low)
    if x.isPoint { return try Interval(low, low) }
    let high = try value(x.high)
    switch course {
    case .increasing: return try Interval(low, high)
    case .decreasing: return try Interval(high, low)
    case .turning(let places):
      var values = [low, high]
      for place in places {
        let inside = try apply(
          Minimum(), apply(Maximum(), x.low, .number(place, like: x.low)), x.high)
        values.append(try value(inside))
      }
      return try .hull(of: values)
    case .waves(let crest, let period):
      let ends = zip(try x.low.elements(), try x.high.elements())
      let values = zip(try low.elements(), try high.elements())
      var (lows, highs): ([Double], [Double]) = ([], [])
      for ((a, b), (from, to)) in zip(ends, values) {
        // Rounding may misplace a turn by as much as this.
        let slack = 1e-15 * max(abs(a), abs(b)) + 1e-15
        func turns(_ place: Double) -> Bool {
          let next = place + period * ((a - slack - place) / period).rounded(.up)
          return !(next > b + slack)
        }
        lows.append(turns(crest + period / 2) ? -1 : min(from, to))
        highs.append(turns(crest) ? 1 : max(from, to))
      }
      return try Interval(lows, highs, shape: x.shape)
    }
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    guard let planes = try planes(application) else { return nil }
    let rows = try planes.rows(positive: positive, negative: negative)
    return RelaxedRows(coefficients: [rows.coefficients], offset: rows.offset)
  }
}

/// A straight line below and one above each element of the result, in the element of one operand.
struct Planes {
  /// low slope · x + low offset ≤ result ≤ high slope · x + high offset.
  let lowSlope, lowOffset, highSlope, highOffset: Variable

  /// The lower bound of rows · result.
  func rows(
    positive: Variable, negative: Variable
  ) throws(GraphError) -> (coefficients: Variable, offset: Variable) {
    (
      try positive * lowSlope + negative * highSlope,
      try positive.dotRows(lowOffset) + negative.dotRows(highOffset)
    )
  }
}

extension Variable {
  /// Σ rows[k, …] · values[…] for each row k, where 0 times infinity counts as 0; `values` broadcast.
  func dotRows(_ values: Variable) throws(GraphError) -> Variable {
    let count = shape.dropFirst().reduce(1, *)
    if try values.isFinite() {
      let spread = try values.applying(BroadcastTo(Array(shape.dropFirst()))).reshaped([count])
      return try apply(MatrixProduct(), reshaped([shape[0], count]), spread)
    }
    let products = try (self * values).replacingNaN(by: 0)
    return try products.reshaped([shape[0], count]).sum([1])
  }

  /// Whether no element is infinite or not a number.
  func isFinite() throws(GraphError) -> Bool {
    // 0 · x is 0 for finite numbers only.
    let sum = try (self * 0).sum([]).value.doubles.first ?? 0
    return !sum.isNaN
  }
}

extension Curve {
  /// The lines for the operand's ranges; nil if the function's bend is not known.
  func planes(_ application: BoundedApplication) throws(GraphError) -> Planes? {
    if case .unknown = bend { return nil }
    let x = application.operands[0]
    let range = try range(application, x)
    let ends = LineEnds(
      l: try x.low.elements(), h: try x.high.elements(),
      from: try application.applied(to: [x.low]).value.doubles,
      to: try application.applied(to: [x.high]).value.doubles,
      bottom: range.low.value.doubles, top: range.high.value.doubles)
    let lines: [(low: Line, high: Line)]
    switch bend {
    case .unknown: return nil
    case .rectifier(let slope):
      lines = ends.l.indices.map { ends.rectified($0, slope) }
    case .smooth(let curvature, let kinks):
      lines = try banded(application, ends, curvature, kinks)
    case .convex, .concave, .pole:
      lines = try tangential(application, ends)
    }
    return try Planes(lines, shape: x.shape)
  }

  /// A chord on one side and the tangent in the middle on the other.
  private func tangential(
    _ application: BoundedApplication, _ ends: LineEnds
  ) throws(GraphError) -> [(low: Line, high: Line)] {
    let x = application.operands[0]
    let middle = try x.centre()
    let value = try application.applied(to: [middle])
    let ones = try Variable.filled(1, like: value)
    let slopes = try application.operation.derivative(
      Pullback(inputs: [middle], output: value, gradient: ones, wanted: [true]))
    guard let slope = slopes[0]?.value.doubles else { return ends.l.indices.map(ends.flat) }
    let (m, f) = (middle.value.doubles, value.value.doubles)
    return ends.l.indices.map { i in
      guard let chord = ends.chord(i), slope[i].isFinite, f[i].isFinite else { return ends.flat(i) }
      let tangent = Line(slope: slope[i], offset: f[i] - slope[i] * m[i])
      let slack = ends.slack(i, slope[i]) + ends.slack(i, chord.slope)
      switch bend {
      case .concave: return (chord.moved(-slack), tangent.moved(slack))
      case .pole where ends.h[i] < 0: return (chord.moved(-slack), tangent.moved(slack))
      case .pole where ends.l[i] <= 0: return ends.flat(i)
      default: return (tangent.moved(-slack), chord.moved(slack))
      }
    }
  }

  /// Two parallels to the chord. What the function keeps from the chord is looked at on a grid, between whose places, d
  /// apart, a second derivative of at most c adds no more than c d² / 8.
  private func banded(
    _ application: BoundedApplication, _ ends: LineEnds, _ curvature: Double, _ kinks: [Double]
  ) throws(GraphError) -> [(low: Line, high: Line)] {
    let steps = 32
    var least = [Double](repeating: .infinity, count: ends.l.count)
    var most = [Double](repeating: -.infinity, count: ends.l.count)
    func look(at place: (Int) -> Double) throws(GraphError) {
      let places = ends.l.indices.map(place)
      let values = try application.applied(to: [.reals(places, application.operands[0].shape)])
        .value.doubles
      for i in places.indices {
        let distance = values[i] - (ends.chord(i)?.slope ?? 0) * places[i]
        least[i] = min(least[i], distance)
        most[i] = max(most[i], distance)
      }
    }
    for step in 0...steps {
      let part = Double(step) / Double(steps)
      try look { i in step == steps ? ends.h[i] : ends.l[i] + (ends.h[i] - ends.l[i]) * part }
    }
    for kink in kinks { try look { i in min(max(kink, ends.l[i]), ends.h[i]) } }
    return ends.l.indices.map { i in
      guard let slope = ends.chord(i)?.slope, least[i].isFinite, most[i].isFinite else {
        return ends.flat(i)
      }
      let gap = (ends.h[i] - ends.l[i]) / Double(steps)
      let margin = curvature * gap * gap / 8 * (1 + 1e-9) + ends.slack(i, slope)
      return (
        Line(slope: slope, offset: least[i] - margin), Line(slope: slope, offset: most[i] + margin)
      )
    }
  }
}

/// slope · x + offset.
struct Line {
  var slope, offset: Double

  func moved(_ by: Double) -> Line { Line(slope: slope, offset: offset + by) }
}

/// Where the elements of an operand lie, the function's values there, and its range between.
struct LineEnds {
  let l, h, from, to, bottom, top: [Double]

  /// The range, as horizontal lines.
  func flat(_ i: Int) -> (low: Line, high: Line) {
    let slack = self.slack(i, 0)
    return (Line(slope: 0, offset: bottom[i] - slack), Line(slope: 0, offset: top[i] + slack))
  }

  /// The line through both ends, if they are apart and finite.
  func chord(_ i: Int) -> Line? {
    let width = h[i] - l[i]
    guard width > 1e-12 * max(abs(l[i]), abs(h[i])), width.isFinite, width > 1e-300,
      from[i].isFinite, to[i].isFinite
    else { return nil }
    let slope = (to[i] - from[i]) / width
    return slope.isFinite ? Line(slope: slope, offset: from[i] - slope * l[i]) : nil
  }

  /// What the rounding of a line and of the function may come to.
  func slack(_ i: Int, _ slope: Double) -> Double {
    let size = abs(slope) * max(abs(l[i]), abs(h[i]))
    return 1e-13 * (max(abs(from[i]), abs(to[i])) + size) + 1e-300
  }

  /// The chord above, and below the side of the bend that takes more of the range (Zhang et al. 2018).
  func rectified(_ i: Int, _ slope: Double) -> (low: Line, high: Line) {
    if l[i] >= 0 { return (Line(slope: 1, offset: 0), Line(slope: 1, offset: 0)) }
    if h[i] <= 0 { return (Line(slope: slope, offset: 0), Line(slope: slope, offset: 0)) }
    guard let chord = chord(i) else { return flat(i) }
    return (
      Line(slope: h[i] > -l[i] ? 1 : slope, offset: 0),
      chord.moved(slack(i, chord.slope))
    )
  }
}

extension Planes {
  /// Lines for the elements of a shape in row-major order.
  init(_ lines: [(low: Line, high: Line)], shape: [Int]) throws(GraphError) {
    lowSlope = try .reals(lines.map(\.low.slope), shape)
    lowOffset = try .reals(lines.map(\.low.offset), shape)
    highSlope = try .reals(lines.map(\.high.slope), shape)
    highOffset = try .reals(lines.map(\.high.offset), shape)
  }
}
