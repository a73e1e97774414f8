// Rules of functions of single elements, and of operators that choose one of many.
import Tensors

/// The rule of an element-wise operator: with one operand that varies, Δy / Δx, the rescale rule (Shrikumar et al. 2017,
/// section 3.5.2), also of steps; with several, each operand's Shapley value divided by its difference.
package struct SharedByOrders: MultiplierRule {
  package init() {}

  package func split(varying: [Bool]) -> SplitRule {
    varying.filter { $0 }.count == 1 ? .element : .whole
  }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    let players = contrast.varies.indices.filter { contrast.varies[$0] }
    var shares = contrast.inputs.map { _ in Variable?.none }
    guard !players.isEmpty else { return shares }
    var coalitions = Coalitions(contrast, players)
    for (place, player) in players.enumerated() {
      let bit = 1 << place
      for others in 0..<(1 << players.count) where others & bit == 0 {
        let share = try coalitions.share(of: player, adding: bit, to: others)
        shares[player] = if let sum = shares[player] { try sum + share } else { share }
      }
      guard let share = shares[player] else { continue }
      let type = contrast.inputs[player].value.type
      if type.isFloating, type != share.value.type {
        shares[player] = try share.applying(Cast(to: type))
      }
    }
    return shares
  }
}

/// The results with some of the operands at the input and the others at the reference.
private struct Coalitions {
  let contrast: Contrast
  let players: [Int]
  private var values: [Int: Variable]

  init(_ contrast: Contrast, _ players: [Int]) {
    self.contrast = contrast
    self.players = players
    values = [0: contrast.reference, (1 << players.count) - 1: contrast.output]
  }

  /// The operands with those of `members` (bits over the players) at the input.
  private func operands(_ members: Int) -> [Variable] {
    var operands = contrast.inputs
    for (place, player) in players.enumerated() where members & (1 << place) == 0 {
      operands[player] = contrast.references[player]
    }
    return operands
  }

  private mutating func value(_ members: Int) throws(GraphError) -> Variable {
    if let known = values[members] { return known }
    let value = try apply(any: contrast.operation, operands(members))
    values[members] = value
    return value
  }

  /// The weighted quotient of what the result changes by when `player` follows `others` to the input.
  mutating func share(
    of player: Int, adding bit: Int, to others: Int
  ) throws(GraphError) -> Variable {
    let count = players.count
    // |S|! (n - |S| - 1)! / n!
    let before = others.nonzeroBitCount
    let orders = (0..<before).reduce(1) { $0 * (count - 1 - $1) / ($1 + 1) }
    let weight = 1 / Double(count * orders)
    let output = try value(others | bit)
    let change = try contrast.difference(output, value(others))
    let shape = contrast.inputs[player].shape
    let multiplier =
      try weight == 1 ? contrast.multiplier : contrast.multiplier * weight
    let contribution = try (multiplier * change).summed(to: shape)
    let operands = operands(others | bit)
    return try contrast.quotient(contribution, contrast.difference(player)) {
      () throws(GraphError) in
      try contrast.slope(of: player, multiplier, at: operands, output: output)
    }
  }
}

/// The rule of an operator that gives the largest (or smallest) of several elements, o at the input and o' at the reference:
/// where o > o', o - o' is due to the element that is the largest at the input, else to that at the reference.
///
/// Either of them differs from its reference by at least |o - o'|, so no multiplier is above that of the result; the same as
/// Captum's rule for max pooling, `max(o, o') - o'` to the one and `o - max(o, o')` to the other.
package struct ByExtremes: MultiplierRule {
  let largest: Bool

  package init(largest: Bool) { self.largest = largest }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    let (output, reference) = (contrast.output, contrast.reference)
    let further =
      try largest
      ? apply(Maximum(), [output, reference]) : apply(Minimum(), [output, reference])
    let here = try contrast.multiplier * contrast.difference(further, reference)
    let there = try contrast.multiplier * contrast.difference(output, further)
    let atInput = try contrast.pulledBack(here, at: contrast.inputs, output: output)
    let atReference = try contrast.pulledBack(
      there, at: contrast.references, output: reference)
    guard let first = atInput[0], let second = atReference[0] else { return [nil] }
    return [
      try contrast.quotient(first + second, contrast.difference(0)) { () throws(GraphError) in
        try contrast.slope(
          of: 0, contrast.multiplier, at: contrast.inputs, output: output)
      }
    ]
  }
}
