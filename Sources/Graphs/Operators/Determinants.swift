// Determinants and their logarithms.
import Tensors

/// The determinants [...] of the matrices [..., n, n].
package struct Determinant: Operator {
  package static let name = "determinant"
  package static var onnx: [OnnxForm] { [OnnxForm("Det") { Self() }] }
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.square(Self.name, operands)
    return operands[0].shape.dropLast(2)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.determinant(inputs[0])
  }

  /// The cofactors: det a · a⁻ᵀ (Giles 2008, 2.2.4), and of singular matrices by the singular value decomposition.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let a = pullback.inputs[0]
    let gradient = try pullback.gradient.asColumn().asColumn()
    do throws(GraphError) {
      let inverse = try Recording.factorless(false) { () throws(GraphError) in
        try Solve.inverse(of: a.matrixTransposed())
      }
      return [try gradient * pullback.output.asColumn().asColumn() * inverse]
    } catch {
      guard case .tensor(_, _, .matrix(_, _, .singular)) = error else { throw error }
      return [try gradient * Self.cofactors(of: a)]
    }
  }

  /// det(u) det(v) · u diag(the products of all singular values but one) vᵀ, for a = u diag(s) vᵀ.
  private static func cofactors(of a: Variable) throws(GraphError) -> Variable {
    let (u, s, v) = try SingularValues.parts(of: a)
    let all = try Variable.filled(1, like: u) * s.asRow()
    let mask = try Variable.identity(a.matrixSize.rows, like: a).applying(Cast(to: .bool))
    let others = try apply(Select(), [mask, .number(1, like: a), all]).applying(
      Product([-1], keep: false))
    // Both are 1 or -1: they do not change with a.
    let signs = try u.detached().applying(Determinant()) * v.detached().applying(Determinant())
    return try signs.asColumn().asColumn() * (u * others.asRow()).timesTransposed(v)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The sign of the determinant of [..., n, n] and the logarithm of its magnitude: [..., 2].
package struct LogDeterminant: Operator {
  package static let name = "log determinant"
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.square(Self.name, operands)
    return operands[0].shape.dropLast(2) + [2]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.logDeterminant(inputs[0])
  }

  /// a⁻ᵀ times the gradient of the logarithm (Giles 2008, 2.2.4); the sign does not change.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let a = pullback.inputs[0]
    let gradient = try pullback.gradient.applying(SliceAxis(-1, from: 1, count: 1)).asColumn()
    return [try gradient * Solve.inverse(of: a.matrixTransposed())]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}
