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
