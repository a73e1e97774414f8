// The transposed convolution, whose result's sizes follow from those of its operand.
import Tensors

extension Window {
  /// x (with a weight and perhaps a bias) spread out with this window; each size becomes stride · (size
  /// - 1) + reach - padding + extra.
  package func transposed(
    _ inputs: [Variable], extra: [Int]
  ) throws(GraphError) -> Variable {
    let name = ConvolutionInputGradient.name
    let operands = inputs.map { Operand($0.shape) }
    let x = inputs[0]
    try ShapeRule.require(
      x.shape.count == axes.count + 2 && extra.count == axes.count && axes.allSatisfy(\.isValid)
        && x.shape.allSatisfy { $0 < 1 << 40 },
      name, operands, "\(axes.count + 2) axes are needed, batch and channels first")
    var (sizes, missing): ([Int], [Int]) = ([], [])
    for (place, axis) in axes.enumerated() {
      let size = x.shape[place + 2]
      let (full, overflow) = axis.stride.multipliedReportingOverflow(by: size - 1)
      let result = overflow ? 0 : full + axis.reach - axis.padLow - axis.padHigh + extra[place]
      try ShapeRule.require(
        size > 0 && result > 0 && result < 1 << 40, name, operands,
        "axis \(place + 2) of \(size) elements would get \(result)")
      sizes.append(result)
      // Places that the convolution of the result has and x lacks; they hold zeros.
      missing.append(max(0, axis.places(over: result) - size))
    }
    var operand = x
    if missing.contains(where: { $0 > 0 }) {
      operand = try x.applying(Pad(low: x.shape.map { _ in 0 }, high: [0, 0] + missing))
    }
    return try apply(
      ConvolutionInputGradient(self, sizes: sizes), [operand] + inputs.dropFirst())
  }
}
