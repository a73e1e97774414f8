// multipliers: what a difference of the input from a reference contributes to the difference of the output (DeepLIFT).
import Tensors

/// How multipliers pass functions of one element.
package enum MultiplierScheme: String, Sendable, CaseIterable {
  /// By Δy / Δx (Shrikumar et al. 2017, section 3.5.2).
  case rescale
  /// The positive and the negative part of Δx by themselves, each by the mean of what it does before and after the other
  /// (section 3.5.3), with the linear rule of section 3.5.1. It sees contributions that cancel.
  case revealCancel = "reveal-cancel"
}

/// The multipliers of inputs, and the account of what they explain.
package struct Multipliers {
  /// For each variable that was asked for, numbers m of its shape: m · (variable - reference) is its contribution.
  package let values: [Variable]
  /// The output at the reference.
  package let reference: Variable
  /// The sum over the output of its difference from that at the reference.
  package let start: Double
  /// The sum of the contributions of all the variables.
  package let total: Double
  /// The operators that did not pass on all they received, from output to input: those whose rule is not complete.
  package let balances: [Balance]
}

/// Propagates multipliers from `output` to `variables` through the recorded graph (Shrikumar, Greenside and Kundaje 2017,
/// section 3.2): for each operator, and so for the whole graph, Σ m · Δoperand = Σ multiplier · Δresult, where Δ is the
/// difference from `references`, the values of the variables to compare with.
///
/// Each element of the output counts 1. The graph itself is evaluated at the references, so that a layer that is used twice, a
/// sum and an activation anywhere have their own differences. What was recorded from leaves made by `Variable.example` also
/// follows comparisons; from other leaves these keep what they said at the input.
package func multipliers(
  of output: Variable, at variables: [Variable], references: [Variable],
  scheme: MultiplierScheme = .rescale
) throws(GraphError) -> Multipliers {
  for (variable, reference) in zip(variables, references) where variable.shape != reference.shape {
    throw .shapes(
      operation: "multipliers", shapes: [variable.shape, reference.shape],
      reason: "a reference must have the shape of what is compared with it")
  }
  guard output.value.type.isFloating else {
    throw .multipliers(
      operation: "the output", layer: "", reason: "it is of \(output.value.type), not real numbers")
  }
  return try Recording.paused { () throws(GraphError) -> Multipliers in
    var walk = MultiplierWalk(output, variables, references, scheme)
    return try walk.run()
  }
}

/// One walk forwards at the references, and back with the multipliers.
private struct MultiplierWalk {
  private let ancestry: Ancestry
  private let output: Variable
  private let variables: [Variable]
  private let scheme: MultiplierScheme
  private var references: [ObjectIdentifier: Variable] = [:]
  /// The parts of the difference of each variable that differs; none where only whole differences count.
  private var parts: [ObjectIdentifier: SignedPair] = [:]
  /// The multipliers that have arrived so far; the same for both parts where only whole differences count.
  private var sums: [ObjectIdentifier: SignedPair] = [:]
  private var balances: [Balance] = []

  init(
    _ output: Variable, _ variables: [Variable], _ references: [Variable],
    _ scheme: MultiplierScheme
  ) {
    ancestry = Ancestry(of: output, from: variables)
    self.output = output
    self.variables = variables
    self.scheme = scheme
    for (variable, reference) in zip(variables, references) {
      self.references[variable.identity] = Variable(reference.value)
    }
  }

  mutating func run() throws(GraphError) -> Multipliers {
    let targets = Set(references.keys)
    if scheme == .revealCancel {
      for variable in variables {
        parts[variable.identity] = try SignedPair(splitting: whole(variable))
      }
    }
    for node in ancestry.nodes.reversed() where !targets.contains(ObjectIdentifier(node)) {
      if Interruption.requested { throw .interrupted }
      try Recording.scoped(at: node.layer) { () throws(GraphError) in try evaluate(node) }
    }
    let last = reference(of: output)
    let ones = try Variable.filled(1, like: last)
    let start = try ones.totals(times: whole(output)).sum
    sums[output.identity] = SignedPair(ones, ones)
    for node in ancestry.nodes {
      if Interruption.requested { throw .interrupted }
      let key = ObjectIdentifier(node)
      let isTarget = targets.contains(key)
      if let multipliers = isTarget ? nil : sums.removeValue(forKey: key) {
        try Recording.scoped(at: node.layer) { () throws(GraphError) in
          try passOn(multipliers, at: node)
        }
      }
      if !isTarget { (references[key], parts[key]) = (nil, nil) }
    }
    return try result(last, start)
  }

  /// The difference of a variable from its reference.
  private func whole(_ variable: Variable) throws(GraphError) -> Variable {
    try Variable(variable.value).difference(
      from: reference(of: variable), as: variable.value.type.isFloating ? variable.value.type : .f64
    )
  }

  /// Finds what a node gives at the references, and the parts of its difference.
  private mutating func evaluate(_ node: Node) throws(GraphError) {
    let reference = try apply(node.operator, node.inputs.map(reference))
    references[ObjectIdentifier(node)] = reference
    guard scheme == .revealCancel else { return }
    parts[ObjectIdentifier(node)] = try split(node).resultParts()
  }

  private func split(_ node: Node) -> SignedApplication {
    SignedApplication(
      operation: node.operator, inputs: node.inputs.map { Variable($0.value) },
      references: node.inputs.map(reference), output: Variable(node.output),
      reference: reference(of: node.variable), parts: node.inputs.map { parts[$0.identity] },
      layer: node.layer)
  }

  private mutating func passOn(
    _ multipliers: SignedPair, at node: Node
  ) throws(GraphError) {
    let shares: [SignedPair?]
    if let own = parts[ObjectIdentifier(node)] {
      shares = try split(node).multipliers(multipliers, of: own)
    } else {
      let contrast = Contrast(
        operation: node.operator, inputs: node.inputs.map { Variable($0.value) },
        references: node.inputs.map(reference), output: Variable(node.output),
        reference: reference(of: node.variable), multiplier: multipliers.positive,
        varies: node.inputs.map(ancestry.contains), layer: node.layer)
      shares = try node.operator.multiplying.multipliers(contrast).map { share in
        share.map { SignedPair($0, $0) }
      }
    }
    try account(multipliers, shares, node)
    for (input, share) in zip(node.inputs, shares) {
      guard let share else { continue }
      sums[input.identity] =
        if let sum = sums[input.identity] { try sum + share } else { share }
    }
  }

  /// Notes an operator that lost more than rounding may.
  private mutating func account(
    _ multipliers: SignedPair, _ shares: [SignedPair?], _ node: Node
  ) throws(GraphError) {
    let received = try contribution(multipliers, at: node.variable)
    var (passed, size) = (0.0, received.size)
    for (input, share) in zip(node.inputs, shares) {
      guard let share else { continue }
      let part = try contribution(share, at: input)
      passed += part.sum
      size += part.size
    }
    let rounding = multipliers.positive.value.type == .f32 ? 1e-5 : 1e-11
    guard abs(received.sum - passed) > rounding * size else { return }
    balances.append(
      Balance(
        layer: node.layer, operation: node.operator.name, received: received.sum, passed: passed))
  }

  /// Σ m Δ and Σ |m Δ| of a variable, in double precision.
  private func contribution(
    _ multipliers: SignedPair, at variable: Variable
  ) throws(GraphError) -> (sum: Double, size: Double) {
    guard let parts = parts[variable.identity] else {
      return try multipliers.positive.totals(times: whole(variable))
    }
    let up = try multipliers.positive.totals(times: parts.positive)
    let down = try multipliers.negative.totals(times: parts.negative)
    return (up.sum + down.sum, up.size + down.size)
  }

  private func result(
    _ last: Variable, _ start: Double
  ) throws(GraphError) -> Multipliers {
    var values: [Variable] = []
    var total = 0.0
    for variable in variables {
      guard let found = sums[variable.identity] else {
        values.append(try .zeros(like: variable))
        continue
      }
      total += try contribution(found, at: variable).sum
      let isWhole = found.positive === found.negative
      values.append(isWhole ? found.positive : try found.chosen(by: whole(variable)))
    }
    return Multipliers(
      values: values, reference: last, start: start, total: total, balances: balances)
  }

  /// The value of a variable at the references.
  private func reference(of variable: Variable) -> Variable {
    references[variable.identity] ?? Variable(variable.value)
  }
}

extension Variable {
  /// Σ x y and Σ |x y|, in double precision.
  fileprivate func totals(times other: Variable) throws(GraphError) -> (sum: Double, size: Double) {
    let wide = Cast(to: .f64)
    let products = try Variable(value).applying(wide) * Variable(other.value).applying(wide)
    let (sum, size) = (try products.sum([]), try products.applying(Absolute()).sum([]))
    do throws(TensorError) {
      return (try sum.value.item, try size.value.item)
    } catch {
      throw .tensor(operation: "multipliers", layer: "", error)
    }
  }
}
