// The executor's form of a convolution: bias, residual and activation in one pass over the result.
import Tensors

/// activation(x ∗ weight + bias + residual); operands are x, weight, bias and perhaps the residual,
/// which has the result's shape. It computes the same as the separate operators.
package struct FusedConvolution: Operator {
  package static let name = "fused convolution"
  package static let arity = 3...4
  package let window: Window
  package let activation: Epilogue.Activation

  package init(_ window: Window, activation: Epilogue.Activation) {
    self.window = window
    self.activation = activation
  }

  package init(_ window: Window2D, activation: Epilogue.Activation) {
    self.init(Window(window), activation: activation)
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let result = try Convolution(window).shape(of: Array(operands.prefix(3)))
    if operands.count == 4 {
      try ShapeRule.require(
        operands[3].shape == result, Self.name, operands,
        "the residual needs the shape \(result)")
    }
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let epilogue = Epilogue(
      activation: activation, residual: inputs.count == 4 ? inputs[3] : nil)
    return try Kernels.convolve(
      inputs[0], inputs[1], bias: inputs[2], window, epilogue: epilogue)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let inner: Variable =
      switch activation {
      case .none: pullback.gradient
      case .relu: try gradientWithin(0, .infinity, pullback)
      case .clip(let low, let high):
        try gradientWithin(Double(low), Double(high), pullback)
      }
    let parts = try window.convolutionDerivative(pullback, gradient: inner)
    guard pullback.inputs.count == 4 else { return parts }
    return parts + [try pullback.want(3) { () throws(GraphError) in inner }]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    let sum = try pushforward.sum([
      Convolution(window).tangent(pushforward), pushforward.tangent(3),
    ])
    guard let sum else { return nil }
    let output = pushforward.output.detached()
    switch activation {
    case .none: return sum
    case .relu: return try apply(Gate(0, .infinity), [sum, output])
    case .clip(let low, let high):
      return try apply(Gate(Double(low), Double(high)), [sum, output])
    }
  }

  /// Relevance is defined on the separate operators: run the graph that is not fused.
  package var relevance: RelevanceBehaviour { .none }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    window.multiplyAdds(operands)
  }
}
