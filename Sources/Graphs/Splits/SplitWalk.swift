// splits: parts of the input pushed through a recorded graph, step by step.
import Tensors

/// What a step made of the parts.
package struct SplitStep: Sendable {
  /// The layer in which it ran.
  package let layer: String
  package let operation: String
  /// How far the parts are from adding up to the value, relative to the largest value.
  package let gap: Double
}

/// The parts of the `outputs` of a recorded graph that come of a `relevant` part of each of `variables` (leaves or results
/// inside the graph, shaped like them) and of the rest, and what each step on the way made of them. For each output relevant
/// and irrelevant part are there and add up to it.
///
/// What an output does not depend on through recorded steps is constant; constants are shared in the end in proportion to the
/// sizes of the parts. The parts are computed by applying operators: where recording is on they can be differentiated, with
/// respect to the parts and to whatever else the graph was computed from.
package func splits(
  of outputs: [Variable], at variables: [Variable], relevant: [Variable], rules: SplitRules
) throws(GraphError) -> (splits: [Split], steps: [SplitStep]) {
  for (variable, part) in zip(variables, relevant) where variable.shape != part.shape {
    throw .shapes(
      operation: "contextual split", shapes: [variable.shape, part.shape],
      reason: "the relevant part must have the shape of what it is a part of")
  }
  var walk = SplitWalk(outputs, variables, rules)
  return try walk.run(variables, relevant)
}

/// One walk from the variables to the outputs.
private struct SplitWalk {
  private let outputs: [Variable]
  private let rules: SplitRules
  private let ancestry: Ancestry
  /// The steps, oldest first.
  private let nodes: [Node]
  /// Results of steps that are taken whole where they are multiplied by something split.
  private var weights: Set<ObjectIdentifier> = []
  /// The outputs, and what is only moved on its way to them.
  private var results: Set<ObjectIdentifier>
  private var known: [ObjectIdentifier: Split] = [:]
  private var steps: [SplitStep] = []
  /// By how much the parts of a result miss it.
  private var differences: [ObjectIdentifier: Double] = [:]

  init(_ outputs: [Variable], _ variables: [Variable], _ rules: SplitRules) {
    self.outputs = outputs
    self.rules = rules
    ancestry = Ancestry(of: outputs, from: variables)
    nodes = ancestry.nodes.reversed()
    results = Set(outputs.map(\.identity))
    for node in ancestry.nodes
    where node.operator.relevance == .movement && results.contains(ObjectIdentifier(node)) {
      results.formUnion(node.inputs.map(\.identity))
    }
    for node in nodes where isWeight(node) { weights.insert(ObjectIdentifier(node)) }
  }

  mutating func run(
    _ variables: [Variable], _ relevant: [Variable]
  ) throws(GraphError) -> (splits: [Split], steps: [SplitStep]) {
    for (variable, part) in zip(variables, relevant) {
      known[variable.identity] = Split(relevant: part, irrelevant: try variable - part)
    }
    let starts = Set(known.keys)
    let needed = needed()
    var uses: [ObjectIdentifier: Int] = [:]
    for output in outputs { uses[output.identity, default: 0] += 1 }
    let followed = nodes.filter {
      needed.contains(ObjectIdentifier($0)) && !starts.contains(ObjectIdentifier($0))
    }
    for node in followed {
      for input in taken(by: node) { uses[input.identity, default: 0] += 1 }
    }
    for node in followed {
      if Interruption.requested { throw .interrupted }
      try follow(node)
      for input in taken(by: node) {
        uses[input.identity, default: 1] -= 1
        if uses[input.identity] == 0 { known[input.identity] = nil }
      }
    }
    var splits: [Split] = []
    for output in outputs {
      splits.append(
        try (known[output.identity] ?? Split(constant: output)).settled(output))
    }
    return (splits, steps)
  }

  private mutating func follow(_ node: Node) throws(GraphError) {
    let operands = zip(node.inputs, splitOperands(of: node)).map { input, isSplit in
      isSplit ? known[input.identity] ?? Split(constant: input) : nil
    }
    let application = SplitApplication(
      node: node, operands: operands, rules: rules, mayCancel: joinsBranches(node))
    let split: Split
    do {
      split = try application.result()
    } catch {
      throw error.located(at: node)
    }
    known[ObjectIdentifier(node)] = split
    guard !node.variable.isMapped, node.output.type.isFloating else { return }
    let sum = try SplitSum(
      split.parts.map { Variable($0.value) }, of: Variable(node.output),
      added: try largestSum(of: node),
      inherited: node.inputs.compactMap { differences[$0.identity] }.max() ?? 0)
    guard sum.holds else {
      throw application.failure(
        "its parts do not add up to its value: it may have none where a part is missing")
    }
    differences[ObjectIdentifier(node)] = sum.difference
    steps.append(SplitStep(layer: node.layer, operation: node.operator.name, gap: sum.gap))
  }

  /// How large the numbers can be that the step adds up to one of its result, if it sums its operands.
  private func largestSum(of node: Node) throws(GraphError) -> Double {
    var largest = 0.0
    for input in node.inputs where input.type.isFloating && !input.isMapped {
      let size = try Variable(input.value).largestSize()
      if size.isFinite { largest += size * Double(input.count) }
    }
    return largest / Double(max(1, node.output.count))
  }

  /// For each operand whether the step is given its parts.
  private func splitOperands(of node: Node) -> [Bool] {
    var carries = node.inputs.map(ancestry.contains)
    switch node.operator.splitting {
    case .fixed, .none: return carries.map { _ in false }
    case .quotient where carries[0]: carries[1] = false
    case .product where carries[0] && carries[1]:
      let isWeight = node.inputs.prefix(2).map { weights.contains($0.identity) }
      if isWeight[0] != isWeight[1] { carries[isWeight[0] ? 0 : 1] = false }
    default: break
    }
    return carries
  }

  /// Whether a step inside the graph adds two split values, as a residual connection does, or mixes values by attention.
  private func joinsBranches(_ node: Node) -> Bool {
    guard !results.contains(ObjectIdentifier(node)) else { return false }
    let isSplit = splitOperands(of: node)
    if node.operator is Add { return isSplit == [true, true] }
    guard case .product = node.operator.splitting else { return false }
    return node.inputs.prefix(2).allSatisfy(ancestry.contains) && isSplit.prefix(2) != [true, true]
  }

  private func taken(by node: Node) -> [Variable] {
    zip(node.inputs, splitOperands(of: node)).filter(\.1).map(\.0)
  }

  /// Whether a step gives weights: attention, or what only moves or scales it.
  private func isWeight(_ node: Node) -> Bool {
    switch node.operator.splitting {
    case .weight: return true
    case .linear, .product, .quotient:
      let carriers = node.inputs.filter(ancestry.contains)
      return carriers.allSatisfy { weights.contains($0.identity) }
    default: return false
    }
  }

  /// The variables whose parts somebody asks for: those of queries and keys are not, as attention is taken whole.
  private func needed() -> Set<ObjectIdentifier> {
    var needed = Set(outputs.map(\.identity))
    for node in nodes.reversed() where needed.contains(ObjectIdentifier(node)) {
      needed.formUnion(taken(by: node).map(\.identity))
    }
    return needed
  }
}

/// The sum of parts and what it should be.
private struct SplitSum {
  /// The largest difference.
  let difference: Double
  /// The same relative to the largest value.
  let gap: Double
  /// Whether the difference is what rounding explains, wherever the value is finite.
  let holds: Bool

  /// - added: the size of what was added up, whose rounding remains where it cancels.
  /// - inherited: the largest difference of an operand, which a step that moves numbers passes on.
  init(
    _ parts: [Variable], of value: Variable, added: Double, inherited: Double
  ) throws(GraphError) {
    var (parts, value) = (parts, value)
    if try !value.largestSize().isFinite {
      let isFinite = try apply(Equal(), value - value, Variable.number(0, like: value))
      let zero = try Variable.number(0, like: value)
      func finite(_ x: Variable) throws(GraphError) -> Variable {
        try apply(Select(), [isFinite, x, zero])
      }
      value = try finite(value)
      for index in parts.indices { parts[index] = try finite(parts[index]) }
    }
    var difference = value
    let largest = try value.largestSize()
    var scale = largest
    for part in parts {
      difference = try difference - part
      scale += try part.largestSize()
    }
    let worst = try difference.largestSize()
    self.difference = worst
    gap = largest > 0 ? worst / largest : worst
    let isSingle = value.value.type == .f32
    let rounding = (isSingle ? 1e-6 : 1e-15) * added
    holds = worst <= (isSingle ? 1e-3 : 1e-9) * scale + rounding + inherited
  }
}
