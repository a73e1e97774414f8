// Examples of the special functions and of Fourier transforms.
import Graphs
import Tensors

private func special(
  _ operation: any SpecialOperator, _ low: Double, _ high: Double,
  _ function: @escaping @Sendable (Double) -> Double
) -> [Example] {
  [[2, 3], [0, 2], [1], []].map { shape in
    Example(operation, [numbers(shape, low, high)]) { $0[0].map(function) }
  }
}

/// Examples of two operands, of which those in `fixed` have no derivative: they are given as f32.
private func pair(
  _ operation: any SpecialOperator, _ first: ClosedRange<Double>, _ second: ClosedRange<Double>,
  fixed: Int? = nil, _ function: @escaping @Sendable (Double, Double) -> Double
) -> [Example] {
  [([2, 3], [3]), ([1], [2, 1]), ([0, 1], [1, 2])].map { left, right in
    let operands = [
      numbers(left, first.lowerBound, first.upperBound),
      numbers(right, second.lowerBound, second.upperBound, offset: 9),
    ]
    return Example(
      operation, operands.enumerated().map { $0.offset == fixed ? $0.element.single : $0.element },
      types: [0, 1].map { $0 == fixed ? .f32 : .f64 }
    ) { $0[0].zip($0[1], function) }
  }
}

/// Of three operands: `fixed` of them as above.
private func triple(
  _ operation: any SpecialOperator, _ ranges: [ClosedRange<Double>], fixed: [Int],
  _ function: @escaping @Sendable (Double, Double, Double) -> Double
) -> [Example] {
  let operands = ranges.enumerated().map { place, range in
    let made = numbers(
      [[2, 3], [3], [2, 1]][place], range.lowerBound, range.upperBound, offset: 5 * place)
    return fixed.contains(place) ? made.single : made
  }
  return [
    Example(operation, operands, types: [0, 1, 2].map { fixed.contains($0) ? .f32 : .f64 }) {
      inputs in
      Dense([2, 3]) { function(inputs[0][$0], inputs[1][$0], inputs[2][$0]) }
    }
  ]
}

extension Dense {
  /// With the numbers rounded to what f32 can hold.
  fileprivate var single: Dense { map { Double(Float($0)) } }
}

/// Σ x[j] exp(sign · 2πi j k / n) of complex numbers.
private func transform(_ line: [(Double, Double)], sign: Double) -> [(Double, Double)] {
  line.indices.map { k in
    line.enumerated().reduce((0, 0)) { sum, item in
      let angle = sign * 2 * Double.pi * Double(item.offset * k % line.count) / Double(line.count)
      let (c, s) = (sine(angle + Double.pi / 2), sine(angle))
      return (
        sum.0 + item.element.0 * c - item.element.1 * s,
        sum.1 + item.element.0 * s + item.element.1 * c
      )
    }
  }
}

extension Example {
  static let specialFunctions: [Example] = [
    special(Tangent(), -1, 1) { sine($0) / sine($0 + Double.pi / 2) },
    special(ArcSine(), -0.7, 0.7) { bisect($0, -2, 2, sine) },
    special(ArcCosine(), -0.7, 0.7) { Double.pi / 2 - bisect($0, -1.5, 1.5, sine) },
    special(ArcTangent(), -2, 2) { y in
      bisect(y, -1.5, 1.5) { sine($0) / sine($0 + Double.pi / 2) }
    },
    special(HyperbolicSine(), -2, 2) { (exponential($0) - exponential(-$0)) / 2 },
    special(HyperbolicCosine(), -2, 2) { (exponential($0) + exponential(-$0)) / 2 },
    special(InverseHyperbolicSine(), -2, 2) { logarithm($0 + ($0 * $0 + 1).squareRoot()) },
    special(InverseHyperbolicCosine(), 1.5, 3) { logarithm($0 + ($0 * $0 - 1).squareRoot()) },
    special(InverseHyperbolicTangent(), -0.7, 0.7) { 0.5 * logarithm((1 + $0) / (1 - $0)) },
    special(LogOfOnePlus(), -0.5, 2) { logarithm(1 + $0) },
    special(ExpMinusOne(), -2, 2) { exponential($0) - 1 },
    special(CubeRoot(), 0.5, 3) { power($0, 1.0 / 3) },
    pair(ArcTangent2(), 0.5...2, 0.5...2) { y, x in
      bisect(y / x, -1.5, 1.5) { sine($0) / sine($0 + Double.pi / 2) }
    },
    pair(Hypotenuse(), 0.5...2, -2 ... -0.5) { ($0 * $0 + $1 * $1).squareRoot() },
    special(ComplementaryErrorFunction(), -2, 2) { 1 - errorFunction($0) },
    special(InverseErrorFunction(), -0.7, 0.7) { bisect($0, -3, 3, errorFunction) },
    special(InverseComplementaryErrorFunction(), 0.1, 1.5) { q in
      bisect(1 - q, -3, 3, errorFunction)
    },
    special(LogGamma(), 0.3, 4, slowLogGamma),
    special(Polygamma(0), 0.3, 4) { slowPolygamma(0, $0) },
    special(Polygamma(1), 0.5, 4) { slowPolygamma(1, $0) },
    pair(LogBeta(), 0.3...3, 0.4...20) {
      slowLogGamma($0) + slowLogGamma($1) - slowLogGamma($0 + $1)
    },
    pair(IncompleteGamma(), 0.5...4, 0.3...6, fixed: 0, slowGamma),
    pair(IncompleteGamma(upper: true), 0.5...4, 0.3...6, fixed: 0) { 1 - slowGamma($0, $1) },
    pair(GammaDensity(), 0.5...4, 0.3...6) {
      exponential(($0 - 1) * logarithm($1) - $1 - slowLogGamma($0))
    },
    pair(InverseIncompleteGamma(), 0.5...4, 0.1...0.75, fixed: 0) { a, p in
      bisect(p, 0, 40) { slowGamma(a, $0) }
    },
    triple(IncompleteBeta(), [0.5...4, 0.6...5, 0.1...0.75], fixed: [0, 1], slowBeta),
    triple(IncompleteBeta(upper: true), [0.5...4, 0.6...5, 0.1...0.75], fixed: [0, 1]) {
      1 - slowBeta($0, $1, $2)
    },
    triple(BetaDensity(), [0.5...4, 0.6...5, 0.1...0.75], fixed: []) { a, b, x in
      exponential(
        (a - 1) * logarithm(x) + (b - 1) * logarithm(1 - x) - slowLogGamma(a) - slowLogGamma(b)
          + slowLogGamma(a + b))
    },
    triple(InverseIncompleteBeta(), [0.5...4, 0.6...5, 0.1...0.75], fixed: [0, 1]) { a, b, p in
      bisect(p, 0, 1) { slowBeta(a, b, $0) }
    },
    pair(StudentDistribution(), -3...3, 1...9, fixed: 1, slowStudent),
    pair(StudentDistribution(upper: true), -3...3, 1...9, fixed: 1) { 1 - slowStudent($0, $1) },
    pair(StudentQuantile(), 0.1...0.75, 2...9, fixed: 1) { p, n in
      bisect(p, -9, 9) { slowStudent($0, n) }
    },
    triple(FisherDistribution(), [0.2...3, 1...9, 2...9], fixed: [1, 2]) { x, m, n in
      slowBeta(m / 2, n / 2, m * x / (m * x + n))
    },
    triple(FisherQuantile(), [0.1...0.75, 2...9, 3...9], fixed: [1, 2]) { p, m, n in
      bisect(p, 0, 60) { slowBeta(m / 2, n / 2, m * $0 / (m * $0 + n)) }
    },
  ].flatMap { $0 }

  static let fourier: [Example] = {
    func complex(_ shape: [Int], _ axis: Int, inverse: Bool, scale: Double) -> Example {
      Example(
        FourierTransform(axis, inverse: inverse, scale: scale), [numbers(shape)]
      ) { inputs in
        Dense(shape) { index in
          let place = axis < 0 ? axis + shape.count - 1 : axis
          let line = (0..<shape[place]).map { j in
            var at = index
            at[place] = j
            at[shape.count - 1] = 0
            let re = inputs[0][at]
            at[shape.count - 1] = 1
            return (re, inputs[0][at])
          }
          let (re, im) = transform(line, sign: inverse ? 1 : -1)[index[place]]
          return scale * (index[shape.count - 1] == 0 ? re : im)
        }
      }
    }
    func half(_ count: Int) -> Example {
      Example(RealFourierTransform(0, scale: 0.5), [numbers([count, 2])]) { inputs in
        Dense([count / 2 + 1, 2, 2]) { index in
          let line = (0..<count).map { (inputs[0][[$0, index[1]]], 0.0) }
          let (re, im) = transform(line, sign: -1)[index[0]]
          return 0.5 * (index[2] == 0 ? re : im)
        }
      }
    }
    func back(_ count: Int) -> Example {
      Example(RealFourierAdjoint(-1, size: count), [numbers([2, count / 2 + 1, 2])]) { inputs in
        Dense([2, count]) { index in
          let line = (0..<count).map { k in
            k <= count / 2
              ? (inputs[0][[index[0], k, 0]], inputs[0][[index[0], k, 1]]) : (0.0, 0.0)
          }
          return transform(line, sign: 1)[index[1]].0
        }
      }
    }
    return [
      complex([6, 2], 0, inverse: false, scale: 1),
      complex([2, 7, 2], 1, inverse: true, scale: 0.5),
      complex([5, 2, 2], 0, inverse: false, scale: 2),
      complex([2, 1, 2], -1, inverse: false, scale: 1),
      complex([0, 3, 2], -1, inverse: false, scale: 1),
    ] + [1, 2, 5, 6, 7, 8].map(half) + [1, 2, 5, 6, 7, 8].map(back)
  }()
}

extension Example {
  /// Each element of a line from it and those before it.
  private static func running(
    _ operation: any Operator, _ shape: [Int], _ axis: Int,
    _ step: @escaping @Sendable ([Double]) -> Double
  ) -> Example {
    Example(operation, [numbers(shape)]) {
      $0[0].lines(axis) { line in line.indices.map { step(Array(line[...$0])) } }
    }
  }

  /// y[i] = a[i] y[i - 1] + b[i], or from the other end.
  private static func recurrence(_ shape: [Int], _ axis: Int, reversed: Bool) -> Example {
    Example(
      LinearRecurrence(axis, reversed: reversed), [numbers(shape), numbers(shape, offset: 30)]
    ) { inputs in
      var result = inputs[1]
      for index in Dense.indices(shape) {
        var sum = 0.0
        // Σ over the terms from the start of the product of the factors after each.
        for j in reversed ? Array(index[axis]..<shape[axis]) : Array(0...index[axis]) {
          let between =
            reversed ? Array(index[axis]..<j) : j < index[axis] ? Array(j + 1...index[axis]) : []
          func at(_ place: Int) -> [Int] {
            index.enumerated().map { $0.offset == axis ? place : $0.element }
          }
          sum += between.reduce(inputs[1][at(j)]) { $0 * inputs[0][at($1)] }
        }
        let place = index.indices.reduce(0) { $0 * shape[$1] + index[$1] }
        result.values[place] = sum
      }
      return result
    }
  }

  static let running: [Example] = [
    running(CumulativeExtreme(1), [2, 4], 1) { $0.max() ?? 0 },
    running(CumulativePlaces(1), [2, 4], 1) { line in
      Double(line.indices.max { line[$0] < line[$1] } ?? 0)
    },
    running(CumulativeExtreme(-2, largest: false), [4, 2], 0) { $0.min() ?? 0 },
    running(CumulativeExtreme(0), [1, 3], 0) { $0.max() ?? 0 },
    running(CumulativeExtreme(1), [2, 0], 1) { $0.max() ?? 0 },
    recurrence([2, 4], 1, reversed: false), recurrence([3, 2], 0, reversed: true),
    recurrence([1, 2], 0, reversed: false), recurrence([0, 2], 0, reversed: false),
  ]
}

extension Example {
  /// A matrix [3, 4] with entries at these places, of which one row and one column are empty.
  static let sparse: [Example] = {
    let (rows, columns) = ([0, 2, 0, 2, 2], [1, 0, 3, 3, 1])
    guard
      let pattern = try? SparsePattern.at(rows: rows, columns: columns, shape: (3, 4)).pattern,
      let empty = try? SparsePattern.at(rows: [], columns: [], shape: (2, 4)).pattern
    else { return [] }
    // In the order of the pattern.
    let places = [(0, 1), (0, 3), (2, 0), (2, 1), (2, 3)]
    @Sendable func product(_ inputs: [Dense]) -> Dense {
      var shape = inputs[1].shape
      shape[shape.count - 2] = 3
      return Dense(shape) { index in
        places.enumerated().filter { $0.element.0 == index[index.count - 2] }.reduce(0) {
          sum, item in
          var from = index
          from[index.count - 2] = item.element.1
          return sum + inputs[0].values[item.offset] * inputs[1][from]
        }
      }
    }
    return [
      Example(SparseProduct(pattern), [numbers([5]), numbers([4, 2], offset: 9)], slow: product),
      Example(
        SparseProduct(pattern), [numbers([5]), numbers([2, 4, 1], offset: 9)], slow: product),
      Example(SparseProduct(pattern), [numbers([5]), numbers([4, 0])], slow: product),
      Example(SparseProduct(empty), [numbers([0]), numbers([4, 3])]) { _ in
        Dense([2, 3]) { _ in 0 }
      },
      Example(
        SampledProduct(pattern), [numbers([2, 3, 2]), numbers([2, 4, 2], offset: 30)]
      ) { inputs in
        Dense([5]) { entry in
          let (row, column) = places[entry[0]]
          return Dense.indices([2, 2]).reduce(0) {
            $0 + inputs[0][[$1[0], row, $1[1]]] * inputs[1][[$1[0], column, $1[1]]]
          }
        }
      },
    ]
  }()
}
