// What exporters spell out in small steps, recognised and done in one.
import Tensors

extension Graph {
  /// Replaces, where nothing else reads what lies between: the steps of a layer normalisation and of x Φ(x) by their
  /// operators, a product with a constant matrix and the addition of a constant row by a linear layer, and a
  /// normalisation with its scale and shift by one pass.
  mutating func recognise(_ kept: Set<Int>) throws(GraphError) {
    var chains = Chains(self, kept)
    for index in steps.indices {
      if let (operation, operand) = pattern(endingAt: index, chains) {
        let before = steps[index]
        steps[index].construction = .fixed(operation)
        steps[index].operands = [operand]
        chains.replace(before, by: steps[index])
      }
    }
    dropUnread(kept)
    for index in steps.indices { try makeLinear(index) }
    chains = Chains(self, kept)
    let sizes = Knowledge(of: self, inputs: inputs.map { $0.shape.map { $0 ?? 2 } })
    for index in steps.indices { joinShift(index, chains, sizes) }
    dropUnread(kept)
  }

  /// The number that a value is everywhere, if it is a constant of one element.
  private func number(_ value: Int) -> Double? {
    guard let constant = constants[value]?.value, constant.count == 1 else { return nil }
    return constant.doubles.first
  }

  /// The operator of which the step is the last part, and what it is applied to.
  private func pattern(
    endingAt index: Int, _ chains: Chains
  ) -> (any Operator, Int)? {
    switch steps[index].fixed {
    case is Divide: normalisation(index, chains)
    case is Multiply: gelu(index, chains)
    default: nil
    }
  }

  /// (x - mean x) / √(mean (x - mean x)² + ε) over the last axis.
  private func normalisation(_ index: Int, _ chains: Chains) -> (any Operator, Int)? {
    guard let deviation = chains.source(steps[index].operands[1], SquareRoot.self, readers: 1),
      let stabilised = chains.source(deviation.operands[0], Add.self, readers: 1),
      let place = stabilised.operands.firstIndex(where: { number($0) != nil }),
      let epsilon = number(stabilised.operands[place]),
      let variance = chains.source(stabilised.operands[1 - place], Mean.self, readers: 1),
      let centred = chains.source(steps[index].operands[0], Subtract.self),
      chains.isSquare(of: centred.output, variance.operands[0], self),
      let mean = chains.source(centred.operands[1], Mean.self, readers: 1),
      mean.operands[0] == centred.operands[0],
      let inner = mean.fixed as? Mean, let outer = variance.fixed as? Mean,
      inner.axes == [-1], inner.keep, outer.axes == [-1], outer.keep
    else { return nil }
    return (Standardise([-1], epsilon: epsilon), centred.operands[0])
  }

  /// x · (erf(x / √2) + 1) · ½, in either order.
  private func gelu(_ index: Int, _ chains: Chains) -> (any Operator, Int)? {
    let factors = chains.factors(of: steps[index])
    guard factors.count == 3, let half = factors.firstIndex(where: { number($0) == 0.5 }) else {
      return nil
    }
    let others = factors.indices.filter { $0 != half }.map { factors[$0] }
    for (x, gate) in [(others[0], others[1]), (others[1], others[0])] {
      guard let sum = chains.source(gate, Add.self, readers: 1),
        let one = sum.operands.firstIndex(where: { number($0) == 1 }),
        let erf = chains.source(sum.operands[1 - one], ErrorFunction.self, readers: 1)
      else { continue }
      let root = 2.0.squareRoot()
      if let scaled = chains.source(erf.operands[0], Divide.self, readers: 1),
        scaled.operands[0] == x, let by = number(scaled.operands[1]), abs(by / root - 1) < 1e-6
      {
        return (Gelu(), x)
      }
      if let scaled = chains.source(erf.operands[0], Multiply.self, readers: 1),
        let place = scaled.operands.firstIndex(of: x),
        let by = number(scaled.operands[1 - place]), abs(by * root - 1) < 1e-6
      {
        return (Gelu(), x)
      }
    }
    return nil
  }

  /// A product with a constant matrix as a linear layer, whose packed weight is kept.
  private mutating func makeLinear(_ index: Int) throws(GraphError) {
    guard steps[index].fixed is MatrixProduct,
      let weight = constants[steps[index].operands[1]], weight.shape.count == 2,
      weight.type.isFloating
    else { return }
    let turned = try Variable.make("matmul") { () throws(TensorError) in
      try weight.value.transposed()
    }
    let name = "\(names[steps[index].output]) turned weight"
    try addConstant(name, turned.value)
    steps[index].construction = .fixed(Linear())
    steps[index].operands[1] = names.count - 1
  }

  /// Gives the bias that the step adds to the linear layer before it, or scale and shift to the normalisation before it.
  private mutating func joinShift(_ index: Int, _ chains: Chains, _ sizes: Knowledge) {
    guard steps[index].fixed is Add,
      let place = steps[index].operands.firstIndex(where: { constants[$0]?.shape.count == 1 }),
      let bias = constants[steps[index].operands[place]]
    else { return }
    let (source, shift) = (steps[index].operands[1 - place], steps[index].operands[place])
    if let linear = chains.source(source, Linear.self, readers: 1), linear.operands.count == 2,
      let weight = constants[linear.operands[1]], bias.shape == [weight.shape[0]],
      bias.type == weight.type
    {
      steps[index].construction = .fixed(Linear())
      steps[index].operands = linear.operands + [shift]
      return
    }
    guard let product = chains.source(source, Multiply.self, readers: 1),
      let factor = product.operands.firstIndex(where: { constants[$0]?.shape == bias.shape }),
      let normal = chains.source(product.operands[1 - factor], Standardise.self, readers: 1),
      let standardise = normal.fixed as? Standardise, standardise.axes == [-1],
      sizes.shape(of: normal.operands[0])?.last == bias.shape[0]
    else { return }
    steps[index].construction = .fixed(FusedNormalisation(epsilon: standardise.epsilon))
    steps[index].operands = [normal.operands[0], product.operands[factor], shift]
  }

  /// Leaves out the steps that nothing reads any more.
  private mutating func dropUnread(_ kept: Set<Int>) {
    var needed = kept
    var rest: [Step] = []
    for step in steps.reversed() where needed.contains(step.output) {
      needed.formUnion(step.reads)
      rest.append(step)
    }
    steps = rest.reversed()
  }
}

/// Which step gives a value, and who reads it.
private struct Chains {
  private var sources: [Int: Graph.Step] = [:]
  private var readers: [Int: Int] = [:]

  init(_ graph: Graph, _ kept: Set<Int>) {
    for value in kept { readers[value] = 1 }
    for step in graph.steps { count(step) }
  }

  private mutating func count(_ step: Graph.Step) {
    sources[step.output] = step
    for value in step.reads { readers[value, default: 0] += 1 }
  }

  /// Counts a step that has taken the place of another.
  mutating func replace(_ before: Graph.Step, by step: Graph.Step) {
    for value in before.reads { readers[value, default: 0] -= 1 }
    count(step)
  }

  /// The step that gives a value, if it applies such an operator and so many read the value.
  func source<Operation: Operator>(
    _ value: Int, _: Operation.Type, readers count: Int? = nil
  ) -> Graph.Step? {
    guard let step = sources[value], step.fixed is Operation,
      count == nil || readers[value] == count
    else { return nil }
    return step
  }

  /// Whether `square` is x² and only one reads it.
  func isSquare(of x: Int, _ square: Int, _ graph: Graph) -> Bool {
    if let product = source(square, Multiply.self, readers: 1) {
      return product.operands == [x, x]
    }
    guard let power = source(square, Power.self, readers: 1), power.operands[0] == x else {
      return false
    }
    return graph.constants[power.operands[1]]?.value.doubles == [2]
  }

  /// The factors of a product of products, each of which only one reads.
  func factors(of step: Graph.Step) -> [Int] {
    step.operands.flatMap { operand in
      source(operand, Multiply.self, readers: 1)?.operands ?? [operand]
    }
  }
}
