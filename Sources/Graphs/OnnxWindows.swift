// What ONNX nodes say about windows: kernel, strides, dilations, padding.
import Tensors

extension OnnxAttributes {
  /// The window of a Conv or a pooling: kernel_shape (or the sizes of the weight), strides, pads,
  /// auto_pad, dilations, group and, for poolings, ceil_mode. auto_pad and ceil_mode need the operand's
  /// shape.
  package func window(kernel weight: [Int]?) throws(GraphError) -> Window {
    let ceiling = try integer("ceil_mode", 0) != 0
    let automatic = try text("auto_pad", "NOTSET")
    var axes = try windowAxes(kernel: weight)
    if ceiling || automatic.hasPrefix("SAME") {
      guard let shape = operands.first, shape.count == axes.count + 2 else {
        throw .attribute(
          operation: operation, name: "operand", found: "\(operands)", expected: "a known shape")
      }
      for place in axes.indices {
        if automatic.hasPrefix("SAME") {
          axes[place].padToKeep(shape[place + 2], lower: automatic == "SAME_LOWER")
        }
        if ceiling { axes[place].padHigh += axes[place].extraForCeiling(shape[place + 2]) }
      }
    }
    return Window(axes, groups: try integer("group", 1))
  }

  /// The axes of a window as the node states them: without what auto_pad and ceil_mode add.
  package func windowAxes(kernel weight: [Int]?) throws(GraphError) -> [WindowAxis] {
    let kernel = try integers("kernel_shape", weight.map { Array($0.dropFirst(2)) } ?? [])
    let ones = kernel.map { _ in 1 }
    let strides = try integers("strides", ones)
    let dilations = try integers("dilations", ones)
    var pads = try integers("pads", (kernel + kernel).map { _ in 0 })
    if try text("auto_pad", "NOTSET") != "NOTSET" { pads = pads.map { _ in 0 } }
    guard (1...3).contains(kernel.count), strides.count == kernel.count,
      dilations.count == kernel.count, pads.count == 2 * kernel.count
    else { throw invalidWindow(kernel, strides, dilations, pads) }
    let axes = kernel.indices.map {
      WindowAxis(
        kernel[$0], stride: strides[$0], dilation: dilations[$0], padLow: pads[$0],
        padHigh: pads[$0 + kernel.count])
    }
    guard axes.allSatisfy(\.isValid) else {
      throw invalidWindow(kernel, strides, dilations, pads)
    }
    return axes
  }

  private func invalidWindow(
    _ kernel: [Int], _ strides: [Int], _ dilations: [Int], _ pads: [Int]
  ) -> GraphError {
    .attribute(
      operation: operation, name: "kernel_shape, strides, dilations and pads",
      found: "\(kernel), \(strides), \(dilations) and \(pads)",
      expected: "a window over one to three axes")
  }
}

extension WindowAxis {
  /// Pads so that there are ceil(extent / stride) places; an odd element more goes to the end, or with
  /// `lower` in front.
  package mutating func padToKeep(_ extent: Int, lower: Bool) {
    let places = (extent + stride - 1) / stride
    let total = max(0, (places - 1) * stride + reach - extent)
    padLow = lower ? total - total / 2 : total / 2
    padHigh = total - padLow
  }

  /// How much padding at the end makes the number of places round up instead of down; none if the last
  /// place would begin in the padding.
  package func extraForCeiling(_ extent: Int) -> Int {
    let room = extent + padLow + padHigh - reach
    guard room > 0, room % stride != 0 else { return 0 }
    let places = room / stride + 1
    return places * stride < extent + padLow ? stride - room % stride : 0
  }
}
