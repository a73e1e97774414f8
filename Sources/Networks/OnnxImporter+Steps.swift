/// Adding steps with a known operator: folding, shapes, element types.

import Graphs
import Tensors

extension OnnxImporter {
  /// Adds a step that applies `operation`, or computes its result if all operands are constants.
  /// Throws when the operands' shapes do not fit it.
  mutating func emit(
    _ operation: any Operator, _ operands: [String], _ node: OnnxNode, output: String,
    layer: String? = nil
  ) throws(NetworkError) {
    for name in operands where known[name] == nil {
      throw .missingValue(name: name, node: node.label)
    }
    let kind = type(of: operation)
    guard kind.arity.contains(operands.count) else {
      throw node.failure(
        .operands(operation: node.operation, expected: kind.arity, found: operands.count),
        described(operands))
    }
    if let constant = try folded(operation, operands, node) {
      // Writers keep one copy of what is equal by chance, as fresh biases, scales and means are.
      if operation is Identity, learned.contains(operands[0]), constant.isUniform {
        return define(output, constant, isLearned: true)
      }
      derive(output, by: operation, from: operands)
      return define(output, constant)
    }
    let shape = try shape(of: operation, operands, node)
    let shapeOfTwo = operands.compactMap { known[$0]?.shapeOfTwo.map { Operand($0) } }
    let numbers = numbers(operation, operands, shape)
    if let constant = constant(numbers) { return define(output, constant) }
    try place(
      operation, operands, node, output: output, layer: layer ?? node.layer,
      KnownValue(
        shape: shape,
        shapeOfTwo: shapeOfTwo.count == operands.count
          ? try? operation.shape(of: shapeOfTwo) : nil,
        type: resultType(operands, operation), numbers: numbers))
  }

  /// The shape of the result for a batch of one; an error when the operands fit neither for it nor for a batch of two, which
  /// some files have inside although they leave it open.
  private func shape(
    of operation: any Operator, _ operands: [String], _ node: OnnxNode
  ) throws(NetworkError) -> [Int]? {
    let shapes = operands.compactMap { known[$0]?.shape.map { Operand($0) } }
    guard shapes.count == operands.count else { return nil }
    do throws(GraphError) {
      return try operation.shape(of: shapes)
    } catch {
      let ofTwo = operands.compactMap { known[$0]?.shapeOfTwo.map { Operand($0) } }
      let fits = ofTwo.count == operands.count && (try? operation.shape(of: ofTwo)) != nil
      guard fits else { throw node.failure(error, described(operands)) }
      return nil
    }
  }

  /// The result, if all operands are constants.
  private func folded(
    _ operation: any Operator, _ operands: [String], _ node: OnnxNode
  ) throws(NetworkError) -> Tensor? {
    let constants = operands.compactMap { known[$0]?.constant }
    guard constants.count == operands.count else { return nil }
    let shape = try shape(of: operation, operands, node) ?? []
    guard let count = shape.elementCount(), count <= OnnxImporter.largestFolded else {
      throw .absurdSize(what: "the result of node \"\(node.label)\"", found: "\(shape)")
    }
    do throws(TensorError) {
      return try operation.evaluate(constants)
    } catch {
      throw node.failure(
        .tensor(operation: node.operation, layer: node.layer, error), described(operands))
    }
  }

  /// The element type of a result, where the operands' types tell it.
  func resultType(
    _ operands: [String], _ operation: (any Operator)? = nil
  ) -> ElementType? {
    switch operation {
    case let cast as Cast: return cast.type
    case let fill as Fill: return fill.type
    case let range as NumberRange: return range.type
    case is ShapeOf, is ArgMax, is ArgMin, is ArgSort: return .i64
    case is Select: return operands.count > 1 ? known[operands[1]]?.type : nil
    case is Equal, is NotEqual, is Less, is LessOrEqual, is Greater, is GreaterOrEqual,
      is LogicalAnd, is LogicalOr, is LogicalNot, is IsNaN:
      return .bool
    default: break
    }
    return operands.first.flatMap { known[$0]?.type }
  }
}

extension Tensor {
  /// Whether all elements are the same number.
  fileprivate var isUniform: Bool {
    let numbers = doubles
    return numbers.allSatisfy { $0 == numbers[0] }
  }
}
