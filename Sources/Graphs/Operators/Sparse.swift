// Products with sparse matrices: the places of the entries are fixed, their values an operand.
import Tensors

/// A · x of the values [entries] of a sparse matrix A (operand 0) and x […, columns, k] (operand 1): […, rows, k].
package struct SparseProduct: ProductOperator {
  package static let name = "sparse product"
  package static let arity = 2...2
  /// Where the values stand.
  package let pattern: SparsePattern
  package var relevance: RelevanceBehaviour { .product }

  package init(_ pattern: SparsePattern) { self.pattern = pattern }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var shape = operands[1].shape
    try ShapeRule.require(
      operands[0].shape == [pattern.count] && shape.count >= 2
        && shape[shape.count - 2] == pattern.columns, Self.name,
      [Operand([pattern.rows, pattern.columns]), operands[1]],
      "the first has \(pattern.columns) columns, which must be the rows of the second")
    shape[shape.count - 2] = pattern.rows
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.sparseProduct(pattern, inputs[0], inputs[1])
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (values, x, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in
        try apply(SampledProduct(pattern), [gradient, x])
      },
      try pullback.want(1) { () throws(GraphError) in
        try transposedProduct(pattern, values, gradient)
      },
    ]
  }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    operands[1].shape.dropLast(2).reduce(pattern.count &* (operands[1].shape.last ?? 0), &*)
  }
}

/// For each entry of a sparse pattern the product of row r of x […, rows, k] and row c of y […, columns, k], summed over
/// the leading axes: the adjoint of `SparseProduct` in its values.
package struct SampledProduct: ProductOperator {
  package static let name = "sampled product"
  package static let arity = 2...2
  package let pattern: SparsePattern
  package var relevance: RelevanceBehaviour { .product }

  package init(_ pattern: SparsePattern) { self.pattern = pattern }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let (x, y) = (operands[0].shape, operands[1].shape)
    try ShapeRule.require(
      x.count >= 2 && x.count == y.count && x.dropLast(2) == y.dropLast(2) && x.last == y.last
        && x[x.count - 2] == pattern.rows && y[y.count - 2] == pattern.columns, Self.name, operands,
      "the pattern has \(pattern.rows) rows and \(pattern.columns) columns")
    return [pattern.count]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.sampledProduct(pattern, inputs[0], inputs[1])
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (x, y, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    return [
      try pullback.want(0) { () throws(GraphError) in
        try apply(SparseProduct(pattern), [gradient, y])
      },
      try pullback.want(1) { () throws(GraphError) in
        try transposedProduct(pattern, gradient, x)
      },
    ]
  }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    operands[0].shape.dropLast(2).reduce(pattern.count &* (operands[0].shape.last ?? 0), &*)
  }
}

/// Aᵀ · x for the values of A.
private func transposedProduct(
  _ pattern: SparsePattern, _ values: Variable, _ x: Variable
) throws(GraphError) -> Variable {
  let (mirrored, order) = pattern.transposed
  let places = try Variable.make(SparseProduct.name) { () throws(TensorError) in try Tensor(order) }
  return try apply(SparseProduct(mirrored), [apply(Gather(0), [values, places]), x])
}
