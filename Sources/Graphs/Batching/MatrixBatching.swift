// Many examples at once: matrices, borders and windows.
import Tensors

/// An operator on the last axes of its only operand, before which there may be any others.
package protocol TrailingOperator: Operator {}

extension TrailingOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(self, [batch.inputs[0]])
  }
}

extension Determinant: TrailingOperator {}
extension LogDeterminant: TrailingOperator {}
extension Cholesky: TrailingOperator {}
extension OrthogonalTriangular: TrailingOperator {}
extension SingularValues: TrailingOperator {}
extension SymmetricEigen: TrailingOperator {}
extension GeneralEigen: TrailingOperator {}
extension MatrixExponential: TrailingOperator {}
extension Diagonal: TrailingOperator {}
extension PlaceDiagonal: TrailingOperator {}
extension Triangle: TrailingOperator {}

/// An operator whose operands broadcast, apart perhaps from their last axes.
package protocol AligningOperator: Operator {}

extension AligningOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let rank = batch.operands.reduce(0) { max($0, $1.shape.count) }
    var operands: [Variable] = []
    for index in batch.inputs.indices { operands.append(try batch.aligned(index, rank: rank)) }
    return try apply(self, operands)
  }
}

extension Solve: AligningOperator {}
extension TriangularSolve: AligningOperator {}
extension LeastSquares: AligningOperator {}

extension BorderPad {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(BorderPad(low: [0] + low, high: [0] + high, mode: mode), batch.inputs)
  }
}

extension BorderPadGradient {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let wide = BorderPadGradient(
      low: [0] + low, high: [0] + high, mode: mode, of: [batch.size] + original)
    return try apply(wide, batch.inputs)
  }
}

extension SlidingWindows {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let moved = SlidingWindows(
      try batch.axis(axis, Self.name), size: window.kernel, step: window.stride,
      dilation: window.dilation)
    return try apply(moved, batch.inputs)
  }
}

extension OverlapAdd {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    // Counted without the elements of the windows.
    let place = try ShapeRule.axis(Self.name, axis, of: batch.shape(0).dropLast())
    let moved = OverlapAdd(
      place + 1, size: window.kernel, step: window.stride,
      dilation: window.dilation, extent: extent)
    return try apply(moved, batch.inputs)
  }
}
