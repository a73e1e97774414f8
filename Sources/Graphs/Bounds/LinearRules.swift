// Rules of operators that are linear in their operands, with weights that are fixed or bounded in turn.
import Tensors

/// How many roundings go into a result.
package enum Rounding: Sendable {
  /// None: numbers are moved or chosen.
  case none
  /// Each result is wrong by at most so many units of its own size.
  case units(Double)
  /// Each result is a sum of at most so many products; nil for the operand's elements over the result's.
  case sum(of: Int?)

  /// The error of a result in the range; `sum` gives the sum of the absolute values of what is added.
  func error(
    _ application: BoundedApplication, _ range: Interval, terms: Int,
    sum: () throws(GraphError) -> Variable
  ) throws(GraphError) -> Variable? {
    switch self {
    case .none: return nil
    case .units(let units):
      return try range.magnitude() * (units * application.unit) + application.smallest
    case .sum(let count):
      let count = count ?? terms
      // The vector loops add runs of at most 80 in single precision and the runs in double.
      let single = application.output.type == .f32
      let short = single ? Swift.min(count, 80) : count
      let factor =
        application.gamma(short + 4) + Double(count) * 0x1p-51
      return try sum() * factor + application.smallest * Double(count + 1)
    }
  }
}

/// The rule of an operator that does not fall in any of its operands, such as a sum, a maximum, or whatever moves numbers:
/// it is applied to the lower ends and to the upper ends.
package struct Rising: BoundRule {
  let rounding: Rounding
  /// Whether it is linear in all its operands jointly (in those of floating type).
  let isLinear: Bool

  package init(_ rounding: Rounding = .none, isLinear: Bool = true) {
    self.rounding = rounding
    self.isLinear = isLinear
  }

  package func isLinear(in open: [Bool]) -> Bool { isLinear }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (lows, highs) = try application.ends
    let low = try application.applied(to: lows)
    let range = try Interval(low, application.applied(to: highs))
    let terms = application.operands.reduce(0) { $0 + $1.low.value.count }
    let error = try rounding.error(
      application, range, terms: terms / Swift.max(1, low.value.count) + 1
    ) { () throws(GraphError) in
      try application.applied(to: application.magnitudes)
    }
    return Bounds(range, error: error)
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    isLinear ? try application.linearRows(positive + negative, application.open) : nil
  }
}

/// The rule of an operator that is linear in all its operands jointly, whatever the signs of its weights: the range of the
/// centres, and around it the radii times the weights' absolute values, which are read off the derivative row by row.
package struct AnyLinear: BoundRule {
  /// Each result costs a derivative.
  static let largest = 1 << 12

  package init() {}

  package func isLinear(in open: [Bool]) -> Bool { true }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    var centres: [Variable] = []
    for (middle, operand) in zip(try application.middles, application.operands) {
      centres.append(middle.value.type.isFloating ? try operand.centre() : middle)
    }
    let centre = try application.applied(to: centres)
    let (count, shape) = (centre.value.count, centre.shape)
    guard count <= AnyLinear.largest else {
      throw .bounds(
        operation: "", layer: "",
        reason:
          "it has \(count) results, and their weights are found for \(AnyLinear.largest) at most")
    }
    let rows = try Variable.identityMask(count).applying(Cast(to: .f64))
      .reshaped([count] + shape)
    let wanted = application.inputs.map { $0.value.type.isFloating }
    let weights = try application.pulledBack(rows, wanted)
    var (radius, size) = (try Variable.zeros(like: centre), try Variable.zeros(like: centre))
    for (weight, operand) in zip(weights, application.operands) {
      guard let weight = try weight?.applying(Absolute()) else { continue }
      let spread = try (operand.high - operand.low) * 0.5
      radius = try radius + weight.dotRows(spread).reshaped(shape)
      size = try size + weight.dotRows(operand.magnitude()).reshaped(shape)
    }
    let terms = application.inputs.reduce(4) { $0 + $1.value.count }
    return Bounds(
      try Interval(centre - radius, centre + radius),
      error: try size * application.gamma(2 * terms) + application.smallest)
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    try application.linearRows(positive + negative, application.open)
  }
}

/// x + y or x - y or -x: what the signs say.
package struct Signed: BoundRule {
  let signs: [Double]

  package init(_ signs: Double...) { self.signs = signs }

  package func isLinear(in open: [Bool]) -> Bool { true }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    var sum: Interval?
    for (operand, sign) in zip(application.operands, signs) {
      let term = sign < 0 ? try -operand : operand
      sum = if let sum { try sum + term } else { term }
    }
    guard let sum else { return Bounds(try Interval(0, 0, shape: application.output.shape)) }
    return signs.count == 1 ? Bounds(sum) : try application.relative(sum, 1)
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    try application.linearRows(positive + negative, application.open)
  }
}

extension BoundedApplication {
  /// The lower and the upper ends; whole numbers that choose places as they are.
  var ends: ([Variable], [Variable]) {
    get throws(GraphError) {
      var (lows, highs): ([Variable], [Variable]) = ([], [])
      for (input, operand) in zip(inputs, operands) {
        let isFixed = !input.value.type.isFloating && operand.isPoint
        lows.append(isFixed ? Variable(input.value) : operand.low)
        highs.append(isFixed ? Variable(input.value) : operand.high)
      }
      return (lows, highs)
    }
  }

  /// The largest absolute values; whole numbers that choose places as they are.
  var magnitudes: [Variable] {
    get throws(GraphError) {
      var result: [Variable] = []
      for (input, operand) in zip(inputs, operands) {
        let isFixed = !input.value.type.isFloating && operand.isPoint
        result.append(isFixed ? Variable(input.value) : try operand.magnitude())
      }
      return result
    }
  }

  /// rows · result as rows · operands, for a result that is linear in the `wanted` operands jointly with the others fixed.
  func linearRows(_ rows: Variable, _ wanted: [Bool]) throws(GraphError) -> RelaxedRows {
    let coefficients = try pulledBack(rows, wanted)
    // What is left where the wanted operands are 0.
    guard zip(wanted, inputs).contains(where: { !$0 && $1.value.type.isFloating }) else {
      return RelaxedRows(coefficients: coefficients, offset: nil)
    }
    var rest: [Variable] = []
    for (index, middle) in try middles.enumerated() {
      rest.append(wanted[index] ? try Variable.zeros(like: middle) : middle)
    }
    return RelaxedRows(
      coefficients: coefficients, offset: try rows.dotRows(applied(to: rest)))
  }

  /// The vector-Jacobian product of every row: the derivative is recorded for one row and run on all of them at once.
  func pulledBack(
    _ rows: Variable, _ wanted: [Bool], at middles: [Variable]? = nil
  ) throws(GraphError) -> [Variable?] {
    let middles = if let middles { middles } else { try self.middles }
    let count = rows.shape[0]
    let row = Variable.example(
      try Variable.zeros(like: rows.applying(SliceAxis(0, from: 0, count: Swift.min(1, count))))
        .value)
    let output = try Variable.make(operation.name) { () throws(TensorError) in
      try Tensor.zeros([], .f64).broadcast(to: self.output.shape)
    }
    let found = try operation.derivative(
      Pullback(
        inputs: middles, output: output, gradient: row.reshaped(self.output.shape), wanted: wanted))
    let places = found.indices.filter { wanted[$0] && found[$0] != nil }
    let spread = try rows.reshaped([count, 1] + self.output.shape)
    let results = try Mapping(from: [row], to: places.compactMap { found[$0] })
      .run([spread], size: count)
    var pulled = [Variable?](repeating: nil, count: found.count)
    for (place, result) in zip(places, results) { pulled[place] = result }
    return pulled
  }
}

extension Variable {
  /// Summed over the axes along which `shape` would have been repeated; the first axis counts rows and stays.
  func summedRows(to shape: [Int]) throws(GraphError) -> Variable {
    let extra = self.shape.count - 1 - shape.count
    let axes = (1..<self.shape.count).filter {
      $0 <= extra || (shape[$0 - 1 - extra] == 1 && self.shape[$0] != 1)
    }
    let summed = axes.isEmpty ? self : try sum(axes, keep: true)
    return try summed.reshaped([self.shape[0]] + shape)
  }
}
