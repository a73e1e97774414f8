// Pooling over windows of an image, and resizing; each with its adjoint, closed under
// differentiation.
import Tensors

/// The maximum under each place of a window over x [n, c, h, w], padding left out. The gradient
/// goes to the first maximum in row-major order; so does relevance.
package struct MaxPool: Operator {
  package static let name = "max pool"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("MaxPool") { attributes throws(GraphError) in
        MaxPool(try attributes.window(kernel: nil))
      }
    ]
  }
  package let window: Window2D

  package init(_ window: Window2D) { self.window = window }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try window.pooled(Self.name, operands)
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
        MaxPoolGradient(height: x.shape[2], width: x.shape[3]), [pullback.gradient, places])
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0) else { return nil }
    let places = try places(in: pushforward.inputs[0], pushforward.saved)
    return try apply(PickPooled(), [tangent, places])
  }

  /// Where the maxima lie, h · width + w.
  private func places(in x: Variable, _ saved: Tensor?) throws(GraphError) -> Variable {
    try Variable.make(Self.name) { () throws(TensorError) in
      if let saved { return saved }
      return try Kernels.maxPool(x.value, window).indices
    }
  }
}

/// The adjoint of `PickPooled`: operand 0 [n, c, h', w'] added at the places (operand 1, h · width
/// + w, i64) of an image [n, c, height, width] of zeros.
package struct MaxPoolGradient: LinearOperator {
  package static let name = "max pool gradient"
  package static let arity = 2...2
  package let height, width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count == 4 && shape == operands[1].shape && height >= 0 && width >= 0, Self.name,
      operands, "gradient and places must have one shape of four axes")
    return [shape[0], shape[1], height, width]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.maxPoolGradient(inputs[0], inputs[1], inputSize: (h: height, w: width))
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(PickPooled(), [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// The elements of an image [n, c, h, w] at places (operand 1 [n, c, h', w'], h · w + w, i64).
package struct PickPooled: LinearOperator {
  package static let name = "pick pooled"
  package static let arity = 2...2
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, places) = (operands[0].shape, operands[1].shape)
    try ShapeRule.require(
      x.count == 4 && places.count == 4 && Array(x[..<2]) == Array(places[..<2]), Self.name,
      operands, "image and places must agree in the first two of four axes")
    return places
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let (x, places) = (inputs[0], inputs[1])
    func flat(_ tensor: Tensor) throws(TensorError) -> Tensor {
      try tensor.reshaped([
        tensor.shape[0], tensor.shape[1], tensor.shape[2] * tensor.shape[3],
      ])
    }
    return try Kernels.takeAlong(flat(x), axis: 2, flat(places)).reshaped(places.shape)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(
        MaxPoolGradient(height: shape[2], width: shape[3]),
        [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// The mean under each place of a window over x [n, c, h, w]; padding counts as zeros if
/// `countPadding`, else the divisor is the number of elements inside the image.
package struct AveragePool: LinearOperator {
  package static let name = "average pool"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("AveragePool") { attributes throws(GraphError) in
        let counts = try attributes.integer("count_include_pad", 0) != 0
        let ceiling = try attributes.integer("ceil_mode", 0) != 0
        guard !counts || !ceiling else {
          throw .attribute(
            operation: "AveragePool", name: "ceil_mode", found: "1",
            expected: "0 where padding is counted")
        }
        return AveragePool(try attributes.window(kernel: nil), countPadding: counts)
      }
    ]
  }
  package let window: Window2D
  package let countPadding: Bool

  package init(_ window: Window2D, countPadding: Bool = false) {
    self.window = window
    self.countPadding = countPadding
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try window.pooled(Self.name, operands)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.averagePool(inputs[0], window, countPadding: countPadding)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    return [
      try pullback.gradient.applying(
        AveragePoolGradient(
          window, countPadding: countPadding, height: shape[2], width: shape[3]))
    ]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The adjoint of `AveragePool` on images [n, c, height, width].
package struct AveragePoolGradient: LinearOperator {
  package static let name = "average pool gradient"
  package let window: Window2D
  package let countPadding: Bool
  package let height, width: Int

  package init(_ window: Window2D, countPadding: Bool, height: Int, width: Int) {
    self.window = window
    self.countPadding = countPadding
    self.height = height
    self.width = width
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count == 4 && height >= 0 && width >= 0, Self.name, operands, "four axes are needed")
    let result = [shape[0], shape[1], height, width]
    try ShapeRule.require(
      try window.pooled(Self.name, [Operand(result)]) == shape, Self.name, operands,
      "pooling \(result) would not give the operand's shape")
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.averagePoolGradient(
      inputs[0], window, countPadding: countPadding, inputSize: (h: height, w: width))
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(AveragePool(window, countPadding: countPadding))]
  }
}

/// The mean of each channel of x [n, c, h, w]: [n, c, 1, 1].
package struct GlobalAveragePool: LinearOperator {
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

/// x [n, c, h, w] resampled to [n, c, height, width].
package struct Resize: LinearOperator {
  package static let name = "resize"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Resize", parameters: [1, 2, 3]) { attributes throws(GraphError) in
        let (height, width) = try attributes.resizedSize()
        return Resize(height: height, width: width, mode: try attributes.resizeMode())
      }
    ]
  }
  package let height, width: Int
  package let mode: ResizeMode

  package init(height: Int, width: Int, mode: ResizeMode) {
    self.height = height
    self.width = width
    self.mode = mode
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count == 4 && height > 0 && width > 0, Self.name, operands,
      "four axes and a positive size are needed")
    return [shape[0], shape[1], height, width]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.resize(inputs[0], size: (h: height, w: width), mode: mode)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    return [
      try pullback.gradient.applying(
        ResizeGradient(height: shape[2], width: shape[3], mode: mode))
    ]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The adjoint of `Resize` on images [n, c, height, width].
package struct ResizeGradient: LinearOperator {
  package static let name = "resize gradient"
  package let height, width: Int
  package let mode: ResizeMode

  package init(height: Int, width: Int, mode: ResizeMode) {
    self.height = height
    self.width = width
    self.mode = mode
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count == 4 && height > 0 && width > 0, Self.name, operands,
      "four axes and a positive size are needed")
    return [shape[0], shape[1], height, width]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.resizeGradient(inputs[0], inputSize: (h: height, w: width), mode: mode)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    return [
      try pullback.gradient.applying(Resize(height: shape[2], width: shape[3], mode: mode))
    ]
  }
}

extension Window2D {
  /// The shape of a pooling with this window.
  func pooled(_ operation: String, _ operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(shape.count == 4, operation, operands, "four axes are needed")
    return [shape[0], shape[1]] + (try places(operation, over: shape))
  }
}
