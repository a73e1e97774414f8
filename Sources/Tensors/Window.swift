// The geometry of a sliding window over any number of axes.

/// How a window slides along one axis.
package struct WindowAxis: Sendable, Hashable {
  /// Taps of the kernel.
  package var kernel: Int
  /// Elements from one place of the window to the next.
  package var stride: Int
  /// Elements from tap to tap.
  package var dilation: Int
  /// Elements in front of the first and after the last.
  package var padLow, padHigh: Int

  /// An axis of a window; `padHigh` is `padLow` unless given.
  package init(
    _ kernel: Int, stride: Int = 1, dilation: Int = 1, padLow: Int = 0, padHigh: Int? = nil
  ) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padLow = padLow
    self.padHigh = padHigh ?? padLow
  }

  /// Numbers beyond which no window is; products and sums of a few stay within an Int.
  package static let limit = 1 << 30

  /// Elements from the first to the last tap, both included.
  package var reach: Int { dilation * (kernel - 1) + 1 }

  /// Whether every number is in its range: kernel, stride and dilation positive, padding not negative.
  package var isValid: Bool {
    min(kernel, stride, dilation) >= 1 && min(padLow, padHigh) >= 0
      && max(max(kernel, stride, dilation), padLow, padHigh) < Self.limit
  }

  /// The number of places over `extent` elements, 0 if the window does not fit: floor((extent + pads -
  /// reach) / stride) + 1.
  package func places(over extent: Int) -> Int {
    let room = extent + padLow + padHigh - reach
    return room < 0 ? 0 : room / stride + 1
  }

  /// Whether at each of `count` places some tap lies on one of `extent` elements, and not in the padding.
  package func meetsElements(at count: Int, over extent: Int) -> Bool {
    guard padLow > 0 || padHigh > 0 else { return true }
    return (0..<count).allSatisfy { place in
      let start = place * stride - padLow
      let tap = start >= 0 ? 0 : (-start + dilation - 1) / dilation
      return tap < kernel && start + tap * dilation < extent
    }
  }

  /// The places of the window for which tap `tap` lies on one of `extent` elements.
  func places(meeting tap: Int, over extent: Int, of count: Int) -> Range<Int> {
    // Place p puts the tap on element p · stride + start.
    let start = tap * dilation - padLow
    let first = start >= 0 ? 0 : (-start + stride - 1) / stride
    let end = start >= extent ? 0 : min(count, (extent - 1 - start) / stride + 1)
    return first < end ? first..<end : 0..<0
  }
}

/// A window that slides over the axes of N×C×… after the channels.
package struct Window: Sendable, Hashable {
  package var axes: [WindowAxis]
  /// Blocks of channels that are convolved on their own.
  package var groups: Int

  package init(_ axes: [WindowAxis], groups: Int = 1) {
    self.axes = axes
    self.groups = groups
  }

  /// The same window as one over height and width.
  package init(_ plane: Window2D) {
    self.init([plane.axes.h, plane.axes.w], groups: plane.groups)
  }

  /// Taps per axis.
  package var kernel: [Int] { axes.map(\.kernel) }

  /// The window over the last two axes; over one axis it has a height of one.
  var plane: Window2D {
    let height = axes.count > 1 ? axes[axes.count - 2] : WindowAxis(1)
    let width = axes.last ?? WindowAxis(1)
    return Window2D(
      kernel: (height.kernel, width.kernel), strides: (height.stride, width.stride),
      dilation: (height.dilation, width.dilation), padLow: (height.padLow, width.padLow),
      padHigh: (height.padHigh, width.padHigh), groups: groups)
  }

  /// The number of places along each axis; an error if there is none, or a number is out of range.
  package func outputSizes(_ sizes: [Int], _ operation: String) throws(TensorError) -> [Int] {
    guard sizes.count == axes.count, (1...3).contains(axes.count) else {
      throw .shapes(
        operation: operation, shapes: [sizes, kernel],
        reason: "the window is for \(axes.count) axes; one to three are possible")
    }
    guard axes.allSatisfy(\.isValid), groups >= 1 else {
      throw .value(
        operation: operation,
        reason: "kernel, strides, dilation and groups must be positive and padding not negative, "
          + "all below 2^30")
    }
    guard sizes.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }) else { throw .overflow(shape: sizes) }
    let places = zip(axes, sizes).map { $0.places(over: $1) }
    guard places.allSatisfy({ $0 > 0 }) else {
      throw .shapes(
        operation: operation, shapes: [sizes, kernel],
        reason: "the window is larger than the padded input")
    }
    return places
  }

  /// Checks an input [N, C, …] and a weight [O, C / groups, …] against each other and the window;
  /// the shape of their convolution.
  package func convolved(
    _ x: [Int], _ weight: [Int], _ operation: String
  ) throws(TensorError) -> [Int] {
    let rank = axes.count + 2
    guard x.count == rank, weight.count == rank else {
      throw .shapes(
        operation: operation, shapes: [x, weight],
        reason: "\(rank) axes are needed, batch and channels first")
    }
    guard groups >= 1, weight[0] % groups == 0 else {
      throw .shapes(
        operation: operation, shapes: [x, weight],
        reason: "\(weight[0]) outputs cannot be divided into \(groups) groups")
    }
    guard
      weight[1].multipliedReportingOverflow(by: groups) == (x[1], false)
    else {
      throw .shapes(
        operation: operation, shapes: [x, weight],
        reason: "\(x[1]) channels in \(groups) groups do not fit a weight for \(weight[1]) "
          + "channels a group")
    }
    guard zip(weight.dropFirst(2), axes).allSatisfy({ $0 == $1.kernel }) else {
      throw .shapes(
        operation: operation, shapes: [weight, kernel],
        reason: "the weight differs from the window's kernel")
    }
    return [x[0], weight[0]] + (try outputSizes(Array(x[2...]), operation))
  }
}

extension Shape {
  /// Strides of a shape N×C×… in which the channels of a place lie together.
  static func channelsTogether(_ shape: [Int]) -> [Int] {
    guard shape.count > 2 else { return rowMajor(shape) }
    let order = [0] + Array(2..<shape.count) + [1]
    let sorted = rowMajor(order.map { shape[$0] })
    var strides = shape
    for (place, axis) in order.enumerated() { strides[axis] = sorted[place] }
    return strides
  }
}

extension Tensor {
  /// A tensor N×C×… with channels together in memory: itself if it lies so, else a copy.
  func channelsTogether() throws(TensorError) -> Tensor {
    let wanted = Shape.channelsTogether(shape)
    let lies = shape.indices.allSatisfy { shape[$0] == 1 || strides[$0] == wanted[$0] }
    return lies ? self : try copied(strides: wanted)
  }

  /// Zeros N×C×… with channels together.
  static func zerosTogether(
    _ shape: [Int], _ type: ElementType
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, strides: Shape.channelsTogether(shape), type)
    result.storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: result.bytes)
    return result
  }
}
