// Batch: an operator applied to many examples at once, and the rule that holds for every operator.
import Tensors

/// What a batching rule needs: the operands of as many applications of an operator as there are
/// examples.
package struct Batch {
  /// The operands. A mapped one has the examples along a first axis more than the operator knows of;
  /// a shared one is the same for all of them.
  package let inputs: [Variable]
  /// Which operands are mapped; at least one is.
  package let isMapped: [Bool]
  /// The number of examples.
  package let size: Int
  /// The element type of the result.
  package let type: ElementType

  package init(_ inputs: [Variable], isMapped: [Bool], size: Int, type: ElementType) {
    self.inputs = inputs
    self.isMapped = isMapped
    self.size = size
    self.type = type
  }

  /// The sizes of an operand for one example.
  func shape(_ index: Int) -> [Int] {
    let shape = inputs[index].shape
    return isMapped[index] ? Array(shape.dropFirst()) : shape
  }

  /// The sizes of all operands for one example.
  var operands: [Operand] { inputs.indices.map { Operand(shape($0)) } }

  /// Whether a third operand, a bias, is mapped.
  var hasMappedBias: Bool { inputs.count > 2 && isMapped[2] }

  /// The operand `[examples, …]`, a shared one repeated.
  func full(_ index: Int) throws(GraphError) -> Variable {
    isMapped[index]
      ? inputs[index] : try inputs[index].applying(BroadcastTo([size] + shape(index)))
  }

  /// The operand so that its own axes meet the last ones of a result of `rank` axes for one example.
  func aligned(_ index: Int, rank: Int) throws(GraphError) -> Variable {
    guard isMapped[index] else { return inputs[index] }
    let shape = shape(index)
    let gap = [Int](repeating: 1, count: max(0, rank - shape.count))
    return try inputs[index].reshaped([size] + gap + shape)
  }

  /// The operand `[examples, n, …]` as `[examples · n, …]`.
  func merged(_ index: Int) throws(GraphError) -> Variable {
    let shape = shape(index)
    return try full(index).reshaped([size &* (shape.first ?? 1)] + shape.dropFirst())
  }

  /// The operand `[examples, n, c, …]` as `[n, examples · c, …]`.
  func channels(_ index: Int) throws(GraphError) -> Variable {
    let shape = shape(index)
    let merged = [shape[0], size &* shape[1]] + shape[2...]
    let order = [1, 0] + Array(2...shape.count)
    return try full(index).applying(Transpose(order)).reshaped(merged)
  }

  /// A result `[n, examples · c, …]` as `[examples, n, c, …]`; `shape` is that for one example.
  func fromChannels(_ result: Variable, _ shape: [Int]) throws(GraphError) -> Variable {
    let order = [1, 0] + Array(2...shape.count)
    return try result.reshaped([shape[0], size] + shape[1...]).applying(Transpose(order))
  }

  /// The place of an axis of operand `index` when the examples come first.
  func axis(_ axis: Int, of index: Int = 0, _ operation: String) throws(GraphError) -> Int {
    try ShapeRule.axis(operation, axis, of: shape(index)) + 1
  }

  /// The first operand with at least one axis for each example, and the places of `axes` in it.
  func lines(_ axes: [Int], _ operation: String) throws(GraphError) -> (Variable, [Int]) {
    // For a number an empty list would come to mean the axis of the examples.
    guard !shape(0).isEmpty else { return (try inputs[0].reshaped([size, 1]), [1]) }
    return (inputs[0], try ShapeRule.axes(operation, axes, of: shape(0)).map { $0 + 1 })
  }
}

extension Operator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable { try looped(batch) }

  /// Example by example: right for every operator.
  package func looped(_ batch: Batch) throws(GraphError) -> Variable {
    let shape = try shape(of: batch.operands)
    guard batch.size > 0 else {
      return try Variable.make(name) { () throws(TensorError) in
        try .zeros([0] + shape, batch.type)
      }
    }
    var results: [Variable] = []
    for example in 0..<batch.size {
      if Interruption.requested { throw .interrupted }
      var operands: [Variable] = []
      for (index, input) in batch.inputs.enumerated() {
        operands.append(
          batch.isMapped[index]
            ? try input.applying(SliceAxis(0, from: example, count: 1))
              .reshaped(batch.shape(index)) : input)
      }
      results.append(try apply(self, operands).reshaped([1] + shape))
    }
    return try apply(Concatenate(0), results)
  }
}

/// An operator that treats each place of the first axis, which all its operands have, by itself.
package protocol RowwiseOperator: Operator {}

extension RowwiseOperator {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    var merged: [Variable] = []
    for index in batch.inputs.indices { merged.append(try batch.merged(index)) }
    return try apply(self, merged).reshaped([batch.size] + shape(of: batch.operands))
  }
}
