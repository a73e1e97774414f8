// Parts of matrices: diagonals and triangles.

extension Tensor {
  /// The diagonal of the matrices in the last two axes, `offset` places to the right of the main one: a view […, k].
  package func diagonal(offset: Int = 0) throws(TensorError) -> Tensor {
    guard rank >= 2 else {
      throw .shapes(operation: "diagonal", shapes: [shape], reason: "a matrix has two axes")
    }
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let length = Shape.diagonal(rows, columns, offset)
    let (row, column) = (strides[rank - 2], strides[rank - 1])
    let extents = Array(shape.dropLast(2)) + [length]
    let start = length == 0 ? 0 : offset < 0 ? -offset * row : offset * column
    return Tensor(
      storage: storage, offset: self.offset + start, shape: extents,
      strides: Array(strides.dropLast(2)) + [row + column], type: type,
      count: try Shape.count(extents))
  }
}

extension Shape {
  /// The number of elements of a diagonal `offset` places to the right of the main one.
  package static func diagonal(_ rows: Int, _ columns: Int, _ offset: Int) -> Int {
    guard offset > -rows, offset < columns else { return 0 }
    return min(min(rows, rows + offset), min(columns, columns - offset))
  }
}

extension Kernels {
  /// Zeros […, rows, columns] with `x` […, k] on the diagonal `offset` places to the right of the main one, which must
  /// have k elements.
  package static func placeDiagonal(
    _ x: Tensor, rows: Int, columns: Int, offset: Int
  ) throws(TensorError) -> Tensor {
    guard let length = x.shape.last, rows >= 0, columns >= 0,
      Shape.diagonal(rows, columns, offset) == length
    else {
      throw .shapes(
        operation: "place diagonal", shapes: [x.shape, [rows, columns]],
        reason: "the numbers do not fill the diagonal")
    }
    let result = try Tensor.zeros(x.shape.dropLast() + [rows, columns], x.type)
    try result.diagonal(offset: offset).fill(converting: x)
    return result
  }

  /// The matrices of `x` […, m, n] with zeros outside of a triangle: below the diagonal `offset` places to the right
  /// of the main one if `upper`, else above it. What is outside is not read.
  package static func triangle(
    _ x: Tensor, upper: Bool, offset: Int
  ) throws(TensorError) -> Tensor {
    guard x.rank >= 2 else {
      throw .shapes(operation: "triangle", shapes: [x.shape], reason: "a matrix has two axes")
    }
    let result = try Tensor.zeros(x.shape, x.type)
    let columns = x.shape[x.rank - 1]
    for row in 0..<x.shape[x.rank - 2] where x.count > 0 {
      if Interruption.requested { throw .interrupted(operation: "triangle") }
      // The columns from `edge` on are at or to the right of the diagonal.
      let (reach, overflow) = row.addingReportingOverflow(offset)
      let edge = overflow ? columns : min(max(reach, 0), columns)
      let past = overflow ? columns : min(max(reach, -1), columns - 1) + 1
      let (from, count) = upper ? (edge, columns - edge) : (0, past)
      guard count > 0 else { continue }
      func part(_ whole: Tensor) throws(TensorError) -> Tensor {
        try whole.sliced(axis: -2, from: row, count: 1).sliced(axis: -1, from: from, count: count)
      }
      try part(result).fill(converting: part(x))
    }
    return result
  }
}
