// Arithmetic on two operands that broadcast against each other, from the right as in NumPy.
import Tensors

/// An element-wise operator on two operands that broadcast.
package protocol BinaryOperator: Operator {
  init()
  /// The kernel that computes it.
  static var kernel: BinaryKernel { get }
}

extension BinaryOperator {
  package static var arity: ClosedRange<Int> { 2...2 }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.broadcast(Self.name, operands[0].shape, operands[1].shape)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.binary(Self.kernel, inputs[0], inputs[1])
  }
}

/// x + y.
package struct Add: BinaryOperator {
  package static let name = "add"
  package static let kernel = BinaryKernel.add
  package static var onnx: [OnnxForm] { [OnnxForm("Add") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in try gradient.summed(to: x.shape) },
      try pullback.want(1) { () throws(GraphError) in try gradient.summed(to: y.shape) },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try pushforward.sum(pushforward.tangents)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// x - y.
package struct Subtract: BinaryOperator {
  package static let name = "subtract"
  package static let kernel = BinaryKernel.subtract
  package static var onnx: [OnnxForm] { [OnnxForm("Sub") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in try gradient.summed(to: x.shape) },
      try pullback.want(1) { () throws(GraphError) in try (-gradient).summed(to: y.shape) },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    var parts = pushforward.tangents
    if let second = pushforward.tangent(1) { parts[1] = try -second }
    return try pushforward.sum(parts)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// x · y.
package struct Multiply: BinaryOperator, ProductOperator {
  package static let name = "multiply"
  package static let kernel = BinaryKernel.multiply
  package static var onnx: [OnnxForm] { [OnnxForm("Mul") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in try (gradient * y).summed(to: x.shape) },
      try pullback.want(1) { () throws(GraphError) in try (gradient * x).summed(to: y.shape) },
    ]
  }

  package var relevance: RelevanceBehaviour { .product }
}

/// x / y.
package struct Divide: BinaryOperator {
  package static let name = "divide"
  package static let kernel = BinaryKernel.divide
  package static var onnx: [OnnxForm] { [OnnxForm("Div") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in try (gradient / y).summed(to: x.shape) },
      try pullback.want(1) { () throws(GraphError) in
        try (-(gradient * pullback.output / y)).summed(to: y.shape)
      },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    let y = pushforward.inputs[1]
    var parts: [Variable?] = []
    if let first = pushforward.tangent(0) { parts.append(try first / y) }
    if let second = pushforward.tangent(1) {
      parts.append(try -(pushforward.output * second / y))
    }
    return try pushforward.sum(parts)
  }

  package var relevance: RelevanceBehaviour { .activation }
}

/// x - y floor(x / y): the sign of the divisor, as in Python. d/dx = 1, d/dy = -floor(x / y).
package struct Remainder: BinaryOperator {
  package static let name = "remainder"
  package static let kernel = BinaryKernel.remainder
  package static var onnx: [OnnxForm] { [OnnxForm("Mod") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in try gradient.summed(to: x.shape) },
      try pullback.want(1) { () throws(GraphError) in
        let quotient = try apply(FloorDivide(), [x, y])
        return try (-(gradient * quotient)).summed(to: y.shape)
      },
    ]
  }
}

/// x to the power y. d/dx = y x^(y-1), 0 where y is 0; d/dy = x^y log x, 0 where x is 0.
package struct Power: BinaryOperator {
  package static let name = "power"
  package static let kernel = BinaryKernel.power
  package static var onnx: [OnnxForm] { [OnnxForm("Pow") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in
        try slope(x, y, times: gradient).summed(to: x.shape)
      },
      try pullback.want(1) { () throws(GraphError) in
        try (gradient * pullback.output * logarithm(x)).summed(to: y.shape)
      },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    let (x, y) = (pushforward.inputs[0], pushforward.inputs[1])
    var parts: [Variable?] = []
    if let first = pushforward.tangent(0) { parts.append(try slope(x, y, times: first)) }
    if let second = pushforward.tangent(1) {
      parts.append(try second * pushforward.output * logarithm(x))
    }
    return try pushforward.sum(parts)
  }

  /// factor · y x^(y-1), 0 where y is 0.
  private func slope(
    _ x: Variable, _ y: Variable, times factor: Variable
  ) throws(GraphError) -> Variable {
    let flat = try apply(Equal(), [y, try Variable.number(0, like: y)])
    let exponent = try apply(Select(), [flat, try Variable.number(1, like: y), try y - 1])
    return try factor * y * apply(Power(), [x, exponent])
  }

  /// log x, 0 where x is 0.
  private func logarithm(_ x: Variable) throws(GraphError) -> Variable {
    let zero = try apply(Equal(), [x, try Variable.number(0, like: x)])
    return try apply(Select(), [zero, try Variable.number(1, like: x), x]).applying(Log())
  }

  package var relevance: RelevanceBehaviour { .activation }
}

/// The larger of x and y; where they are equal each gets half the gradient, as in PyTorch.
package struct Maximum: BinaryOperator {
  package static let name = "maximum"
  package static let kernel = BinaryKernel.maximum
  package static var onnx: [OnnxForm] { [OnnxForm("Max") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try choiceDerivative(pullback, first: Greater(), second: Less())
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try choiceTangent(pushforward, first: Greater(), second: Less())
  }
}

/// The smaller of x and y; where they are equal each gets half the gradient, as in PyTorch.
package struct Minimum: BinaryOperator {
  package static let name = "minimum"
  package static let kernel = BinaryKernel.minimum
  package static var onnx: [OnnxForm] { [OnnxForm("Min") { Self() }] }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try choiceDerivative(pullback, first: Less(), second: Greater())
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try choiceTangent(pushforward, first: Less(), second: Greater())
  }
}

/// The derivative of choosing x where `first` holds, y where `second` holds, and half of each
/// elsewhere.
private func choiceDerivative(
  _ pullback: Pullback, first: some BinaryOperator, second: some BinaryOperator
) throws(GraphError) -> [Variable?] {
  let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
  let takesFirst = try apply(first, [x, y])
  let takesSecond = try apply(second, [x, y])
  let (zero, half) = (try Variable.number(0, like: gradient), try gradient * 0.5)
  func share(
    _ taken: Variable, _ lost: Variable, _ shape: [Int]
  ) throws(GraphError) -> Variable {
    let unlessLost = try apply(Select(), [lost, zero, half])
    return try apply(Select(), [taken, gradient, unlessLost]).summed(to: shape)
  }
  return [
    try pullback.want(0) { () throws(GraphError) in try share(takesFirst, takesSecond, x.shape) },
    try pullback.want(1) { () throws(GraphError) in try share(takesSecond, takesFirst, y.shape) },
  ]
}

/// The tangent of the same choice.
private func choiceTangent(
  _ pushforward: Pushforward, first: some BinaryOperator, second: some BinaryOperator
) throws(GraphError) -> Variable? {
  let (x, y) = (pushforward.inputs[0], pushforward.inputs[1])
  let (takesFirst, takesSecond) = (try apply(first, [x, y]), try apply(second, [x, y]))
  func share(
    _ tangent: Variable, _ taken: Variable, _ lost: Variable
  ) throws(GraphError) -> Variable {
    let unlessLost = try apply(
      Select(), [lost, try Variable.number(0, like: tangent), try tangent * 0.5])
    return try apply(Select(), [taken, tangent, unlessLost])
  }
  var parts: [Variable?] = []
  if let one = pushforward.tangent(0) { parts.append(try share(one, takesFirst, takesSecond)) }
  if let two = pushforward.tangent(1) { parts.append(try share(two, takesSecond, takesFirst)) }
  return try pushforward.sum(parts)
}

/// -x.
package struct Negate: UnaryOperator {
  package static let name = "negate"
  package static var onnx: [OnnxForm] { [OnnxForm("Neg") { Self() }] }
  package var kernel: UnaryKernel { .negate }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try -pullback.gradient]
  }
}
