// Many examples at once: special functions, Fourier transforms, running results, sparse products.
import Tensors

extension SpecialOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let rank = batch.operands.reduce(0) { max($0, $1.shape.count) }
    var operands: [Variable] = []
    for index in batch.inputs.indices { operands.append(try batch.aligned(index, rank: rank)) }
    return try apply(self, operands)
  }
}

/// The place of an axis of complex numbers, which are pairs along the last axis, when the examples come first.
private func pairAxis(
  _ axis: Int, _ batch: Batch, _ operation: String
) throws(GraphError) -> Int {
  try ShapeRule.axis(operation, axis, of: Array(batch.shape(0).dropLast())) + 1
}

extension FourierTransform {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let axis = try pairAxis(axis, batch, Self.name)
    return try batch.inputs[0].applying(
      FourierTransform(axis, inverse: inverse, scale: scale))
  }
}

extension RealFourierTransform {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try batch.inputs[0].applying(
      RealFourierTransform(batch.axis(axis, Self.name), scale: scale))
  }
}

extension RealFourierAdjoint {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let axis = try pairAxis(axis, batch, Self.name)
    return try batch.inputs[0].applying(RealFourierAdjoint(axis, size: size, scale: scale))
  }
}

extension CumulativeExtreme {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try batch.inputs[0].applying(
      CumulativeExtreme(batch.axis(axis, Self.name), largest: largest))
  }
}

extension CumulativePlaces {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try batch.inputs[0].applying(
      CumulativePlaces(batch.axis(axis, Self.name), largest: largest))
  }
}

extension LinearRecurrence {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(
      LinearRecurrence(batch.axis(axis, Self.name), reversed: reversed),
      [batch.full(0), batch.full(1)])
  }
}

extension SparseProduct {
  /// Leading axes of the second operand are a batch in any case; values that differ go one by one.
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    batch.isMapped[0] ? try looped(batch) : try apply(self, batch.inputs)
  }
}
