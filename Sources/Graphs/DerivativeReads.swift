// DerivativeReads: which numbers of a recorded application its derivative needs, so that the others need not be kept.
import Tensors

/// What a derivative reads the numbers of.
package struct DerivativeReads: Sendable {
  /// Bits by position.
  let operands: UInt64
  let output: Bool

  static let everything = DerivativeReads(operands: .max, output: true)
  static let nothing = DerivativeReads(operands: 0, output: false)
  static let output = DerivativeReads(operands: 0, output: true)

  static func operands(_ operands: UInt64) -> DerivativeReads {
    DerivativeReads(operands: operands, output: false)
  }

  /// A product of the first two operands, and what is added: each factor for the other.
  static func factors(tracked: UInt64) -> DerivativeReads {
    operands((tracked & 1) << 1 | (tracked >> 1) & 1)
  }
}

extension Node {
  /// The node of an application in `scope`: a lean one where a single gradient walks it and it is worth it.
  static func recorded(
    _ operation: some Operator, _ inputs: [Variable], _ output: Tensor, _ saved: Tensor?,
    in scope: Recording.Scope
  ) throws(TensorError) -> Node {
    guard let size = scope.forgetsFrom, inputs.contains(where: { $0.count >= size }) else {
      return Node(operation, inputs: inputs, output: output, saved: saved, layer: scope.layer)
    }
    return try lean(operation, inputs, output, saved, layer: scope.layer, from: size)
  }

  /// A node that keeps only what the derivative reads, and what has fewer than `size` elements; in place of the rest stand
  /// shapes.
  private static func lean(
    _ operation: some Operator, _ inputs: [Variable], _ output: Tensor, _ saved: Tensor?,
    layer: String, from size: Int
  ) throws(TensorError) -> Node {
    var tracked: UInt64 = 0
    for (index, input) in inputs.prefix(64).enumerated() where input.isTracked {
      tracked |= 1 << UInt64(index)
    }
    let reads = operation.derivativeReads(tracked: tracked)
    var kept = inputs
    for (index, input) in inputs.prefix(64).enumerated()
    where input.count >= size && reads.operands >> UInt64(index) & 1 == 0 {
      kept[index] = try input.hollow()
    }
    return Node(
      operation, inputs: kept,
      output: reads.output || output.count < size ? output : try output.hollow(), saved: saved,
      layer: layer)
  }
}

extension Variable {
  /// A stand-in at the same place of the graph, without numbers of its own. Leaves and constants, which others hold, stay.
  fileprivate func hollow() throws(TensorError) -> Variable {
    guard let node else { return self }
    return Variable(try value.hollow(), node: node)
  }
}

// Sums, what only moves numbers, and averages.
/// An operator whose derivative reads shapes alone.
protocol NumberlessDerivative: Operator {}

extension NumberlessDerivative {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .nothing }
}

extension Add: NumberlessDerivative {}
extension Subtract: NumberlessDerivative {}
extension Negate: NumberlessDerivative {}
extension Sum: NumberlessDerivative {}
extension Mean: NumberlessDerivative {}
extension Identity: NumberlessDerivative {}
extension Cast: NumberlessDerivative {}
extension Reshape: NumberlessDerivative {}
extension Flatten: NumberlessDerivative {}
extension Transpose: NumberlessDerivative {}
extension ExpandAxes: NumberlessDerivative {}
extension SqueezeAxes: NumberlessDerivative {}
extension BroadcastTo: NumberlessDerivative {}
extension SliceAxis: NumberlessDerivative {}
extension Concatenate: NumberlessDerivative {}
extension MaxPool: NumberlessDerivative {}
extension AveragePool: NumberlessDerivative {}

// Products.
extension ProductOperator {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .factors(tracked: tracked) }
}
extension FusedConvolution {
  /// An activation is judged by the result.
  package func derivativeReads(tracked: UInt64) -> DerivativeReads {
    DerivativeReads(
      operands: DerivativeReads.factors(tracked: tracked).operands, output: activation != .none)
  }
}

// Functions whose slope follows from the operand or from the result.
extension Relu {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .output }
}
extension Clip {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .output }
}
extension Softmax {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .output }
}
extension Gelu {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .operands(1) }
}
extension FusedNormalisation {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .operands(0b11) }
}
extension NormaliseBatch {
  package func derivativeReads(tracked: UInt64) -> DerivativeReads { .operands(0b11) }
}
