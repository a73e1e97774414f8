// Linear systems: square, triangular, least squares; determinants.

import CLapack
import Glibc

extension Kernels {
  /// x with a·x = b for a […, n, n] and b […, n, k], whose leading axes broadcast.
  ///
  /// By LU factors of the matrix with rows and columns scaled; `singular` where its reciprocal condition is then below
  /// 2^-53, for which no digit of x would be right. NaN in b gives NaN.
  package static func solve(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("solve", a, b)
    let n = try batch.square(a)
    let columns = try right(batch, a, b)
    let (left, result) = (try batch.columns(of: a), try batch.columns(of: b))
    if result.count > 0 {
      let x = result.pointer(Double.self)
      try batch.each(left, result, scratch: 7 * n) { item, matrix, scratch in
        let status = lapack_solve(
          Int32(n), Int32(columns), matrix, x + item * n * columns, scratch, (scratch + 6 * n).whole
        )
        return status == 0 ? nil : .singular
      }
    }
    return try batch.result(result)
  }

  /// x with a·x = b, where only the upper or lower triangle of a […, n, n] is read; b […, n, k].
  package static func triangularSolve(
    _ a: Tensor, _ b: Tensor, upper: Bool
  ) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("triangular solve", a, b)
    let n = try batch.square(a)
    let columns = try right(batch, a, b)
    let (left, result) = (try batch.columns(of: a), try batch.columns(of: b))
    if result.count > 0 {
      let x = result.pointer(Double.self)
      try batch.each(left, result, checked: false, scratch: 0) { item, matrix, _ in
        let status = lapack_triangular(
          upper, Int32(n), Int32(columns), matrix, x + item * n * columns)
        return status == 0 ? nil : .singular
      }
    }
    return try batch.result(result)
  }

  /// The number of columns of `b`, which must have as many rows as `a`.
  private static func right(
    _ batch: MatrixBatch, _ a: Tensor, _ b: Tensor
  ) throws(TensorError) -> Int {
    guard a.shape[a.rank - 2] == b.shape[b.rank - 2] else {
      throw .shapes(
        operation: batch.operation, shapes: [a.shape, b.shape],
        reason: "both must have the same number of rows")
    }
    return b.shape[b.rank - 1]
  }

  /// The x […, n, k] of least norm that minimises |a·x - b| for a […, m, n] of any rank and b […, m, k].
  ///
  /// By the singular value decomposition (gelsd). Singular values below `cutoff` times the largest count as 0; without
  /// one, max(m, n) times the rounding of the operands' element type.
  package static func leastSquares(
    _ a: Tensor, _ b: Tensor, cutoff: Double? = nil
  ) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("least squares", a, b)
    let columns = try right(batch, a, b)
    let (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let k = columns
    guard a.count > 0, b.count > 0 else { return try .zeros(batch.lead + [n, k], batch.type) }
    let ulp = batch.type == .f32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let cut = cutoff ?? Double(max(m, n)) * ulp
    let (left, b) = (try batch.columns(of: a), try batch.columns(of: b))
    let result = try Tensor(uninitialised: batch.lead + [k, n], .f64)
    let (tall, short) = (max(m, n), min(m, n))
    // All of them are wanted as Int32; b with room for x is of these sizes.
    guard tall * k <= 1 << 30 else {
      throw .value(operation: batch.operation, reason: "the right side is too large for LAPACK")
    }
    var integers: Int32 = 0
    let work = try batch.work { size, none in
      lapack_least_squares(
        Int32(m), Int32(n), Int32(k), none, none, none, cut, size, -1, &integers)
    }
    let (from, to) = (b.pointer(Double.self), result.pointer(Double.self))
    let room = short + tall * k + Int(work)
    try batch.each(left, b, result, scratch: room + Int(integers) / 2 + 1) {
      item, matrix, scratch in
      let x = scratch + short
      let right = from + item * m * k
      for j in 0..<k {
        for i in 0..<tall { x[j * tall + i] = i < m ? right[j * m + i] : 0 }
      }
      for i in 0..<tall * k where !x[i].isFinite { return .notFinite }
      let status = lapack_least_squares(
        Int32(m), Int32(n), Int32(k), matrix, x, scratch, cut, x + tall * k, work,
        (scratch + room).whole)
      for j in 0..<k {
        for i in 0..<n { to[(item * k + j) * n + i] = x[j * tall + i] }
      }
      return status == 0 ? nil : .noConvergence
    }
    return try batch.result(result)
  }

  /// The determinants […] of a […, n, n], by LU factors; that of a matrix without elements is 1.
  package static func determinant(_ a: Tensor) throws(TensorError) -> Tensor {
    try pivots("determinant", a, width: 1) { diagonal, isOdd, out in
      out[0] = diagonal.reduce(isOdd ? -1 : 1, *)
    }
  }

  /// The sign of the determinant and the logarithm of its magnitude, […, 2], of a […, n, n]; 0 and -∞ where it is 0.
  package static func logDeterminant(_ a: Tensor) throws(TensorError) -> Tensor {
    try pivots("log determinant", a, width: 2) { diagonal, isOdd, out in
      out[0] = diagonal.reduce(isOdd ? -1.0 : 1) { $0 * ($1 > 0 ? 1 : $1 < 0 ? -1 : 0) }
      out[1] = diagonal.reduce(0) { $0 + log(abs($1)) }
    }
  }

  /// `width` numbers for each matrix, computed from the diagonal of U and whether the permutation of P·L·U is odd.
  private static func pivots(
    _ operation: String, _ a: Tensor, width: Int,
    _ compute: @escaping (StridingPart, Bool, UnsafeMutablePointer<Double>) -> Void
  ) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch(operation, a)
    let n = try batch.square(a)
    let left = try batch.columns(of: a)
    let result = try batch.numbers(width)
    let out = result.pointer(Double.self)
    try batch.each(left, result, scratch: n) { item, matrix, scratch in
      var isOdd = false
      if n > 0 {
        // A pivot of 0 is a determinant of 0, no error.
        _ = lapack_lu(Int32(n), matrix, scratch.whole)
        for i in 0..<n where scratch.whole[i] != Int32(i + 1) { isOdd.toggle() }
      }
      compute(StridingPart(start: matrix, count: n, step: n + 1), isOdd, out + item * width)
      return nil
    }
    let typed = try result.cast(to: batch.type)
    return width == 1 ? try typed.reshaped(batch.lead) : typed
  }
}

/// Numbers in memory, equally far apart.
struct StridingPart {
  let start: UnsafePointer<Double>
  let count: Int
  let step: Int

  init(start: UnsafeMutablePointer<Double>, count: Int, step: Int) {
    (self.start, self.count, self.step) = (UnsafePointer(start), count, step)
  }

  /// The numbers folded from the first on.
  func reduce(_ initial: Double, _ combine: (Double, Double) -> Double) -> Double {
    var result = initial
    for i in 0..<count { result = combine(result, start[i * step]) }
    return result
  }
}
