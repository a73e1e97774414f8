// Resampling over one, two or three axes to other sizes, and its adjoint: one axis after another.

extension Kernels {
  /// x [N, C, …] with other sizes of the axes after the channels; channels together. Integers become
  /// f32.
  package static func resize(
    _ x: Tensor, sizes: [Int], mode: ResizeMode
  ) throws(TensorError) -> Tensor {
    let shape = try Resampling.shape(x.shape, sizes, "resize")
    let source = try x.cast(to: x.type.real)
    if shape.contains(0) { return try .zerosTogether(shape, source.type) }
    let plan = try Resampling(x.shape, shape, mode, "resize")
    return try plan.resampled(source.channelsTogether())
  }

  /// The adjoint of `resize` from inputs of `inputSizes`: g [N, C, …] spread back.
  package static func resizeGradient(
    _ g: Tensor, inputSizes: [Int], mode: ResizeMode
  ) throws(TensorError) -> Tensor {
    let shape = try Resampling.shape(g.shape, inputSizes, "resizeGradient")
    let source = try g.cast(to: g.type.real)
    if source.count == 0 { return try .zerosTogether(shape, source.type) }
    let plan = try Resampling(shape, g.shape, mode, "resizeGradient")
    return try plan.spread(source.channelsTogether())
  }
}

/// A resampling as a product of sparse matrices, one for each axis after the channels.
struct Resampling {
  /// The axes that change, by number, in the order in which they are resampled.
  private let axes: [(number: Int, axis: ResampledAxis)]

  /// The shape with other sizes after the channels.
  static func shape(
    _ shape: [Int], _ sizes: [Int], _ operation: String
  ) throws(TensorError) -> [Int] {
    guard (3...5).contains(shape.count), sizes.count == shape.count - 2 else {
      throw .shapes(
        operation: operation, shapes: [shape, sizes],
        reason: "one to three sizes are needed, for the axes after batch and channels")
    }
    let result = Array(shape[..<2]) + sizes
    _ = try Shape.count(result)
    return result
  }

  init(
    _ input: [Int], _ output: [Int], _ mode: ResizeMode, _ operation: String
  ) throws(TensorError) {
    guard !input.contains(0) else {
      throw .shapes(operation: operation, shapes: [input], reason: "there is nothing to resample")
    }
    let count = input.count - 2
    guard mode.scales.isEmpty || mode.scales.count == count,
      mode.scales.allSatisfy({ $0 > 1e-9 && $0 < 1e9 })
    else {
      throw .value(
        operation: operation, reason: "one scale from 1e-9 to 1e9 for each size is needed")
    }
    var axes: [(number: Int, axis: ResampledAxis)] = []
    for place in 2..<input.count {
      let axis = try ResampledAxis(
        input[place], output[place], mode,
        scale: mode.scales.isEmpty ? nil : mode.scales[place - 2])
      if !axis.isIdentity { axes.append((place, axis)) }
    }
    // What shrinks comes first, so that nothing in between is larger than both ends; of equals the
    // last axis, whose elements lie apart, where it has the fewest lines.
    self.axes = axes.sorted { one, other in
      let (growth, others) = (one.axis.growth, other.axis.growth)
      if growth != others { return growth < others }
      return growth < 1 ? one.number < other.number : one.number > other.number
    }
  }

  /// x, which has its channels together, at the new sizes.
  func resampled(_ x: Tensor) throws(TensorError) -> Tensor {
    var result = x
    for (number, axis) in axes { result = try axis.applied(to: result, number) }
    return result
  }

  /// g, which has its channels together and the new sizes, back at the old ones.
  func spread(_ g: Tensor) throws(TensorError) -> Tensor {
    var result = g
    for (number, axis) in axes.reversed() {
      result = try axis.applied(to: result, number, isAdjoint: true)
    }
    return result
  }
}
