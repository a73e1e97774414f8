// Windows along an axis as a view, and their sum back into the axis.

extension Tensor {
  /// Windows along an axis, whose place the number of the window takes; the elements of a window are
  /// a new last axis. A view: neighbouring windows share their elements.
  package func windows(axis: Int, _ window: WindowAxis) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: shape, "windows")
    guard window.isValid, window.padLow == 0, window.padHigh == 0 else {
      throw .value(
        operation: "windows", reason: "size, step and dilation must be positive and below 2^30")
    }
    let places = window.places(over: shape[axis])
    guard places > 0 else {
      throw .shapes(
        operation: "windows", shapes: [shape],
        reason: "a window that reaches over \(window.reach) elements does not fit into the "
          + "\(shape[axis]) of axis \(axis)")
    }
    var (extents, steps) = (shape, strides)
    extents[axis] = places
    steps[axis] = places > 1 ? strides[axis] * window.stride : strides[axis]
    extents.append(window.kernel)
    steps.append(window.kernel > 1 ? strides[axis] * window.dilation : 1)
    // A view takes no memory, but nothing could ever be computed from one beyond the limit.
    let count = try Shape.count(extents)
    if count * type.size > 1 << 28, count * type.size > Storage.limit {
      throw .memory(requested: count * type.size, live: Storage.live, limit: Storage.limit)
    }
    return Tensor(
      storage: storage, offset: offset, shape: extents, strides: steps, type: type, count: count)
  }
}

extension Kernels {
  /// The adjoint of `windows` over an axis of `extent` elements: elements of windows (the last axis of
  /// x, their number at `axis`) are added where they were taken from.
  package static func overlapAdd(
    _ x: Tensor, axis: Int, _ window: WindowAxis, extent: Int
  ) throws(TensorError) -> Tensor {
    guard x.rank >= 2 else {
      throw .shapes(operation: "overlap add", shapes: [x.shape], reason: "two axes are needed")
    }
    var shape = Array(x.shape.dropLast())
    let axis = try Shape.axis(axis, of: shape, "overlap add")
    guard window.isValid, window.padLow == 0, window.padHigh == 0, extent >= 0, extent < 1 << 40,
      window.kernel == x.shape[x.rank - 1], window.places(over: extent) == x.shape[axis]
    else {
      throw .shapes(
        operation: "overlap add", shapes: [x.shape],
        reason: "\(extent) elements do not have \(x.shape[axis]) windows of size \(window.kernel), "
          + "step \(window.stride) and dilation \(window.dilation)")
    }
    let count = shape[axis]
    shape[axis] = extent
    let source = try x.cast(to: x.type.arithmetic)
    let result = try Tensor.zeros(shape, source.type)
    if source.count == 0 { return result }
    for tap in 0..<window.kernel {
      if Interruption.requested { throw .interrupted(operation: "overlap add") }
      try accumulate(
        try source.selected(axis: source.rank - 1, index: tap),
        into: try result.sliced(
          axis: axis, from: tap * window.dilation, count: count,
          step: count > 1 ? window.stride : 1))
    }
    return result
  }
}
