// Linear algebra: what does not depend on threads and layouts, and matrices that are hard on LAPACK.

import Tensors
import Testing

@Suite struct FactorTests {
  private static let operations: [(name: String, run: @Sendable (Tensor) throws -> Tensor)] = [
    ("solve", { try Kernels.solve($0, $0) }),
    ("least squares", { try Kernels.leastSquares($0, $0) }),
    ("determinant", { try Kernels.determinant($0) }),
    ("log determinant", { try Kernels.logDeterminant($0) }),
    ("qr", { try Kernels.qr($0) }),
    ("svd", { try Kernels.singularValues($0, vectors: true) }),
    ("singular values", { try Kernels.singularValues($0, vectors: false) }),
    ("symmetric eigen", { try Kernels.symmetricEigen($0, vectors: true) }),
    ("eigen", { try Kernels.eigen($0, vectors: true) }),
    ("matrix exponential", { try Kernels.matrixExponential($0) }),
  ]

  @Test(arguments: operations.indices)
  func
    `a batch gives what its matrices give one by one, in any layout and on any number of threads`(
      _ index: Int
    ) throws
  {
    let operation = Self.operations[index]
    var dice = Dice(UInt64(index) + 11)
    let batch = try dice.tensor([4, 37, 5], .f64).permuted([1, 2, 0]).sliced(
      axis: 2, from: 3, count: 4, step: -1)
    // [37, 5, 4] with strides of its own; square by leaving a row out.
    let square = try batch.sliced(axis: 1, from: 0, count: 4)
    let together = try operation.run(square)
    for item in 0..<37 {
      let alone = try operation.run(square.selected(axis: 0, index: item).contiguous())
      #expect(try together.selected(axis: 0, index: item).doubles == alone.doubles)
    }
  }

  @Test(arguments: operations.indices)
  func `a matrix with a NaN or an infinity is an error that names it`(_ index: Int) throws {
    for bad in [Double.nan, .infinity, -.infinity] {
      var values = [Double](repeating: 0, count: 3 * 9)
      for i in 0..<27 where i % 9 % 4 == 0 { values[i] = 2 }
      values[9 + 5] = bad
      let batch = try Tensor(values, [3, 3, 3])
      let error = #expect(throws: TensorError.self) { try Self.operations[index].run(batch) }
      guard case .matrix(_, item: [1], .notFinite) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test func `numbers near the limits of f64 do not trap`() throws {
    for scale in [Double.leastNonzeroMagnitude, 1e-308, 1e-160, 1e160, 1e300, 1.7e308] {
      let a = try Tensor([1, 0.5, -0.25, 0.75].map { $0 * scale }, [2, 2])
      for operation in Self.operations {
        do { _ = try operation.run(a) } catch let error as TensorError {
          guard case .matrix = error else {
            Issue.record("\(operation.name) at \(scale): \(error.message)")
            continue
          }
        }
      }
    }
    let small = try Kernels.solve(
      Tensor([1e-300, 0, 0, 1e300], [2, 2]), Tensor([1, 1], [2, 1]))
    #expect(abs(small.doubles[0] / 1e300 - 1) < 1e-15 && abs(small.doubles[1] / 1e-300 - 1) < 1e-15)
  }

  @Test func `a large negative exponent decays instead of overflowing`() throws {
    let a = try Tensor([-1e300, 0, 0, 0], [2, 2])
    #expect(try Kernels.matrixExponential(a).doubles == [0, 0, 0, 1])
    let one = try Kernels.matrixExponential(Tensor([-700.0], [1, 1])).doubles[0]
    #expect(abs(one / 9.859676543759770e-305 - 1) < 1e-11)
  }

  @Test func `the first matrix that fails is the one that is named`() throws {
    var values = [Double](repeating: 1, count: 5000)
    values[1203] = 0
    values[4000] = 0
    let error = #expect(throws: TensorError.self) {
      try Kernels.solve(Tensor(values, [50, 100, 1, 1]), Tensor([1], [1, 1]))
    }
    #expect(error == .matrix(operation: "solve", item: [12, 3], .singular))
  }

  @Test func `random matrices are made again from their factors`() throws {
    var dice = Dice(5)
    for _ in 0..<40 {
      let n = dice.integer(1...12)
      let m = n + dice.integer(0...8)
      let a = try dice.tensor([m, n], .f64)
      let packed = try Kernels.singularValues(a, vectors: true)
      let u = try packed.sliced(axis: 0, from: 0, count: m * n).reshaped([m, n])
      let s = try packed.sliced(axis: 0, from: m * n, count: n)
      let v = try packed.sliced(axis: 0, from: m * n + n, count: n * n).reshaped([n, n])
      let scaled = try Kernels.binary(.multiply, u, s)
      expectClose(try Kernels.matmul(scaled, v.transposed()), Plain(a), 1e-13, "\(m)×\(n)")
      let factors = try Kernels.qr(a)
      let q = try factors.sliced(axis: 0, from: 0, count: m * n).reshaped([m, n])
      let r = try factors.sliced(axis: 0, from: m * n, count: n * n).reshaped([n, n])
      expectClose(try Kernels.matmul(q, r), Plain(a), 1e-13, "\(m)×\(n)")
    }
  }
}
