// Examples of operators on images: convolutions, poolings, resizing.
import Graphs
import Tensors

/// The element of an image at a place that may lie in the padding.
private func padded(_ x: Dense, _ index: [Int]) -> Double {
  let inside = index[2] >= 0 && index[2] < x.shape[2] && index[3] >= 0 && index[3] < x.shape[3]
  return inside ? x[index] : 0
}

/// The places of the window's taps in the image for the place (y, x) of the window.
private func taps(_ window: Window2D, _ y: Int, _ x: Int) -> [(Int, Int, Int, Int)] {
  (0..<window.kernel.h).flatMap { i in
    (0..<window.kernel.w).map { j in
      (
        i, j, y * window.strides.h - window.padLow.h + i * window.dilation.h,
        x * window.strides.w - window.padLow.w + j * window.dilation.w
      )
    }
  }
}

private func slid(_ window: Window2D, _ size: [Int]) -> [Int] {
  let h =
    size[0] + window.padLow.h + window.padHigh.h - window.dilation.h * (window.kernel.h - 1) - 1
  let w =
    size[1] + window.padLow.w + window.padHigh.w - window.dilation.w * (window.kernel.w - 1) - 1
  return [h / window.strides.h + 1, w / window.strides.w + 1]
}

/// Every product of an input element, a weight element and the output element it adds to.
private func visit(
  _ window: Window2D, _ x: [Int], _ weight: [Int], _ body: ([Int], [Int], [Int]) -> Void
) {
  let size = slid(window, Array(x[2...]))
  for output in Dense.indices([x[0], weight[0]] + size) {
    let group = output[1] / (weight[0] / window.groups)
    for channel in 0..<weight[1] {
      for (i, j, row, column) in taps(window, output[2], output[3])
      where row >= 0 && row < x[2] && column >= 0 && column < x[3] {
        body(
          [output[0], group * weight[1] + channel, row, column], [output[1], channel, i, j],
          output)
      }
    }
  }
}

private func place(_ index: [Int], _ shape: [Int]) -> Int {
  zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
}

private func convolved(_ window: Window2D, _ x: Dense, _ weight: Dense) -> Dense {
  let shape = [x.shape[0], weight.shape[0]] + slid(window, Array(x.shape[2...]))
  var result = Dense(shape) { _ in 0 }
  visit(window, x.shape, weight.shape) {
    result.values[place($2, shape)] += x[$0] * weight[$1]
  }
  return result
}

extension Example {
  static let convolutions: [Example] = {
    let windows: [(Window2D, [Int], [Int])] = [
      (Window2D(kernel: (2, 3), padLow: (1, 0), padHigh: (0, 2)), [2, 2, 3, 4], [3, 2, 2, 3]),
      (Window2D(kernel: (2, 2), strides: (2, 1), groups: 2), [1, 4, 4, 3], [2, 2, 2, 2]),
      (
        Window2D(kernel: (3, 1), dilation: (2, 1), padLow: (2, 0), groups: 3), [1, 3, 3, 2],
        [3, 1, 3, 1]
      ),
      (Window2D(kernel: (1, 1)), [2, 1, 1, 1], [2, 1, 1, 1]),
      (Window2D(kernel: (1, 1)), [0, 2, 2, 2], [1, 2, 1, 1]),
    ]
    return windows.flatMap { window, x, weight in
      let size = [x[0], weight[0]] + slid(window, Array(x[2...]))
      let (image, kernel) = (numbers(x), numbers(weight, offset: 3))
      let (bias, residual) = (numbers([weight[0]], offset: 9), numbers(size, offset: 4))
      let add: @Sendable ([Dense]) -> Dense = { inputs in
        convolved(window, inputs[0], inputs[1]).zip(
          Dense([weight[0], 1, 1], inputs[2].values), +)
      }
      return [
        Example(Convolution(window), [image, kernel]) { convolved(window, $0[0], $0[1]) },
        Example(Convolution(window), [image, kernel, bias], slow: add),
        Example(
          FusedConvolution(window, activation: .clip(-1.25, 2.5)), [image, kernel, bias, residual]
        ) { inputs in
          add(inputs).zip(inputs[3]) { Swift.min(Swift.max($0 + $1, -1.25), 2.5) }
        },
        Example(FusedConvolution(window, activation: .relu), [image, kernel, bias]) {
          add($0).map { Swift.max($0, 0) }
        },
        Example(
          ConvolutionInputGradient(window, height: x[2], width: x[3]),
          [residual, kernel]
        ) { inputs in
          var result = Dense(x) { _ in 0 }
          visit(window, x, weight) {
            result.values[place($0, x)] += inputs[0][$2] * inputs[1][$1]
          }
          return result
        },
        Example(
          ConvolutionWeightGradient(window),
          [image, residual]
        ) { inputs in
          var result = Dense(weight) { _ in 0 }
          visit(window, x, weight) {
            result.values[place($1, weight)] += inputs[0][$0] * inputs[1][$2]
          }
          return result
        },
      ]
    }
  }()

  static let poolings: [Example] = {
    let window = Window2D(kernel: (2, 3), strides: (2, 1), padLow: (1, 1))
    let shape = [2, 2, 3, 4]
    let size = [2, 2] + slid(window, [3, 4])
    func average(_ counts: Bool) -> @Sendable ([Dense]) -> Dense {
      { inputs in
        Dense(size) { index in
          let places = taps(window, index[2], index[3]).map { [index[0], index[1], $0.2, $0.3] }
          let inside = places.filter { $0[2] >= 0 && $0[2] < 3 && $0[3] >= 0 && $0[3] < 4 }
          return inside.reduce(0) { $0 + inputs[0][$1] } / Double(counts ? 6 : inside.count)
        }
      }
    }
    func averageGradient(_ counts: Bool) -> @Sendable ([Dense]) -> Dense {
      { inputs in
        var result = Dense(shape) { _ in 0 }
        for index in Dense.indices(size) {
          let places = taps(window, index[2], index[3]).map { [index[0], index[1], $0.2, $0.3] }
          let inside = places.filter { $0[2] >= 0 && $0[2] < 3 && $0[3] >= 0 && $0[3] < 4 }
          for one in inside {
            result.values[place(one, shape)] += inputs[0][index] / Double(counts ? 6 : inside.count)
          }
        }
        return result
      }
    }
    let places = Dense([1, 1, 2, 2], [1, 5, 5, 0])
    return [
      Example(MaxPool(window), [numbers(shape)]) { inputs in
        Dense(size) { index in
          taps(window, index[2], index[3])
            .filter { $0.2 >= 0 && $0.2 < 3 && $0.3 >= 0 && $0.3 < 4 }
            .map { inputs[0][[index[0], index[1], $0.2, $0.3]] }.max() ?? 0
        }
      },
      Example(MaxPoolPlaces(Window(window)), [numbers(shape)]) { inputs in
        Dense(size) { index in
          let inside = taps(window, index[2], index[3])
            .filter { $0.2 >= 0 && $0.2 < 3 && $0.3 >= 0 && $0.3 < 4 }
          let largest = inside.max {
            inputs[0][[index[0], index[1], $0.2, $0.3]]
              < inputs[0][[index[0], index[1], $1.2, $1.3]]
          }
          return largest.map { Double($0.2 * 4 + $0.3) } ?? 0
        }
      },
      Example(
        MaxPoolGradient(sizes: [2, 3]), [numbers([1, 1, 2, 2]), places],
        types: [.f64, .i64]
      ) { inputs in
        Dense([1, 1, 2, 3]) { index in
          (0..<4).filter { Int(inputs[1].values[$0]) == index[2] * 3 + index[3] }
            .reduce(0) { $0 + inputs[0].values[$1] }
        }
      },
      Example(PickPooled(), [numbers([1, 1, 2, 3]), places], types: [.f64, .i64]) { inputs in
        Dense([1, 1, 2, 2], inputs[1].values.map { inputs[0].values[Int($0)] })
      },
      Example(AveragePool(window, countPadding: true), [numbers(shape)], slow: average(true)),
      Example(AveragePool(window), [numbers(shape)], slow: average(false)),
      Example(
        AveragePoolGradient(Window(window), countPadding: true, sizes: [3, 4]), [numbers(size)],
        slow: averageGradient(true)),
      Example(
        AveragePoolGradient(Window(window), countPadding: false, sizes: [3, 4]), [numbers(size)],
        slow: averageGradient(false)),
      Example(GlobalAveragePool(), [numbers([2, 2, 3, 1])]) {
        $0[0].reduce([2, 3], keep: true) { $0.reduce(0, +) / Double($0.count) }
      },
    ] + resizing
  }()

  private static let resizing: [Example] = {
    /// The weight with which pixel `from` of `size` goes into pixel `to` of `target`, half-pixel
    /// centres.
    @Sendable func weight(_ to: Int, _ from: Int, _ size: Int, _ target: Int) -> Double {
      let centre = Swift.max(0, (Double(to) + 0.5) * Double(size) / Double(target) - 0.5)
      let first = Swift.min(Int(centre), size - 1)
      let second = Swift.min(first + 1, size - 1)
      let fraction = centre - Double(first)
      return (from == first ? 1 - fraction : 0) + (from == second ? fraction : 0)
    }
    return [
      Example(
        Resize([5, 2], mode: .bilinear(alignCorners: false)), [numbers([1, 2, 3, 4])]
      ) { inputs in
        Dense([1, 2, 5, 2]) { index in
          Dense.indices([3, 4]).reduce(0) { total, from in
            total + weight(index[2], from[0], 3, 5) * weight(index[3], from[1], 4, 2)
              * inputs[0][[0, index[1], from[0], from[1]]]
          }
        }
      },
      Example(
        ResizeGradient([3, 4], mode: .bilinear(alignCorners: false)),
        [numbers([1, 2, 5, 2])]
      ) { inputs in
        Dense([1, 2, 3, 4]) { index in
          Dense.indices([5, 2]).reduce(0) { total, to in
            total + weight(to[0], index[2], 3, 5) * weight(to[1], index[3], 4, 2)
              * inputs[0][[0, index[1], to[0], to[1]]]
          }
        }
      },
    ]
  }()
}
