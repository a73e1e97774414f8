/// Networks whose numbers are few whole ones: value = scale · (number - zero point). No derivative passes the rounding.

import Graphs
import Tensors

/// A scale and a zero point, as names of values; nil for a zero point of 0.
private struct Quantisation {
  let scale: String
  let zero: String?
  var axis = 1
  /// How many neighbours along the axis share a scale; 0 for all or one each.
  var block = 0

  /// At two positions of a node's inputs.
  init(_ node: OnnxNode, _ scale: Int, _ zero: Int) throws(NetworkError) {
    guard let name = node.input(scale) else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "a scale")
    }
    (self.scale, self.zero) = (name, node.input(zero))
  }

  /// A scale or a zero point so that it meets the axes of `x`.
  func aligned(
    _ value: String, to x: String, _ name: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let real = try importer.step(Cast(to: .f32), [value], "\(name) real", of: node)
    guard let shape = importer.known[value]?.shape else {
      throw node.refused(name, found: importer.described([value]), expected: "a known shape")
    }
    if shape.elementCount() == 1, shape.count < 2 {
      return try importer.step(Reshape([]), [real], name, of: node)
    }
    guard let rank = importer.known[x]?.shape?.count, (-rank..<rank).contains(axis) else {
      throw node.refused(
        "axis", found: "\(axis) of \(importer.described([x]))", expected: "one of its axes")
    }
    let place = axis < 0 ? axis + rank : axis
    if shape.count == 1 {
      return try importer.step(
        Reshape([shape[0]] + [Int](repeating: 1, count: rank - place - 1)), [real], name, of: node)
    }
    guard shape.count == rank, block > 0, block < 1 << 40,
      let size = importer.known[x]?.fixedSize(place),
      size <= OnnxImporter.largestFolded, (size + block - 1) / block == shape[place]
    else {
      throw node.refused(
        name, found: importer.described([value, x]),
        expected: "one number, one for each place of an axis, or one for each block")
    }
    let blocks = try importer.constant("\(name) blocks", of: node) { () throws(TensorError) in
      try Tensor((0..<size).map { $0 / block }, [size])
    }
    return try importer.step(Gather(place), [real, blocks], name, of: node)
  }

  /// The real numbers that whole ones stand for.
  func real(
    _ x: String, _ name: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let scale = try aligned(self.scale, to: x, "\(name) scale", &importer, node)
    return try importer.step(
      Multiply(), [shifted(x, name, &importer, node), scale], name, of: node)
  }

  /// Whole numbers less their zero point, as real ones.
  func shifted(
    _ x: String, _ name: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let real = try importer.step(Cast(to: .f32), [x], "\(name) number", of: node)
    guard let zero else { return real }
    let shift = try aligned(zero, to: x, "\(name) zero", &importer, node)
    return try importer.step(Subtract(), [real, shift], "\(name) shifted", of: node)
  }

  /// Whole numbers of a type for real ones: rounded, halves to even, and kept within the type.
  func whole(
    _ x: String, as type: StoredType, _ importer: inout OnnxImporter, _ node: OnnxNode,
    output: String
  ) throws(NetworkError) {
    guard let limits = type.limits else {
      throw node.refused(
        "y_zero_point", found: type.rawValue, expected: "whole numbers of 8 or 16 bits")
    }
    let scale = try aligned(self.scale, to: x, "y scale", &importer, node)
    let ratio = try importer.step(Divide(), [x, scale], "ratio", of: node)
    var rounded = try importer.step(Round(), [ratio], "rounded", of: node)
    if let zero {
      let shift = try aligned(zero, to: x, "y zero", &importer, node)
      rounded = try importer.step(Add(), [rounded, shift], "moved", of: node)
    }
    let inside = try importer.step(Clip(limits.low, limits.high), [rounded], "inside", of: node)
    try importer.emit(Cast(to: type.elementType), [inside], node, output: output)
    importer.stored[output] = type
  }

  /// The type of what is quantised: that of the zero point, or what the node says.
  func type(_ importer: OnnxImporter, _ node: OnnxNode) throws(NetworkError) -> StoredType {
    let code = try node.attribute { a throws(GraphError) in try a.integer("output_dtype", 0) }
    if code != 0 {
      guard let type = Onnx_TensorProto.DataType(rawValue: code).flatMap(StoredType.init) else {
        throw node.refused("output_dtype", found: "\(code)", expected: "a type of whole numbers")
      }
      return type
    }
    guard let zero else { return .uint8 }
    if let type = importer.stored[zero] { return type }
    guard importer.known[zero]?.type == .u8 else {
      throw node.refused(
        "y_zero_point", found: importer.described([zero]), expected: "a type that the file states")
    }
    return .uint8
  }
}

extension StoredType {
  /// The least and the largest number of a small whole type.
  fileprivate var limits: (low: Double, high: Double)? {
    switch self {
    case .uint8: (0, 255)
    case .int8: (-128, 127)
    case .uint16: (0, 65535)
    case .int16: (-32768, 32767)
    default: nil
    }
  }
}

extension OnnxLowering {
  /// scale · (number - zero point).
  static let dequantise: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let x = try operand(node, 0)
    let quantisation = try quantisation(node)
    let scale = try quantisation.aligned(quantisation.scale, to: x, "scale", &importer, node)
    let shifted = try quantisation.shifted(x, "x", &importer, node)
    try importer.emit(Multiply(), [shifted, scale], node, output: node.outputs[0])
  }

  /// The nearest whole number to x / scale, moved by the zero point.
  static let quantise: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let quantisation = try quantisation(node)
    try quantisation.whole(
      operand(node, 0), as: quantisation.type(importer, node), &importer, node,
      output: node.outputs[0])
  }

  private static func quantisation(_ node: OnnxNode) throws(NetworkError) -> Quantisation {
    var quantisation = try Quantisation(node, 1, 2)
    (quantisation.axis, quantisation.block) = try node.attribute { a throws(GraphError) in
      (try a.integer("axis", 1), try a.integer("block_size", 0))
    }
    return quantisation
  }

  /// Bytes for all numbers from the least to the largest, 0 among them; with their scale and zero point.
  static let quantiseByRange: Lower = { importer, node throws(NetworkError) in
    let x = try operand(node, 0)
    let names = (0..<3).map { place in
      place < node.outputs.count && !node.outputs[place].isEmpty
        ? node.outputs[place] : "\(node.value).output\(place)"
    }
    let zero = try importer.number(0, "none", like: x, of: node)
    let steps = try importer.number(255, "steps", like: x, of: node)
    let one = try importer.number(1, "one", like: x, of: node)
    let least = try importer.step(Min(), [x], "least", of: node)
    let largest = try importer.step(Max(), [x], "largest", of: node)
    let low = try importer.step(Minimum(), [least, zero], "low", of: node)
    let high = try importer.step(Maximum(), [largest, zero], "high", of: node)
    let range = try importer.step(Subtract(), [high, low], "range", of: node)
    let width = try importer.step(Divide(), [range, steps], "width", of: node)
    let isFlat = try importer.step(Equal(), [width, zero], "flat", of: node)
    try importer.emit(
      Select(), [isFlat, one, width], node, output: names[1], layer: "\(node.layer).scale")
    let depth = try importer.step(Subtract(), [zero, low], "depth", of: node)
    let place = try importer.step(Divide(), [depth, names[1]], "place", of: node)
    let nearest = try importer.step(Round(), [place], "nearest", of: node)
    let inside = try importer.step(Clip(0, 255), [nearest], "zero inside", of: node)
    try importer.emit(
      Cast(to: .u8), [inside], node, output: names[2], layer: "\(node.layer).zero")
    importer.stored[names[2]] = .uint8
    try Quantisation(scale: names[1], zero: names[2])
      .whole(x, as: .uint8, &importer, node, output: names[0])
  }

  /// The product of matrices of whole numbers less their zero points, exact up to 2⁵³.
  static let wholeProduct: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let a = try importer.centred(operand(node, 0), node.input(2), "a", isRow: true, node)
    let b = try importer.centred(operand(node, 1), node.input(3), "b", isRow: false, node)
    let product = try importer.step(MatrixProduct(), [a, b], "product", of: node)
    try importer.emit(Cast(to: .i64), [product], node, output: node.outputs[0])
    importer.stored[node.outputs[0]] = .int32
  }

  /// The convolution of whole numbers less their zero points, exact up to 2⁵³.
  static let wholeConvolution: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (x, weight) = (try operand(node, 0), try operand(node, 1))
    guard let form = Operators.onnx["Conv"], let rank = importer.known[weight]?.shape?.count else {
      throw node.refused("inputs", found: importer.described(node.inputs), expected: "known shapes")
    }
    let centred = try importer.centred(x, node.input(2), "x", isRow: false, node)
    var kernel = try importer.step(Cast(to: .f64), [weight], "w wide", of: node)
    if let zero = node.input(3) {
      let wide = try importer.step(Cast(to: .f64), [zero], "w zero", of: node)
      let shape = [-1] + [Int](repeating: 1, count: rank - 1)
      let shift = try importer.step(Reshape(shape), [wide], "w shift", of: node)
      kernel = try importer.step(Subtract(), [kernel, shift], "w", of: node)
    }
    let sums = "\(node.value).sums"
    try importer.emit(
      form, node.formAttributes, [centred, kernel], node, output: sums,
      layer: "\(node.layer).sums")
    try importer.emit(Cast(to: .i64), [sums], node, output: node.outputs[0])
    importer.stored[node.outputs[0]] = .int32
  }

  /// The product of the matrices that whole numbers stand for, as whole numbers again.
  static let quantisedProduct: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    var (left, right) = (try Quantisation(node, 1, 2), try Quantisation(node, 4, 5))
    (left.axis, right.axis) = (-2, -1)
    let result = try Quantisation(node, 6, 7)
    let a = try left.real(operand(node, 0), "a", &importer, node)
    let b = try right.real(operand(node, 3), "b", &importer, node)
    let product = try importer.step(MatrixProduct(), [a, b], "product", of: node)
    try result.whole(
      product, as: result.type(importer, node), &importer, node, output: node.outputs[0])
  }

  /// The convolution of what whole numbers stand for, with a bias in units of both scales, as whole numbers again.
  static let quantisedConvolution: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    var (input, kernel) = (try Quantisation(node, 1, 2), try Quantisation(node, 4, 5))
    (input.axis, kernel.axis) = (1, 0)
    let result = try Quantisation(node, 6, 7)
    guard let form = Operators.onnx["Conv"] else {
      throw node.refused("operator", found: "Conv", expected: "one that is known")
    }
    var operands = [
      try input.real(operand(node, 0), "x", &importer, node),
      try kernel.real(operand(node, 3), "w", &importer, node),
    ]
    if let bias = node.input(8) {
      let real = try importer.step(Cast(to: .f32), [bias], "b real", of: node)
      let units = try importer.step(Multiply(), [input.scale, kernel.scale], "b unit", of: node)
      operands.append(try importer.step(Multiply(), [real, units], "b", of: node))
    }
    let sums = "\(node.value).sums"
    try importer.emit(
      form, node.formAttributes, operands, node, output: sums, layer: "\(node.layer).sums")
    try result.whole(
      sums, as: result.type(importer, node), &importer, node, output: node.outputs[0])
  }

  private static func operand(
    _ node: OnnxNode, _ position: Int
  ) throws(NetworkError) -> String {
    guard let name = node.input(position) else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "\(position + 1)")
    }
    return name
  }
}

extension Quantisation {
  fileprivate init(scale: String, zero: String?) { (self.scale, self.zero) = (scale, zero) }
}

extension OnnxImporter {
  /// Whole numbers less their zero point in a type that holds exact sums; a zero point of several numbers is one for each row
  /// or, last, for each column.
  fileprivate mutating func centred(
    _ x: String, _ zero: String?, _ name: String, isRow: Bool, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let wide = try step(Cast(to: .f64), [x], "\(name) wide", of: node)
    guard let zero else { return wide }
    var shift = try step(Cast(to: .f64), [zero], "\(name) zero", of: node)
    if isRow, known[zero]?.shape?.count == 1 {
      shift = try step(ExpandAxes([1]), [shift], "\(name) column", of: node)
    }
    return try step(Subtract(), [wide, shift], name, of: node)
  }
}
