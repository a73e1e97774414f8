// Matrix products and the fully connected layer.
import Tensors

/// The matrix product over the last two axes; leading axes broadcast. A vector counts as a row on
/// the left and as a column on the right, and its extra axis disappears from the result.
package struct MatrixProduct: ProductOperator {
  package static let name = "matmul"
  package static let arity = 2...2
  package static var onnx: [OnnxForm] { [OnnxForm("MatMul") { Self() }] }
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, y) = (operands[0].shape, operands[1].shape)
    if x.count == 2, y.count == 2, x[1] == y[0] { return [x[0], y[1]] }
    try ShapeRule.require(
      !x.isEmpty && !y.isEmpty, Self.name, operands, "a matrix product needs axes")
    let (left, right) = (x.count == 1 ? [1] + x : x, y.count == 1 ? y + [1] : y)
    try ShapeRule.require(
      left[left.count - 1] == right[right.count - 2], Self.name, operands,
      "the first has \(left[left.count - 1]) columns and the second \(right[right.count - 2]) rows")
    let batch = try ShapeRule.broadcast(
      Self.name, Array(left.dropLast(2)), Array(right.dropLast(2)))
    return batch + (x.count == 1 ? [] : [left[left.count - 2]])
      + (y.count == 1 ? [] : [right[right.count - 1]])
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.matmul(inputs[0], inputs[1])
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y) = (pullback.inputs[0], pullback.inputs[1])
    let left = x.shape.count == 1 ? try x.applying(ExpandAxes([0])) : x
    let right = y.shape.count == 1 ? try y.applying(ExpandAxes([1])) : y
    let rows = left.shape[left.shape.count - 2]
    let columns = right.shape[right.shape.count - 1]
    let batch = pullback.output.shape.dropLast(
      (x.shape.count == 1 ? 0 : 1) + (y.shape.count == 1 ? 0 : 1))
    let gradient = try pullback.gradient.reshaped(Array(batch) + [rows, columns])
    return [
      try pullback.want(0) { () throws(GraphError) in
        try apply(MatrixProduct(), [gradient, right.matrixTransposed()])
          .summed(to: left.shape).reshaped(x.shape)
      },
      try pullback.want(1) { () throws(GraphError) in
        try apply(MatrixProduct(), [left.matrixTransposed(), gradient])
          .summed(to: right.shape).reshaped(y.shape)
      },
    ]
  }

  package var relevance: RelevanceBehaviour { .linear(.dense) }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    guard let inner = operands[0].shape.last, let result = try? shape(of: operands) else {
      return 0
    }
    return result.reduce(inner, &*)
  }
}

extension Variable {
  /// The last two axes exchanged.
  package func matrixTransposed() throws(GraphError) -> Variable {
    var order = Array(shape.indices)
    order.swapAt(order.count - 2, order.count - 1)
    return try applying(Transpose(order))
  }
}

/// The fully connected layer: x [..., i] by weight [o, i] transposed, plus bias [o] if there is
/// one: [..., o].
package struct Linear: ProductOperator {
  package static let name = "linear"
  package static let arity = 2...3
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Gemm") { attributes throws(GraphError) in
        for (name, only) in [("alpha", 1.0), ("beta", 1), ("transA", 0), ("transB", 1)] {
          let found = try attributes.float(name, name == "transB" ? 0 : only)
          guard found == only else {
            throw .attribute(
              operation: "Gemm", name: name, found: "\(found)", expected: "\(only)")
          }
        }
        return Self()
      }
    ]
  }
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, weight) = (operands[0].shape, operands[1].shape)
    guard weight.count == 2, let last = x.last, last == weight[1] else {
      throw .shapes(
        operation: Self.name, shapes: operands.map(\.shape),
        reason: "the last axis of the first must have the weight's second size")
    }
    if operands.count == 3 {
      try ShapeRule.require(
        operands[2].shape == [weight[0]], Self.name, operands,
        "the bias needs \(weight[0]) elements")
    }
    return x.dropLast() + [weight[0]]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.linear(inputs[0], weight: inputs[1], bias: inputs.count == 3 ? inputs[2] : nil)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, weight, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    let rows = try ShapeRule.count(Self.name, x.shape.dropLast())
    let parts = [
      try pullback.want(0) { () throws(GraphError) in
        // As a layer with the turned weight, whose packed form is kept.
        try apply(Linear(), [gradient, weight.matrixTransposed()])
      },
      try pullback.want(1) { () throws(GraphError) in
        let flat = try gradient.reshaped([rows, outputs]).matrixTransposed()
        return try apply(MatrixProduct(), [flat, x.reshaped([rows, inputs])])
      },
      try pullback.want(2) { () throws(GraphError) in
        try gradient.reshaped([rows, outputs]).sum([0])
      },
    ]
    return Array(parts.prefix(pullback.inputs.count))
  }

  package var relevance: RelevanceBehaviour { .linear(.dense) }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    operands[0].shape.reduce(operands[1].shape[0], &*)
  }
}
