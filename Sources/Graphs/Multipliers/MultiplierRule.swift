// MultiplierRule: how the difference of a result from its reference is handed to the differences of the operands.
import Tensors

/// One application of an operator, at the input and at the reference, and what each element of its result counts.
package struct Contrast {
  /// What was applied.
  package let operation: any Operator
  /// The operands at the input, and at the reference: the same where an operand depends on nothing that is compared.
  package let inputs, references: [Variable]
  /// The result at the input, and at the reference.
  package let output, reference: Variable
  /// What a difference in each element of the result counts, shaped like it.
  package let multiplier: Variable
  /// For each operand, whether it depends on what is compared.
  package let varies: [Bool]
  /// The layer in which it ran.
  package let layer: String

  package init(
    operation: any Operator, inputs: [Variable], references: [Variable], output: Variable,
    reference: Variable, multiplier: Variable, varies: [Bool], layer: String = ""
  ) {
    self.operation = operation
    self.inputs = inputs
    self.references = references
    self.output = output
    self.reference = reference
    self.multiplier = multiplier
    self.varies = varies
    self.layer = layer
  }
}

/// How multipliers pass an operator (Shrikumar, Greenside and Kundaje 2017). A new operator names one of these in its
/// `multiplying`, if that of its kind will not do.
package protocol MultiplierRule: Sendable {
  /// Whether nothing is lost, up to rounding, where these operands vary: Σ m · Δoperand is Σ multiplier · Δresult.
  func isComplete(varying: [Bool]) -> Bool
  /// How the positive and the negative part of differences pass, where these operands vary.
  func split(varying: [Bool]) -> SplitRule
  /// The multipliers m of the operands, each of the operand's shape; nil for one that does not vary or cannot count.
  func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?]
}

extension MultiplierRule {
  package func isComplete(varying: [Bool]) -> Bool { true }
  package func split(varying: [Bool]) -> SplitRule { .whole }
}

/// The rule of an operator that says nothing else: there is none.
package struct NoMultiplierRule: MultiplierRule {
  /// Why there is none, if somebody has thought about it.
  package let reason: String?

  package init(because reason: String? = nil) { self.reason = reason }

  package func isComplete(varying: [Bool]) -> Bool { false }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    throw contrast.refusal(
      reason ?? "no rule says what of its difference is due to which of its operands")
  }
}

/// The rule of an operator whose result no difference of the operands explains: what counts there is lost.
package struct NothingPasses: MultiplierRule {
  package init() {}

  package func isComplete(varying: [Bool]) -> Bool { false }

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    contrast.inputs.map { _ in nil }
  }
}

/// The rule of an operator whose result is its last operand.
package struct OfLastOperand: MultiplierRule {
  package init() {}

  package func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    contrast.inputs.dropLast().map { _ in nil } + [contrast.multiplier]
  }
}

extension Contrast {
  /// Below this difference of an operand a quotient of differences says nothing, and the derivative stands for it
  /// (Captum's DeepLift uses the same).
  static let smallest = 1e-10

  /// `x` - `y` in the element type of the multiplier; 0 where both are the same infinity.
  func difference(_ x: Variable, _ y: Variable) throws(GraphError) -> Variable {
    try x.difference(from: y, as: multiplier.value.type)
  }

  /// Operand `index` minus its reference.
  func difference(_ index: Int) throws(GraphError) -> Variable {
    try difference(inputs[index], references[index])
  }

  /// A variable as numbers that can be multiplied with the multiplier: true is 1.
  func number(_ variable: Variable) throws(GraphError) -> Variable {
    try variable.cast(to: multiplier.value.type)
  }

  /// `contribution` divided by the `difference` it is due to; `otherwise` where there is none.
  func quotient(
    _ contribution: Variable, _ difference: Variable,
    otherwise: () throws(GraphError) -> Variable
  ) throws(GraphError) -> Variable {
    let limit = try Variable.number(Contrast.smallest, like: difference)
    let differs = try apply(GreaterOrEqual(), [difference.applying(Absolute()), limit])
    let quotient = try contribution / difference
    // A derivative may not exist; it is asked for only where it is needed.
    guard differs.value.bools.contains(false) else { return quotient }
    return try apply(Select(), [differs, quotient, otherwise()])
  }

  /// What the derivative at `operands`, where the operator gives `output`, makes of `multiplier`, for the operands that vary.
  func pulledBack(
    _ multiplier: Variable, at operands: [Variable], output: Variable
  ) throws(GraphError) -> [Variable?] {
    guard type(of: operation).isDifferentiable else { return operands.map { _ in nil } }
    let wanted = zip(varies, inputs).map { $0 && $1.value.type.isFloating }
    let slopes = try operation.derivative(
      Pullback(inputs: operands, output: output, gradient: multiplier, wanted: wanted))
    return wanted.indices.map { wanted[$0] && $0 < slopes.count ? slopes[$0] : nil }
  }

  /// The same for one operand; zeros where there is no derivative, or an infinite one, as of a root at 0. It is asked for where
  /// the operand does not differ and so contributes nothing, whatever its multiplier.
  func slope(
    of index: Int, _ multiplier: Variable, at operands: [Variable], output: Variable
  ) throws(GraphError) -> Variable {
    do throws(GraphError) {
      let slopes = try pulledBack(multiplier, at: operands, output: output)
      if let slope = slopes[index] {
        let found = try number(slope)
        let zero = try Variable.number(0, like: found)
        let isFinite = try apply(Equal(), [found - found, zero])
        return try apply(Select(), [isFinite, found, zero])
      }
    } catch .derivative {
      // The parameters of some distributions have none.
    }
    return try number(.zeros(like: inputs[index]))
  }

  /// The operands on the way from the reference (0) to the input (1).
  func operands(at part: Double) throws(GraphError) -> [Variable] {
    var result: [Variable] = []
    for index in inputs.indices {
      guard varies[index], inputs[index].value.type.isFloating else {
        result.append(inputs[index])
        continue
      }
      let (x, y) = (inputs[index], references[index])
      result.append(try x * part + y * (1 - part))
    }
    return result
  }

  /// Throws if an operand that holds no real numbers, such as places, differs from its reference: a linear rule cannot say
  /// what of the difference is due to it.
  func requireSamePlaces() throws(GraphError) {
    for index in inputs.indices where varies[index] && !inputs[index].value.type.isFloating {
      let same = try apply(Equal(), [inputs[index], references[index]])
      guard same.value.bools.contains(false) else { continue }
      throw refusal(
        "operand \(index + 1) says where, or whether, and is another at the reference than at the input"
      )
    }
  }

  /// That multipliers cannot pass here.
  func refusal(_ reason: String) -> GraphError {
    .multipliers(operation: operation.name, layer: layer, reason: reason)
  }
}

extension Variable {
  /// The same as numbers of an element type; true is 1.
  fileprivate func cast(to type: ElementType) throws(GraphError) -> Variable {
    value.type == type ? self : try applying(Cast(to: type))
  }

  /// This minus `other`, in an element type of real numbers; 0 where both are the same infinity.
  package func difference(
    from other: Variable, as type: ElementType
  ) throws(GraphError) -> Variable {
    let (x, y) = (try cast(to: type), try other.cast(to: type))
    let same = try apply(Equal(), [x, y])
    return try apply(Select(), [same, .number(0, like: x), x - y])
  }
}
