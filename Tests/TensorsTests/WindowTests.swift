// Pooling and resampling: values against definitions, gradients as adjoints.

import Tensors
import Testing

@Suite struct WindowTests {
  static let windows = [
    Window2D(kernel: (2, 2), strides: (2, 2)),
    Window2D(kernel: (3, 3), strides: (2, 2), padLow: (1, 1)),
    Window2D(kernel: (2, 3), strides: (1, 2), dilation: (2, 1), padLow: (0, 1), padHigh: (1, 0)),
    Window2D(kernel: (7, 5)),
  ]

  /// The pixels of the image under the window at one place, or nil where it lies in the padding.
  private static func pixels(_ window: Window2D, _ oy: Int, _ ox: Int, _ shape: [Int]) -> [(
    Int, Int
  )] {
    Plain.indices([window.kernel.h, window.kernel.w]).compactMap { tap in
      let y = oy * window.strides.h - window.padLow.h + tap[0] * window.dilation.h
      let x = ox * window.strides.w - window.padLow.w + tap[1] * window.dilation.w
      return y >= 0 && x >= 0 && y < shape[2] && x < shape[3] ? (y, x) : nil
    }
  }

  static func checkPooling() throws {
    var dice = Dice(51)
    for window in windows {
      for (channels, type) in [(3, ElementType.f32), (40, .f32), (3, .f64)] {
        let x = try dice.tensor([2, channels, 7, 9], type)
        let p = Plain(x)
        let (values, indices) = try Kernels.maxPool(x, window)
        var largest = Plain(zeros: values.shape)
        var (means, inside) = (largest, largest)
        for index in Plain.indices(values.shape) {
          let under = pixels(window, index[2], index[3], x.shape)
          let list = under.map { p[[index[0], index[1], $0.0, $0.1]] }
          largest[index] = list.max() ?? -.infinity
          inside[index] = list.reduce(0, +) / Double(list.count)
          means[index] = list.reduce(0, +) / Double(window.kernel.h * window.kernel.w)
          let place = Int(Plain(indices)[index])
          #expect(p[[index[0], index[1], place / 9, place % 9]] == largest[index])
        }
        expectClose(values, largest, 0)
        expectClose(try Kernels.maxPoolValues(x, window), largest, 0)
        expectClose(try Kernels.averagePool(x, window), inside, 1e-6)
        expectClose(try Kernels.averagePool(x, window, countPadding: true), means, 1e-6)
        let g = try dice.tensor(values.shape, type)
        let back = try Kernels.maxPoolGradient(g, indices, inputSize: (7, 9))
        #expect(abs(IndexingTests.inner(values, g) - IndexingTests.inner(x, back)) < 1e-4)
        for count in [true, false] {
          let mean = try Kernels.averagePool(x, window, countPadding: count)
          let spread = try Kernels.averagePoolGradient(
            g, window, countPadding: count, inputSize: (7, 9))
          #expect(abs(IndexingTests.inner(mean, g) - IndexingTests.inner(x, spread)) < 1e-4)
        }
      }
    }
  }

  static func checkResize() throws {
    var dice = Dice(52)
    let modes: [ResizeMode] = [
      .nearest, .bilinear(alignCorners: false), .bilinear(alignCorners: true), .bicubic, .area,
    ]
    for mode in modes {
      for size in [[3, 4], [7, 9], [1, 1], [12, 2], [0, 3]] {
        for type in [ElementType.f32, .f64] {
          let x = try dice.tensor([2, 3, 5, 6], type)
          let y = try Kernels.resize(x, sizes: size, mode: mode)
          #expect(y.shape == [2, 3] + size)
          let g = try dice.tensor(y.shape, type)
          let back = try Kernels.resizeGradient(g, inputSizes: [5, 6], mode: mode)
          #expect(abs(IndexingTests.inner(y, g) - IndexingTests.inner(x, back)) < 1e-4, "\(mode)")
          let ones = try Kernels.resize(
            try Tensor.full([1, 1, 5, 6], 1, type), sizes: size, mode: mode)
          #expect(ones.doubles.allSatisfy { abs($0 - 1) < 1e-6 })
        }
      }
      let x = try dice.tensor([1, 2, 4, 5])
      expectClose(try Kernels.resize(x, sizes: [4, 5], mode: mode), Plain(x), 1e-6, "\(mode)")
      // Long lines are worked on in pieces, which depend on nothing beside them.
      let wide = try dice.tensor([3, 2, 4, 300])
      let tall = try Kernels.resize(wide, sizes: [9, 300], mode: mode)
      let part = try Kernels.resize(
        wide.sliced(axis: 3, from: 120, count: 9), sizes: [9, 9], mode: mode)
      expectClose(
        try tall.sliced(axis: 3, from: 120, count: 9), Plain(part), 1e-6, "\(mode)")
      let g = try dice.tensor([3, 2, 9, 300])
      let back = try Kernels.resizeGradient(g, inputSizes: [4, 300], mode: mode)
      #expect(abs(IndexingTests.inner(tall, g) - IndexingTests.inner(wide, back)) < 1e-2)
    }
  }

  @Test func `pooling agrees with its definition, and gradients are adjoints`() throws {
    try Self.checkPooling()
  }

  @Test func `resampling keeps constants and sizes, and gradients are adjoints`() throws {
    try Self.checkResize()
  }

  @Test func `resampled lines have the expected values`() throws {
    let x = try Tensor([0, 1, 2, 3] as [Float], [1, 1, 1, 4])
    func line(_ n: Int, _ mode: ResizeMode) throws -> [Float] {
      try Kernels.resize(x, sizes: [1, n], mode: mode).floats
    }
    #expect(try line(2, .nearest) == [0, 2])
    #expect(try line(6, .nearest) == [0, 0, 1, 2, 2, 3])
    #expect(try line(2, .bilinear(alignCorners: false)) == [0.5, 2.5])
    #expect(try line(7, .bilinear(alignCorners: true)) == [0, 0.5, 1, 1.5, 2, 2.5, 3])
  }

  @Test func `the first maximum wins and a NaN counts as largest`() throws {
    let x = try Tensor([5, 5, 1, 5, .nan, 0, 2, .nan] as [Float], [1, 1, 2, 4])
    let (values, indices) = try Kernels.maxPool(x, Window2D(kernel: (1, 4), strides: (1, 4)))
    #expect(values.floats[0] == 5 && values.floats[1].isNaN)
    #expect(indices.integers == [0, 4])
  }

  @Test func `windows that do not fit are errors`() throws {
    let x = try Tensor.zeros([1, 1, 3, 3])
    expectTensorError { _ = try Kernels.maxPool(x, Window2D(kernel: (4, 4))) }
    expectTensorError { _ = try Kernels.averagePool(try x.squeezed(0), Window2D(kernel: (2, 2))) }
    expectTensorError { _ = try Kernels.resize(x, sizes: [-1, 2], mode: .nearest) }
    expectTensorError {
      _ = try Kernels.resize(try Tensor.zeros([1, 1, 0, 3]), sizes: [2, 2], mode: .nearest)
    }
    expectTensorError {
      _ = try Kernels.maxPoolGradient(
        try Tensor.full([1, 1, 1, 1], 1), try Tensor([9], [1, 1, 1, 1]), inputSize: (3, 3))
    }
  }
}
