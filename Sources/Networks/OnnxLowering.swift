/// ONNX operators that are written with several of ours, or whose meaning depends on the version.

import Graphs
import Tensors

/// Adds the steps of one node.
typealias Lower = @Sendable (inout OnnxImporter, OnnxNode) throws(NetworkError) -> Void

enum OnnxLowering {
  /// By ONNX's name. What is not here has a form beside its operator.
  static let all: [String: Lower] = [
    "Gemm": gemm, "LayerNormalization": layerNormalization, "PRelu": parametricRelu,
    "GlobalMaxPool": globalMaxPool, "BatchNormalization": batchNormalization,
    "Softmax": { importer, node throws(NetworkError) in
      try softmax(&importer, node) { axis in Softmax(axis) }
    },
    "LogSoftmax": { importer, node throws(NetworkError) in
      try softmax(&importer, node) { axis in LogSoftmax(axis) }
    },
    "Gelu": gelu, "ConvTranspose": transposedConvolution,
    "Sum": { importer, node throws(NetworkError) in try chain(&importer, node, Add()) },
    "Max": { importer, node throws(NetworkError) in try chain(&importer, node, Maximum()) },
    "Min": { importer, node throws(NetworkError) in try chain(&importer, node, Minimum()) },
    "Add": elementwise(Add()), "Sub": elementwise(Subtract()), "Mul": elementwise(Multiply()),
    "Div": divide, "Cast": cast, "Dropout": dropout, "Slice": slice, "Split": split,
    "Resize": resize, "Upsample": resize, "Pad": pad, "AveragePool": averagePool, "LpPool": lpPool,
    "GlobalLpPool": globalLpPool, "Col2Im": columnsToImage, "CenterCropPad": centre,
    "InstanceNormalization": instanceNormalization,
    "GroupNormalization": groupNormalization, "RMSNormalization": rmsNormalization,
    "LpNormalization": lpNormalization, "LRN": localResponse,
    "MeanVarianceNormalization": meanVariance, "LSTM": lstm, "GRU": gru, "RNN": rnn,
    "Attention": attention, "Einsum": einsum, "TopK": topK, "Tile": tile, "DFT": fourier,
    "DepthToSpace": depthToSpace, "SpaceToDepth": spaceToDepth, "Selu": selu, "Celu": celu,
    "Softsign": softsign, "Mish": mish, "Swish": swish, "ThresholdedRelu": thresholdedRelu,
    "ReduceL1": reduction([Absolute()], []),
    "ReduceL2": reduction([], [SquareRoot()], squares: true),
    "ReduceSumSquare": reduction([], [], squares: true), "ReduceLogSum": reduction([], [Log()]),
    "ReduceLogSumExp": logSumExp, "Xor": elementwise(NotEqual()),
    "ArgMax": extremePlace { axis, keep in ArgMax(axis, keep: keep) },
    "ArgMin": extremePlace { axis, keep in ArgMin(axis, keep: keep) }, "Mod": modulo,
    "GatherND": gatherTuples, "ScatterND": scatterTuples, "ScatterElements": scatterElements,
    "Scatter": scatterElements, "OneHot": oneHot, "Hardmax": hardmax, "EyeLike": eyeLike,
    "Size": size, "CastLike": castLike, "IsInf": isInfinite, "Mean": mean, "Shrink": shrink,
    "BitShift": bitShift, "BitwiseAnd": bitwise(LogicalAnd()), "BitwiseOr": bitwise(LogicalOr()),
    "BitwiseXor": bitwise(NotEqual()), "BitwiseNot": bitwiseNot, "QuantizeLinear": quantise,
    "DequantizeLinear": dequantise, "DynamicQuantizeLinear": quantiseByRange,
    "MatMulInteger": wholeProduct, "ConvInteger": wholeConvolution,
    "QLinearMatMul": quantisedProduct, "QLinearConv": quantisedConvolution,
    "SplitToSequence": splitToSequence, "SequenceConstruct": sequenceConstruct,
    "SequenceEmpty": sequenceConstruct, "SequenceAt": sequenceAt, "SequenceInsert": sequenceInsert,
    "SequenceErase": sequenceErase, "SequenceLength": sequenceLength,
    "ConcatFromSequence": joinSequence, "GridSample": gridSample, "AffineGrid": affineGrid,
    "HannWindow": window([0.5, -0.5]),
    "HammingWindow": window([25.0 / 46, -21.0 / 46]), "BlackmanWindow": window([0.42, -0.5, 0.08]),
    "MelWeightMatrix": melWeights, "STFT": spectrogram, "ReverseSequence": reverseSequence,
    "NonZero": nonZero, "Compress": compress, "Unique": unique,
  ]

  /// An operator on two operands. Before version 7 the second could be aligned by attributes, which
  /// is not read here.
  private static func elementwise(_ operation: any Operator) -> Lower {
    { importer, node throws(NetworkError) in
      if try node.attribute({ x throws(GraphError) in try x.integer("broadcast", 0) }) != 0,
        node.attributes["axis"] != nil
      {
        throw node.refused("axis", found: "given", expected: "shapes that broadcast from the right")
      }
      try importer.requireSingleOutput(node)
      try importer.emit(operation, node.inputs, node, output: node.outputs[0])
    }
  }

  /// Whole numbers are divided as f64 and cut off towards zero, which is exact up to 2⁵³.
  private static let divide: Lower = { importer, node throws(NetworkError) in
    let types = node.inputs.compactMap { importer.known[$0]?.type }
    guard types.count == 2, !types[0].isFloating, !types[1].isFloating else {
      return try elementwise(Divide())(&importer, node)
    }
    try importer.requireSingleOutput(node)
    let output = node.outputs[0]
    for (index, input) in node.inputs.enumerated() {
      try importer.emit(
        Cast(to: .f64), [input], node, output: "\(output).\(index)",
        layer: "\(node.layer).\(index)")
    }
    try importer.emit(
      Divide(), ["\(output).0", "\(output).1"], node, output: "\(output).quotient",
      layer: "\(node.layer).quotient")
    try importer.emit(Cast(to: types[0]), ["\(output).quotient"], node, output: output)
  }

  /// Any number of operands, combined from the left.
  private static func chain(
    _ importer: inout OnnxImporter, _ node: OnnxNode, _ operation: any Operator
  ) throws(NetworkError) {
    try importer.requireSingleOutput(node)
    guard var sum = node.inputs.first else {
      throw node.refused("inputs", found: "none", expected: "one or more")
    }
    let output = node.outputs[0]
    guard node.inputs.count > 1 else {
      return try importer.emit(Identity(), [sum], node, output: output)
    }
    for (index, input) in node.inputs.dropFirst().enumerated() {
      let isLast = index == node.inputs.count - 2
      let next = isLast ? output : "\(output).\(index + 1)"
      try importer.emit(
        operation, [sum, input], node, output: next,
        layer: isLast ? nil : "\(node.layer).\(index + 1)")
      sum = next
    }
  }

  /// Element types that tensors do not have here stand for the next wider one.
  private static let cast: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let code = try node.attribute { x throws(GraphError) in try x.integer("to", 0) }
    guard let type = Onnx_TensorProto.DataType(rawValue: code).flatMap(StoredType.init) else {
      throw node.refused("to", found: "type \(code)", expected: "a type of numbers")
    }
    let output = node.outputs[0]
    try importer.emit(Cast(to: type.elementType), node.inputs, node, output: output)
    importer.stored[output] = type
  }

  /// What is dropped in training; the network as it is used passes everything on.
  private static let dropout: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let input = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "one")
    }
    // Since version 12 a third input can ask for training.
    if let training = node.input(2), importer.known[training]?.constant?.bools != [false] {
      throw node.refused("training_mode", found: training, expected: "false")
    }
    try importer.emit(Identity(), [input], node, output: node.outputs[0])
  }

  /// Statistics of the data it was trained on: the form in which a network is used.
  private static let batchNormalization: Lower = { importer, node throws(NetworkError) in
    guard try node.attribute({ x throws(GraphError) in try x.integer("training_mode", 0) }) == 0
    else { throw node.refused("training_mode", found: "1", expected: "0") }
    let epsilon = try node.attribute { x throws(GraphError) in try x.float("epsilon", 1e-5) }
    guard let output = node.outputs.first, !output.isEmpty else { return }
    try importer.emit(BatchNormalisation(epsilon: epsilon), node.inputs, node, output: output)
  }

  /// The largest value of each channel.
  private static let globalMaxPool: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    try importer.emit(
      globalMaxForm, node.formAttributes, node.inputs, node, output: node.outputs[0])
  }

  /// The axes after batch and channels, of which there may be any number.
  private static let globalMaxForm = OnnxForm("GlobalMaxPool", parameters: []) {
    attributes throws(GraphError) in
    guard let rank = attributes.operands.first?.count, rank > 2 else {
      throw .structure(reason: "an input with axes after batch and channels is needed")
    }
    return Max(Array(2..<rank), keep: true)
  }

  /// max(x, 0) + slope · min(x, 0), the slope broadcast from the right (K. He et al., "Delving deep
  /// into rectifiers", 2015, equation 1).
  private static let parametricRelu: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let slope = node.input(1) else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "2")
    }
    let output = node.outputs[0]
    let below = "\(output).below"
    let scaled = "\(output).scaled"
    let above = "\(output).above"
    try importer.emit(
      Clip(-.infinity, 0), [x], node, output: below, layer: "\(node.layer).below")
    try importer.emit(
      Multiply(), [below, slope], node, output: scaled, layer: "\(node.layer).scaled")
    try importer.emit(Relu(), [x], node, output: above, layer: "\(node.layer).above")
    try importer.emit(Add(), [above, scaled], node, output: output)
  }

  /// Before version 13 all axes from `axis` (1) on are one; since then `axis` (the last) stands
  /// alone.
  private static func softmax(
    _ importer: inout OnnxImporter, _ node: OnnxNode, _ make: (Int) -> any Operator
  ) throws(NetworkError) {
    try importer.requireSingleOutput(node)
    let legacy = node.opset < 13
    let axis = try node.attribute { x throws(GraphError) in
      try x.integer("axis", legacy ? 1 : -1)
    }
    let output = node.outputs[0]
    guard legacy, let x = node.input(0) else {
      return try importer.emit(make(axis), node.inputs, node, output: output)
    }
    guard let shape = importer.known[x]?.shape else {
      return try softmaxOfUnknown(&importer, node, x, axis, make(-1))
    }
    let place = axis < 0 ? axis &+ shape.count : axis
    if place == shape.count - 1 {
      return try importer.emit(make(-1), [x], node, output: output)
    }
    guard shape.indices.contains(place) else {
      throw node.refused("axis", found: "\(axis)", expected: "one of \(shape.count) axes")
    }
    // The first axis may be the batch, whose size is open; the others are known.
    var sizes = shape
    if importer.known[x]?.fixedSize(0) == nil { sizes[0] = -1 }
    try importer.emit(
      Flatten(place), [x], node, output: "\(output).flat", layer: "\(node.layer).flat")
    try importer.emit(
      make(-1), ["\(output).flat"], node, output: "\(output).row", layer: "\(node.layer).row")
    try importer.emit(Reshape(sizes), ["\(output).row"], node, output: output)
  }

  /// The same for an operand whose shape is known only in a run.
  private static func softmaxOfUnknown(
    _ importer: inout OnnxImporter, _ node: OnnxNode, _ x: String, _ axis: Int,
    _ operation: any Operator
  ) throws(NetworkError) {
    guard let form = Operators.onnx["Reshape"] else {
      throw node.refused("axis", found: "\(axis)", expected: "an input of known shape")
    }
    let shape = try importer.step(ShapeOf(), [x], "shape", of: node)
    let flat = try importer.step(Flatten(axis), [x], "flat", of: node)
    let row = try importer.step(operation, [flat], "row", of: node)
    try importer.emit(
      form, OnnxAttributes("Reshape"), [row, shape], node, output: node.outputs[0])
  }
}
