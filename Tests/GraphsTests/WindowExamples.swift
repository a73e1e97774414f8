// Examples of operators with windows over one and three axes, of borders and of sliding windows.
import Graphs
import Tensors

/// Every element under a tap of the window, for every place: the place, the tap and the element, each
/// as an index after batch and channels. `inside` leaves the padding out.
private func visit(
  _ window: Window, _ sizes: [Int], inside: Bool = true, _ body: ([Int], [Int], [Int]) -> Void
) {
  for place in Dense.indices(slid(window, sizes)) {
    for tap in Dense.indices(window.kernel) {
      let element = window.axes.indices.map {
        place[$0] * window.axes[$0].stride + tap[$0] * window.axes[$0].dilation
          - window.axes[$0].padLow
      }
      let isInside = zip(element, sizes).allSatisfy { $0 >= 0 && $0 < $1 }
      if isInside || !inside { body(place, tap, element) }
    }
  }
}

private func slid(_ window: Window, _ sizes: [Int]) -> [Int] {
  zip(window.axes, sizes).map { axis, size in
    (size + axis.padLow + axis.padHigh - axis.dilation * (axis.kernel - 1) - 1) / axis.stride + 1
  }
}

private func place(_ index: [Int], _ shape: [Int]) -> Int {
  zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
}

/// Every product of a convolution: indices of the input, the weight and the output element.
private func pairs(
  _ window: Window, _ x: [Int], _ weight: [Int], _ body: ([Int], [Int], [Int]) -> Void
) {
  for (n, o) in (0..<x[0]).flatMap({ n in (0..<weight[0]).map { (n, $0) } }) {
    let group = o / (weight[0] / window.groups)
    for channel in 0..<weight[1] {
      visit(window, Array(x[2...])) { place, tap, element in
        body([n, group * weight[1] + channel] + element, [o, channel] + tap, [n, o] + place)
      }
    }
  }
}

extension Example {
  static let windowedConvolutions: [Example] = {
    let cases: [(Window, [Int], [Int])] = [
      (Window([WindowAxis(3, padLow: 1, padHigh: 2)]), [2, 2, 4], [3, 2, 3]),
      (Window([WindowAxis(2, stride: 2, dilation: 2)], groups: 2), [1, 4, 6], [2, 2, 2]),
      (Window([WindowAxis(1)]), [0, 1, 3], [1, 1, 1]),
      (Window([WindowAxis(4, padLow: 2)]), [1, 1, 1], [2, 1, 4]),
      (
        Window([WindowAxis(2, padLow: 1), WindowAxis(1), WindowAxis(2, stride: 2)]),
        [2, 1, 2, 2, 3], [2, 1, 2, 1, 2]
      ),
      (
        Window(
          [
            WindowAxis(2, stride: 2, dilation: 2, padHigh: 1), WindowAxis(2, padLow: 1, padHigh: 0),
            WindowAxis(1, stride: 2),
          ], groups: 2), [1, 2, 4, 2, 2], [4, 1, 2, 2, 1]
      ),
      (
        Window([WindowAxis(3, padLow: 2), WindowAxis(1), WindowAxis(1)]), [1, 1, 1, 1, 1],
        [1, 1, 3, 1, 1]
      ),
      (Window([WindowAxis(1), WindowAxis(1), WindowAxis(1)]), [0, 2, 1, 1, 2], [1, 2, 1, 1, 1]),
    ]
    return cases.flatMap { convolutionExamples($0, $1, $2) }
  }()

  private static func convolutionExamples(
    _ window: Window, _ x: [Int], _ weight: [Int]
  ) -> [Example] {
    let size = [x[0], weight[0]] + slid(window, Array(x[2...]))
    let ones = window.axes.map { _ in 1 }
    let (image, kernel) = (numbers(x), numbers(weight, offset: 3))
    let bias = numbers([weight[0]], offset: 9)
    let (above, inner) = (numbers(size, offset: 4), numbers([x[1]], offset: 7))
    let convolved: @Sendable ([Dense]) -> Dense = { inputs in
      var result = Dense(size) { _ in 0 }
      pairs(window, x, weight) {
        result.values[place($2, size)] += inputs[0][$0] * inputs[1][$1]
      }
      return inputs.count == 2 ? result : result.zip(Dense([weight[0]] + ones, inputs[2].values), +)
    }
    let spread: @Sendable ([Dense]) -> Dense = { inputs in
      var result = Dense(x) { _ in 0 }
      pairs(window, x, weight) {
        result.values[place($0, x)] += inputs[0][$2] * inputs[1][$1]
      }
      return inputs.count == 2 ? result : result.zip(Dense([x[1]] + ones, inputs[2].values), +)
    }
    return [
      Example(Convolution(window), [image, kernel], slow: convolved),
      Example(Convolution(window), [image, kernel, bias], slow: convolved),
      Example(
        FusedConvolution(window, activation: .relu), [image, kernel, bias, above]
      ) { inputs in
        convolved(Array(inputs[..<3])).zip(inputs[3]) { Swift.max($0 + $1, 0) }
      },
      Example(
        ConvolutionInputGradient(window, sizes: Array(x[2...])), [above, kernel], slow: spread),
      Example(
        ConvolutionInputGradient(window, sizes: Array(x[2...])), [above, kernel, inner],
        slow: spread),
      Example(ConvolutionWeightGradient(window), [image, above]) { inputs in
        var result = Dense(weight) { _ in 0 }
        pairs(window, x, weight) {
          result.values[place($1, weight)] += inputs[0][$0] * inputs[1][$2]
        }
        return result
      },
    ]
  }

  static let windowedPoolings: [Example] = {
    let cases: [(Window, [Int])] = [
      (Window([WindowAxis(3, stride: 2, padLow: 1)]), [2, 2, 6]),
      (Window([WindowAxis(2, dilation: 2)]), [1, 1, 3]),
      (
        Window([WindowAxis(2, padLow: 1), WindowAxis(2, stride: 2), WindowAxis(1)]),
        [1, 2, 3, 2, 2]
      ),
      (
        Window([WindowAxis(2), WindowAxis(2, padLow: 1), WindowAxis(2, stride: 2, padHigh: 1)]),
        [2, 1, 2, 2, 2]
      ),
      (Window([WindowAxis(1), WindowAxis(1), WindowAxis(1)]), [0, 1, 1, 2, 1]),
    ]
    return cases.flatMap { poolingExamples($0, $1) } + resizingExamples
  }()

  private static func poolingExamples(_ window: Window, _ shape: [Int]) -> [Example] {
    let (lead, sizes) = (Array(shape[..<2]), Array(shape[2...]))
    let pooled = lead + slid(window, sizes)
    let taps = window.kernel.reduce(1, *)
    @Sendable func elements(_ index: [Int]) -> [[Int]] {
      var found: [[Int]] = []
      visit(window, sizes) { if $0 == Array(index[2...]) { found.append(index[..<2] + $2) } }
      return found
    }
    let middle = numbers(pooled, offset: 5)
    var examples = [
      Example(MaxPool(window), [numbers(shape)]) { inputs in
        Dense(pooled) { elements($0).map { inputs[0][$0] }.max() ?? 0 }
      }
    ]
    for counts in [true, false] {
      examples.append(
        Example(AveragePool(window, countPadding: counts), [numbers(shape)]) { inputs in
          Dense(pooled) { index in
            let inside = elements(index)
            return inside.reduce(0) { $0 + inputs[0][$1] } / Double(counts ? taps : inside.count)
          }
        })
      examples.append(
        Example(AveragePoolGradient(window, countPadding: counts, sizes: sizes), [middle]) {
          inputs in
          var result = Dense(shape) { _ in 0 }
          for index in Dense.indices(pooled) {
            let inside = elements(index)
            for one in inside {
              result.values[place(one, shape)] +=
                inputs[0][index] / Double(counts ? taps : inside.count)
            }
          }
          return result
        })
    }
    let count = sizes.reduce(1, *)
    let places = Dense(pooled) { Double(($0.reduce(1) { $0 * 3 + $1 }) % Swift.max(1, count)) }
    examples += [
      Example(PickPooled(), [numbers(shape), places], types: [.f64, .i64]) { inputs in
        Dense(pooled) { index in
          inputs[0].values[(index[0] * shape[1] + index[1]) * count + Int(inputs[1][index])]
        }
      },
      Example(MaxPoolGradient(sizes: sizes), [middle, places], types: [.f64, .i64]) { inputs in
        var result = Dense(shape) { _ in 0 }
        for index in Dense.indices(pooled) {
          let place = (index[0] * shape[1] + index[1]) * count + Int(inputs[1][index])
          result.values[place] += inputs[0][index]
        }
        return result
      },
    ]
    return examples
  }

  /// Linear and cubic weights and shares, written out per axis.
  private static let resizingExamples: [Example] = {
    @Sendable func linear(_ to: Int, _ from: Int, _ size: Int, _ target: Int) -> Double {
      let centre = Swift.min(
        Swift.max((Double(to) + 0.5) * Double(size) / Double(target) - 0.5, 0), Double(size - 1))
      return Swift.max(0, 1 - abs(centre - Double(from)))
    }
    @Sendable func share(_ to: Int, _ from: Int, _ size: Int, _ target: Int) -> Double {
      let (low, high) = (to * size / target, ((to + 1) * size + target - 1) / target)
      return from >= low && from < high ? 1 / Double(high - low) : 0
    }
    @Sendable func cubic(_ to: Int, _ from: Int, _ size: Int, _ target: Int) -> Double {
      let x = Double(to) * Double(size - 1) / Double(Swift.max(1, target - 1))
      let first = Int(x.rounded(.down)) - 1
      return (first...(first + 3)).reduce(0) { total, place in
        guard Swift.min(Swift.max(place, 0), size - 1) == from else { return total }
        let d = abs(x - Double(place))
        let near = (1.25 * d - 2.25) * d * d + 1
        let far = -0.75 * (((d - 5) * d + 8) * d - 4)
        return total + (d <= 1 ? near : d < 2 ? far : 0)
      }
    }
    typealias Weight = @Sendable (Int, Int, Int, Int) -> Double
    let cases: [(ResizeMode, [Int], [Int], Weight)] = [
      (ResizeMode(.linear), [1, 2, 3], [5], linear),
      (ResizeMode(.linear), [1, 1, 2, 1, 3], [3, 2, 2], linear),
      (.area, [2, 1, 5], [3], share), (.area, [1, 1, 3, 4], [2, 5], share),
      (ResizeMode(.cubic(-0.75), .alignCorners), [1, 2, 4], [7], cubic),
    ]
    return cases.flatMap { mode, shape, sizes, weight in
      let (own, lead) = (Array(shape[2...]), Array(shape[..<2]))
      @Sendable func factor(_ to: ArraySlice<Int>, _ from: ArraySlice<Int>) -> Double {
        zip(zip(to, from), zip(own, sizes)).reduce(1) {
          $0 * weight($1.0.0, $1.0.1, $1.1.0, $1.1.1)
        }
      }
      return [
        Example(Resize(sizes, mode: mode), [numbers(shape)]) { inputs in
          Dense(lead + sizes) { to in
            Dense.indices(own).reduce(0) {
              $0 + factor(to[2...], $1[0...]) * inputs[0][to[..<2] + $1]
            }
          }
        },
        Example(ResizeGradient(own, mode: mode), [numbers(lead + sizes)]) { inputs in
          Dense(shape) { from in
            Dense.indices(sizes).reduce(0) {
              $0 + factor($1[0...], from[2...]) * inputs[0][from[..<2] + $1]
            }
          }
        },
      ]
    }
  }()
}

extension Example {
  static let borders: [Example] = {
    /// The element of an axis that stands at a place, found by walking.
    @Sendable func source(_ place: Int, _ size: Int, _ mode: BorderMode) -> Int {
      var place = place
      while place < 0 || place >= size {
        switch mode {
        case .edge: place = place < 0 ? 0 : size - 1
        case .wrap: place += place < 0 ? size : -size
        case .reflect: place = size == 1 ? 0 : place < 0 ? -place : 2 * (size - 1) - place
        }
      }
      return place
    }
    let cases: [([Int], [Int], [Int])] = [
      ([3], [2], [2]), ([2, 3], [0, 5], [1, 7]), ([2, 3, 1], [1, -1, 2], [0, 2, 0]),
      ([0, 2], [0, 1], [0, 1]), ([4], [-1], [-2]),
    ]
    return cases.flatMap { shape, low, high in
      BorderMode.allCases.flatMap { mode in
        let padded = shape.indices.map { shape[$0] + low[$0] + high[$0] }
        @Sendable func element(_ index: [Int]) -> [Int] {
          index.indices.map { source(index[$0] - low[$0], shape[$0], mode) }
        }
        return [
          Example(BorderPad(low: low, high: high, mode: mode), [numbers(shape)]) { inputs in
            Dense(padded) { inputs[0].values[place(element($0), shape)] }
          },
          Example(
            BorderPadGradient(low: low, high: high, mode: mode, of: shape), [numbers(padded)]
          ) { inputs in
            var result = Dense(shape) { _ in 0 }
            for index in Dense.indices(padded) {
              result.values[place(element(index), shape)] += inputs[0].values[place(index, padded)]
            }
            return result
          },
        ]
      }
    }
  }()

  static let slidingWindows: [Example] = {
    let cases: [([Int], Int, WindowAxis)] = [
      ([5], 0, WindowAxis(3)), ([2, 7, 2], 1, WindowAxis(2, stride: 3, dilation: 2)),
      ([3, 4], -1, WindowAxis(4)), ([1, 1], 0, WindowAxis(1)), ([0, 3], 1, WindowAxis(2)),
    ]
    return cases.flatMap { shape, stated, axis in
      let at = stated < 0 ? stated + shape.count : stated
      var windows = shape
      windows[at] = axis.places(over: shape[at])
      windows.append(axis.kernel)
      let result = windows
      @Sendable func element(_ index: [Int]) -> [Int] {
        var place = Array(index.dropLast())
        place[at] = place[at] * axis.stride + index[index.count - 1] * axis.dilation
        return place
      }
      return [
        Example(
          SlidingWindows(
            stated, size: axis.kernel, step: axis.stride, dilation: axis.dilation),
          [numbers(shape)]
        ) { inputs in
          Dense(result) { inputs[0].values[place(element($0), shape)] }
        },
        Example(
          OverlapAdd(
            stated, size: axis.kernel, step: axis.stride, dilation: axis.dilation,
            extent: shape[at]), [numbers(result)]
        ) { inputs in
          var sums = Dense(shape) { _ in 0 }
          for index in Dense.indices(result) {
            sums.values[place(element(index), shape)] += inputs[0].values[place(index, result)]
          }
          return sums
        },
      ]
    }
  }()
}
