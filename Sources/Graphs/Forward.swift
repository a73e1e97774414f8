// Forward mode: how fast results change when variables move along tangents.
import Tensors

/// What a tangent rule needs: the application of an operator and the tangents at its operands.
package struct Pushforward {
  /// The operands of the application.
  package let inputs: [Variable]
  /// Its result, as part of the recorded graph.
  package let output: Variable
  /// For each operand the direction in which it moves, shaped like it; nil where it stays.
  package let tangents: [Variable?]
  /// What the evaluation kept.
  package let saved: Tensor?

  package init(
    inputs: [Variable], output: Variable, tangents: [Variable?], saved: Tensor? = nil
  ) {
    self.inputs = inputs
    self.output = output
    self.tangents = tangents
    self.saved = saved
  }

  /// The tangent of operand `index`; nil also where there is no such operand.
  func tangent(_ index: Int) -> Variable? { index < tangents.count ? tangents[index] : nil }

  /// What `operation` makes of the gradient `gradient` at its result, at the operands that move.
  func pulled(
    _ gradient: Variable, through operation: some Operator
  ) throws(GraphError) -> [Variable?] {
    try operation.derivative(
      Pullback(
        inputs: inputs, output: output, gradient: gradient, saved: saved,
        wanted: tangents.map { $0 != nil }))
  }

  /// The sum of what is there, each part broadcast to the result's shape.
  func sum(_ parts: [Variable?]) throws(GraphError) -> Variable? {
    var total: Variable?
    for case let part? in parts {
      total = if let known = total { try known + part } else { part }
    }
    guard let total, total.shape != output.shape else { return total }
    return try total.applying(BroadcastTo(output.shape))
  }
}

/// The directions in which `outputs` move when each of `variables` (leaves or results inside the
/// graph) moves along its direction: the Jacobian-vector products, shaped like the outputs; zeros
/// for an output that depends on none. What it computes is recorded in turn if a further
/// `Recording.during` surrounds the one in which the outputs were computed.
package func tangents(
  of outputs: [Variable], at variables: [Variable], along directions: [Variable]
) throws(GraphError) -> [Variable] {
  for (variable, direction) in zip(variables, directions)
  where variable.shape != direction.shape {
    throw .shapes(
      operation: "tangent", shapes: [variable.shape, direction.shape],
      reason: "a tangent must have the shape of what moves along it")
  }
  return try Recording.outside { () throws(GraphError) -> [Variable] in
    let nodes = Ancestry(of: outputs, from: variables).nodes.reversed()
    var known: [ObjectIdentifier: Variable] = [:]
    for (variable, direction) in zip(variables, directions) {
      known[variable.identity] = direction
    }
    let starts = Set(known.keys)
    var uses: [ObjectIdentifier: Int] = [:]
    for variable in outputs + nodes.flatMap(\.inputs) { uses[variable.identity, default: 0] += 1 }
    for node in nodes {
      if Interruption.requested { throw .interrupted }
      let key = ObjectIdentifier(node)
      if !starts.contains(key) {
        known[key] = try pushForward(node.inputs.map { known[$0.identity] }, through: node)
      }
      for input in node.inputs {
        uses[input.identity, default: 1] -= 1
        if uses[input.identity] == 0 { known[input.identity] = nil }
      }
    }
    var results: [Variable] = []
    for output in outputs {
      let found = known[output.identity]
      let result = if let found { found } else { try Variable.zeros(like: output) }
      results.append(result)
    }
    return results
  }
}

/// The tangent at the result of `node`, given those at its operands.
private func pushForward(
  _ tangents: [Variable?], through node: Node
) throws(GraphError) -> Variable? {
  guard tangents.contains(where: { $0 != nil }) else { return nil }
  return try node.operator.tangent(
    Pushforward(
      inputs: node.inputs, output: node.variable, tangents: tangents, saved: node.saved))
}

extension Operator {
  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try tangentByReversing(pushforward)
  }

  /// J t from the derivative, which gives Jᵀ u: that is linear in u, so the gradient of ⟨Jᵀ u, t⟩ at
  /// any u is J t (Townsend 2017, "A new trick for calculating Jacobian vector products").
  package func tangentByReversing(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard Self.isDifferentiable else { return nil }
    return try Recording.during { () throws(GraphError) -> Variable? in
      let seed = try Variable.zeros(like: pushforward.output).tracked()
      let slopes = try pushforward.pulled(seed, through: self)
      var total: Variable?
      for case (let slope?, let tangent?) in zip(slopes, pushforward.tangents) {
        let part = try (slope * tangent).sum([])
        total = if let sum = total { try sum + part } else { part }
      }
      guard let total else { return nil }
      return try gradient(of: total, at: [seed])[0]
    }
  }
}

/// An operator on one operand whose Jacobian is symmetric, as that of every element-wise one is: the
/// derivative does with a tangent what it does with a gradient.
package protocol SymmetricOperator: Operator {}

extension SymmetricOperator {
  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0) else { return nil }
    return try pushforward.pulled(tangent, through: self).first ?? nil
  }
}

/// An operator that is linear in its first operand; others are indices or masks, which have no
/// derivative.
package protocol LinearOperator: Operator {}

extension LinearOperator {
  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0) else { return nil }
    return try apply(self, [tangent] + pushforward.inputs.dropFirst())
  }
}

/// An operator that is linear in each of its first two operands while the other is fixed; a third
/// one is added.
package protocol ProductOperator: Operator {
  /// A third operand so that it broadcasts against the result.
  func aligned(bias: Variable) throws(GraphError) -> Variable
}

extension ProductOperator {
  package func aligned(bias: Variable) throws(GraphError) -> Variable { bias }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    let (x, y) = (pushforward.inputs[0], pushforward.inputs[1])
    var parts: [Variable?] = []
    if let tangent = pushforward.tangent(0) { parts.append(try apply(self, [tangent, y])) }
    if let tangent = pushforward.tangent(1) { parts.append(try apply(self, [x, tangent])) }
    if let tangent = pushforward.tangent(2) { parts.append(try aligned(bias: tangent)) }
    return try pushforward.sum(parts)
  }
}
