// Activation functions with corners: what each does at its corners is stated with it.
import Tensors

/// The gradient where the output lies strictly between `low` and `high`, 0 elsewhere.
func gradientWithin(
  _ low: Double, _ high: Double, _ pullback: Pullback
) throws(GraphError) -> Variable {
  try apply(Gate(low, high), [pullback.gradient, pullback.output.detached()])
}

/// Operand 0 where low < operand 1 < high, 0 elsewhere: the derivative of limited functions in one
/// pass. The choice itself has no derivative.
package struct Gate: LinearOperator {
  package static let name = "gate"
  package static let arity = 2...2
  /// The limits; infinite where there is none.
  package let low, high: Double

  package init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.require(
      operands[0].shape == operands[1].shape, Self.name, operands, "the shapes differ")
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.gate(inputs[0], inputs[1], low: low, high: high)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(self, [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// max(x, 0); the derivative at 0 is 0.
package struct Relu: UnaryOperator {
  package static let name = "relu"
  package static var onnx: [OnnxForm] { [OnnxForm("Relu") { Self() }] }
  package var kernel: UnaryKernel { .relu }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try gradientWithin(0, .infinity, pullback)]
  }
}

/// x limited to [low, high]; the derivative at either limit is 0.
package struct Clip: UnaryOperator {
  package static let name = "clip"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Clip", parameters: [1, 2]) { attributes throws(GraphError) in
        let high = try attributes.number(2, or: "max", .infinity)
        // Where the limits cross, ONNX lets the upper one win.
        return Clip(min(try attributes.number(1, or: "min", -.infinity), high), high)
      }
    ]
  }
  /// The limits; infinite where there is none.
  package let low, high: Double
  package var kernel: UnaryKernel { .clip(low, high) }

  package init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try gradientWithin(low, high, pullback)]
  }
}

/// alpha x + beta limited to [0, 1]; the derivative at either limit is 0.
package struct HardSigmoid: UnaryOperator {
  package static let name = "hard sigmoid"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("HardSigmoid") { attributes throws(GraphError) in
        HardSigmoid(
          alpha: try attributes.float("alpha", 0.2), beta: try attributes.float("beta", 0.5))
      }
    ]
  }
  package let alpha, beta: Double
  package var kernel: UnaryKernel { .hardSigmoid(alpha, beta) }

  package init(alpha: Double = 1.0 / 6, beta: Double = 0.5) {
    self.alpha = alpha
    self.beta = beta
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try gradientWithin(0, 1, pullback) * alpha]
  }
}

/// x · clip(x/6 + 1/2, 0, 1) (Howard et al. 2019); the derivative is 0 at -3 and 1 at 3.
package struct HardSwish: UnaryOperator {
  package static let name = "hard swish"
  package static var onnx: [OnnxForm] { [OnnxForm("HardSwish") { Self() }] }
  package var kernel: UnaryKernel { .hardSwish }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, gradient) = (pullback.inputs[0], pullback.gradient)
    let slope = try x * (1.0 / 3) + 0.5
    let above = try apply(GreaterOrEqual(), [x, .number(3, like: x)])
    let below = try apply(LessOrEqual(), [x, .number(-3, like: x)])
    let inside = try apply(Select(), [above, .number(1, like: x), slope])
    return [try gradient * apply(Select(), [below, .number(0, like: x), inside])]
  }
}

/// x where it is positive, slope · x elsewhere; the derivative at 0 is the slope.
package struct LeakyRelu: UnaryOperator {
  package static let name = "leaky relu"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("LeakyRelu") { attributes throws(GraphError) in
        LeakyRelu(slope: try attributes.float("alpha", 0.01))
      }
    ]
  }
  package let slope: Double
  package var kernel: UnaryKernel { .leakyRelu(slope) }

  package init(slope: Double = 0.01) { self.slope = slope }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, gradient) = (pullback.inputs[0], pullback.gradient)
    let positive = try apply(Greater(), [x, .number(0, like: x)])
    return [try apply(Select(), [positive, gradient, try gradient * slope])]
  }
}

/// x where it is positive, alpha (e^x - 1) elsewhere; the derivative at 0 is alpha.
package struct Elu: UnaryOperator {
  package static let name = "elu"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Elu") { attributes throws(GraphError) in
        Elu(alpha: try attributes.float("alpha", 1))
      }
    ]
  }
  package let alpha: Double
  package var kernel: UnaryKernel { .elu(alpha) }

  package init(alpha: Double = 1) { self.alpha = alpha }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, gradient) = (pullback.inputs[0], pullback.gradient)
    let positive = try apply(Greater(), [x, .number(0, like: x)])
    return [try apply(Select(), [positive, gradient, try gradient * (pullback.output + alpha)])]
  }
}

/// x Φ(x), with Φ the normal distribution function (Hendrycks and Gimpel 2016).
package struct Gelu: UnaryOperator {
  package static let name = "gelu"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Gelu") { attributes throws(GraphError) in
        try attributes.require("approximate", "none")
        return Self()
      }
    ]
  }
  package var kernel: UnaryKernel { .gelu }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, g) = (pullback.inputs[0], pullback.gradient)
    if pullback.isPlain, x.type == .f32, g.type == .f32 {
      return [
        try Variable.make("gelu") { () throws(TensorError) in
          try Kernels.geluGradient(g.value, x.value)
        }
      ]
    }
    let distribution = try ((x * 0.5.squareRoot()).applying(ErrorFunction()) + 1) * 0.5
    let density = try (x * x * -0.5).applying(Exp()) * (1 / (2 * Double.pi).squareRoot())
    return [try pullback.gradient * (distribution + x * density)]
  }
}
