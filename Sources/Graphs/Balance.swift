// Balance: the account of an operator that something was propagated through.

/// What an operator received and passed on, of relevance or of what multipliers explain.
package struct Balance: Sendable {
  /// The layer it ran in.
  package let layer: String
  /// The operator's name.
  package let operation: String
  /// The sum at its result, and the sum that its operands got.
  package let received, passed: Double

  package init(layer: String, operation: String, received: Double, passed: Double) {
    (self.layer, self.operation) = (layer, operation)
    (self.received, self.passed) = (received, passed)
  }

  /// What biases, stabilisers and operands without relevance kept.
  package var absorbed: Double { received - passed }
}
