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
        case .text:
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

extension OnnxAttributes {
  /// The window of a Conv or a pooling over two axes: kernel_shape (or the sizes of the weight),
  /// strides, pads, auto_pad, dilations, group and, for poolings, ceil_mode. auto_pad and ceil_mode
  /// need the operand's shape.
  func window(kernel weight: [Int]?) throws(GraphError) -> Window2D {
    let kernel = try integers("kernel_shape", weight.map { Array($0.dropFirst(2)) } ?? [])
    let strides = try integers("strides", [1, 1])
    let dilations = try integers("dilations", [1, 1])
    var pads = try integers("pads", [0, 0, 0, 0])
    guard [kernel, strides, dilations].allSatisfy({ $0.count == 2 }), pads.count == 4,
      (kernel + strides + dilations).allSatisfy({ $0 > 0 && $0 < 1 << 30 }),
      pads.allSatisfy({ $0 >= 0 && $0 < 1 << 30 })
    else {
      throw .attribute(
        operation: operation, name: "kernel_shape, strides, dilations and pads",
        found: "\(kernel), \(strides), \(dilations) and \(pads)", expected: "a window over two axes"
      )
    }
    let automatic = try text("auto_pad", "NOTSET")
    let rounding = try integer("ceil_mode", 0) != 0
    for axis in 0..<2 where automatic.hasPrefix("SAME") || rounding {
      guard let shape = operands.first, shape.count == 4 else {
        throw .attribute(
          operation: operation, name: "operand", found: "\(operands)", expected: "a known shape")
      }
      let (size, stride) = (shape[axis + 2], strides[axis])
      let reach = dilations[axis] * (kernel[axis] - 1) + 1
      if automatic.hasPrefix("SAME") {
        let total = max(0, ((size + stride - 1) / stride - 1) * stride + reach - size)
        let small = total / 2
        pads[axis] = automatic == "SAME_LOWER" ? total - small : small
        pads[axis + 2] = total - pads[axis]
      } else {
        pads[axis + 2] += Window2D.extraForCeiling(
          room: size + pads[axis] + pads[axis + 2] - reach, stride: stride,
          size: size + pads[axis])
      }
    }
    return Window2D(
      kernel: (kernel[0], kernel[1]), strides: (strides[0], strides[1]),
      dilation: (dilations[0], dilations[1]), padLow: (pads[0], pads[1]),
      padHigh: (pads[2], pads[3]), groups: try integer("group", 1))
  }
}

extension OnnxAttributes {
  /// The height and width that a Resize gives: its sizes, or its scales times the operand's.
  func resizedSize() throws(GraphError) -> (Int, Int) {
    if let sizes = parameters[3]?.integers, sizes.count == 4 { return (sizes[2], sizes[3]) }
    guard let scales = parameters[2]?.doubles, scales.count == 4, let shape = operands.first,
      shape.count == 4, scales.allSatisfy({ $0 > 0 && $0 < 1e6 })
    else {
      throw .attribute(
        operation: operation, name: "sizes or scales", found: "neither for four axes",
        expected: "sizes or scales of a tensor with four axes")
    }
    return (Int(Double(shape[2]) * scales[2]), Int(Double(shape[3]) * scales[3]))
  }

  /// How a Resize finds pixels between pixels.
  func resizeMode() throws(GraphError) -> ResizeMode {
    let mode = try text("mode", "nearest")
    let coordinates = try text("coordinate_transformation_mode", "half_pixel")
    let halfPixel = coordinates == "half_pixel" || coordinates == "pytorch_half_pixel"
    switch mode {
    case "linear" where halfPixel: return .bilinear(alignCorners: false)
    case "linear" where coordinates == "align_corners": return .bilinear(alignCorners: true)
    case "cubic" where halfPixel: return .bicubic
    case "nearest" where coordinates == "asymmetric":
      try require("nearest_mode", "floor")
      return .nearest
    default:
      throw .attribute(
        operation: operation, name: "mode", found: "\(mode) with \(coordinates)",
        expected:
          "linear or cubic with half_pixel, linear with align_corners, nearest with asymmetric")
    }
  }
}

extension Window2D {
  /// How much padding at the end makes the number of places round up instead of down; none if the
  /// last place would begin in the padding (`size` is where that starts).
  fileprivate static func extraForCeiling(room: Int, stride: Int, size: Int) -> Int {
    guard room > 0, room % stride != 0 else { return 0 }
    let places = room / stride + 1
    return places * stride < size ? stride - room % stride : 0
  }
}

extension Tensor {
  /// The only element as a number; nil if there is not exactly one.
  var number: Double? { try? item }
}
