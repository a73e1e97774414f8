// OnnxForm: how an operator is made from an ONNX node; OnnxAttributes: what the node says.
import Tensors

/// One way in which an ONNX file writes an operator.
package struct OnnxForm: Sendable {
  /// The ONNX operator's name ("Clip").
  package let name: String
  /// Positions of inputs that are read when the operator is made (the shape of a Reshape, the
  /// limits of a Clip) and are therefore not operands.
  package let parameters: Set<Int>
  /// Makes the operator.
  package let make: @Sendable (OnnxAttributes) throws(GraphError) -> any Operator

  package init(
    _ name: String, parameters: Set<Int> = [],
    make: @escaping @Sendable (OnnxAttributes) throws(GraphError) -> any Operator
  ) {
    self.name = name
    self.parameters = parameters
    self.make = make
  }

  init(_ name: String, make: @escaping @Sendable () -> any Operator) {
    self.name = name
    parameters = []
    self.make = { _ in make() }
  }
}

/// An attribute of an ONNX node.
package enum OnnxAttribute: Sendable {
  case float(Double)
  case integer(Int)
  case text(String)
  case tensor(Tensor)
  case floats([Double])
  case integers([Int])
  case texts([String])
}

/// The attributes and parameter inputs of one ONNX node, with typed access.
package struct OnnxAttributes: Sendable {
  /// The ONNX operator's name, for errors.
  package let operation: String
  /// By name.
  package var values: [String: OnnxAttribute]
  /// The inputs that are parameters, by position; an input that the node leaves out is missing.
  package var parameters: [Int: Tensor]
  /// The shapes of the operands, where they are known.
  package var operands: [[Int]]

  package init(
    _ operation: String, _ values: [String: OnnxAttribute] = [:], parameters: [Int: Tensor] = [:],
    operands: [[Int]] = []
  ) {
    self.operation = operation
    self.values = values
    self.parameters = parameters
    self.operands = operands
  }

  /// A number; `otherwise` if the node does not give it.
  package func float(_ name: String, _ otherwise: Double) throws(GraphError) -> Double {
    switch values[name] {
    case nil: otherwise
    case .float(let value): value
    case .integer(let value): Double(value)
    case let other?: throw wrong(name, other, "a number")
    }
  }

  /// A whole number; `otherwise` if the node does not give it.
  package func integer(_ name: String, _ otherwise: Int) throws(GraphError) -> Int {
    switch values[name] {
    case nil: otherwise
    case .integer(let value): value
    case let other?: throw wrong(name, other, "a whole number")
    }
  }

  /// Whole numbers; `otherwise` if the node does not give them.
  package func integers(_ name: String, _ otherwise: [Int]) throws(GraphError) -> [Int] {
    switch values[name] {
    case nil: otherwise
    case .integers(let value): value
    case let other?: throw wrong(name, other, "whole numbers")
    }
  }

  /// A text; `otherwise` if the node does not give it.
  package func text(_ name: String, _ otherwise: String) throws(GraphError) -> String {
    switch values[name] {
    case nil: otherwise
    case .text(let value): value
    case let other?: throw wrong(name, other, "a text")
    }
  }

  /// Texts; `otherwise` if the node does not give them.
  package func texts(_ name: String, _ otherwise: [String]) throws(GraphError) -> [String] {
    switch values[name] {
    case nil: otherwise
    case .texts(let value): value
    case let other?: throw wrong(name, other, "texts")
    }
  }

  /// A tensor; nil if the node does not give it.
  package func tensor(_ name: String) throws(GraphError) -> Tensor? {
    switch values[name] {
    case nil: nil
    case .tensor(let value): value
    case let other?: throw wrong(name, other, "a tensor")
    }
  }

  /// The parameter input at a position, if the node has it.
  package func parameter(_ position: Int) -> Tensor? { parameters[position] }

  /// The parameter input at a position.
  package func requiredParameter(_ position: Int) throws(GraphError) -> Tensor {
    guard let value = parameters[position] else {
      throw .attribute(
        operation: operation, name: "input \(position)", found: "missing", expected: "a tensor")
    }
    return value
  }

  /// Whole numbers from the parameter input at a position, else from the attribute, else none.
  func integers(_ position: Int, or name: String) throws(GraphError) -> [Int] {
    if let value = parameters[position] { return value.integers }
    return try integers(name, [])
  }

  /// A number from the parameter input at a position, else from the attribute, else `otherwise`.
  func number(
    _ position: Int, or name: String, _ otherwise: Double
  ) throws(GraphError) -> Double {
    if let value = parameters[position]?.number { return value }
    return try float(name, otherwise)
  }

  /// Throws unless the text attribute has its default value, the only one that is implemented.
  func require(_ name: String, _ only: String) throws(GraphError) {
    let found = try text(name, only)
    guard found == only else {
      throw .attribute(operation: operation, name: name, found: found, expected: only)
    }
  }

  /// The value of a Constant node, in whichever of its attributes it stands.
  func constant() throws(GraphError) -> Tensor {
    for name in ["value", "value_float", "value_floats", "value_int", "value_ints"] {
      guard let value = values[name] else { continue }
      return try ShapeRule.checked(operation) { () throws(TensorError) in
        switch value {
        case .tensor(let tensor): return tensor
        case .float(let number): return try Tensor.scalar(number)
        case .floats(let numbers): return try Tensor(numbers.map { Float($0) }, [numbers.count])
        case .integer(let number): return try Tensor([number], [])
        case .integers(let numbers): return try Tensor(numbers, [numbers.count])
        case .text, .texts:
          throw .value(operation: operation, reason: "a text is not a tensor")
        }
      }
    }
    throw .attribute(
      operation: operation, name: "value", found: "missing", expected: "a tensor or a number")
  }

  private func wrong(
    _ name: String, _ found: OnnxAttribute, _ expected: String
  ) -> GraphError {
    .attribute(operation: operation, name: name, found: "\(found)", expected: expected)
  }
}

extension Tensor {
  /// The only element as a number; nil if there is not exactly one.
  var number: Double? { try? item }
}
