// Eigenvalues of symmetric matrices, and the matrix exponential.
import Tensors

/// The eigenvalues of (a + aᵀ) / 2 for a [..., n, n], ascending: [..., n]; with `vectors` followed by the eigenvectors in
/// the columns of [n, n], packed in one line.
package struct SymmetricEigen: Operator {
  package static let name = "symmetric eigen"
  package let vectors: Bool

  package init(vectors: Bool) { self.vectors = vectors }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let n = try ShapeRule.square(Self.name, operands)
    return operands[0].shape.dropLast(2) + [vectors ? n + n * n : n]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.symmetricEigen(inputs[0], vectors: vectors)
  }

  /// The values [..., n] and the vectors [..., n, n].
  package static func parts(
    of a: Variable
  ) throws(GraphError) -> (values: Variable, vectors: Variable) {
    try parts(a.applying(SymmetricEigen(vectors: true)), a.matrixSize.rows)
  }

  private static func parts(
    _ packed: Variable, _ n: Int
  ) throws(GraphError) -> (values: Variable, vectors: Variable) {
    (try packed.part(from: 0, [n]), try packed.part(from: n, [n, n]))
  }

  /// v (diag(λ̄) + f∘(vᵀv̄ - v̄ᵀv) / 2) vᵀ with f = 1 / (λ_j - λ_i) (Giles 2008, 3.1). Where eigenvalues are equal, a
  /// gradient that depends on their vectors does not exist: it is infinite or NaN.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let a = pullback.inputs[0]
    guard a.value.count > 0 else { return [try .zeros(like: a)] }
    let n = a.matrixSize.rows
    guard vectors else {
      let v = try Self.parts(of: a).vectors
      return [try (v * pullback.gradient.asRow()).timesTransposed(v)]
    }
    let (values, v) = try Self.parts(pullback.output, n)
    let (dValues, dv) = try Self.parts(pullback.gradient, n)
    let product = try v.transposedTimes(dv)
    let turning = try ((product - product.matrixTransposed()) * 0.5)
      .divided(by: values.differences(), unlessZero: dv)
    return [try (v.times(turning) + v * dValues.asRow()).timesTransposed(v)]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The matrix exponential of [..., n, n].
package struct MatrixExponential: Operator {
  package static let name = "matrix exponential"
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.square(Self.name, operands)
    return operands[0].shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.matrixExponential(inputs[0])
  }

  /// The Fréchet derivative at aᵀ in the direction of the gradient.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try Self.change(at: pullback.inputs[0].matrixTransposed(), along: pullback.gradient)]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard let tangent = pushforward.tangent(0) else { return nil }
    return try Self.change(at: pushforward.inputs[0], along: tangent)
  }

  /// The Fréchet derivative at `a` in the direction e, which stands at the top right of the exponential of
  /// [[a, e], [0, a]] (Higham 2008, "Functions of matrices", (3.16)).
  private static func change(
    at a: Variable, along e: Variable
  ) throws(GraphError) -> Variable {
    let n = a.matrixSize.rows
    let top = try apply(Concatenate(-1), [a, e])
    let bottom = try apply(Concatenate(-1), [Variable.zeros(like: e), a])
    let whole = try apply(Concatenate(-2), [top, bottom]).applying(MatrixExponential())
    return try whole.applying(SliceAxis(-2, from: 0, count: n)).applying(
      SliceAxis(-1, from: n, count: n))
  }

  package var relevance: RelevanceBehaviour { .proportional }
}
