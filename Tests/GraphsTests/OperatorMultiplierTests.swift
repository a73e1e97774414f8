// Every operator's rule for multipliers: that there is one, and that it explains the whole difference.
import Graphs
import Tensors
import Testing

@Suite struct OperatorMultiplierTests {
  @Test func `every operator has a rule for multipliers or says why not`() {
    let missing = Example.all.filter { example in
      guard let rule = example.operation.multiplying as? NoMultiplierRule else { return false }
      return rule.reason == nil
    }.map(\.operation.name)
    #expect(
      Set(missing).isEmpty,
      "give it a `multiplying`: a rule of Sources/Graphs/Multipliers, or NoMultiplierRule(because: …)"
    )
  }

  @Test func `most operators have a complete rule`() {
    let complete = Set(Self.examples.map { $0.operation.name })
    #expect(complete.count > Operators.all.count * 3 / 4)
  }

  /// Examples with operands for which nothing is lost.
  static let examples = Example.all.filter { example in
    example.isExact && !subsets(example).isEmpty
  }

  /// The sets of operands that may vary and for which the rule is complete.
  private static func subsets(_ example: Example) -> [[Bool]] {
    let count = example.inputs.count
    return (1..<(1 << count)).map { bits in (0..<count).map { bits & (1 << $0) != 0 } }
      .filter { example.operation.multiplying.isComplete(varying: $0) }
  }

  @Test(arguments: examples)
  func `contributions of the operands add up to the difference of the result`(
    _ example: Example
  ) throws {
    let inputs = try example.tensors().map { Variable($0) }
    for varying in Self.subsets(example) {
      for turn in 1...2 {
        let references = try turned(example, varying, turn)
        let output = try apply(example.operation, inputs)
        let reference = try apply(example.operation, references)
        let multiplier = Variable(try numbers(output.shape, -1, 1, offset: 17).tensor())
        let contrast = Contrast(
          operation: example.operation, inputs: inputs, references: references, output: output,
          reference: reference, multiplier: multiplier, varies: varying)
        let shares = try example.operation.multiplying.multipliers(contrast)
        #expect(shares.count == inputs.count)
        let expected = contributions(multiplier, output, reference)
        var found: [Double] = []
        for (index, share) in shares.enumerated() {
          guard let share else { continue }
          #expect(varying[index])
          #expect(share.shape == inputs[index].shape)
          found += contributions(share, inputs[index], references[index])
        }
        let size = (expected + found).reduce(1) { $0 + abs($1) }
        let gap = expected.reduce(0, +) - found.reduce(0, +)
        #expect(
          abs(gap) <= rounding(example) * size, "varying \(varying), turned by \(turn): \(gap)")
      }
    }
  }

  @Test(arguments: examples)
  func `parts of differences that are handed back separately add up too`(
    _ example: Example
  ) throws {
    let inputs = try example.tensors().map { Variable($0) }
    for varying in Self.subsets(example) {
      let references = try turned(example, varying, 1)
      // Both parts on the way from the reference, so that functions are defined there.
      let parts = try inputs.indices.map { index -> SignedPair? in
        guard varying[index] else { return nil }
        let type = inputs[index].value.type
        let whole = try inputs[index].difference(
          from: references[index], as: type.isFloating ? type : .f64)
        return SignedPair(try whole * 0.75, try whole * 0.25)
      }
      let output = try apply(example.operation, inputs)
      let reference = try apply(example.operation, references)
      let split = SignedApplication(
        operation: example.operation, inputs: inputs, references: references, output: output,
        reference: reference, parts: parts, layer: "")
      let result = try split.resultParts()
      let multipliers = SignedPair(
        Variable(try numbers(output.shape, -1, 1, offset: 17).tensor()),
        Variable(try numbers(output.shape, -1, 1, offset: 31).tensor()))
      let difference = try output.difference(from: reference, as: .f64)
      for (sum, whole) in zip(
        try (result.positive + result.negative).value.doubles, difference.value.doubles)
      {
        #expect(abs(sum - whole) <= 1e-9 * max(1, abs(whole)), "varying \(varying)")
      }
      let shares = try split.multipliers(multipliers, of: result)
      #expect(shares.count == inputs.count)
      let expected = products(multipliers, result)
      var found: [Double] = []
      for (share, pair) in zip(shares, parts) {
        if let share, let pair { found += products(share, pair) }
      }
      let size = (expected + found).reduce(1) { $0 + abs($1) }
      let gap = expected.reduce(0, +) - found.reduce(0, +)
      #expect(abs(gap) <= rounding(example) * size, "varying \(varying): \(gap)")
    }
  }

  /// What is lost where an operand's multiplier has the operand's element type.
  private func rounding(_ example: Example) -> Double {
    example.types.contains(.f32) ? 1e-6 : 1e-9
  }

  private func products(_ multipliers: SignedPair, _ parts: SignedPair) -> [Double] {
    zip(multipliers.positive.value.doubles, parts.positive.value.doubles).map { $0 * $1 }
      + zip(multipliers.negative.value.doubles, parts.negative.value.doubles).map { $0 * $1 }
  }

  /// The operands with the numbers of those that vary moved round by some places, so that they stay in the domain; places
  /// stay.
  private func turned(_ example: Example, _ varying: [Bool], _ turn: Int) throws -> [Variable] {
    try example.inputs.indices.map { index in
      var (values, type) = (example.inputs[index], example.types[index])
      if varying[index], type != .i64, !values.values.isEmpty {
        let cut = turn % values.values.count
        values.values = Array(values.values[cut...] + values.values[..<cut])
      }
      return Variable(try values.tensor(type))
    }
  }

  private func contributions(_ m: Variable, _ x: Variable, _ y: Variable) -> [Double] {
    zip(m.value.doubles, zip(x.value.doubles, y.value.doubles)).map { m, pair in
      pair.0 == pair.1 ? 0 : m * (pair.0 - pair.1)
    }
  }
}
