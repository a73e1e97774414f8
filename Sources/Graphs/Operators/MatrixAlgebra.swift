// What operators on matrices share: shape rules, and formulas on variables that hold matrices in their last two axes.
import Tensors

extension ShapeRule {
  /// The rows and columns of the matrices of an operand.
  static func matrix(
    _ operation: String, _ operands: [Operand], _ index: Int = 0
  ) throws(GraphError) -> (rows: Int, columns: Int) {
    let shape = operands[index].shape
    try require(shape.count >= 2, operation, operands, "a matrix has two axes")
    return (shape[shape.count - 2], shape[shape.count - 1])
  }

  /// The number of rows, and columns, of the square matrices of the first operand.
  static func square(_ operation: String, _ operands: [Operand]) throws(GraphError) -> Int {
    let (rows, columns) = try matrix(operation, operands)
    try require(
      rows == columns, operation, operands,
      "the matrix must be square, it has \(rows) rows and \(columns) columns")
    try require(
      Shape.isMatrix(rows, columns), operation, operands,
      "a matrix of more than 2^30 elements is too large")
    return rows
  }

  /// The shape [..., n, k] of x in a·x = b for a [..., m, n] and b [..., m, k].
  static func solution(_ operation: String, _ operands: [Operand]) throws(GraphError) -> [Int] {
    let (rows, columns) = try matrix(operation, operands)
    let right = try matrix(operation, operands, 1)
    try require(
      rows == right.rows, operation, operands,
      "the first has \(rows) rows and the second \(right.rows)")
    let lead = operands.map { Array($0.shape.dropLast(2)) }
    return try broadcast(operation, lead[0], lead[1]) + [columns, right.columns]
  }
}

extension Variable {
  /// The numbers of rows and columns; 1 for axes that are missing.
  var matrixSize: (rows: Int, columns: Int) {
    (shape.dropLast().last ?? 1, shape.last ?? 1)
  }

  /// self · other.
  func times(_ other: Variable) throws(GraphError) -> Variable {
    try apply(MatrixProduct(), self, other)
  }

  /// selfᵀ · other.
  func transposedTimes(_ other: Variable) throws(GraphError) -> Variable {
    try matrixTransposed().times(other)
  }

  /// self · otherᵀ.
  func timesTransposed(_ other: Variable) throws(GraphError) -> Variable {
    try times(other.matrixTransposed())
  }

  /// (self + selfᵀ) / 2.
  func symmetricPart() throws(GraphError) -> Variable { try (self + matrixTransposed()) * 0.5 }

  /// The last axis as a row [..., 1, n], to multiply the columns of a matrix with.
  func asRow() throws(GraphError) -> Variable { try applying(ExpandAxes([-2])) }

  /// The last axis as a column [..., n, 1], to multiply the rows of a matrix with.
  func asColumn() throws(GraphError) -> Variable { try applying(ExpandAxes([-1])) }

  /// A part of a line of packed results [..., total], from `start` on, with the axes `sizes` in place of the last one.
  package func part(from start: Int, _ sizes: [Int]) throws(GraphError) -> Variable {
    let count = sizes.reduce(1, *)
    return try applying(SliceAxis(-1, from: start, count: count))
      .reshaped(shape.dropLast() + sizes)
  }

  /// The identity of `size` rows and columns, of the element type of `other`.
  package static func identity(_ size: Int, like other: Variable) throws(GraphError) -> Variable {
    try make("identity") { () throws(TensorError) in
      try Kernels.placeDiagonal(
        .full([size], 1, other.value.type), rows: size, columns: size, offset: 0)
    }
  }

  /// self / divisor, and 0 where the divisor is 0 and all of `cause` in the same matrix is 0: what several equal or
  /// vanishing singular values or eigenvalues add to a gradient that does not depend on their vectors.
  func divided(by divisor: Variable, unlessZero cause: Variable) throws(GraphError) -> Variable {
    let zero = try Variable.number(0, like: self)
    let size = try cause.applying(Absolute()).applying(Max([-2, -1], keep: true))
    let idle = try apply(
      LogicalAnd(), [apply(Equal(), [size, zero]), apply(Equal(), [divisor, zero])])
    return try apply(Select(), [idle, zero, self / divisor])
  }

  /// x_j - x_i at [i, j] for x [..., n], and 1 on the diagonal.
  func differences() throws(GraphError) -> Variable {
    let size = shape.last ?? 0
    return try asRow() - asColumn() + Variable.identity(size, like: self)
  }
}
