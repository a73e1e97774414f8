// Rule: how relevance is redistributed by one linear operator (convolution, linear layer, matrix
// product).
import Graphs
import Tensors

/// A propagation rule for a linear map z = w x + b. Quotients are stabilised: z + eps · sign(z),
/// sign(0) = +1.
package enum Rule: Sendable, Equatable {
  /// R_in = x · wᵀ(R / (z + eps sign z)); the bias absorbs its share (Bach et al. 2015, eq. 58).
  case epsilon(Double)
  /// Positive contributions only: positive inputs by positive weights and negative by negative,
  /// with the positive part of the bias (Bach et al. 2015, alpha 1, beta 0).
  case zPlus
  /// alpha times the shares of the positive contributions minus beta times those of the negative
  /// ones; alpha - beta = 1 (Bach et al. 2015, eq. 60).
  case alphaBeta(alpha: Double, beta: Double)
  /// Weights w + gamma w⁺ for outputs above 0, w + gamma w⁻ for outputs below (Montavon et al.
  /// 2019, section
  /// 10.2.3, in the form that holds for inputs of either sign).
  case gamma(Double)
  /// In equal parts to all inputs, whatever their weights; the bias takes no part (Lapuschkin et
  /// al. 2019).
  case flat
  /// In proportion to squared weights, with the squared bias in the denominator (Montavon et al.
  /// 2017).
  case wSquare
  /// For inputs in [low, high]: x w - low w⁺ - high w⁻ (Montavon et al. 2017, z^B rule).
  case zBox(low: Double, high: Double)
  /// The gradient: R_in = wᵀ R.
  case gradient
}

/// The stabiliser of `zPlus`, `alphaBeta`, `gamma`, `flat`, `wSquare`, `zBox` and of sums and
/// means.
let standardStabiliser = 1e-6

/// A linear operator as rules see it: it can be evaluated on changed inputs, weights and biases.
struct LinearMap {
  let operation: any Operator
  /// The position of the input among the operands, 0 or 1; the weight has the other.
  var inputPosition = 0
  let weight: Variable
  /// The bias, as the operator takes it; nil if there is none.
  let fullBias: Variable?
  /// Whether rules act as if there were no bias.
  var ignoresBias = false

  /// The bias that takes part in redistribution.
  var bias: Variable? { ignoresBias ? nil : fullBias }

  private func operands(_ x: Variable, _ weight: Variable) -> [Variable] {
    inputPosition == 0 ? [x, weight] : [weight, x]
  }

  /// The outputs for an input, with a changed weight and bias.
  func evaluate(_ x: Variable, _ weight: Variable, _ bias: Variable?) throws(GraphError) -> Variable
  {
    try apply(operation, operands(x, weight) + (bias.map { [$0] } ?? []))
  }

  /// The transposed map: what `share`, given for each output, puts on each input.
  func transposed(
    _ share: Variable, _ x: Variable, _ weight: Variable
  ) throws(GraphError) -> Variable {
    let parts = try operation.derivative(
      Pullback(
        inputs: operands(x, weight), output: share, gradient: share,
        wanted: [inputPosition == 0, inputPosition == 1]))
    guard let part = parts[inputPosition] else {
      throw .relevance(operation: operation.name, layer: "", reason: "it is not linear")
    }
    return part
  }
}

extension Variable {
  /// max(x, 0).
  func positivePart() throws(GraphError) -> Variable { try applying(Relu()) }

  /// min(x, 0).
  func negativePart() throws(GraphError) -> Variable { try applying(Clip(-.infinity, 0)) }

  /// R / (z + eps sign z) with sign(0) = +1, for R this variable.
  func shared(over total: Variable, _ epsilon: Double) throws(GraphError) -> Variable {
    let zero = try Variable.number(0, like: total)
    let positive = try apply(GreaterOrEqual(), [total, zero])
    let stabiliser = try apply(
      Select(), [positive, .number(epsilon, like: total), .number(-epsilon, like: total)])
    return try self / (total + stabiliser)
  }

  /// Itself where the condition (bool) holds, 0 elsewhere.
  func kept(where condition: Variable) throws(GraphError) -> Variable {
    try apply(Select(), [condition, self, .number(0, like: self)])
  }
}
