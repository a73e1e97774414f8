// Rules of normalisations, taken apart into steps whose rules are exact.
import Tensors

/// The rule of softmax and of its logarithm: x - log Σ e^x and, for softmax, e to it. Exponentials and the logarithm go by
/// Δy / Δx.
struct NormalisedExponentials: MultiplierRule {
  let axis: Int
  let logarithm: Bool

  func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    let (x, y) = (contrast.inputs[0], contrast.references[0])
    guard x.value.count > 0 else { return [contrast.multiplier] }
    let multiplier = try multiplierOfLogarithm(contrast)
    // The exponentials on one scale for input and reference.
    let top = try apply(Maximum(), [x, y]).applying(Max([axis], keep: true))
    let (ex, ey) = (try (x - top).applying(Exp()), try (y - top).applying(Exp()))
    let slope = try slopeOfLogarithm(
      (x, ex.sum([axis], keep: true)), (y, ey.sum([axis], keep: true)))
    let outer = try slope * multiplier.sum([axis], keep: true)
    let rise = try contrast.quotient(ex - ey, contrast.difference(0)) { ex }
    return [try multiplier - outer * rise]
  }

  /// The multiplier of x - log Σ e^x.
  private func multiplierOfLogarithm(_ contrast: Contrast) throws(GraphError) -> Variable {
    guard !logarithm else { return contrast.multiplier }
    let (u, v) = (
      try contrast.inputs[0].applying(LogSoftmax(axis)),
      try contrast.references[0].applying(LogSoftmax(axis))
    )
    let change = try contrast.difference(contrast.output, contrast.reference)
    return try contrast.quotient(contrast.multiplier * change, contrast.difference(u, v)) {
      () throws(GraphError) in try contrast.multiplier * contrast.output
    }
  }

  /// (log s - log t) / (s - t) for the sums s and t of exponentials. Where they are near, by log(1 - d) / d with d their
  /// relative distance, which rounding does not hurt; where they are far, of sums on scales of their own, since one of them
  /// may be 0 on the other's.
  private func slopeOfLogarithm(
    _ s: (x: Variable, sum: Variable), _ t: (x: Variable, sum: Variable)
  ) throws(GraphError) -> Variable {
    let (large, small) = (
      try apply(Maximum(), [s.sum, t.sum]), try apply(Minimum(), [s.sum, t.sum])
    )
    let distance = try (large - small) / large
    let equal = try apply(Equal(), [distance, .number(0, like: distance)])
    let one = try Variable.number(1, like: distance)
    let near = try apply(
      Select(), [equal, one, -(-distance).applying(LogOfOnePlus()) / distance])
    let far = try (logarithm(of: s.x) - logarithm(of: t.x)) / (s.sum - t.sum)
    let isNear = try apply(Less(), [distance, .number(0.5, like: distance)])
    return try apply(Select(), [isNear, near / large, far])
  }

  /// log Σ e^x.
  private func logarithm(of x: Variable) throws(GraphError) -> Variable {
    let top = try x.applying(Max([axis], keep: true))
    return try top + (x - top).applying(Exp()).sum([axis], keep: true).applying(Log())
  }
}

/// The rule of (x - mean) / √(variance + ε): the difference c from the mean is linear, its square and its product with
/// s = 1 / √(variance + ε) go by the symmetric rule, and s by Δs / Δvariance = -1 / (σ σ' (σ + σ')) with σ = 1 / s.
struct StandardisedMultipliers: MultiplierRule {
  let axes: [Int]
  let epsilon: Double

  func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    let (c, sigma) = try parts(contrast.inputs[0])
    let (d, tau) = try parts(contrast.references[0])
    let centre = try (c + d) * 0.5
    let scale = try (sigma + tau) / (sigma * tau) * 0.5
    let slope = try (sigma * tau * (sigma + tau)).applying(Reciprocal()) * -1
    let moment = try mean(contrast.multiplier * centre)
    let multiplier = try contrast.multiplier * scale + centre * (slope * moment) * 2
    return [try multiplier - mean(multiplier)]
  }

  private func mean(_ x: Variable) throws(GraphError) -> Variable {
    try x.applying(Mean(axes, keep: true))
  }

  private func parts(
    _ x: Variable
  ) throws(GraphError) -> (centred: Variable, deviation: Variable) {
    let centred = try x - mean(x)
    return (centred, try (mean(centred * centred) + epsilon).applying(SquareRoot()))
  }
}

/// The rule of a normalisation with statistics that are operands: a product of the others while the variance stays.
struct NormalisedByOperands: MultiplierRule {
  func isComplete(varying: [Bool]) -> Bool { !varying[4] }

  func split(varying: [Bool]) -> SplitRule {
    varying == [true, false, false, false, false] ? .weighted(by: 1) : .whole
  }

  func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    guard !contrast.varies[4] else { return try AlongPath().multipliers(contrast) }
    let isLinear = !contrast.varies[1]
    return try contrast.pulledBack(
      contrast.multiplier, at: isLinear ? contrast.inputs : contrast.operands(at: 0.5),
      output: contrast.output)
  }
}
