// Rules of linear systems and of determinants.
import Glibc
import Tensors

extension Interval {
  /// How far the kernel that factors these matrices into triangles, with rows and columns scaled, moves them at most: 16 n units
  /// of the largest elements of their scaled rows and columns.
  fileprivate func movedByElimination() throws(GraphError) -> Variable {
    let size = try magnitude()
    let rows = try size.applying(Max([-1], keep: true))
    let columns = try (size / rows).applying(Max([-2], keep: true))
    return try rows * columns * (16 * Double(size.matrixSize.rows) * 0x1p-53)
  }
}

/// The rule of x in a·x = b, where perhaps only a triangle of a is read.
struct SystemRule: MatrixRule {
  let triangle: Triangle?

  init(triangle: Triangle? = nil) { self.triangle = triangle }

  func isLinear(in open: [Bool]) -> Bool { !open[0] }

  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = if let triangle { try matrices[0].applying(triangle) } else { matrices[0] }
    let moved = try a.movedByElimination()
    return try RegularMatrices(a.centre(), radius: a.radius() + moved)?
      .solutions(matrices[1], moved: moved)
  }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    guard !application.open[0] else { return nil }
    return try application.linearRows(positive + negative, application.open)
  }
}

/// The rule of the x that minimises |a·x - b|, as a part of the solution of a larger system (Björck 1996, "Numerical methods for
/// least squares problems", section 2.5.3), where all matrices have full rank.
struct LeastSquaresRule: MatrixRule {
  let cutoff: Double?

  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let (a, b) = (matrices[0], matrices[1])
    let (m, n) = a.low.matrixSize
    let unit = 16 * Double(max(m, n)) * 0x1p-53
    let centre = try a.centre()
    let moved = try Variable.filled(a.magnitude().frobenius() * unit, like: centre)
    let radius = try a.radius() + moved
    guard try hasFullRank(centre, radius, application.output.type) else { return nil }
    let scale = try centre.applying(Absolute()).applying(Max([], keep: false)).only
    let all = try RegularMatrices(
      larger(centre, diagonal: scale, sign: m < n ? -1 : 1), radius: larger(radius))
    let right = try b.widened(
      by: .filled(b.magnitude().frobenius() * unit, like: b.low))
    let nothing = try Variable.make("bounds") { () throws(TensorError) in
      try Tensor.zeros([n, b.shape[1]], .f64)
    }
    func beside(_ end: Variable) throws(GraphError) -> Variable {
      try apply(Concatenate(0), m < n ? [nothing, end] : [end, nothing])
    }
    let whole = try Interval(beside(right.low), beside(right.high))
    guard let found = try all?.solutions(whole, moved: larger(moved)) else { return nil }
    let part = SliceAxis(0, from: m < n ? 0 : m, count: n)
    return Bounds(
      try found.range.applying(part), error: try found.error?.applying(part))
  }

  /// Whether the kernel takes no singular value for 0.
  private func hasFullRank(
    _ centre: Variable, _ radius: Variable, _ type: ElementType
  ) throws(GraphError) -> Bool {
    let values = try centre.applying(SingularValues(vectors: false)).value.doubles
    let reach = try radius.largestStretch() * 2
    let unit = type == .f32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let cutoff = cutoff ?? Double(centre.shape.max() ?? 1) * unit
    return (values.min() ?? 0) - reach > 1.01 * cutoff * ((values.max() ?? 0) + reach)
  }

  /// [[d, a], [aᵀ, 0]], or with fewer rows than columns [[d, ±aᵀ], [a, 0]].
  private func larger(
    _ a: Variable, diagonal: Double = 0, sign: Double = 1
  ) throws(GraphError) -> Variable {
    let (m, n) = a.matrixSize
    let across = try a.matrixTransposed()
    let (right, below) = m < n ? (try across * sign, a) : (a, across)
    let corner = try Variable.identity(max(m, n), like: a) * diagonal
    let nothing = try Variable.identity(min(m, n), like: a) * 0
    return try apply(
      Concatenate(0),
      [apply(Concatenate(1), [corner, right]), apply(Concatenate(1), [below, nothing])])
  }

  func isLinear(in open: [Bool]) -> Bool { !open[0] }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    guard !application.open[0] else { return nil }
    return try application.linearRows(positive + negative, application.open)
  }
}

/// The rule of a determinant, or of its sign and the logarithm of its size.
///
/// With r an approximate inverse of the matrix c in the middle, det a / det c = det(r·a) / det(r·c), and both are determinants of
/// matrices near the identity. Where a matrix may be singular, Hadamard's inequality remains.
struct DeterminantRule: MatrixRule {
  let isLogarithm: Bool

  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = matrices[0]
    let limits = try largest(a)
    guard let (low, high) = try quotient(a) else { return Bounds(limits) }
    let centre = try a.centre()
    if isLogarithm {
      let found = try centre.applying(LogDeterminant()).value.doubles
      guard found[0] != 0, found[1].isFinite else { return Bounds(limits) }
      // The logarithms of all pivots are rounded, and their sum.
      let n = Double(a.shape[0])
      let size = try a.magnitude().applying(Max([], keep: false)).only
      let rounding = n * 0x1p-51 * (1 + abs(found[1]) + 2 * n * log1p(8 * n * size))
      let ends = (found[1] + log(low) - rounding, found[1] + log(high) + rounding)
      return Bounds(
        try Interval([found[0], ends.0], [found[0], ends.1], shape: [2]).intersection(limits))
    }
    let value = try centre.applying(Determinant()).only
    guard value.isFinite else { return Bounds(limits) }
    let ends = [value * low, value * high]
    return Bounds(
      try Interval([ends.min() ?? value], [ends.max() ?? value], shape: []).intersection(limits))
  }

  /// The range of the determinant divided by what the kernel gives for the matrix in the middle.
  private func quotient(_ a: Interval) throws(GraphError) -> (low: Double, high: Double)? {
    let n = a.shape[0]
    let moved = try a.movedByElimination()
    guard let all = try RegularMatrices(a.centre(), radius: a.radius() + moved),
      let (low, high) = Self.nearOne(all.excess.value.doubles, n),
      let (least, most) = try Self.nearOne(all.excess(within: moved).value.doubles, n)
    else { return nil }
    let rounding = Double(n + 4) * 0x1p-50
    return (low / most * (1 - rounding), high / least * (1 + rounding))
  }

  /// Of determinants of matrices that are 1 ± excess: by elimination, which subtracts no more from an element than the product of
  /// those it meets.
  private static func nearOne(_ excess: [Double], _ n: Int) -> (low: Double, high: Double)? {
    var excess = excess
    var (low, high) = (1.0, 1.0)
    for k in 0..<n {
      let own = excess[k * n + k]
      guard own < 1 else { return nil }
      (low, high) = (low * (1 - own), high * (1 + own))
      for i in k + 1..<max(n, k + 1) {
        let factor = excess[i * n + k] / (1 - own) * (1 + 0x1p-40)
        for j in k + 1..<n { excess[i * n + j] += factor * excess[k * n + j] }
      }
    }
    let rounding = Double(n) * 0x1p-50
    return low > 0 ? (low * (1 - rounding), high * (1 + rounding)) : nil
  }

  /// Between ± the product of the lengths of the rows.
  private func largest(_ a: Interval) throws(GraphError) -> Interval {
    let size = try a.magnitude()
    let lengths = try (size * size).sum([-1]).applying(SquareRoot()).value.doubles
    let n = Double(lengths.count)
    if isLogarithm {
      let sum = lengths.reduce(0) { $0 + log($1) }
      let rounding = 1e-12 * (n * n + lengths.reduce(0) { $0 + ($1 > 0 ? abs(log($1)) : 0) })
      return try Interval([-1, -.infinity], [1, sum + rounding], shape: [2])
    }
    let product = lengths.reduce(1, *) * (1 + n * n * 1e-12) + 1e-300
    return try Interval([-product], [product], shape: [])
  }
}
