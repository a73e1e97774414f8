// Numbers that a network computes from the sizes of its values, such as the shape that a Reshape asks for.

import Graphs
import Tensors

/// Numbers that follow from sizes and constants alone, as they are for a batch of one and for a batch of two.
struct SizeNumbers {
  var ofOne, ofTwo: Tensor
  /// Whether every one is known to be a + b · batch, so that what is the same for both is the same for every batch.
  var isLinear: Bool

  /// More are not followed: arithmetic on sizes has few numbers.
  static let most = 1 << 10

  var isFixed: Bool {
    isLinear && ofOne.shape == ofTwo.shape && ofOne.type == ofTwo.type
      && (ofOne.type.isFloating
        ? ofOne.doubles == ofTwo.doubles : ofOne.integers == ofTwo.integers)
  }
}

extension KnownValue {
  /// The numbers, where they follow from sizes: also those of a constant, if they are few.
  var sizeNumbers: SizeNumbers? {
    if let numbers { return numbers }
    guard let constant, constant.count <= SizeNumbers.most else { return nil }
    return SizeNumbers(ofOne: constant, ofTwo: constant, isLinear: true)
  }

  /// Sizes for a Reshape that gives this shape for every batch: -1 for the one that depends on it.
  var reshaping: Reshape? {
    guard let shape, let shapeOfTwo, shape.count == shapeOfTwo.count, !shape.contains(0) else {
      return nil
    }
    let sizes = zip(shape, shapeOfTwo).map { $0 == $1 ? $0 : -1 }
    return sizes.count { $0 == -1 } <= 1 ? Reshape(sizes) : nil
  }
}

extension OnnxImporter {
  /// Whether no size of any input is open: what follows from sizes is then a constant.
  private var isClosed: Bool { graph.inputs.allSatisfy { !$0.shape.contains(nil) } }

  /// What follows from sizes, where it is the same for every batch.
  func constant(_ numbers: SizeNumbers?) -> Tensor? {
    numbers.flatMap { $0.isFixed || isClosed ? $0.ofOne : nil }
  }

  /// The numbers that an operator makes of those of its operands; nil where they are not known.
  func numbers(_ operation: any Operator, _ operands: [String], _ shape: [Int]?) -> SizeNumbers? {
    if let sizes = operation as? ShapeOf {
      guard let value = operands.first.flatMap({ known[$0] }),
        let one = value.shape.flatMap({ try? sizes.tensor(of: $0) }),
        let two = value.shapeOfTwo.flatMap({ try? sizes.tensor(of: $0) })
      else { return nil }
      return SizeNumbers(ofOne: one, ofTwo: two, isLinear: true)
    }
    guard let count = shape?.elementCount(), count <= SizeNumbers.most else { return nil }
    return evaluated((operation, operation), operands)
  }

  private func evaluated(
    _ operators: (ofOne: any Operator, ofTwo: any Operator), _ operands: [String]
  ) -> SizeNumbers? {
    let inputs = operands.compactMap { known[$0]?.sizeNumbers }
    guard inputs.count == operands.count, !inputs.isEmpty,
      let one = try? operators.ofOne.evaluate(inputs.map(\.ofOne)),
      let two = try? operators.ofTwo.evaluate(inputs.map(\.ofTwo)),
      max(one.count, two.count) <= SizeNumbers.most
    else { return nil }
    return SizeNumbers(
      ofOne: one, ofTwo: two, isLinear: Self.isLinear(operators.ofOne, inputs))
  }

  /// Whether the result is linear in the batch.
  private static func isLinear(_ operation: any Operator, _ inputs: [SizeNumbers]) -> Bool {
    guard inputs.allSatisfy(\.isLinear) else { return false }
    if inputs.allSatisfy(\.isFixed) { return true }
    switch operation {
    case is Identity, is SliceAxis, is Concatenate, is Reshape, is Flatten, is ExpandAxes,
      is SqueezeAxes, is Add, is Subtract:
      return true
    case is Multiply:
      return inputs.contains(where: \.isFixed)
    case let cast as Cast:
      return cast.type == .i64 || cast.type.isFloating
    case is Gather:
      return inputs[1].isFixed
    case is Select:
      return inputs[0].isFixed
    case is Equal:
      return differ(inputs[0], inputs[1])
    default:
      return false
    }
  }

  /// Whether numbers that depend on the batch are compared with marks such as -1 only, which no size equals.
  private static func differ(_ x: SizeNumbers, _ y: SizeNumbers) -> Bool {
    guard x.ofOne.shape == y.ofOne.shape, x.ofTwo.shape == y.ofTwo.shape else { return false }
    let (ones, twos) = (
      zip(x.ofOne.integers, y.ofOne.integers), zip(x.ofTwo.integers, y.ofTwo.integers)
    )
    return zip(ones, twos).allSatisfy { one, two in
      one == two || one.0 == two.0 && one.0 < 0 && min(one.1, two.1) >= 0
        || one.1 == two.1 && one.1 < 0 && min(one.0, two.0) >= 0
    }
  }

  /// What is known of a step whose operator is made when the graph runs: what its operators for a
  /// batch of one and of two say.
  func value(
    _ form: OnnxForm, _ attributes: OnnxAttributes, _ inputs: [String], _ operands: [String]
  ) -> KnownValue {
    guard
      let one = operation(form, attributes, inputs, operands, \.ofOne, \.shape),
      let two = operation(form, attributes, inputs, operands, \.ofTwo, \.shapeOfTwo)
    else { return KnownValue(type: resultType(operands)) }
    var value = KnownValue(
      shape: one.shape, shapeOfTwo: two.shape, type: resultType(operands, one.made))
    if let count = one.shape.elementCount(), let other = two.shape.elementCount(),
      max(count, other) <= SizeNumbers.most
    {
      value.numbers = evaluated((one.made, two.made), operands)
      value.numbers?.isLinear = false
    }
    return value
  }

  /// The operator of a form whose parameters follow from sizes, for one of the batches.
  private func operation(
    _ form: OnnxForm, _ attributes: OnnxAttributes, _ inputs: [String], _ operands: [String],
    _ tensor: (SizeNumbers) -> Tensor, _ shape: (KnownValue) -> [Int]?
  ) -> (made: any Operator, shape: [Int])? {
    var attributes = attributes
    for position in form.parameters.sorted() where position < inputs.count {
      guard !inputs[position].isEmpty else { continue }
      guard let numbers = known[inputs[position]]?.sizeNumbers else { return nil }
      attributes.parameters[position] = tensor(numbers)
    }
    attributes.operands = operands.compactMap { known[$0].flatMap(shape) }
    guard attributes.operands.count == operands.count,
      let made = try? form.make(attributes), type(of: made).arity.contains(operands.count),
      let shape = try? made.shape(of: attributes.operands.map { Operand($0) })
    else { return nil }
    return (made, shape)
  }
}
