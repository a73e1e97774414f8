// A tensor as it is shown: a line about its numbers, and the numbers.

import Tensors

/// The numbers of a tensor and what they are called.
public struct TensorDisplay: Sendable, Equatable {
  /// The name of the element type, such as "f32".
  package var type: String
  /// The lengths of the axes; empty for a scalar.
  package var shape: [Int]
  /// All values in row-major order.
  package var values: [Double]
  /// Whether the values are whole numbers, and are written so.
  package var integral: Bool
  /// Whether the values are truth values.
  package var logical: Bool
  /// Significant digits of the largest number.
  package var digits = 4
  /// Every number is written, however many there are.
  package var isWhole = false

  /// Describes a tensor; nil if the number of values is not the product of the shape.
  package init?(
    type: String, shape: [Int], values: [Double], integral: Bool = false, logical: Bool = false
  ) {
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else { return nil }
      count = product
    }
    guard count == values.count else { return nil }
    self.type = type
    self.shape = shape
    self.values = values
    self.integral = integral
    self.logical = logical
  }

  /// Describes a tensor.
  package init(_ tensor: Tensor) {
    type = "\(tensor.type)"
    shape = tensor.shape
    values = tensor.doubles
    integral = !tensor.type.isFloating
    logical = tensor.type == .bool
  }
}

extension TensorDisplay {
  /// One of the values, with so many decimals if it is a real number.
  func text(_ value: Double, _ decimals: Int) -> String {
    if logical { return value == 0 ? "false" : "true" }
    if integral { return Numbers.fixed(value, decimals: 0) }
    return Numbers.aligned(value, decimals: decimals, significant: 1)
  }

  /// All values in one line, `[1 2]` or `[[1 2] [3 4]]`; nil if there is none, or the line would be
  /// longer than `width` characters.
  package func line(within width: Int) -> String? {
    guard !values.isEmpty else { return nil }
    // How many values stand within the brackets of each axis.
    var sizes: [Int] = []
    for length in shape.reversed() { sizes.append((sizes.last ?? 1) * length) }
    let decimals = Numbers.decimals(for: values, digits: digits)
    var line = ""
    for (place, value) in values.enumerated() {
      if place > 0 { line += " " }
      line += String(repeating: "[", count: sizes.count { place % $0 == 0 })
      line += text(value, decimals)
      line += String(repeating: "]", count: sizes.count { (place + 1) % $0 == 0 })
      if line.utf8.count > width { return nil }
    }
    return line
  }
}
