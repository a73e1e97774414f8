// How elementary and special functions, transforms and linear algebra are bounded: each operator names its rule.
import Tensors

// Elementary functions; the numbers are the largest absolute second derivatives, rounded up.
extension Tangent { package var bounding: any BoundRule { BetweenPoles() } }
extension ArcSine { package var bounding: any BoundRule { Curve(.increasing) } }
extension ArcCosine { package var bounding: any BoundRule { Curve(.decreasing) } }
extension ArcTangent { package var bounding: any BoundRule { Curve(.increasing, .smooth(0.65)) } }
extension HyperbolicSine { package var bounding: any BoundRule { Curve(.increasing) } }
extension HyperbolicCosine {
  package var bounding: any BoundRule { Curve(.turning(at: [0]), .convex) }
}
extension InverseHyperbolicSine {
  package var bounding: any BoundRule { Curve(.increasing, .smooth(0.385)) }
}
extension InverseHyperbolicCosine { package var bounding: any BoundRule { Curve(.increasing) } }
extension InverseHyperbolicTangent { package var bounding: any BoundRule { Curve(.increasing) } }
extension LogOfOnePlus { package var bounding: any BoundRule { Curve(.increasing, .concave) } }
extension ExpMinusOne { package var bounding: any BoundRule { Curve(.increasing, .convex) } }
extension CubeRoot { package var bounding: any BoundRule { Curve(.increasing) } }
extension ArcTangent2 { package var bounding: any BoundRule { AngleOfPoint() } }
extension Hypotenuse { package var bounding: any BoundRule { LengthOfPoint() } }
extension ComplementaryErrorFunction {
  package var bounding: any BoundRule { Curve(.decreasing, .smooth(0.968), units: 64) }
}
extension InverseErrorFunction {
  package var bounding: any BoundRule { Curve(.increasing, units: 256) }
}
extension InverseComplementaryErrorFunction {
  package var bounding: any BoundRule { Curve(.decreasing, units: 256) }
}

// The gamma function and distributions.
extension LogGamma { package var bounding: any BoundRule { BetweenGammaPoles(order: -1) } }
extension Polygamma { package var bounding: any BoundRule { BetweenGammaPoles(order: order) } }
extension LogBeta {
  package var bounding: any BoundRule {
    AtCorners(.parameter, .parameter, limits: -Double.infinity ... .infinity, absolute: 1e-12)
  }
}
extension IncompleteGamma {
  package var bounding: any BoundRule {
    AtCorners.distribution(.parameter, .number(0 ... .infinity))
  }
}
extension GammaDensity { package var bounding: any BoundRule { DensityRule(isBeta: false) } }
extension InverseIncompleteGamma {
  package var bounding: any BoundRule { AtCorners(.parameter, .share, limits: 0 ... .infinity) }
}
extension IncompleteBeta {
  package var bounding: any BoundRule {
    AtCorners.distribution(.parameter, .parameter, .number(0...1))
  }
}
extension BetaDensity { package var bounding: any BoundRule { DensityRule(isBeta: true) } }
extension InverseIncompleteBeta {
  package var bounding: any BoundRule { AtCorners(.parameter, .parameter, .share, limits: 0...1) }
}
extension StudentDistribution {
  package var bounding: any BoundRule {
    AtCorners.distribution(.number(-Double.infinity ... .infinity), .parameter)
  }
}
extension StudentQuantile {
  package var bounding: any BoundRule {
    AtCorners(.share, .parameter, limits: -Double.infinity ... .infinity)
  }
}
extension FisherDistribution {
  package var bounding: any BoundRule {
    AtCorners.distribution(.number(-Double.infinity ... .infinity), .turning, .turning)
  }
}
extension FisherQuantile {
  package var bounding: any BoundRule {
    AtCorners(.share, .turning, .turning, limits: 0 ... .infinity)
  }
}

// Matrices.
extension Solve { package var bounding: any BoundRule { SystemRule() } }
extension TriangularSolve {
  package var bounding: any BoundRule { SystemRule(triangle: Triangle(upper: upper)) }
}
extension LeastSquares { package var bounding: any BoundRule { LeastSquaresRule(cutoff: cutoff) } }
extension Determinant {
  package var bounding: any BoundRule { DeterminantRule(isLogarithm: false) }
}
extension LogDeterminant {
  package var bounding: any BoundRule { DeterminantRule(isLogarithm: true) }
}
extension Cholesky { package var bounding: any BoundRule { CholeskyRule() } }
extension OrthogonalTriangular { package var bounding: any BoundRule { OrthogonalRule() } }
extension SingularValues {
  package var bounding: any BoundRule { SingularRule(hasVectors: vectors) }
}
extension SymmetricEigen {
  package var bounding: any BoundRule { SymmetricEigenRule(hasVectors: vectors) }
}
extension GeneralEigen {
  package var bounding: any BoundRule { GeneralEigenRule(hasVectors: vectors) }
}
extension MatrixExponential { package var bounding: any BoundRule { ExponentialRule() } }
extension Diagonal { package var bounding: any BoundRule { Rising() } }
extension PlaceDiagonal { package var bounding: any BoundRule { Rising() } }
extension Triangle { package var bounding: any BoundRule { Rising() } }
extension SparseProduct {
  package var bounding: any BoundRule { Bilinear { values, _ in values.reduce(1, *) } }
}
extension SampledProduct {
  package var bounding: any BoundRule { Bilinear { x, _ in x.reduce(1, *) } }
}

// Transforms and running results.
extension FourierTransform {
  package var bounding: any BoundRule { Spectral(axis: axis, scale: scale, from: true, to: true) }
}
extension RealFourierTransform {
  package var bounding: any BoundRule { Spectral(axis: axis, scale: scale, from: false, to: true) }
}
extension RealFourierAdjoint {
  package var bounding: any BoundRule { Spectral(axis: axis, scale: scale, from: true, to: false) }
}
extension CumulativeExtreme { package var bounding: any BoundRule { Rising(isLinear: false) } }
extension CumulativePlaces { package var bounding: any BoundRule { PlacesBefore(axis: axis) } }
extension LinearRecurrence {
  package var bounding: any BoundRule { Recurring(axis: axis, reversed: reversed) }
}

/// The rule of the tangent, which rises between its poles.
struct BetweenPoles: BoundRule {
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let (l, h) = (try x.low.elements(), try x.high.elements())
    let (from, to) = (
      try application.applied(to: [x.low]).elements(),
      try application.applied(to: [x.high]).elements()
    )
    var (lows, highs): ([Double], [Double]) = ([], [])
    for i in l.indices {
      let slack = 1e-15 * max(1, abs(l[i]), abs(h[i]))
      let branch = ((l[i] - slack) / .pi - 0.5).rounded(.down)
      let isOne = branch == ((h[i] + slack) / .pi - 0.5).rounded(.down)
      lows.append(isOne ? from[i] : -.infinity)
      highs.append(isOne ? to[i] : .infinity)
    }
    return try application.relative(Interval(lows, highs, shape: x.shape), 64)
  }
}

/// The rule of the angle of a point (y, x): largest and smallest at corners of the box, unless that meets the half-line on
/// which the angle jumps.
struct AngleOfPoint: BoundRule {
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (y, x) = (application.operands[0], application.operands[1])
    var corners: [Variable] = []
    for vertical in [y.low, y.high] {
      for horizontal in [x.low, x.high] {
        corners.append(try application.applied(to: [vertical, horizontal]))
      }
    }
    let range = try Interval.hull(of: corners)
    let zero = try Variable.number(0, like: x.low)
    let clear = try apply(
      LogicalOr(),
      [
        apply(Greater(), [x.low, zero]),
        apply(LogicalOr(), [apply(Greater(), [y.low, zero]), apply(Less(), [y.high, zero])]),
      ])
    let all = try Interval(-.pi, .pi, shape: application.output.shape)
    return try application.relative(
      Interval(
        apply(Select(), [clear, range.low, all.low]),
        apply(Select(), [clear, range.high, all.high])), 16)
  }
}

/// The rule of √(x² + y²).
struct LengthOfPoint: BoundRule {
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    func nearest(_ range: Interval) throws(GraphError) -> Variable {
      let zero = try Variable.number(0, like: range.low)
      return try apply(Minimum(), apply(Maximum(), zero, range.low), range.high)
    }
    let (x, y) = (application.operands[0], application.operands[1])
    let low = try application.applied(to: [nearest(x), nearest(y)])
    let high = try application.applied(to: [x.magnitude(), y.magnitude()])
    return try application.relative(Interval(low, high), 8)
  }
}

/// The rule of places that are found among the elements up to each along an axis.
struct PlacesBefore: BoundRule {
  let axis: Int

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    if x.isPoint { return Bounds(try Interval(point: application.applied(to: [x.low]))) }
    let axis = try ShapeRule.axis(application.operation.name, axis, of: x.shape)
    let numbers = try Variable.reals(
      (0..<x.shape[axis]).map { Double($0) }, x.shape.indices.map { $0 == axis ? x.shape[axis] : 1 }
    )
    return Bounds(try Interval(.zeros(like: x.low), numbers.applying(BroadcastTo(x.shape))))
  }
}

/// The rule of y[i] = a[i] y[i - 1] + b[i], place by place.
struct Recurring: BoundRule {
  let axis: Int
  let reversed: Bool

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (a, b) = (application.operands[0], application.operands[1])
    let axis = try ShapeRule.axis(application.operation.name, axis, of: a.shape)
    let size = a.shape[axis]
    guard size > 0 else { return Bounds(b) }
    var (lows, highs): ([Variable], [Variable]) = ([], [])
    var last: Interval?
    for step in 0..<size {
      let place = reversed ? size - 1 - step : step
      let slice = SliceAxis(axis, from: place, count: 1)
      var next = try Interval(b.low.applying(slice), b.high.applying(slice))
      if let last {
        let product = try Interval(a.low.applying(slice), a.high.applying(slice)) * last
        next = try product.widened(by: product.magnitude() * (2 * application.unit)) + next
      }
      let rounding = try next.magnitude() * (2 * application.unit) + application.smallest
      next = try next.widened(by: rounding)
      lows.append(next.low)
      highs.append(next.high)
      last = next
    }
    if reversed { (lows, highs) = (lows.reversed(), highs.reversed()) }
    return Bounds(
      try Interval(apply(Concatenate(axis), lows), apply(Concatenate(axis), highs)))
  }
}
