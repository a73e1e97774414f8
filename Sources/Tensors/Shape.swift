// Arithmetic on shapes and strides: counts, layouts, axes and broadcasting.

/// Functions of shapes (extents per axis) and strides (elements from one index to the next).
package enum Shape {
  /// The number of elements, or an error if an extent is negative or the bytes cannot be addressed.
  package static func count(_ shape: [Int]) throws(TensorError) -> Int {
    var total = 1
    var empty = false
    for extent in shape {
      if extent < 0 {
        throw .shapes(operation: "shape", shapes: [shape], reason: "an extent is negative")
      }
      if extent == 0 {
        empty = true
        continue
      }
      let (product, overflow) = total.multipliedReportingOverflow(by: extent)
      if overflow || product > Int.max / 64 { throw .overflow(shape: shape) }
      total = product
    }
    return empty ? 0 : total
  }

  /// Row-major strides: the last axis is contiguous. An axis of extent 0 counts as 1.
  package static func rowMajor(_ shape: [Int]) -> [Int] {
    var strides = shape
    var step = 1
    for axis in stride(from: shape.count - 1, through: 0, by: -1) {
      strides[axis] = step
      step &*= max(1, shape[axis])
    }
    return strides
  }

  /// Channels-last strides of an N×C×H×W shape.
  package static func channelsLast(_ shape: [Int]) -> [Int] {
    let (c, h, w) = (max(1, shape[1]), max(1, shape[2]), max(1, shape[3]))
    return [h * w * c, 1, w * c, c]
  }

  /// Whether elements lie in row-major order without gaps; axes of extent 1 may have any stride.
  package static func isRowMajor(_ shape: [Int], _ strides: [Int]) -> Bool {
    var step = 1
    for axis in stride(from: shape.count - 1, through: 0, by: -1) where shape[axis] != 1 {
      if strides[axis] != step { return false }
      step &*= shape[axis]
    }
    return true
  }

  /// Whether elements fill one block without gaps or overlap, in some order of the axes.
  package static func isDense(_ shape: [Int], _ strides: [Int]) -> Bool {
    if isRowMajor(shape, strides) { return true }
    let axes = shape.indices.filter { shape[$0] != 1 }.sorted { strides[$0] < strides[$1] }
    var step = 1
    for axis in axes {
      if strides[axis] != step { return false }
      step &*= shape[axis]
    }
    return true
  }

  /// The non-negative number of an axis that may be counted from the end (-1 is the last).
  package static func axis(
    _ axis: Int, of shape: [Int], _ operation: String
  ) throws(TensorError) -> Int {
    let found = axis < 0 ? axis &+ shape.count : axis
    guard shape.indices.contains(found) else {
      throw .axis(operation: operation, axis: axis, shape: shape)
    }
    return found
  }

  /// The non-negative axes in ascending order, each once; all of them if the list is empty.
  package static func axes(
    _ axes: [Int], of shape: [Int], _ operation: String
  ) throws(TensorError) -> [Int] {
    if axes.isEmpty { return Array(shape.indices) }
    var seen = [Bool](repeating: false, count: shape.count)
    for item in axes {
      let found = try axis(item, of: shape, operation)
      if seen[found] {
        throw .shapes(operation: operation, shapes: [shape], reason: "axis \(item) is given twice")
      }
      seen[found] = true
    }
    return shape.indices.filter { seen[$0] }
  }

  /// The shape to which two shapes broadcast: aligned at the last axis, where extents agree or one
  /// is 1.
  package static func broadcast(
    _ left: [Int], _ right: [Int], _ operation: String
  ) throws(TensorError) -> [Int] {
    if left == right { return left }
    let rank = max(left.count, right.count)
    var result = [Int](repeating: 1, count: rank)
    for back in 1...rank {
      let a = back <= left.count ? left[left.count - back] : 1
      let b = back <= right.count ? right[right.count - back] : 1
      guard a == b || a == 1 || b == 1 else {
        throw .shapes(
          operation: operation, shapes: [left, right], reason: "the shapes do not broadcast")
      }
      result[rank - back] = a == 1 ? b : a
    }
    return result
  }

  /// The strides with which a tensor is read as if it had `shape`: 0 along every repeated axis.
  /// `shape` must be one to which the tensor's own shape broadcasts.
  static func broadcastStrides(_ own: [Int], _ strides: [Int], to shape: [Int]) -> [Int] {
    if own == shape { return strides }
    var result = [Int](repeating: 0, count: shape.count)
    let lead = shape.count - own.count
    for axis in own.indices where own[axis] != 1 { result[axis + lead] = strides[axis] }
    return result
  }

  /// A shape as it is written in messages, such as `[2, 3]`.
  package static func describe(_ shape: [Int]) -> String {
    "[" + shape.map(String.init).joined(separator: ", ") + "]"
  }
}
