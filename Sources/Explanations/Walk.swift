// Walk: relevance on its way from an output to the inputs, node by node.
import Graphs
import Tensors

/// One walk from an output to its inputs.
struct Walk {
  let ancestry: Ancestry
  private let output: Variable
  private let variables: [Variable]
  let rules: RuleSet
  let first: ObjectIdentifier?
  let readers: [ObjectIdentifier: Int]
  private var relevances: [ObjectIdentifier: Variable] = [:]
  var normalisations: [ObjectIdentifier: Node] = [:]
  private var balances: [Balance] = []

  init(_ output: Variable, _ variables: [Variable], _ rules: RuleSet) {
    let ancestry = Ancestry(of: output, from: variables)
    first = ancestry.nodes.last { node in
      guard case .linear(let kind) = node.operator.relevance else { return false }
      return !rules.firstIsConvolution || kind == .convolution
    }.map { ObjectIdentifier($0) }
    var readers: [ObjectIdentifier: Int] = [:]
    for node in ancestry.nodes {
      for input in node.inputs { readers[input.identity, default: 0] += 1 }
    }
    self.ancestry = ancestry
    self.readers = readers
    self.output = output
    self.variables = variables
    self.rules = rules
  }

  mutating func run(from start: Variable) throws(GraphError) -> Relevance {
    relevances[output.identity] = start
    let targets = Set(variables.map(\.identity))
    for node in ancestry.nodes {
      if Interruption.requested { throw .interrupted }
      let key = ObjectIdentifier(node)
      guard let relevance = relevances[key] else { continue }
      if !targets.contains(key) { relevances[key] = nil }
      let shares = try distribute(relevance, at: node)
      try account(relevance, shares, node)
      for (input, share) in zip(node.inputs, shares) {
        guard let share else { continue }
        if let existing = relevances[input.identity] {
          relevances[input.identity] = try existing + share
        } else {
          relevances[input.identity] = share
        }
      }
    }
    var values: [Variable] = []
    var total = 0.0
    for variable in variables {
      let value: Variable
      if let found = relevances[variable.identity] {
        value = found
      } else {
        value = try Variable.zeros(like: variable)
      }
      values.append(value)
      total += try value.total() ?? .nan
    }
    return Relevance(
      values: values, start: try start.total() ?? .nan, total: total, balances: balances)
  }

  private mutating func account(
    _ relevance: Variable, _ shares: [Variable?], _ node: Node
  ) throws(GraphError) {
    guard let received = try relevance.total() else { return }
    var passed = 0.0
    for case let share? in shares {
      guard let sum = try share.total() else { return }
      passed += sum
    }
    guard received != passed else { return }
    balances.append(
      Balance(
        layer: node.layer, operation: node.operator.name, received: received, passed: passed))
  }

  /// The relevance of each operand of `node`; nil for operands that do not depend on what is asked
  /// for.
  private mutating func distribute(
    _ relevance: Variable, at node: Node
  ) throws(GraphError) -> [Variable?] {
    let carries = node.inputs.map(ancestry.contains)
    switch node.operator.relevance {
    case .linear(let kind):
      if carries.prefix(2) == [true, true] { return try product(relevance, node, carries) }
      return try linear(relevance, node, kind, at: carries.firstIndex(of: true) ?? 0)
    case .activation:
      return try activation(relevance, node, carries)
    case .normalisation:
      return try normalisation(relevance, node)
    case .movement:
      return try pullBack(relevance, through: node, wanted: ancestry.contains)
    case .proportional:
      switch rules.sum {
      case .gradient: return try pullBack(relevance, through: node, wanted: ancestry.contains)
      case .magnitude where carries == [true, true]: return try magnitudes(relevance, node)
      case .magnitude, .proportional: return try proportional(relevance, node)
      }
    case .product:
      return try product(relevance, node, carries)
    case .none:
      throw .relevance(
        operation: node.operator.name, layer: node.layer,
        reason: "it has no rule; a fused graph has to be run unfused")
    }
  }
}

extension Variable {
  /// The sum of all elements, accumulated in double precision; nil for one of many examples.
  fileprivate func total() throws(GraphError) -> Double? {
    guard let numbers else { return nil }
    do throws(TensorError) {
      return try Kernels.reduce(.sum, numbers.cast(to: .f64)).item
    } catch {
      throw .tensor(operation: "relevance", layer: "", error)
    }
  }
}
