// Pooling over windows along one, two or three axes; each with its adjoint, closed under
// differentiation.
import Tensors

/// The maximum under each place of a window over x [n, c, …], padding left out. The gradient
/// goes to the first maximum in row-major order; so does relevance.
package struct MaxPool: RowwiseOperator {
  package static let name = "max pool"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("MaxPool") { attributes throws(GraphError) in
        MaxPool(try attributes.window(kernel: nil))
      }
    ]
  }
  package let window: Window

  package init(_ window: Window) { self.window = window }
  package init(_ window: Window2D) { self.init(Window(window)) }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try window.pooled(Self.name, operands, needsElements: true)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.maxPool(inputs[0], window).values
  }

  package func evaluateSaving(
    _ inputs: [Tensor]
  ) throws(TensorError) -> (output: Tensor, saved: Tensor?) {
    let (values, indices) = try Kernels.maxPool(inputs[0], window)
    return (values, indices)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    let places = try places(in: x, pullback.saved)
    return [
      try apply(
        MaxPoolGradient(sizes: Array(x.shape[2...])), [pullback.gradient, places])
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0) else { return nil }
    let places = try places(in: pushforward.inputs[0], pushforward.saved)
    return try apply(PickPooled(), [tangent, places])
  }

  /// Where the maxima lie, in row-major order of the axes after the channels.
  private func places(in x: Variable, _ saved: Tensor?) throws(GraphError) -> Variable {
    if let saved { return Variable(saved) }
    return try x.applying(MaxPoolPlaces(window))
  }
}

/// Where the maxima of `MaxPool` lie: h · width + w, as i64; no gradient passes.
package struct MaxPoolPlaces: UndifferentiatedOperator, RowwiseOperator {
  package static let name = "max pool places"
  package let window: Window

  package init(_ window: Window) { self.window = window }
  package init(_ window: Window2D) { self.init(Window(window)) }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try window.pooled(Self.name, operands, needsElements: true)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.maxPool(inputs[0], window).indices
  }
}

/// The adjoint of `PickPooled`: operand 0 [n, c, …] added at the places (operand 1, i64, in row-major
/// order of the axes after the channels) of a tensor of zeros with the sizes after its channels.
package struct MaxPoolGradient: LinearOperator, RowwiseOperator {
  package static let name = "max pool gradient"
  package static let arity = 2...2
  package let sizes: [Int]

  package init(sizes: [Int]) { self.sizes = sizes }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count == sizes.count + 2 && shape == operands[1].shape
        && sizes.allSatisfy { $0 >= 0 },
      Self.name, operands, "gradient and places must have one shape of \(sizes.count + 2) axes")
    return Array(shape[..<2]) + sizes
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.maxPoolGradient(inputs[0], inputs[1], inputSizes: sizes)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(PickPooled(), [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// The elements of x [n, c, …] at places (operand 1 [n, c, …], i64, in row-major order of the axes
/// after the channels).
package struct PickPooled: LinearOperator, RowwiseOperator {
  package static let name = "pick pooled"
  package static let arity = 2...2
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, places) = (operands[0].shape, operands[1].shape)
    try ShapeRule.require(
      x.count > 2 && x.count == places.count && x[..<2] == places[..<2], Self.name,
      operands, "values and places must agree in the first two of their axes")
    return places
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let (x, places) = (inputs[0], inputs[1])
    func flat(_ tensor: Tensor) throws(TensorError) -> Tensor {
      try tensor.reshaped(
        Array(tensor.shape[..<2]) + [try Shape.count(Array(tensor.shape[2...]))])
    }
    return try Kernels.takeAlong(flat(x), axis: 2, flat(places)).reshaped(places.shape)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(
        MaxPoolGradient(sizes: Array(shape[2...])), [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// The mean under each place of a window over x [n, c, …]; padding counts as zeros if
/// `countPadding`, else the divisor is the number of elements inside the image.
package struct AveragePool: LinearOperator, RowwiseOperator {
  package static let name = "average pool"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("AveragePool") { attributes throws(GraphError) in
        let counts = try attributes.integer("count_include_pad", 0) != 0
        return AveragePool(try attributes.window(kernel: nil), countPadding: counts)
      }
    ]
  }
  package let window: Window
  package let countPadding: Bool

  package init(_ window: Window, countPadding: Bool = false) {
    self.window = window
    self.countPadding = countPadding
  }

  package init(_ window: Window2D, countPadding: Bool = false) {
    self.init(Window(window), countPadding: countPadding)
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try window.pooled(Self.name, operands, needsElements: !countPadding)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.averagePool(inputs[0], window, countPadding: countPadding)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    return [
      try pullback.gradient.applying(
        AveragePoolGradient(
          window, countPadding: countPadding, sizes: Array(shape[2...])))
    ]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The adjoint of `AveragePool` on inputs with the sizes after their channels.
package struct AveragePoolGradient: LinearOperator, RowwiseOperator {
  package static let name = "average pool gradient"
  package let window: Window
  package let countPadding: Bool
  package let sizes: [Int]

  package init(_ window: Window, countPadding: Bool, sizes: [Int]) {
    self.window = window
    self.countPadding = countPadding
    self.sizes = sizes
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count == sizes.count + 2 && sizes.allSatisfy { $0 >= 0 }, Self.name, operands,
      "\(sizes.count + 2) axes are needed, batch and channels first")
    let result = Array(shape[..<2]) + sizes
    try ShapeRule.require(
      try window.pooled(Self.name, [Operand(result)]) == shape, Self.name, operands,
      "pooling \(result) would not give the operand's shape")
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.averagePoolGradient(
      inputs[0], window, countPadding: countPadding, inputSizes: sizes)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(AveragePool(window, countPadding: countPadding))]
  }
}

/// The mean of each channel of x [n, c, …]: [n, c, 1, …].
package struct GlobalAveragePool: LinearOperator, RowwiseOperator {
  package static let name = "global average pool"
  package static var onnx: [OnnxForm] { [OnnxForm("GlobalAveragePool") { Self() }] }
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count > 2, Self.name, operands, "axes after batch and channel are needed")
    return shape.indices.map { $0 < 2 ? shape[$0] : 1 }
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.reduce(.mean, inputs[0], axes: Array(2..<inputs[0].rank), keep: true)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let scaled = try pullback.gradient * (1 / Double(shape[2...].reduce(1, *)))
    return [try scaled.applying(BroadcastTo(shape))]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

extension Window {
  /// The shape of a pooling with this window. With `needsElements` no place of it may lie in the padding alone, where
  /// there is neither a maximum nor a mean.
  func pooled(
    _ operation: String, _ operands: [Operand], needsElements: Bool = false
  ) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count == axes.count + 2, operation, operands,
      "\(axes.count + 2) axes are needed, batch and channels first")
    let sizes = try ShapeRule.checked(operation) { () throws(TensorError) in
      try outputSizes(Array(shape[2...]), operation)
    }
    for (place, axis) in axes.enumerated() where needsElements {
      try ShapeRule.require(
        axis.meetsElements(at: sizes[place], over: shape[place + 2]), operation, operands,
        "a window of \(axis.kernel) along axis \(place + 2) would see nothing but padding: at most half of the "
          + "window may be padding")
    }
    return Array(shape[..<2]) + sizes
  }
}
