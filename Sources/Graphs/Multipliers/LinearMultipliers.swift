// Rules of operators that are linear, or polynomials, in what varies, and the average along a path for those that are neither.
import Tensors

/// The rule of an operator that is linear in all its operands of real numbers together: the derivative.
package struct ByDerivative: MultiplierRule {
  let split: SplitRule

  /// `split` tells how parts of differences pass; by default only the whole difference counts.
  package init(_ split: SplitRule = .whole) { self.split = split }

  package func split(varying: [Bool]) -> SplitRule { split }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    try contrast.requireSamePlaces()
    return try contrast.pulledBack(
      contrast.multiplier, at: contrast.inputs, output: contrast.output)
  }
}

/// The rule of a product, linear in each of its operands while the others stay: the derivative in the middle.
///
/// Δ(a b) = Δa (b + b') / 2 + Δb (a + a') / 2: each operand counts the mean of what it does before and after the other has
/// changed, which is its Shapley value.
package struct AtMidpoint: MultiplierRule {
  package init() {}

  package func split(varying: [Bool]) -> SplitRule {
    if varying.dropFirst(2).contains(true) { return .whole }
    return switch (varying[0], varying[1]) {
    case (true, false): .weighted(by: 1)
    case (false, true): .weighted(by: 0)
    default: .whole
    }
  }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    guard contrast.varies.prefix(2) == [true, true] else {
      return try ByDerivative().multipliers(contrast)
    }
    try contrast.requireSamePlaces()
    // The derivative of a product does not read its result.
    return try contrast.pulledBack(
      contrast.multiplier, at: contrast.operands(at: 0.5), output: contrast.output)
  }
}

/// The derivative where only operands vary in which the operator is linear, another rule where one of `others` does.
package struct LinearUnless: MultiplierRule {
  let others: Set<Int>
  let rule: any MultiplierRule

  package init(varying others: Set<Int>, _ rule: any MultiplierRule) {
    self.others = others
    self.rule = rule
  }

  private func isLinear(varying: [Bool]) -> Bool {
    !varying.indices.contains { varying[$0] && others.contains($0) }
  }

  package func isComplete(varying: [Bool]) -> Bool {
    isLinear(varying: varying) || rule.isComplete(varying: varying)
  }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    try isLinear(varying: contrast.varies)
      ? ByDerivative().multipliers(contrast) : rule.multipliers(contrast)
  }
}

/// The average of the derivative along the straight line from the reference to the input (Aumann and Shapley 1974), by
/// Gauss–Legendre quadrature.
///
/// Complete for polynomials whose degree is known; for other operators it is so only in the limit of many nodes, and what
/// is missing shows in the account.
package struct AlongPath: MultiplierRule {
  /// The degree of the result as a polynomial of all operands together.
  let degree: (@Sendable (_ shapes: [[Int]]) throws(GraphError) -> Int)?
  /// More nodes than this are not worth their time: the error of so many is below rounding for whatever is smooth.
  private static let mostNodes = 64
  private static let usualNodes = 24

  package init(
    degree: (@Sendable (_ shapes: [[Int]]) throws(GraphError) -> Int)? = nil
  ) { self.degree = degree }

  package func isComplete(varying: [Bool]) -> Bool { degree != nil }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    try contrast.requireSamePlaces()
    // n nodes are exact up to degree 2 n - 1, and a derivative has one degree less than its function.
    var nodes = AlongPath.usualNodes
    if let degree {
      nodes = try min(max(1, (degree(contrast.inputs.map(\.shape)) + 1) / 2), AlongPath.mostNodes)
    }
    let rule = Quadrature.gaussLegendre(nodes)
    var sums = contrast.inputs.map { _ in Variable?.none }
    for (part, weight) in zip(rule.nodes, rule.weights) {
      if Interruption.requested { throw .interrupted }
      let operands = try contrast.operands(at: part)
      let output = try apply(any: contrast.operation, operands)
      let slopes = try contrast.pulledBack(contrast.multiplier, at: operands, output: output)
      for (index, slope) in slopes.enumerated() {
        guard let slope else { continue }
        let term = try slope * weight
        sums[index] = if let sum = sums[index] { try sum + term } else { term }
      }
    }
    return sums
  }
}
