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
    var value = KnownValue(
      shape: shape,
      shapeOfTwo: shapeOfTwo.count == operands.count ? try? operation.shape(of: shapeOfTwo) : nil,
      type: resultType(operands, operation))
    value.counted = counted(operation, operands, shape)
    if isClosed, let counted = value.counted { return define(output, counted.one) }
    try place(operation, operands, node, output: output, layer: layer ?? node.layer, value)
  }

  /// Whether no size of any input is open: what follows from sizes is then a constant.
  var isClosed: Bool { graph.inputs.allSatisfy { !$0.shape.contains(nil) } }

  /// Larger tensors are not followed: arithmetic on sizes has few numbers.
  private static let largestCounted = 1 << 10

  /// What a step gives for a batch of one and of two, if that follows from sizes and constants.
  private func counted(
    _ operation: any Operator, _ operands: [String], _ shape: [Int]?
  ) -> (one: Tensor, two: Tensor)? {
    if let sizes = operation as? ShapeOf, let operand = operands.first.flatMap({ known[$0] }),
      let one = operand.shape.flatMap({ try? sizes.tensor(of: $0) }),
      let two = operand.shapeOfTwo.flatMap({ try? sizes.tensor(of: $0) })
    {
      return (one, two)
    }
    let given = operands.compactMap { known[$0]?.tensors }
    guard given.count == operands.count, let count = shape?.elementCount(),
      count <= Self.largestCounted,
      given.allSatisfy({ max($0.one.count, $0.two.count) <= Self.largestCounted }),
      let one = try? operation.evaluate(given.map(\.one)),
      let two = try? operation.evaluate(given.map(\.two))
    else { return nil }
    return (one, two)
  }

  /// What is known of a step whose operator is made when the graph runs: what its operators for a
  /// batch of one and of two say.
  func counted(
    _ form: OnnxForm, _ attributes: OnnxAttributes, _ inputs: [String], _ operands: [String]
  ) -> KnownValue {
    func operation(
      _ tensor: (KnownValue) -> Tensor?, _ shape: (KnownValue) -> [Int]?
    ) -> (any Operator, [Int])? {
      var attributes = attributes
      for position in form.parameters.sorted() where position < inputs.count {
        guard !inputs[position].isEmpty else { continue }
        guard let value = known[inputs[position]].flatMap(tensor) else { return nil }
        attributes.parameters[position] = value
      }
      attributes.operands = operands.compactMap { known[$0].flatMap(shape) }
      guard attributes.operands.count == operands.count,
        let made = try? form.make(attributes), type(of: made).arity.contains(operands.count),
        let shape = try? made.shape(of: attributes.operands.map { Operand($0) })
      else { return nil }
      return (made, shape)
    }
    guard let one = operation({ $0.tensors?.one }, \.shape),
      let two = operation({ $0.tensors?.two }, \.shapeOfTwo)
    else { return KnownValue(type: resultType(operands)) }
    var value = KnownValue(
      shape: one.1, shapeOfTwo: two.1, type: resultType(operands, one.0))
    let given = operands.compactMap { known[$0]?.tensors }
    if given.count == operands.count, let count = one.1.elementCount(),
      let other = two.1.elementCount(), max(count, other) <= Self.largestCounted,
      let first = try? one.0.evaluate(given.map(\.one)),
      let second = try? two.0.evaluate(given.map(\.two))
    {
      value.counted = (first, second)
    }
    return value
  }

  /// The shape of the result for a batch of one; an error when the operands do not fit.
  private func shape(
    of operation: any Operator, _ operands: [String], _ node: OnnxNode
  ) throws(NetworkError) -> [Int]? {
    let shapes = operands.compactMap { known[$0]?.shape.map { Operand($0) } }
    guard shapes.count == operands.count else { return nil }
    do throws(GraphError) {
      return try operation.shape(of: shapes)
    } catch {
      throw node.failure(error, described(operands))
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
