// Differences split into a positive and a negative part that are handed back separately (RevealCancel).
import Tensors

/// Something for the positive part of a difference, and for the negative one: the parts themselves, or their multipliers.
package struct SignedPair {
  package var positive, negative: Variable

  package init(_ positive: Variable, _ negative: Variable) {
    self.positive = positive
    self.negative = negative
  }

  /// A difference as its parts: what is above and what is below 0.
  package init(splitting difference: Variable) throws(GraphError) {
    positive = try difference.applying(Clip(0, .infinity))
    negative = try difference.applying(Clip(-.infinity, 0))
  }

  /// Part by part; once where both of each are the same.
  static func + (x: SignedPair, y: SignedPair) throws(GraphError) -> SignedPair {
    let positive = try x.positive + y.positive
    let isWhole = x.positive === x.negative && y.positive === y.negative
    return SignedPair(positive, isWhole ? positive : try x.negative + y.negative)
  }

  /// The part of each element that its difference belongs to; the mean of both where there is none.
  package func chosen(by difference: Variable) throws(GraphError) -> Variable {
    let zero = try Variable.number(0, like: difference)
    let (rises, falls) = (
      try apply(Greater(), [difference, zero]), try apply(Less(), [difference, zero])
    )
    let mean = try (positive + negative) * 0.5
    return try apply(Select(), [rises, positive, apply(Select(), [falls, negative, mean])])
  }
}

/// How the parts of differences pass an operator.
package enum SplitRule: Sendable, Equatable {
  /// Values move: each part goes its way.
  case moved
  /// Sums without negative weights, but for the `subtracted` operands: an operand's whole difference belongs to one part of
  /// the result's, by its sign (Shrikumar et al. 2017, section 3.5.1).
  case added(subtracted: Set<Int>)
  /// The same with weights of either sign, which an operand holds.
  case weighted(by: Int)
  /// A function of one element: each part counts the mean of what it does before and after the other (section 3.5.3).
  case element
  /// Only the whole difference counts, and its sign says to which part it belongs.
  case whole
}

/// One application of an operator, with the differences of its operands in parts.
package struct SignedApplication {
  package let operation: any Operator
  package let inputs, references: [Variable]
  package let output, reference: Variable
  /// The parts of the difference of each operand that varies.
  package let parts: [SignedPair?]
  package let layer: String

  package init(
    operation: any Operator, inputs: [Variable], references: [Variable], output: Variable,
    reference: Variable, parts: [SignedPair?], layer: String
  ) {
    self.operation = operation
    self.inputs = inputs
    self.references = references
    self.output = output
    self.reference = reference
    self.parts = parts
    self.layer = layer
  }

  private var varies: [Bool] { parts.map { $0 != nil } }

  /// Truth values, places and whole numbers have no parts.
  private var rule: SplitRule {
    let isReal = zip(inputs, parts).allSatisfy { $1 == nil || $0.value.type.isFloating }
    return isReal && output.value.type.isFloating
      ? operation.multiplying.split(varying: varies) : .whole
  }

  /// The application as one that multipliers of whole differences pass.
  private func contrast(_ multiplier: Variable) -> Contrast {
    Contrast(
      operation: operation, inputs: inputs, references: references, output: output,
      reference: reference, multiplier: multiplier, varies: varies, layer: layer)
  }

  // MARK: Forwards.

  /// The parts of the difference of the result.
  package func resultParts() throws(GraphError) -> SignedPair {
    switch rule {
    case .moved:
      return SignedPair(
        try pushed(parts.map { $0?.positive }, at: inputs),
        try pushed(parts.map { $0?.negative }, at: inputs))
    case .added, .weighted:
      var sum: SignedPair?
      for jacobian in try jacobians() {
        let (up, down) = try directions(jacobian)
        let next = SignedPair(
          try pushed(up, at: jacobian.operands), try pushed(down, at: jacobian.operands))
        sum = if let sum { try sum + next } else { next }
      }
      if let sum { return sum }
    case .element: return try elementParts()
    case .whole: break
    }
    return try SignedPair(splitting: difference(output, reference))
  }

  /// `x` - `y` as real numbers, of the result's type if that is one.
  private func difference(_ x: Variable, _ y: Variable) throws(GraphError) -> Variable {
    let type = output.value.type
    return try x.difference(from: y, as: type.isFloating ? type : .f64)
  }

  /// How the result moves when the operands move along directions.
  private func pushed(
    _ directions: [Variable?], at operands: [Variable]
  ) throws(GraphError) -> Variable {
    let moved = try operation.tangent(
      Pushforward(inputs: operands, output: output, tangents: directions))
    if let moved { return moved }
    return try .zeros(like: output)
  }

  /// A linear operator with weights of one sign for each operand.
  private struct Jacobian {
    let operands: [Variable]
    let isNegative: (Int) -> Bool
  }

  /// Those that add up to the operator, for one whose rule is `added` or `weighted`.
  private func jacobians() throws(GraphError) -> [Jacobian] {
    switch rule {
    case .weighted(let index):
      var (above, below) = (inputs, inputs)
      above[index] = try inputs[index].applying(Clip(0, .infinity))
      below[index] = try inputs[index].applying(Clip(-.infinity, 0))
      return [
        Jacobian(operands: above) { _ in false }, Jacobian(operands: below) { _ in true },
      ]
    case .added(let subtracted):
      return [Jacobian(operands: inputs) { subtracted.contains($0) }]
    case .moved, .element, .whole: return []
    }
  }

  /// What of the operands' whole differences raises the result, and what lowers it.
  private func directions(
    _ jacobian: Jacobian
  ) throws(GraphError) -> (up: [Variable?], down: [Variable?]) {
    var (up, down) = (parts.map { _ in Variable?.none }, parts.map { _ in Variable?.none })
    for (index, pair) in parts.enumerated() {
      guard let pair else { continue }
      let whole = try SignedPair(splitting: pair.positive + pair.negative)
      let isNegative = jacobian.isNegative(index)
      up[index] = isNegative ? whole.negative : whole.positive
      down[index] = isNegative ? whole.positive : whole.negative
    }
    return (up, down)
  }

  /// Δy⁺ = (f(x' + Δx⁺) - f(x') + f(x) - f(x' + Δx⁻)) / 2, and Δy⁻ with the parts exchanged.
  private func elementParts() throws(GraphError) -> SignedPair {
    guard let index = parts.firstIndex(where: { $0 != nil }), let pair = parts[index] else {
      return try SignedPair(splitting: difference(output, reference))
    }
    func value(_ part: Variable) throws(GraphError) -> Variable {
      var operands = inputs
      operands[index] = try references[index] + part
      return try apply(any: operation, operands)
    }
    let (above, below) = (try value(pair.positive), try value(pair.negative))
    return SignedPair(
      try (difference(above, reference) + difference(output, below)) * 0.5,
      try (difference(below, reference) + difference(output, above)) * 0.5)
  }

  // MARK: Backwards.

  /// The multipliers of the operands' parts, for `result`, the parts of the result's difference, and their multipliers.
  package func multipliers(
    _ multipliers: SignedPair, of result: SignedPair
  ) throws(GraphError) -> [SignedPair?] {
    switch rule {
    case .moved:
      let (up, down) = (
        try pulled(multipliers.positive, at: inputs), try pulled(multipliers.negative, at: inputs)
      )
      return zip(up, down).map { up, down in
        if let up, let down { SignedPair(up, down) } else { nil }
      }
    case .added, .weighted: return try linearMultipliers(multipliers)
    case .element: return try elementMultipliers(multipliers, of: result)
    case .whole:
      let whole = try multipliers.chosen(by: difference(output, reference))
      return try operation.multiplying.multipliers(contrast(whole)).map { share in
        share.map { SignedPair($0, $0) }
      }
    }
  }

  private func pulled(
    _ multiplier: Variable, at operands: [Variable]
  ) throws(GraphError) -> [Variable?] {
    let contrast = contrast(multiplier)
    try contrast.requireSamePlaces()
    return try contrast.pulledBack(multiplier, at: operands, output: output)
  }

  /// An operand's difference counts with the part of the result that it belongs to; without a difference with both by half.
  private func linearMultipliers(_ multipliers: SignedPair) throws(GraphError) -> [SignedPair?] {
    var sums = inputs.map { _ in SignedPair?.none }
    for jacobian in try jacobians() {
      let above = try pulled(multipliers.positive, at: jacobian.operands)
      let below = try pulled(multipliers.negative, at: jacobian.operands)
      for index in inputs.indices {
        guard let above = above[index], let below = below[index] else { continue }
        let next =
          jacobian.isNegative(index) ? SignedPair(below, above) : SignedPair(above, below)
        sums[index] = if let sum = sums[index] { try sum + next } else { next }
      }
    }
    var results = sums
    for (index, sum) in sums.enumerated() {
      guard let sum, let pair = parts[index] else { continue }
      let one = try sum.chosen(by: pair.positive + pair.negative)
      results[index] = SignedPair(one, one)
    }
    return results
  }

  private func elementMultipliers(
    _ multipliers: SignedPair, of result: SignedPair
  ) throws(GraphError) -> [SignedPair?] {
    var results = inputs.map { _ in SignedPair?.none }
    guard let index = parts.firstIndex(where: { $0 != nil }), let pair = parts[index] else {
      return results
    }
    func quotient(
      _ multiplier: Variable, _ change: Variable, _ part: Variable
    ) throws(GraphError) -> Variable {
      let contrast = contrast(multiplier)
      let contribution = try (multiplier * change).summed(to: inputs[index].shape)
      return try contrast.quotient(contribution, part) { () throws(GraphError) in
        // What a small part would do: the mean of the slopes before and after the other part.
        let half = try multiplier * 0.5
        return try contrast.slope(of: index, half, at: inputs, output: output)
          + contrast.slope(of: index, half, at: references, output: reference)
      }
    }
    results[index] = SignedPair(
      try quotient(multipliers.positive, result.positive, pair.positive),
      try quotient(multipliers.negative, result.negative, pair.negative))
    return results
  }
}
