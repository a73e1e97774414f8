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
    let rows = ranges(height, window, stride)
    let columns = ranges(width, window, stride)
    let result = try Shape.count([rows.count, columns.count, height, width])
    var numbers = [Float](repeating: 0, count: result)
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

  private static func ranges(_ size: Int, _ window: Int, _ stride: Int) -> [Range<Int>] {
    guard size > 0 else { return [] }
    let last = size > window ? (size - window + stride - 1) / stride : 0
    return (0...last).map { $0 * stride }.filter { $0 < size }.map { $0..<min($0 + window, size) }
  }
}
