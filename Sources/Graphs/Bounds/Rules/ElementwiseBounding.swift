// How element-wise operators are bounded: each names its rule.
import Tensors

// Arithmetic.
extension Add { package var bounding: any BoundRule { Signed(1, 1) } }
extension Subtract { package var bounding: any BoundRule { Signed(1, -1) } }
extension Negate { package var bounding: any BoundRule { Signed(-1) } }
extension Multiply { package var bounding: any BoundRule { Times() } }
extension Divide { package var bounding: any BoundRule { Quotient() } }
extension Power { package var bounding: any BoundRule { Raised() } }
extension Maximum { package var bounding: any BoundRule { Extreme(larger: true) } }
extension Minimum { package var bounding: any BoundRule { Extreme(larger: false) } }

// Comparisons, logic, whole numbers.
extension Equal { package var bounding: any BoundRule { Truth(.equal) } }
extension NotEqual { package var bounding: any BoundRule { Truth(.notEqual) } }
extension Less { package var bounding: any BoundRule { Truth(.less) } }
extension LessOrEqual { package var bounding: any BoundRule { Truth(.lessOrEqual) } }
extension Greater { package var bounding: any BoundRule { Truth(.greater) } }
extension GreaterOrEqual { package var bounding: any BoundRule { Truth(.greaterOrEqual) } }
extension LogicalAnd { package var bounding: any BoundRule { Truth(.and) } }
extension LogicalOr { package var bounding: any BoundRule { Truth(.or) } }
extension LogicalNot { package var bounding: any BoundRule { Truth(.not) } }
extension IsNaN { package var bounding: any BoundRule { Truth(.isNaN) } }
extension FloorDivide { package var bounding: any BoundRule { WholeQuotient() } }
extension Remainder { package var bounding: any BoundRule { WholeQuotient() } }
extension Sign { package var bounding: any BoundRule { Curve(.increasing, units: 0) } }
extension Floor { package var bounding: any BoundRule { Curve(.increasing, units: 0) } }
extension Ceiling { package var bounding: any BoundRule { Curve(.increasing, units: 0) } }
extension Round { package var bounding: any BoundRule { Curve(.increasing, units: 0) } }

// Smooth functions; the numbers are the largest absolute second derivatives, rounded up.
extension Absolute {
  package var bounding: any BoundRule { Curve(.turning(at: [0]), .smooth(0, kinks: [0]), units: 0) }
}
extension Exp { package var bounding: any BoundRule { Curve(.increasing, .convex) } }
extension Log { package var bounding: any BoundRule { Curve(.increasing, .concave) } }
extension SquareRoot { package var bounding: any BoundRule { Curve(.increasing, .concave) } }
extension Reciprocal { package var bounding: any BoundRule { Inverse() } }
extension Tanh { package var bounding: any BoundRule { Curve(.increasing, .smooth(0.77)) } }
extension Sigmoid { package var bounding: any BoundRule { Curve(.increasing, .smooth(0.0963)) } }
extension ErrorFunction {
  package var bounding: any BoundRule { Curve(.increasing, .smooth(0.968)) }
}
extension Softplus { package var bounding: any BoundRule { Curve(.increasing, .smooth(0.25)) } }
extension Sine {
  package var bounding: any BoundRule {
    Curve(.waves(crest: .pi / 2, period: 2 * .pi), .smooth(1), absolute: 4)
  }
}
extension Cosine {
  package var bounding: any BoundRule {
    Curve(.waves(crest: 0, period: 2 * .pi), .smooth(1), absolute: 4)
  }
}

// Activations.
extension Relu {
  package var bounding: any BoundRule { Curve(.increasing, .rectifier(0), units: 0) }
}
extension Clip {
  package var bounding: any BoundRule {
    Limited(low: low, high: high)
  }
}
extension HardSigmoid {
  package var bounding: any BoundRule {
    guard alpha != 0 else { return Curve(.increasing, absolute: 4) }
    return Curve(
      alpha > 0 ? .increasing : .decreasing,
      .smooth(0, kinks: [-beta / alpha, (1 - beta) / alpha]), absolute: 16 + 16 * abs(beta))
  }
}
extension HardSwish {
  /// Its minimum, -3/8, is at -3/2.
  package var bounding: any BoundRule {
    Curve(.turning(at: [-3, -1.5]), .smooth(0.3334, kinks: [-3, 3]), absolute: 16)
  }
}
extension LeakyRelu {
  package var bounding: any BoundRule {
    slope >= 0
      ? Curve(
        .increasing, slope <= 1 ? .rectifier(slope) : .smooth(0, kinks: [0]), units: 2)
      : Curve(.turning(at: [0]), .smooth(0, kinks: [0]), units: 2)
  }
}
extension Elu {
  package var bounding: any BoundRule {
    Curve(
      alpha >= 0 ? .increasing : .turning(at: [0]), .smooth(abs(alpha), kinks: [0]))
  }
}
extension Gelu {
  /// Its only turn; the second derivative is largest, √(2/π), at 0. In f64 the tail of the normal law loses what its
  /// argument, squared, magnifies.
  package var bounding: any BoundRule {
    Curve(.turning(at: [-0.751_791_524_693_564_5]), .smooth(0.798), units: 256)
  }
}
extension Gate { package var bounding: any BoundRule { Gated(low, high) } }
extension Select { package var bounding: any BoundRule { Selected() } }

/// The rule of a limited number, for limits as the kernel takes them.
struct Limited: BoundRule {
  let low, high: Double

  private func exact(
    _ application: BoundedApplication
  ) -> (rule: Curve, application: BoundedApplication) {
    let isSingle = application.output.type == .f32
    let limits = [low, high].map { isSingle ? Double(Float($0)) : $0 }
    let clip = BoundedApplication(
      operation: Clip(limits[0], limits[1]), inputs: application.inputs,
      operands: application.operands, output: application.output, layer: application.layer,
      range: application.range)
    return (Curve(.increasing, .smooth(0, kinks: limits.filter(\.isFinite)), units: 0), clip)
  }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let exact = exact(application)
    return try exact.rule.bounds(exact.application)
  }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let exact = exact(application)
    return try exact.rule.relaxed(exact.application, positive: positive, negative: negative)
  }
}

/// The rule of 1 / x.
struct Inverse: BoundRule {
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let one = try Variable.number(1, like: x.low)
    return try application.relative(Interval(one, one) / x, 8)
  }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    try Curve(.decreasing, .pole).relaxed(application, positive: positive, negative: negative)
  }
}

/// The rule of ⌊x / y⌋ and of x - y ⌊x / y⌋.
struct WholeQuotient: BoundRule {
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (x, y) = (application.operands[0], application.operands[1])
    let quotient = try application.relative(x / y, 2).widened().applying(Floor())
    guard application.operation is Remainder else { return Bounds(quotient) }
    let difference = try x - y * quotient
    // It has the sign of y and is smaller than it.
    let size = try x.magnitude() + y.magnitude()
    let limits = try Interval(
      y.low.negativePart().applying(BroadcastTo(application.output.shape)),
      y.high.positivePart().applying(BroadcastTo(application.output.shape)))
    return Bounds(
      try difference.intersection(limits),
      error: try size * (8 * application.unit) + application.smallest)
  }
}
