// Borders made of the tensor's own elements: reflected, repeated or taken from the other side.

/// Where the elements of a border come from.
package enum BorderMode: String, Sendable, CaseIterable {
  /// Mirrored at the outermost elements, which are not repeated: `c b | a b c | b a`.
  case reflect
  /// The outermost element again: `a a | a b c | c c`.
  case edge
  /// From the other end: `b c | a b c | a b`.
  case wrap

  /// The element of an axis of `extent` elements that stands at `place`, which may lie outside of it.
  func source(_ place: Int, _ extent: Int) -> Int {
    if place >= 0 && place < extent { return place }
    switch self {
    case .edge: return place < 0 ? 0 : extent - 1
    case .wrap: return remainder(place, extent)
    case .reflect:
      if extent == 1 { return 0 }
      let around = remainder(place, 2 * (extent - 1))
      return around < extent ? around : 2 * (extent - 1) - around
    }
  }

  private func remainder(_ place: Int, _ period: Int) -> Int {
    let rest = place % period
    return rest < 0 ? rest + period : rest
  }
}

extension Kernels {
  /// `x` with `low[i]` elements before and `high[i]` after it along axis i, taken from `x` as `mode`
  /// says; negative numbers crop.
  package static func extend(
    _ x: Tensor, low: [Int], high: [Int], mode: BorderMode
  ) throws(TensorError) -> Tensor {
    let shapes = try borderShapes(x.shape, low, high, "pad")
    var result = x
    for axis in x.shape.indices where low[axis] != 0 || high[axis] != 0 {
      let source = result
      let target = try Tensor(
        uninitialised: shapes[axis], strides: Shape.strides(shapes[axis], like: source), x.type)
      if target.count > 0 {
        try visit(axis, source.shape[axis], shapes[axis][axis], low[axis], mode) {
          from, to, count throws(TensorError) in
          try target.sliced(axis: axis, from: to, count: count)
            .fill(converting: try source.sliced(axis: axis, from: from, count: count))
        }
      }
      result = target
    }
    return result
  }

  /// The adjoint of `extend` for an input of `shape`: each element of `g` is added where it was taken
  /// from.
  package static func extendGradient(
    _ g: Tensor, low: [Int], high: [Int], mode: BorderMode, shape: [Int]
  ) throws(TensorError) -> Tensor {
    let shapes = try borderShapes(shape, low, high, "pad gradient")
    guard g.shape == shapes.last ?? shape else {
      throw .shapes(
        operation: "pad gradient", shapes: [g.shape, shapes.last ?? shape],
        reason: "the first should be the second")
    }
    var result = try g.cast(to: g.type.arithmetic)
    for axis in shape.indices.reversed() where low[axis] != 0 || high[axis] != 0 {
      let source = result
      var before = source.shape
      before[axis] = shape[axis]
      let target = try Tensor.zeros(before, source.type)
      if target.count > 0 && source.count > 0 {
        try visit(axis, shape[axis], source.shape[axis], low[axis], mode) {
          from, to, count throws(TensorError) in
          try accumulate(
            try source.sliced(axis: axis, from: to, count: count),
            into: try target.sliced(axis: axis, from: from, count: count))
        }
      }
      result = target
    }
    return result
  }

  /// Calls `body(source, target, count)` for runs of an axis: the inner elements together, those of
  /// the border one by one.
  private static func visit(
    _ axis: Int, _ extent: Int, _ size: Int, _ low: Int, _ mode: BorderMode,
    _ body: (Int, Int, Int) throws(TensorError) -> Void
  ) throws(TensorError) {
    let inside = min(max(0, low), size)..<max(min(max(0, low), size), min(size, extent + low))
    if !inside.isEmpty { try body(inside.lowerBound - low, inside.lowerBound, inside.count) }
    for place in 0..<inside.lowerBound {
      if Interruption.requested { throw .interrupted(operation: "pad") }
      try body(mode.source(place - low, extent), place, 1)
    }
    for place in inside.upperBound..<max(inside.upperBound, size) {
      if Interruption.requested { throw .interrupted(operation: "pad") }
      try body(mode.source(place - low, extent), place, 1)
    }
  }

  /// The shapes after each axis, one after the other, has got its border.
  private static func borderShapes(
    _ shape: [Int], _ low: [Int], _ high: [Int], _ operation: String
  ) throws(TensorError) -> [[Int]] {
    guard low.count == shape.count, high.count == shape.count else {
      throw .shapes(
        operation: operation, shapes: [shape, low, high], reason: "one number per axis is needed")
    }
    guard (low + high).allSatisfy({ $0.magnitude < 1 << 40 }) else { throw .overflow(shape: shape) }
    var shapes: [[Int]] = []
    var current = shape
    for axis in shape.indices {
      let (part, first) = shape[axis].addingReportingOverflow(low[axis])
      let (size, second) = part.addingReportingOverflow(high[axis])
      guard !first, !second, size >= 0, part >= 0, shape[axis] > 0 || size == 0 else {
        throw .shapes(
          operation: operation, shapes: [shape],
          reason: "the widths \(low[axis]) and \(high[axis]) do not fit axis \(axis)")
      }
      current[axis] = size
      _ = try Shape.count(current)
      shapes.append(current)
    }
    return shapes
  }
}
