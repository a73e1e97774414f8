// Convolutions by Winograd's transforms, with what may come after them and backwards, against double
// precision.

import Tensors
import Testing

@Suite struct WinogradTests {
  /// Batch, channels, outputs and size of images: few tiles and many, whole ones and edges, more
  /// inputs than are transformed together, channels that do not fill a vector, more tiles than share
  /// a transform of the weights, more pixels than are transformed at once.
  static let shapes: [(Int, Int, Int, (h: Int, w: Int))] = [
    (1, 130, 70, (7, 7)), (3, 8, 9, (5, 7)), (1, 64, 16, (8, 8)), (2, 16, 100, (13, 6)),
    (2, 37, 50, (27, 30)), (66, 298, 299, (3, 2)), (66, 3300, 9, (3, 2)),
  ]

  /// Checks convolutions and input gradients of all shapes with the padding given on every side.
  static func checkShapes(pad: Int) throws {
    var dice = Dice(11)
    for (batch, channels, outputs, size) in shapes {
      let window = Window2D(kernel: (3, 3), padLow: (pad, pad), padHigh: (pad, pad))
      let input = (size.h + 2 - 2 * pad, size.w + 2 - 2 * pad)
      let x = try dice.tensor([batch, channels, input.0, input.1])
      let weight = try dice.tensor([outputs, channels, 3, 3])
      let g = try dice.tensor([batch, outputs, size.h, size.w])
      let (fine, fineWeight) = (try x.cast(to: .f64), try weight.cast(to: .f64))
      let note = "\(batch)×\(channels)→\(outputs)@\(size), padding \(pad)"
      let exact = Plain(try Kernels.convolve(fine, fineWeight, window))
      expectClose(try Kernels.convolve(x, weight, window), exact, 2e-5, note)
      let slope = try Kernels.convolveInputGradient(
        try g.cast(to: .f64), fineWeight, window, inputSize: input)
      expectClose(
        try Kernels.convolveInputGradient(g, weight, window, inputSize: input), Plain(slope), 2e-5,
        "input gradient of " + note)
      try checkEpilogue(x, weight, window, residual: g, exact, &dice, note)
    }
  }

  /// Checks a convolution with bias, residual and limits, of which `exact` is the convolution alone.
  private static func checkEpilogue(
    _ x: Tensor, _ weight: Tensor, _ window: Window2D, residual: Tensor, _ exact: Plain,
    _ dice: inout Dice, _ note: String
  ) throws {
    let bias = try dice.tensor([exact.shape[1]])
    let found = try Kernels.convolve(
      x, weight, bias: bias, window,
      epilogue: Epilogue(activation: .clip(-0.5, 3), residual: residual))
    let (biases, residuals) = (bias.doubles, residual.doubles)
    let plane = exact.shape[2] * exact.shape[3]
    var expected = exact
    for i in expected.values.indices {
      let sum = exact.values[i] + biases[i / plane % exact.shape[1]] + residuals[i]
      expected.values[i] = min(max(sum, -0.5), 3)
    }
    let largest = exact.values.map(abs).max() ?? 0
    expectClose(found, expected, 2e-5 * max(1, largest / 3), "epilogue of " + note)
  }

  @Test func `few tiles and many agree with double precision, forwards and backwards`() throws {
    try Self.checkShapes(pad: 1)
  }

  @Test func `images without padding and gradients with more of it agree as well`() throws {
    try Self.checkShapes(pad: 0)
  }
}
