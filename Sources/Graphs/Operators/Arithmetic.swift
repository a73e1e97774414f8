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

  package var relevance: RelevanceBehaviour { .proportional }
}

/// x · y.
package struct Multiply: BinaryOperator {
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

  package var relevance: RelevanceBehaviour { .activation }
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
        let flat = try apply(Equal(), [y, try Variable.number(0, like: y)])
        let exponent = try apply(Select(), [flat, try Variable.number(1, like: y), try y - 1])
        return try (gradient * y * apply(Power(), [x, exponent])).summed(to: x.shape)
      },
      try pullback.want(1) { () throws(GraphError) in
        let zero = try apply(Equal(), [x, try Variable.number(0, like: x)])
        let base = try apply(Select(), [zero, try Variable.number(1, like: x), x])
        return try (gradient * pullback.output * base.applying(Log())).summed(to: y.shape)
      },
    ]
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
