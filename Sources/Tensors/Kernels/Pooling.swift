// Maximum and average over sliding windows, and their gradients. Results have their channels last.

import CKernels
import Synchronization

extension Kernels {
  /// The maximum under each place of the window over x [N, C, H, W], padding left out, and where it
  /// is: i64 indices h · W + w. The first maximum in row-major order wins; a NaN counts as largest.
  package static func maxPool(
    _ x: Tensor, _ window: Window2D
  ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
    let plan = try Pooling(x.shape, window, "maxPool")
    let shape = plan.resultShape
    let values = try Tensor(uninitialised: shape, strides: Shape.channelsLast(shape), x.type)
    let indices = try Tensor(uninitialised: shape, strides: Shape.channelsLast(shape), .i64)
    switch x.type {
    case .f32: try plan.largestSingle(try x.channelsLast(), values, indices)
    case .f64: plan.largest(x, values, indices, -Double.infinity)
    case .i64: plan.largest(x, values, indices, Int.min)
    case .u8, .bool: plan.largest(x, values, indices, UInt8(0))
    }
    return (values, indices)
  }

  /// The values of `maxPool` alone.
  package static func maxPoolValues(
    _ x: Tensor, _ window: Window2D
  ) throws(TensorError) -> Tensor {
    guard x.type == .f32 else { return try maxPool(x, window).values }
    let plan = try Pooling(x.shape, window, "maxPool")
    let shape = plan.resultShape
    let values = try Tensor(uninitialised: shape, strides: Shape.channelsLast(shape), .f32)
    try plan.largestSingle(try x.channelsLast(), values, nil)
    return values
  }

  /// The gradient of `maxPool` at its input: g [N, C, H', W'] added where `indices` say, into [N,
  /// C, H, W].
  package static func maxPoolGradient(
    _ g: Tensor, _ indices: Tensor, inputSize: (h: Int, w: Int)
  ) throws(TensorError) -> Tensor {
    guard g.rank == 4, g.shape == indices.shape else {
      throw .shapes(
        operation: "maxPoolGradient", shapes: [g.shape, indices.shape],
        reason: "the gradient and the indices differ")
    }
    // In single precision the channels go together.
    let isSingle = g.type.arithmetic == .f32
    let source = isSingle ? try g.channelsLast() : try g.cast(to: g.type.arithmetic)
    let places =
      isSingle ? try indices.cast(to: .i64).channelsLast() : try indices.cast(to: .i64)
    let (size, overflow) = inputSize.h.multipliedReportingOverflow(by: inputSize.w)
    if overflow { throw .overflow(shape: [inputSize.h, inputSize.w]) }
    let shape = [g.shape[0], g.shape[1], inputSize.h, inputSize.w]
    let result = try zerosChannelsLast(shape, source.type)
    let outside = Mutex<Int?>(nil)
    func scatter<T>(_ add: (T, T) -> T) -> Bool {
      let (to, from) = (result.pointer(T.self), source.pointer(T.self))
      let list = places.pointer(Int.self)
      // The result is walked along the channels only: the place within the image comes from the
      // index. Windows overlap, so an image belongs to one thread.
      let image = Sweep.following(
        Array(g.shape.dropFirst()),
        [
          Array(source.strides.dropFirst()), [result.strides[1], 0, 0],
          Array(places.strides.dropFirst()),
        ])
      return Threads.forEach(shape[0]) { n in
        let (values, indices) = (from + n * source.strides[0], list + n * places.strides[0])
        let sums = to + n * result.strides[0]
        image.rows { offsets, count, steps in
          for i in 0..<count {
            let place = indices[offsets[2] + i * steps[2]]
            guard place >= 0, place < size else {
              if place != -1 { outside.withLock { $0 = place } }
              continue
            }
            let target = offsets[1] + i * steps[1] + place * shape[1]
            sums[target] = add(sums[target], values[offsets[0] + i * steps[0]])
          }
        }
      }
    }
    /// The same for single precision, whose channels lie together.
    func scatterPixels() -> Bool {
      let (to, from) = (result.pointer(Float.self), source.pointer(Float.self))
      let list = places.pointer(Int64.self)
      let (channels, pixels) = (g.shape[1], g.shape[2] * g.shape[3])
      return Threads.forEach(shape[0]) { n in
        let start = n * pixels * channels
        let place = ck_scatter_pixels(
          from + start, list + start, pixels, channels, size, to + n * size * channels)
        if place != -1 { outside.withLock { $0 = Int(place) } }
      }
    }
    let whole =
      switch source.type {
      case .f32: scatterPixels()
      case .f64: scatter { (a: Double, b: Double) in a + b }
      default: scatter { (a: Int, b: Int) in a &+ b }
      }
    if !whole { throw .interrupted(operation: "maxPoolGradient") }
    if let outside = outside.withLock({ $0 }) {
      throw .index(operation: "maxPoolGradient", index: outside, extent: size)
    }
    return result
  }

  /// The mean under each place of the window over x [N, C, H, W]; padding counts as zeros if
  /// `countPadding`, else the divisor is the number of elements inside the image. Integers become
  /// f32.
  package static func averagePool(
    _ x: Tensor, _ window: Window2D, countPadding: Bool = false
  ) throws(TensorError) -> Tensor {
    let plan = try Pooling(x.shape, window, "averagePool")
    let source = try x.cast(to: x.type.real)
    let result = try zerosChannelsLast(plan.resultShape, source.type)
    if source.type == .f64 {
      plan.average(source, result, countPadding, Double.self) { $1 += $0 * $2 }
    } else {
      try plan.averageSingle(try source.channelsLast(), result, countPadding)
    }
    return result
  }

  /// The gradient of `averagePool` at its input of the given size, for g [N, C, H', W'].
  package static func averagePoolGradient(
    _ g: Tensor, _ window: Window2D, countPadding: Bool = false, inputSize: (h: Int, w: Int)
  ) throws(TensorError) -> Tensor {
    guard g.rank == 4 else {
      throw .shapes(
        operation: "averagePoolGradient", shapes: [g.shape], reason: "four axes are needed")
    }
    let shape = [g.shape[0], g.shape[1], inputSize.h, inputSize.w]
    let plan = try Pooling(shape, window, "averagePoolGradient")
    guard plan.resultShape == g.shape else {
      throw .shapes(
        operation: "averagePoolGradient", shapes: [g.shape, plan.resultShape],
        reason: "the first should be the second")
    }
    let source = try g.cast(to: g.type.real)
    let result = try zerosChannelsLast(shape, source.type)
    if source.type == .f64 {
      plan.average(result, source, countPadding, Double.self) { $0 += $1 * $2 }
    } else {
      try plan.spreadSingle(try source.channelsLast(), result, countPadding)
    }
    return result
  }
}

/// The checked sizes of one pooling.
struct Pooling {
  let shape: [Int]
  let window: Window2D
  let outputSize: (h: Int, w: Int)

  var resultShape: [Int] { [shape[0], shape[1], outputSize.h, outputSize.w] }

  init(_ shape: [Int], _ window: Window2D, _ operation: String) throws(TensorError) {
    guard shape.count == 4 else {
      throw .shapes(operation: operation, shapes: [shape], reason: "four axes are needed")
    }
    guard window.groups == 1 else {
      throw .value(operation: operation, reason: "pooling has no groups")
    }
    (self.shape, self.window) = (shape, window)
    outputSize = try window.outputSize((shape[2], shape[3]), operation)
  }

  /// The rows and columns of the image under the window at one place, as taps of the kernel.
  @inline(__always)
  func taps(_ oy: Int, _ ox: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    (
      Window2D.taps(
        oy, kernel: window.kernel.h, stride: window.strides.h, dilation: window.dilation.h,
        pad: window.padLow.h, extent: shape[2]),
      Window2D.taps(
        ox, kernel: window.kernel.w, stride: window.strides.w, dilation: window.dilation.w,
        pad: window.padLow.w, extent: shape[3])
    )
  }

  /// Calls `body(n, oy, ox)` for every place of the window.
  @inline(__always)
  private func places(_ body: (Int, Int, Int) -> Void) {
    for n in 0..<shape[0] {
      for oy in 0..<outputSize.h {
        if Interruption.requested { return }
        for ox in 0..<outputSize.w { body(n, oy, ox) }
      }
    }
  }

  func largest<T: Comparable>(_ x: Tensor, _ values: Tensor, _ indices: Tensor, _ start: T) {
    let (from, to, list) = (x.pointer(T.self), values.pointer(T.self), indices.pointer(Int.self))
    let (xs, ys) = (x.strides, values.strides)
    places { n, oy, ox in
      let (rows, columns) = taps(oy, ox)
      for c in 0..<shape[1] {
        // An index of -1 marks a window that lies wholly in the padding.
        var (best, place) = (start, -1)
        for r in rows {
          let y = oy * window.strides.h - window.padLow.h + r * window.dilation.h
          for s in columns where best == best {
            let x = ox * window.strides.w - window.padLow.w + s * window.dilation.w
            let value = from[n * xs[0] + c * xs[1] + y * xs[2] + x * xs[3]]
            if place < 0 || value > best || value != value {
              (best, place) = (value, y * shape[3] + x)
            }
          }
        }
        let target = n * ys[0] + c * ys[1] + oy * ys[2] + ox * ys[3]
        (to[target], list[target]) = (best, place)
      }
    }
  }

  /// Calls `body(image element, pooled element, 1 / divisor)` for every pair that the average
  /// joins.
  @inline(__always)
  func average<T: BinaryFloatingPoint>(
    _ x: Tensor, _ y: Tensor, _ countPadding: Bool, _: T.Type,
    _ body: (inout T, inout T, T) -> Void
  ) {
    let (image, pooled) = (x.pointer(T.self), y.pointer(T.self))
    let (xs, ys) = (x.strides, y.strides)
    places { n, oy, ox in
      let (rows, columns) = taps(oy, ox)
      let inside = rows.count * columns.count
      let divisor = countPadding ? window.kernel.h * window.kernel.w : max(1, inside)
      let factor = 1 / T(divisor)
      for r in rows {
        let row = oy * window.strides.h - window.padLow.h + r * window.dilation.h
        for s in columns {
          let column = ox * window.strides.w - window.padLow.w + s * window.dilation.w
          let from = image + n * xs[0] + row * xs[2] + column * xs[3]
          let to = pooled + n * ys[0] + oy * ys[2] + ox * ys[3]
          for c in 0..<shape[1] { body(&from[c * xs[1]], &to[c * ys[1]], factor) }
        }
      }
    }
  }
}
