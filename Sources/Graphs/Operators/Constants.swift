// Operators that make values, change the element type, or end the flow of gradients.
import Tensors

/// A fixed tensor.
package struct Constant: UndifferentiatedOperator {
  package static let name = "constant"
  package static let arity = 0...0
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Constant") { attributes throws(GraphError) in
        Constant(try attributes.constant())
      }
    ]
  }
  package let value: Tensor

  package init(_ value: Tensor) { self.value = value }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] { value.shape }
  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor { value }
}

/// A tensor filled with one number.
package struct Fill: UndifferentiatedOperator {
  package static let name = "fill"
  package static let arity = 0...0
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("ConstantOfShape", parameters: [0]) { attributes throws(GraphError) in
        let value = try attributes.tensor("value")
        return Fill(
          try attributes.requiredParameter(0).integers, value?.number ?? 0, value?.type ?? .f32)
      }
    ]
  }
  package let sizes: [Int]
  package let value: Double
  package let type: ElementType

  package init(_ sizes: [Int], _ value: Double, _ type: ElementType) {
    self.sizes = sizes
    self.value = value
    self.type = type
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] { sizes }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try .full(sizes, value, type)
  }
}

/// start, start + step, … up to but not including limit.
package struct NumberRange: UndifferentiatedOperator {
  package static let name = "range"
  package static let arity = 0...0
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Range", parameters: [0, 1, 2]) { attributes throws(GraphError) in
        let start = try attributes.requiredParameter(0)
        return NumberRange(
          start.number ?? .nan, try attributes.requiredParameter(1).number ?? .nan,
          step: try attributes.requiredParameter(2).number ?? .nan, start.type)
      }
    ]
  }
  package let start, limit, step: Double
  package let type: ElementType

  package init(_ start: Double, _ limit: Double, step: Double, _ type: ElementType) {
    self.start = start
    self.limit = limit
    self.step = step
    self.type = type
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let count = ((limit - start) / step).rounded(.up)
    guard step != 0, count.isFinite, count < 1e15 else {
      throw .attribute(
        operation: Self.name, name: "step", found: "\(step)",
        expected: "a number that leads from \(start) to \(limit)")
    }
    return [max(0, Int(count))]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    guard let shape = try? shape(of: []) else {
      throw .value(operation: Self.name, reason: "the step \(step) does not lead to \(limit)")
    }
    return try .arange(shape[0], from: start, step: step, type)
  }
}

/// The sizes of the operand, from axis `start` up to `end`, as i64.
package struct ShapeOf: UndifferentiatedOperator {
  package static let name = "shape"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Shape") { attributes throws(GraphError) in
        ShapeOf(
          from: try attributes.integer("start", 0), to: try attributes.integer("end", Int.max))
      }
    ]
  }
  package let start, end: Int

  package init(from start: Int = 0, to end: Int = Int.max) {
    self.start = start
    self.end = end
  }

  private func sizes(_ shape: [Int]) -> [Int] {
    func limited(_ place: Int) -> Int {
      min(max(place < 0 ? place &+ shape.count : place, 0), shape.count)
    }
    return Array(shape[limited(start)..<max(limited(start), limited(end))])
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    [sizes(operands[0].shape).count]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try tensor(of: inputs[0].shape)
  }

  /// The result for an operand of this shape.
  package func tensor(of shape: [Int]) throws(TensorError) -> Tensor {
    let sizes = sizes(shape)
    return try Tensor(sizes, [sizes.count])
  }
}

/// The same numbers as another element type; a gradient passes between floating-point types. Where an integer type
/// cannot hold a number it gets the nearest one that it can (0 for a NaN), or with `isChecked` that is an error.
package struct Cast: Operator {
  package static let name = "cast"
  package static var onnx: [OnnxForm] {
    [
      OnnxForm("Cast") { attributes throws(GraphError) in
        let number = try attributes.integer("to", 0)
        guard let type = onnxTypes[number] else {
          throw .attribute(
            operation: "Cast", name: "to", found: "\(number)",
            expected: "one of \(onnxTypes.keys.sorted())")
        }
        return Cast(to: type)
      }
    ]
  }
  /// ONNX data types and what represents them here: half precision as f32, smaller integers as i64.
  private static let onnxTypes: [Int: ElementType] = [
    1: .f32, 10: .f32, 16: .f32, 11: .f64, 2: .u8, 9: .bool, 3: .i64, 4: .i64, 5: .i64, 6: .i64,
    7: .i64, 12: .i64,
  ]
  package let type: ElementType
  package let isChecked: Bool

  package init(to type: ElementType, isChecked: Bool = false) {
    self.type = type
    self.isChecked = isChecked
  }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] { operands[0].shape }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    isChecked ? try inputs[0].cast(fitting: type) : try inputs[0].cast(to: type)
  }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let from = pullback.inputs[0].value.type
    guard type.isFloating, from.isFloating else { return [nil] }
    return [try pullback.gradient.applying(Cast(to: from))]
  }

  package func tangent(_ pushforward: Pushforward) throws(GraphError) -> Variable? {
    guard type.isFloating, let tangent = pushforward.tangent(0) else { return nil }
    return try tangent.applying(self)
  }
}

/// The operand, as a constant: neither gradient nor relevance passes.
package struct StopGradient: UndifferentiatedOperator {
  package static let name = "stop gradient"
  package init() {}

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] { operands[0].shape }
  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor { inputs[0] }
}
