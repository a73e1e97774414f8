/// Activations, reductions and transforms that are formulas of our operators.

import Graphs
import Tensors

extension OnnxLowering {
  /// gamma · elu(x, alpha) (Klambauer et al. 2017).
  static let selu: Lower = { importer, node throws(NetworkError) in
    let x = try operand(importer, node)
    let (alpha, gamma) = try node.attribute { a throws(GraphError) in
      (
        try a.float("alpha", 1.673_263_192_176_818_847_66),
        try a.float("gamma", 1.050_701_022_148_132_324_22)
      )
    }
    let curve = try importer.step(Elu(alpha: alpha), [x], "curve", of: node)
    let factor = try importer.number(gamma, "factor", like: x, of: node)
    try importer.emit(Multiply(), [factor, curve], node, output: node.outputs[0])
  }

  /// alpha · elu(x / alpha) (Barron 2017).
  static let celu: Lower = { importer, node throws(NetworkError) in
    let x = try operand(importer, node)
    let alpha = try node.attribute { a throws(GraphError) in try a.float("alpha", 1) }
    let factor = try importer.number(alpha, "factor", like: x, of: node)
    let part = try importer.step(Divide(), [x, factor], "part", of: node)
    let curve = try importer.step(Elu(), [part], "curve", of: node)
    try importer.emit(Multiply(), [factor, curve], node, output: node.outputs[0])
  }

  /// x / (1 + |x|).
  static let softsign: Lower = { importer, node throws(NetworkError) in
    let x = try operand(importer, node)
    let size = try importer.step(Absolute(), [x], "size", of: node)
    let one = try importer.number(1, "one", like: x, of: node)
    let sum = try importer.step(Add(), [size, one], "sum", of: node)
    try importer.emit(Divide(), [x, sum], node, output: node.outputs[0])
  }

  /// x · tanh(log(1 + eˣ)) (Misra 2019).
  static let mish: Lower = { importer, node throws(NetworkError) in
    let x = try operand(importer, node)
    let soft = try importer.step(Softplus(), [x], "soft", of: node)
    let gate = try importer.step(Tanh(), [soft], "gate", of: node)
    try importer.emit(Multiply(), [x, gate], node, output: node.outputs[0])
  }

  /// x · sigmoid(alpha x) (Ramachandran et al. 2017).
  static let swish: Lower = { importer, node throws(NetworkError) in
    let x = try operand(importer, node)
    let alpha = try node.attribute { a throws(GraphError) in try a.float("alpha", 1) }
    let factor = try importer.number(alpha, "factor", like: x, of: node)
    let part = try importer.step(Multiply(), [factor, x], "part", of: node)
    let gate = try importer.step(Sigmoid(), [part], "gate", of: node)
    try importer.emit(Multiply(), [x, gate], node, output: node.outputs[0])
  }

  /// x above alpha, otherwise 0.
  static let thresholdedRelu: Lower = { importer, node throws(NetworkError) in
    let x = try operand(importer, node)
    let alpha = try node.attribute { a throws(GraphError) in try a.float("alpha", 1) }
    let limit = try importer.number(alpha, "limit", like: x, of: node)
    let zero = try importer.number(0, "zero", like: x, of: node)
    let above = try importer.step(Greater(), [x, limit], "above", of: node)
    try importer.emit(Select(), [above, x, zero], node, output: node.outputs[0])
  }

  /// `after` of the sum of `before` over axes, which an input or an attribute names.
  static func reduction(
    _ before: [any Operator], _ after: [any Operator], squares: Bool = false
  ) -> Lower {
    { importer, node throws(NetworkError) in
      var x = try operand(importer, node)
      for (place, operation) in before.enumerated() {
        x = try importer.step(operation, [x], "before\(place)", of: node)
      }
      if squares { x = try importer.step(Multiply(), [x, x], "squares", of: node) }
      try importer.reduce("ReduceSum", x, "sum", of: node)
      x = "\(node.value).sum"
      for (place, operation) in after.enumerated() {
        x = try importer.step(operation, [x], "after\(place)", of: node)
      }
      try importer.emit(Identity(), [x], node, output: node.outputs[0])
    }
  }

  /// log Σ eˣ over axes, without overflow: the largest is taken out of the sum.
  static let logSumExp: Lower = { importer, node throws(NetworkError) in
    let x = try operand(importer, node)
    try importer.reduce("ReduceMax", x, "peak", of: node, keep: true)
    try importer.reduce("ReduceMax", x, "largest", of: node)
    let rest = try importer.step(Subtract(), [x, "\(node.value).peak"], "rest", of: node)
    let powers = try importer.step(Exp(), [rest], "powers", of: node)
    try importer.reduce("ReduceSum", powers, "sum", of: node)
    let log = try importer.step(Log(), ["\(node.value).sum"], "log", of: node)
    try importer.emit(
      Add(), [log, "\(node.value).largest"], node, output: node.outputs[0])
  }

  /// The only operand of a node with one output.
  private static func operand(
    _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    try importer.requireSingleOutput(node)
    guard let x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "one or more")
    }
    return x
  }
}

extension OnnxImporter {
  /// A reduction of `x` by an ONNX form, with the axes of the node.
  fileprivate mutating func reduce(
    _ kind: String, _ x: String, _ name: String, of node: OnnxNode, keep: Bool = false
  ) throws(NetworkError) {
    guard let form = Operators.onnx[kind] else {
      throw node.refused("reduction", found: kind, expected: "one that is known")
    }
    var attributes = node.formAttributes
    if keep { attributes.values["keepdims"] = .integer(1) }
    try emit(
      form, attributes, [x] + node.inputs.dropFirst(), node, output: "\(node.value).\(name)",
      layer: "\(node.layer).\(name)")
  }
}
