// Graph rewriting: constants are folded, batch normalisation merged, convolutions fused with what
// follows.
import Tensors

extension Graph {
  /// A graph that computes the same faster: steps on constants are evaluated, identities dropped,
  /// batch normalisation merged into the convolution or linear layer before it, and convolutions
  /// joined with a following addition and activation, the parts of a transformer's layers with one another. Layers named in `keeping` (steps or values)
  /// stay visible. A graph whose weights are being differentiated stays as it is.
  package func fused(keeping: Set<String> = []) throws(GraphError) -> Graph {
    if isTracked { return self }
    var graph = try folded()
    let kept = Set(keeping.compactMap { value(named: $0) }).union(outputs)
    graph.dropIdentities(kept)
    try graph.mergeNormalisation(kept)
    graph.joinConvolutions(kept)
    try graph.recognise(kept)
    return graph
  }

  /// A graph in which batch normalisation is merged into the convolution or linear layer before it,
  /// and nothing else is changed: what propagation rules are defined on.
  package func mergingNormalisation() throws(GraphError) -> Graph {
    var graph = self
    try graph.mergeNormalisation(Set(outputs))
    return graph
  }

  /// A graph in which every step whose operands are constants is replaced by its result, as long as
  /// that has at most 2²⁴ elements.
  package func folded() throws(GraphError) -> Graph {
    var graph = self
    graph.steps = []
    for var step in steps {
      if let operation = graph.earlyOperator(of: step) {
        step.construction = .fixed(operation)
        step.parameters = [:]
      }
      if let operation = step.fixed, let result = try graph.constantResult(of: step, operation) {
        graph.constants[step.output] = result
      } else {
        graph.steps.append(step)
      }
    }
    return graph
  }

  private func constantResult(
    of step: Step, _ operation: any Operator
  ) throws(GraphError) -> Variable? {
    let operands = step.operands.compactMap { constants[$0] }
    guard operands.count == step.operands.count,
      type(of: operation).arity.contains(operands.count),
      let shape = try? operation.shape(of: operands.map { Operand($0.shape) }),
      shape.reduce(1, &*) <= 1 << 24
    else { return nil }
    return try Recording.paused { () throws(GraphError) in try apply(operation, operands) }
  }

  /// The number of steps that read each value; outputs and kept values count as read once more.
  private func uses(_ kept: Set<Int>) -> [Int: Int] {
    var uses: [Int: Int] = [:]
    for value in kept { uses[value] = 1 }
    for step in steps {
      for value in step.reads { uses[value, default: 0] += 1 }
    }
    return uses
  }

  private mutating func dropIdentities(_ kept: Set<Int>) {
    var renamed: [Int: Int] = [:]
    func current(_ value: Int) -> Int { renamed[value] ?? value }
    var rest: [Step] = []
    for var step in steps {
      step.operands = step.operands.map(current)
      step.parameters = step.parameters.mapValues(current)
      if step.fixed is Identity, !kept.contains(step.output) {
        renamed[step.output] = step.operands[0]
      } else {
        rest.append(step)
      }
    }
    steps = rest
  }

  /// Merges each batch normalisation with constant statistics into the step before it.
  private mutating func mergeNormalisation(_ kept: Set<Int>) throws(GraphError) {
    let uses = uses(kept)
    var producer: [Int: Int] = [:]
    var removed: Set<Int> = []
    for index in steps.indices {
      if let merged = try mergedStep(at: index, producer, uses) {
        steps[index] = merged.step
        removed.insert(merged.source)
        producer[steps[index].output] = index
        continue
      }
      producer[steps[index].output] = index
    }
    steps = steps.indices.filter { !removed.contains($0) }.map { steps[$0] }
  }

  /// The linear step that does the work of the normalisation at `index` and of its source.
  private mutating func mergedStep(
    at index: Int, _ producer: [Int: Int], _ uses: [Int: Int]
  ) throws(GraphError) -> (step: Step, source: Int)? {
    guard let normalisation = steps[index].fixed as? BatchNormalisation,
      let source = producer[steps[index].operands[0]],
      uses[steps[source].output] == 1,
      let linear = steps[source].fixed, linear is Convolution || linear is Linear,
      let weight = constants[steps[source].operands[1]]
    else { return nil }
    let statistics = steps[index].operands.dropFirst().compactMap { constants[$0] }
    let bias = steps[source].operands.dropFirst(2).first.flatMap { constants[$0] }
    guard statistics.count == 4, steps[source].operands.count == 2 || bias != nil else {
      return nil
    }
    let merged = try normalisation.merged(weight, bias, statistics: statistics)
    let (old, name) = (steps[source], steps[index].output)
    // The step gives what the normalisation gave, so it has its name.
    let numbers = [
      try newConstant("\(names[name]) merged weight", merged.weight.value),
      try newConstant("\(names[name]) merged bias", merged.bias.value),
    ]
    let step = Step(
      name: steps[index].name, construction: old.construction,
      operands: [old.operands[0]] + numbers,
      parameters: [:], output: name)
    return (step, source)
  }

  private mutating func newConstant(
    _ name: String, _ value: Tensor
  ) throws(GraphError) -> Int {
    try addConstant(name, value)
    return names.count - 1
  }
}

extension BatchNormalisation {
  /// Weight and bias of the linear map (with outputs along the weight's first axis) followed by
  /// this normalisation: w' = factor w, b' = factor b + offset. `statistics`: scale, shift, mean,
  /// variance.
  package func merged(
    _ weight: Variable, _ bias: Variable?, statistics: [Variable]
  ) throws(GraphError) -> (weight: Variable, bias: Variable) {
    guard statistics.count == 4 else {
      throw .operands(operation: Self.name, expected: Self.arity, found: statistics.count + 1)
    }
    let factor = try statistics[0] / (statistics[3] + epsilon).applying(SquareRoot())
    let offset = try statistics[1] - statistics[2] * factor
    let column = weight.shape.indices.map { $0 == 0 ? weight.shape[0] : 1 }
    let scaled = try weight * factor.reshaped(column)
    guard let bias else { return (scaled, offset) }
    return (scaled, try bias * factor + offset)
  }
}
