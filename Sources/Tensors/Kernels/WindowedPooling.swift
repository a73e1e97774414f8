// Maximum and average over windows along one, two or three axes, by the kernels for two.
//
// A series is an image of height 1. The window of a volume is a rectangle times a range of depths:
// the planes are pooled first, as the images of one batch, then the depth.

extension Kernels {
  /// The maximum under each place of the window over x [N, C, …], padding left out, and where it is:
  /// i64 indices in row-major order of the axes after the channels, -1 for a window that lies wholly
  /// in the padding. The first maximum wins; a NaN counts as largest.
  package static func maxPool(
    _ x: Tensor, _ window: Window
  ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
    try checkPooling(x.shape, window, "maxPool")
    switch window.axes.count {
    case 1:
      let (values, indices) = try maxPool(x.expanded(at: 2), window.plane)
      return (try values.squeezed(2), try indices.squeezed(2))
    case 2: return try maxPool(x, window.plane)
    default: break
    }
    let (values, places) = try maxPool(planes(x), window.plane)
    let pooled = try columns(volumes(values, x.shape))
    let (deepest, depths) = try maxPool(pooled, depthWindow(window))
    let result = Array(x.shape[..<2]) + [deepest.shape[2]] + values.shape[2...]
    // The index along the pooled depths is depth · (H' W') + place; the place within the plane's
    // image stands in `places` there.
    let pixels = try Tensor.scalar(Double(max(1, values.shape[2] * values.shape[3])), .i64)
    let size = try Tensor.scalar(Double(x.shape[3] * x.shape[4]), .i64)
    let lanes = [x.shape[0], x.shape[1], -1]
    let count = [x.shape[0], x.shape[1], depths.shape[2] * depths.shape[3]]
    if count.contains(0) { return (try deepest.reshaped(result), try depths.reshaped(result)) }
    let flat = try depths.reshaped(count)
    let none = try binary(.less, flat, Tensor.scalar(0, .i64))
    let safe = try binary(.maximum, flat, Tensor.scalar(0, .i64))
    let within = try takeAlong(
      volumes(places, x.shape).reshaped(lanes), axis: 2, safe)
    let depth = try binary(.floorDivide, safe, pixels)
    let whole = try binary(.add, binary(.multiply, depth, size), within)
    let missing = try binary(.lessOrEqual, within, Tensor.scalar(-1, .i64))
    let lost = try binary(.maximum, none.cast(to: .i64), missing.cast(to: .i64))
    // 1 where there is nothing: such an index becomes -1.
    let kept = try binary(.subtract, Tensor.scalar(1, .i64), lost)
    let indices = try binary(.subtract, binary(.multiply, whole, kept), lost)
    return (try deepest.reshaped(result), try indices.reshaped(result))
  }

  /// The gradient of `maxPool` at its input of the given sizes: g [N, C, …] added where `indices` say.
  package static func maxPoolGradient(
    _ g: Tensor, _ indices: Tensor, inputSizes: [Int]
  ) throws(TensorError) -> Tensor {
    guard g.rank == inputSizes.count + 2, g.shape == indices.shape else {
      throw .shapes(
        operation: "maxPoolGradient", shapes: [g.shape, indices.shape, inputSizes],
        reason: "the gradient, the indices and the sizes differ")
    }
    let shape = Array(g.shape[..<2]) + inputSizes
    _ = try Shape.count(shape)
    let (lead, count) = (Array(g.shape[..<2]), try Shape.count(Array(g.shape[2...])))
    return try maxPoolGradient(
      g.reshaped(lead + [count, 1]), indices.reshaped(lead + [count, 1]),
      inputSize: (try Shape.count(inputSizes), 1)
    ).reshaped(shape)
  }

  /// The mean under each place of the window over x [N, C, …]; padding counts as zeros if
  /// `countPadding`, else the divisor is the number of elements inside. Integers become f32.
  package static func averagePool(
    _ x: Tensor, _ window: Window, countPadding: Bool = false
  ) throws(TensorError) -> Tensor {
    let sizes = try checkPooling(x.shape, window, "averagePool")
    switch window.axes.count {
    case 1:
      return try averagePool(x.expanded(at: 2), window.plane, countPadding: countPadding)
        .squeezed(2)
    case 2: return try averagePool(x, window.plane, countPadding: countPadding)
    default:
      let flat = try averagePool(planes(x), window.plane, countPadding: countPadding)
      let pooled = try averagePool(
        columns(volumes(flat, x.shape)), depthWindow(window), countPadding: countPadding)
      return try pooled.reshaped(Array(x.shape[..<2]) + sizes)
    }
  }

  /// The gradient of `averagePool` at its input of the given sizes, for g [N, C, …].
  package static func averagePoolGradient(
    _ g: Tensor, _ window: Window, countPadding: Bool = false, inputSizes: [Int]
  ) throws(TensorError) -> Tensor {
    let operation = "averagePoolGradient"
    guard g.rank == window.axes.count + 2, inputSizes.count == window.axes.count else {
      throw .shapes(
        operation: operation, shapes: [g.shape, inputSizes],
        reason: "\(window.axes.count + 2) axes are needed, batch and channels first")
    }
    let shape = Array(g.shape[..<2]) + inputSizes
    let sizes = try checkPooling(shape, window, operation)
    guard sizes == Array(g.shape[2...]) else {
      throw .shapes(
        operation: operation, shapes: [g.shape, Array(g.shape[..<2]) + sizes],
        reason: "the first should be the second")
    }
    switch window.axes.count {
    case 1:
      return try averagePoolGradient(
        g.expanded(at: 2), window.plane, countPadding: countPadding, inputSize: (1, inputSizes[0])
      ).squeezed(2)
    case 2:
      return try averagePoolGradient(
        g, window.plane, countPadding: countPadding, inputSize: (inputSizes[0], inputSizes[1]))
    default:
      let deep = try averagePoolGradient(
        columns(g), depthWindow(window), countPadding: countPadding,
        inputSize: (inputSizes[0], sizes[1] * sizes[2]))
      let flat = try averagePoolGradient(
        planes(deep.reshaped(Array(shape[..<3]) + sizes[1...])), window.plane,
        countPadding: countPadding, inputSize: (inputSizes[1], inputSizes[2]))
      return try volumes(flat, shape)
    }
  }

  @discardableResult
  private static func checkPooling(
    _ shape: [Int], _ window: Window, _ operation: String
  ) throws(TensorError) -> [Int] {
    guard shape.count == window.axes.count + 2 else {
      throw .shapes(
        operation: operation, shapes: [shape],
        reason: "\(window.axes.count + 2) axes are needed, batch and channels first")
    }
    guard window.groups == 1 else {
      throw .value(operation: operation, reason: "pooling has no groups")
    }
    let sizes = try window.outputSizes(Array(shape[2...]), operation)
    _ = try Shape.count(Array(shape[..<2]) + sizes)
    return sizes
  }

  /// [N, C, D, H, W] as images [N · D, C, H, W].
  private static func planes(_ x: Tensor) throws(TensorError) -> Tensor {
    let moved = try x.permuted([0, 2, 1, 3, 4])
    return try moved.reshaped([moved.shape[0] * moved.shape[1]] + moved.shape[2...])
  }

  /// Images [N · D, C, H, W] of an input of `shape` as [N, C, D, H, W].
  private static func volumes(_ x: Tensor, _ shape: [Int]) throws(TensorError) -> Tensor {
    try x.reshaped([shape[0], shape[2]] + x.shape[1...]).permuted([0, 2, 1, 3, 4])
  }

  /// [N, C, D, H, W] as images [N, C, D, H · W].
  private static func columns(_ x: Tensor) throws(TensorError) -> Tensor {
    try x.reshaped(Array(x.shape[..<3]) + [x.shape[3] * x.shape[4]])
  }

  /// The window along the depth, over images whose rows are depths.
  private static func depthWindow(_ window: Window) -> Window2D {
    let depth = window.axes[0]
    return Window2D(
      kernel: (depth.kernel, 1), strides: (depth.stride, 1), dilation: (depth.dilation, 1),
      padLow: (depth.padLow, 0), padHigh: (depth.padHigh, 0))
  }
}
