// Eigenvalues and eigenvectors of symmetric and of general matrices.

import CLapack
import Glibc

extension Kernels {
  /// The eigenvalues of (a + aᵀ) / 2, ascending: […, n]; with `vectors` followed by the orthonormal eigenvectors in the
  /// columns of [n, n], row by row: […, n + n·n]. The largest element of each vector is positive.
  package static func symmetricEigen(_ a: Tensor, vectors: Bool) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("symmetric eigen", a)
    let n = try batch.square(a)
    let left = try batch.columns(of: a)
    let size = vectors ? n + n * n : n
    let result = try batch.numbers(size)
    guard result.count > 0 else { return try result.cast(to: batch.type) }
    // The working memory for whole numbers, 3 + 5·n, is counted in 32 bits too.
    guard n < 1 << 28 else {
      throw .value(operation: batch.operation, reason: "the matrix is too large for LAPACK")
    }
    let work = try batch.work { size, none in
      var whole: Int32 = 0
      return lapack_symmetric_eigen(vectors, Int32(n), none, none, size, -1, &whole)
    }
    let to = result.pointer(Double.self)
    let room = (5 * n + 3) / 2 + 1
    try batch.each(left, result, scratch: room + Int(work)) { item, matrix, scratch in
      let values = to + item * size
      matrix.symmetrise(n)
      let status = lapack_symmetric_eigen(
        vectors, Int32(n), matrix, values, scratch + room, work, scratch.whole)
      if vectors {
        let columns = values + n
        columns.transpose(matrix, rows: n, columns: n)
        for j in 0..<n where isNegative(columns + j, n, n) {
          for i in 0..<n { columns[i * n + j] *= -1 }
        }
      }
      return status == 0 ? nil : .noConvergence
    }
    return try result.cast(to: batch.type)
  }

  /// The eigenvalues of a […, n, n], first all real parts, then all imaginary parts: […, 2·n]; with `vectors` followed
  /// by the real and the imaginary parts of the eigenvectors in the columns of two [n, n], row by row:
  /// […, 2·n + 2·n·n].
  ///
  /// In ascending order of the real, then of the imaginary part. Each vector has norm 1 and a largest element that is
  /// real and positive.
  package static func eigen(_ a: Tensor, vectors: Bool) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("eigen", a)
    let n = try batch.square(a)
    let left = try batch.columns(of: a)
    let size = vectors ? 2 * n + 2 * n * n : 2 * n
    let result = try batch.numbers(size)
    guard result.count > 0 else { return try result.cast(to: batch.type) }
    let work = try batch.work { size, none in
      lapack_eigen(vectors, Int32(n), none, none, none, none, size, -1)
    }
    let to = result.pointer(Double.self)
    let room = 2 * n + (vectors ? n * n : 1)
    try batch.each(left, result, scratch: room + Int(work)) { item, matrix, scratch in
      let (real, imaginary, right) = (scratch, scratch + n, scratch + 2 * n)
      let status = lapack_eigen(
        vectors, Int32(n), matrix, real, imaginary, right, scratch + room, work)
      guard status == 0 else { return .noConvergence }
      let order = (0..<n).sorted { (real[$0], imaginary[$0], $0) < (real[$1], imaginary[$1], $1) }
      let out = to + item * size
      for (place, j) in order.enumerated() {
        (out[place], out[n + place]) = (real[j], imaginary[j])
        if vectors { writeVector(j, right, imaginary[j], to: out + 2 * n + place, n) }
      }
      return nil
    }
    return try result.cast(to: batch.type)
  }

  /// Writes eigenvector `j` into a column of the real parts, and of the imaginary parts n·n further on.
  private static func writeVector(
    _ j: Int, _ right: UnsafePointer<Double>, _ imaginary: Double,
    to out: UnsafeMutablePointer<Double>, _ n: Int
  ) {
    // A pair of conjugate vectors lies in two columns: real parts, and imaginary parts of the first.
    let real = right + (imaginary < 0 ? j - 1 : j) * n
    let sign = imaginary > 0 ? 1.0 : imaginary < 0 ? -1 : 0
    let other = imaginary == 0 ? real : real + n
    func part(_ i: Int) -> (Double, Double) { (real[i], sign == 0 ? 0 : sign * other[i]) }
    func size(_ i: Int) -> Double { hypot(part(i).0, part(i).1) }
    var (norm, largest) = (0.0, 0.0)
    for i in 0..<n {
      norm = hypot(norm, size(i))
      largest = max(largest, size(i))
    }
    // Of elements that are equal up to rounding, the first.
    guard largest > 0, let place = (0..<n).first(where: { size($0) >= largest * (1 - 1e-10) })
    else {
      for i in 0..<n { (out[i * n], out[n * n + i * n]) = part(i) }
      return
    }
    let scale = size(place) * norm
    let (c, s) = (part(place).0 / scale, part(place).1 / scale)
    for i in 0..<n {
      let (x, y) = part(i)
      (out[i * n], out[n * n + i * n]) = (x * c + y * s, y * c - x * s)
    }
  }
}
