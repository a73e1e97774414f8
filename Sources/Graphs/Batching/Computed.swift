// Computed: places and masks that derivatives work out from numbers.
import Tensors

/// A result of a kernel that is no operator, such as where extremes lie; no gradient passes.
private struct Computed: UndifferentiatedOperator {
  static let name = "computed"
  static let arity = 1...Int.max
  let result: [Int]
  let compute: @Sendable ([Tensor]) throws(TensorError) -> Tensor

  func shape(of operands: [Operand]) throws(GraphError) -> [Int] { result }

  func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor { try compute(inputs) }
}

extension Variable {
  /// What `compute` gives for the numbers of `inputs`, of the given shape, as a constant; where they
  /// are those of one of many examples it is computed for each of them. Derivatives must not read
  /// numbers in any other way.
  static func computed(
    _ shape: [Int], from inputs: [Variable],
    _ compute: @escaping @Sendable ([Tensor]) throws(TensorError) -> Tensor
  ) throws(GraphError) -> Variable {
    try apply(Computed(result: shape, compute: compute), inputs)
  }
}
