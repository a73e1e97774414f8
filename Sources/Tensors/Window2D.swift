// The geometry of a sliding window over the last two axes of N×C×H×W.

/// A window that slides over height and width, as convolutions and poolings use it.
package struct Window2D: Sendable, Hashable {
  package var kernel: (h: Int, w: Int)
  package var strides: (h: Int, w: Int)
  /// Distance between neighbouring taps of the kernel.
  package var dilation: (h: Int, w: Int)
  /// Rows and columns in front of the first.
  package var padLow: (h: Int, w: Int)
  /// Rows and columns after the last.
  package var padHigh: (h: Int, w: Int)
  /// Blocks of channels that are convolved on their own.
  package var groups: Int

  /// A window; `padHigh` is `padLow` unless given.
  package init(
    kernel: (h: Int, w: Int), strides: (h: Int, w: Int) = (1, 1),
    dilation: (h: Int, w: Int) = (1, 1), padLow: (h: Int, w: Int) = (0, 0),
    padHigh: (h: Int, w: Int)? = nil, groups: Int = 1
  ) {
    self.kernel = kernel
    self.strides = strides
    self.dilation = dilation
    self.padLow = padLow
    self.padHigh = padHigh ?? padLow
    self.groups = groups
  }

  /// The same along each axis.
  var axes: (h: WindowAxis, w: WindowAxis) {
    (
      WindowAxis(
        kernel.h, stride: strides.h, dilation: dilation.h, padLow: padLow.h, padHigh: padHigh.h),
      WindowAxis(
        kernel.w, stride: strides.w, dilation: dilation.w, padLow: padLow.w, padHigh: padHigh.w)
    )
  }

  package static func == (left: Window2D, right: Window2D) -> Bool {
    left.axes == right.axes && left.groups == right.groups
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(axes.h)
    hasher.combine(axes.w)
    hasher.combine(groups)
  }

  /// The number of places of the window over an H×W image: floor((H + pads - dilation · (kernel -
  /// 1) - 1) / stride) + 1 per axis; an error if there is none.
  package func outputSize(
    _ size: (h: Int, w: Int), _ operation: String
  ) throws(TensorError) -> (h: Int, w: Int) {
    let (height, width) = axes
    guard height.isValid, width.isValid, groups >= 1 else {
      throw .value(
        operation: operation,
        reason: "kernel, strides, dilation and groups must be positive and padding not negative, "
          + "all below 2^30")
    }
    guard size.h < 1 << 40, size.w < 1 << 40 else { throw .overflow(shape: [size.h, size.w]) }
    let places = (h: height.places(over: size.h), w: width.places(over: size.w))
    guard places.h > 0, places.w > 0 else {
      throw .shapes(
        operation: operation, shapes: [[size.h, size.w], [kernel.h, kernel.w]],
        reason: "the window is larger than the padded image")
    }
    return places
  }

  /// The taps of the kernel that meet the image when the window stands at `place` along one axis.
  @inline(__always)
  static func taps(
    _ place: Int, kernel: Int, stride: Int, dilation: Int, pad: Int, extent: Int
  ) -> Range<Int> {
    let start = place * stride - pad
    let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
    let end = start >= extent ? 0 : min(kernel, (extent - start + dilation - 1) / dilation)
    return first < end ? first..<end : 0..<0
  }
}
