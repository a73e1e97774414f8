// Every operator's split: that the parts of its result add up to it, whatever the parts of its operands.
import Graphs
import Tensors
import Testing

@Suite struct OperatorSplitTests {
  /// Functions with a pole at 0, or of a parameter that must not be 0: their parts may not exist.
  static let undefined: Set<String> = [
    "log", "reciprocal", "acosh", "log gamma", "polygamma", "log beta", "incomplete gamma",
    "gamma density", "inverse incomplete gamma", "incomplete beta", "beta density",
    "inverse incomplete beta", "student cdf", "student quantile", "f cdf", "f quantile",
    "inverse erfc", "determinant",
  ]

  /// Examples whose result is computed from real numbers by a step that is recorded.
  static let examples = Example.all.filter { example in
    type(of: example.operation).isDifferentiable
      && zip(example.types, example.inputs).contains { $0.0.isFloating && !$0.1.values.isEmpty }
  }

  /// Examples with a rule.
  static let followed = examples.filter { example in
    if case .none = example.operation.splitting { return false }
    return !undefined.contains(example.operation.name)
  }

  @Test(arguments: followed)
  func `the parts of a result add up to it`(_ example: Example) throws {
    for rules in SplitRules.named.values {
      for share in [0.0, 0.3, 0.8] {
        let probe = try SplitProbe(example, share: share, rules)
        #expect(probe.gap <= probe.tolerance, "\(rules), of each number up to \(share)")
      }
    }
  }

  @Test(arguments: followed)
  func `what is all relevant leaves nothing, and what is nothing gives nothing`(
    _ example: Example
  ) throws {
    for rules in SplitRules.named.values {
      let nothing = try SplitProbe(example, share: nil, rules)
      #expect(nothing.relevant.allSatisfy { abs($0) <= 1e-12 })
      let all = try SplitProbe(example, share: 1, rules)
      for (relevant, irrelevant) in zip(all.relevant, all.irrelevant) where relevant != 0 {
        #expect(abs(irrelevant) <= all.tolerance, "\(rules)")
      }
    }
  }

  @Test(arguments: examples.filter { undefined.contains($0.operation.name) })
  func `a function without parts says so`(_ example: Example) throws {
    for rules in SplitRules.named.values {
      do {
        let probe = try SplitProbe(example, share: 0.3, rules)
        #expect(probe.gap <= probe.tolerance)
      } catch GraphError.split(let operation, _, _) {
        #expect(operation == example.operation.name)
      } catch GraphError.tensor(let operation, _, _) {
        #expect(operation == example.operation.name)
      }
    }
  }

  @Test(arguments: [Log().name, Reciprocal().name, LogGamma().name])
  func `what has no value at 0 cannot be split`(_ name: String) throws {
    let example = try #require(Self.examples.first { $0.operation.name == name })
    #expect(throws: GraphError.self) { try SplitProbe(example, share: 0.3, .shapley) }
  }

  @Test func `operators without a rule say why`() throws {
    let silent = Self.examples.filter { example in
      guard case .none(let reason) = example.operation.splitting else { return false }
      return reason.isEmpty
    }
    #expect(silent.isEmpty)
    let example = try #require(Self.examples.first { $0.operation is Cholesky })
    let error = #expect(throws: GraphError.self) {
      try SplitProbe(example, share: 0.3, .shapley)
    }
    #expect(error?.message.hasPrefix("a split cannot pass cholesky") == true)
  }
}

/// One example with a part of each number relevant.
private struct SplitProbe {
  let relevant, irrelevant: [Double]
  /// How far the parts are from the value.
  let gap: Double
  let tolerance: Double

  /// Of each number a part between 0 and `share` of it is relevant, all where `share` is 1, nothing where it is nil.
  init(_ example: Example, share: Double?, _ rules: SplitRules) throws {
    let tensors = try example.tensors()
    let inputs = tensors.enumerated().map { place, tensor in
      Self.isSplit(example, place) ? Variable(tensor).tracked() : Variable(tensor)
    }
    let output = try Recording.during { () throws in try apply(example.operation, inputs) }
    let leaves = inputs.filter(\.isLeaf)
    let parts = try leaves.enumerated().map { place, leaf in
      let whole = Dense(leaf.value)
      let shares = numbers(whole.shape, 0, share ?? 0, offset: 29 * place)
      let part = whole.zip(share == 1 ? whole.map { _ in 1 } : shares) { $0 * $1 }
      return Variable(try part.tensor(leaf.value.type))
    }
    let found = try splits(of: [output], at: leaves, relevant: parts, rules: rules).splits[0]
    relevant = found.relevant?.value.doubles ?? []
    irrelevant = found.irrelevant?.value.doubles ?? []
    let value = output.value.doubles
    var (gap, size) = (relevant.count == value.count ? 0 : Double.infinity, 1.0)
    for (number, (r, i)) in zip(value, zip(relevant, irrelevant)) {
      gap = max(gap, abs(r + i - number))
      size = max(size, abs(number), abs(r), abs(i))
    }
    self.gap = gap
    tolerance = (output.value.type == .f32 ? 1e-5 : 1e-10) * size
  }

  /// Whether the operand is one of those that the operator's rule is for.
  private static func isSplit(_ example: Example, _ place: Int) -> Bool {
    guard example.types[place].isFloating else { return false }
    if case .affine(let only) = example.operation.splitting { return place == only }
    return true
  }
}
