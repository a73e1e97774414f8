// Bounds of results and of gradients: that no point escapes them, and how tight they are.
import Graphs
import Tensors
import Testing

@Suite struct BoundsTests {
  static let functions: [BoxedFunction] = (try? boundedFunctions()) ?? []

  @Test func `there are functions to bound`() throws {
    #expect(try boundedFunctions().count >= 16)
  }

  @Test(arguments: functions.map(\.name))
  func `none of a hundred thousand points escapes, nor does its gradient`(_ name: String) throws {
    let function = try #require(Self.functions.first { $0.name == name })
    let methods = try BoundMethod.allCases.map { try function.bounds($0) }
    let found = try function.extremes(points: 100_000)
    for ranges in methods {
      #expect(ranges.count == found.count)
      for (range, extremes) in zip(ranges, found) {
        #expect(zip(range.lows, extremes.low).allSatisfy { $0 <= $1 })
        #expect(zip(range.highs, extremes.high).allSatisfy { $0 >= $1 })
        #expect(range.highs.allSatisfy(\.isFinite) && range.lows.allSatisfy(\.isFinite))
      }
    }
    for (interval, linear) in zip(methods[0], methods[1]) {
      #expect(zip(interval.lows, linear.lows).allSatisfy { $0 <= $1 })
      #expect(zip(interval.highs, linear.highs).allSatisfy { $0 >= $1 })
    }
  }

  @Test(arguments: functions.map(\.name))
  func `a box of one point gives its value, and a smaller box smaller ranges`(
    _ name: String
  ) throws {
    let function = try #require(Self.functions.first { $0.name == name })
    let values = try function.values()
    for method in BoundMethod.allCases {
      let point = try function.with(radius: 0).bounds(method)
      for (range, value) in zip(point, values) {
        let size = value.reduce(1) { Swift.max($0, abs($1)) }
        for (index, exact) in value.enumerated() {
          #expect(range.lows[index] <= exact && exact <= range.highs[index])
          #expect(range.highs[index] - range.lows[index] < 5e-3 * size)
        }
      }
      let small = try function.with(radius: function.radius / 4).bounds(method)
      let large = try function.bounds(method)
      for (inner, outer) in zip(small, large) {
        if method == .interval {
          #expect(zip(inner.lows, outer.lows).allSatisfy { $0 >= $1 - 1e-9 * abs($1) })
          #expect(zip(inner.highs, outer.highs).allSatisfy { $0 <= $1 + 1e-9 * abs($1) })
        }
        #expect(inner.width <= outer.width)
      }
    }
  }

  /// Zhang et al. 2018 by hand: y = relu(a + b) - relu(a - b) with a in [-1, 3] and b in [-1, 1]. Both rectifiers see
  /// [-2, 4], so (2 z + 4) / 3 lies above and z below, and y between ±(a / 3 + 5 b / 3 - 4 / 3), whose end is 10 / 3.
  @Test func `two neurons by hand`() throws {
    let x = Variable.example(try Tensor([1.0, 0.0], [1, 2]))
    let layer = Variable(try Tensor([1.0, 1, 1, -1], [2, 2]))
    let inner = try apply(Linear(), [x, layer]).applying(Relu())
    let y = try apply(Linear(), [inner, Variable(try Tensor([1.0, -1], [1, 2]))])
    let box = try Interval(
      Variable(try Tensor([-1.0, -1], [1, 2])), Variable(try Tensor([3.0, 1], [1, 2])))
    let linear = try BoundsAnalysis([(x, box)], method: .linear).bounds(of: [y])[0]
    let interval = try BoundsAnalysis([(x, box)], method: .interval).bounds(of: [y])[0]
    #expect(abs(linear.highs[0] - 10.0 / 3) < 1e-9 && abs(linear.lows[0] + 10.0 / 3) < 1e-9)
    #expect(abs(interval.highs[0] - 4) < 1e-9 && abs(interval.lows[0] + 4) < 1e-9)
  }

  @Test func `linear bounds see that a number is used twice`() throws {
    let x = Variable.example(try Tensor([0.5], [1]))
    let y = try x * 3 - x * 2 - x
    let box = try Interval(Variable(try Tensor([0.0], [1])), Variable(try Tensor([1.0], [1])))
    let linear = try BoundsAnalysis([(x, box)], method: .linear).bounds(of: [y])[0]
    #expect(abs(linear.lows[0]) < 1e-9 && abs(linear.highs[0]) < 1e-9)
  }

  @Test func `bounds do not depend on the number of threads`() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    for function in Self.functions where function.name.contains("convolution") {
      var seen: [[[Double]]] = []
      for count in [1, 2, 5] {
        Threads.count = count
        seen.append(try function.bounds(.linear).map { $0.lows + $0.highs })
      }
      #expect(seen[0] == seen[1] && seen[0] == seen[2])
    }
  }

  @Test func `a quotient by a range with 0 has no limits`() throws {
    let x = Variable.example(try Tensor([0.5], [1]))
    let y = try Variable(try Tensor([1.0], [1])) / x
    let box = try Interval(Variable(try Tensor([-1.0], [1])), Variable(try Tensor([1.0], [1])))
    for method in BoundMethod.allCases {
      let range = try BoundsAnalysis([(x, box)], method: method).bounds(of: [y])[0]
      #expect(range.lows == [-.infinity] && range.highs == [.infinity])
    }
  }

  /// The range of a function of numbers in a box.
  private func range(
    _ low: [Double], _ high: [Double], _ shape: [Int], _ method: BoundMethod = .interval,
    _ function: (Variable) throws -> Variable
  ) throws -> Interval {
    let middle = zip(low, high).map { ($0 + $1) / 2 }
    let x = Variable.example(try Tensor(middle, shape))
    let output = try function(x)
    let box = try Interval(Variable(try Tensor(low, shape)), Variable(try Tensor(high, shape)))
    return try BoundsAnalysis([(x, box)], method: method).bounds(of: [output])[0]
  }

  /// The smallest value of log Γ above 0 is -0.1214862905 at 1.4616; the values at 1 and 2 are 0. ψ has a pole at -1.
  @Test func `the logarithm of the gamma function turns once`() throws {
    let low = try range([1, 0.5, -1.5], [2, 1, -0.5], [3]) { try $0.applying(LogGamma()) }
    #expect(abs(low.lows[0] + 0.121_486_290_5) < 1e-9 && abs(low.highs[0]) < 1e-9)
    #expect(abs(low.lows[1]) < 1e-9 && abs(low.highs[1] - 0.572_364_942_9) < 1e-9)
    #expect(low.highs[2] == .infinity)
    let slope = try range([-1.5], [-0.5], [1]) { try $0.applying(Polygamma(0)) }
    #expect(slope.lows == [-.infinity] && slope.highs == [.infinity])
    // Between its tangent and its chord, whose slope from 2 to 3 is log 2.
    func tilted(_ x: Variable) throws -> Variable { try x.applying(LogGamma()) - x * 0.693_147_18 }
    #expect(try range([2], [3], [1], .linear, tilted).highs[0] < -1.386)
    #expect(try range([2], [3], [1], .interval, tilted).highs[0] > -0.7)
  }

  /// Of [[1, 0], [0, 3]] with every element moved by 0.1: the norm of the change is 0.2 at most.
  @Test func `eigenvalues move by the norm of the change`() throws {
    let (low, high) = ([0.9, -0.1, -0.1, 2.9], [1.1, 0.1, 0.1, 3.1])
    for vectors in [false, true] {
      let found = try range(low, high, [2, 2]) {
        try $0.applying(SymmetricEigen(vectors: vectors))
      }
      #expect(zip(found.lows, [0.8, 2.8]).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(zip(found.highs, [1.2, 3.2]).allSatisfy { abs($0 - $1) < 1e-9 })
    }
    let singular = try range(low, high, [2, 2]) {
      try $0.applying(SingularValues(vectors: false))
    }
    #expect(abs(singular.lows[1] - 0.8) < 1e-9 && abs(singular.highs[0] - 3.2) < 1e-9)
    // The symmetric part is the same, the rest no more than 0.1.
    let general = try range(low, high, [2, 2]) { try $0.applying(GeneralEigen(vectors: false)) }
    #expect(abs(general.lows[0] - 0.8) < 1e-9 && abs(general.highs[1] - 3.2) < 1e-9)
    #expect(general.highs[2] < 0.1 + 1e-9 && general.lows[3] > -0.1 - 1e-9)
  }

  @Test func `matrices that may be singular have inverses without limits`() throws {
    let (low, high) = ([-1.0, -2, -2, -1], [3.0, 2, 2, 3])
    for method in BoundMethod.allCases {
      let inverse = try range(low, high, [2, 2], method) { try Solve.inverse(of: $0) }
      #expect(inverse.lows.allSatisfy { $0 == -.infinity })
      #expect(inverse.highs.allSatisfy { $0 == .infinity })
      // Hadamard: no row is longer than √13. The largest determinants are 9 + 4 and -3 - 4.
      let determinant = try range(low, high, [2, 2], method) { try $0.applying(Determinant()) }
      #expect(determinant.lows[0] <= -7 && determinant.highs[0] >= 13)
      #expect(abs(determinant.highs[0] - 13) < 1e-6 && abs(determinant.lows[0] + 13) < 1e-6)
      let logarithm = try range(low, high, [2, 2], method) { try $0.applying(LogDeterminant()) }
      #expect(logarithm.lows[0] <= -1 && logarithm.lows[1] == -.infinity)
      #expect(abs(logarithm.highs[1] - 2.564_949_357_5) < 1e-6)
    }
  }

  /// The matrix in the middle has no inverse: as 1 / 0 would be, it is followed all the same.
  @Test func `a box may have a singular matrix in its middle`() throws {
    let (low, high) = ([0.9, 0.9, 0.9, 0.9], [1.1, 1.1, 1.1, 1.1])
    for method in BoundMethod.allCases {
      let inverse = try range(low, high, [2, 2], method) { x in
        try Recording.factorless(true) { () throws(GraphError) in try Solve.inverse(of: x) }
      }
      #expect(inverse.shape == [2, 2] && inverse.lows.allSatisfy { $0 == -.infinity })
      #expect(inverse.highs.allSatisfy { $0 == .infinity })
      // The derivative of a determinant is found without an inverse there.
      let slope = try range(low, high, [2, 2], method) { x in
        try Recording.factorless(true) { () throws(GraphError) in
          try Recording.during { () throws(GraphError) in
            try gradient(of: x.applying(Determinant()), at: [x])[0]
          }
        }
      }
      #expect(zip(slope.lows, [0.9, -1.1, -1.1, 0.9]).allSatisfy { $0 <= $1 })
      #expect(zip(slope.highs, [1.1, -0.9, -0.9, 1.1]).allSatisfy { $0 >= $1 })
    }
    #expect(throws: GraphError.self) {
      _ = try range(low, high, [2, 2]) { try Solve.inverse(of: $0) }
    }
  }

  @Test func `a range without a limit on one side keeps the other`() throws {
    for method in BoundMethod.allCases {
      let found = try range([0], [2], [1], method) { try $0.applying(Log()) * 2 + 1 }
      #expect(found.lows == [-.infinity])
      #expect(abs(found.highs[0] - 2.386_294_361_1) < 1e-9)
    }
  }

  /// [[1, 0], [0, 1]] with all elements moved: the powers of the excess vanish if they move by less than 0.5.
  @Test func `inverses have limits as far as all matrices are proved to be regular`() throws {
    for (radius, isLimited) in [(0.4, true), (0.499, true), (0.501, false), (0.6, false)] {
      let middle = [1.0, 0, 0, 1]
      let found = try range(
        middle.map { $0 - radius }, middle.map { $0 + radius }, [2, 2]
      ) { try Solve.inverse(of: $0) }
      #expect(zip(found.lows, found.highs).allSatisfy { $0 < $1 })
      #expect((found.lows + found.highs).allSatisfy { $0.isFinite == isLimited })
    }
  }

  /// More results than weights are looked at: the transform of 2100 pairs, and a cubic enlargement.
  @Test func `transforms with many results stay within their bounds`() throws {
    let resize = Resize([70, 70], mode: ResizeMode(.cubic(-0.75)))
    let cases: [(shape: [Int], function: @Sendable (Variable) throws -> Variable)] = [
      ([2100, 2], { try $0.applying(FourierTransform(0)) }),
      ([4200], { try $0.applying(RealFourierTransform(0)) }),
      ([2, 1, 20, 15], { try $0.applying(resize) }),
    ]
    for (shape, function) in cases {
      let centre = numbers(shape, -1, 1)
      let found = try range(
        centre.values.map { $0 - 0.1 }, centre.values.map { $0 + 0.1 }, shape
      ) { try function($0) }
      for draw in 0..<20 {
        let shift = numbers(shape, -1, 1, offset: 77 * draw)
        let point = centre.zip(shift) { $0 + 0.1 * (draw % 2 == 0 ? $1 : $1 < 0 ? -1 : 1) }
        let value = try function(Variable(point.tensor(.f64))).value.doubles
        #expect(zip(found.lows, value).allSatisfy { $0 <= $1 })
        #expect(zip(found.highs, value).allSatisfy { $0 >= $1 })
      }
      // No sum of weights is larger than 2100 for the transforms, and 1.6 squared for the enlargement.
      let widest = zip(found.lows, found.highs).map { $1 - $0 }.max() ?? 0
      #expect(widest <= (shape.count == 4 ? 0.2 * 2.56 : 0.2 * 4200 + 1e-6))
    }
  }

  /// Winograd's transforms are taken for this many channels and pixels; the rule allows 1700 units for them.
  @Test func `convolutions by transforms stay within what is allowed for them`() throws {
    let window = Window2D(kernel: (3, 3), padLow: (1, 1))
    var worst = 0.0
    for (channels, round) in [(8, false), (8, true), (32, false), (32, true), (64, true)] {
      for seed in 0..<4 {
        var random = Philox(UInt64(seed), stream: 9)
        func drawn(_ shape: [Int]) throws -> Tensor {
          let part = try random.uniform(shape)
          let signs = try Kernels.unary(.round, random.uniform(shape))
          let values = round ? signs : part
          return try Kernels.binary(
            .subtract, Kernels.binary(.multiply, values, .scalar(2)), .scalar(1))
        }
        let x = try drawn([1, channels, 24, 24])
        let w = try drawn([channels, channels, 3, 3])
        let fast = try Kernels.convolve(x, w, window).doubles
        let exact = try Kernels.convolve(x.cast(to: .f64), w.cast(to: .f64), window).doubles
        let error = zip(fast, exact).map { abs($0 - $1) }.max() ?? 0
        let largest = try Kernels.reduce(.max, Kernels.unary(.abs, x)).doubles[0]
        let weight = try Kernels.reduce(.max, Kernels.unary(.abs, w)).doubles[0]
        worst = Swift.max(worst, error / (0x1p-24 * Double(channels) * largest * weight))
      }
    }
    #expect(worst > 0 && worst * 8 < 1700, "\(worst)")
  }
}
