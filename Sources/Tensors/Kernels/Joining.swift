// Concatenation and padding.

extension Kernels {
  /// The tensors one after another along an axis; their other extents agree, their types meet in
  /// the largest.
  package static func concatenate(_ xs: [Tensor], axis: Int) throws(TensorError) -> Tensor {
    guard let first = xs.first else {
      throw .value(operation: "concatenate", reason: "there are no tensors")
    }
    let axis = try Shape.axis(axis, of: first.shape, "concatenate")
    var shape = first.shape
    shape[axis] = 0
    for x in xs {
      let fits =
        x.rank == first.rank
        && x.shape.indices.allSatisfy { $0 == axis || x.shape[$0] == first.shape[$0] }
      guard fits else {
        throw .shapes(
          operation: "concatenate", shapes: [first.shape, x.shape],
          reason: "the tensors differ in another axis than \(axis)")
      }
      let (sum, overflow) = shape[axis].addingReportingOverflow(x.shape[axis])
      if overflow { throw .overflow(shape: x.shape) }
      shape[axis] = sum
    }
    let type = xs.map(\.type).max() ?? first.type
    let result = try Tensor(
      uninitialised: shape, strides: Shape.strides(shape, like: first), type)
    var place = 0
    for x in xs where x.shape[axis] > 0 {
      try result.sliced(axis: axis, from: place, count: x.shape[axis]).fill(converting: x)
      place += x.shape[axis]
    }
    return result
  }

  /// `x` with `low[i]` elements of `value` before and `high[i]` after it along axis i; negative
  /// numbers crop.
  package static func pad(
    _ x: Tensor, low: [Int], high: [Int], value: Double = 0
  ) throws(TensorError) -> Tensor {
    guard low.count == x.rank, high.count == x.rank else {
      throw .shapes(
        operation: "pad", shapes: [x.shape, low, high], reason: "one number per axis is needed")
    }
    guard (low + high).allSatisfy({ $0.magnitude < 1 << 40 }) else {
      throw .overflow(shape: x.shape)
    }
    var shape = x.shape
    var inner = x
    var (starts, extents) = ([Int](), [Int]())
    for axis in x.shape.indices {
      let (start, first) = low[axis].addingReportingOverflow(x.shape[axis])
      let (extent, second) = start.addingReportingOverflow(high[axis])
      if first || second { throw .overflow(shape: x.shape) }
      guard extent >= 0 else {
        throw .shapes(
          operation: "pad", shapes: [x.shape], reason: "axis \(axis) would have extent \(extent)")
      }
      shape[axis] = extent
      let from = max(0, -low[axis])
      let count = max(0, min(x.shape[axis], x.shape[axis] &+ high[axis]) - from)
      inner = try inner.sliced(axis: axis, from: count == 0 ? 0 : from, count: count)
      starts.append(max(0, low[axis]))
      extents.append(count)
    }
    let blank = try Tensor.full([], value, x.type).broadcast(to: shape)
    let result = try blank.copied(strides: Shape.strides(shape, like: x))
    if inner.count == 0 { return result }
    var place = result
    for axis in shape.indices {
      place = try place.sliced(axis: axis, from: starts[axis], count: extents[axis])
    }
    place.fill(converting: inner)
    return result
  }
}

extension Shape {
  /// Dense strides for `shape` with its axes in the memory order of `model`, a tensor of the same
  /// rank.
  static func strides(_ shape: [Int], like model: Tensor) -> [Int] {
    guard isDense(model.shape, model.strides), !model.isContiguous else { return rowMajor(shape) }
    let order = shape.indices.sorted {
      model.strides[$0] != model.strides[$1] ? model.strides[$0] > model.strides[$1] : $0 < $1
    }
    let sorted = rowMajor(order.map { shape[$0] })
    var strides = shape
    for (place, axis) in order.enumerated() { strides[axis] = sorted[place] }
    return strides
  }
}
