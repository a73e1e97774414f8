// Operator: one operation with everything that is known about it, side by side.
import Tensors

/// What a shape rule sees of an operand.
package struct Operand: Sendable {
  /// The sizes.
  package let shape: [Int]

  package init(_ shape: [Int]) { self.shape = shape }
}

/// What a derivative needs: the application of an operator and the gradient at its output.
package struct Pullback {
  /// The operands of the application.
  package let inputs: [Variable]
  /// Its result, as part of the recorded graph.
  package let output: Variable
  /// The gradient at the result, shaped like it.
  package let gradient: Variable
  /// What the evaluation kept.
  package let saved: Tensor?
  /// For each operand, whether its gradient is asked for.
  package let wanted: [Bool]

  package init(
    inputs: [Variable], output: Variable, gradient: Variable, saved: Tensor? = nil, wanted: [Bool]
  ) {
    self.inputs = inputs
    self.output = output
    self.gradient = gradient
    self.saved = saved
    self.wanted = wanted
  }

  /// Whether a kernel may compute the gradients from numbers: nothing records what is done, and nothing is mapped.
  var isPlain: Bool {
    !Recording.isOn && !gradient.isMapped && !output.isMapped && !inputs.contains(where: \.isMapped)
  }

  /// Computes the gradient of operand `index` if it is asked for.
  func want(
    _ index: Int, _ gradient: () throws(GraphError) -> Variable
  ) throws(GraphError) -> Variable? {
    guard index < wanted.count, wanted[index] else { return nil }
    return try gradient()
  }
}

/// How relevance passes an operator (Bach et al. 2015; Montavon et al. 2019).
package enum RelevanceBehaviour: Sendable, Equatable {
  /// Linear in operand 0 with weights (operand 1) and perhaps a bias (operand 2): the rule set
  /// decides.
  case linear(LinearKind)
  /// An activation, also a division or a power: relevance passes unchanged to the first operand
  /// that carries any, unless the rule set says otherwise.
  case activation
  /// Batch normalisation: merged into the linear operator before it, otherwise passed unchanged.
  case normalisation
  /// Moves or selects values (reshape, slice, maximum): relevance follows by the gradient.
  case movement
  /// Shares in proportion to contributions: R_in = x · vjp(R / (z + eps sign z)), for all operands
  /// jointly.
  case proportional
  /// A product of two operands that both carry relevance: half by the proportional rule to each
  /// (Achtibat et al. 2024); a gate, whose shape is smaller than the result's, gets nothing.
  case product
  /// Nothing passes: the result does not depend on its operands in a way that can be explained.
  case none
}

/// The kinds of linear operators that rule sets distinguish.
package enum LinearKind: Sendable, Equatable {
  case convolution
  case dense
}

/// An operation on tensors: attributes, shape rule, kernel, derivative, relevance and ONNX names.
package protocol Operator: Sendable {
  /// The name in tables and messages, lower case, unique.
  static var name: String { get }
  /// The ONNX operators that it implements.
  static var onnx: [OnnxForm] { get }
  /// Whether a gradient passes; false for comparisons, rounding, indices.
  static var isDifferentiable: Bool { get }
  /// How many operands it takes.
  static var arity: ClosedRange<Int> { get }

  /// The shape of the result.
  func shape(of operands: [Operand]) throws(GraphError) -> [Int]
  /// The result.
  func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor
  /// The result, and what the derivative will need of the evaluation.
  func evaluateSaving(_ inputs: [Tensor]) throws(TensorError) -> (output: Tensor, saved: Tensor?)
  /// The gradient at each operand (nil: not asked for, or zero everywhere), by applying operators,
  /// so that it can be differentiated again.
  func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?]
  /// What `derivative` reads the numbers of, when the gradient is asked for at the operands that are `tracked` (bits by
  /// position); of what it does not it gets the shape and the element type alone. By default everything.
  func derivativeReads(tracked: UInt64) -> DerivativeReads
  /// How fast the result changes when the operands move along tangents (nil: not at all), by applying
  /// operators. By default it follows from `derivative`.
  func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable?
  /// The result for many examples at once, of which there is at least one, with the examples along
  /// a first axis. By default one after the other.
  func batched(_ batch: Batch) throws(GraphError) -> Variable
  /// How relevance passes.
  var relevance: RelevanceBehaviour { get }
  /// How parts of the operands become parts of the result.
  var splitting: SplitBehaviour { get }
  /// How ranges of the operands bound the range of the result.
  var bounding: any BoundRule { get }
  /// How a difference of the result from a reference is due to the operands. By default that of its kind.
  var multiplying: any MultiplierRule { get }
  /// Multiplications followed by an addition that one evaluation takes; 0 where that is not the
  /// cost.
  func multiplyAdds(of operands: [Operand]) -> Int
}

extension Operator {
  package static var onnx: [OnnxForm] { [] }
  package static var isDifferentiable: Bool { true }
  package static var arity: ClosedRange<Int> { 1...1 }
  package var relevance: RelevanceBehaviour { Self.isDifferentiable ? .movement : .none }
  package var bounding: any BoundRule { NoBoundRule() }
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .everything }
  package var multiplying: any MultiplierRule { NoMultiplierRule() }

  package func evaluateSaving(
    _ inputs: [Tensor]
  ) throws(TensorError) -> (output: Tensor, saved: Tensor?) {
    (try evaluate(inputs), nil)
  }

  package func multiplyAdds(of operands: [Operand]) -> Int { 0 }

  /// The name, on an instance.
  package var name: String { Self.name }
}

/// An operator through which no gradient passes.
package protocol UndifferentiatedOperator: Operator {}

extension UndifferentiatedOperator {
  package static var isDifferentiable: Bool { false }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    pullback.inputs.map { _ in nil }
  }
}
