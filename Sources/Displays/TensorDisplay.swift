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
