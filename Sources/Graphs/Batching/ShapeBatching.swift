// Many examples at once: moving, taking apart, putting together, reading at computed places.
import Tensors

/// An operator that only regroups the elements of its operand.
package protocol RegroupingOperator: Operator {}

extension RegroupingOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try batch.inputs[0].reshaped([batch.size] + shape(of: batch.operands))
  }
}

extension Transpose {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let order = order(rank: batch.shape(0).count)
    return try apply(Transpose([0] + order.map { $0 + 1 }), [batch.inputs[0]])
  }
}

extension BroadcastTo {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let result = try shape(of: batch.operands)
    return try batch.aligned(0, rank: result.count).applying(BroadcastTo([batch.size] + result))
  }
}

extension SumTo {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let lead = [Int](repeating: 1, count: max(0, batch.shape(0).count - sizes.count))
    return try batch.inputs[0].applying(SumTo([batch.size] + lead + sizes))
      .reshaped([batch.size] + sizes)
  }
}

extension SliceAxis {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let slice = SliceAxis(
      try batch.axis(axis, Self.name), from: from, count: count, step: step)
    return try apply(slice, [batch.inputs[0]])
  }
}

extension SliceRanges {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    var moved: [AxisRange] = []
    for range in ranges {
      moved.append(
        AxisRange(
          try batch.axis(range.axis, Self.name), start: range.start, end: range.end,
          step: range.step))
    }
    return try apply(SliceRanges(moved), [batch.inputs[0]])
  }
}

extension Concatenate {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    var parts: [Variable] = []
    for index in batch.inputs.indices { parts.append(try batch.full(index)) }
    return try apply(Concatenate(batch.axis(axis, Self.name)), parts)
  }
}

extension Pad {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(Pad(low: [0] + low, high: [0] + high, value: value), [batch.inputs[0]])
  }
}

extension Gather {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let shape = batch.shape(0)
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    if !batch.isMapped[1] { return try apply(Gather(axis + 1), batch.inputs) }
    let result = [batch.size] + (try self.shape(of: batch.operands))
    let before = try ShapeRule.count(Self.name, Array(shape[..<axis]))
    let after = try ShapeRule.count(Self.name, Array(shape[(axis + 1)...]))
    let table = try batch.full(0).reshaped([batch.size, before, shape[axis], after])
    let places = try batch.places(before, after)
    return try apply(TakeAlong(2), [table, places]).reshaped(result)
  }
}

extension ScatterAdd {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let (values, indices) = (batch.shape(0), batch.shape(1))
    let result = try shape(of: batch.operands)
    let axis = axis < 0 ? axis + result.count : axis
    if !batch.isMapped[1] {
      return try apply(ScatterAdd(axis + 1, size: size), batch.inputs)
    }
    let before = try ShapeRule.count(Self.name, Array(values[..<axis]))
    let after = try ShapeRule.count(Self.name, Array(values[(axis + indices.count)...]))
    let places = try batch.places(before, after)
    let lines = try batch.full(0).reshaped(places.shape)
    return try apply(PutAlongAdd(2, size: size), [lines, places])
      .reshaped([batch.size] + result)
  }
}

extension Batch {
  /// Indices (operand 1) for each line of a table: [examples, before, indices, after].
  fileprivate func places(_ before: Int, _ after: Int) throws(GraphError) -> Variable {
    let count = try ShapeRule.count(Gather.name, shape(1))
    return try inputs[1].reshaped([size, 1, count, 1])
      .applying(BroadcastTo([size, before, count, after]))
  }
}

extension TakeAlong {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(TakeAlong(batch.axis(axis, Self.name)), [batch.full(0), batch.full(1)])
  }
}

extension PutAlongAdd {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    try apply(
      PutAlongAdd(batch.axis(axis, Self.name), size: size), [batch.full(0), batch.full(1)])
  }
}
