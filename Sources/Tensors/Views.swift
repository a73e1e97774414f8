// Views: other shapes and strides on the same storage, and the copies that undo them.

extension Tensor {
  private func view(
    offset: Int? = nil, _ shape: [Int], _ strides: [Int]
  ) throws(TensorError) -> Tensor {
    Tensor(
      storage: storage, offset: offset ?? self.offset, shape: shape, strides: strides, type: type,
      count: try Shape.count(shape))
  }

  /// The elements in row-major order under another shape of the same count; one extent may be -1
  /// and is then computed. A view where strides allow it, a copy otherwise.
  package func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
    var wanted = shape
    if let free = shape.firstIndex(of: -1) {
      wanted[free] = 1
      let rest = try Shape.count(wanted)
      guard rest > 0, count % rest == 0 else {
        throw .shapes(
          operation: "reshape", shapes: [self.shape, shape], reason: "the elements do not divide")
      }
      wanted[free] = count / rest
    }
    guard try Shape.count(wanted) == count else {
      throw .shapes(
        operation: "reshape", shapes: [self.shape, shape],
        reason: "the shapes have different numbers of elements")
    }
    if wanted == self.shape { return self }
    if isContiguous { return try view(wanted, Shape.rowMajor(wanted)) }
    if let strides = reshapedStrides(wanted) { return try view(wanted, strides) }
    return try contiguous().view(wanted, Shape.rowMajor(wanted))
  }

  /// The strides that make `wanted` a view of this tensor, or nil if none do: every run of axes
  /// that lies contiguously must be covered by whole axes of the new shape.
  private func reshapedStrides(_ wanted: [Int]) -> [Int]? {
    if count == 0 { return Shape.rowMajor(wanted) }
    var result = [Int](repeating: 0, count: wanted.count)
    var axis = wanted.count - 1
    var own = shape.count - 1
    while own >= 0 {
      // The run of axes, from `own` outwards, that can be walked with one stride.
      let step = strides[own]
      var run = shape[own]
      while own > 0, shape[own - 1] == 1 || strides[own - 1] == step * run || run == 1 {
        if run == 1 && shape[own - 1] != 1 { break }
        own -= 1
        run *= shape[own]
      }
      own -= 1
      var covered = 1
      while axis >= 0, covered < run || wanted[axis] == 1 {
        result[axis] = step * covered
        covered *= wanted[axis]
        axis -= 1
      }
      if covered != run { return nil }
    }
    return axis < 0 ? result : nil
  }

  /// The axes in another order: axis i of the result is axis `order[i]` of this tensor.
  package func permuted(_ order: [Int]) throws(TensorError) -> Tensor {
    guard order.count == rank else {
      throw .shapes(
        operation: "permute", shapes: [shape], reason: "\(order.count) axes were given for \(rank)")
    }
    var axes: [Int] = []
    for axis in order { axes.append(try Shape.axis(axis, of: shape, "permute")) }
    guard Set(axes).count == rank else {
      throw .shapes(operation: "permute", shapes: [shape], reason: "an axis is given twice")
    }
    return try view(axes.map { shape[$0] }, axes.map { strides[$0] })
  }

  /// Two axes exchanged.
  package func transposed(_ first: Int = -2, _ second: Int = -1) throws(TensorError) -> Tensor {
    let a = try Shape.axis(first, of: shape, "transpose")
    let b = try Shape.axis(second, of: shape, "transpose")
    var order = Array(shape.indices)
    order.swapAt(a, b)
    return try permuted(order)
  }

  /// The tensor repeated without a copy to `shape`, which must be one that its own shape broadcasts
  /// to.
  package func broadcast(to shape: [Int]) throws(TensorError) -> Tensor {
    if shape == self.shape { return self }
    guard shape.count >= rank, try Shape.broadcast(self.shape, shape, "broadcast") == shape else {
      throw .shapes(
        operation: "broadcast", shapes: [self.shape, shape],
        reason: "the first shape does not broadcast to the second")
    }
    // A view takes no memory, but nothing could ever be computed from one beyond the limit.
    let bytes = try Shape.count(shape) * type.size
    if bytes > 1 << 28, bytes > Storage.limit {
      throw .memory(requested: bytes, live: Storage.live, limit: Storage.limit)
    }
    return try view(shape, Shape.broadcastStrides(self.shape, strides, to: shape))
  }

  /// The elements from, from + step, …, `count` of them, along an axis; a negative step walks
  /// backwards.
  package func sliced(
    axis: Int, from: Int, count: Int, step: Int = 1
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: shape, "slice")
    guard step != 0, count >= 0 else {
      throw .value(operation: "slice", reason: "the step must not be 0, nor the count negative")
    }
    var extents = shape
    extents[axis] = count
    if count == 0 { return try view(extents, strides) }
    let (span, overflow) = step.multipliedReportingOverflow(by: count - 1)
    let (last, beyond) = from.addingReportingOverflow(span)
    guard shape[axis] > from, from >= 0 else {
      throw .index(operation: "slice", index: from, extent: shape[axis])
    }
    guard !overflow, !beyond, last >= 0, last < shape[axis] else {
      throw .index(
        operation: "slice", index: overflow || beyond ? count : last, extent: shape[axis])
    }
    var steps = strides
    steps[axis] = count == 1 ? strides[axis] : strides[axis] &* step
    return try view(offset: offset + from * strides[axis], extents, steps)
  }

  /// The tensor at one index of an axis, which disappears.
  package func selected(axis: Int, index: Int) throws(TensorError) -> Tensor {
    try sliced(axis: axis, from: index, count: 1).squeezed(axis)
  }

  /// A new axis of extent 1 in front of axis `at`; -1 appends one.
  package func expanded(at axis: Int) throws(TensorError) -> Tensor {
    let place = axis < 0 ? axis &+ rank &+ 1 : axis
    guard place >= 0, place <= rank else {
      throw .axis(operation: "expand", axis: axis, shape: shape)
    }
    var extents = shape
    var steps = strides
    extents.insert(1, at: place)
    steps.insert(place < rank ? shape[place] &* strides[place] : 1, at: place)
    return try view(extents, steps)
  }

  /// The tensor without an axis of extent 1, or without all such axes if none is named.
  package func squeezed(_ axis: Int? = nil) throws(TensorError) -> Tensor {
    guard let axis else {
      let kept = shape.indices.filter { shape[$0] != 1 }
      return try view(kept.map { shape[$0] }, kept.map { strides[$0] })
    }
    let place = try Shape.axis(axis, of: shape, "squeeze")
    guard shape[place] == 1 else {
      throw .shapes(
        operation: "squeeze", shapes: [shape], reason: "axis \(axis) has extent \(shape[place])")
    }
    var extents = shape
    var steps = strides
    extents.remove(at: place)
    steps.remove(at: place)
    return try view(extents, steps)
  }

  /// The tensor in row-major order: itself if it lies so, else a copy.
  package func contiguous() throws(TensorError) -> Tensor {
    isContiguous ? self : try copied(strides: Shape.rowMajor(shape))
  }

  /// An image batch N×C×H×W with channels together in memory: itself if it lies so, else a copy.
  package func channelsLast() throws(TensorError) -> Tensor {
    guard rank == 4 else {
      throw .shapes(operation: "channels last", shapes: [shape], reason: "four axes are needed")
    }
    let order = [0, 2, 3, 1]
    if Shape.isRowMajor(order.map { shape[$0] }, order.map { strides[$0] }) { return self }
    return try copied(strides: Shape.channelsLast(shape))
  }

  /// The elements as another type: reals become integers by truncation and saturate, NaN becomes 0;
  /// bool is x ≠ 0.
  package func cast(to wanted: ElementType) throws(TensorError) -> Tensor {
    if wanted == type { return self }
    let result = try Tensor(
      uninitialised: shape, strides: Sweep.resultStrides(shape, [self]), wanted)
    result.fill(converting: self)
    return result
  }

  /// A copy with dense strides of its own.
  func copied(strides wanted: [Int]) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, strides: wanted, type)
    result.fill(converting: self)
    return result
  }
}
