// Mapping: a function recorded on one example and run on all of them at once.
import Tensors

/// What was computed of an example, as a list of steps that can be run on many.
package struct Mapping {
  private let leaves: [Variable]
  private let outputs: [Variable]
  /// In the order in which they were recorded.
  private let nodes: [Node]

  /// The computation that leads from `leaves`, made by `Variable.example`, to `outputs`.
  package init(from leaves: [Variable], to outputs: [Variable]) {
    self.leaves = leaves
    self.outputs = outputs
    nodes = Ancestry(of: outputs, from: leaves).nodes.reversed()
  }

  /// Whether `variable` depends on one of many examples in another way than through `inputs`.
  package static func examples(of variable: Variable, besides inputs: [Variable]) -> Bool {
    var seen = Set(inputs.map(\.identity))
    var pending = [variable]
    while let next = pending.popLast() {
      guard next.isMapped, seen.insert(next.identity).inserted else { continue }
      guard let node = next.node else { return true }
      pending.append(contentsOf: node.inputs)
    }
    return false
  }

  /// The outputs for all examples, `[size, …]`; those that depend on no example are repeated.
  /// `values` are the examples of each leaf, `[size, …]`.
  package func run(_ values: [Variable], size: Int) throws(GraphError) -> [Variable] {
    var known: [ObjectIdentifier: Variable] = [:]
    for (leaf, value) in zip(leaves, values) { known[leaf.identity] = value }
    var uses = uses()
    for node in nodes {
      if Interruption.requested { throw .interrupted }
      known[ObjectIdentifier(node)] = try run(node, known, size)
      for input in node.inputs {
        uses[input.identity, default: 1] -= 1
        if uses[input.identity] == 0 { known[input.identity] = nil }
      }
    }
    var results: [Variable] = []
    for output in outputs {
      let shared = [size] + output.shape
      let found = known[output.identity]
      let result = if let found { found } else { try output.applying(BroadcastTo(shared)) }
      results.append(result)
    }
    return results
  }

  private func run(
    _ node: Node, _ known: [ObjectIdentifier: Variable], _ size: Int
  ) throws(GraphError) -> Variable {
    let found = node.inputs.map { known[$0.identity] }
    let batch = Batch(
      zip(found, node.inputs).map { $0 ?? $1 }, isMapped: found.map { $0 != nil }, size: size,
      type: node.output.type)
    let result = try Recording.scoped(at: node.layer) { () throws(GraphError) in
      try size == 0 ? node.operator.looped(batch) : node.operator.batched(batch)
    }
    guard result.shape == [size] + node.output.shape else {
      throw .structure(
        reason:
          "\(node.operator.name) gave \(result.shape) for \(size) examples of which one gives "
          + "\(node.output.shape)")
    }
    return result
  }

  private func uses() -> [ObjectIdentifier: Int] {
    var uses: [ObjectIdentifier: Int] = [:]
    for variable in outputs + nodes.flatMap(\.inputs) { uses[variable.identity, default: 0] += 1 }
    return uses
  }

  /// The most bytes that `run` holds at once for each example, besides those of the outputs, if no
  /// result shares the memory of another; with `keepingAll`, as a surrounding recording does, that
  /// of all results together.
  package func bytes(keepingAll: Bool) -> Int {
    max(0, most(keepingAll: keepingAll) - outputs.reduce(0) { $0 + $1.value.bytes })
  }

  private func most(keepingAll: Bool) -> Int {
    var uses = uses()
    var (live, most) = (leaves.reduce(0) { $0 + $1.value.bytes }, 0)
    var held: [ObjectIdentifier: Int] = [:]
    for node in nodes {
      live += node.output.bytes
      held[ObjectIdentifier(node)] = node.output.bytes
      most = max(most, live)
      for input in node.inputs where !keepingAll {
        uses[input.identity, default: 1] -= 1
        if uses[input.identity] == 0 { live -= held[input.identity] ?? 0 }
      }
    }
    return most
  }
}

extension Tensor {
  /// Bytes of its elements.
  fileprivate var bytes: Int { count * type.size }
}
