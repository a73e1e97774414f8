// Patches of a tensor as columns, and their sum back, in terms of padding and sliding windows.
import Tensors

extension Window {
  /// The patches of x [n, c, …] under the places of this window: [n, c · taps, places].
  package func unfolded(_ x: Variable) throws(GraphError) -> Variable {
    let name = "unfold"
    let count = axes.count
    _ = try pooled(name, [Operand(x.shape)])
    var result = x
    if axes.contains(where: { $0.padLow > 0 || $0.padHigh > 0 }) {
      result = try x.applying(
        Pad(low: [0, 0] + axes.map(\.padLow), high: [0, 0] + axes.map(\.padHigh)))
    }
    for (place, axis) in axes.enumerated() {
      result = try result.applying(
        SlidingWindows(place + 2, size: axis.kernel, step: axis.stride, dilation: axis.dilation))
    }
    // [n, c, places…, taps…] to [n, c, taps…, places…].
    let taps = (2 + count)..<(2 + 2 * count)
    let places = try ShapeRule.count(name, Array(result.shape[2..<(2 + count)]))
    let rows = try ShapeRule.count(name, [x.shape[1]] + kernel)
    return try result.applying(Transpose([0, 1] + taps + (2..<(2 + count))))
      .reshaped([x.shape[0], rows, places])
  }

  /// The adjoint of `unfolded` for an input with the given sizes after its channels.
  package func folded(_ x: Variable, sizes: [Int]) throws(GraphError) -> Variable {
    let name = "fold"
    let count = axes.count
    let taps = try ShapeRule.count(name, kernel)
    let places = try ShapeRule.checked(name) { () throws(TensorError) in
      try outputSizes(sizes, name)
    }
    let columns = try ShapeRule.count(name, places)
    try ShapeRule.require(
      x.shape.count == 3 && x.shape[1] % taps == 0 && x.shape[2] == columns, name,
      [Operand(x.shape)],
      "a window of \(kernel) over \(sizes) needs a shape [n, c · \(taps), \(columns)]")
    let channels = x.shape[1] / taps
    var result = try x.reshaped([x.shape[0], channels] + kernel + places)
      .applying(Transpose([0, 1] + ((2 + count)..<(2 + 2 * count)) + (2..<(2 + count))))
    for (place, axis) in axes.enumerated().reversed() {
      result = try result.applying(
        OverlapAdd(
          place + 2, size: axis.kernel, step: axis.stride, dilation: axis.dilation,
          extent: sizes[place] + axis.padLow + axis.padHigh))
    }
    guard axes.contains(where: { $0.padLow > 0 || $0.padHigh > 0 }) else { return result }
    return try result.applying(
      Pad(low: [0, 0] + axes.map { -$0.padLow }, high: [0, 0] + axes.map { -$0.padHigh }))
  }
}
