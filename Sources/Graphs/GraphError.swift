// GraphError: what can go wrong when an operator is applied, a graph is run or walked backwards.
import Tensors

/// A failure of this room; every case names the operation or the name it concerns.
package enum GraphError: Error, Sendable {
  /// An operator got another number of operands than it takes.
  case operands(operation: String, expected: ClosedRange<Int>, found: Int)
  /// Shapes that an operator cannot combine; `reason` states the condition that does not hold.
  case shapes(operation: String, shapes: [[Int]], reason: String)
  /// An attribute outside its domain (an axis that does not exist, a negative size, …).
  case attribute(operation: String, name: String, found: String, expected: String)
  /// A kernel refused its operands (types, memory, indices).
  case tensor(operation: String, layer: String, TensorError)
  /// A gradient without a seed was asked of something other than a single number.
  case notScalar(shape: [Int])
  /// A name that the graph does not have; `kind` is what was looked for ("layer", "input", …).
  case unknownName(kind: String, name: String, known: [String])
  /// A static graph that cannot be run as it is (a value without a producer, a cycle, …).
  case structure(reason: String)
  /// An operator or a layer that relevance cannot pass.
  case relevance(operation: String, layer: String, reason: String)
  /// An operator through which ranges cannot be followed.
  case bounds(operation: String, layer: String, reason: String)
  /// An operator or a layer that multipliers cannot pass.
  case multipliers(operation: String, layer: String, reason: String)
  /// An operator through which parts of a value cannot be followed.
  case split(operation: String, layer: String, reason: String)
  /// A replacement of a layer's output failed; the error is the one that its function threw.
  case replacement(layer: String, any Error)
  /// A derivative that was asked for and does not exist; `reason` says in what.
  case derivative(operation: String, reason: String)
  /// Subscripts of a sum over products that cannot be read or do not fit the operands.
  case subscripts(String, reason: String)
  /// The computation was interrupted from outside.
  case interrupted
}

extension GraphError {
  /// One sentence that states the fact, for a diagnostic.
  package var message: String {
    switch self {
    case .operands(let operation, let expected, let found):
      let count =
        expected.lowerBound == expected.upperBound
        ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)"
      return "\(operation) takes \(count) operands, found \(found)"
    case .shapes(let operation, let shapes, let reason):
      return "\(operation) of \(shapes.map { "\($0)" }.joined(separator: " and ")): \(reason)"
    case .attribute(let operation, let name, let found, let expected):
      return "\(operation): \(name) is \(found), expected \(expected)"
    case .tensor(let operation, let layer, let error):
      let text = GraphError.text(of: error, in: operation)
      return layer.isEmpty ? text : "\(text), in layer \(layer)"
    case .notScalar(let shape):
      return "a gradient needs one number to start from, found a tensor of shape \(shape)"
    case .unknownName(let kind, let name, _):
      return "there is no \(kind) named \"\(name)\""
    case .structure(let reason):
      return reason
    case .relevance(let operation, let layer, let reason):
      return layer.isEmpty
        ? "relevance cannot pass \(operation): \(reason)"
        : "relevance cannot pass \(operation) in layer \(layer): \(reason)"
    case .bounds(let operation, let layer, let reason):
      return layer.isEmpty
        ? "\(operation) cannot be bounded: \(reason)"
        : "\(operation) in layer \(layer) cannot be bounded: \(reason)"
    case .multipliers(let operation, let layer, let reason):
      return layer.isEmpty
        ? "multipliers cannot pass \(operation): \(reason)"
        : "multipliers cannot pass \(operation) in layer \(layer): \(reason)"
    case .split(let operation, let layer, let reason):
      return layer.isEmpty
        ? "a split cannot pass \(operation): \(reason)"
        : "a split cannot pass \(operation) in layer \(layer): \(reason)"
    case .replacement(let layer, let error):
      return "the replacement of layer \(layer) failed: \(error)"
    case .derivative(let operation, let reason):
      return "\(operation): \(reason)"
    case .subscripts(let subscripts, let reason):
      return "einsum \"\(subscripts)\": \(reason)"
    case .interrupted:
      return "interrupted"
    }
  }

  /// Most kernels name themselves in their message: the operation stands before it once.
  private static func text(of error: TensorError, in operation: String) -> String {
    if error.message.hasPrefix(operation) { return error.message }
    let name = error.message.prefix { $0 != ":" }
    let isNamed = name.lowercased() == operation.lowercased().filter { $0 != " " }
    return operation + (isNamed ? "" : ": ") + error.message.dropFirst(isNamed ? name.count : 0)
  }
}
