// Factors of matrices: Cholesky, QR and singular values.
import Tensors

/// The lower triangular l with l·lᵀ = (a + aᵀ) / 2 for a [..., n, n].
package struct Cholesky: Operator {
  package static let name = "cholesky"
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.square(Self.name, operands)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.cholesky(inputs[0])
  }

  /// The symmetric part of l⁻ᵀ φ(lᵀ l̄) l⁻¹, where φ takes the lower triangle and halves the diagonal (Murray 2016,
  /// "Differentiation of the Cholesky decomposition", (10)).
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let l = pullback.output
    let product = try l.transposedTimes(pullback.gradient)
    let half =
      try
      (product.applying(Triangle(upper: false))
      + product.applying(Triangle(upper: false, -1))) * 0.5
    let upper = try l.matrixTransposed()
    let solve = TriangularSolve(upper: true)
    let left = try apply(solve, [upper, half])
    return [try apply(solve, [upper, left.matrixTransposed()]).symmetricPart()]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The reduced factors q [m, n] and r [n, n] of a [..., m, n] with m ≥ n, packed as [..., m·n + n·n]; `parts` takes them
/// apart, and makes those of a matrix with more columns than rows.
package struct OrthogonalTriangular: Operator {
  package static let name = "qr"
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (rows, columns) = try ShapeRule.matrix(Self.name, operands)
    try ShapeRule.require(
      rows >= columns, Self.name, operands, "there must be no more columns than rows")
    return operands[0].shape.dropLast(2) + [rows * columns + columns * columns]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.qr(inputs[0])
  }

  /// q [..., m, k] and r [..., k, n], k = min(m, n), with q·r = a.
  package static func parts(of a: Variable) throws(GraphError) -> (q: Variable, r: Variable) {
    let (m, n) = try ShapeRule.matrix(Self.name, [Operand(a.shape)])
    guard m < n else {
      let packed = try a.applying(OrthogonalTriangular())
      return (try packed.part(from: 0, [m, n]), try packed.part(from: m * n, [n, n]))
    }
    // The first columns give q; the others are expressed in it (Walter and Lehmann 2018, "Algorithmic differentiation of
    // linear algebra functions", section 4.3).
    let (q, r) = try parts(of: a.applying(SliceAxis(-1, from: 0, count: m)))
    let rest = try a.applying(SliceAxis(-1, from: m, count: n - m))
    return (q, try apply(Concatenate(-1), [r, q.transposedTimes(rest)]))
  }

  /// (q̄ + q·c) r⁻ᵀ, where c is symmetric with the lower triangle of r r̄ᵀ - q̄ᵀ q (Walter and Lehmann 2018, 4.2).
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (m, n) = pullback.inputs[0].matrixSize
    func parts(_ packed: Variable) throws(GraphError) -> (Variable, Variable) {
      (try packed.part(from: 0, [m, n]), try packed.part(from: m * n, [n, n]))
    }
    let (q, r) = try parts(pullback.output)
    let (qGradient, all) = try parts(pullback.gradient)
    let rGradient = try all.applying(Triangle(upper: true))
    let product = try r.timesTransposed(rGradient) - qGradient.transposedTimes(q)
    let symmetric =
      try product.applying(Triangle(upper: false))
      + product.applying(Triangle(upper: false, -1)).matrixTransposed()
    let sum = try qGradient + q.times(symmetric)
    let solved = try apply(TriangularSolve(upper: true), [r, sum.matrixTransposed()])
    return [try solved.matrixTransposed()]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The singular values of a [..., m, n], descending: [..., k], k = min(m, n); with `vectors` packed as u [m, k], the
/// values [k] and v [n, k] in one line.
package struct SingularValues: Operator {
  package static let name = "singular values"
  package let vectors: Bool

  package init(vectors: Bool) { self.vectors = vectors }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (m, n) = try ShapeRule.matrix(Self.name, operands)
    let k = min(m, n)
    return operands[0].shape.dropLast(2) + [vectors ? (m + n + 1) * k : k]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.singularValues(inputs[0], vectors: vectors)
  }

  /// u [..., m, k], s [..., k] and v [..., n, k] with u diag(s) vᵀ = a.
  package static func parts(
    of a: Variable
  ) throws(GraphError) -> (u: Variable, s: Variable, v: Variable) {
    try parts(a.applying(SingularValues(vectors: true)), of: a.matrixSize)
  }

  private static func parts(
    _ packed: Variable, of size: (rows: Int, columns: Int)
  ) throws(GraphError) -> (u: Variable, s: Variable, v: Variable) {
    let k = min(size.rows, size.columns)
    return (
      try packed.part(from: 0, [size.rows, k]), try packed.part(from: size.rows * k, [k]),
      try packed.part(from: (size.rows + 1) * k, [size.columns, k])
    )
  }

  /// u diag(s̄) vᵀ for the values alone (Giles 2008, 3.2). With vectors, f = 1 / (s_j² - s_i²) and ∘ element by element,
  ///
  /// ā = u (f∘(uᵀū - ūᵀu) diag(s) + diag(s) f∘(vᵀv̄ - v̄ᵀv) + diag(s̄)) vᵀ
  ///   + (1 - uuᵀ) ū diag(1/s) vᵀ + u diag(1/s) v̄ᵀ (1 - vvᵀ)
  ///
  /// (Townsend 2016, "Differentiating the singular value decomposition"). Where singular values are equal or 0, a
  /// gradient that depends on their vectors does not exist: it is infinite or NaN.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let a = pullback.inputs[0]
    guard a.value.count > 0 else { return [try .zeros(like: a)] }
    guard vectors else {
      let (u, _, v) = try Self.parts(of: a)
      return [try (u * pullback.gradient.asRow()).timesTransposed(v)]
    }
    let (u, s, v) = try Self.parts(pullback.output, of: a.matrixSize)
    let (du, ds, dv) = try Self.parts(pullback.gradient, of: a.matrixSize)
    let gaps = try s.differences() * (s.asRow() + s.asColumn())
    func turning(_ x: Variable, _ dx: Variable) throws(GraphError) -> Variable {
      let product = try x.transposedTimes(dx)
      return try (product - product.matrixTransposed()).divided(by: gaps, unlessZero: dx)
    }
    /// (1 - xxᵀ) dx diag(1/s): what leaves the space of the columns of x.
    func leaving(_ x: Variable, _ dx: Variable) throws(GraphError) -> Variable {
      try (dx - x.times(x.transposedTimes(dx))).divided(by: s.asRow(), unlessZero: dx)
    }
    let inner = try turning(u, du) * s.asRow() + s.asColumn() * turning(v, dv)
    var left = try u.times(inner) + u * ds.asRow()
    let (m, n) = a.matrixSize
    if m > n { left = try left + leaving(u, du) }
    let sum = try left.timesTransposed(v)
    return [n > m ? try sum + u.timesTransposed(leaving(v, dv)) : sum]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}
