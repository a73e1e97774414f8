// The rules, evaluated through an operator's own linear map.
import Graphs
import Tensors

extension Rule {
  /// The relevance of the inputs `x` of a linear map whose outputs have the relevance `relevance`.
  func redistribute(
    _ relevance: Variable, _ map: LinearMap, _ x: Variable
  ) throws(GraphError) -> Variable {
    switch self {
    case .gradient:
      return try map.transposed(relevance, x, map.weight)
    case .epsilon(let epsilon):
      let share = try relevance.shared(over: map.evaluate(x, map.weight, map.bias), epsilon)
      return try x * map.transposed(share, x, map.weight)
    case .zPlus:
      return try SignedParts(relevance: relevance, map: map, x: x).positive()
    case .alphaBeta(let alpha, let beta):
      let parts = SignedParts(relevance: relevance, map: map, x: x)
      guard beta != 0 else { return try parts.positive() * alpha }
      return try parts.positive() * alpha - parts.negative() * beta
    case .gamma(let gamma):
      return try redistributeGamma(relevance, map, x, gamma)
    case .flat:
      let ones = try Variable.filled(1, like: x)
      let weight = try Variable.filled(1, like: map.weight)
      let zero = try map.bias.map(Variable.zeros)
      return try uniform(relevance, map, ones, weight, zero)
    case .wSquare:
      let ones = try Variable.filled(1, like: x)
      let bias = try map.bias.map { bias throws(GraphError) in try bias * bias }
      return try uniform(relevance, map, ones, map.weight * map.weight, bias)
    case .zBox(let low, let high):
      return try redistributeBox(relevance, map, x, low, high)
    }
  }

  /// Rules in which the input counts as ones.
  private func uniform(
    _ relevance: Variable, _ map: LinearMap, _ ones: Variable, _ weight: Variable, _ bias: Variable?
  ) throws(GraphError) -> Variable {
    let share = try relevance.shared(
      over: map.evaluate(ones, weight, bias), standardStabiliser)
    return try map.transposed(share, ones, weight)
  }

  private func redistributeGamma(
    _ relevance: Variable, _ map: LinearMap, _ x: Variable, _ gamma: Double
  ) throws(GraphError) -> Variable {
    let output = try map.evaluate(x, map.weight, map.fullBias)
    let zero = try Variable.number(0, like: output)
    let (plus, minus) = (try x.positivePart(), try x.negativePart())
    func raised(_ value: Variable, _ part: Variable) throws(GraphError) -> Variable {
      try value + part * gamma
    }
    let towardsPositive = try raised(map.weight, map.weight.positivePart())
    let towardsNegative = try raised(map.weight, map.weight.negativePart())
    func half(
      _ condition: Variable, _ forPlus: Variable, _ forMinus: Variable, _ bias: Variable?
    ) throws(GraphError) -> Variable {
      let noBias = try map.bias.map(Variable.zeros)
      let total = try map.evaluate(plus, forPlus, bias) + map.evaluate(minus, forMinus, noBias)
      let share = try relevance.shared(over: total, standardStabiliser).kept(where: condition)
      return try plus * map.transposed(share, x, forPlus)
        + minus * map.transposed(share, x, forMinus)
    }
    let positiveBias = try map.bias.map { bias throws(GraphError) in
      try raised(bias, bias.positivePart())
    }
    let negativeBias = try map.bias.map { bias throws(GraphError) in
      try raised(bias, bias.negativePart())
    }
    return try half(
      apply(Greater(), [output, zero]), towardsPositive, towardsNegative, positiveBias)
      + half(apply(Less(), [output, zero]), towardsNegative, towardsPositive, negativeBias)
  }

  private func redistributeBox(
    _ relevance: Variable, _ map: LinearMap, _ x: Variable, _ low: Double, _ high: Double
  ) throws(GraphError) -> Variable {
    let lows = try Variable.filled(low, like: x)
    let highs = try Variable.filled(high, like: x)
    let (plus, minus) = (try map.weight.positivePart(), try map.weight.negativePart())
    let positiveBias = try map.bias.map { bias throws(GraphError) in try bias.positivePart() }
    let negativeBias = try map.bias.map { bias throws(GraphError) in try bias.negativePart() }
    let total =
      try map.evaluate(x, map.weight, map.bias)
      - map.evaluate(lows, plus, positiveBias) - map.evaluate(highs, minus, negativeBias)
    let share = try relevance.shared(over: total, standardStabiliser)
    return try x * map.transposed(share, x, map.weight)
      - lows * map.transposed(share, x, plus) - highs * map.transposed(share, x, minus)
  }
}

/// The positive and the negative contributions of a linear map, each redistributed in proportion.
private struct SignedParts {
  let relevance: Variable
  let map: LinearMap
  let x: Variable

  /// Shares of x⁺ w⁺ + x⁻ w⁻ + b⁺.
  func positive() throws(GraphError) -> Variable {
    try shares(
      map.weight.positivePart(), map.weight.negativePart(),
      map.bias.map { bias throws(GraphError) in try bias.positivePart() })
  }

  /// Shares of x⁺ w⁻ + x⁻ w⁺ + b⁻.
  func negative() throws(GraphError) -> Variable {
    try shares(
      map.weight.negativePart(), map.weight.positivePart(),
      map.bias.map { bias throws(GraphError) in try bias.negativePart() })
  }

  private func shares(
    _ forPlus: Variable, _ forMinus: Variable, _ bias: Variable?
  ) throws(GraphError) -> Variable {
    let (plus, minus) = (try x.positivePart(), try x.negativePart())
    let noBias = try map.bias.map(Variable.zeros)
    let total = try map.evaluate(plus, forPlus, bias) + map.evaluate(minus, forMinus, noBias)
    let share = try relevance.shared(over: total, standardStabiliser)
    return try plus * map.transposed(share, x, forPlus)
      + minus * map.transposed(share, x, forMinus)
  }
}
