// BoundsAnalysis: ranges of everything that a recorded graph computes, for leaves that lie in a box.
import Tensors

/// How ranges are found.
package enum BoundMethod: String, Sendable, CaseIterable {
  /// Each operator's range from those of its operands (Moore 1966; Gowal et al. 2018).
  case interval
  /// Also linear functions of the box below and above, handed back through the graph (Zhang et al. 2018; Xu et al. 2020),
  /// which know that the same number is used several times; never looser than `interval`.
  case linear
}

/// Walks a graph that was recorded from leaves made by `Variable.example`, of which nobody may have read the value, and
/// bounds what it computes.
///
/// The ranges hold for what the kernels give at every point of the box whose recording would have the same steps, rounding
/// included: every range is computed in f64 from rules that are exact in real numbers, then widened by what the kernel's
/// rounding and that of the f64 computation may come to. A point at which some step gives no number (the logarithm of a
/// negative one) is not covered.
package final class BoundsAnalysis {
  /// One step and what is known of it.
  struct Entry {
    let node: Node
    let application: BoundedApplication
    let bounds: Bounds
    /// Whether different elements depend on different elements of one leaf, so that intervals know all there is to know.
    let isIndependent: Bool
    /// Whether intervals give the exact range.
    let isExact: Bool
  }

  let method: BoundMethod
  /// The range of each variable so far; what applications look others up in.
  private let ranges = RangeTable()
  private(set) var entries: [ObjectIdentifier: Entry] = [:]
  /// The steps so far, in the order of their numbers.
  private(set) var order: [Entry] = []
  /// The leaves in the order in which they were given, so that sums over them have one order.
  private(set) var leaves: [(identity: ObjectIdentifier, range: Interval)] = []

  /// An analysis of graphs over leaves that lie in the given ranges.
  package init(_ leaves: [(leaf: Variable, range: Interval)], method: BoundMethod) {
    self.method = method
    for (leaf, range) in leaves {
      self.leaves.append((leaf.identity, range))
      ranges.all[leaf.identity] = range
    }
  }

  /// The ranges of variables that were computed from the leaves. Where recording is on, the ends are recorded in turn: they
  /// can be differentiated with respect to the box and to whatever else the graph was computed from, as far as rules
  /// compute them by operators (those of dense and convolutional networks and of their gradients do).
  package func bounds(of outputs: [Variable]) throws(GraphError) -> [Interval] {
    let nodes = steps(to: outputs)
    let watched = watched(nodes)
    for node in nodes { try follow(node, isWatched: watched.contains(ObjectIdentifier(node))) }
    var results: [Interval] = []
    for output in outputs {
      if method == .linear, let entry = entries[output.identity], !entry.isExact {
        try tighten(entry)
      }
      results.append(try range(of: output))
    }
    return results
  }

  /// The range of a variable; a single value if it does not depend on the leaves.
  func range(of variable: Variable) throws(GraphError) -> Interval {
    if let range = ranges.all[variable.identity] { return range }
    guard !variable.isMapped else {
      throw .bounds(
        operation: "a number", layer: Recording.layer,
        reason: "it is that of one of many examples, or of another box")
    }
    return try Interval(point: variable)
  }

  /// The steps between the leaves and the outputs, in the order in which they were recorded.
  private func steps(to outputs: [Variable]) -> [Node] {
    var seen: Set<ObjectIdentifier> = []
    var all: [Node] = []
    var pending = outputs.compactMap(\.node)
    while let node = pending.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      all.append(node)
      for input in node.inputs { if let next = input.node { pending.append(next) } }
    }
    all.sort { $0.number < $1.number }
    var dependent = Set(ranges.all.keys)
    return all.filter { node in
      guard node.inputs.contains(where: { dependent.contains($0.identity) }) else { return false }
      dependent.insert(ObjectIdentifier(node))
      return ranges.all[ObjectIdentifier(node)] == nil
    }
  }

  /// The steps whose range decides how another step is relaxed: those that an operator reads in which it is not linear.
  private func watched(_ nodes: [Node]) -> Set<ObjectIdentifier> {
    guard method == .linear else { return [] }
    var dependent = Set(ranges.all.keys).union(nodes.map { ObjectIdentifier($0) })
    dependent.formUnion(entries.keys)
    var result: Set<ObjectIdentifier> = []
    for node in nodes {
      let open = node.inputs.map { dependent.contains($0.identity) }
      if node.operator.bounding.isLinear(in: open) { continue }
      for (input, isOpen) in zip(node.inputs, open) where isOpen { result.insert(input.identity) }
    }
    return result
  }

  /// Finds the range of one step's result.
  private func follow(_ node: Node, isWatched: Bool) throws(GraphError) {
    if Interruption.requested { throw .interrupted }
    var operands: [Interval] = []
    for input in node.inputs { operands.append(try range(of: input)) }
    let application = BoundedApplication(
      operation: node.operator, inputs: node.inputs, operands: operands, output: node.output,
      layer: node.layer, range: { [ranges] in ranges.all[$0.identity] })
    let rule = node.operator.bounding
    let bounds: Bounds
    do {
      bounds = try rule.bounds(application)
    } catch {
      throw error.located(at: node)
    }
    let key = ObjectIdentifier(node)
    let range = try bounds.widened()
    ranges.all[key] = node.output.type == .f32 ? try range.overflowing() : range
    guard method == .linear else { return }
    let (isIndependent, isExact) = independence(node, rule, application)
    let entry = Entry(
      node: node, application: application, bounds: bounds, isIndependent: isIndependent,
      isExact: isExact)
    entries[key] = entry
    order.append(entry)
    if isWatched, !isExact, node.output.count <= BoundsAnalysis.largestTightened {
      try tighten(entry)
    }
  }

  /// Results inside the graph of more elements keep their interval: each element costs a walk back to the leaves.
  private static let largestTightened = 1024

  /// Whether the elements of a result depend on elements of one leaf of their own, and whether its interval is exact.
  private func independence(
    _ node: Node, _ rule: any BoundRule, _ application: BoundedApplication
  ) -> (isIndependent: Bool, isExact: Bool) {
    let open = application.open
    let used = node.inputs.indices.filter { open[$0] }
    guard used.count == 1 else { return (false, false) }
    let input = node.inputs[used[0]].identity
    guard leaves.contains(where: { $0.identity == input }) || entries[input]?.isIndependent == true
    else {
      return (false, false)
    }
    let isLinear = rule.isLinear(in: open)
    let isElementwise = rule is Curve || rule is Signed || rule is Times || rule is Rising
    let keeps =
      isElementwise && node.output.count <= node.inputs[used[0]].value.count
      && (!(rule is Rising) || node.output.count == node.inputs[used[0]].value.count)
    return ((isLinear || rule is Curve) && keeps, isLinear || rule is Curve)
  }

  /// Intersects the range of a step with the one that linear functions of the leaves give.
  private func tighten(_ entry: Entry) throws(GraphError) {
    let key = ObjectIdentifier(entry.node)
    guard let known = ranges.all[key], let found = try linearRange(of: entry) else { return }
    ranges.all[key] = try known.intersection(found)
  }
}

/// The ranges of variables.
private final class RangeTable {
  var all: [ObjectIdentifier: Interval] = [:]
}

extension GraphError {
  /// The same with the step in which it happened, where none is named.
  func located(at node: Node) -> GraphError {
    switch self {
    case .tensor(let operation, "", let error):
      .tensor(operation: operation, layer: node.layer, error)
    case .bounds("", _, let reason):
      .bounds(operation: node.operator.name, layer: node.layer, reason: reason)
    default: self
    }
  }
}
