// Rules of eigenvalues, singular values and their vectors, and of the matrix exponential.
import Tensors

/// How far the unit vector of a value turns at most, for values of a symmetric matrix in the middle and changes of size `reach`: 2-norms
/// (Davis and Kahan 1970: the sine of the angle is at most the change over the distance of the value from the others, which
/// move as well).
private func turn(gap: Double, reach: Double) -> Double? {
  let sine = reach / (gap - reach)
  // 2 sin(angle / 2) ≤ √2 sin(angle) up to a right angle.
  return gap > reach && sine <= 1 ? 1.4143 * sine + 0x1p-46 : nil
}

/// The range of unit vectors in the columns of a matrix, each of which differs by at most `turns` from its own; nil where nothing is
/// known.
///
/// The kernels make the largest element of each column of the first `rows` positive: where the box leaves open which one that
/// is, the vectors may come with either sign.
private func vectors(
  _ columns: Variable, turns: [Double?], rows: Int
) throws(GraphError) -> Interval {
  let (m, k) = columns.matrixSize
  let values = columns.value.doubles
  var (low, high) = ([Double](repeating: -1, count: m * k), [Double](repeating: 1, count: m * k))
  for (j, turn) in turns.enumerated() {
    guard let turn else { continue }
    let own = (0..<m).map { values[$0 * k + j] }
    let largest = own.prefix(rows).reduce(0) { max($0, abs($1)) }
    let candidates = own.prefix(rows).filter { abs($0) + turn >= (largest - turn) * (1 - 1e-9) }
    let isSure = candidates.allSatisfy { $0 > turn }
    for (i, value) in own.enumerated() {
      let (from, to) = (max(value - turn, -1), min(value + turn, 1))
      (low[i * k + j], high[i * k + j]) = isSure ? (from, to) : (min(from, -to), max(to, -from))
    }
  }
  return try Interval(low, high, shape: [m, k])
}

extension Interval {
  /// The ranges of several results in one line.
  fileprivate static func packed(_ parts: [Interval]) throws(GraphError) -> Interval {
    func line(_ end: (Interval) -> Variable) throws(GraphError) -> Variable {
      let lines = try parts.map { part throws(GraphError) in
        try end(part).reshaped([end(part).count])
      }
      return try apply(Concatenate(0), lines)
    }
    return try Interval(line { $0.low }, line { $0.high })
  }
}

/// The rule of the eigenvalues of symmetric matrices, which move by no more than the 2-norm of the change (Weyl 1912), and of their
/// vectors.
struct SymmetricEigenRule: MatrixRule {
  let hasVectors: Bool

  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = matrices[0]
    let n = a.shape[0]
    let centre = try a.centre().symmetricPart()
    let radius = try a.radius().symmetricPart()
    let rounding = try a.magnitude().frobenius() * Double(n) * 0x1p-48
    let reach = try radius.largestStretch() + rounding
    let (found, columns) = try SymmetricEigen.parts(of: centre)
    let values = found.value.doubles
    let range = try Interval(values.map { $0 - reach }, values.map { $0 + reach }, shape: [n])
    guard hasVectors else { return Bounds(range) }
    let turns = values.indices.map { i in
      let gaps = values.indices.filter { $0 != i }.map { abs(values[$0] - values[i]) }
      return turn(gap: gaps.min() ?? .infinity, reach: reach)
    }
    return Bounds(try .packed([range, vectors(columns, turns: turns, rows: n)]))
  }
}

/// The rule of the eigenvalues of general matrices: their real parts lie between the smallest and the largest eigenvalue of the
/// symmetric part, their imaginary parts within the norm of the rest (Bendixson 1902; Hirsch 1902). Of the vectors, whose places
/// depend on the order of the values, only their length 1 is known.
struct GeneralEigenRule: MatrixRule {
  let hasVectors: Bool

  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = matrices[0]
    let n = a.shape[0]
    let (centre, radius) = (try a.centre(), try a.radius())
    let rounding = try a.magnitude().frobenius() * Double(n) * 0x1p-44
    let reach = try radius.symmetricPart().largestStretch() + rounding
    let values = try centre.applying(SymmetricEigen(vectors: false)).value.doubles
    let rest = try (centre - centre.matrixTransposed()) * 0.5
    // The diagonal of the rest is 0.
    let others = try Variable.identity(n, like: centre) * -1 + 1
    let turning = try (rest.applying(Absolute()) + radius.symmetricPart()) * others
    let largest = try turning.largestStretch() + rounding
    func line(_ real: Double, _ imaginary: Double, _ part: Double) -> [Double] {
      let places = [Double](repeating: part, count: hasVectors ? 2 * n * n : 0)
      return [Double](repeating: real, count: n) + [Double](repeating: imaginary, count: n) + places
    }
    let low = line((values.min() ?? 0) - reach, -largest, -1 - 0x1p-40)
    let high = line((values.max() ?? 0) + reach, largest, 1 + 0x1p-40)
    return Bounds(try Interval(low, high, shape: [low.count]))
  }
}

/// The rule of singular values, likewise, and of their vectors: u over v, divided by √2, is the vector of a value of
/// [[0, a], [aᵀ, 0]], whose other values are those of the others, their negatives, and 0 if the matrix is not square.
struct SingularRule: MatrixRule {
  let hasVectors: Bool

  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = matrices[0]
    let (m, n) = a.low.matrixSize
    let k = min(m, n)
    let rounding = try a.magnitude().frobenius() * Double(max(m, n)) * 0x1p-48
    let reach = try a.radius().largestStretch() + rounding
    let (u, s, v) = try SingularValues.parts(of: a.centre())
    let values = s.value.doubles
    let range = try Interval(
      values.map { max($0 - reach, 0) }, values.map { $0 + reach }, shape: [k])
    guard hasVectors else { return Bounds(range) }
    let turns = values.indices.map { i in
      var gaps = values.map { $0 + values[i] }
      gaps += values.indices.filter { $0 != i }.map { abs(values[$0] - values[i]) }
      if m != n { gaps.append(values[i]) }
      return turn(gap: gaps.min() ?? .infinity, reach: reach).map { $0 * 1.4143 }
    }
    let both = try vectors(apply(Concatenate(0), [u, v]), turns: turns, rows: m)
    let (first, second) = (
      SliceAxis(0, from: 0, count: m), SliceAxis(0, from: m, count: n)
    )
    return Bounds(try .packed([both.applying(first), range, both.applying(second)]))
  }
}

/// The rule of the matrix exponential: term by term, |e^(c + d) - e^c| ≤ e^(|c| + |d|) - e^|c|, with a multiple of the identity taken
/// out of c so that its diagonal is not negative.
///
/// The difference is what stands at the top right of the exponential of [[|c|, |d|], [0, |c| + |d|]], without cancellation.
struct ExponentialRule: MatrixRule {
  func enclosure(
    _ matrices: [Interval], _ application: BoundedApplication
  ) throws(GraphError) -> Bounds? {
    let a = matrices[0]
    let n = a.shape[0]
    let (centre, radius) = (try a.centre(), try a.radius())
    let shift = try -centre.applying(Diagonal()).applying(Min([], keep: false)).only
    let one = try Variable.identity(n, like: centre)
    let size = try (centre + one * shift).applying(Absolute())
    let top = try apply(Concatenate(1), [size, radius])
    let bottom = try apply(Concatenate(1), [one * 0, size + radius])
    let whole = try
      (apply(Concatenate(0), [top, bottom]) - Variable.identity(2 * n, like: one) * shift)
      .applying(MatrixExponential())
    let reach = try whole.applying(SliceAxis(0, from: 0, count: n)).applying(
      SliceAxis(1, from: n, count: n))
    // Each squaring doubles the error of the last one and adds its own; there are as many as the norm has places.
    let norm = try a.magnitude().sum([-1]).applying(Max([], keep: false)).only
    let largest = try whole.applying(Absolute()).applying(Max([], keep: false)).only
    let rounding = 512 * Double(n) * 0x1p-53 * (1 + norm + abs(shift)) * largest
    let middle = try centre.applying(MatrixExponential())
    let away = try reach.positivePart() * (1 + 0x1p-30) + rounding
    return Bounds(try Interval(middle - away, middle + away))
  }
}
