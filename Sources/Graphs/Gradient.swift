// gradient: reverse-mode differentiation of a recorded graph.
import Tensors

/// The nodes between an output and the variables that a walk is asked at, newest first.
package struct Ancestry {
  /// Nodes on a path from a target to the output, in decreasing order of their numbers.
  package let nodes: [Node]
  private let members: Set<ObjectIdentifier>

  /// Finds the nodes that lie between `targets` and `output`, without recursion.
  package init(of output: Variable, from targets: [Variable]) {
    let wanted = Set(targets.map(\.identity))
    var seen: Set<ObjectIdentifier> = []
    var all: [Node] = []
    var pending = output.node.map { [$0] } ?? []
    while let node = pending.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      all.append(node)
      for input in node.inputs {
        if let next = input.node { pending.append(next) }
      }
    }
    all.sort { $0.number < $1.number }
    var members = wanted
    var between: [Node] = []
    for node in all where node.inputs.contains(where: { members.contains($0.identity) }) {
      members.insert(ObjectIdentifier(node))
      between.append(node)
    }
    nodes = between.reversed()
    self.members = members
  }

  /// Whether `variable` is a target or depends on one.
  package func contains(_ variable: Variable) -> Bool { members.contains(variable.identity) }
}

/// The gradient of `output` with respect to each of `variables` (leaves or results inside the
/// graph): the vector-Jacobian product with `seed`, shaped like the variables; zeros where `output`
/// does not depend on one. Without a seed `output` must hold one number. What it computes is
/// recorded in turn if a further `Recording.during` surrounds the one in which `output` was
/// computed.
package func gradient(
  of output: Variable, at variables: [Variable], seed: Variable? = nil
) throws(GraphError) -> [Variable] {
  let start = try startingSeed(seed, output)
  return try Recording.outside { () throws(GraphError) -> [Variable] in
    let ancestry = Ancestry(of: output, from: variables)
    let targets = Set(variables.map(\.identity))
    var gradients: [ObjectIdentifier: Variable] = [output.identity: start]
    for node in ancestry.nodes {
      if Interruption.requested { throw .interrupted }
      let key = ObjectIdentifier(node)
      guard let gradient = gradients[key] else { continue }
      if !targets.contains(key) { gradients[key] = nil }
      let contributions = try pullBack(gradient, through: node, wanted: ancestry.contains)
      for (input, contribution) in zip(node.inputs, contributions) {
        guard let contribution else { continue }
        if let existing = gradients[input.identity] {
          gradients[input.identity] = try existing + contribution
        } else {
          gradients[input.identity] = contribution
        }
      }
    }
    var results: [Variable] = []
    for variable in variables {
      if let found = gradients[variable.identity] {
        results.append(found)
      } else {
        results.append(try Variable.zeros(like: variable))
      }
    }
    return results
  }
}

/// The seed, checked against the output's shape; one where there is none and the output is one
/// number.
private func startingSeed(_ seed: Variable?, _ output: Variable) throws(GraphError) -> Variable {
  guard let seed else {
    guard output.value.count == 1 else { throw .notScalar(shape: output.shape) }
    return try Variable.filled(1, like: output)
  }
  guard seed.shape == output.shape else {
    throw .shapes(
      operation: "gradient", shapes: [output.shape, seed.shape],
      reason: "the seed must have the shape of the output")
  }
  return seed
}

/// The gradients at the operands of `node`, given the one at its result; operands for which
/// `wanted` is false are left out.
package func pullBack(
  _ gradient: Variable, through node: Node, wanted: (Variable) -> Bool
) throws(GraphError) -> [Variable?] {
  try node.operator.derivative(
    Pullback(
      inputs: node.inputs, output: node.variable, gradient: gradient, saved: node.saved,
      wanted: node.inputs.map(wanted)))
}
