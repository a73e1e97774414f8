// Operators on parts of matrices: diagonals and triangles.
import Tensors

/// The diagonal of the last two axes, `offset` places to the right of the main one.
package struct Diagonal: LinearOperator {
  package static let name = "diagonal"
  package let offset: Int

  package init(_ offset: Int = 0) { self.offset = offset }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (rows, columns) = try ShapeRule.matrix(Self.name, operands)
    return operands[0].shape.dropLast(2) + [Shape.diagonal(rows, columns, offset)]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try inputs[0].diagonal(offset: offset)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (rows, columns) = try ShapeRule.matrix(Self.name, [Operand(pullback.inputs[0].shape)])
    return [
      try pullback.gradient.applying(PlaceDiagonal(rows: rows, columns: columns, offset: offset))
    ]
  }
}

/// Zeros [..., rows, columns] with the operand [..., k] on the diagonal `offset` places to the right of the main one.
package struct PlaceDiagonal: LinearOperator {
  package static let name = "place diagonal"
  package let rows, columns, offset: Int

  package init(rows: Int, columns: Int, offset: Int = 0) {
    self.rows = rows
    self.columns = columns
    self.offset = offset
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    try ShapeRule.require(
      rows >= 0 && columns >= 0 && shape.last == Shape.diagonal(rows, columns, offset), Self.name,
      operands, "diagonal \(offset) of \(rows) rows and \(columns) columns has another length")
    return shape.dropLast() + [rows, columns]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.placeDiagonal(inputs[0], rows: rows, columns: columns, offset: offset)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(Diagonal(offset))]
  }
}

/// The matrices in the last two axes with zeros below (`upper`) or above the diagonal `offset` places to the right of the
/// main one.
package struct Triangle: LinearOperator {
  package static let name = "triangle"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Trilu", parameters: [1]) { attributes throws(GraphError) in
        Triangle(
          upper: try attributes.integer("upper", 1) != 0,
          attributes.parameter(1)?.integers.first ?? 0)
      }
    ]
  }
  package let upper: Bool
  package let offset: Int

  package init(upper: Bool, _ offset: Int = 0) {
    self.upper = upper
    self.offset = offset
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.matrix(Self.name, operands)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.triangle(inputs[0], upper: upper, offset: offset)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(Triangle(upper: upper, offset))]
  }
}
