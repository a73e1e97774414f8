// What can be known of a static graph without running it: shapes, sizes and costs of its layers.
import Tensors

/// A line of the table of layers.
package struct LayerSummary: Sendable, Equatable {
  /// The step's name.
  package let name: String
  /// The operator's name.
  package let kind: String
  /// The output's shape; nil where it depends on values that are known only in a run.
  package let shape: [Int]?
  /// The number of weights it reads.
  package let parameters: Int
  /// Multiplications followed by an addition.
  package let multiplyAdds: Int
}

extension Graph {
  /// The layers in order, for inputs of the given shapes. Weights that several layers read are
  /// counted at the first.
  package func summary(for shapes: [[Int]]) -> [LayerSummary] {
    let known = Knowledge(of: self, inputs: shapes)
    var counted: Set<Int> = []
    return steps.enumerated().map { index, step in
      let fresh = step.operands.filter {
        constants[$0]?.value.type.isFloating == true && counted.insert($0).inserted
      }
      let operands = step.operands.compactMap { known.shape(of: $0).map { Operand($0) } }
      let cost =
        operands.count == step.operands.count
        ? known.operators[index]?.multiplyAdds(of: operands) ?? 0 : 0
      return LayerSummary(
        name: step.name, kind: step.kind, shape: known.shape(of: step.output),
        parameters: fresh.reduce(0) { $0 + (constants[$1]?.value.count ?? 0) },
        multiplyAdds: cost)
    }
  }
}

/// What shape rules and constants say about the values of a graph.
struct Knowledge {
  private var shapes: [Int: [Int]] = [:]
  private var values: [Int: Tensor]
  /// The operator of each step, where it can be made.
  private(set) var operators: [(any Operator)?] = []

  /// Follows the steps in order; values that are computed from constants and shapes alone are
  /// evaluated if they are small, as the arithmetic on shapes in ONNX files is.
  init(of graph: Graph, inputs: [[Int]]) {
    values = graph.constants.mapValues(\.value)
    for (input, shape) in zip(graph.inputs, inputs) { shapes[input.value] = shape }
    for step in graph.steps {
      let operation = operation(of: step)
      operators.append(operation)
      if let operation { follow(step, operation) }
    }
  }

  /// The shape of a value, if it is known.
  func shape(of value: Int) -> [Int]? { values[value]?.shape ?? shapes[value] }

  private func operation(of step: Graph.Step) -> (any Operator)? {
    switch step.construction {
    case .fixed(let operation): return operation
    case .form(let form, var attributes):
      for (position, value) in step.parameters {
        guard let known = values[value] else { return nil }
        attributes.parameters[position] = known
      }
      attributes.operands = step.operands.map { shape(of: $0) ?? [] }
      return try? form.make(attributes)
    }
  }

  private mutating func follow(_ step: Graph.Step, _ operation: any Operator) {
    let shapes = step.operands.compactMap { shape(of: $0) }
    guard shapes.count == step.operands.count, type(of: operation).arity.contains(shapes.count)
    else { return }
    if let sizes = operation as? ShapeOf, let shape = shapes.first {
      values[step.output] = try? sizes.tensor(of: shape)
      return
    }
    guard let shape = try? operation.shape(of: shapes.map { Operand($0) }) else { return }
    self.shapes[step.output] = shape
    let known = step.operands.compactMap { values[$0] }
    if known.count == step.operands.count, shape.reduce(1, &*) <= 1 << 16 {
      values[step.output] = try? operation.evaluate(known)
    }
  }
}
