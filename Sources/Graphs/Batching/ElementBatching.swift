// Many examples at once: element by element, reductions, and along one axis.
import Tensors

extension UnaryOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(self, [batch.inputs[0]])
  }
}

extension BinaryOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let rank = max(batch.shape(0).count, batch.shape(1).count)
    return try apply(self, batch.aligned(0, rank: rank), batch.aligned(1, rank: rank))
  }
}

extension Select {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let rank = batch.operands.reduce(0) { max($0, $1.shape.count) }
    return try apply(
      self,
      [
        batch.aligned(0, rank: rank), batch.aligned(1, rank: rank), batch.aligned(2, rank: rank),
      ])
  }
}

extension Gate {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(self, [batch.full(0), batch.full(1)])
  }
}

extension Cast {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(self, [batch.inputs[0]])
  }
}

extension StopGradient {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(self, [batch.inputs[0]])
  }
}

extension Identity {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(self, [batch.inputs[0]])
  }
}

extension ReductionOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let (x, axes) = try batch.lines(axes, Self.name)
    let result = try apply(Self(axes, keep: keep), [x])
    return try result.reshaped([batch.size] + shape(of: batch.operands))
  }
}

extension ArgMax {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(ArgMax(batch.axis(axis, Self.name), keep: keep), [batch.inputs[0]])
  }
}

extension ArgMin {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(ArgMin(batch.axis(axis, Self.name), keep: keep), [batch.inputs[0]])
  }
}

extension Softmax {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(Softmax(batch.axis(axis, Self.name)), [batch.inputs[0]])
  }
}

extension LogSoftmax {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(LogSoftmax(batch.axis(axis, Self.name)), [batch.inputs[0]])
  }
}

extension CumulativeSum {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(
      CumulativeSum(batch.axis(axis, Self.name), reversed: reversed), [batch.inputs[0]])
  }
}

extension SortAxis {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(SortAxis(batch.axis(axis, Self.name), descending: descending), [batch.inputs[0]])
  }
}

extension ArgSort {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(ArgSort(batch.axis(axis, Self.name), descending: descending), [batch.inputs[0]])
  }
}

extension Standardise {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let (x, axes) = try batch.lines(axes, Self.name)
    let result = try apply(Standardise(axes, epsilon: epsilon), [x])
    return try result.reshaped(batch.inputs[0].shape)
  }
}

extension BatchNormalisation {
  /// With statistics of its own for each example the examples are further channels.
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    if !batch.isMapped.dropFirst().contains(true) {
      return try apply(self, [batch.merged(0)] + batch.inputs.dropFirst())
        .reshaped(batch.inputs[0].shape)
    }
    let shape = batch.shape(0)
    var operands = [try batch.channels(0)]
    for index in 1..<5 {
      operands.append(try batch.full(index).reshaped([batch.size &* shape[1]]))
    }
    return try batch.fromChannels(apply(self, operands), shape)
  }
}
