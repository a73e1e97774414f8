// Smooth functions of one number, applied to every element.
import Tensors

/// An element-wise operator on one operand.
package protocol UnaryOperator: SymmetricOperator {
  /// The kernel that computes it.
  var kernel: UnaryKernel { get }
}

extension UnaryOperator {
  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] { operands[0].shape }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.unary(kernel, inputs[0])
  }

  package var relevance: RelevanceBehaviour { Self.isDifferentiable ? .activation : .none }
}

/// |x|; the derivative at 0 is 0.
package struct Absolute: UnaryOperator {
  package static let name = "abs"
  package static var onnx: [OnnxForm] { [OnnxForm("Abs") { Self() }] }
  package var kernel: UnaryKernel { .abs }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.inputs[0].applying(Sign())]
  }
}

/// e^x.
package struct Exp: UnaryOperator {
  package static let name = "exp"
  package static var onnx: [OnnxForm] { [OnnxForm("Exp") { Self() }] }
  package var kernel: UnaryKernel { .exp }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.output]
  }
}

/// The natural logarithm.
package struct Log: UnaryOperator {
  package static let name = "log"
  package static var onnx: [OnnxForm] { [OnnxForm("Log") { Self() }] }
  package var kernel: UnaryKernel { .log }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient / pullback.inputs[0]]
  }
}

/// The square root.
package struct SquareRoot: UnaryOperator {
  package static let name = "sqrt"
  package static var onnx: [OnnxForm] { [OnnxForm("Sqrt") { Self() }] }
  package var kernel: UnaryKernel { .sqrt }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * 0.5 / pullback.output]
  }
}

/// 1 / x.
package struct Reciprocal: UnaryOperator {
  package static let name = "reciprocal"
  package static var onnx: [OnnxForm] { [OnnxForm("Reciprocal") { Self() }] }
  package var kernel: UnaryKernel { .reciprocal }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try -(pullback.gradient * pullback.output * pullback.output)]
  }
}

/// The hyperbolic tangent; derivative 1 - y².
package struct Tanh: UnaryOperator {
  package static let name = "tanh"
  package static var onnx: [OnnxForm] { [OnnxForm("Tanh") { Self() }] }
  package var kernel: UnaryKernel { .tanh }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (y, gradient) = (pullback.output, pullback.gradient)
    return [try gradient - gradient * y * y]
  }
}

/// 1 / (1 + e^-x); derivative y (1 - y).
package struct Sigmoid: UnaryOperator {
  package static let name = "sigmoid"
  package static var onnx: [OnnxForm] { [OnnxForm("Sigmoid") { Self() }] }
  package var kernel: UnaryKernel { .sigmoid }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let scaled = try pullback.gradient * pullback.output
    return [try scaled - scaled * pullback.output]
  }
}

/// The error function; derivative 2/√π e^(-x²).
package struct ErrorFunction: UnaryOperator {
  package static let name = "erf"
  package static var onnx: [OnnxForm] { [OnnxForm("Erf") { Self() }] }
  package var kernel: UnaryKernel { .erf }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    let bell = try (-(x * x)).applying(Exp())
    return [try pullback.gradient * bell * (2 / Double.pi.squareRoot())]
  }
}

/// log(1 + e^x); derivative sigmoid(x).
package struct Softplus: UnaryOperator {
  package static let name = "softplus"
  package static var onnx: [OnnxForm] { [OnnxForm("Softplus") { Self() }] }
  package var kernel: UnaryKernel { .softplus }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.inputs[0].applying(Sigmoid())]
  }
}

/// The sine.
package struct Sine: UnaryOperator {
  package static let name = "sin"
  package static var onnx: [OnnxForm] { [OnnxForm("Sin") { Self() }] }
  package var kernel: UnaryKernel { .sin }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.inputs[0].applying(Cosine())]
  }
}

/// The cosine.
package struct Cosine: UnaryOperator {
  package static let name = "cos"
  package static var onnx: [OnnxForm] { [OnnxForm("Cos") { Self() }] }
  package var kernel: UnaryKernel { .cos }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try -(pullback.gradient * pullback.inputs[0].applying(Sine()))]
  }
}
