// Convolution and its two gradients; the three are closed under differentiation.
import Tensors

/// x [n, c, …] by weight [o, c / groups, …] (cross-correlation) over one, two or three axes, plus bias
/// [o] if there is one.
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
  /// Kernel, strides, padding and dilation of each axis, and the groups.
  package let window: Window

  package init(_ window: Window) { self.window = window }
  package init(_ window: Window2D) { self.init(Window(window)) }

  package func aligned(bias: Variable) throws(GraphError) -> Variable {
    try window.column(bias)
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
/// are g [n, o, …] and weight [o, c / groups, …], the result is [n, c] and the sizes; plus bias [c] if
/// there is one.
package struct ConvolutionInputGradient: ProductOperator {
  package static let name = "transposed convolution"
  package static let arity = 2...3
  package let window: Window
  /// Of the result, after the channels.
  package let sizes: [Int]

  package init(_ window: Window, sizes: [Int]) {
    self.window = window
    self.sizes = sizes
  }

  package init(_ window: Window2D, height: Int, width: Int) {
    self.init(Window(window), sizes: [height, width])
  }

  package func aligned(bias: Variable) throws(GraphError) -> Variable {
    try window.column(bias)
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (gradient, weight) = (operands[0].shape, operands[1].shape)
    let rank = sizes.count + 2
    try ShapeRule.require(
      gradient.count == rank && weight.count == rank && sizes.allSatisfy { $0 >= 0 }, Self.name,
      operands, "\(rank) axes are needed, batch and channels first")
    try ShapeRule.require(
      gradient[1] == weight[0], Self.name, operands,
      "\(gradient[1]) channels do not fit a weight for \(weight[0])")
    let (channels, overflow) = weight[1].multipliedReportingOverflow(by: window.groups)
    let result = [gradient[0], overflow ? -1 : channels] + sizes
    try ShapeRule.require(
      try window.convolved(Self.name, result, weight) == gradient, Self.name, operands,
      "a convolution of \(result) would not give the first operand's shape")
    if operands.count == 3 {
      try ShapeRule.require(
        operands[2].shape == [channels], Self.name, operands, "the bias needs \(channels) elements")
    }
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let result = try Kernels.convolveInputGradient(
      inputs[0], inputs[1], window, inputSizes: sizes)
    guard inputs.count == 3 else { return result }
    let column = [inputs[2].count] + sizes.map { _ in 1 }
    return try Kernels.binary(.add, result, inputs[2].reshaped(column))
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (outer, weight) = (pullback.inputs[0], pullback.inputs[1])
    let gradient = pullback.gradient
    let parts = [
      try pullback.want(0) { () throws(GraphError) in
        try apply(Convolution(window), [gradient, weight])
      },
      try pullback.want(1) { () throws(GraphError) in
        try apply(ConvolutionWeightGradient(window), [gradient, outer])
      },
      try pullback.want(2) { () throws(GraphError) in try window.channelSums(gradient) },
    ]
    return Array(parts.prefix(pullback.inputs.count))
  }

  package var relevance: RelevanceBehaviour { .linear(.convolution) }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    operands[0].shape.reduce(1, &*) &* operands[1].shape.dropFirst().reduce(1, &*)
  }
}

/// The gradient of a convolution at its weight: operands are x [n, c, …] and g [n, o, …], the result is
/// [o, c / groups] and the kernel of the window.
package struct ConvolutionWeightGradient: ProductOperator {
  package static let name = "convolution weight gradient"
  package static let arity = 2...2
  package let window: Window

  package init(_ window: Window) { self.window = window }
  package init(_ window: Window2D) { self.init(Window(window)) }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, gradient) = (operands[0].shape, operands[1].shape)
    let rank = window.axes.count + 2
    try ShapeRule.require(
      x.count == rank && gradient.count == rank && window.groups > 0, Self.name,
      operands, "\(rank) axes are needed, batch and channels first")
    let result = [gradient[1], x[1] / window.groups] + window.kernel
    try ShapeRule.require(
      try window.convolved(Self.name, x, result) == gradient, Self.name, operands,
      "a convolution with a kernel \(result) would not give the second operand's shape")
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.convolveWeightGradient(inputs[0], inputs[1], window)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, outer) = (pullback.inputs[0], pullback.inputs[1])
    let gradient = pullback.gradient
    return [
      try pullback.want(0) { () throws(GraphError) in
        try apply(
          ConvolutionInputGradient(window, sizes: Array(x.shape[2...])), [outer, gradient])
      },
      try pullback.want(1) { () throws(GraphError) in
        try apply(Convolution(window), [x, gradient])
      },
    ]
  }
}

extension Window {
  /// The shape of a convolution of x with weight.
  func convolved(
    _ operation: String, _ x: [Int], _ weight: [Int]
  ) throws(GraphError) -> [Int] {
    try ShapeRule.checked(operation) { () throws(TensorError) in
      try convolved(x, weight, operation)
    }
  }

  /// Derivatives of x ∗ weight + bias for a gradient at the sum.
  func convolutionDerivative(
    _ pullback: Pullback, gradient: Variable
  ) throws(GraphError) -> [Variable?] {
    let (x, weight) = (pullback.inputs[0], pullback.inputs[1])
    let parts = [
      try pullback.want(0) { () throws(GraphError) in
        try apply(
          ConvolutionInputGradient(self, sizes: Array(x.shape[2...])), [gradient, weight])
      },
      try pullback.want(1) { () throws(GraphError) in
        try apply(ConvolutionWeightGradient(self), [x, gradient])
      },
      try pullback.want(2) { () throws(GraphError) in try channelSums(gradient) },
    ]
    return Array(parts.prefix(pullback.inputs.count))
  }

  /// A bias so that it broadcasts against a result: [channels, 1, …].
  func column(_ bias: Variable) throws(GraphError) -> Variable {
    try bias.reshaped(bias.shape + axes.map { _ in 1 })
  }

  /// The sum over everything but the channels: the gradient of a bias.
  func channelSums(_ gradient: Variable) throws(GraphError) -> Variable {
    try gradient.sum([0] + axes.indices.map { $0 + 2 })
  }

  /// Multiply-adds of a convolution.
  func multiplyAdds(_ operands: [Operand]) -> Int {
    guard let result = try? convolved("convolution", operands[0].shape, operands[1].shape) else {
      return 0
    }
    return operands[1].shape.dropFirst().reduce(1, &*) &* result.reduce(1, &*)
  }
}
