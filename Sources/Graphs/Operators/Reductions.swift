// Reductions over axes: sum, mean, maximum, minimum, product, and the places of extremes.
import Tensors

/// A reduction over `axes` (counted from the end if negative; none given means all of them).
package protocol ReductionOperator: Operator {
  init(_ axes: [Int], keep: Bool)
  /// The axes that disappear, or become 1 with `keep`.
  var axes: [Int] { get }
  var keep: Bool { get }
  /// The kernel that computes it.
  static var kernel: ReduceKernel { get }
}

extension ReductionOperator {
  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.reduced(Self.name, operands[0].shape, axes: axes, keep: keep)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.reduce(Self.kernel, inputs[0], axes: axes, keep: keep)
  }

  /// Each element goes into one result, so the derivative at ones holds all slopes.
  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0),
      let slopes = try pushforward.pulled(.filled(1, like: pushforward.output), through: self)[0]
    else { return nil }
    return try (tangent * slopes).applying(Sum(axes, keep: keep))
  }

  /// The ONNX form: axes as attribute (before opset 13 or 18) or as second input, keepdims 1 by
  /// default; an empty list of axes with noop_with_empty_axes leaves the operand as it is.
  static func onnxForm(_ name: String) -> OnnxForm {
    OnnxForm(name, parameters: [1]) { attributes throws(GraphError) in
      let axes = try attributes.integers(1, or: "axes")
      if axes.isEmpty, try attributes.integer("noop_with_empty_axes", 0) != 0 { return Identity() }
      return Self(axes, keep: try attributes.integer("keepdims", 1) != 0)
    }
  }

  /// A result of the reduction (or its gradient) with the reduced axes as ones, so that it
  /// broadcasts against the operand.
  func aligned(_ result: Variable, to shape: [Int]) throws(GraphError) -> Variable {
    try result.reshaped(ShapeRule.reduced(Self.name, shape, axes: axes, keep: true))
  }

  /// The number of elements that go into each result.
  func length(of shape: [Int]) throws(GraphError) -> Int {
    try ShapeRule.axes(Self.name, axes, of: shape).reduce(1) { $0 * shape[$1] }
  }
}

/// The sum over axes.
package struct Sum: ReductionOperator {
  package static let name = "sum"
  package static let kernel = ReduceKernel.sum
  package static var onnx: [OnnxForm] { [onnxForm("ReduceSum")] }
  package let axes: [Int]
  package let keep: Bool

  package init(_ axes: [Int] = [], keep: Bool = false) {
    self.axes = axes
    self.keep = keep
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    return [try aligned(pullback.gradient, to: shape).applying(BroadcastTo(shape))]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try pushforward.tangent(0)?.applying(self)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The mean over axes.
package struct Mean: ReductionOperator {
  package static let name = "mean"
  package static let kernel = ReduceKernel.mean
  package static var onnx: [OnnxForm] { [onnxForm("ReduceMean")] }
  package let axes: [Int]
  package let keep: Bool

  package init(_ axes: [Int] = [], keep: Bool = false) {
    self.axes = axes
    self.keep = keep
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let scaled = try pullback.gradient * (1 / Double(try length(of: shape)))
    return [try aligned(scaled, to: shape).applying(BroadcastTo(shape))]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try pushforward.tangent(0)?.applying(self)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The maximum over axes; equal maxima share the gradient equally, as in PyTorch's amax.
package struct Max: ReductionOperator {
  package static let name = "max"
  package static let kernel = ReduceKernel.max
  package static var onnx: [OnnxForm] { [onnxForm("ReduceMax")] }
  package let axes: [Int]
  package let keep: Bool

  package init(_ axes: [Int] = [], keep: Bool = false) {
    self.axes = axes
    self.keep = keep
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try extremeDerivative(self, pullback)]
  }
}

/// The minimum over axes; equal minima share the gradient equally, as in PyTorch's amin.
package struct Min: ReductionOperator {
  package static let name = "min"
  package static let kernel = ReduceKernel.min
  package static var onnx: [OnnxForm] { [onnxForm("ReduceMin")] }
  package let axes: [Int]
  package let keep: Bool

  package init(_ axes: [Int] = [], keep: Bool = false) {
    self.axes = axes
    self.keep = keep
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try extremeDerivative(self, pullback)]
  }
}

/// The gradient, shared equally among the elements that equal the result.
private func extremeDerivative(
  _ operation: some ReductionOperator, _ pullback: Pullback
) throws(GraphError) -> Variable {
  let x = pullback.inputs[0]
  let extreme = try operation.aligned(pullback.output.detached(), to: x.shape)
  let chosen = try apply(Equal(), [x.detached(), extreme])
    .applying(Cast(to: pullback.gradient.value.type))
  var ties = try chosen.sum(operation.axes, keep: true)
  // There is always one, which bounds could not know.
  if ties.isMapped { ties = try apply(Maximum(), ties, .number(1, like: ties)) }
  let share = try operation.aligned(pullback.gradient, to: x.shape) / ties
  return try chosen * share
}

/// The product over axes. The derivative is the product of the others, also where elements are
/// zero.
package struct Product: ReductionOperator {
  package static let name = "product"
  package static let kernel = ReduceKernel.product
  package static var onnx: [OnnxForm] { [onnxForm("ReduceProd")] }
  package let axes: [Int]
  package let keep: Bool

  package init(_ axes: [Int] = [], keep: Bool = false) {
    self.axes = axes
    self.keep = keep
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    let gradient = try aligned(pullback.gradient, to: x.shape)
    let reduced = try ShapeRule.axes(Self.name, axes, of: x.shape)
    let kept = x.shape.indices.filter { !reduced.contains($0) }
    let order = kept + reduced
    let length = try length(of: x.shape)
    let lines = try x.applying(Transpose(order))
      .reshaped(kept.map { x.shape[$0] } + [1, length])
    let others = try apply(
      Select(), [try Variable.identityMask(length), .number(1, like: x), lines]
    ).applying(Product([-1], keep: false))
    let back = order.indices.map { position in order.firstIndex(of: position) ?? position }
    let restored = try others.reshaped(order.map { x.shape[$0] }).applying(Transpose(back))
    return [try gradient * restored]
  }
}

extension Variable {
  /// true on the diagonal of a square.
  static func identityMask(_ size: Int) throws(GraphError) -> Variable {
    try make("product") { () throws(TensorError) in
      let row = try Tensor.arange(size, .i64)
      return try Kernels.binary(.equal, row, row.reshaped([size, 1]))
    }
  }
}

/// The index of the largest element along an axis, the first of equals; no gradient passes.
package struct ArgMax: UndifferentiatedOperator {
  package static let name = "argmax"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("ArgMax") { attributes throws(GraphError) in
        ArgMax(
          try attributes.integer("axis", 0), keep: try attributes.integer("keepdims", 1) != 0)
      }
    ]
  }
  package let axis: Int
  package let keep: Bool

  package init(_ axis: Int, keep: Bool = false) {
    self.axis = axis
    self.keep = keep
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.reduced(Self.name, operands[0].shape, axes: [axis], keep: keep)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.argmax(inputs[0], axis: axis, keep: keep)
  }
}

/// The index of the smallest element along an axis, the first of equals; no gradient passes.
package struct ArgMin: UndifferentiatedOperator {
  package static let name = "argmin"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("ArgMin") { attributes throws(GraphError) in
        ArgMin(
          try attributes.integer("axis", 0), keep: try attributes.integer("keepdims", 1) != 0)
      }
    ]
  }
  package let axis: Int
  package let keep: Bool

  package init(_ axis: Int, keep: Bool = false) {
    self.axis = axis
    self.keep = keep
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.reduced(Self.name, operands[0].shape, axes: [axis], keep: keep)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.argmin(inputs[0], axis: axis, keep: keep)
  }
}
