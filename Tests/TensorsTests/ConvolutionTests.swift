// Convolutions and their gradients against naive loops over a combinatorial set of geometry.

import Tensors
import Testing

@Suite struct ConvolutionTests {
  /// Calls `body(n, o, oy, ox, i, r, q, iy, ix)` for every multiplication of a convolution; i
  /// counts within the group of output o, and c is the input channel.
  static func visit(
    _ x: [Int], _ w: [Int], _ window: Window2D,
    _ body: (_ output: [Int], _ weight: [Int], _ input: [Int]) -> Void
  ) throws -> [Int] {
    let size = try window.outputSize((x[2], x[3]), "test")
    let shape = [x[0], w[0], size.h, size.w]
    for output in Plain.indices(shape) {
      let group = output[1] / (w[0] / window.groups)
      for tap in Plain.indices([w[1], w[2], w[3]]) {
        let iy = output[2] * window.strides.h - window.padLow.h + tap[1] * window.dilation.h
        let ix = output[3] * window.strides.w - window.padLow.w + tap[2] * window.dilation.w
        if iy < 0 || ix < 0 || iy >= x[2] || ix >= x[3] { continue }
        body(output, [output[1]] + tap, [output[0], group * w[1] + tap[0], iy, ix])
      }
    }
    return shape
  }

  /// The convolution and both gradients of one geometry.
  static func check(
    _ batch: Int, _ channels: Int, _ outputs: Int, _ size: (Int, Int), _ window: Window2D,
    _ dice: inout Dice, tolerance: Double = 5e-6
  ) throws {
    let weightShape = [outputs, channels / window.groups, window.kernel.h, window.kernel.w]
    let x = try dice.tensor([batch, channels, size.0, size.1])
    let weight = try dice.tensor(weightShape)
    let (px, pw) = (Plain(x), Plain(weight))
    let note = "\(batch)×\(channels)→\(outputs)@\(size) \(window)"
    let found = try Kernels.convolve(x, weight, window)
    var expected = Plain(zeros: found.shape)
    let shape = try visit(x.shape, weight.shape, window) {
      expected[$0] += pw[$1] * px[$2]
    }
    #expect(found.shape == shape, "\(note)")
    expectClose(found, expected, tolerance, "forward " + note)
    let g = try dice.tensor(shape)
    let pg = Plain(g)
    var (dx, dw) = (Plain(zeros: x.shape), Plain(zeros: weight.shape))
    _ = try visit(x.shape, weight.shape, window) {
      dx[$2] += pw[$1] * pg[$0]
      dw[$1] += px[$2] * pg[$0]
    }
    expectClose(
      try Kernels.convolveInputGradient(g, weight, window, inputSize: (size.0, size.1)), dx,
      tolerance, "input gradient " + note)
    expectClose(
      try Kernels.convolveWeightGradient(x, g, window, kernel: window.kernel), dw, tolerance,
      "weight gradient " + note)
  }

  /// Kernels × strides × dilations × padding × groups.
  static func checkGeometry() throws {
    var dice = Dice(3)
    for kernel in [(1, 1), (3, 3), (2, 4)] {
      for stride in [(1, 1), (2, 2), (3, 1)] {
        for dilation in [(1, 1), (3, 2)] {
          for pads in [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((5, 0), (4, 3))] {
            for (channels, outputs, groups) in [(3, 5, 1), (4, 6, 2), (5, 5, 5), (3, 6, 3)] {
              let window = Window2D(
                kernel: kernel, strides: stride, dilation: dilation, padLow: pads.0,
                padHigh: pads.1, groups: groups)
              try check(1, channels, outputs, (7, 9), window, &dice)
            }
          }
        }
      }
    }
  }

  /// Sizes that reach whole tiles, edges of tiles, Winograd and the blocks of large depthwise
  /// images.
  static func checkSizes() throws {
    var dice = Dice(4)
    let padded = Window2D(kernel: (3, 3), padLow: (1, 1))
    for (batch, channels, outputs, size) in [
      (1, 8, 8, (16, 16)), (1, 33, 40, (13, 15)), (2, 9, 35, (9, 12)),
    ] {
      try check(batch, channels, outputs, size, padded, &dice, tolerance: 2e-5)
    }
    try check(1, 40, 70, (8, 9), Window2D(kernel: (1, 1)), &dice)
    try check(1, 3, 33, (31, 30), Window2D(kernel: (7, 7), strides: (2, 2), padLow: (3, 3)), &dice)
    let large = Window2D(kernel: (19, 17), strides: (2, 1), padLow: (9, 8), groups: 3)
    try check(1, 3, 3, (20, 18), large, &dice)
    for (kernel, stride) in [(3, 1), (3, 2), (5, 1), (5, 2), (7, 1)] {
      let window = Window2D(
        kernel: (kernel, kernel), strides: (stride, stride), padLow: (kernel / 2, kernel / 2),
        groups: 37)
      try check(2, 37, 37, (14, 19), window, &dice)
    }
    // Narrow images, in strips of 7 or 8 results of which the last two may overlap.
    for width in 6...17 {
      for (kernel, low, high) in [(3, 1, 1), (3, 0, 2), (5, 2, 2), (5, 4, 0), (5, 0, 0)] {
        let window = Window2D(
          kernel: (kernel, kernel), padLow: (low, low), padHigh: (high, high), groups: 35)
        try check(1, 35, 35, (5, width), window, &dice)
      }
      let tall = Window2D(kernel: (7, 3), dilation: (2, 1), padLow: (6, 1), groups: 35)
      try check(1, 35, 35, (8, width), tall, &dice)
      try check(1, 35, 35, (8, width), Window2D(kernel: (4, 4), padLow: (1, 1), groups: 35), &dice)
    }
  }

  /// Bias, residual and activation of direct, pointwise, Winograd, grouped and depthwise
  /// convolutions.
  static func checkEpilogue() throws {
    var dice = Dice(5)
    for (channels, outputs, kernel, groups) in [
      (3, 5, 3, 1), (6, 9, 1, 1), (16, 16, 3, 1), (4, 6, 3, 2), (6, 6, 3, 6), (32, 32, 5, 32),
    ] {
      let window = Window2D(
        kernel: (kernel, kernel), padLow: (kernel / 2, kernel / 2), groups: groups)
      let x = try dice.tensor([1, channels, 16, 15])
      let weight = try dice.tensor([outputs, channels / groups, kernel, kernel])
      let bias = try dice.tensor([outputs])
      let residual = try dice.tensor([1, outputs, 16, 15])
      let plain = Plain(try Kernels.convolve(x, weight, window))
      for activation in [Epilogue.Activation.none, .relu, .clip(-0.25, 1)] {
        let found = try Kernels.convolve(
          x, weight, bias: bias, window,
          epilogue: Epilogue(activation: activation, residual: residual))
        var expected = plain
        for index in Plain.indices(plain.shape) {
          let sum = plain[index] + Plain(bias).values[index[1]] + Plain(residual)[index]
          switch activation {
          case .none: expected[index] = sum
          case .relu: expected[index] = max(sum, 0)
          case .clip(let low, let high): expected[index] = min(max(sum, Double(low)), Double(high))
          }
        }
        expectClose(found, expected, 1e-5, "\(channels)→\(outputs) \(kernel) \(activation)")
      }
    }
  }

  @Test func `every geometry agrees with naive loops, forwards and backwards`() throws {
    try Self.checkGeometry()
  }

  @Test func `tiles, Winograd and depthwise paths agree with naive loops`() throws {
    try Self.checkSizes()
  }

  @Test func `the epilogue adds bias and residual before the activation`() throws {
    try Self.checkEpilogue()
  }

  @Test func `double precision agrees with single`() throws {
    var dice = Dice(6)
    let window = Window2D(
      kernel: (3, 2), strides: (2, 1), padLow: (1, 0), padHigh: (0, 1), groups: 2)
    let (x, weight) = (try dice.tensor([2, 4, 7, 6], .f64), try dice.tensor([6, 2, 3, 2], .f64))
    let fine = try Kernels.convolve(x, weight, window)
    #expect(fine.type == .f64)
    let single = try Kernels.convolve(try x.cast(to: .f32), try weight.cast(to: .f32), window)
    expectClose(single, Plain(fine), 1e-6)
  }

  @Test func `results have their channels together`() throws {
    let x = try Tensor.full([1, 3, 5, 5], 1)
    let y = try Kernels.convolve(x, try Tensor.full([4, 3, 3, 3], 1), Window2D(kernel: (3, 3)))
    #expect(y.strides == [36, 1, 12, 4])
    #expect(y.floats == [Float](repeating: 27, count: 36))
  }

  @Test func `empty batches give empty results`() throws {
    let window = Window2D(kernel: (3, 3), padLow: (1, 1))
    let (x, weight) = (try Tensor.zeros([0, 3, 5, 5]), try Tensor.zeros([4, 3, 3, 3]))
    let y = try Kernels.convolve(x, weight, window)
    #expect(y.shape == [0, 4, 5, 5])
    #expect(
      try Kernels.convolveInputGradient(y, weight, window, inputSize: (5, 5)).shape == [0, 3, 5, 5])
    #expect(
      try Kernels.convolveWeightGradient(x, y, window, kernel: (3, 3)).doubles.allSatisfy {
        $0 == 0
      })
  }

  @Test func `shapes that do not fit are errors`() throws {
    let x = try Tensor.zeros([1, 3, 5, 5])
    let weight = try Tensor.zeros([4, 3, 3, 3])
    let window = Window2D(kernel: (3, 3))
    expectTensorError { _ = try Kernels.convolve(try x.squeezed(0), weight, window) }
    expectTensorError { _ = try Kernels.convolve(x, try Tensor.zeros([4, 2, 3, 3]), window) }
    expectTensorError { _ = try Kernels.convolve(x, weight, Window2D(kernel: (2, 3))) }
    expectTensorError { _ = try Kernels.convolve(x, weight, bias: try Tensor.zeros([3]), window) }
    expectTensorError {
      _ = try Kernels.convolve(x, weight, Window2D(kernel: (3, 3), dilation: (3, 1)))
    }
    expectTensorError {
      _ = try Kernels.convolve(x, weight, Window2D(kernel: (3, 3), strides: (0, 1)))
    }
    expectTensorError {
      _ = try Kernels.convolve(
        x, weight, window, epilogue: Epilogue(residual: try Tensor.zeros([1, 4, 2, 3])))
    }
    expectTensorError {
      _ = try Kernels.convolveInputGradient(
        try Tensor.zeros([1, 4, 2, 2]), weight, window, inputSize: (5, 5))
    }
  }
}
