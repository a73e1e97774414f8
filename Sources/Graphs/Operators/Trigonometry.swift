// Functions of one number beyond the smooth ones of Elementwise.swift, and atan2 and hypot.
import Tensors

/// An element-wise operator on one to three operands that broadcast, computed in double precision.
package protocol SpecialOperator: Operator {
  /// The kernel that computes it.
  var kernel: SpecialKernel { get }
}

extension SpecialOperator {
  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var shape = operands[0].shape
    for operand in operands.dropFirst() {
      shape = try ShapeRule.broadcast(Self.name, shape, operand.shape)
    }
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.special(kernel, inputs)
  }

  package var relevance: RelevanceBehaviour { Self.isDifferentiable ? .activation : .none }
}

/// The tangent; derivative 1 + y².
package struct Tangent: SpecialOperator, SymmetricOperator {
  package static let name = "tan"
  package static var onnx: [OnnxForm] { [OnnxForm("Tan") { Self() }] }
  package var kernel: SpecialKernel { .tan }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (y, gradient) = (pullback.output, pullback.gradient)
    return [try gradient + gradient * y * y]
  }
}

/// The angle with a sine; NaN outside of -1...1.
package struct ArcSine: SpecialOperator, SymmetricOperator {
  package static let name = "asin"
  package static var onnx: [OnnxForm] { [OnnxForm("Asin") { Self() }] }
  package var kernel: SpecialKernel { .asin }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    return [try pullback.gradient / (-(x * x) + 1).applying(SquareRoot())]
  }
}

/// The angle with a cosine; NaN outside of -1...1.
package struct ArcCosine: SpecialOperator, SymmetricOperator {
  package static let name = "acos"
  package static var onnx: [OnnxForm] { [OnnxForm("Acos") { Self() }] }
  package var kernel: SpecialKernel { .acos }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    return [try -(pullback.gradient / (-(x * x) + 1).applying(SquareRoot()))]
  }
}

/// The angle with a tangent.
package struct ArcTangent: SpecialOperator, SymmetricOperator {
  package static let name = "atan"
  package static var onnx: [OnnxForm] { [OnnxForm("Atan") { Self() }] }
  package var kernel: SpecialKernel { .atan }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    return [try pullback.gradient / (x * x + 1)]
  }
}

/// The hyperbolic sine.
package struct HyperbolicSine: SpecialOperator, SymmetricOperator {
  package static let name = "sinh"
  package static var onnx: [OnnxForm] { [OnnxForm("Sinh") { Self() }] }
  package var kernel: SpecialKernel { .sinh }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.inputs[0].applying(HyperbolicCosine())]
  }
}

/// The hyperbolic cosine.
package struct HyperbolicCosine: SpecialOperator, SymmetricOperator {
  package static let name = "cosh"
  package static var onnx: [OnnxForm] { [OnnxForm("Cosh") { Self() }] }
  package var kernel: SpecialKernel { .cosh }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.inputs[0].applying(HyperbolicSine())]
  }
}

/// The number with a hyperbolic sine.
package struct InverseHyperbolicSine: SpecialOperator, SymmetricOperator {
  package static let name = "asinh"
  package static var onnx: [OnnxForm] { [OnnxForm("Asinh") { Self() }] }
  package var kernel: SpecialKernel { .asinh }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    return [try pullback.gradient / (x * x + 1).applying(SquareRoot())]
  }
}

/// The number from 0 with a hyperbolic cosine; NaN below 1.
package struct InverseHyperbolicCosine: SpecialOperator, SymmetricOperator {
  package static let name = "acosh"
  package static var onnx: [OnnxForm] { [OnnxForm("Acosh") { Self() }] }
  package var kernel: SpecialKernel { .acosh }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    return [try pullback.gradient / (x * x - 1).applying(SquareRoot())]
  }
}

/// The number with a hyperbolic tangent; NaN outside of -1...1.
package struct InverseHyperbolicTangent: SpecialOperator, SymmetricOperator {
  package static let name = "atanh"
  package static var onnx: [OnnxForm] { [OnnxForm("Atanh") { Self() }] }
  package var kernel: SpecialKernel { .atanh }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    return [try pullback.gradient / (-(x * x) + 1)]
  }
}

/// log(1 + x), exact also where x is tiny.
package struct LogOfOnePlus: SpecialOperator, SymmetricOperator {
  package static let name = "log1p"
  package var kernel: SpecialKernel { .log1p }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient / (pullback.inputs[0] + 1)]
  }
}

/// e^x - 1, exact also where x is tiny.
package struct ExpMinusOne: SpecialOperator, SymmetricOperator {
  package static let name = "expm1"
  package var kernel: SpecialKernel { .expm1 }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * (pullback.output + 1)]
  }
}

/// The cube root, also of negative numbers; its derivative at 0 is infinite.
package struct CubeRoot: SpecialOperator, SymmetricOperator {
  package static let name = "cbrt"
  package var kernel: SpecialKernel { .cubeRoot }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let y = pullback.output
    return [try pullback.gradient / (y * y * 3)]
  }
}

/// The angle from -π to π of the point at x (operand 1) and y (operand 0).
package struct ArcTangent2: SpecialOperator {
  package static let name = "atan2"
  package static let arity = 2...2
  package var kernel: SpecialKernel { .atan2 }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (y, x) = (pullback.inputs[0], pullback.inputs[1])
    let share = try pullback.gradient / (x * x + y * y)
    return [
      try pullback.want(0) { () throws(GraphError) in try (share * x).summed(to: y.shape) },
      try pullback.want(1) { () throws(GraphError) in try (-(share * y)).summed(to: x.shape) },
    ]
  }
}

/// √(x² + y²) without overflow on the way.
package struct Hypotenuse: SpecialOperator {
  package static let name = "hypot"
  package static let arity = 2...2
  package var kernel: SpecialKernel { .hypot }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y) = (pullback.inputs[0], pullback.inputs[1])
    let share = try pullback.gradient / pullback.output
    return [
      try pullback.want(0) { () throws(GraphError) in try (share * x).summed(to: x.shape) },
      try pullback.want(1) { () throws(GraphError) in try (share * y).summed(to: y.shape) },
    ]
  }
}
