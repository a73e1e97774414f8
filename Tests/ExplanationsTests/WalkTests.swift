// Relevance on small graphs with known answers: branches, gates, products, normalisation, accounts.
import Explanations
import Graphs
import Tensors
import Testing

private func leaf(_ values: [Double], _ shape: [Int]) throws -> Variable {
  Variable(try Tensor(values, shape)).tracked()
}

private func propagate(
  _ rules: RuleSet = RuleSet("z", every: .epsilon(1e-12)), at inputs: [Variable],
  _ body: () throws -> Variable
) throws -> Relevance {
  try Recording.during { () throws in try relevance(of: body(), at: inputs, rules: rules) }
}

private func near(_ got: Variable, _ wanted: [Double], _ tolerance: Double = 1e-5) -> Bool {
  zip(got.value.doubles, wanted).allSatisfy { abs($0 - $1) <= tolerance }
}

@Suite struct WalkTests {
  @Test func `a residual connection conserves relevance`() throws {
    let x = try leaf([2, 3], [1, 2])
    let weight = Variable(try Tensor([1.0, 2, 3, 4], [2, 2]))
    let result = try propagate(at: [x]) { try x + apply(Linear(), [x, weight]) }
    #expect(near(result.values[0], [2 + 2 + 6, 3 + 6 + 12], 1e-4))
    #expect(abs(result.total - result.start) < 1e-4)
  }

  @Test func `branches that cancel share by magnitude without growing`() throws {
    let (x, y) = (try leaf([1], [1]), try leaf([-0.999], [1]))
    var rules = RuleSet("z", every: .epsilon(1e-12))
    let proportional = try propagate(rules, at: [x, y]) { try x + y }
    rules.sum = .magnitude
    let bounded = try propagate(rules, at: [x, y]) { try x + y }
    #expect(near(proportional.values[0], [1], 1e-2) && near(proportional.values[1], [-0.999], 1e-2))
    #expect(near(bounded.values[0], [0.001 / 1.999], 1e-6))
    #expect(near(bounded.values[1], [0.000999 / 1.999], 1e-6))
    #expect(abs(bounded.total - bounded.start) < 1e-8)
  }

  @Test func `the signal takes all relevance at a gate, none reaches the gate's input`() throws {
    let (x, gate) = (try leaf([1, 2, 3, 4], [2, 2]), try leaf([0.5, 0.25], [2, 1]))
    let result = try propagate(at: [x, gate]) { try x * gate.applying(Sigmoid()) }
    #expect(abs(result.values[0].value.doubles.reduce(0, +) - result.start) < 1e-4)
    #expect(near(result.values[1], [0, 0]))
  }

  @Test func `a product of equals shares half and half`() throws {
    let (x, y) = (try leaf([2], [1]), try leaf([5], [1]))
    let result = try propagate(at: [x, y]) { try x * y }
    #expect(near(result.values[0], [5]) && near(result.values[1], [5]))
  }

  @Test func `a matrix product of two activations shares half and half`() throws {
    let (x, y) = (try leaf([1, 2], [1, 2]), try leaf([3, 4], [2, 1]))
    let result = try propagate(at: [x, y]) { try apply(MatrixProduct(), [x, y]) }
    #expect(near(result.values[0], [1.5, 4]) && near(result.values[1], [1.5, 4]))
  }

  @Test func `a constant left factor of a matrix product is the weight`() throws {
    let x = try leaf([3, 4], [2, 1])
    let weight = Variable(try Tensor([1.0, 2], [1, 2]))
    let result = try propagate(at: [x]) { try apply(MatrixProduct(), [weight, x]) }
    #expect(near(result.values[0], [3, 8]))
  }

  @Test func `the account says what a bias absorbed`() throws {
    let x = try leaf([1, 1], [1, 2])
    let weight = Variable(try Tensor([1.0, 1], [1, 2]))
    let bias = Variable(try Tensor([2.0], [1]))
    let result = try propagate(at: [x]) {
      try Recording.layer("head") { () throws(GraphError) in
        try apply(Linear(), [x, weight, bias])
      }
    }
    #expect(abs(result.start - 4) < 1e-9 && abs(result.total - 2) < 1e-9)
    #expect(result.balances.map(\.layer) == ["head"])
    #expect(abs((result.balances.first?.absorbed ?? 0) - 2) < 1e-9)
    let without = try propagate(
      RuleSet("no bias", every: .epsilon(1e-12), ignoresBias: true), at: [x]
    ) { try apply(Linear(), [x, weight, bias]) }
    #expect(abs(without.total - 4) < 1e-9)
  }

  @Test func `merged batch normalisation gives the relevance of the merged network`() throws {
    let x = try leaf([1, -2, 3, 0.5], [1, 1, 2, 2])
    let weight = Variable(try Tensor([0.5, -1, 2, 1], [1, 1, 2, 2]))
    let statistics = try [1.5, -0.5, 0.25, 4].map { Variable(try Tensor([$0], [1])) }
    let window = Window2D(kernel: (2, 2))
    let normalisation = BatchNormalisation(epsilon: 0)
    let rules = RuleSet("gamma", every: .gamma(0.25))
    let separate = try propagate(rules, at: [x]) {
      let inner = try apply(Convolution(window), [x, weight])
      return try apply(normalisation, [inner] + statistics)
    }
    let merged = try normalisation.merged(weight, nil, statistics: statistics)
    let joined = try propagate(rules, at: [x]) {
      try apply(Convolution(window), [x, merged.weight, merged.bias])
    }
    #expect(near(separate.values[0], joined.values[0].value.doubles, 1e-9))
  }

  @Test func `single layers can have rules of their own, and relevance stops where it is asked`()
    throws
  {
    let x = try leaf([1, 3], [1, 2])
    let weight = Variable(try Tensor([1.0, -1], [1, 2]))
    var rules = RuleSet("z", every: .epsilon(1e-12))
    rules.layers["fc"] = .flat
    let result = try propagate(rules, at: [x]) {
      try Recording.layer("fc") { () throws(GraphError) in try apply(Linear(), [x, weight]) }
    }
    #expect(near(result.values[0], [-1, -1]))
  }

  @Test func `a fused convolution is refused with its layer's name`() throws {
    let x = try leaf([1], [1, 1, 1, 1])
    let (weight, bias) = (
      Variable(try Tensor([1.0], [1, 1, 1, 1])), Variable(try Tensor([0.0], [1]))
    )
    let operation = FusedConvolution(Window2D(kernel: (1, 1)), activation: .relu)
    #expect {
      _ = try propagate(at: [x]) {
        try Recording.layer("conv") { () throws(GraphError) in
          try apply(operation, [x, weight, bias])
        }
      }
    } throws: { error in
      if case .relevance(_, "conv", _)? = error as? GraphError { true } else { false }
    }
  }

  @Test func `every name of a rule set is known`() {
    for name in RuleSet.names { #expect(RuleSet.named(name)?.name == name) }
    #expect(RuleSet.named("epsilon-minus") == nil)
  }
}
