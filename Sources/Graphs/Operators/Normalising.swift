// Operators along one axis or one channel: softmax, its logarithm, cumulative sum, batch
// normalisation.
import Tensors

/// e^x / Σ e^x along an axis. As in Achtibat et al. (2024), relevance follows x · vjp(R / y).
package struct Softmax: SymmetricOperator {
  package static let name = "softmax"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Softmax") { attributes throws(GraphError) in
        Softmax(try attributes.integer("axis", -1))
      }
    ]
  }
  package let axis: Int

  package init(_ axis: Int) { self.axis = axis }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.softmax(inputs[0], axis: axis)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (y, gradient) = (pullback.output, pullback.gradient)
    if pullback.isPlain, [-1, y.rank - 1].contains(axis) {
      let found: Tensor?
      do throws(TensorError) {
        found = try Kernels.softmaxGradient(gradient.value, y.value)
      } catch {
        throw .tensor(operation: Self.name, layer: Recording.layer, error)
      }
      if let found { return [Variable(found)] }
    }
    return [try y * (gradient - (gradient * y).sum([axis], keep: true))]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// x - log Σ e^x along an axis.
package struct LogSoftmax: Operator {
  package static let name = "log softmax"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("LogSoftmax") { attributes throws(GraphError) in
        LogSoftmax(try attributes.integer("axis", -1))
      }
    ]
  }
  package let axis: Int

  package init(_ axis: Int) { self.axis = axis }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.logSoftmax(inputs[0], axis: axis)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let gradient = pullback.gradient
    let probabilities = try pullback.output.applying(Exp())
    return [try gradient - probabilities * gradient.sum([axis], keep: true)]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0) else { return nil }
    let probabilities = try pushforward.output.applying(Exp())
    return try tangent - (probabilities * tangent).sum([axis], keep: true)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// Sums of the elements up to each place along an axis (from each place on, if reversed).
package struct CumulativeSum: LinearOperator {
  package static let name = "cumulative sum"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("CumSum", parameters: [1]) { attributes throws(GraphError) in
        guard try attributes.integer("exclusive", 0) == 0 else {
          throw .attribute(
            operation: "CumSum", name: "exclusive", found: "1", expected: "0")
        }
        return CumulativeSum(
          attributes.parameter(1)?.integers.first ?? 0,
          reversed: try attributes.integer("reverse", 0) != 0)
      }
    ]
  }
  package let axis: Int
  package let reversed: Bool

  package init(_ axis: Int, reversed: Bool = false) {
    self.axis = axis
    self.reversed = reversed
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let x = inputs[0]
    guard reversed else { return try Kernels.cumulativeSum(x, axis: axis) }
    let size = x.shape[try Shape.axis(axis, of: x.shape, Self.name)]
    guard size > 0 else { return x }
    let flipped = try x.sliced(axis: axis, from: size - 1, count: size, step: -1)
    return try Kernels.cumulativeSum(flipped, axis: axis)
      .sliced(axis: axis, from: size - 1, count: size, step: -1)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(CumulativeSum(axis, reversed: !reversed))]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// Batch normalisation with fixed statistics: scale (x - mean) / √(variance + epsilon) + shift.
///
/// Operands: x [n, c, …], scale [c], shift [c], mean [c], variance [c] (Ioffe and Szegedy 2015,
/// algorithm 2).
package struct BatchNormalisation: Operator {
  package static let name = "batch normalisation"
  package static let arity = 5...5
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("BatchNormalization") { attributes throws(GraphError) in
        BatchNormalisation(epsilon: try attributes.float("epsilon", 1e-5))
      }
    ]
  }
  package let epsilon: Double

  package init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      shape.count >= 2, Self.name, operands, "the first operand needs a channel axis, its second")
    for operand in operands.dropFirst() {
      try ShapeRule.require(
        operand.shape == [shape[1]], Self.name, operands,
        "scale, shift, mean and variance must each have \(shape[1]) elements, one a channel")
    }
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let x = inputs[0]
    let channel = BatchNormalisation.channelShape(x.shape)
    let (factor, offset) = try factorAndOffset(inputs)
    let scaled = try Kernels.binary(.multiply, x, factor.reshaped(channel))
    return try Kernels.binary(.add, scaled, offset.reshaped(channel))
  }

  /// The same as one multiplication and one addition a channel: y = factor · x + offset.
  private func factorAndOffset(_ inputs: [Tensor]) throws(TensorError) -> (Tensor, Tensor) {
    let stabilised = try Kernels.binary(.add, inputs[4], .scalar(epsilon, inputs[4].type))
    let factor = try Kernels.binary(.divide, inputs[1], Kernels.unary(.sqrt, stabilised))
    let offset = try Kernels.binary(
      .subtract, inputs[2], Kernels.binary(.multiply, inputs[3], factor))
    return (factor, offset)
  }

  /// The shape with which a vector over channels broadcasts against x.
  static func channelShape(_ shape: [Int]) -> [Int] {
    shape.indices.map { $0 == 1 ? shape[1] : 1 }
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (inputs, gradient) = (pullback.inputs, pullback.gradient)
    let x = inputs[0]
    let channel = BatchNormalisation.channelShape(x.shape)
    let others = x.shape.indices.filter { $0 != 1 }
    let inverse = try (inputs[4] + epsilon).applying(SquareRoot()).applying(Reciprocal())
    func total(_ term: Variable) throws(GraphError) -> Variable { try term.sum(others) }
    func centred() throws(GraphError) -> Variable {
      try total(gradient * (x - inputs[3].reshaped(channel)))
    }
    return [
      try pullback.want(0) { () throws(GraphError) in
        try gradient * (inputs[1] * inverse).reshaped(channel)
      },
      try pullback.want(1) { () throws(GraphError) in try centred() * inverse },
      try pullback.want(2) { () throws(GraphError) in try total(gradient) },
      try pullback.want(3) { () throws(GraphError) in
        try -(total(gradient) * inputs[1] * inverse)
      },
      try pullback.want(4) { () throws(GraphError) in
        try centred() * inputs[1] * inverse * inverse * inverse * -0.5
      },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    // Element by element in x, so that its derivative takes a tangent as it takes a gradient.
    guard let tangent = pushforward.tangent(0),
      pushforward.tangents.dropFirst().allSatisfy({ $0 == nil })
    else { return try tangentByReversing(pushforward) }
    return try pushforward.pulled(tangent, through: self)[0]
  }

  package var relevance: RelevanceBehaviour { .normalisation }
}
