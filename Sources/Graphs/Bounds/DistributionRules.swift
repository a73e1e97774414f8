// Rules of distribution functions, their inverses and their densities.
import Glibc
import Tensors

/// The rule of a function that rises or falls in each operand while the others stay: its extremes over a box are at corners.
///
/// Distribution functions rise with what they are functions of. A larger shape moves a gamma variable to the right, a larger first
/// one a beta variable, whose second moves it to the left; more degrees of freedom move Student's variable towards 0 on
/// both sides (Ghosh 1973, "Some monotonicity theorems for χ², F and t distributions with applications").
struct AtCorners: BoundRule {
  /// What an operand stands for.
  enum Role {
    /// Any number of a range, outside of which the function has no value.
    case number(ClosedRange<Double>)
    /// A share, from 0 to 1, that a distribution function has: what its kernel gets wrong moves where it has it.
    case share
    /// A parameter above 0.
    case parameter
    /// A parameter in which the function may turn.
    case turning
  }

  let roles: [Role]
  /// Between what the function lies.
  let limits: ClosedRange<Double>
  /// What may be wrong of results of any size.
  let absolute: Double

  init(_ roles: Role..., limits: ClosedRange<Double>, absolute: Double = 0) {
    self.roles = roles
    self.limits = limits
    self.absolute = absolute
  }

  /// A distribution function, or its complement.
  static func distribution(_ roles: Role...) -> AtCorners {
    AtCorners(roles, 0...1, 0x1p-46)
  }

  private init(_ roles: [Role], _ limits: ClosedRange<Double>, _ absolute: Double) {
    (self.roles, self.limits, self.absolute) = (roles, limits, absolute)
  }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    guard let operation = application.operation as? any SpecialOperator else {
      return try NoBoundRule().bounds(application)
    }
    let function = operation.kernel.function
    let ends = try application.spreadEnds()
    var (lows, highs): ([Double], [Double]) = ([], [])
    for place in 0..<application.output.count {
      if Interruption.requested { throw .interrupted }
      let (low, high) = range(ends.map { ($0.low[place], $0.high[place]) }, function)
      lows.append(low)
      highs.append(high)
    }
    let range = try Interval(lows, highs, shape: application.output.shape)
    let error = try range.magnitude() * application.specialUnit
    return Bounds(range, error: try error + (absolute + application.smallest))
  }

  private func range(
    _ ends: [(Double, Double)], _ function: (Double, Double, Double) -> Double
  ) -> (Double, Double) {
    var choices: [[Double]] = []
    for (role, (low, high)) in zip(roles, ends) {
      guard let places = role.places(low, high) else {
        return (limits.lowerBound, limits.upperBound)
      }
      choices.append(places)
    }
    while choices.count < 3 { choices.append([0]) }
    var (low, high) = (Double.infinity, -Double.infinity)
    for x in choices[0] {
      for y in choices[1] {
        for z in choices[2] {
          let value = function(x, y, z)
          if value.isNaN { return (limits.lowerBound, limits.upperBound) }
          (low, high) = (min(low, value), max(high, value))
        }
      }
    }
    return (low, high)
  }
}

extension AtCorners.Role {
  /// The ends of the part of a range that the function is defined on; nil if nothing is known of it.
  fileprivate func places(_ low: Double, _ high: Double) -> [Double]? {
    var (low, high) = (low, high)
    switch self {
    case .number(let domain):
      (low, high) = (max(low, domain.lowerBound), min(high, domain.upperBound))
    case .share:
      func part(_ share: Double) -> Double { max(0, min(share, 1 - share)) * 0x1p-36 }
      (low, high) = (
        max((low - part(low)).nextDown, 0), min((high + part(high)).nextUp, 1)
      )
    case .parameter: guard low > 0 else { return nil }
    case .turning: guard low > 0, low == high else { return nil }
    }
    guard low <= high else { return nil }
    return low == high ? [low] : [low, high]
  }
}

extension BoundedApplication {
  /// The ends of the operands, spread over the elements of the result.
  fileprivate func spreadEnds() throws(GraphError) -> [(low: [Double], high: [Double])] {
    var ends: [(low: [Double], high: [Double])] = []
    for operand in operands {
      ends.append(
        (
          try operand.low.applying(BroadcastTo(output.shape)).elements(),
          try operand.high.applying(BroadcastTo(output.shape)).elements()
        ))
    }
    return ends
  }
}

/// The rule of a density exp(Σ (θᵢ - 1) log tᵢ(x) + h(x) - A(θ)), of a gamma variable (t = x) or a beta variable (t = x and 1 - x).
///
/// A is convex, so in its parameters the logarithm bends downwards: over a box of them it is lowest in a corner, and its
/// tangent in the middle is nowhere below. In x it has one extreme, where (a - 1) / x is 1, or (b - 1) / (1 - x).
struct DensityRule: BoundRule {
  /// Of a beta variable: two parameters, and nothing above 1.
  let isBeta: Bool

  private var parameters: Int { isBeta ? 2 : 1 }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    guard let operation = application.operation as? any SpecialOperator else {
      return try NoBoundRule().bounds(application)
    }
    let function = operation.kernel.function
    let density = { [isBeta] (parameters: [Double], x: Double) in
      isBeta ? function(parameters[0], parameters[1], x) : function(parameters[0], x, 0)
    }
    let ends = try application.spreadEnds()
    var (lows, highs): ([Double], [Double]) = ([], [])
    for place in 0..<application.output.count {
      if Interruption.requested { throw .interrupted }
      let (low, high) = range(ends.map { ($0.low[place], $0.high[place]) }, density)
      lows.append(low)
      highs.append(high)
    }
    let range = try Interval(lows, highs, shape: application.output.shape)
    let error = try range.magnitude() * application.specialUnit + application.smallest
    return Bounds(range, error: error)
  }

  private func range(
    _ ends: [(Double, Double)], _ density: ([Double], Double) -> Double
  ) -> (Double, Double) {
    let box = ends.prefix(parameters)
    let (l, h) = ends[parameters]
    guard box.allSatisfy({ $0.0 > 0 && $0.1 <= 1e12 }) else { return (0, .infinity) }
    let (first, last) = (max(l, 0), isBeta ? min(h, 1) : h)
    // Outside there is none.
    guard first <= last else { return (0, 0) }
    let middle = box.map { $0.0 / 2 + $0.1 / 2 }
    var (low, high) = (l < first || last < h ? 0 : Double.infinity, 0.0)
    for corner in corners(of: Array(box)) {
      let values = [first, last, min(max(extreme(corner), first), last)].map {
        density(corner, $0)
      }
      if values.contains(where: \.isNaN) { return (0, .infinity) }
      low = min(low, values.min() ?? 0)
      let largest = values.max() ?? .infinity
      let above = corner == middle ? largest : largest * exp(gap(corner, middle))
      if above.isNaN { return (0, .infinity) }
      high = max(high, above)
    }
    return (low, high)
  }

  private func corners(of box: [(Double, Double)]) -> [[Double]] {
    box.reduce([[]]) { corners, side in
      (side.0 == side.1 ? [side.0] : [side.0, side.1]).flatMap { end in
        corners.map { $0 + [end] }
      }
    }
  }

  /// Where the slope in x is 0.
  private func extreme(_ parameters: [Double]) -> Double {
    let a = parameters[0] - 1
    guard isBeta else { return a }
    let place = a / (a + parameters[1] - 1)
    return place.isNaN ? 0 : place
  }

  /// A(corner) less the tangent at the middle there, and what its rounding may come to.
  private func gap(_ corner: [Double], _ middle: [Double]) -> Double {
    func normaliser(_ p: [Double]) -> Double {
      isBeta ? SpecialFunctions.logBeta(p[0], p[1]) : SpecialFunctions.logGamma(p[0])
    }
    let common = isBeta ? SpecialFunctions.polygamma(0, middle[0] + middle[1]) : 0
    var gap = normaliser(corner) - normaliser(middle)
    var size = abs(normaliser(corner)) + abs(normaliser(middle))
    for (end, centre) in zip(corner, middle) {
      let term = (end - centre) * (SpecialFunctions.polygamma(0, centre) - common)
      gap -= term
      size += abs(term)
    }
    return max(gap, 0) + size * 0x1p-44
  }
}
