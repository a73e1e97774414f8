// Example: an application of an operator with its result computed the slow, obvious way.
import Graphs
import Tensors
import Testing

/// One application of one operator.
struct Example: CustomTestStringConvertible, Sendable {
  let operation: any Operator
  let inputs: [Dense]
  /// Element types of the inputs.
  let types: [ElementType]
  /// The result.
  let slow: @Sendable ([Dense]) -> Dense
  /// Whether the result is exact enough for central differences: not after rounding to f32.
  var isExact: Bool { (operation as? Cast)?.type != .f32 }

  init(
    _ operation: any Operator, _ inputs: [Dense], types: [ElementType]? = nil,
    slow: @escaping @Sendable ([Dense]) -> Dense
  ) {
    self.operation = operation
    self.inputs = inputs
    self.types = types ?? inputs.map { _ in .f64 }
    self.slow = slow
  }

  var testDescription: String { "\(operation.name) of \(inputs.map(\.shape))" }

  /// The inputs as tensors.
  func tensors() throws -> [Tensor] {
    try zip(inputs, types).map { try $0.tensor($1) }
  }

  /// All examples of all families.
  static let all: [Example] =
    elementwise + activations + specialFunctions + reductions + running + rearrangements + parts
    + indexing + products + sparse + convolutions + poolings + windowedConvolutions
    + windowedPoolings + borders + slidingWindows + fourier + systems + factors + eigenvalues
    + matrixParts + constants
}

extension Dense: @unchecked Sendable {}

private func binary(
  _ operation: any BinaryOperator, low: Double = -2, high: Double = 2,
  _ function: @escaping @Sendable (Double, Double) -> Double
) -> [Example] {
  let shapes = [
    ([2, 3], [2, 3]), ([2, 3], [3]), ([4, 1, 2], [3, 1]), ([0, 3], [1, 3]), ([], [2]),
  ]
  return shapes.map { left, right in
    Example(
      operation, [numbers(left, low, high), numbers(right, low, high, offset: 40)]
    ) { $0[0].zip($0[1], function) }
  }
}

private func unary(
  _ operation: any UnaryOperator, low: Double = -2, high: Double = 2,
  _ function: @escaping @Sendable (Double) -> Double
) -> [Example] {
  [[2, 3], [0, 2], [1], []].map { shape in
    Example(operation, [numbers(shape, low, high)]) { $0[0].map(function) }
  }
}

private func truth(_ value: Bool) -> Double { value ? 1 : 0 }

extension Example {
  static let elementwise: [Example] = [
    binary(Add()) { $0 + $1 },
    binary(Subtract()) { $0 - $1 },
    binary(Multiply()) { $0 * $1 },
    binary(Divide(), low: 0.5) { $0 / $1 },
    binary(Power(), low: 0.5) { power($0, $1) },
    binary(Maximum()) { Swift.max($0, $1) },
    binary(Minimum()) { Swift.min($0, $1) },
    binary(Equal()) { truth($0 == $1) },
    binary(NotEqual()) { truth($0 != $1) },
    binary(Less()) { truth($0 < $1) },
    binary(LessOrEqual()) { truth($0 <= $1) },
    binary(Greater()) { truth($0 > $1) },
    binary(GreaterOrEqual()) { truth($0 >= $1) },
    binary(LogicalAnd()) { truth($0 != 0 && $1 != 0) },
    binary(LogicalOr()) { truth($0 != 0 || $1 != 0) },
    binary(FloorDivide()) { ($0 / $1).rounded(.down) },
    binary(Remainder(), low: 0.5) { $0 - $1 * ($0 / $1).rounded(.down) },
    unary(Negate()) { -$0 },
    unary(LogicalNot()) { truth($0 == 0) },
    unary(IsNaN()) { truth($0.isNaN) },
    unary(Sign()) { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
    unary(Floor()) { $0.rounded(.down) },
    unary(Ceiling()) { $0.rounded(.up) },
    unary(Round()) { $0.rounded(.toNearestOrEven) },
    unary(Absolute()) { abs($0) },
    unary(Exp()) { exponential($0) },
    unary(Log(), low: 0.2) { logarithm($0) },
    unary(SquareRoot(), low: 0.2) { $0.squareRoot() },
    unary(Reciprocal(), low: 0.5) { 1 / $0 },
    unary(Tanh()) { hyperbolicTangent($0) },
    unary(Sigmoid()) { 1 / (1 + exponential(-$0)) },
    unary(ErrorFunction()) { errorFunction($0) },
    unary(Softplus()) { logarithm(1 + exponential($0)) },
    unary(Sine()) { sine($0) },
    unary(Cosine()) { sine($0 + Double.pi / 2) },
  ].flatMap { $0 }

  static let activations: [Example] = [
    unary(Relu()) { Swift.max($0, 0) },
    unary(Clip(-1, 0.75)) { Swift.min(Swift.max($0, -1), 0.75) },
    unary(Clip(-.infinity, 0.5)) { Swift.min($0, 0.5) },
    unary(HardSigmoid(), low: -5, high: 5) { Swift.min(Swift.max($0 / 6 + 0.5, 0), 1) },
    unary(HardSwish(), low: -5, high: 5) { $0 * Swift.min(Swift.max($0 / 6 + 0.5, 0), 1) },
    unary(LeakyRelu(slope: 0.2)) { $0 > 0 ? $0 : 0.2 * $0 },
    unary(Elu(alpha: 1.5)) { $0 > 0 ? $0 : 1.5 * (exponential($0) - 1) },
    [
      Example(Gate(-0.5, 1), [numbers([2, 3]), numbers([2, 3], offset: 20)]) {
        $0[0].zip($0[1]) { $1 > -0.5 && $1 < 1 ? $0 : 0 }
      },
      Example(Gate(0, .infinity), [numbers([0, 3]), numbers([0, 3])]) { $0[0] },
    ],
    unary(Gelu()) { 0.5 * $0 * (1 + errorFunction($0 / 2.0.squareRoot())) },
  ].flatMap { $0 }

  static let reductions: [Example] = {
    let shapes: [([Int], [Int], Bool)] = [
      ([2, 3, 2], [1], false), ([2, 3, 2], [0, -1], true), ([3], [], false), ([2, 1], [1], false),
    ]
    func reduction(
      _ make: ([Int], Bool) -> any Operator, empty: Bool,
      _ function: @escaping @Sendable ([Double]) -> Double
    ) -> [Example] {
      (shapes + (empty ? [([0, 2], [0], false)] : [])).map { shape, axes, keep in
        let places =
          axes.isEmpty ? Array(shape.indices) : axes.map { $0 < 0 ? $0 + shape.count : $0 }
        return Example(make(axes, keep), [numbers(shape)]) {
          $0[0].reduce(places, keep: keep, function)
        }
      }
    }
    func extreme(_ index: @escaping @Sendable ([Double]) -> Int) -> @Sendable ([Dense]) -> Dense {
      { $0[0].reduce([1], keep: false) { Double(index($0)) } }
    }
    let places: [Example] = [
      Example(
        ArgMax(1), [numbers([3, 4])],
        slow: extreme { values in values.indices.max { values[$0] < values[$1] } ?? 0 }),
      Example(
        ArgMin(-1), [numbers([3, 4])],
        slow: extreme { values in values.indices.min { values[$0] < values[$1] } ?? 0 }),
    ]
    return reduction({ Sum($0, keep: $1) }, empty: true) { $0.reduce(0, +) }
      + reduction({ Mean($0, keep: $1) }, empty: false) { $0.reduce(0, +) / Double($0.count) }
      + reduction({ Max($0, keep: $1) }, empty: false) { $0.max() ?? 0 }
      + reduction({ Min($0, keep: $1) }, empty: false) { $0.min() ?? 0 }
      + reduction({ Product($0, keep: $1) }, empty: true) { $0.reduce(1, *) } + places
      + [
        Example(Product([0], keep: false), [Dense([3, 2], [0, 2, 3, 0, -1, 0])]) {
          $0[0].reduce([0], keep: false) { $0.reduce(1, *) }
        },
        Example(Softmax(-1), [numbers([2, 3])]) {
          $0[0].lines(1) { line in
            let total = line.reduce(0) { $0 + exponential($1) }
            return line.map { exponential($0) / total }
          }
        },
        Example(Standardise([1, -1], epsilon: 0.1), [numbers([2, 3, 2])]) { inputs in
          let (x, axes) = (inputs[0], [1, 2])
          let mean = x.reduce(axes, keep: true) { $0.reduce(0, +) / Double($0.count) }
          let centred = x.zip(mean) { $0 - $1 }
          let variance = centred.reduce(axes, keep: true) { line in
            line.reduce(0) { $0 + $1 * $1 } / Double(line.count)
          }
          return centred.zip(variance) { $0 / ($1 + 0.1).squareRoot() }
        },
        Example(
          FusedNormalisation(epsilon: 0.1),
          [numbers([2, 3]), numbers([3], offset: 7), numbers([3], offset: 9)]
        ) { inputs in
          let mean = inputs[0].reduce([1], keep: true) { $0.reduce(0, +) / Double($0.count) }
          let centred = inputs[0].zip(mean) { $0 - $1 }
          let variance = centred.reduce([1], keep: true) { line in
            line.reduce(0) { $0 + $1 * $1 } / Double(line.count)
          }
          return centred.zip(variance) { $0 / ($1 + 0.1).squareRoot() }
            .zip(inputs[1]) { $0 * $1 }.zip(inputs[2]) { $0 + $1 }
        },
        Example(
          NormaliseBatch(epsilon: 0.1),
          [numbers([3, 2, 2]), numbers([2], offset: 7), numbers([2], offset: 9)]
        ) { inputs in
          let (x, axes) = (inputs[0], [0, 2])
          let mean = x.reduce(axes, keep: true) { $0.reduce(0, +) / Double($0.count) }
          let centred = x.zip(mean) { $0 - $1 }
          let variance = centred.reduce(axes, keep: true) { line in
            line.reduce(0) { $0 + $1 * $1 } / Double(line.count)
          }
          let columns = inputs.dropFirst().map { Dense([1, 2, 1], $0.values) }
          return centred.zip(variance) { $0 / ($1 + 0.1).squareRoot() }
            .zip(columns[0]) { $0 * $1 }.zip(columns[1]) { $0 + $1 }
        },
        Example(LogSoftmax(0), [numbers([3, 2])]) {
          $0[0].lines(0) { line in
            let total = line.reduce(0) { $0 + exponential($1) }
            return line.map { $0 - logarithm(total) }
          }
        },
        Example(CumulativeSum(1), [numbers([2, 3])]) {
          $0[0].lines(1) { line in line.indices.map { line[...$0].reduce(0, +) } }
        },
        Example(CumulativeSum(-1, reversed: true), [numbers([2, 3])]) {
          $0[0].lines(1) { line in line.indices.map { line[$0...].reduce(0, +) } }
        },
        Example(
          BatchNormalisation(epsilon: 0.1),
          [
            numbers([2, 3, 2, 1]), numbers([3], offset: 1), numbers([3], offset: 2),
            numbers([3], offset: 3), numbers([3], 0.5, 2, offset: 4),
          ]
        ) { inputs in
          Dense(inputs[0].shape) { index in
            let c = [index[1]]
            return inputs[1][c] * (inputs[0][index] - inputs[3][c])
              / (inputs[4][c] + 0.1).squareRoot() + inputs[2][c]
          }
        },
      ]
  }()
}
