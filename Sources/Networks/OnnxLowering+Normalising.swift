/// Normalisations as steps.

import Graphs
import Tensors

extension OnnxImporter {
  /// A step of a node that becomes several, named after what it computes; the name of its value.
  mutating func step(
    _ operation: any Operator, _ operands: [String], _ name: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    let result = "\(node.value).\(name)"
    try emit(operation, operands, node, output: result, layer: "\(node.layer).\(name)")
    return result
  }

  /// A number that a step of a node reads; the name of its value.
  mutating func number(
    _ value: Double, _ name: String, like other: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    let result = "\(node.value).\(name)"
    try define(result, number: value, like: other)
    return result
  }

  /// The value with its last axis, channels, made one that stands before `count` further axes.
  mutating func channels(
    _ value: String, before count: Int, _ name: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    guard let size = known[value]?.shape?.last else {
      throw node.refused(name, found: described([value]), expected: "one number a channel")
    }
    return try step(
      Reshape([size] + [Int](repeating: 1, count: count)), [value], name, of: node)
  }
}

extension OnnxLowering {
  /// (x - mean) / √(variance + epsilon) · scale + shift over the places of each channel of an example
  /// (Ulyanov, Vedaldi and Lempitsky 2016).
  static let instanceNormalization: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (x, scale, shift, rank) = try normalised(importer, node)
    let epsilon = try node.attribute { a throws(GraphError) in try a.float("epsilon", 1e-5) }
    let normal = try importer.step(
      Standardise(Array(2..<rank), epsilon: epsilon), [x], "normal", of: node)
    try scaled(&importer, node, normal, scale, shift, rank)
  }

  /// The same over groups of channels (Wu and He 2018, equation 7). Before version 21 a group has one
  /// scale and one shift.
  static let groupNormalization: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (x, scale, shift, rank) = try normalised(importer, node)
    let (epsilon, groups) = try node.attribute { a throws(GraphError) in
      (try a.float("epsilon", 1e-5), try a.integer("num_groups", 0))
    }
    let sizes = (1..<rank).compactMap { importer.known[x]?.fixedSize($0) }
    guard sizes.count == rank - 1, groups > 0, sizes[0] % groups == 0 else {
      throw node.refused(
        "num_groups", found: "\(groups) for \(importer.described([x]))",
        expected: "a divisor of the channels, and known sizes")
    }
    let flat = try importer.step(
      Reshape([0, groups, -1], zeroCopies: true), [x], "groups", of: node)
    var normal = try importer.step(Standardise([2], epsilon: epsilon), [flat], "normal", of: node)
    let isGrouped = node.opset < 21 && groups != sizes[0]
    if isGrouped {
      let factor = try importer.channels(scale, before: 1, "scale", of: node)
      let offset = try importer.channels(shift, before: 1, "shift", of: node)
      let product = try importer.step(Multiply(), [normal, factor], "scaled", of: node)
      normal = try importer.step(Add(), [product, offset], "shifted", of: node)
    }
    let back = Reshape([0] + sizes, zeroCopies: true)
    if isGrouped {
      return try importer.emit(back, [normal], node, output: node.outputs[0])
    }
    let whole = try importer.step(back, [normal], "whole", of: node)
    try scaled(&importer, node, whole, scale, shift, rank)
  }

  /// x / √(mean x² + epsilon) · scale over the axes from `axis` on (Zhang and Sennrich 2019).
  static let rmsNormalization: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let scale = node.input(1) else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "2")
    }
    let (axis, epsilon) = try node.attribute { a throws(GraphError) in
      (try a.integer("axis", -1), try a.float("epsilon", 1e-5))
    }
    let axes = try normalisedAxes(axis, importer.known[x]?.shape?.count, node)
    let squares = try importer.step(Multiply(), [x, x], "squares", of: node)
    let mean = try importer.step(Mean(axes, keep: true), [squares], "mean", of: node)
    let small = try importer.number(epsilon, "epsilon", like: x, of: node)
    let stabilised = try importer.step(Add(), [mean, small], "stabilised", of: node)
    let root = try importer.step(SquareRoot(), [stabilised], "root", of: node)
    let normal = try importer.step(Divide(), [x, root], "normal", of: node)
    try importer.emit(Multiply(), [normal, scale], node, output: node.outputs[0])
  }

  /// x / (Σ |x|^p)^(1/p) along an axis, p 1 or 2; 0 where all are 0.
  static let lpNormalization: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (axis, p) = try node.attribute { a throws(GraphError) in
      (try a.integer("axis", -1), try a.integer("p", 2))
    }
    guard let x = node.input(0), p == 1 || p == 2 else {
      throw node.refused("p", found: "\(p)", expected: "1 or 2")
    }
    let power: any Operator = p == 1 ? Absolute() : Multiply()
    let powers = try importer.step(power, p == 1 ? [x] : [x, x], "powers", of: node)
    var norm = try importer.step(Sum([axis], keep: true), [powers], "sum", of: node)
    if p == 2 { norm = try importer.step(SquareRoot(), [norm], "norm", of: node) }
    let zero = try importer.number(0, "zero", like: x, of: node)
    let one = try importer.number(1, "one", like: x, of: node)
    let isZero = try importer.step(Equal(), [norm, zero], "nothing", of: node)
    let divisor = try importer.step(Select(), [isZero, one, norm], "divisor", of: node)
    try importer.emit(Divide(), [x, divisor], node, output: node.outputs[0])
  }

  /// x / (bias + alpha / size · Σ x²)^beta, summed over neighbouring channels (Krizhevsky, Sutskever and
  /// Hinton 2012, section 3.3).
  static let localResponse: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (alpha, beta, bias, size) = try node.attribute { a throws(GraphError) in
      (
        try a.float("alpha", 1e-4), try a.float("beta", 0.75), try a.float("bias", 1),
        try a.integer("size", 0)
      )
    }
    guard let x = node.input(0), let rank = importer.known[x]?.shape?.count, rank > 1, size > 0,
      size < WindowAxis.limit
    else {
      throw node.refused(
        "size", found: "\(size) for \(importer.described(node.inputs))",
        expected: "a positive number, and an input with channels")
    }
    var (low, high) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    (low[1], high[1]) = ((size - 1) / 2, size / 2)
    let squares = try importer.step(Multiply(), [x, x], "squares", of: node)
    let padded = try importer.step(Pad(low: low, high: high), [squares], "padded", of: node)
    let near = try importer.step(SlidingWindows(1, size: size), [padded], "near", of: node)
    let sum = try importer.step(Sum([-1], keep: false), [near], "sum", of: node)
    let factor = try importer.number(alpha / Double(size), "alpha", like: x, of: node)
    let share = try importer.step(Multiply(), [sum, factor], "share", of: node)
    let first = try importer.number(bias, "bias", like: x, of: node)
    let base = try importer.step(Add(), [share, first], "base", of: node)
    let exponent = try importer.number(beta, "beta", like: x, of: node)
    let divisor = try importer.step(Power(), [base, exponent], "divisor", of: node)
    try importer.emit(Divide(), [x, divisor], node, output: node.outputs[0])
  }

  /// (x - mean) / deviation over some axes.
  static let meanVariance: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let axes = try node.attribute { a throws(GraphError) in try a.integers("axes", [0, 2, 3]) }
    // 1e-9 beside the deviation, as ONNX writes it, is 1e-18 beside the variance where that is 0.
    try importer.emit(
      Standardise(axes, epsilon: 1e-18), node.inputs, node, output: node.outputs[0])
  }

  /// The input, the scale and the shift of a normalisation of channels, and the number of axes.
  private static func normalised(
    _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> (String, String, String, Int) {
    guard let x = node.input(0), let scale = node.input(1), let shift = node.input(2),
      let rank = importer.known[x]?.shape?.count, rank > 2
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "an input with axes after batch and channels, a scale and a shift")
    }
    return (x, scale, shift, rank)
  }

  /// value · scale + shift, one of each a channel.
  private static func scaled(
    _ importer: inout OnnxImporter, _ node: OnnxNode, _ value: String, _ scale: String,
    _ shift: String, _ rank: Int
  ) throws(NetworkError) {
    let factor = try importer.channels(scale, before: rank - 2, "scale", of: node)
    let offset = try importer.channels(shift, before: rank - 2, "shift", of: node)
    let product = try importer.step(Multiply(), [value, factor], "scaled", of: node)
    try importer.emit(Add(), [product, offset], node, output: node.outputs[0])
  }
}
