// Linear systems: square, triangular, and least squares.
import Tensors

/// x with a·x = b for a [..., n, n] (operand 0) and b [..., n, k] (operand 1); leading axes broadcast.
package struct Solve: Operator {
  package static let name = "solve"
  package static let arity = 2...2
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.square(Self.name, operands)
    return try ShapeRule.solution(Self.name, operands)
  }

  /// a⁻¹, [..., n, n].
  package static func inverse(of a: Variable) throws(GraphError) -> Variable {
    let size = try ShapeRule.square(Self.name, [Operand(a.shape)])
    return try apply(Solve(), [a, .identity(size, like: a)])
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.solve(inputs[0], inputs[1])
  }

  /// With the gradient x̄: b̄ = a⁻ᵀ x̄ and ā = -b̄ xᵀ (Giles 2008, 2.3.1).
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (a, b) = (pullback.inputs[0], pullback.inputs[1])
    let right = try apply(Solve(), [a.matrixTransposed(), pullback.gradient])
    return [
      try pullback.want(0) { () throws(GraphError) in
        try (-right.timesTransposed(pullback.output)).summed(to: a.shape)
      },
      try pullback.want(1) { () throws(GraphError) in try right.summed(to: b.shape) },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    try systemTangent(self, pushforward, of: pushforward.tangent(0))
  }

  package var relevance: RelevanceBehaviour { .proportional }

  package func multiplyAdds(of operands: [Operand]) -> Int {
    guard let n = operands[0].shape.last, let k = operands[1].shape.last else { return 0 }
    return operands[0].shape.reduce(n / 3 + k, &*)
  }
}

/// x with a·x = b where only the upper or the lower triangle of a [..., n, n] is read; b [..., n, k].
package struct TriangularSolve: Operator {
  package static let name = "triangular solve"
  package static let arity = 2...2
  package let upper: Bool

  package init(upper: Bool) { self.upper = upper }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    _ = try ShapeRule.square(Self.name, operands)
    return try ShapeRule.solution(Self.name, operands)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.triangularSolve(inputs[0], inputs[1], upper: upper)
  }

  /// As for `Solve`, of ā only the triangle.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (a, b) = (pullback.inputs[0], pullback.inputs[1])
    let right = try apply(
      TriangularSolve(upper: !upper), [a.matrixTransposed(), pullback.gradient])
    return [
      try pullback.want(0) { () throws(GraphError) in
        try (-right.timesTransposed(pullback.output)).summed(to: a.shape)
          .applying(Triangle(upper: upper))
      },
      try pullback.want(1) { () throws(GraphError) in try right.summed(to: b.shape) },
    ]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    let change = try pushforward.tangent(0)?.applying(Triangle(upper: upper))
    return try systemTangent(self, pushforward, of: change)
  }

  package var relevance: RelevanceBehaviour { .proportional }
}

/// The tangent a⁻¹ (db - da·x) of x = a⁻¹ b (Giles 2008, 2.3.1).
private func systemTangent(
  _ operation: some Operator, _ pushforward: Pushforward, of change: Variable?
) throws(GraphError) -> Variable? {
  let (a, x) = (pushforward.inputs[0], pushforward.output)
  let pushed: Variable? = if let change { try -change.times(x) } else { nil }
  switch (pushed, pushforward.tangent(1)) {
  case (let first?, let second?): return try apply(operation, [a, first + second])
  case (let only?, nil), (nil, let only?): return try apply(operation, [a, only])
  case (nil, nil): return nil
  }
}

/// The x [..., n, k] of least norm that minimises |a·x - b| for a [..., m, n] of any rank and b [..., m, k].
package struct LeastSquares: Operator {
  package static let name = "least squares"
  package static let arity = 2...2
  /// Singular values below this multiple of the largest count as 0; nil for max(m, n) times the rounding.
  package let cutoff: Double?

  package init(cutoff: Double? = nil) { self.cutoff = cutoff }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.solution(Self.name, operands)
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.leastSquares(inputs[0], inputs[1], cutoff: cutoff)
  }

  /// x = a⁺b, and for changes that keep the rank da⁺ = -a⁺ da a⁺ + a⁺a⁺ᵀ daᵀ (1 - aa⁺) + (1 - a⁺a) daᵀ a⁺ᵀa⁺ (Golub and
  /// Pereyra 1973, (4.12)). With b̄ = a⁺ᵀ x̄: ā = -b̄ xᵀ + (b - a·x) (a⁺ b̄)ᵀ + (a⁺ᵀ x) (x̄ - aᵀ b̄)ᵀ.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (a, b, x) = (pullback.inputs[0], pullback.inputs[1], pullback.output)
    let gradient = pullback.gradient
    let across = try a.matrixTransposed()
    let right = try apply(self, [across, gradient])
    return [
      try pullback.want(0) { () throws(GraphError) in
        let residual = try b - a.times(x)
        let rest = try gradient - across.times(right)
        let sum =
          try residual.timesTransposed(apply(self, [a, right]))
          + apply(self, [across, x]).timesTransposed(rest)
          - right.timesTransposed(x)
        return try sum.summed(to: a.shape)
      },
      try pullback.want(1) { () throws(GraphError) in try right.summed(to: b.shape) },
    ]
  }

  package var relevance: RelevanceBehaviour { .proportional }
}
