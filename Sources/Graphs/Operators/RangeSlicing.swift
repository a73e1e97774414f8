// Slicing several axes at once with limits as Python and ONNX write them.
import Tensors

/// One axis of a slice: from `start` up to but not including `end`, every `step`-th. Limits count
/// from the end if negative and are cut to the tensor.
package struct AxisRange: Sendable, Equatable {
  package let axis, start, end, step: Int

  package init(_ axis: Int, start: Int, end: Int, step: Int = 1) {
    self.axis = axis
    self.start = start
    self.end = end
    self.step = step
  }

  /// The first index and the number of indices along an axis of `size`; `step` is not 0.
  func resolved(_ size: Int) -> (from: Int, count: Int) {
    func limited(_ place: Int, _ low: Int, _ high: Int) -> Int {
      min(max(place < 0 ? place &+ size : place, low), high)
    }
    if step > 0 {
      let (from, to) = (limited(start, 0, size), limited(end, 0, size))
      return (from, from < to ? (to - from - 1) / step + 1 : 0)
    }
    let from = limited(start, -1, size - 1)
    let to = end < 0 && end &+ size < 0 ? -1 : limited(end, -1, size - 1)
    return (from, from > to ? (from - to - 1) / step.magnitudeAsInt + 1 : 0)
  }
}

extension Int {
  /// |self|, cut to the largest Int.
  fileprivate var magnitudeAsInt: Int { self == .min ? .max : abs(self) }
}

/// Slices along several axes.
package struct SliceRanges: LinearOperator {
  package static let name = "slice ranges"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Slice", parameters: [1, 2, 3, 4]) { attributes throws(GraphError) in
        let starts = try attributes.integers(1, or: "starts")
        let ends = try attributes.integers(2, or: "ends")
        let named = try attributes.integers(3, or: "axes")
        let axes = named.isEmpty ? Array(starts.indices) : named
        let steps = attributes.parameter(4)?.integers ?? starts.map { _ in 1 }
        guard [ends.count, axes.count, steps.count].allSatisfy({ $0 == starts.count }) else {
          throw .attribute(
            operation: "Slice", name: "starts, ends, axes and steps",
            found: "\(starts), \(ends), \(axes) and \(steps)", expected: "lists of one length")
        }
        return SliceRanges(
          starts.indices.map {
            AxisRange(axes[$0], start: starts[$0], end: ends[$0], step: steps[$0])
          })
      }
    ]
  }
  package let ranges: [AxisRange]

  package init(_ ranges: [AxisRange]) { self.ranges = ranges }

  /// The same as slices along one axis, one after the other.
  private func slices(of shape: [Int]) throws(GraphError) -> [SliceAxis] {
    var slices: [SliceAxis] = []
    for range in ranges {
      let axis = try ShapeRule.axis(Self.name, range.axis, of: shape)
      guard range.step != 0, !slices.contains(where: { $0.axis == axis }) else {
        throw .attribute(
          operation: Self.name, name: "axis \(range.axis)", found: "step \(range.step)",
          expected: "each axis once, with a step that is not 0")
      }
      let (from, count) = range.resolved(shape[axis])
      slices.append(SliceAxis(axis, from: from, count: count, step: range.step))
    }
    return slices
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    var operand = operands[0]
    for slice in try slices(of: operand.shape) {
      operand = Operand(try slice.shape(of: [operand]))
    }
    return operand.shape
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    guard let slices = try? slices(of: inputs[0].shape) else {
      throw .value(operation: Self.name, reason: "the axes do not fit \(inputs[0].shape)")
    }
    var result = inputs[0]
    for slice in slices { result = try slice.evaluate([result]) }
    return result
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    var shape = pullback.inputs[0].shape
    var before: [(SliceAxis, [Int])] = []
    for slice in try slices(of: shape) {
      before.append((slice, shape))
      shape[slice.axis] = slice.count
    }
    var gradient = pullback.gradient
    for (slice, shape) in before.reversed() {
      gradient = try slice.placed(gradient, in: shape)
    }
    return [gradient]
  }
}
