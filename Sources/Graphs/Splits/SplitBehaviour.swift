// SplitBehaviour: how a split of the operands passes an operator; each operator's, where its kind does not say it.
import Tensors

/// How the parts of the operands become parts of the result. What an operator is not given as parts, it is given whole.
package enum SplitBehaviour: Sendable {
  /// Linear in all operands jointly, or a choice among their elements that the total decides: each part follows the
  /// tangent at the total.
  case linear
  /// Linear in one operand and a constant, with the others fixed.
  case affine(in: Int)
  /// A product of the first two operands, to which a third may be added. Attention weights and other factors that
  /// `weight` names are taken whole.
  case product
  /// A quotient: the parts of the first operand divided by the second as a whole.
  case quotient
  /// Each part less its mean over axes, divided by the deviation of the total.
  case normalisation([Int], epsilon: Double)
  /// Any function with a value at 0: an activation, whose parts are differences of its values in the order of the rules.
  ///
  /// The papers have no other ones. A logarithm or a reciprocal is refused where a part is 0, rather than given parts that
  /// never meet that value: a part that is nearly nothing would then count without limit, and nothing at all as 0.
  case function
  /// Such a function, but in a product with something split it is a weight, taken whole.
  case weight
  /// The result counts as a constant.
  case fixed
  /// There is no rule, and why.
  case none(because: String)
}

// What its kind says of an operator.
extension Operator {
  package var splitting: SplitBehaviour { Self.isDifferentiable ? .function : .fixed }
}
extension LinearOperator { package var splitting: SplitBehaviour { .linear } }
extension ProductOperator { package var splitting: SplitBehaviour { .product } }
extension ReductionOperator { package var splitting: SplitBehaviour { .linear } }

// Sums and choices.
extension Add { package var splitting: SplitBehaviour { .linear } }
extension Subtract { package var splitting: SplitBehaviour { .linear } }
extension Negate { package var splitting: SplitBehaviour { .linear } }
extension Maximum { package var splitting: SplitBehaviour { .linear } }
extension Minimum { package var splitting: SplitBehaviour { .linear } }
extension Select { package var splitting: SplitBehaviour { .linear } }
extension Concatenate { package var splitting: SplitBehaviour { .linear } }
extension Cast { package var splitting: SplitBehaviour { type.isFloating ? .linear : .fixed } }
extension MaxPool { package var splitting: SplitBehaviour { .linear } }
extension SortAxis { package var splitting: SplitBehaviour { .linear } }
extension CumulativeExtreme { package var splitting: SplitBehaviour { .linear } }
extension Pad { package var splitting: SplitBehaviour { .affine(in: 0) } }
extension BatchNormalisation { package var splitting: SplitBehaviour { .affine(in: 0) } }
extension LinearRecurrence { package var splitting: SplitBehaviour { .affine(in: 1) } }
extension Solve { package var splitting: SplitBehaviour { .affine(in: 1) } }
extension TriangularSolve { package var splitting: SplitBehaviour { .affine(in: 1) } }
extension LeastSquares { package var splitting: SplitBehaviour { .affine(in: 1) } }

// Factors and normalisations.
extension Product { package var splitting: SplitBehaviour { .function } }
extension Divide { package var splitting: SplitBehaviour { .quotient } }
extension Remainder { package var splitting: SplitBehaviour { .fixed } }
extension Softmax { package var splitting: SplitBehaviour { .weight } }
extension Reciprocal { package var splitting: SplitBehaviour { .weight } }
extension Standardise {
  package var splitting: SplitBehaviour { .normalisation(axes, epsilon: epsilon) }
}

// What has no value, or no derivative, where a part is missing.
private let factorised = SplitBehaviour.none(
  because: "it goes through the factors of a matrix, which a part of it need not have")
extension LogDeterminant { package var splitting: SplitBehaviour { factorised } }
extension Cholesky { package var splitting: SplitBehaviour { factorised } }
extension OrthogonalTriangular { package var splitting: SplitBehaviour { factorised } }
extension SingularValues { package var splitting: SplitBehaviour { factorised } }
extension SymmetricEigen { package var splitting: SplitBehaviour { factorised } }
extension GeneralEigen { package var splitting: SplitBehaviour { factorised } }
extension FusedConvolution { package var splitting: SplitBehaviour { severalInOne } }
extension FusedNormalisation { package var splitting: SplitBehaviour { severalInOne } }
private let severalInOne = SplitBehaviour.none(
  because: "it is several operators in one: run the graph that is not fused")
