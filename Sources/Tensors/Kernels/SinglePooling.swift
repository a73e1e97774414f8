// Pooling in single precision over images whose channels lie together.

import CKernels

extension Pooling {
  /// Calls `body(image, oy, ox, offsets)` for every place of the window on several threads, with
  /// the offsets within the image of the pixels under the window and their places h · W + w.
  private func places(
    _ operation: String,
    _ body: (Int, Int, Int, UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int>) -> Void
  ) throws(TensorError) {
    let channels = shape[1]
    // No more than the image has: the window itself may be far larger than it.
    let taps = max(1, min(window.kernel.h, shape[2]) * min(window.kernel.w, shape[3]))
    let whole = Threads.forEach(shape[0] * outputSize.h) { item in
      let (image, oy) = item.quotientAndRemainder(dividingBy: outputSize.h)
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * taps) { scratch in
        guard let offsets = scratch.baseAddress else { return }
        for ox in 0..<outputSize.w {
          let (rows, columns) = self.taps(oy, ox)
          var count = 0
          for r in rows {
            let y = oy * window.strides.h - window.padLow.h + r * window.dilation.h
            for q in columns {
              let x = ox * window.strides.w - window.padLow.w + q * window.dilation.w
              (offsets + count).initialize(to: (y * shape[3] + x) * channels)
              (offsets + taps + count).initialize(to: y * shape[3] + x)
              count += 1
            }
          }
          body(
            image, oy, ox, UnsafeBufferPointer(start: offsets, count: count),
            UnsafeBufferPointer(start: offsets + taps, count: count))
        }
      }
    }
    if !whole { throw .interrupted(operation: operation) }
  }

  private func pooledOffset(_ image: Int, _ oy: Int, _ ox: Int) -> Int {
    ((image * outputSize.h + oy) * outputSize.w + ox) * shape[1]
  }

  private var imageSize: Int { shape[1] * shape[2] * shape[3] }

  /// The maxima of `x`, dense with channels last, and where they are if `indices` is given; both of
  /// that layout.
  func largestSingle(_ x: Tensor, _ values: Tensor, _ indices: Tensor?) throws(TensorError) {
    let (from, to) = (x.pointer(Float.self), values.pointer(Float.self))
    let list = indices?.pointer(Int64.self)
    let channels = shape[1]
    try places("maxPool") { image, oy, ox, offsets, places in
      let target = pooledOffset(image, oy, ox)
      guard let first = offsets.baseAddress, offsets.count > 0 else {
        // A window that lies wholly in the padding.
        (to + target).update(repeating: -.infinity, count: channels)
        if let list { (list + target).update(repeating: -1, count: channels) }
        return
      }
      ck_max_pixels(
        from + image * imageSize, first, places.baseAddress, offsets.count, channels, to + target,
        list.map { $0 + target })
    }
  }

  private func divisor(_ inside: Int, _ countPadding: Bool) -> Float {
    Float(countPadding ? window.kernel.h * window.kernel.w : max(1, inside))
  }

  /// The means of `x` into `result`, both dense with channels last.
  func averageSingle(
    _ x: Tensor, _ result: Tensor, _ countPadding: Bool
  ) throws(TensorError) {
    let (from, to) = (x.pointer(Float.self), result.pointer(Float.self))
    try places("averagePool") { image, oy, ox, offsets, _ in
      ck_mean_pixels(
        from + image * imageSize, offsets.baseAddress, offsets.count, shape[1],
        1 / divisor(offsets.count, countPadding), to + pooledOffset(image, oy, ox))
    }
  }

  /// The adjoint of the means: adds `g` to `result`, zeros; both dense with channels last.
  func spreadSingle(
    _ g: Tensor, _ result: Tensor, _ countPadding: Bool
  ) throws(TensorError) {
    let (from, to) = (g.pointer(Float.self), result.pointer(Float.self))
    // Windows overlap, so an image belongs to one thread.
    let whole = Threads.forEach(shape[0]) { image in
      for oy in 0..<outputSize.h {
        for ox in 0..<outputSize.w {
          let (rows, columns) = taps(oy, ox)
          let factor = 1 / divisor(rows.count * columns.count, countPadding)
          let source = from + pooledOffset(image, oy, ox)
          for r in rows {
            let y = oy * window.strides.h - window.padLow.h + r * window.dilation.h
            for q in columns {
              let x = ox * window.strides.w - window.padLow.w + q * window.dilation.w
              let target = to + image * imageSize + (y * shape[3] + x) * shape[1]
              ck_accumulate(source, shape[1], factor, target)
            }
          }
        }
      }
    }
    if !whole { throw .interrupted(operation: "averagePoolGradient") }
  }
}
