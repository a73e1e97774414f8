// Fourier transforms against the sum that defines them, and what holds for all of them.
import Glibc
import Tensors
import Testing

@Suite struct FourierTests {
  static let lengths = Array(1...40) + [49, 64, 97, 100, 120, 121, 128, 1009]

  /// Σ x[j] exp(sign · 2πi j k / n), of pairs one after another.
  private func slow(_ x: [Double], sign: Double) -> [Double] {
    let n = x.count / 2
    var result = [Double](repeating: 0, count: x.count)
    for k in 0..<n {
      for j in 0..<n {
        let angle = sign * 2 * Double.pi * Double(j * k % n) / Double(n)
        result[2 * k] += x[2 * j] * cos(angle) - x[2 * j + 1] * sin(angle)
        result[2 * k + 1] += x[2 * j] * sin(angle) + x[2 * j + 1] * cos(angle)
      }
    }
    return result
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }

  @Test(arguments: lengths) func `transforms of every length are the sums that define them`(
    _ n: Int
  ) throws {
    var dice = Dice(UInt64(n))
    let tolerance = 1e-14 * Double(n)
    for rows in [1, 3, 11] {
      let x = try dice.tensor([rows, n, 2], .f64)
      let forward = try Kernels.fourier(x, axis: 1, inverse: false, scale: 1).doubles
      let numbers = x.doubles
      for row in 0..<rows {
        let line = Array(numbers[row * 2 * n..<(row + 1) * 2 * n])
        let found = Array(forward[row * 2 * n..<(row + 1) * 2 * n])
        #expect(distance(found, slow(line, sign: -1)) < tolerance)
      }
    }
  }

  @Test(arguments: lengths)
  func `the inverse brings back what was transformed, Parseval's sums agree`(
    _ n: Int
  ) throws {
    var dice = Dice(UInt64(n + 1000))
    let x = try dice.tensor([5, n, 2], .f64)
    let z = try Kernels.fourier(x, axis: -1, inverse: false, scale: 1)
    let back = try Kernels.fourier(z, axis: 1, inverse: true, scale: 1 / Double(n))
    #expect(distance(back.doubles, x.doubles) < 1e-14)
    let (power, spectrum) = (
      x.doubles.reduce(0) { $0 + $1 * $1 }, z.doubles.reduce(0) { $0 + $1 * $1 }
    )
    #expect(abs(power - spectrum / Double(n)) < 1e-12 * power)
  }

  @Test(arguments: lengths) func `real numbers have half of the spectrum, and its adjoint is that`(
    _ n: Int
  ) throws {
    var dice = Dice(UInt64(n + 2000))
    let half = n / 2 + 1
    let x = try dice.tensor([n, 3], .f64)
    let y = try dice.tensor([half, 3, 2], .f64)
    let spectrum = try Kernels.realFourier(x, axis: 0, scale: 2)
    let numbers = x.doubles
    for column in 0..<3 {
      let line = (0..<n).flatMap { j -> [Double] in [2 * numbers[3 * j + column], 0] }
      let wanted = Array(slow(line, sign: -1).prefix(2 * half))
      let found = (0..<half).flatMap { k -> [Double] in
        (0..<2).map { spectrum.doubles[(3 * k + column) * 2 + $0] }
      }
      #expect(distance(found, wanted) < 1e-13 * Double(n))
    }
    // ⟨F x, y⟩ = ⟨x, Fᵀ y⟩.
    let adjoint = try Kernels.realFourierAdjoint(y, axis: 0, size: n, scale: 2)
    let left = zip(spectrum.doubles, y.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(x.doubles, adjoint.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) < 1e-12 * max(1, abs(left)))
  }

  @Test func `single precision is transformed in double and rounded once`() throws {
    var dice = Dice(5)
    let x = try dice.tensor([4, 97, 2])
    let single = try Kernels.fourier(x, axis: 1, inverse: false, scale: 1)
    let double = try Kernels.fourier(x.cast(to: .f64), axis: 1, inverse: false, scale: 1)
    #expect(single.type == .f32)
    #expect(single.floats == double.doubles.map { Float($0) })
  }

  @Test func `the number of threads changes nothing`() throws {
    var dice = Dice(6)
    let x = try dice.tensor([37, 120, 2])
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let one = try Kernels.fourier(x, axis: 1, inverse: false, scale: 1).floats
    Threads.count = 4
    #expect(try Kernels.fourier(x, axis: 1, inverse: false, scale: 1).floats == one)
  }

  @Test func `what cannot be transformed is refused`() throws {
    expectTensorError { _ = try Kernels.fourier(.zeros([3]), axis: 0, inverse: false, scale: 1) }
    expectTensorError {
      _ = try Kernels.fourier(.zeros([0, 2]), axis: 0, inverse: false, scale: 1)
    }
    expectTensorError {
      _ = try Kernels.fourier(.zeros([3, 2]), axis: 1, inverse: false, scale: 1)
    }
    expectTensorError {
      _ = try Kernels.realFourierAdjoint(.zeros([3, 2]), axis: 0, size: 6, scale: 1)
    }
  }
}
