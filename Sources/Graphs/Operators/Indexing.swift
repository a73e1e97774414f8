// Operators that read or add at computed places: gather and its adjoint, along an axis, selection,
// sorting.
import Tensors

/// The slices at the indices (operand 1, i64, any shape; negative from the end) of an axis, whose
/// place the axes of the indices take.
package struct Gather: LinearOperator {
  package static let name = "gather"
  package static let arity = 2...2
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Gather") { attributes throws(GraphError) in
        Gather(try attributes.integer("axis", 0))
      }
    ]
  }
  package let axis: Int

  package init(_ axis: Int) { self.axis = axis }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    return Array(shape[..<axis]) + operands[1].shape + Array(shape[(axis + 1)...])
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.gather(inputs[0], axis: axis, inputs[1])
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(ScatterAdd(axis, size: shape[axis]), [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// The adjoint of `Gather`: zeros with `size` elements along the axis, to which each slice of
/// operand 0 is added at its index (operand 1).
package struct ScatterAdd: LinearOperator {
  package static let name = "scatter add"
  package static let arity = 2...2
  package let axis, size: Int

  package init(_ axis: Int, size: Int) {
    self.axis = axis
    self.size = size
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (values, indices) = (operands[0].shape, operands[1].shape)
    let rank = values.count - indices.count + 1
    let axis = axis < 0 ? axis &+ rank : axis
    try ShapeRule.require(
      size >= 0 && axis >= 0 && axis < rank
        && Array(values[axis..<(axis + indices.count)]) == indices,
      Self.name, operands, "the indices' shape must stand in the values' at axis \(self.axis)")
    return Array(values[..<axis]) + [size] + Array(values[(axis + indices.count)...])
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    let (values, indices) = (inputs[0], inputs[1])
    guard let shape = try? shape(of: inputs.map { Operand($0.shape) }) else {
      throw .shapes(
        operation: Self.name, shapes: inputs.map(\.shape), reason: "the indices do not fit")
    }
    return try Kernels.scatterAdd(
      into: shape, axis: axis < 0 ? axis + shape.count : axis, indices, values)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let rank = pullback.output.shape.count
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(
        Gather(axis < 0 ? axis + rank : axis), [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// The elements at the indices (operand 1, i64) along an axis; the shapes agree in every other
/// axis.
package struct TakeAlong: LinearOperator {
  package static let name = "take along"
  package static let arity = 2...2
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("GatherElements") { attributes throws(GraphError) in
        TakeAlong(try attributes.integer("axis", 0))
      }
    ]
  }
  package let axis: Int

  package init(_ axis: Int) { self.axis = axis }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (shape, indices) = (operands[0].shape, operands[1].shape)
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    try ShapeRule.require(
      shape.count == indices.count
        && shape.indices.allSatisfy { $0 == axis || shape[$0] == indices[$0] },
      Self.name, operands, "the sizes must agree in every axis but \(self.axis)")
    return indices
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.takeAlong(inputs[0], axis: axis, inputs[1])
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(PutAlongAdd(axis, size: shape[axis]), [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// The adjoint of `TakeAlong`: zeros with `size` elements along the axis, to which each element of
/// operand 0 is added at its index (operand 1).
package struct PutAlongAdd: LinearOperator {
  package static let name = "put along"
  package static let arity = 2...2
  package let axis, size: Int

  package init(_ axis: Int, size: Int) {
    self.axis = axis
    self.size = size
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var shape = operands[0].shape
    try ShapeRule.require(
      shape == operands[1].shape && size >= 0, Self.name, operands,
      "values and indices must have one shape")
    shape[try ShapeRule.axis(Self.name, axis, of: shape)] = size
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    var shape = inputs[0].shape
    shape[try Shape.axis(axis, of: shape, Self.name)] = size
    return try Kernels.putAlongAdd(into: shape, axis: axis, inputs[1], inputs[0])
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let gradient = try pullback.want(0) { () throws(GraphError) in
      try apply(TakeAlong(axis), [pullback.gradient, pullback.inputs[1]])
    }
    return [gradient, nil]
  }
}

/// Operand 1 where operand 0 (bool) is true, operand 2 elsewhere; the three broadcast.
package struct Select: Operator {
  package static let name = "select"
  package static let arity = 3...3
  package static var onnx: [OnnxForm] { [OnnxForm("Where") { Self() }] }
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let chosen = try ShapeRule.broadcast(Self.name, operands[1].shape, operands[2].shape)
    return try ShapeRule.broadcast(Self.name, operands[0].shape, chosen)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.select(inputs[0], inputs[1], inputs[2])
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (mask, gradient) = (pullback.inputs[0], pullback.gradient)
    let (x, y) = (pullback.inputs[1], pullback.inputs[2])
    return [
      nil,
      try pullback.want(1) { () throws(GraphError) in
        try apply(Select(), [mask, gradient, .number(0, like: gradient)]).summed(to: x.shape)
      },
      try pullback.want(2) { () throws(GraphError) in
        try apply(Select(), [mask, .number(0, like: gradient), gradient]).summed(to: y.shape)
      },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    let mask = pushforward.inputs[0]
    guard let some = pushforward.tangent(1) ?? pushforward.tangent(2) else { return nil }
    let zero = try Variable.number(0, like: some)
    let chosen = try apply(
      Select(), [mask, pushforward.tangent(1) ?? zero, pushforward.tangent(2) ?? zero])
    return try pushforward.sum([chosen])
  }
}

/// The elements in order along an axis; equal ones keep their order.
package struct SortAxis: Operator {
  package static let name = "sort"
  package let axis: Int
  package let descending: Bool

  package init(_ axis: Int, descending: Bool = false) {
    self.axis = axis
    self.descending = descending
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.sort(inputs[0], axis: axis, descending: descending)
  }

  package func evaluateSaving(
    _ inputs: [Tensor]
  ) throws(TensorError) -> (output: Tensor, saved: Tensor?) {
    let order = try Kernels.argsort(inputs[0], axis: axis, descending: descending)
    return (try Kernels.takeAlong(inputs[0], axis: axis, order), order)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    let size = x.shape[try ShapeRule.axis(Self.name, axis, of: x.shape)]
    let order = try order(of: x, pullback.saved)
    return [try apply(PutAlongAdd(axis, size: size), [pullback.gradient, order])]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0) else { return nil }
    let order = try order(of: pushforward.inputs[0], pushforward.saved)
    return try apply(TakeAlong(axis), [tangent, order])
  }

  private func order(of x: Variable, _ saved: Tensor?) throws(GraphError) -> Variable {
    if let saved { return Variable(saved) }
    return try x.applying(ArgSort(axis, descending: descending))
  }
}

/// The indices that would sort along an axis, as i64; no gradient passes.
package struct ArgSort: UndifferentiatedOperator {
  package static let name = "argsort"
  package let axis: Int
  package let descending: Bool

  package init(_ axis: Int, descending: Bool = false) {
    self.axis = axis
    self.descending = descending
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.axis(Self.name, axis, of: operands[0].shape)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.argsort(inputs[0], axis: axis, descending: descending)
  }
}
