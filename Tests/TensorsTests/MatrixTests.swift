// Matrix products and linear layers against sums of products.

import Tensors
import Testing

@Suite struct MatrixTests {
  static func product(_ a: Plain, _ b: Plain) -> Plain {
    let (m, k, n) = (a.shape[a.shape.count - 2], b.shape[b.shape.count - 2], b.shape.last ?? 1)
    let rank = max(a.shape.count, b.shape.count)
    func padded(_ shape: [Int]) -> [Int] {
      [Int](repeating: 1, count: rank - shape.count) + shape.dropLast(2).map { $0 }
    }
    let (left, right) = (
      [Int](repeating: 1, count: rank - a.shape.count) + a.shape.dropLast(2),
      [Int](repeating: 1, count: rank - b.shape.count) + b.shape.dropLast(2)
    )
    let batch = zip(left, right).map { $0 == 1 ? $1 : $0 }
    var result = Plain(zeros: batch + [m, n])
    for index in Plain.indices(batch) {
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for q in 0..<k { sum += a.broadcast(index + [i, q]) * b.broadcast(index + [q, j]) }
          result[index + [i, j]] = sum
        }
      }
    }
    return result
  }

  /// Products of many sizes, layouts and types.
  static func checkProducts() throws {
    var dice = Dice(1)
    for _ in 0..<120 {
      let sizes = [0, 1, 2, 3, 5, 8, 13, 14, 15, 29, 31, 32, 33, 64, 70]
      let (m, k, n) = (dice.pick(sizes), dice.pick(sizes), dice.pick(sizes))
      let type = dice.pick([ElementType.f32, .f32, .f64])
      let (a, b) = (try dice.tensor([m, k], type), try dice.tensor([k, n], type))
      expectClose(try Kernels.matmul(a, b), product(Plain(a), Plain(b)), 2e-6, "\(m)×\(k)×\(n)")
    }
    for (m, k, n) in [(1, 900, 300), (3, 500, 600), (300, 800, 1), (200, 450, 130), (40, 3, 2100)] {
      let (a, b) = (try dice.tensor([m, k]), try dice.tensor([k, n]))
      expectClose(try Kernels.matmul(a, b), product(Plain(a), Plain(b)), 1e-5, "\(m)×\(k)×\(n)")
    }
    for shapes in [([2, 3, 4, 5], [5, 6]), ([4, 1, 3, 2], [3, 2, 7]), ([7, 2, 9], [7, 9, 1])] {
      let (a, b) = (try dice.tensor(shapes.0), try dice.tensor(shapes.1))
      expectClose(try Kernels.matmul(a, b), product(Plain(a), Plain(b)))
    }
  }

  /// Linear layers with every combination of bias, residual and activation.
  static func checkLinear() throws {
    var dice = Dice(2)
    for rows in [1, 2, 5, 40] {
      for (inputs, outputs) in [(3, 4), (64, 10), (500, 33), (0, 3)] {
        let x = try dice.tensor([rows, inputs])
        let weight = try dice.tensor([outputs, inputs])
        let bias = try dice.tensor([outputs])
        let residual = try dice.tensor([rows, outputs])
        for activation in [Epilogue.Activation.none, .relu, .clip(-0.5, 0.75)] {
          let found = try Kernels.linear(
            x, weight: weight, bias: bias,
            epilogue: Epilogue(activation: activation, residual: residual))
          var expected = product(Plain(x), Plain(try weight.transposed()))
          for index in Plain.indices(expected.shape) {
            let sum = expected[index] + Plain(bias).broadcast(index) + Plain(residual)[index]
            switch activation {
            case .none: expected[index] = sum
            case .relu: expected[index] = max(sum, 0)
            case .clip(let low, let high):
              expected[index] = min(max(sum, Double(low)), Double(high))
            }
          }
          expectClose(found, expected, 1e-5, "\(rows) × \(inputs) → \(outputs), \(activation)")
        }
      }
    }
  }

  @Test func `a row gives the same alone as among others, to the last bit`() throws {
    var dice = Dice(77)
    for (k, n) in [(900, 1000), (5, 300), (400, 33), (385, 2100), (1, 64)] {
      let rows = try dice.tensor([2, k]).contiguous()
      let matrix = try dice.tensor([k, n]).contiguous()
      let both = try Kernels.matmul(rows, matrix)
      for i in 0..<2 {
        let alone = try Kernels.matmul(try rows.sliced(axis: 0, from: i, count: 1), matrix)
        #expect(alone.floats == Array(both.floats[i * n..<(i + 1) * n]), "\(k) × \(n), row \(i)")
      }
    }
  }

  @Test func `products agree with sums of products in every layout`() throws {
    try Self.checkProducts()
  }

  @Test func `linear layers add bias and residual before the activation`() throws {
    try Self.checkLinear()
  }

  @Test func `integers multiply as integers`() throws {
    let a = try Tensor([1, 2, 3, 4], [2, 2])
    let b = try Tensor([1 << 60, 1, 1, 0], [2, 2])
    let c = try Kernels.matmul(a, b)
    #expect(c.type == .i64)
    #expect(c.integers == [(1 << 60) + 2, 1, 3 * (1 << 60) + 4, 3])
  }

  @Test func `a vector is a row on the left and a column on the right`() throws {
    let matrix = try Tensor([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    #expect(try Kernels.matmul(matrix, try Tensor([1, 0, 2] as [Float])).floats == [7, 16])
    #expect(try Kernels.matmul(try Tensor([1, 10] as [Float]), matrix).floats == [41, 52, 63])
    let dot = try Kernels.matmul(try Tensor([1, 2] as [Float]), try Tensor([3, 4] as [Float]))
    #expect(dot.shape == [])
    #expect(try dot.item == 11)
  }

  @Test func `inner extents that differ are an error that names the shapes`() throws {
    let a = try Tensor.zeros([2, 3])
    let b = try Tensor.zeros([4, 2])
    let error = #expect(throws: TensorError.self) { try Kernels.matmul(a, b) }
    #expect(error?.message.contains("[2, 3] and [4, 2]") == true)
    expectTensorError { _ = try Kernels.matmul(a, try Tensor.scalar(1)) }
    expectTensorError { _ = try Kernels.linear(a, weight: b) }
  }
}
