// gradient: reverse-mode differentiation of a recorded graph.
import Tensors

/// The nodes between outputs and the variables that a walk is asked at, newest first.
package struct Ancestry {
  /// Nodes on a path from a target to an output, in decreasing order of their numbers.
  package private(set) var nodes: [Node]
  private let members: Set<ObjectIdentifier>

  /// Finds the nodes that lie between `targets` and `output`, without recursion; with `byGradient` those that a gradient passes.
  package init(of output: Variable, from targets: [Variable], byGradient: Bool = false) {
    self.init(of: [output], from: targets, byGradient: byGradient)
  }

  /// The same for several outputs.
  package init(of outputs: [Variable], from targets: [Variable], byGradient: Bool = false) {
    let wanted = Set(targets.map(\.identity))
    var seen: Set<ObjectIdentifier> = []
    var all: [Node] = []
    var pending = outputs.compactMap(\.node)
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
      if byGradient, !type(of: node.operator).isDifferentiable { continue }
      members.insert(ObjectIdentifier(node))
      between.append(node)
    }
    nodes = between.reversed()
    self.members = members
  }

  /// The nodes, oldest first; this no longer keeps them alive.
  mutating func takeNodes() -> [Node] {
    defer { nodes = [] }
    return nodes.reversed()
  }

  /// Whether `variable` is a target or depends on one.
  package func contains(_ variable: Variable) -> Bool { members.contains(variable.identity) }
}

/// The gradient of `output` with respect to each of `variables` (leaves or results inside the
/// graph): the vector-Jacobian product with `seed`, shaped like the variables; zeros where `output`
/// does not depend on one. Without a seed `output` must hold one number. What it computes is
/// recorded in turn if a further `Recording.during` surrounds the one in which `output` was
/// computed. With `consuming` the graph that leads to `output` is not walked again by anyone: unless
/// such a recording needs it, its values are let go of as the walk passes them.
package func gradient(
  of output: Variable, at variables: [Variable], seed: Variable? = nil, consuming: Bool = false
) throws(GraphError) -> [Variable] {
  let start = try startingSeed(seed, output)
  return try Recording.outside { () throws(GraphError) -> [Variable] in
    var ancestry = Ancestry(of: output, from: variables, byGradient: true)
    let releases = consuming && !Recording.isOn && !output.isMapped && !start.isMapped
    let targets = Set(variables.map(\.identity))
    var sums = GradientSums(start, at: output)
    var pending = ancestry.takeNodes()
    while let node = pending.popLast() {
      defer { if releases { node.release() } }
      if Interruption.requested { throw .interrupted }
      let key = ObjectIdentifier(node)
      guard let gradient = try sums.sum(at: node.variable, keeping: targets.contains(key)) else {
        continue
      }
      if let slice = node.operator as? SliceAxis, slice.step == 1, slice.count > 0 {
        sums.add(gradient, of: slice, to: node.inputs[0])
        continue
      }
      let contributions = try pullBack(gradient, through: node, wanted: ancestry.contains)
      for (input, contribution) in zip(node.inputs, contributions) {
        if let contribution { try sums.add(contribution, to: input) }
      }
    }
    var results: [Variable] = []
    for variable in variables {
      if let found = try sums.sum(at: variable, keeping: true) {
        results.append(found)
      } else {
        results.append(try Variable.zeros(like: variable))
      }
    }
    return results
  }
}

/// The gradients that have arrived at each variable so far. Those of slices wait until all are there and are then joined:
/// placing each in zeros and adding would cost the whole tensor for every step of a recurrent network.
private struct GradientSums {
  private var sums: [ObjectIdentifier: Variable] = [:]
  private var slices: [ObjectIdentifier: [(slice: SliceAxis, gradient: Variable)]] = [:]

  init(_ seed: Variable, at output: Variable) { sums[output.identity] = seed }

  mutating func add(_ gradient: Variable, to variable: Variable) throws(GraphError) {
    let key = variable.identity
    sums[key] = if let sum = sums[key] { try sum + gradient } else { gradient }
  }

  mutating func add(_ gradient: Variable, of slice: SliceAxis, to variable: Variable) {
    slices[variable.identity, default: []].append((slice, gradient))
  }

  /// The sum at a variable, all of whose uses have been walked; nil if none has contributed.
  mutating func sum(at variable: Variable, keeping: Bool) throws(GraphError) -> Variable? {
    let key = variable.identity
    if let parts = slices.removeValue(forKey: key) {
      for part in try Self.joined(parts, in: variable) { try add(part, to: variable) }
    }
    return keeping ? sums[key] : sums.removeValue(forKey: key)
  }

  /// The parts side by side where they lie along one axis without overlap, else each in zeros.
  private static func joined(
    _ parts: [(slice: SliceAxis, gradient: Variable)], in variable: Variable
  ) throws(GraphError) -> [Variable] {
    let shape = variable.shape
    let axis = try ShapeRule.axis(SliceAxis.name, parts[0].slice.axis, of: shape)
    let sorted = parts.sorted { $0.slice.from < $1.slice.from }
    var pieces: [Variable] = []
    var place = 0
    func fill(to end: Int, like gradient: Variable) throws(GraphError) {
      guard end > place else { return }
      var gap = shape
      gap[axis] = end - place
      let type = gradient.value.type
      pieces.append(
        try Variable.make(SliceAxis.name) { () throws(TensorError) in try .zeros(gap, type) })
    }
    for (slice, gradient) in sorted {
      let own = try ShapeRule.axis(SliceAxis.name, slice.axis, of: shape)
      guard parts.count > 1, own == axis, slice.from >= place else {
        var placed: [Variable] = []
        for part in parts { placed.append(try part.slice.placed(part.gradient, in: shape)) }
        return placed
      }
      try fill(to: slice.from, like: gradient)
      pieces.append(gradient)
      place = slice.from + slice.count
    }
    try fill(to: shape[axis], like: parts[0].gradient)
    return [try apply(Concatenate(axis), pieces)]
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
