// What natives with windows ask of their arguments: sizes per axis, and padding.
import Runtime
import Tensors

extension Swift.Span<Value> {
  /// One size for each of `axes` axes: a number stands for all of them.
  func sizes(_ index: Int, axes: Int) throws(Failure) -> [Int] {
    let sizes = try integers(index)
    if sizes.count == 1, let size = sizes.first { return [Int](repeating: size, count: axes) }
    guard sizes.count == axes else {
      throw .argument(
        index, expected: axes == 1 ? "an Int" : "an Int or \(axes) of them", found: self[index])
    }
    return sizes
  }

  /// What is added before and after each of `axes` axes: a number for all, or a list of numbers or
  /// pairs.
  func widths(_ index: Int, axes: Int) throws(Failure) -> [(low: Int, high: Int)] {
    guard case .list(let list) = self[index], list.count == axes else {
      return try sizes(index, axes: axes).map { ($0, $0) }
    }
    var widths: [(low: Int, high: Int)] = []
    for place in 0..<list.count {
      switch list[place] {
      case .int(let both): widths.append((both, both))
      case .list(let pair) where pair.count == 2:
        guard case .int(let low) = pair[0], case .int(let high) = pair[1] else { fallthrough }
        widths.append((low, high))
      default:
        throw .argument(
          index, expected: "an Int, or of each axis an Int or a pair of them", found: self[index])
      }
    }
    return widths
  }

  /// The axes of a window with the arguments at the given places; `padding` may also be "valid" for
  /// none or "same" for what keeps the sizes at stride 1.
  func window(
    kernel: [Int], stride: [Int], padding: Int, dilation: [Int]
  ) throws(Failure) -> [WindowAxis] {
    var axes = kernel.indices.map {
      WindowAxis(kernel[$0], stride: stride[$0], dilation: dilation[$0])
    }
    guard axes.allSatisfy(\.isValid) else {
      throw Failure(
        "X0308",
        "the sizes, strides and dilations of a window must be positive and below 2^30, "
          + "found \(kernel), \(stride) and \(dilation)")
    }
    if case .text(let word) = self[padding] {
      guard word.string == "same" || word.string == "valid" else {
        throw .unknown("X0324", "padding", word.string, among: ["same", "valid"])
      }
      for place in axes.indices where word.string == "same" {
        // An even kernel has one element more after the last than before the first.
        let total = axes[place].reach - 1
        (axes[place].padLow, axes[place].padHigh) = (total / 2, total - total / 2)
      }
    } else {
      for (place, width) in try widths(padding, axes: kernel.count).enumerated() {
        (axes[place].padLow, axes[place].padHigh) = width
      }
    }
    guard axes.allSatisfy(\.isValid) else {
      throw .argument(
        padding, expected: "\"same\", \"valid\" or widths from 0 to below 2^30",
        found: self[padding])
    }
    return axes
  }
}
