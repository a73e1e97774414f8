// Where a sliding window covers an input.
import Tensors

package enum OcclusionWindows {
  /// Masks `[windows, size...]` (f32), 1 where the window covers.
  ///
  /// Windows start at the multiples of `stride`; the last one along an axis is included even where
  /// it sticks out (Captum's convention): ceil((size - window) / stride) + 1 positions. `size`
  /// holds one or two axes; `window` and `stride` are at least 1.
  package static func masks(
    size: [Int], window: Int, stride: Int
  ) throws(TensorError) -> Tensor {
    let (height, width) = (size.count > 1 ? size[size.count - 2] : 1, size.last ?? 1)
    // Counted first: there may be more than fit.
    let windows = [height, width].map { positions($0, window, stride) }
    let count = try Shape.count(windows + [height, width])
    if count == 0 { return try Tensor([Float](), [0] + size) }
    guard count <= Storage.limit / MemoryLayout<Float>.size else {
      throw .memory(
        requested: count * MemoryLayout<Float>.size, live: Storage.live, limit: Storage.limit)
    }
    let (rows, columns) = (ranges(height, window, stride), ranges(width, window, stride))
    var numbers = [Float](repeating: 0, count: count)
    for (i, row) in rows.enumerated() {
      for (j, column) in columns.enumerated() {
        let start = (i * columns.count + j) * height * width
        for y in row {
          for x in column { numbers[start + y * width + x] = 1 }
        }
      }
    }
    return try Tensor(numbers, [rows.count * columns.count] + size)
  }

  /// The number of positions along an axis. The last may begin behind the end when the stride is wide.
  private static func positions(_ size: Int, _ window: Int, _ stride: Int) -> Int {
    if size <= 0 { return 0 }
    let last = size > window ? (size - window - 1) / stride + 1 : 0
    let (start, overflow) = last.multipliedReportingOverflow(by: stride)
    return !overflow && start < size ? last + 1 : last
  }

  private static func ranges(_ size: Int, _ window: Int, _ stride: Int) -> [Range<Int>] {
    (0..<positions(size, window, stride)).map { $0 * stride..<min($0 * stride + window, size) }
  }
}
