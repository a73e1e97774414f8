// Convolution and its two gradients; the three are closed under differentiation.
import Tensors

/// x [n, c, h, w] by weight [o, c / groups, kh, kw] (cross-correlation), plus bias [o] if there is
/// one.
package struct Convolution: ProductOperator {
  package static let name = "convolution"
  package static let arity = 2...3
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Conv") { attributes throws(GraphError) in
        Convolution(try attributes.window(kernel: attributes.operands.dropFirst().first))
      }
    ]
  }
  /// Strides, padding, dilation, groups.
  package let window: Window2D

  package init(_ window: Window2D) { self.window = window }

  package func aligned(bias: Variable) throws(GraphError) -> Variable {
    try bias.reshaped(bias.shape + [1, 1])
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, weight) = (operands[0].shape, operands[1].shape)
    let result = try window.convolved(Self.name, x, weight)
    if operands.count == 3 {
      try ShapeRule.require(
        operands[2].shape == [weight[0]], Self.name, operands,
        "the bias needs \(weight[0]) elements")
    }
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.convolve(
      inputs[0], inputs[1], bias: inputs.count == 3 ? inputs[2] : nil, window)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try window.convolutionDerivative(pullback, gradient: pullback.gradient)
  }

  package var relevance: RelevanceBehaviour { .linear(.convolution) }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    window.multiplyAdds(operands)
  }
}

/// The gradient of a convolution at its input, which is also the transposed convolution: operands
/// are g [n, o, h', w'] and weight [o, c / groups, kh, kw], the result is [n, c, height, width].
package struct ConvolutionInputGradient: ProductOperator {
  package static let name = "transposed convolution"
  package static let arity = 2...2
  package let window: Window2D
  package let height, width: Int

  package init(_ window: Window2D, height: Int, width: Int) {
    self.window = window
    self.height = height
    self.width = width
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (gradient, weight) = (operands[0].shape, operands[1].shape)
    try ShapeRule.require(
      gradient.count == 4 && weight.count == 4 && height >= 0 && width >= 0, Self.name, operands,
      "four axes are needed")
    let (channels, overflow) = weight[1].multipliedReportingOverflow(by: window.groups)
    let result = [gradient[0], overflow ? -1 : channels, height, width]
    try ShapeRule.require(
      try window.convolved(Self.name, result, weight) == gradient, Self.name, operands,
      "a convolution of \(result) would not give the first operand's shape")
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.convolveInputGradient(
      inputs[0], inputs[1], window, inputSize: (h: height, w: width))
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (outer, weight) = (pullback.inputs[0], pullback.inputs[1])
    let (gradient, kernel) = (pullback.gradient, weight.shape)
    return [
      try pullback.want(0) { () throws(GraphError) in
        try apply(Convolution(window), [gradient, weight])
      },
      try pullback.want(1) { () throws(GraphError) in
        try apply(
          ConvolutionWeightGradient(window, height: kernel[2], width: kernel[3]),
          [gradient, outer])
      },
    ]
  }

  package var relevance: RelevanceBehaviour { .linear(.convolution) }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    operands[0].shape.reduce(1, &*) &* operands[1].shape.dropFirst().reduce(1, &*)
  }
}

/// The gradient of a convolution at its weight: operands are x [n, c, h, w] and g [n, o, h', w'],
/// the result is [o, c / groups, height, width].
package struct ConvolutionWeightGradient: ProductOperator {
  package static let name = "convolution weight gradient"
  package static let arity = 2...2
  package let window: Window2D
  package let height, width: Int

  package init(_ window: Window2D, height: Int, width: Int) {
    self.window = window
    self.height = height
    self.width = width
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, gradient) = (operands[0].shape, operands[1].shape)
    try ShapeRule.require(
      x.count == 4 && gradient.count == 4 && window.groups > 0, Self.name, operands,
      "four axes are needed")
    let result = [gradient[1], x[1] / window.groups, height, width]
    try ShapeRule.require(
      try window.convolved(Self.name, x, result) == gradient, Self.name, operands,
      "a convolution with a kernel \(result) would not give the second operand's shape")
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.convolveWeightGradient(
      inputs[0], inputs[1], window, kernel: (h: height, w: width))
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, outer) = (pullback.inputs[0], pullback.inputs[1])
    let gradient = pullback.gradient
    return [
      try pullback.want(0) { () throws(GraphError) in
        try apply(
          ConvolutionInputGradient(window, height: x.shape[2], width: x.shape[3]),
          [outer, gradient])
      },
      try pullback.want(1) { () throws(GraphError) in
        try apply(Convolution(window), [x, gradient])
      },
    ]
  }
}

extension Window2D {
  /// The shape of a convolution of x with weight.
  func convolved(
    _ operation: String, _ x: [Int], _ weight: [Int]
  ) throws(GraphError) -> [Int] {
    let operands = [Operand(x), Operand(weight)]
    try ShapeRule.require(
      x.count == 4 && weight.count == 4, operation, operands, "four axes are needed")
    try ShapeRule.require(
      groups > 0 && x[1] == weight[1] &* groups && weight[0] % groups == 0, operation, operands,
      "\(x[1]) channels in \(groups) groups do not fit a weight for \(weight[1]) channels a group")
    try ShapeRule.require(
      kernel == (weight[2], weight[3]), operation, operands,
      "the window is for a kernel of \(kernel.h) by \(kernel.w)")
    return [x[0], weight[0]] + (try places(operation, over: x))
  }

  /// The number of places of the window along the last two axes of an image.
  func places(_ operation: String, over shape: [Int]) throws(GraphError) -> [Int] {
    let (h, w) = try ShapeRule.checked(operation) { () throws(TensorError) in
      try outputSize((shape[2], shape[3]), operation)
    }
    return [h, w]
  }

  /// Derivatives of x ∗ weight + bias for a gradient at the sum.
  func convolutionDerivative(
    _ pullback: Pullback, gradient: Variable
  ) throws(GraphError) -> [Variable?] {
    let (x, weight) = (pullback.inputs[0], pullback.inputs[1])
    let parts = [
      try pullback.want(0) { () throws(GraphError) in
        try apply(
          ConvolutionInputGradient(self, height: x.shape[2], width: x.shape[3]),
          [gradient, weight])
      },
      try pullback.want(1) { () throws(GraphError) in
        try apply(
          ConvolutionWeightGradient(self, height: weight.shape[2], width: weight.shape[3]),
          [x, gradient])
      },
      try pullback.want(2) { () throws(GraphError) in try gradient.sum([0, 2, 3]) },
    ]
    return Array(parts.prefix(pullback.inputs.count))
  }

  /// Multiply-adds of a convolution.
  func multiplyAdds(_ operands: [Operand]) -> Int {
    guard let result = try? convolved("convolution", operands[0].shape, operands[1].shape) else {
      return 0
    }
    return operands[1].shape.dropFirst().reduce(1, &*) &* result.reduce(1, &*)
  }
}
