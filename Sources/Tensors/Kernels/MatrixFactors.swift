// Factors of matrices: Cholesky, QR, singular values. Several factors of one matrix are packed in one line of numbers.

import CLapack

extension Kernels {
  /// The lower triangular l […, n, n] with a positive diagonal and l·lᵀ = (a + aᵀ) / 2.
  package static func cholesky(_ a: Tensor) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("cholesky", a)
    let n = try batch.square(a)
    let result = try batch.columns(of: a)
    try batch.each(result, scratch: 0) { _, matrix, _ in
      guard n > 0 else { return nil }
      matrix.symmetrise(n)
      guard lapack_cholesky(Int32(n), matrix) == 0 else { return .notPositiveDefinite }
      for j in 0..<n {
        for i in 0..<j { matrix[j * n + i] = 0 }
      }
      return nil
    }
    return try batch.result(result)
  }

  /// The reduced factors of a […, m, n] with m ≥ n: q [m, n] with orthonormal columns, then the upper triangular r
  /// [n, n], row by row: […, m·n + n·n]. The diagonal of r is not negative.
  package static func qr(_ a: Tensor) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("qr", a)
    let (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    guard m >= n else {
      throw .shapes(
        operation: "qr", shapes: [a.shape], reason: "there must be no more columns than rows")
    }
    let left = try batch.columns(of: a)
    let size = m * n + n * n
    let result = try batch.numbers(size)
    guard result.count > 0 else { return try result.cast(to: batch.type) }
    let (rows, columns) = (Int32(m), Int32(n))
    let work = max(
      try batch.work { lapack_qr(rows, columns, $1, $1, $0, -1) },
      try batch.work { lapack_q(rows, columns, $1, $1, $0, -1) })
    let to = result.pointer(Double.self)
    try batch.each(left, result, scratch: n + Int(work)) { item, matrix, scratch in
      let (q, room) = (to + item * size, scratch + n)
      let r = q + m * n
      _ = lapack_qr(rows, columns, matrix, scratch, room, work)
      let signs = (0..<n).map { matrix[$0 * m + $0] < 0 ? -1.0 : 1 }
      for i in 0..<n {
        for j in 0..<n { r[i * n + j] = i > j ? 0 : signs[i] * matrix[j * m + i] }
      }
      _ = lapack_q(rows, columns, matrix, scratch, room, work)
      for i in 0..<m {
        for j in 0..<n { q[i * n + j] = signs[j] * matrix[j * m + i] }
      }
      return nil
    }
    return try result.cast(to: batch.type)
  }

  /// The singular values of a […, m, n], descending: […, k], k = min(m, n); with `vectors` u [m, k], the values [k] and
  /// v [n, k], row by row: […, m·k + k + n·k]. The largest element of each column of u is positive.
  package static func singularValues(_ a: Tensor, vectors: Bool) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("singular values", a)
    let (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let k = min(m, n)
    let left = try batch.columns(of: a)
    let size = vectors ? (m + n + 1) * k : k
    let result = try batch.numbers(size)
    guard result.count > 0 else { return try result.cast(to: batch.type) }
    let (rows, columns) = (Int32(m), Int32(n))
    let work = try batch.work { size, none in
      var whole: Int32 = 0
      return lapack_svd(vectors, rows, columns, none, none, none, none, size, -1, &whole)
    }
    let to = result.pointer(Double.self)
    let room = (vectors ? m * k : 0) + 4 * k
    try batch.each(left, result, scratch: room + Int(work)) { item, matrix, scratch in
      let u = to + item * size
      let s = vectors ? u + m * k : u
      let v = vectors ? s + k : u
      // vᵀ in column-major order is v in row-major order.
      let status = lapack_svd(
        vectors, rows, columns, matrix, s, scratch + 4 * k, v, scratch + room, work, scratch.whole)
      if vectors {
        u.transpose(scratch + 4 * k, rows: m, columns: k)
        for j in 0..<k where isNegative(u + j, m, k) {
          for i in 0..<m { u[i * k + j] *= -1 }
          for i in 0..<n { v[i * k + j] *= -1 }
        }
      }
      return status == 0 ? nil : .noConvergence
    }
    return try result.cast(to: batch.type)
  }

  /// Whether the largest of `count` numbers is negative; of numbers that are equal up to rounding, the first.
  static func isNegative(_ x: UnsafePointer<Double>, _ count: Int, _ step: Int) -> Bool {
    var largest = 0.0
    for i in 0..<count { largest = max(largest, abs(x[i * step])) }
    for i in 0..<count where abs(x[i * step]) >= largest * (1 - 1e-10) { return x[i * step] < 0 }
    return false
  }
}
