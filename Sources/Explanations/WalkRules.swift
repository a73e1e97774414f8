// How relevance passes each kind of operator.
import Graphs
import Tensors

extension Walk {
  func linear(
    _ relevance: Variable, _ node: Node, _ kind: LinearKind, at position: Int
  ) throws(GraphError) -> [Variable?] {
    var shares = node.inputs.map { _ in Variable?.none }
    guard position < 2 else { return shares }
    let key = ObjectIdentifier(node)
    let rule = rules.rule(for: kind, layer: node.layer, isFirst: key == first)
    var weight = node.inputs[1 - position]
    var bias = node.inputs.count > 2 ? node.inputs[2] : nil
    if let merged = normalisations[key],
      let normalisation = merged.operator as? BatchNormalisation
    {
      (weight, bias) = try normalisation.merged(
        weight, bias, statistics: Array(merged.inputs.dropFirst()))
    }
    let map = LinearMap(
      operation: node.operator, inputPosition: position, weight: weight, fullBias: bias,
      ignoresBias: rules.ignoresBias)
    shares[position] = try rule.redistribute(relevance, map, node.inputs[position])
    return shares
  }

  func activation(
    _ relevance: Variable, _ node: Node, _ carries: [Bool]
  ) throws(GraphError) -> [Variable?] {
    let isRelu = node.operator is Relu
    let x = node.inputs[0]
    switch rules.activation {
    case .pass:
      let receiver = carries.firstIndex(of: true)
      var shares = node.inputs.map { _ in Variable?.none }
      if let receiver {
        shares[receiver] = try relevance.summed(to: node.inputs[receiver].shape)
      }
      return shares
    case .deconvolution where isRelu:
      return [try relevance.positivePart()]
    case .guided where isRelu:
      let positive = try apply(Greater(), [x, .number(0, like: x)])
      return [try relevance.positivePart().kept(where: positive)]
    case .smooth(let beta) where isRelu:
      return [try relevance * (x * beta).applying(Sigmoid())]
    case .gradient, .deconvolution, .guided, .smooth:
      return try pullBack(relevance, through: node, wanted: ancestry.contains)
    }
  }

  /// Merged into the linear operator before it, if nothing else reads that operator's result.
  mutating func normalisation(
    _ relevance: Variable, _ node: Node
  ) throws(GraphError) -> [Variable?] {
    var shares = node.inputs.map { _ in Variable?.none }
    shares[0] = relevance
    if let source = node.inputs[0].node,
      source.operator is Convolution || source.operator is Linear,
      readers[ObjectIdentifier(source)] == 1
    {
      normalisations[ObjectIdentifier(source)] = node
    } else if rules.activation != .pass {
      return try pullBack(relevance, through: node, wanted: ancestry.contains)
    }
    return shares
  }

  func proportional(
    _ relevance: Variable, _ node: Node
  ) throws(GraphError) -> [Variable?] {
    let share = try relevance.shared(over: node.variable, standardStabiliser)
    var shares = try pullBack(share, through: node, wanted: ancestry.contains)
    for (index, part) in shares.enumerated() {
      guard let part else { continue }
      let input = node.inputs[index]
      let share = try input * part
      // What a mask of -∞ takes out of a softmax has no share.
      shares[index] =
        try node.operator is Softmax
        ? share.kept(where: apply(Greater(), [input, .number(-.infinity, like: input)])) : share
    }
    return shares
  }

  /// What meets in a sum or a difference takes |a| / (|a| + |b|) of the relevance; where both are
  /// 0, nothing can be said and the shares are 0.
  func magnitudes(_ relevance: Variable, _ node: Node) throws(GraphError) -> [Variable?] {
    guard node.operator is Add || node.operator is Subtract else {
      return try proportional(relevance, node)
    }
    let sizes = [try node.inputs[0].applying(Absolute()), try node.inputs[1].applying(Absolute())]
    let share = try relevance.shared(over: sizes[0] + sizes[1], 1e-30)
    var shares: [Variable?] = []
    for (input, size) in zip(node.inputs, sizes) {
      shares.append(try (share * size).summed(to: input.shape))
    }
    return shares
  }

  func product(
    _ relevance: Variable, _ node: Node, _ carries: [Bool]
  ) throws(GraphError) -> [Variable?] {
    var shares = try proportional(relevance, node)
    guard carries.prefix(2) == [true, true] else { return shares }
    if node.operator is Multiply {
      let full = node.inputs.map { $0.shape == node.shape }
      if full != [true, true], full.contains(true) {
        return zip(shares, full).map { $1 ? $0 : nil }
      }
    }
    for (index, share) in shares.enumerated() {
      if let share { shares[index] = try share * 0.5 }
    }
    return shares
  }
}
