// Borders made of the operand's own elements, and sliding windows; each with its adjoint.
import Tensors

/// With `low[i]` elements before and `high[i]` after axis i, taken from the operand as `mode` says;
/// negative numbers cut off.
package struct BorderPad: LinearOperator {
  package static let name = "border pad"
  package let low, high: [Int]
  package let mode: BorderMode

  package init(low: [Int], high: [Int], mode: BorderMode) {
    self.low = low
    self.high = high
    self.mode = mode
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let shape = operands[0].shape
    let result = try Pad(low: low, high: high).shape(of: operands)
    try ShapeRule.require(
      shape.indices.allSatisfy { shape[$0] > 0 || result[$0] == 0 }, Self.name, operands,
      "an axis without elements has none to make a border of")
    return result
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.extend(inputs[0], low: low, high: high, mode: mode)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [
      try pullback.gradient.applying(
        BorderPadGradient(low: low, high: high, mode: mode, of: pullback.inputs[0].shape))
    ]
  }
}

/// The adjoint of `BorderPad` on operands of a shape.
package struct BorderPadGradient: LinearOperator {
  package static let name = "border pad gradient"
  package let low, high: [Int]
  package let mode: BorderMode
  package let original: [Int]

  package init(low: [Int], high: [Int], mode: BorderMode, of original: [Int]) {
    self.low = low
    self.high = high
    self.mode = mode
    self.original = original
  }

  private var forward: BorderPad { BorderPad(low: low, high: high, mode: mode) }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    try ShapeRule.require(
      try forward.shape(of: [Operand(original)]) == operands[0].shape, Self.name, operands,
      "padding \(original) would not give the operand's shape")
    return original
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.extendGradient(inputs[0], low: low, high: high, mode: mode, shape: original)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient.applying(forward)]
  }
}

/// Windows of `size` elements along an axis, `step` apart, with `dilation` from element to element: the
/// number of the window stands at the axis, the elements are a new last axis.
package struct SlidingWindows: LinearOperator {
  package static let name = "windows"
  package let axis: Int
  package let window: WindowAxis

  package init(_ axis: Int, size: Int, step: Int = 1, dilation: Int = 1) {
    self.axis = axis
    window = WindowAxis(size, stride: step, dilation: dilation)
  }

  fileprivate init(_ axis: Int, _ window: WindowAxis) {
    self.axis = axis
    self.window = window
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var shape = operands[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    let places = window.isValid && shape[axis] < 1 << 40 ? window.places(over: shape[axis]) : 0
    try ShapeRule.require(
      places > 0, Self.name, operands,
      "size, step and dilation must be positive and a window of size \(window.kernel) and "
        + "dilation \(window.dilation) fit into the \(shape[axis]) elements of axis \(self.axis)")
    shape[axis] = places
    return shape + [window.kernel]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try inputs[0].windows(axis: axis, window)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let shape = pullback.inputs[0].shape
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    return [try pullback.gradient.applying(OverlapAdd(axis, window, extent: shape[axis]))]
  }
}

/// The adjoint of `SlidingWindows` over an axis of `extent` elements: elements of windows (the last
/// axis) are added where they were taken from.
package struct OverlapAdd: LinearOperator {
  package static let name = "overlap add"
  package let axis: Int
  package let window: WindowAxis
  package let extent: Int

  package init(_ axis: Int, size: Int, step: Int = 1, dilation: Int = 1, extent: Int) {
    self.init(axis, WindowAxis(size, stride: step, dilation: dilation), extent: extent)
  }

  fileprivate init(_ axis: Int, _ window: WindowAxis, extent: Int) {
    self.axis = axis
    self.window = window
    self.extent = extent
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let windows = operands[0].shape
    try ShapeRule.require(windows.count >= 2, Self.name, operands, "two axes are needed")
    var shape = Array(windows.dropLast())
    let axis = try ShapeRule.axis(Self.name, axis, of: shape)
    let fits =
      window.isValid && extent >= 0 && extent < 1 << 40 && windows.last == window.kernel
      && window.places(over: extent) == shape[axis]
    try ShapeRule.require(
      fits, Self.name, operands,
      "\(extent) elements do not have \(shape[axis]) windows of size \(window.kernel), step "
        + "\(window.stride) and dilation \(window.dilation)")
    shape[axis] = extent
    return shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.overlapAdd(inputs[0], axis: axis, window, extent: extent)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    // From the end the axis would count the elements of the windows too.
    let place = axis < 0 ? axis &+ pullback.output.shape.count : axis
    return [try pullback.gradient.applying(SlidingWindows(place, window))]
  }
}
