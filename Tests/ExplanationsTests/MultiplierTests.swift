// Multipliers on small graphs with known answers: activations, maxima, reused layers, choices, accounts.
import Explanations
import Graphs
import Tensors
import Testing

private func numbers(_ values: [Double], _ shape: [Int]) throws -> Variable {
  Variable(try Tensor(values, shape))
}

/// The multipliers of f at `x` compared with `reference`, and the contributions.
private func compare(
  _ x: [Double], _ reference: [Double], _ shape: [Int], _ scheme: MultiplierScheme = .rescale,
  _ f: (Variable) throws -> Variable
) throws -> (found: Multipliers, contributions: [Double]) {
  let leaf = Variable.example(try Tensor(x, shape))
  let output = try f(leaf)
  let found = try multipliers(
    of: output, at: [leaf], references: [numbers(reference, shape)], scheme: scheme)
  let contributions = zip(found.values[0].value.doubles, zip(x, reference)).map {
    $0 * ($1.0 - $1.1)
  }
  return (found, contributions)
}

private func near(_ found: [Double], _ wanted: [Double], _ tolerance: Double = 1e-12) -> Bool {
  found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= tolerance }
}

@Suite struct MultiplierTests {
  @Test func `two rectifiers: 2 relu(a) + 2 relu(b - 1.5)`() throws {
    let (found, contributions) = try compare([1, 2], [0, 0], [1, 2]) { x in
      try (x - numbers([0, 1.5], [2])).applying(Relu()).sum([1]) * 2
    }
    #expect(near(contributions, [2, 1]))
    #expect(near([found.start, found.total], [3, 3]))
    #expect(found.balances.isEmpty)
  }

  @Test func `a rectified sum: relu(3a + b) + relu(2d + 3e)`() throws {
    let weight = try numbers([3, 1, 0, 0, 0, 0, 0, 0, 0, 2, 3, 0], [2, 6])
    let (_, contributions) = try compare([-10, 1, -5, 3, 3, 1], [0, 0, 0, 0, 0, 0], [1, 6]) { x in
      try apply(Linear(), [x, weight]).applying(Relu()).sum([1])
    }
    #expect(near(contributions, [0, 0, 0, 6, 9, 0]))
  }

  @Test(arguments: [0, 1])
  func `a maximum counts for the element that is the largest where it is larger`(
    _ way: Int
  ) throws {
    let baseline = [1.0, 2, 3, 9, 4, 8, 6, 7]
    let ones = [Double](repeating: 1, count: 8)
    let (found, contributions) = try compare(ones, baseline, [2, 1, 4]) { x in
      way == 0
        ? try x.applying(Max([2], keep: false))
        : try x.applying(MaxPool(Window([WindowAxis(4)])))
    }
    #expect(near(contributions, [0, 0, 0, -8, 0, -7, 0, 0]))
    #expect(near([found.start, found.total], [-15, -15]))
    let (_, back) = try compare(baseline, ones, [2, 1, 4]) { x in
      try x.applying(Max([2], keep: false))
    }
    #expect(near(back, [0, 0, 0, 8, 0, 7, 0, 0]))
  }

  @Test func `a layer that is used twice is compared at each use`() throws {
    let weight = try numbers([1, -2, 0.5, 1], [2, 2])
    let (found, contributions) = try compare([1, -0.5], [-0.25, 1], [1, 2]) { x in
      let once = try apply(Linear(), [x, weight]).applying(Tanh())
      return try apply(Linear(), [once, weight]).applying(Tanh()) + once
    }
    #expect(abs(contributions.reduce(0, +) - found.start) < 1e-12)
    #expect(found.balances.isEmpty)
  }

  @Test func `a choice by a comparison says what the rectifier says`() throws {
    let (x, reference) = ([2.0, -1, 3, -2], [-1.0, 2, 1, -3])
    let (_, rectified) = try compare(x, reference, [4]) { x in
      try x.applying(Relu()).sum([])
    }
    let (found, chosen) = try compare(x, reference, [4]) { x in
      let zero = try Variable.number(0, like: x)
      return try apply(Select(), [apply(Greater(), [x, zero]), x, zero]).sum([])
    }
    #expect(near(chosen, rectified))
    #expect(found.balances.isEmpty)
  }

  @Test func `attention and normalisation explain the whole difference`() throws {
    let shape = [2, 3, 4]
    let count = 24
    let x = (0..<count).map { Double(($0 * 37) % 23) / 11 - 1 }
    let reference = (0..<count).map { Double(($0 * 29) % 19) / 9 - 1 }
    let (found, contributions) = try compare(x, reference, shape) { x in
      let scaled = try x.applying(Standardise([-1]))
      let scores =
        try apply(
          MatrixProduct(), [scaled, scaled.applying(Transpose([0, 2, 1]))]) * 0.5
      let mixed = try apply(MatrixProduct(), [scores.applying(Softmax(-1)), scaled])
      return try (mixed + x).applying(Gelu()).applying(LogSoftmax(-1))
    }
    #expect(abs(contributions.reduce(0, +) - found.start) < 1e-11)
    #expect(abs(found.total - found.start) < 1e-11)
    #expect(found.balances.isEmpty)
  }

  @Test func `masked scores and scores far apart give finite multipliers`() throws {
    let mask = try numbers([0, -.infinity, 0], [3])
    let (found, contributions) = try compare([1000, 5, -2], [-1000, 3, 1], [1, 3]) { x in
      try ((x + mask).applying(Softmax(-1)) * numbers([1, 2, 4], [3])).sum([])
    }
    #expect(contributions.allSatisfy { $0.isFinite })
    #expect(near([found.total], [found.start], 1e-9))
    #expect(abs(found.start + 3) < 1e-9)
  }

  @Test func `where nothing differs the multipliers are the gradient`() throws {
    let x = [0.5, -1.25, 2, 0.75]
    let f: (Variable) throws -> Variable = { x in
      let mixed = try (x.applying(Softmax(-1)) * x.applying(Tanh())).applying(Standardise([-1]))
      return try (mixed * numbers([1, -2, 3, 4], [4])).sum([])
    }
    let g: (Variable) throws -> Variable = { x in try (f(x) + (x * x * x).sum([])) }
    let found = try compare(x, x, [1, 4], .rescale, g).found
    let leaf = try numbers(x, [1, 4]).tracked()
    let slope = try Recording.during { () throws in try gradient(of: g(leaf), at: [leaf])[0] }
    #expect(near(found.values[0].value.doubles, slope.value.doubles))
    #expect(found.start == 0 && found.total == 0)
  }

  @Test func `the account names what is not complete`() throws {
    let (found, _) = try compare([3, 1, 2], [0, 4, 1], [3]) { x in
      try Recording.layer("order") { () throws(GraphError) in
        try x.detached() * x
      }
    }
    #expect(found.balances.map(\.operation) == ["stop gradient"])
    #expect(found.balances.map(\.layer) == ["order"])
    #expect(found.balances.allSatisfy { $0.passed == 0 })
    let missing = found.balances.reduce(0) { $0 + $1.absorbed }
    #expect(near([found.start - found.total], [missing]))
  }

  @Test func `other places at the reference are an error that names the operation and layer`()
    throws
  {
    let values = try numbers([1, 2], [2])
    #expect {
      _ = try compare([0, 1], [1, 0], [2]) { x in
        try Recording.layer("lookup") { () throws(GraphError) in
          try apply(Gather(0), [values, x.applying(ArgMax(0))])
        }
      }
    } throws: { error in
      guard case GraphError.multipliers("gather", "lookup", _) = error else { return false }
      return true
    }
  }

  @Test func `several variables and points inside of the graph`() throws {
    let (x, y) = (
      Variable.example(try Tensor([1.0, 2], [2])), Variable.example(try .scalar(3, .f64))
    )
    let inside = try (x * y).applying(Tanh())
    let output = try inside.sum([]) + y
    let both = try multipliers(
      of: output, at: [x, y], references: [numbers([0, 1], [2]), numbers([1], [])])
    #expect(abs(both.total - both.start) < 1e-12)
    let cut = try multipliers(of: output, at: [inside, y], references: [numbers([0, 0], [2]), y])
    #expect(near(cut.values[0].value.doubles, [1, 1]))
  }

  /// min(a, b) = a - relu(a - b), the example of Shrikumar et al. 2017, section 3.5.3.
  private static func smaller(_ x: Variable) throws -> Variable {
    let difference = try apply(Linear(), [x, numbers([1, -1], [1, 2])])
    return try apply(Linear(), [x, numbers([1, 0], [1, 2])]) - difference.applying(Relu())
  }

  @Test(arguments: [(3.0, 2.0), (2.0, 5.0)])
  func `what cancels is seen by reveal-cancel and not by rescale`(
    _ a: Double, _ b: Double
  ) throws {
    let (found, shared) = try compare([a, b], [0, 0], [1, 2], .revealCancel, Self.smaller)
    #expect(near(shared, [min(a, b) / 2, min(a, b) / 2]))
    #expect(near([found.total], [found.start]) && found.balances.isEmpty)
    let (_, whole) = try compare([a, b], [0, 0], [1, 2], .rescale, Self.smaller)
    #expect(near(whole, a < b ? [a, 0] : [0, b]))
  }

  @Test(arguments: MultiplierScheme.allCases)
  func `a network of every kind of operator explains the whole difference`(
    _ scheme: MultiplierScheme
  ) throws {
    let count = 2 * 2 * 6 * 6
    let x = (0..<count).map { Double(($0 * 37) % 23) / 11 - 1 }
    let reference = (0..<count).map { Double(($0 * 29) % 19) / 9 - 1 }
    let weight = try numbers((0..<36).map { Double(($0 * 17) % 13) / 6 - 1 }, [2, 2, 3, 3])
    let statistics = try [[1.5, -0.5], [0.25, 1], [0, 0.5], [1, 2]].map { try numbers($0, [2]) }
    let (found, contributions) = try compare(x, reference, [2, 2, 6, 6], scheme) { x in
      let window = Window([
        WindowAxis(3, padLow: 1, padHigh: 1), WindowAxis(3, padLow: 1, padHigh: 1),
      ])
      let first = try apply(
        BatchNormalisation(), [apply(Convolution(window), [x, weight])] + statistics)
      let branch = try first.applying(Relu()) + first.applying(Tanh()) - x
      let pooled = try branch.applying(
        MaxPool(Window([WindowAxis(2, stride: 2), WindowAxis(2, stride: 2)])))
      let attended = try pooled * pooled.applying(Softmax(-1))
      return try attended.applying(GlobalAveragePool()).applying(Flatten(1)).applying(Sigmoid())
    }
    #expect(abs(contributions.reduce(0, +) - found.start) < 1e-11)
    #expect(abs(found.total - found.start) < 1e-11)
    #expect(found.balances.isEmpty)
    #expect(abs(found.start) > 1e-3)
  }
}
