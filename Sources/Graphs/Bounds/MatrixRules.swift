// MatrixRule: what the rules of operators on matrices share, and sets of matrices that are proved to be regular.
import Tensors

/// The rule of an operator on the matrices in the last two axes, which looks at one after the other.
///
/// What the factors of a matrix become where it is moved by rounding is what they become in a slightly larger box: the ranges hold
/// for matrices changed by the backward error of the kernels (Higham 2002, theorems 9.3, 10.3 and 19.4), so that they contain
/// what the kernels give in double precision. Where nothing is proved, as when a matrix may be singular, there are no limits.
protocol MatrixRule: BoundRule {
  /// The range of one result, of any shape with its number of elements, and what linear bounds lose besides; nil if nothing
  /// is known of it. The matrices have finite ends.
  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds?
}

extension MatrixRule {
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let shape = application.output.shape
    guard !shape.contains(0), application.operands.contains(where: { $0.low.count > 0 }) else {
      return try Fixed().bounds(application)
    }
    var lead: [Int] = []
    for operand in application.operands {
      lead = try ShapeRule.broadcast(
        application.operation.name, lead, Array(operand.shape.dropLast(2)))
    }
    let stacks = try application.operands.map { operand throws(GraphError) in
      try MatrixStack(operand, lead)
    }
    let count = lead.reduce(1, *)
    let size = application.output.count / max(1, count)
    var (lows, highs, errors): ([Double], [Double], [Double]) = ([], [], [])
    for item in 0..<count {
      if Interruption.requested { throw .interrupted }
      let found = try known(stacks, item, application)
      let nothing = [Double](repeating: 0, count: size)
      lows += found?.range.low.value.doubles ?? nothing.map { $0 - .infinity }
      highs += found?.range.high.value.doubles ?? nothing.map { $0 + .infinity }
      let error = try found?.error
      errors += error?.value.doubles ?? nothing
    }
    let range = try Interval(lows, highs, shape: shape)
    return Bounds(
      range, error: try .reals(errors, shape) + application.smallest, part: application.unit)
  }

  private func known(
    _ stacks: [MatrixStack], _ item: Int, _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    var matrices: [Interval] = []
    for stack in stacks {
      guard let matrix = try stack.matrix(item) else { return nil }
      matrices.append(matrix)
    }
    return try unlessFactorless { () throws(GraphError) in
      try enclosure(matrices, application)
    }
  }
}

/// What `body` gives; nil where a kernel finds no factors of a matrix.
private func unlessFactorless<T>(
  _ body: () throws(GraphError) -> T?
) throws(GraphError) -> T? {
  do throws(GraphError) { return try body() } catch {
    guard case .tensor(_, _, .matrix) = error else { throw error }
    return nil
  }
}

/// The ranges of matrices, one after the other.
private struct MatrixStack {
  let shape: [Int]
  let low, high: [Double]

  init(_ range: Interval, _ lead: [Int]) throws(GraphError) {
    shape = Array(range.shape.suffix(2))
    let whole = BroadcastTo(lead + shape)
    low = try range.low.applying(whole).elements()
    high = try range.high.applying(whole).elements()
  }

  /// One of them; nil if an end is infinite.
  func matrix(_ item: Int) throws(GraphError) -> Interval? {
    let size = shape.reduce(1, *)
    let places = item * size..<(item + 1) * size
    guard low[places].allSatisfy(\.isFinite), high[places].allSatisfy(\.isFinite) else {
      return nil
    }
    return try Interval(Array(low[places]), Array(high[places]), shape: shape)
  }
}

/// All matrices within a radius of a square one, if none of them is singular: with r an approximate inverse of the one in the middle,
/// |1 - r·a| ≤ excess for all of them, and the powers of the excess vanish (Neumaier 1990, "Interval methods for systems of
/// equations", section 4.1; Rump 1999).
struct RegularMatrices {
  let centre, radius: Variable
  private let inverse, weights: Variable
  /// How far r·a is from the identity at most.
  let excess: Variable
  /// More than what a sum over a row loses by rounding.
  private let rounding: Double

  /// nil if the kernel finds no inverse; that all of them are regular is for `summed` to say.
  init?(_ centre: Variable, radius: Variable) throws(GraphError) {
    let found = try unlessFactorless { () throws(GraphError) in try Solve.inverse(of: centre) }
    guard let inverse = found else { return nil }
    (self.centre, self.radius, self.inverse) = (centre, radius, inverse)
    weights = try inverse.applying(Absolute())
    rounding = Variable.roundings(centre.matrixSize.rows)
    excess = try Self.excess(centre, inverse, radius)
  }

  /// The same for those within another radius.
  func excess(within radius: Variable) throws(GraphError) -> Variable {
    try Self.excess(centre, inverse, radius)
  }

  private static func excess(
    _ centre: Variable, _ inverse: Variable, _ radius: Variable
  ) throws(GraphError) -> Variable {
    let n = centre.matrixSize.rows
    let weights = try inverse.applying(Absolute())
    let rest = try Variable.identity(n, like: centre) - inverse.times(centre)
    let size = try weights.times(centre.applying(Absolute()) + radius)
    return try rest.applying(Absolute()) + weights.times(radius)
      + (size + 1) * Variable.roundings(n)
  }

  /// At least (1 - excess)⁻¹ · size for a size that is nowhere negative; nil if that is not known to exist.
  ///
  /// The solution of the system is made a little larger; that excess · e + size ≤ e then holds, with e nowhere negative, is
  /// proof of both (Berman and Plemmons 1994, theorem 6.2.3). Where the powers of the excess grow there are solutions as well,
  /// with negative elements.
  private func summed(_ size: Variable) throws(GraphError) -> Variable? {
    let floor = try size.applying(Max([-2], keep: true)) * 0x1p-40 + 1e-300
    let wanted = try size + floor
    let system = try Variable.identity(centre.matrixSize.rows, like: centre) - excess
    let found = try unlessFactorless { () throws(GraphError) in
      try apply(Solve(), [system, wanted]) * (1 + 0x1p-30)
    }
    guard let found else { return nil }
    let needed = try (excess.times(found) + wanted) * (1 + rounding)
    guard try apply(LessOrEqual(), [needed, found]).holds,
      try apply(GreaterOrEqual(), [found, .number(0, like: found)]).holds
    else { return nil }
    return found
  }

  /// The range of x in a·x = b, and what a kernel that solves with a moved by `moved` may be wrong by: with x* near a solution,
  /// |x - x*| ≤ (1 - excess)⁻¹ |r| |b - a·x*|.
  func solutions(_ b: Interval, moved: Variable) throws(GraphError) -> Bounds? {
    let right = try b.centre()
    let first = try inverse.times(right)
    let near = try first + inverse.times(right - centre.times(first))
    let distance = try near.applying(Absolute())
    let rest = try (right - centre.times(near)).applying(Absolute())
    let sizes = try right.applying(Absolute()) + centre.applying(Absolute()).times(distance)
    let unsolved = try rest + b.radius() + radius.times(distance) + sizes * rounding
    let size = try weights.times(b.magnitude())
    guard let reach = try summed(weights.times(unsolved) * (1 + rounding)),
      let error = try summed(weights.times(moved.times(size)))
    else { return nil }
    return Bounds(try Interval(near - reach, near + reach), error: try error * 4)
  }
}

extension Variable {
  /// More than the part of the sum of the sizes that a sum of `count` products loses by rounding.
  static func roundings(_ count: Int) -> Double { Double(count + 8) * 0x1p-51 }

  /// Whether all its elements, truth values, are true.
  var holds: Bool { value.bools.allSatisfy { $0 } }

  /// The only number of a tensor.
  var only: Double { value.doubles.first ?? .nan }

  /// The root of the sum of the squares of all elements, rounded up: at least the largest singular value.
  func frobenius() throws(GraphError) -> Double {
    try (self * self).sum([]).only.squareRoot() * (1 + Self.roundings(count))
  }

  /// At least the largest singular value of any matrix whose elements are no larger than these.
  func largestStretch() throws(GraphError) -> Double {
    let rows = try sum([-1]).applying(Max([], keep: false)).only
    let columns = try sum([-2]).applying(Max([], keep: false)).only
    return min(try frobenius(), (rows * columns).squareRoot() * (1 + Self.roundings(count)))
  }
}
