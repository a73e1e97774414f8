// multipliers: what a difference of the input from a reference contributes to the difference of the output (DeepLIFT).
import Tensors

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
  of output: Variable, at variables: [Variable], references: [Variable]
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
    var walk = MultiplierWalk(output, variables, references)
    return try walk.run()
  }
}

/// One walk forwards at the references, and back with the multipliers.
private struct MultiplierWalk {
  private let ancestry: Ancestry
  private let output: Variable
  private let variables: [Variable]
  private var references: [ObjectIdentifier: Variable] = [:]
  private var sums: [ObjectIdentifier: Variable] = [:]
  private var balances: [Balance] = []

  init(_ output: Variable, _ variables: [Variable], _ references: [Variable]) {
    ancestry = Ancestry(of: output, from: variables)
    self.output = output
    self.variables = variables
    for (variable, reference) in zip(variables, references) {
      self.references[variable.identity] = Variable(reference.value)
    }
  }

  mutating func run() throws(GraphError) -> Multipliers {
    let targets = Set(references.keys)
    for node in ancestry.nodes.reversed() where !targets.contains(ObjectIdentifier(node)) {
      if Interruption.requested { throw .interrupted }
      let operands = node.inputs.map(reference)
      references[ObjectIdentifier(node)] = try Recording.scoped(at: node.layer) {
        () throws(GraphError) in try apply(node.operator, operands)
      }
    }
    let last = reference(of: output)
    sums[output.identity] = try .filled(1, like: last)
    for node in ancestry.nodes {
      if Interruption.requested { throw .interrupted }
      let key = ObjectIdentifier(node)
      let isTarget = targets.contains(key)
      if let multiplier = isTarget ? nil : sums.removeValue(forKey: key) {
        try passOn(multiplier, at: node)
      }
      if !isTarget { references[key] = nil }
    }
    return try result(last)
  }

  /// The value of a variable at the references.
  private func reference(of variable: Variable) -> Variable {
    references[variable.identity] ?? Variable(variable.value)
  }

  private mutating func passOn(_ multiplier: Variable, at node: Node) throws(GraphError) {
    let contrast = Contrast(
      operation: node.operator, inputs: node.inputs.map { Variable($0.value) },
      references: node.inputs.map(reference), output: Variable(node.output),
      reference: reference(of: node.variable), multiplier: multiplier,
      varies: node.inputs.map(ancestry.contains), layer: node.layer)
    let shares = try Recording.scoped(at: node.layer) { () throws(GraphError) in
      try node.operator.multiplying.multipliers(contrast)
    }
    try account(contrast, shares)
    for (input, share) in zip(node.inputs, shares) {
      guard let share else { continue }
      sums[input.identity] =
        if let sum = sums[input.identity] { try sum + share } else { share }
    }
  }

  /// Notes an operator that lost more than rounding may.
  private mutating func account(
    _ contrast: Contrast, _ shares: [Variable?]
  ) throws(GraphError) {
    let received = try contrast.multiplier.contribution(
      contrast.output, contrast.reference)
    var (passed, size) = (0.0, received.size)
    for (index, share) in shares.enumerated() {
      guard let share else { continue }
      let part = try share.contribution(
        contrast.inputs[index], contrast.references[index])
      passed += part.sum
      size += part.size
    }
    let rounding = contrast.multiplier.value.type == .f32 ? 1e-5 : 1e-11
    guard abs(received.sum - passed) > rounding * size else { return }
    balances.append(
      Balance(
        layer: contrast.layer, operation: contrast.operation.name, received: received.sum,
        passed: passed))
  }

  private func result(_ last: Variable) throws(GraphError) -> Multipliers {
    var values: [Variable] = []
    var total = 0.0
    for variable in variables {
      let value =
        if let found = sums[variable.identity] { found } else {
          try Variable.zeros(like: variable)
        }
      values.append(value)
      total += try value.contribution(variable, reference(of: variable)).sum
    }
    let ones = try Variable.filled(1, like: last)
    let start = try ones.contribution(output, last).sum
    return Multipliers(
      values: values, reference: last, start: start, total: total, balances: balances)
  }
}

extension Variable {
  /// Σ m (x - y) and Σ |m (x - y)| for m this variable, in double precision; equal infinities differ by 0.
  fileprivate func contribution(
    _ x: Variable, _ y: Variable
  ) throws(GraphError) -> (sum: Double, size: Double) {
    let wide = Cast(to: .f64)
    let (x, y) = (try Variable(x.value).applying(wide), try Variable(y.value).applying(wide))
    let same = try apply(Equal(), [x, y])
    let difference = try apply(Select(), [same, .number(0, like: x), x - y])
    let parts = try Variable(value).applying(wide) * difference
    let (sum, size) = (try parts.sum([]), try parts.applying(Absolute()).sum([]))
    do throws(TensorError) {
      return (try sum.value.item, try size.value.item)
    } catch {
      throw .tensor(operation: "multipliers", layer: "", error)
    }
  }
}
