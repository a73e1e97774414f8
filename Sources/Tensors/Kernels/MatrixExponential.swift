// The matrix exponential by scaling and squaring.

import CKernels
import CLapack
import Glibc

extension Kernels {
  /// Σ aᵏ / k! of a […, n, n], by scaling and squaring with Padé approximants of degree 3 to 13 (Al-Mohy and Higham 2009,
  /// "A new scaling and squaring algorithm for the matrix exponential", algorithm 5.1, with norms computed rather than
  /// estimated).
  package static func matrixExponential(_ a: Tensor) throws(TensorError) -> Tensor {
    let batch = try MatrixBatch("matrix exponential", a)
    let n = try batch.square(a)
    // Column by column: the exponential of the transpose is the transpose of the exponential.
    let result = try batch.columns(of: a)
    if result.count > 0 {
      try batch.each(result, scratch: 9 * n * n + 7 * n) { _, matrix, scratch in
        var exponential = Exponential(n: n, matrix: matrix, scratch: scratch)
        exponential.run()
        return nil
      }
    }
    return try batch.result(result)
  }
}

/// The exponential of one n × n matrix, in place.
private struct Exponential {
  let n: Int
  /// a · 2^-scaling, in the end e^a.
  let a: UnsafeMutablePointer<Double>
  /// a², a⁴, a⁶, a⁸, a¹⁰ and four matrices to work in, then room for the solver.
  private let squares: [UnsafeMutablePointer<Double>]
  private let rooms: [UnsafeMutablePointer<Double>]
  private let rest: UnsafeMutablePointer<Double>
  private var scaling = 0

  /// The largest norms that the degrees 3, 5, 7, 9, 13 take with a backward error below 2^-53 (table 3.1 there).
  private static let limits = [
    (3, 1.495585217958292e-2), (5, 2.539398330063230e-1), (7, 9.504178996162932e-1),
    (9, 2.097847961257068), (13, 4.25),
  ]

  /// The coefficients of the numerator of the [m/m] Padé approximant: (2m-j)! m! / ((2m)! (m-j)! j!), as whole numbers.
  private static func coefficients(_ m: Int) -> [Double] {
    var list = [1.0]
    for j in 0..<m {
      list.append(list[j] * Double(m - j) / (Double(2 * m - j) * Double(j + 1)))
    }
    return list
  }

  init(n: Int, matrix: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>) {
    self.n = n
    a = matrix
    squares = (0..<5).map { scratch + $0 * n * n }
    rooms = (5..<9).map { scratch + $0 * n * n }
    rest = scratch + 9 * n * n
  }

  mutating func run() {
    // Powers of a very large matrix would overflow: it is scaled beforehand.
    let size = norm(a)
    if size > 0x1p100 { scale(by: (size.isFinite ? size.exponent : 1024) - 90) }
    multiply(a, a, squares[0])
    multiply(squares[0], squares[0], squares[1])
    multiply(squares[0], squares[1], squares[2])
    let degree = chooseDegree()
    pade(degree)
    for _ in 0..<scaling where !Interruption.requested {
      multiply(a, a, rooms[0])
      copy(rooms[0], a)
    }
  }

  /// Chooses the degree, and scales for the largest one.
  private mutating func chooseDegree() -> Int {
    let d4 = pow(norm(squares[1]), 1 / 4)
    let d6 = pow(norm(squares[2]), 1 / 6)
    let limits = Self.limits
    for place in 0...1 where max(d4, d6) <= limits[place].1 && extra(limits[place].0) == 0 {
      return limits[place].0
    }
    multiply(squares[1], squares[1], squares[3])
    let d8 = pow(norm(squares[3]), 1 / 8)
    for place in 2...3 where max(d6, d8) <= limits[place].1 && extra(limits[place].0) == 0 {
      return limits[place].0
    }
    multiply(squares[1], squares[2], squares[4])
    let d10 = pow(norm(squares[4]), 1 / 10)
    let least = min(max(d6, d8), max(d8, d10))
    scale(by: max(0, steps(log2(least / limits[4].1))))
    scale(by: extra(13))
    return 13
  }

  /// How much more must be scaled so that rounding in the numerator of degree `m` stays below 2^-53: the ℓ of (4.2).
  private func extra(_ m: Int) -> Int {
    let own = norm(a)
    guard own > 0 else { return 0 }
    // | |a|^(2m+1) |₁ by products with a vector of ones.
    let (x, y) = (rest, rest + n)
    for i in 0..<n { x[i] = 1 }
    for _ in 0..<2 * m + 1 {
      for j in 0..<n {
        y[j] = 0
        for i in 0..<n { y[j] += abs(a[j * n + i]) * x[i] }
      }
      for i in 0..<n { x[i] = y[i] }
    }
    var largest = 0.0
    for i in 0..<n { largest = max(largest, x[i]) }
    guard largest.isFinite else { return max(0, steps(log2(own / Self.limits[4].1))) }
    // log2 of binomial(2m, m) · (2m + 1)!
    let divisor =
      (2 * lgamma(Double(2 * m + 1)) - 2 * lgamma(Double(m + 1)) + log(Double(2 * m + 1))) / M_LN2
    return max(0, steps((log2(largest / own) - divisor + 53) / Double(2 * m)))
  }

  /// `x` rounded up; 0 where it is no number, as for the logarithm of 0.
  private func steps(_ x: Double) -> Int { x.isFinite ? Int(x.rounded(.up)) : 0 }

  /// Divides a by 2^by and its powers accordingly.
  private mutating func scale(by: Int) {
    guard by > 0 else { return }
    scaling += by
    for i in 0..<n * n { a[i] = scalbn(a[i], Int32(-by)) }
    for (place, power) in squares.enumerated() {
      for i in 0..<n * n { power[i] = scalbn(power[i], Int32(clamping: -2 * (place + 1) * by)) }
    }
  }

  /// Replaces a by its approximant (v - u)⁻¹ (v + u), where u has the odd powers and v the even ones.
  private func pade(_ m: Int) {
    let b = Self.coefficients(m)
    let (u, v, odd, even) = (rooms[0], rooms[1], rooms[2], rooms[3])
    if m == 13 {
      combine([(2, b[13]), (1, b[11]), (0, b[9])], 0, into: odd)
      combine([(2, b[12]), (1, b[10]), (0, b[8])], 0, into: even)
      multiply(squares[2], odd, u)
      multiply(squares[2], even, v)
      combine([(2, b[7]), (1, b[5]), (0, b[3])], b[1], into: odd)
      combine([(2, b[6]), (1, b[4]), (0, b[2])], b[0], into: even)
      for i in 0..<n * n { (odd[i], v[i]) = (odd[i] + u[i], even[i] + v[i]) }
    } else {
      let powers = Array((1...m / 2).reversed())
      combine(powers.map { ($0 - 1, b[2 * $0 + 1]) }, b[1], into: odd)
      combine(powers.map { ($0 - 1, b[2 * $0]) }, b[0], into: v)
    }
    multiply(a, odd, u)
    for i in 0..<n * n { (a[i], u[i]) = (v[i] + u[i], v[i] - u[i]) }
    // Both are polynomials of a: it does not matter from which side one divides, nor that the solver reads columns.
    _ = lapack_solve(Int32(n), Int32(n), u, a, rest, (rest + 6 * n).whole)
  }

  /// Writes Σ factor · (the power at place) + unit · 1.
  private func combine(
    _ terms: [(place: Int, factor: Double)], _ unit: Double, into out: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<n * n { out[i] = 0 }
    for (place, factor) in terms {
      for i in 0..<n * n { out[i] += factor * squares[place][i] }
    }
    for i in 0..<n { out[i * n + i] += unit }
  }

  private func multiply(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) {
    _ = ck_multiply_double(x, y, out, n, n, n)
  }

  private func copy(_ from: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>) {
    to.update(from: from, count: n * n)
  }

  /// The largest sum of magnitudes in a line of memory: the 1-norm, because a column lies in a line.
  private func norm(_ x: UnsafePointer<Double>) -> Double {
    var largest = 0.0
    for j in 0..<n {
      var sum = 0.0
      for i in 0..<n { sum += abs(x[j * n + i]) }
      largest = max(largest, sum)
    }
    return largest
  }
}
