// Reductions, softmax, running sums and sorting against plain loops.

import Glibc
import Tensors
import Testing

@Suite struct ReductionTests {
  /// The elements behind each output of a reduction, by output index (axes kept with extent 1).
  static func lanes(_ x: Plain, _ axes: [Int]) -> [(index: [Int], values: [Double])] {
    let kept = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
    let inside = x.shape.indices.map { axes.contains($0) ? x.shape[$0] : 1 }
    return Plain.indices(kept).map { output in
      (output, Plain.indices(inside).map { x[zip(output, $0).map(+)] })
    }
  }

  static func fold(_ op: ReduceKernel, _ values: [Double]) -> Double {
    switch op {
    case .sum: values.reduce(0, +)
    case .mean: values.reduce(0, +) / Double(values.count)
    case .product: values.reduce(1, *)
    case .max: values.reduce(-.infinity, max)
    case .min: values.reduce(.infinity, min)
    case .any: values.contains { $0 != 0 } ? 1 : 0
    case .all: values.allSatisfy { $0 != 0 } ? 1 : 0
    }
  }

  /// Every reduction over every set of axes of tensors in several layouts.
  static func checkReductions() throws {
    var dice = Dice(21)
    for shape in [
      [], [7], [3, 5], [2, 3, 4], [2, 3, 5, 4], [1, 40, 3, 1], [3, 0, 2], [600, 3],
    ] {
      for bits in 0..<(1 << shape.count) {
        let axes = shape.indices.filter { bits >> $0 & 1 == 1 }
        if axes.isEmpty && !shape.isEmpty { continue }
        for op in ReduceKernel.allCases {
          let type = dice.pick([ElementType.f32, .f32, .f64, .i64])
          var x = try dice.tensor(shape)
          if type == .i64 { x = try Kernels.binary(.multiply, x, try Tensor.scalar(3)) }
          x = try x.cast(to: type)
          let reduced = axes.map { shape[$0] }.reduce(1, *)
          if reduced == 0 && (op == .max || op == .min) && x.count == 0 {
            let outputs = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
            if outputs.reduce(1, *) > 0 {
              expectTensorError { _ = try Kernels.reduce(op, x, axes: axes) }
            }
            continue
          }
          let found = try Kernels.reduce(op, x, axes: axes, keep: true)
          var expected = Plain(zeros: shape.indices.map { axes.contains($0) ? 1 : shape[$0] })
          for (index, values) in lanes(Plain(x), axes) { expected[index] = fold(op, values) }
          expectClose(found, expected, 1e-6, "\(op) of \(shape) over \(axes) \(type)")
          let dropped = try Kernels.reduce(op, x, axes: axes)
          #expect(dropped.shape == shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
          #expect(dropped.doubles.elementsEqual(found.doubles) { $0 == $1 || $0.isNaN && $1.isNaN })
        }
      }
    }
  }

  /// Softmax and its logarithm along every axis.
  static func checkSoftmax() throws {
    var dice = Dice(22)
    for shape in [[6], [3, 200], [2, 3, 5], [2, 17, 4, 3], [2, 0]] {
      for axis in shape.indices {
        for type in [ElementType.f32, .f64] {
          let x = try Kernels.binary(
            .multiply, try dice.tensor(shape, type), try Tensor.scalar(8, type))
          var (soft, logs) = (Plain(zeros: shape), Plain(zeros: shape))
          for (index, values) in lanes(Plain(x), [axis]) {
            let sum = values.map { exp($0) }.reduce(0, +)
            for (i, value) in values.enumerated() {
              var place = index
              place[axis] = i
              soft[place] = exp(value) / sum
              logs[place] = value - log(sum)
            }
          }
          expectClose(try Kernels.softmax(x, axis: axis), soft, 1e-6)
          expectClose(try Kernels.logSoftmax(x, axis: axis - shape.count), logs, 1e-6)
        }
      }
    }
  }

  @Test func `reductions agree with folds over any axes`() throws { try Self.checkReductions() }

  @Test func `softmax agrees with its definition along any axis`() throws {
    try Self.checkSoftmax()
  }

  @Test func `softmax survives large and masked numbers`() throws {
    let large = try Kernels.softmax(try Tensor([1e4, 1e4, -1e4] as [Float]), axis: 0)
    #expect(large.floats == [0.5, 0.5, 0])
    let masked = try Kernels.softmax(try Tensor([-.infinity, 0] as [Float]), axis: 0)
    #expect(masked.floats == [0, 1])
    let all = try Kernels.softmax(try Tensor([-.infinity, -.infinity] as [Float]), axis: 0)
    #expect(all.floats.allSatisfy { $0.isNaN })
  }

  @Test func `sums of many numbers do not drift`() throws {
    let n = 1 << 20
    let x = try Tensor.full([n], 0.1)
    let exact = Double(Float(0.1)) * Double(n)
    #expect(abs(Double(try Kernels.reduce(.sum, x).floats[0]) - exact) < 1e-6 * exact)
    let columns = try Kernels.reduce(.sum, try x.reshaped([n / 4, 4]), axes: [0])
    #expect(columns.doubles.allSatisfy { abs($0 - exact / 4) < 1e-6 * exact })
  }

  @Test func `extremes pass on what is not a number`() throws {
    let x = try Tensor([1, .nan, 3, 4, 5, 6] as [Float], [2, 3])
    let rows = try Kernels.reduce(.max, x, axes: [1]).floats
    #expect(rows[0].isNaN && rows[1] == 6)
    let columns = try Kernels.reduce(.min, x, axes: [0]).floats
    #expect(columns[0] == 1 && columns[1].isNaN && columns[2] == 3)
    #expect(try Kernels.reduce(.max, x).floats[0].isNaN)
    #expect(try Kernels.argmax(x, axis: 1).integers == [1, 2])
    let long = try Tensor((0..<100).map { $0 == 77 ? Float.nan : Float($0) })
    #expect(try Kernels.reduce(.min, long).floats[0].isNaN)
  }

  @Test func `the first of equals is the largest`() throws {
    let x = try Tensor([2, 7, 7, 1, 7, 0, 0, 3] as [Float], [2, 4])
    #expect(try Kernels.argmax(x, axis: 1).integers == [1, 0])
    #expect(try Kernels.argmin(x, axis: -1, keep: true).shape == [2, 1])
    #expect(try Kernels.argmin(x, axis: 1).integers == [3, 1])
    expectTensorError { _ = try Kernels.argmax(try Tensor.zeros([2, 0]), axis: 1) }
    expectTensorError { _ = try Kernels.reduce(.sum, x, axes: [2]) }
    expectTensorError { _ = try Kernels.reduce(.sum, x, axes: [0, -2]) }
  }

  @Test func `running sums end in the sum`() throws {
    var dice = Dice(23)
    for axis in 0..<3 {
      let x = try dice.tensor([3, 4, 5])
      let found = try Kernels.cumulativeSum(x, axis: axis)
      var expected = Plain(zeros: x.shape)
      for (index, values) in Self.lanes(Plain(x), [axis]) {
        var sum = 0.0
        for (i, value) in values.enumerated() {
          sum += value
          var place = index
          place[axis] = i
          expected[place] = sum
        }
      }
      expectClose(found, expected, 1e-6)
    }
    #expect(
      try Kernels.cumulativeSum(try Tensor([true, false, true]), axis: 0).integers == [1, 1, 2])
  }

  @Test func `sorting is stable and puts what is not a number last`() throws {
    let x = try Tensor([3, .nan, 1, 3, -2] as [Float])
    #expect(try Kernels.argsort(x, axis: 0).integers == [4, 2, 0, 3, 1])
    #expect(try Kernels.argsort(x, axis: 0, descending: true).integers == [1, 0, 3, 2, 4])
    #expect(try Kernels.sort(x, axis: 0).floats[..<4] == [-2, 1, 3, 3])
    var dice = Dice(24)
    let y = try dice.tensor([3, 20, 2])
    let sorted = try Kernels.sort(y, axis: 1)
    for (index, values) in Self.lanes(Plain(y), [1]) {
      let found = try sorted.selected(axis: 0, index: index[0]).selected(axis: 1, index: index[2])
      #expect(found.doubles == values.sorted())
    }
  }
}
