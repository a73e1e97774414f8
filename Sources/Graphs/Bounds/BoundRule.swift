// BoundRule: how ranges of operands bound the range of a result, and with linear functions of the operands.
import Tensors

/// What a rule says of one application.
package struct Bounds {
  /// Contains the exact result for all exact operands in their ranges, up to the rounding of f64.
  let range: Interval
  /// What results of any size may be wrong by.
  private let absolute: Variable?
  /// What part of its own size each result may be wrong by besides.
  private let part: Double

  init(_ range: Interval, error: Variable? = nil, part: Double = 0) {
    self.range = range
    absolute = error
    self.part = part
  }

  /// How far at most what the kernel computes, and what was computed here in f64, is from the exact result; nil for
  /// operators that compute nothing. Infinite where results may have any size.
  var error: Variable? {
    get throws(GraphError) {
      guard part > 0 else { return absolute }
      let own = try range.magnitude() * part
      guard let absolute else { return own }
      return try own + absolute
    }
  }

  /// Contains what the kernel gives.
  ///
  /// What is wrong by a part of its own size passes an end by no more than that part of the end: a range without a limit on
  /// one side keeps the other.
  func widened() throws(GraphError) -> Interval {
    guard let error = try error else { return range }
    guard part > 0, part < 1, try !Variable(error.value).isFinite() else {
      return try range.widened(by: error)
    }
    func share(_ end: Variable) throws(GraphError) -> Variable {
      let own = try end.applying(Absolute()) * part
      guard let absolute else { return own }
      return try own + absolute
    }
    let below = try share(range.low)
    return try range.widened(below: below, above: range.isPoint ? below : share(range.high))
  }
}

/// Rows of numbers c with c · operand, summed over all operands, plus an offset: a lower bound of rows · result.
package struct RelaxedRows {
  /// For each operand numbers `[rows] + its shape`, nil for none.
  var coefficients: [Variable?]
  /// One number for each row, nil for zeros.
  var offset: Variable?
}

/// How an operator is bounded. A new operator names one of these in its `bounding`.
package protocol BoundRule: Sendable {
  /// The range of the result for operands in their ranges.
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds
  /// Whether the result is linear in the `open` operands jointly when the others are fixed, so that `relaxed` loses nothing.
  func isLinear(in open: [Bool]) -> Bool
  /// A lower bound of `rows` · exact result that is linear in the operands, for rows split into their positive and their
  /// negative part; nil if the range has to do.
  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows?
}

extension BoundRule {
  package func isLinear(in open: [Bool]) -> Bool { false }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? { nil }
}

/// The rule of an operator that says nothing else: there is none.
package struct NoBoundRule: BoundRule {
  /// Why there is none, if somebody has thought about it.
  package let reason: String?

  package init(because reason: String? = nil) { self.reason = reason }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    throw .bounds(
      operation: application.operation.name, layer: application.layer,
      reason: reason ?? "no rule says how its result lies when its operands lie in ranges")
  }
}

/// One application of an operator whose operands lie in known ranges.
package struct BoundedApplication {
  let operation: any Operator
  /// The operands as they were recorded.
  let inputs: [Variable]
  /// Their ranges.
  let operands: [Interval]
  /// What the run gave: its shape and element type.
  let output: Tensor
  let layer: String
  /// The range of any variable before this one in the graph.
  let range: (Variable) -> Interval?

  /// Half the distance of neighbouring numbers near 1, of the kernel's element type and of f64, in which ranges are
  /// computed: a correctly rounded operation is wrong by at most this part of its result (Higham 2002, section 2.2).
  var unit: Double { (output.type == .f32 ? 0x1p-24 : 0x1p-53) + 0x1p-51 }

  /// An exact result of size 0 may come out as something this small: results below the normal numbers lose digits.
  var smallest: Double { output.type == .f32 ? 0x1p-120 : 0x1p-1000 }

  /// γ = n u / (1 - n u): n roundings change a sum of products by at most γ times the sum of their absolute values,
  /// in whatever order it is formed (Higham 2002, lemma 3.1). Infinite where the theorem does not hold.
  func gamma(_ count: Int) -> Double {
    let total = Double(count) * unit
    return total < 0.5 ? total / (1 - total) : .infinity
  }

  /// The rule's answer if each result is wrong by at most `count` units of its own size.
  func relative(_ range: Interval, _ count: Double) throws(GraphError) -> Bounds {
    Bounds(range, error: try .number(smallest, like: range.low), part: count * unit)
  }

  /// The operator applied to other operands, in f64.
  func applied(to operands: [Variable]) throws(GraphError) -> Variable {
    try apply(any: operation, operands)
  }

  /// The operands whose range holds more than one value.
  var open: [Bool] { operands.map { !$0.isPoint } }

  /// Operands for derivative rules: whole numbers as they are, others in f64.
  var middles: [Variable] {
    get throws(GraphError) {
      var middles: [Variable] = []
      for (input, operand) in zip(inputs, operands) {
        middles.append(
          input.value.type.isFloating ? operand.low : Variable(input.value))
      }
      return middles
    }
  }
}

/// `apply` for an operator whose type is not known.
func apply(
  any operation: any Operator, _ operands: [Variable]
) throws(GraphError) -> Variable {
  func opened(_ operation: some Operator) throws(GraphError) -> Variable {
    try apply(operation, operands)
  }
  return try opened(operation)
}
