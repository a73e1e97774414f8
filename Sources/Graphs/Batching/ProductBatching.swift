// Many examples at once: matrix products and convolutions.
import Tensors

extension MatrixProduct {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let (x, y) = (batch.shape(0), batch.shape(1))
    let result = [batch.size] + (try shape(of: batch.operands))
    if !batch.isMapped[1], y.count == 2, let inner = x.last {
      // One product with all rows of all examples.
      let rows = try ShapeRule.count(Self.name, x.dropLast()) &* batch.size
      return try apply(self, batch.inputs[0].reshaped([rows, inner]), batch.inputs[1])
        .reshaped(result)
    }
    if !batch.isMapped[0], x.count == 2, y.count == 1 {
      return try apply(self, batch.inputs[1], batch.inputs[0].matrixTransposed())
    }
    let lead = max(x.count, y.count, 2) - 2
    func matrices(_ index: Int, _ matrix: [Int]) throws(GraphError) -> Variable {
      guard batch.isMapped[index] else { return try batch.inputs[index].reshaped(matrix) }
      let gap = [Int](repeating: 1, count: lead + 2 - matrix.count)
      return try batch.inputs[index].reshaped([batch.size] + gap + matrix)
    }
    let left = try matrices(0, x.count == 1 ? [1] + x : x)
    let right = try matrices(1, y.count == 1 ? y + [1] : y)
    return try apply(self, left, right).reshaped(result)
  }
}

extension Linear {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let result = try shape(of: batch.operands)
    let sum: Variable
    if batch.isMapped[1] {
      let x = batch.shape(0)
      let rows = try ShapeRule.count(Self.name, x.dropLast())
      let flat = [rows, batch.shape(1)[1]]
      let left = try batch.inputs[0].reshaped(batch.isMapped[0] ? [batch.size] + flat : flat)
      sum = try apply(MatrixProduct(), left, batch.inputs[1].matrixTransposed())
        .reshaped([batch.size] + result)
    } else if batch.hasMappedBias {
      sum = try apply(self, Array(batch.inputs.prefix(2)))
    } else {
      return try apply(self, batch.inputs)
    }
    guard batch.inputs.count == 3 else { return sum }
    return try sum + batch.aligned(2, rank: result.count)
  }
}

extension Window {
  /// The same window where every example has channels of its own.
  fileprivate func grouped(by count: Int) -> Window { Window(axes, groups: groups &* count) }
}

extension Convolution {
  /// A shared weight meets the images of all examples one after the other; weights of their own make
  /// the examples groups of channels.
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let shape = try shape(of: batch.operands)
    if batch.hasMappedBias {
      let plain = Batch(
        Array(batch.inputs.prefix(2)), isMapped: Array(batch.isMapped.prefix(2)),
        size: batch.size, type: batch.type)
      let bias = try batch.inputs[2].reshaped(
        [batch.size, 1, shape[1]] + shape.dropFirst(2).map { _ in 1 })
      guard plain.isMapped.contains(true) else { return try apply(self, plain.inputs) + bias }
      return try batched(plain) + bias
    }
    guard batch.isMapped[1] else {
      return try apply(self, [batch.merged(0)] + batch.inputs.dropFirst())
        .reshaped([batch.size] + shape)
    }
    let weight = try batch.merged(1)
    let isShared = !batch.isMapped[0] && window.groups == 1
    let image = isShared ? batch.inputs[0] : try batch.channels(0)
    let wide = Convolution(isShared ? window : window.grouped(by: batch.size))
    let sum = try batch.fromChannels(apply(wide, [image, weight]), shape)
    guard batch.inputs.count == 3 else { return sum }
    return try sum + batch.inputs[2].reshaped([shape[1]] + shape.dropFirst(2).map { _ in 1 })
  }
}

extension ConvolutionInputGradient {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let shape = try shape(of: batch.operands)
    if !batch.isMapped[1], !batch.hasMappedBias {
      return try apply(self, [batch.merged(0)] + batch.inputs.dropFirst())
        .reshaped([batch.size] + shape)
    }
    let wide = ConvolutionInputGradient(window.grouped(by: batch.size), sizes: sizes)
    let sum = try batch.fromChannels(apply(wide, [batch.channels(0), batch.merged(1)]), shape)
    guard batch.inputs.count == 3 else { return sum }
    let examples = batch.isMapped[2] ? batch.size : 1
    return try sum
      + batch.inputs[2].reshaped([examples, 1, shape[1]] + shape.dropFirst(2).map { _ in 1 })
  }
}

extension ConvolutionWeightGradient {
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let shape = try shape(of: batch.operands)
    let wide = ConvolutionWeightGradient(window.grouped(by: batch.size))
    return try apply(wide, [batch.channels(0), batch.channels(1)])
      .reshaped([batch.size] + shape)
  }
}

extension FusedNormalisation {
  /// Rows of one normalisation; with a scale or a shift of its own for each example step by step.
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    if !batch.isMapped[1], !batch.isMapped[2] { return try apply(self, batch.inputs) }
    let rank = try shape(of: batch.operands).count
    let normal = try batch.inputs[0].applying(Standardise([-1], epsilon: epsilon))
    return try normal * batch.aligned(1, rank: rank) + batch.aligned(2, rank: rank)
  }
}

extension FusedConvolution {
  /// With a shared weight as one convolution; else convolution, sum and activation by themselves.
  package func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let shape = try shape(of: batch.operands)
    if !batch.isMapped[1], !batch.isMapped[2] {
      var operands = [try batch.merged(0), batch.inputs[1], batch.inputs[2]]
      if batch.inputs.count == 4 { operands.append(try batch.merged(3)) }
      return try apply(self, operands).reshaped([batch.size] + shape)
    }
    let convolution = Batch(
      Array(batch.inputs.prefix(3)), isMapped: Array(batch.isMapped.prefix(3)), size: batch.size,
      type: batch.type)
    var sum = try Convolution(window).batched(convolution)
    if batch.inputs.count == 4 { sum = try sum + batch.inputs[3] }
    switch activation {
    case .none: return sum
    case .relu: return try sum.applying(Relu())
    case .clip(let low, let high): return try sum.applying(Clip(Double(low), Double(high)))
    }
  }
}
