// Operators that take parts of a tensor or put parts together: slice, place, concatenate, pad.
import Tensors

/// `count` elements along an axis, from `from` on, every `step`-th (backwards if negative).
package struct SliceAxis: LinearOperator {
  package static let name = "slice"
  package let axis, from, count, step: Int

  package init(_ axis: Int, from: Int, count: Int, step: Int = 1) {
    self.axis = axis
    self.from = from
    self.count = count
    self.step = step
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var shape = operands[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    let size = shape[axis]
    let reach = (count &- 1).multipliedReportingOverflow(by: step)
    let last = reach.partialValue.addingReportingOverflow(from)
    let fits =
      count == 0
      || (count > 0 && step != 0 && from >= 0 && from < size && !reach.overflow && !last.overflow
        && last.partialValue >= 0 && last.partialValue < size)
    try ShapeRule.require(
      fits, Self.name, operands,
      "\(count) elements from \(from) with step \(step) reach outside of axis \(self.axis)")
    shape[axis] = count
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try inputs[0].sliced(axis: axis, from: count == 0 ? 0 : from, count: count, step: step)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try placed(pullback.gradient, in: pullback.inputs[0].shape)]
  }

  /// The adjoint: zeros of `shape` with `gradient` where the slice is taken.
  func placed(_ gradient: Variable, in shape: [Int]) throws(GraphError) -> Variable {
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    let size = shape[axis]
    if step == 1 || count == 0 {
      var (low, high) = (shape.map { _ in 0 }, shape.map { _ in 0 })
      low[axis] = count == 0 ? 0 : from
      high[axis] = size - count - low[axis]
      return try gradient.applying(Pad(low: low, high: high))
    }
    let places = try Variable.make(Self.name) { () throws(TensorError) in
      try .arange(count, from: Double(from), step: Double(step), .i64)
    }
    return try apply(ScatterAdd(axis, size: size), [gradient, places])
  }
}

/// Tensors one after the other along an axis.
package struct Concatenate: Operator {
  package static let name = "concatenate"
  package static let arity = 1...Int.max
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Concat") { attributes throws(GraphError) in
        Concatenate(try attributes.integer("axis", 0))
      }
    ]
  }
  package let axis: Int

  package init(_ axis: Int) { self.axis = axis }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var shape = operands[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    shape[axis] = 0
    for operand in operands {
      let fits =
        operand.shape.count == shape.count
        && shape.indices.allSatisfy { $0 == axis || operand.shape[$0] == shape[$0] }
      try ShapeRule.require(
        fits, Self.name, operands, "the sizes must agree in every axis but \(self.axis)")
      shape[axis] += operand.shape[axis]
    }
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.concatenate(inputs, axis: axis)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let axis = try ShapeRule.axis(Self.name, axis, of: pullback.gradient.shape)
    var from = 0
    var parts: [Variable?] = []
    for (index, input) in pullback.inputs.enumerated() {
      let count = input.shape[axis]
      let start = from
      from += count
      parts.append(
        try pullback.want(index) { () throws(GraphError) in
          try pullback.gradient.applying(SliceAxis(axis, from: start, count: count))
        })
    }
    return parts
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    var parts: [Variable] = []
    for (tangent, input) in zip(pushforward.tangents, pushforward.inputs) {
      let part = if let tangent { tangent } else { try Variable.zeros(like: input) }
      parts.append(part)
    }
    return try apply(self, parts)
  }
}

/// With `low[i]` elements of `value` before and `high[i]` after axis i; negative numbers cut off.
package struct Pad: Operator {
  package static let name = "pad"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Pad", parameters: [1, 2]) { attributes throws(GraphError) in
        let mode = try attributes.text("mode", "constant")
        let pads = try attributes.integers(1, or: "pads")
        let (low, high) = (
          Array(pads.prefix(pads.count / 2)), Array(pads.suffix(pads.count / 2))
        )
        if let border = BorderMode(rawValue: mode) {
          return BorderPad(low: low, high: high, mode: border)
        }
        guard mode == "constant" else {
          throw .attribute(
            operation: "Pad", name: "mode", found: mode,
            expected: "constant, reflect, edge or wrap")
        }
        return Pad(low: low, high: high, value: try attributes.number(2, or: "value", 0))
      }
    ]
  }
  package let low, high: [Int]
  package let value: Double

  package init(low: [Int], high: [Int], value: Double = 0) {
    self.low = low
    self.high = high
    self.value = value
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      low.count == shape.count && high.count == shape.count, Self.name, operands,
      "\(low.count) and \(high.count) widths are given, one an axis is needed")
    var result: [Int] = []
    for axis in shape.indices {
      let (part, first) = shape[axis].addingReportingOverflow(low[axis])
      let (size, second) = part.addingReportingOverflow(high[axis])
      try ShapeRule.require(
        !first && !second && size >= 0 && part >= 0, Self.name, operands,
        "the widths \(low[axis]) and \(high[axis]) do not fit axis \(axis)")
      result.append(size)
    }
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.pad(inputs[0], low: low, high: high, value: value)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(Pad(low: low.map { -$0 }, high: high.map { -$0 }))]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try pushforward.tangent(0)?.applying(Pad(low: low, high: high))
  }
}
