/// Layers with weights, and normalisation, as steps.

import Graphs
import Tensors

extension OnnxLowering {
  /// alpha · A B + beta · C, with A and B transposed on request: a linear layer, where the weights
  /// are constants with alpha and beta multiplied in.
  static let gemm: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard var x = node.input(0), let weight = node.input(1) else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "2 or 3")
    }
    let output = node.outputs[0]
    let (alpha, beta) = try node.attribute { a throws(GraphError) in
      (try a.float("alpha", 1), try a.float("beta", 1))
    }
    let (transposesX, transposesWeight) = try node.attribute { a throws(GraphError) in
      (try a.integer("transA", 0) != 0, try a.integer("transB", 0) != 0)
    }
    if transposesX {
      try importer.emit(
        Transpose([1, 0]), [x], node, output: "\(output).x", layer: "\(node.layer).x")
      x = "\(output).x"
    }
    var matrix = weight
    if !transposesWeight {
      matrix = "\(output).weight"
      try importer.emit(
        Transpose([1, 0]), [weight], node, output: matrix, layer: "\(node.layer).weight")
    }
    matrix = try scaled(matrix, alpha, "alpha", &importer, node)
    guard let added = node.input(2), beta != 0 else {
      return try importer.emit(Linear(), [x, matrix], node, output: output)
    }
    let bias = try scaled(added, beta, "beta", &importer, node)
    if let rows = importer.known[matrix]?.shape?.first, importer.known[bias]?.shape == [rows] {
      return try importer.emit(Linear(), [x, matrix, bias], node, output: output)
    }
    let product = "\(output).product"
    try importer.emit(
      Linear(), [x, matrix], node, output: product, layer: "\(node.layer).product")
    try importer.emit(Add(), [product, bias], node, output: output)
  }

  /// The value times a factor; itself where that is 1.
  private static func scaled(
    _ name: String, _ factor: Double, _ label: String, _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) -> String {
    if factor == 1 { return name }
    let constant = "\(node.outputs[0]).\(label)"
    try importer.define(constant, number: factor, like: name)
    let result = "\(constant).scaled"
    try importer.emit(
      Multiply(), [name, constant], node, output: result, layer: "\(node.layer).\(label)")
    return result
  }

  /// (x - mean) / √(variance + epsilon) · scale + shift over the axes from `axis` on (J. Ba et al.,
  /// "Layer normalization", 2016, equation 4).
  static let layerNormalization: Lower = { importer, node throws(NetworkError) in
    guard let x = node.input(0), let scale = node.input(1), let output = node.outputs.first,
      !output.isEmpty
    else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "2 or 3")
    }
    let (axis, epsilon) = try node.attribute { a throws(GraphError) in
      (try a.integer("axis", -1), try a.float("epsilon", 1e-5))
    }
    let axes = try normalisedAxes(axis, importer.known[x]?.shape?.count, node)
    func step(
      _ operation: any Operator, _ operands: [String], _ name: String, giving place: Int? = nil
    ) throws(NetworkError) -> String {
      var result = "\(output).\(name)"
      if let place, place < node.outputs.count, !node.outputs[place].isEmpty {
        result = node.outputs[place]
      }
      try importer.emit(
        operation, operands, node, output: result, layer: "\(node.layer).\(name)")
      return result
    }
    if !node.outputs.dropFirst().contains(where: { !$0.isEmpty }) {
      let normal = try step(Standardise(axes, epsilon: epsilon), [x], "normal")
      guard let shift = node.input(2) else {
        return try importer.emit(Multiply(), [normal, scale], node, output: output)
      }
      let product = try step(Multiply(), [normal, scale], "scaled")
      return try importer.emit(Add(), [product, shift], node, output: output)
    }
    // Whoever asks for the statistics gets them from the steps.
    try importer.define("\(output).epsilon", number: epsilon, like: x)
    let mean = try step(Mean(axes, keep: true), [x], "mean", giving: 1)
    let centred = try step(Subtract(), [x, mean], "centred")
    let squares = try step(Multiply(), [centred, centred], "squares")
    let variance = try step(Mean(axes, keep: true), [squares], "variance")
    let stabilised = try step(Add(), [variance, "\(output).epsilon"], "stabilised")
    let deviation = try step(SquareRoot(), [stabilised], "deviation")
    let inverse = try step(Reciprocal(), [deviation], "inverse", giving: 2)
    let normal = try step(Multiply(), [centred, inverse], "normal")
    guard let shift = node.input(2) else {
      return try importer.emit(Multiply(), [normal, scale], node, output: output)
    }
    let product = try step(Multiply(), [normal, scale], "scaled")
    try importer.emit(Add(), [product, shift], node, output: output)
  }

  static func normalisedAxes(
    _ axis: Int, _ rank: Int?, _ node: OnnxNode
  ) throws(NetworkError) -> [Int] {
    if axis == -1 { return [-1] }
    guard let rank, axis >= -rank, axis < rank else {
      throw node.refused("axis", found: "\(axis)", expected: "an axis of an input of known rank")
    }
    return Array((axis < 0 ? axis + rank : axis)..<rank)
  }
}
