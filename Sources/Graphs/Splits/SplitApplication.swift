// SplitApplication: the parts of an operator's result from those of its operands, rule by rule.
import Tensors

/// One recorded step with the splits of the operands that it is given as parts; nil for those that it is given whole.
struct SplitApplication {
  let node: Node
  let operands: [Split?]
  let rules: SplitRules
  /// Whether it is one of the places where parts of opposite sign cancel, if the rules say so.
  let mayCancel: Bool

  private var operation: any Operator { node.operator }

  /// The split of the result, by the operator's rule.
  func result() throws(GraphError) -> Split {
    let found =
      switch operation.splitting {
      case .linear: try linear()
      case .affine(let place): try affine(in: place)
      case .product: try product()
      case .quotient: try quotient()
      case .normalisation(let axes, let epsilon): try normalised(axes, epsilon)
      case .function, .weight: try function()
      case .fixed: Split(constant: node.variable)
      case .none(let reason): throw failure(reason)
      }
    let shape = node.output.shape
    var split = try found.map { part throws(GraphError) in
      part.shape == shape ? part : try part.applying(BroadcastTo(shape))
    }
    if rules.sharesAtOnce { split = try split.shared() }
    return rules.cancels && mayCancel ? try split.cancelled() : split
  }

  func failure(_ reason: String) -> GraphError {
    .split(operation: operation.name, layer: node.layer, reason: reason)
  }

  /// The tangent of the result along tangents of the operands.
  private func tangent(_ tangents: [Variable?]) throws(GraphError) -> Variable? {
    guard tangents.contains(where: { $0 != nil }) else { return nil }
    return try operation.tangent(
      Pushforward(
        inputs: node.inputs, output: node.variable, tangents: tangents, saved: node.saved))
  }

  private func linear() throws(GraphError) -> Split {
    let whole = node.inputs.enumerated().map { place, input in
      operands[place] == nil && input.value.type.isFloating ? input : nil
    }
    return Split(
      relevant: try tangent(operands.map { $0?.relevant }),
      irrelevant: try tangent(operands.map { $0?.irrelevant }),
      constant: try tangent(
        operands.enumerated().map { $1.map(\.constant) ?? whole[$0] }))
  }

  private func affine(in place: Int) throws(GraphError) -> Split {
    for index in operands.indices where index != place && operands[index] != nil {
      throw failure("its rule is for operand \(place + 1) alone, and operand \(index + 1) is split")
    }
    var others = node.inputs
    others[place] = try .zeros(like: others[place])
    var constant = try apply(any: operation, others)
    if let part = try tangent(operands.map { $0?.constant }) { constant = try constant + part }
    return Split(
      relevant: try tangent(operands.map { $0?.relevant }),
      irrelevant: try tangent(operands.map { $0?.irrelevant }),
      constant: try constant.isPlainZero() ? nil : constant)
  }

  /// (r + i + c)(s + j + d) + bias: r s + r d + c s is relevant, c d constant, and the rest irrelevant.
  private func product() throws(GraphError) -> Split {
    func times(_ x: Variable?, _ y: Variable?) throws(GraphError) -> Variable? {
      guard let x, let y else { return nil }
      return try apply(any: operation, [x, y])
    }
    let first = operands[0] ?? Split(constant: node.inputs[0])
    let second = operands[1] ?? Split(constant: node.inputs[1])
    var split = Split(
      relevant: try sum([
        times(first.relevant, sum([second.relevant, second.constant])),
        times(first.constant, second.relevant),
      ]),
      irrelevant: try sum([
        times(first.irrelevant, node.inputs[1]),
        times(sum([first.relevant, first.constant]), second.irrelevant),
      ]),
      constant: try times(first.constant, second.constant))
    guard node.inputs.count > 2, let last = operation as? any ProductOperator else { return split }
    let added = try (operands[2] ?? Split(constant: node.inputs[2])).map {
      part throws(GraphError) in try last.aligned(bias: part)
    }
    split.relevant = try sum([split.relevant, added.relevant])
    split.irrelevant = try sum([split.irrelevant, added.irrelevant])
    split.constant = try sum([split.constant, added.constant])
    return split
  }

  private func quotient() throws(GraphError) -> Split {
    guard let first = operands[0] else {
      throw failure("nothing says which part of what divides is relevant")
    }
    return try first.map { part throws(GraphError) in try part / node.inputs[1] }
  }

  private func normalised(_ axes: [Int], _ epsilon: Double) throws(GraphError) -> Split {
    guard let operand = operands[0] else { return Split(constant: node.variable) }
    func centred(_ part: Variable) throws(GraphError) -> Variable {
      try part - part.applying(Mean(axes, keep: true))
    }
    let total = try centred(node.inputs[0])
    let variance = try (total * total).applying(Mean(axes, keep: true))
    let inverse = try (variance + epsilon).applying(SquareRoot()).applying(Reciprocal())
    return try operand.map { part throws(GraphError) in try centred(part) * inverse }
  }

  /// Differences of the values at c, c + r, c + i and c + r + i. Sums of the parts are taken, not what was recorded, so that
  /// no difference is left where a part is 0.
  private func function() throws(GraphError) -> Split {
    func value(
      _ parts: (Split) -> [Variable?]
    ) throws(GraphError) -> Variable {
      var arguments = node.inputs
      for (index, operand) in operands.enumerated() {
        guard let operand else { continue }
        let sum = try sum(parts(operand))
        arguments[index] = if let sum { sum } else { try .zeros(like: arguments[index]) }
      }
      return try apply(any: operation, arguments)
    }
    let base = try value { [$0.constant] }
    let total = try value { [$0.constant, $0.relevant, $0.irrelevant] }
    let constant = try base.isPlainZero() ? nil : base
    func alone() throws(GraphError) -> Variable { try value { [$0.constant, $0.relevant] } }
    func others() throws(GraphError) -> Variable { try value { [$0.constant, $0.irrelevant] } }
    switch rules.order {
    case .relevantFirst:
      let alone = try alone()
      return Split(
        relevant: try alone - base, irrelevant: try total - alone, constant: constant)
    case .irrelevantFirst:
      let others = try others()
      return Split(
        relevant: try total - others, irrelevant: try others - base, constant: constant)
    case .both:
      let (alone, others) = (try alone(), try others())
      return Split(
        relevant: try ((alone - base) + (total - others)) * 0.5,
        irrelevant: try ((others - base) + (total - alone)) * 0.5, constant: constant)
    }
  }

  /// The sum of what is there.
  private func sum(_ parts: [Variable?]) throws(GraphError) -> Variable? {
    var total: Variable?
    for case let part? in parts {
      total = if let total { try total + part } else { part }
    }
    return total
  }
}
