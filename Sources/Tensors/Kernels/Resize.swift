// Resampling over one, two or three axes to other sizes, and its adjoint.

extension Kernels {
  /// x [N, C, …] with other sizes of the axes after the channels; channels together. Integers become
  /// f32.
  package static func resize(
    _ x: Tensor, sizes: [Int], mode: ResizeMode
  ) throws(TensorError) -> Tensor {
    let shape = try Resampling.shape(x.shape, sizes, "resize")
    let source = try x.cast(to: x.type.real)
    let result = try Tensor.zerosTogether(shape, source.type)
    if result.count == 0 { return result }
    let plan = try Resampling(x.shape, shape, mode, "resize")
    let whole =
      source.type == .f64
      ? plan.visit(source, result, Double.self) { $1 += $0 * $2 }
      : plan.visit(source, result, Float.self) { $1 += $0 * $2 }
    if !whole { throw .interrupted(operation: "resize") }
    return result
  }

  /// The adjoint of `resize` from inputs of `inputSizes`: g [N, C, …] spread back.
  package static func resizeGradient(
    _ g: Tensor, inputSizes: [Int], mode: ResizeMode
  ) throws(TensorError) -> Tensor {
    let shape = try Resampling.shape(g.shape, inputSizes, "resizeGradient")
    let source = try g.cast(to: g.type.real)
    let result = try Tensor.zerosTogether(shape, source.type)
    if source.count == 0 { return result }
    let plan = try Resampling(shape, g.shape, mode, "resizeGradient")
    let whole =
      source.type == .f64
      ? plan.visit(result, source, Double.self) { $0 += $1 * $2 }
      : plan.visit(result, source, Float.self) { $0 += $1 * $2 }
    if !whole { throw .interrupted(operation: "resizeGradient") }
    return result
  }
}

/// A resampling as a product of sparse matrices, one for each of depth, height and width.
struct Resampling {
  private let depths, rows, columns: ResampledAxis

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
    /// The axis number `place` of depth, height and width; an axis that is not there has one element.
    func axis(_ place: Int) throws(TensorError) -> ResampledAxis {
      let own = place - (3 - count)
      guard own >= 0 else { return try ResampledAxis(1, 1, .nearest, scale: nil) }
      return try ResampledAxis(
        input[own + 2], output[own + 2], mode,
        scale: mode.scales.isEmpty ? nil : mode.scales[own])
    }
    (depths, rows, columns) = (try axis(0), try axis(1), try axis(2))
  }

  /// Calls `body(input element, output element, weight)` for every pair that the resampling joins.
  /// False on interruption.
  @inline(__always)
  func visit<T: BinaryFloatingPoint>(
    _ x: Tensor, _ y: Tensor, _: T.Type, _ body: (inout T, inout T, T) -> Void
  ) -> Bool {
    let (input, output) = (x.pointer(T.self), y.pointer(T.self))
    let (xs, ys) = (Self.strides(x), Self.strides(y))
    let channels = x.shape[1]
    // Both an image of the input and one of the output belong to one thread.
    return Threads.forEach(x.shape[0]) { n in
      for od in 0..<depths.count {
        for oy in 0..<rows.count {
          if Interruption.requested { return }
          depths.taps(od) { depth, near in
            rows.taps(oy) { row, weight in
              let source = input + n * xs[0] + depth * xs[2] + row * xs[3]
              let target = output + n * ys[0] + od * ys[2] + oy * ys[3]
              for ox in 0..<columns.count {
                let to = target + ox * ys[4]
                columns.taps(ox) { column, last in
                  let from = source + column * xs[4]
                  let factor = T(near * weight * last)
                  // Maps of their own, as pictures are, have one channel: then there is no loop.
                  if channels == 1 { return body(&from[0], &to[0], factor) }
                  for c in 0..<channels { body(&from[c * xs[1]], &to[c * ys[1]], factor) }
                }
              }
            }
          }
        }
      }
    }
  }

  /// The strides of batch, channels, depth, height and width; 0 for an axis that is not there.
  private static func strides(_ x: Tensor) -> [Int] {
    Array(x.strides[..<2]) + [Int](repeating: 0, count: 5 - x.rank) + x.strides[2...]
  }
}
