// Element-wise functions: accuracy, broadcasting, types, and what happens to NaN and infinities.

import Glibc
import Tensors
import Testing

@Suite struct ElementTests {
  /// The functions in double precision, with the interval on which they are compared.
  static let functions: [(UnaryKernel, ClosedRange<Double>, @Sendable (Double) -> Double)] = [
    (.negate, -9...9, { -$0 }), (.abs, -9...9, { abs($0) }),
    (.sign, -9...9, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
    (.exp, -87...88, { exp($0) }), (.log, 0...1e5, { log($0) }), (.sqrt, 0...50, { sqrt($0) }),
    (.reciprocal, -9...9, { 1 / $0 }), (.sin, -2000...2000, { sin($0) }),
    (.cos, -2000...2000, { cos($0) }), (.tanh, -10...10, { tanh($0) }),
    (.sigmoid, -87...88, { 1 / (1 + exp(-$0)) }), (.erf, -5...5, { erf($0) }),
    (.softplus, -87...88, { $0 > 0 ? $0 + log1p(exp(-$0)) : log1p(exp($0)) }),
    (.relu, -3...3, { max($0, 0) }), (.floor, -9...9, { floor($0) }), (.ceil, -9...9, { ceil($0) }),
    (.round, -9...9, { rint($0) }), (.clip(-1, 0.5), -3...3, { min(max($0, -1), 0.5) }),
    (.leakyRelu(0.25), -3...3, { $0 > 0 ? $0 : 0.25 * $0 }),
    (.elu(1.5), -20...5, { $0 > 0 ? $0 : 1.5 * expm1($0) }),
    (.gelu, -12...12, { 0.5 * $0 * erfc(-$0 / sqrt(2)) }),
  ]

  /// Every function to 2e-7 of its value (normal numbers), over its interval and close to zero.
  static func checkFunctions() throws {
    for (op, range, function) in functions {
      var dice = Dice(11)
      var inputs: [Float] = [0, Float(range.upperBound), Float(range.lowerBound)]
      for i in 0..<4000 {
        let x = range.lowerBound + (range.upperBound - range.lowerBound) * (dice.number() + 1) / 2
        inputs.append(Float(i % 2 == 0 ? x : x * pow(10, -6 * abs(dice.number()))))
      }
      let found = try Kernels.unary(op, try Tensor(inputs)).floats
      for (x, y) in zip(inputs, found) {
        let expected = function(Double(x))
        if abs(expected) < 1.2e-38 && abs(y) < 1.2e-38 { continue }
        let isClose =
          expected == Double(y) || abs(Double(y) - expected) <= 2e-7 * abs(expected)
        if !isClose {
          Issue.record("\(op) of \(x) is \(y), expected \(expected)")
          break
        }
      }
    }
  }

  static let operations: [(BinaryKernel, @Sendable (Double, Double) -> Double)] = [
    (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }),
    (.maximum, { max($0, $1) }), (.minimum, { min($0, $1) }), (.power, { pow($0, $1) }),
    (.floorDivide, { floor($0 / $1) }), (.remainder, { $0 - floor($0 / $1) * $1 }),
    (.equal, { $0 == $1 ? 1 : 0 }), (.notEqual, { $0 != $1 ? 1 : 0 }),
    (.less, { $0 < $1 ? 1 : 0 }), (.lessOrEqual, { $0 <= $1 ? 1 : 0 }),
    (.greater, { $0 > $1 ? 1 : 0 }), (.greaterOrEqual, { $0 >= $1 ? 1 : 0 }),
    (.and, { $0 != 0 && $1 != 0 ? 1 : 0 }), (.or, { $0 != 0 || $1 != 0 ? 1 : 0 }),
  ]

  static let shapes: [([Int], [Int])] = [
    ([5], [5]), ([3, 4], [3, 4]), ([3, 4], [4]), ([3, 4], [3, 1]), ([3, 4], []), ([], [2, 2]),
    ([2, 3, 4, 5], [3, 1, 1]), ([2, 3, 4, 5], [2, 3, 4, 5]), ([2, 1, 4], [3, 1]), ([0, 3], [3]),
    ([4, 0], [1, 1]), ([1, 70, 3, 2], [1, 70, 1, 1]), ([], []), ([1, 1], [1]),
  ]

  /// Every operation over every pair of shapes, in several layouts, f32 and f64.
  static func checkOperations() throws {
    var dice = Dice(12)
    for (op, function) in operations {
      for (left, right) in shapes {
        for type in [ElementType.f32, .f64] {
          var (a, b) = (try dice.tensor(left, type), try dice.tensor(right, type))
          if op == .power { a = try Kernels.unary(.abs, a) }
          if [.equal, .lessOrEqual, .and, .or].contains(op) {
            (a, b) = (try Kernels.unary(.round, a), try Kernels.unary(.round, b))
          }
          let found = try Kernels.binary(op, a, b)
          #expect(found.type == (op.isLogical ? .bool : type))
          let (pa, pb) = (Plain(a), Plain(b))
          let rank = max(left.count, right.count)
          let shape = (0..<rank).map { axis in
            let x = axis - rank + left.count < 0 ? 1 : left[axis - rank + left.count]
            let y = axis - rank + right.count < 0 ? 1 : right[axis - rank + right.count]
            return x == 1 ? y : x
          }
          var expected = Plain(zeros: shape)
          for index in Plain.indices(shape) {
            expected[index] = function(pa.broadcast(index), pb.broadcast(index))
          }
          expectClose(found, expected, 1e-6, "\(op) \(left) \(right) \(type)")
        }
      }
    }
  }

  @Test func `functions are right to 2e-7 of their value`() throws { try Self.checkFunctions() }

  @Test func `operations broadcast in every layout`() throws { try Self.checkOperations() }

  @Test func `functions of strided tensors agree with those of copies`() throws {
    var dice = Dice(13)
    for _ in 0..<20 {
      let x = try dice.tensor([3, 5, 4, 2])
      expectClose(
        try Kernels.unary(.exp, x), Plain(try Kernels.unary(.exp, try x.contiguous())), 0)
    }
  }

  @Test func `results keep the layout of their operands`() throws {
    let x = try Tensor.zeros([2, 3, 4, 5]).channelsLast()
    #expect(try Kernels.binary(.add, x, try Tensor.zeros([3, 1, 1])).strides == x.strides)
    #expect(try Kernels.unary(.relu, x).strides == x.strides)
    #expect(try Kernels.binary(.greater, try Tensor.scalar(1), x).strides == x.strides)
  }

  @Test func `types meet in the larger one`() throws {
    let byte = try Tensor([200, 100] as [UInt8])
    let whole = try Tensor([1, 2])
    let real = try Tensor([0.5, 1.5] as [Float])
    let truth = try Tensor([true, true])
    #expect(try Kernels.binary(.add, byte, byte).integers == [400, 200])
    #expect(try Kernels.binary(.add, truth, truth).type == .i64)
    #expect(try Kernels.binary(.multiply, whole, real).floats == [0.5, 3])
    #expect(try Kernels.binary(.divide, whole, whole).type == .f32)
    #expect(try Kernels.binary(.add, real, try real.cast(to: .f64)).type == .f64)
    #expect(try Kernels.unary(.exp, whole).type == .f32)
    #expect(try Kernels.unary(.negate, byte).integers == [-200, -100])
  }

  @Test func `integer results that do not fit and division by zero are errors`() throws {
    let extremes = try Tensor([Int.max, Int.min])
    for op in [BinaryKernel.add, .subtract, .multiply, .floorDivide] {
      let other = try Tensor(op == .multiply ? [1, -1] : op == .floorDivide ? [2, -1] : [1, -1])
      let turned = op == .subtract ? try Kernels.unary(.negate, other) : other
      #expect(throws: TensorError.range(operation: op.rawValue, type: .i64, found: nil)) {
        try Kernels.binary(op, extremes, turned)
      }
    }
    #expect(
      try Kernels.binary(.floorDivide, extremes, try Tensor([-2, 2])).integers
        == [-(1 << 62), -(1 << 62)])
    #expect(try Kernels.binary(.remainder, extremes, try Tensor([-1, -1])).integers == [0, 0])
    #expect(try Kernels.binary(.power, try Tensor([-2]), try Tensor([63])).integers == [Int.min])
    expectTensorError { _ = try Kernels.binary(.power, try Tensor([2]), try Tensor([63])) }
    for op in [UnaryKernel.negate, .abs] {
      expectTensorError { _ = try Kernels.unary(op, extremes) }
    }
  }

  @Test func `a sum of integers fits if its end does, a product if a factor is zero`() throws {
    let large = try Tensor([Int.max, 5, Int.max, -Int.max, -5])
    #expect(try Kernels.reduce(.sum, large).integers == [Int.max])
    #expect(try Kernels.reduce(.product, try Tensor([Int.max, Int.min, 0, 7])).integers == [0])
    for numbers in [[Int.max, 1], [Int.min, -1, -1], [Int.max, Int.max, Int.max, Int.max]] {
      expectTensorError { _ = try Kernels.reduce(.sum, try Tensor(numbers)) }
      expectTensorError {
        _ = try Kernels.cumulativeSum(try Tensor(numbers), axis: 0)
      }
    }
    expectTensorError { _ = try Kernels.reduce(.product, try Tensor([3, Int.max, -2])) }
    expectTensorError {
      _ = try Kernels.matmul(try Tensor([Int.max, 1], [1, 2]), try Tensor([1, 1], [2, 1]))
    }
    expectTensorError {
      _ = try Kernels.scatterAdd(
        into: [1], axis: 0, try Tensor([0, 0]), try Tensor([Int.max, 1]))
    }
  }

  @Test func `integers are divided towards minus infinity`() throws {
    let extremes = try Tensor([Int.max, Int.min])
    #expect(
      try Kernels.binary(.floorDivide, try Tensor([-7, 7]), try Tensor([2, -2])).integers == [
        -4, -4,
      ])
    #expect(
      try Kernels.binary(.remainder, try Tensor([-7, 7]), try Tensor([3, -3])).integers == [2, -2])
    #expect(
      try Kernels.binary(.power, try Tensor([-3, 2]), try Tensor([3, 10])).integers == [-27, 1024])
    expectTensorError { _ = try Kernels.binary(.floorDivide, extremes, try Tensor([0, 1])) }
    expectTensorError { _ = try Kernels.binary(.power, extremes, try Tensor([-1, 1])) }
  }

  @Test func `not a number stays, whatever the function`() throws {
    let x = try Tensor([.nan, 1, -.infinity, .infinity] as [Float])
    for (op, _, _) in Self.functions {
      #expect(try Kernels.unary(op, x).floats[0].isNaN, "\(op)")
    }
    for op in [BinaryKernel.maximum, .minimum, .add, .remainder] {
      #expect(try Kernels.binary(op, x, try Tensor.scalar(0)).floats[0].isNaN, "\(op)")
      #expect(try Kernels.binary(op, try Tensor.scalar(0), x).floats[0].isNaN, "\(op)")
    }
    #expect(try Kernels.unary(.relu, x).floats[1...] == [1, 0, .infinity])
    #expect(try Kernels.unary(.exp, x).floats[1...] == [Float(M_E), 0, .infinity])
    #expect(try Kernels.unary(.tanh, x).floats[2...] == [-1, 1])
    #expect(try Kernels.unary(.sigmoid, x).floats[2...] == [0, 1])
    #expect(try Kernels.unary(.softplus, x).floats[2...] == [0, .infinity])
    #expect(try Kernels.unary(.erf, x).floats[2...] == [-1, 1])
    #expect(
      try Kernels.unary(.log, try Tensor([0, -1, .infinity] as [Float])).floats[0] == -.infinity)
    #expect(try Kernels.unary(.log, try Tensor([0, -1, .infinity] as [Float])).floats[1].isNaN)
    #expect(try Kernels.unary(.isNaN, x).bools == [true, false, false, false])
    #expect(
      try Kernels.unary(.not, try Tensor([0, 2, .nan] as [Float])).bools == [true, false, false])
    #expect(try Kernels.binary(.equal, x, x).bools == [false, true, true, true])
  }

  @Test func `sines of large numbers agree with those of the system`() throws {
    let x: [Float] = [1e9, -3e12, 1e30, 12_345_678]
    #expect(try Kernels.unary(.sin, try Tensor(x)).floats == x.map { Float(sin(Double($0))) })
    #expect(try Kernels.unary(.cos, try Tensor(x)).floats == x.map { Float(cos(Double($0))) })
  }

  @Test func `exponentials reach the subnormal numbers`() throws {
    let x: [Float] = [-88, -95, -103, -104.5, 88.7, 89]
    for (y, a) in zip(try Kernels.unary(.exp, try Tensor(x)).floats, x) {
      let expected = Float(exp(Double(a)))
      #expect(
        abs(y - expected) <= max(expected * 2e-7, 2 * .leastNonzeroMagnitude) || y == expected,
        "exp(\(a))")
    }
  }

  @Test func `selection takes each side where the mask says so`() throws {
    var dice = Dice(14)
    for type in [ElementType.f32, .f64, .i64, .u8] {
      for (mask, left, right) in [
        ([3, 4], [3, 4], [3, 4]), ([4], [3, 1], []), ([2, 3, 1, 1], [3, 4, 5], [2, 3, 4, 5]),
      ] {
        let m = try Kernels.binary(.greater, try dice.tensor(mask), try Tensor.scalar(0))
        let nine = try Tensor.scalar(9)
        let a = try Kernels.binary(.multiply, try dice.tensor(left), nine).cast(to: type)
        let b = try Kernels.binary(.multiply, try dice.tensor(right), nine).cast(to: type)
        let found = try Kernels.select(m, a, b)
        var expected = Plain(zeros: found.shape)
        for index in Plain.indices(found.shape) {
          let takesFirst = Plain(m).broadcast(index) != 0
          expected[index] = takesFirst ? Plain(a).broadcast(index) : Plain(b).broadcast(index)
        }
        expectClose(found, expected, 0, "\(mask) \(left) \(right) \(type)")
        #expect(found.type == type)
      }
    }
  }

  @Test func `one number on either side leaves the other's shape`() throws {
    let row = try Tensor([1, 2, 3] as [Float])
    for shape in [[], [1], [1, 1, 1]] {
      let number = try Tensor([10] as [Float], shape)
      let expected = shape.count == 3 ? [1, 1, 3] : [3]
      let (left, right) = (
        try Kernels.binary(.subtract, number, row), try Kernels.binary(.subtract, row, number)
      )
      #expect(left.shape == expected && left.floats == [9, 8, 7])
      #expect(right.shape == expected && right.floats == [-9, -8, -7])
      let none = try Kernels.binary(.add, try Tensor.zeros([0, 3]), number)
      #expect(none.shape == (shape.count == 3 ? [1, 0, 3] : [0, 3]))
    }
  }

  @Test func `shapes that do not broadcast are an error that names them`() throws {
    let error = #expect(throws: TensorError.self) {
      try Kernels.binary(.add, try Tensor.zeros([2, 3]), try Tensor.zeros([4]))
    }
    #expect(error?.message == "add: the shapes do not broadcast (shapes [2, 3] and [4])")
  }
}
