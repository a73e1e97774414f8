// Operators that change only the shape or the order of axes: their results are views where
// possible.
import Tensors

/// The same elements in another shape; one size may be -1 and is then worked out.
package struct Reshape: LinearOperator, RegroupingOperator {
  package static let name = "reshape"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Reshape", parameters: [1]) { attributes throws(GraphError) in
        Reshape(
          try attributes.requiredParameter(1).integers,
          zeroCopies: try attributes.integer("allowzero", 0) == 0)
      }
    ]
  }
  /// The sizes asked for.
  package let sizes: [Int]
  /// Whether a size of 0 means the operand's size at that axis (ONNX).
  package let zeroCopies: Bool

  package init(_ sizes: [Int], zeroCopies: Bool = false) {
    self.sizes = sizes
    self.zeroCopies = zeroCopies
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let from = operands[0].shape
    var result = sizes
    if zeroCopies {
      for axis in result.indices where result[axis] == 0 && axis < from.count {
        result[axis] = from[axis]
      }
    }
    let count = try ShapeRule.count(Self.name, from)
    let open = result.indices.filter { result[$0] == -1 }
    let known = try ShapeRule.count(Self.name, result.filter { $0 != -1 })
    if let axis = open.first, open.count == 1, known > 0, count % known == 0 {
      result[axis] = count / known
      return result
    }
    try ShapeRule.require(
      open.isEmpty && known == count, Self.name, operands + [Operand(sizes)],
      "\(count) elements do not fill the shape \(sizes)")
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    guard let shape = try? shape(of: [Operand(inputs[0].shape)]) else {
      return try inputs[0].reshaped(sizes)
    }
    return try inputs[0].reshaped(shape)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.reshaped(pullback.inputs[0].shape)]
  }
}

/// The axes from `axis` on as one, those before it as another: [a, b, c, d] becomes [a, b·c·d].
package struct Flatten: LinearOperator, RegroupingOperator {
  package static let name = "flatten"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Flatten") { attributes throws(GraphError) in
        Flatten(try attributes.integer("axis", 1))
      }
    ]
  }
  package let axis: Int

  package init(_ axis: Int = 1) { self.axis = axis }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    let axis = axis < 0 ? axis &+ shape.count : axis
    try ShapeRule.require(
      axis >= 0 && axis <= shape.count, Self.name, operands,
      "there is no axis \(self.axis) to flatten from")
    return [
      try ShapeRule.count(Self.name, Array(shape[..<axis])),
      try ShapeRule.count(Self.name, Array(shape[axis...])),
    ]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let x = inputs[0]
    guard let shape = try? shape(of: [Operand(x.shape)]) else {
      throw .axis(operation: Self.name, axis: axis, shape: x.shape)
    }
    return try x.reshaped(shape)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.reshaped(pullback.inputs[0].shape)]
  }
}

/// The axes in another order: axis i of the result is axis order[i] of the operand.
package struct Transpose: LinearOperator {
  package static let name = "transpose"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Transpose") { attributes throws(GraphError) in
        Transpose(try attributes.integers("perm", []))
      }
    ]
  }
  /// The order; empty for all axes reversed.
  package let order: [Int]

  package init(_ order: [Int] = []) { self.order = order }

  func order(rank: Int) -> [Int] {
    order.isEmpty ? Array((0..<rank).reversed()) : order.map { $0 < 0 ? $0 &+ rank : $0 }
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    let order = order(rank: shape.count)
    try ShapeRule.require(
      order.sorted() == Array(shape.indices), Self.name, operands,
      "the order \(self.order) does not name each axis once")
    return order.map { shape[$0] }
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try inputs[0].permuted(order(rank: inputs[0].rank))
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let order = order(rank: pullback.inputs[0].shape.count)
    var back = order
    for (position, axis) in order.enumerated() { back[axis] = position }
    return [try pullback.gradient.applying(Transpose(back))]
  }
}

/// Repeated along axes of size 1, and along new leading axes, so that it has the shape to which the
/// operand's shape and `sizes` broadcast.
package struct BroadcastTo: LinearOperator {
  package static let name = "broadcast"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Expand", parameters: [1]) { attributes throws(GraphError) in
        BroadcastTo(try attributes.requiredParameter(1).integers)
      }
    ]
  }
  package let sizes: [Int]

  package init(_ sizes: [Int]) { self.sizes = sizes }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.broadcast(Self.name, operands[0].shape, sizes)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try inputs[0].broadcast(to: Shape.broadcast(inputs[0].shape, sizes, Self.name))
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.summed(to: pullback.inputs[0].shape)]
  }
}

/// The adjoint of broadcasting: summed over the axes along which `sizes` would have been repeated.
package struct SumTo: LinearOperator {
  package static let name = "sum to"
  package let sizes: [Int]

  package init(_ sizes: [Int]) { self.sizes = sizes }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let from = operands[0].shape
    try ShapeRule.require(
      try ShapeRule.broadcast(Self.name, sizes, from) == from, Self.name, operands,
      "\(sizes) does not broadcast to it")
    return sizes
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let x = inputs[0]
    let lead = x.rank - sizes.count
    let axes = x.shape.indices.filter {
      $0 < lead || (sizes[$0 - lead] == 1 && x.shape[$0] != 1)
    }
    guard !axes.isEmpty else { return try x.reshaped(sizes) }
    return try Kernels.reduce(.sum, x, axes: axes, keep: true).reshaped(sizes)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(BroadcastTo(pullback.inputs[0].shape))]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// With new axes of size 1 at the given places of the result.
package struct ExpandAxes: LinearOperator, RegroupingOperator {
  package static let name = "expand"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Unsqueeze", parameters: [1]) { attributes throws(GraphError) in
        ExpandAxes(try attributes.integers(1, or: "axes"))
      }
    ]
  }
  package let axes: [Int]

  package init(_ axes: [Int]) { self.axes = axes }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let rank = operands[0].shape.count + axes.count
    let places = Set(axes.map { $0 < 0 ? $0 &+ rank : $0 })
    try ShapeRule.require(
      places.count == axes.count && places.allSatisfy { $0 >= 0 && $0 < rank }, Self.name,
      operands, "the new axes \(axes) are not different places among \(rank)")
    var rest = operands[0].shape[...]
    return (0..<rank).map { places.contains($0) ? 1 : rest.popFirst() ?? 1 }
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    var result = inputs[0]
    let rank = result.rank + axes.count
    for axis in axes.map({ $0 < 0 ? $0 &+ rank : $0 }).sorted() {
      result = try result.expanded(at: axis)
    }
    return result
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.reshaped(pullback.inputs[0].shape)]
  }
}

/// Without the given axes, each of size 1; without all axes of size 1 if none is given.
package struct SqueezeAxes: LinearOperator, RegroupingOperator {
  package static let name = "squeeze"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Squeeze", parameters: [1]) { attributes throws(GraphError) in
        SqueezeAxes(try attributes.integers(1, or: "axes"))
      }
    ]
  }
  package let axes: [Int]

  package init(_ axes: [Int] = []) { self.axes = axes }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    guard !axes.isEmpty else { return shape.filter { $0 != 1 } }
    let places = Set(try ShapeRule.axes(Self.name, axes, of: shape))
    try ShapeRule.require(
      places.allSatisfy { shape[$0] == 1 }, Self.name, operands,
      "the axes \(axes) do not all have size 1")
    return shape.indices.filter { !places.contains($0) }.map { shape[$0] }
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let x = inputs[0]
    guard let shape = try? shape(of: [Operand(x.shape)]) else {
      throw .axis(operation: Self.name, axis: axes.first ?? 0, shape: x.shape)
    }
    return try x.reshaped(shape)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.reshaped(pullback.inputs[0].shape)]
  }
}

/// The operand itself.
package struct Identity: LinearOperator {
  package static let name = "identity"
  package static var onnx: [OnnxForm] {
    ["Identity", "Dropout"].map { OnnxForm($0) { Self() } }
  }
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] { operands[0].shape }
  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor { inputs[0] }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [pullback.gradient]
  }
}
