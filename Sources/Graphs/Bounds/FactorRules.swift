// Rules of the Cholesky and the QR factors.
import Tensors

/// How far the Cholesky factors of symmetric matrices 1 ± excess are from 1 at most, in the lower triangle; nil if one may have
/// none.
private func unitFactor(_ excess: Variable) throws(GraphError) -> Variable? {
  let n = excess.matrixSize.rows
  let across = try excess.matrixTransposed()
  var e = try apply(Maximum(), excess, across).value.doubles
  var factor = [Double](repeating: 0, count: n * n)
  for k in 0..<n {
    let own = e[k * n + k]
    guard own < 1 else { return nil }
    let root = (1 - own).squareRoot()
    // 1 - √(1 - own), which is more than √(1 + own) - 1.
    factor[k * n + k] = own / (1 + root)
    for i in k + 1..<max(n, k + 1) { factor[i * n + k] = e[i * n + k] / root }
    for i in k + 1..<max(n, k + 1) {
      let share = e[i * n + k] / (1 - own) * (1 + 0x1p-40)
      for j in k + 1..<n { e[i * n + j] += share * e[j * n + k] }
    }
  }
  return try Variable.reals(factor, [n, n]) * (1 + 0x1p-40)
}

/// How far (1 + f)(1 - e)⁻¹, or these the other way round, is from 1 for |f| ≤ factor and e = 1 - product, all triangular; nil if
/// the product is too far from the identity.
private func turned(
  _ factor: Variable, _ product: Variable, sizes: Variable, upper: Bool
) throws(GraphError) -> Variable? {
  let n = factor.matrixSize.rows
  let one = try Variable.identity(n, like: factor)
  let rest = try (one - product).applying(Absolute()) + (sizes + 1) * Variable.roundings(n)
  let distance = try rest.sum([-1]).applying(Max([], keep: false)).only
  guard distance < 0.5 else { return nil }
  let others = try Variable.filled(2 * distance, like: factor).applying(Triangle(upper: upper))
  let whole = try one + factor
  // Both orders, so that it does not matter which is asked for.
  return try factor + apply(Maximum(), others.times(whole), whole.times(others))
}

/// The rule of the Cholesky factor: with l that of the matrix in the middle and x ≈ l⁻¹, x·a·xᵀ is near the identity, and the
/// factor of a is x⁻¹ times its factor.
struct CholeskyRule: MatrixRule {
  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = matrices[0]
    let n = a.shape[0]
    let rounding = Variable.roundings(n)
    let centre = try a.centre().symmetricPart()
    let plain = try a.radius().symmetricPart() + centre.applying(Absolute()) * 0x1p-52
    // The kernel moves an element by 8 n units of the mean of the two diagonal ones.
    let roots = try a.magnitude().applying(Diagonal()).applying(SquareRoot())
    let moved = try roots.asColumn() * roots.asRow() * (8 * Double(n + 2) * 0x1p-53)
    let radius = try plain + moved
    let l = try centre.applying(Cholesky())
    let x = try apply(TriangularSolve(upper: false), [l, .identity(n, like: l)])
    let (size, weights) = (try l.applying(Absolute()), try x.applying(Absolute()))
    func between(_ middle: Variable, _ x: Variable) throws(GraphError) -> Variable {
      try x.times(middle).timesTransposed(x)
    }
    let rest = try (between(centre, x) - Variable.identity(n, like: l)).applying(Absolute())
    let sizes = try between(centre.applying(Absolute()) + radius, weights)
    let excess = try rest + between(radius, weights) + (sizes * 2 + 1) * rounding
    guard let factor = try unitFactor(excess),
      let change = try turned(
        factor, x.times(l), sizes: weights.times(size), upper: false)
    else { return nil }
    let reach = try size.times(change) * (1 + rounding)
    return Bounds(try Interval(l - reach, l + reach))
  }
}

/// The rule of the packed QR factors: with r that of the matrix in the middle and x ≈ r⁻¹, the columns of b = a·x are nearly
/// orthonormal; the factor of b comes from that of bᵀb, and r(a) = r(b) x⁻¹, q(a) = b r(b)⁻¹.
struct OrthogonalRule: MatrixRule {
  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = matrices[0]
    let (m, n) = a.low.matrixSize
    let rounding = Variable.roundings(m)
    let unit = 8 * Double(m * n) * 0x1p-53
    let squares = try a.magnitude() * a.magnitude()
    let lengths = try squares.sum([-2], keep: true).applying(SquareRoot())
    let radius = try a.radius() + lengths * unit
    let centre = try a.centre()
    let r = try centre.applying(OrthogonalTriangular()).part(from: m * n, [n, n])
    let x = try apply(TriangularSolve(upper: true), [r, .identity(n, like: r)])
    let (size, weights) = (try r.applying(Absolute()), try x.applying(Absolute()))
    let q = try centre.times(x)
    let length = try q.applying(Absolute())
    let spread =
      try radius.times(weights)
      + (centre.applying(Absolute()) + radius).times(weights) * rounding
    let across = try length.transposedTimes(spread)
    let rest = try (q.transposedTimes(q) - Variable.identity(n, like: r)).applying(Absolute())
    let excess =
      try rest + across + across.matrixTransposed() + spread.transposedTimes(spread)
      + (length.transposedTimes(length) + 1) * (2 * rounding)
    guard let factor = try unitFactor(excess),
      let change = try turned(
        factor.matrixTransposed(), r.times(x), sizes: size.times(weights), upper: true)
    else { return nil }
    let reach = try change.times(size) * (1 + rounding)
    let turn = try inverse(of: factor)
    let away = try (spread + (length + spread).times(turn)) * (1 + rounding) + unit
    func packed(_ q: Variable, _ r: Variable) throws(GraphError) -> Variable {
      try apply(Concatenate(0), [q.reshaped([m * n]), r.reshaped([n * n])])
    }
    return Bounds(try Interval(packed(q - away, r - reach), packed(q + away, r + reach)))
  }

  /// How far (1 + f)⁻¹ is from 1 for upper triangular f no larger than the transpose of `factor`: factorᵀ (1 - factorᵀ)⁻¹.
  private func inverse(of factor: Variable) throws(GraphError) -> Variable {
    let system = try Variable.identity(factor.matrixSize.rows, like: factor) - factor
    return try apply(TriangularSolve(upper: false), [system, factor]).matrixTransposed()
      * (1 + 0x1p-30)
  }
}
