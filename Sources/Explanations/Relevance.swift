// relevance: layer-wise relevance propagation over a recorded graph.
import Graphs
import Tensors

/// The relevance of inputs, and the account of where it went.
package struct Relevance {
  /// For each variable that was asked for, relevance of its shape.
  package let values: [Variable]
  /// The sum that was put in at the output; nan for one of many examples, as `total` is.
  package let start: Double
  /// The sum that arrived at all the variables.
  package let total: Double
  /// The operators that did not pass on all they received, from output to input; none for one of
  /// many examples.
  package let balances: [Balance]
}

/// Propagates relevance from `output` to `variables` through the recorded graph with `rules` (Bach
/// et al. 2015).
///
/// `seed` is the relevance of the output, of its shape: the target's logit at the target and 0
/// elsewhere, or 1 there for gradient-like rule sets; without it the output itself. Batch
/// normalisation is merged into the convolution or linear layer before it. At a product of two
/// operands that both carry relevance, one whose shape is smaller than the result's is a gate and
/// gets nothing (the signal takes it all, Arras et al. 2019); otherwise each gets half (Achtibat et
/// al. 2024).
package func relevance(
  of output: Variable, seed: Variable? = nil, at variables: [Variable], rules: RuleSet
) throws(GraphError) -> Relevance {
  let start = seed ?? output.detached()
  guard start.shape == output.shape else {
    throw .shapes(
      operation: "relevance", shapes: [output.shape, start.shape],
      reason: "the relevance to start from must have the shape of the output")
  }
  return try Recording.outside { () throws(GraphError) -> Relevance in
    var walk = Walk(output, variables, rules)
    return try walk.run(from: start)
  }
}
