/// Transposed convolutions and poolings as steps.

import Graphs
import Tensors

extension OnnxLowering {
  /// The adjoint of a convolution over an input whose sizes follow from strides, pads and kernel, or
  /// are stated.
  static let transposedConvolution: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let weight = node.input(1),
      let kernel = importer.known[weight]?.shape, (3...5).contains(kernel.count),
      importer.known[x]?.shape?.count == kernel.count
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "one to three axes of known size")
    }
    var sizes: [Int] = []
    for axis in 2..<kernel.count {
      guard let size = importer.known[x]?.fixedSize(axis) else {
        throw node.refused(
          "inputs", found: importer.described(node.inputs), expected: "known sizes")
      }
      sizes.append(size)
    }
    let window = try TransposedWindow(node, kernel: kernel, sizes: sizes)
    let output = node.outputs[0]
    var operand = x
    if window.missing.contains(where: { $0 > 0 }) {
      operand = "\(output).whole"
      try importer.emit(
        Pad(low: kernel.map { _ in 0 }, high: [0, 0] + window.missing), [x], node, output: operand,
        layer: "\(node.layer).whole")
    }
    let groups = try node.attribute { a throws(GraphError) in try a.integer("group", 1) }
    try importer.emit(
      ConvolutionInputGradient(Window(window.axes, groups: groups), sizes: window.result),
      [operand, weight] + (node.input(2).map { [$0] } ?? []), node, output: output)
  }

  /// Where padding is counted and the number of places rounded up, the padding becomes elements, so
  /// that what lies beyond it does not count.
  static let averagePool: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (counts, ceiling) = try node.attribute { a throws(GraphError) in
      (try a.integer("count_include_pad", 0) != 0, try a.integer("ceil_mode", 0) != 0)
    }
    let output = node.outputs[0]
    guard counts, ceiling, let x = node.input(0) else {
      guard let form = Operators.onnx["AveragePool"] else { return }
      return try importer.emit(form, node.formAttributes, node.inputs, node, output: output)
    }
    var axes = try node.attribute { a throws(GraphError) in try a.windowAxes(kernel: nil) }
    var pads = (low: [0, 0], high: [0, 0])
    for place in axes.indices {
      guard let size = importer.known[x]?.fixedSize(place + 2) else {
        throw node.refused(
          "ceil_mode", found: importer.described(node.inputs), expected: "known sizes")
      }
      pads.low.append(axes[place].padLow)
      pads.high.append(axes[place].padHigh)
      let extra = axes[place].extraForCeiling(size)
      (axes[place].padLow, axes[place].padHigh) = (0, extra)
    }
    try importer.emit(
      Pad(low: pads.low, high: pads.high), [x], node, output: "\(output).padded",
      layer: "\(node.layer).padded")
    try importer.emit(AveragePool(Window(axes)), ["\(output).padded"], node, output: output)
  }

  /// (Σ |x|^p)^(1/p) under each place of a window.
  static let lpPool: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "one")
    }
    var attributes = node.formAttributes
    attributes.operands = [importer.known[x]?.sizes ?? []]
    let window: Window
    do throws(GraphError) {
      window = try attributes.window(kernel: nil)
    } catch {
      throw node.failure(error, importer.described(node.inputs))
    }
    let count = Double(window.kernel.reduce(1, &*))
    try powers(&importer, node, x) { importer, powers, sums throws(NetworkError) in
      try importer.emit(
        AveragePool(window, countPadding: true), [powers], node, output: "\(sums).mean",
        layer: "\(node.layer).mean")
      try importer.define("\(sums).count", number: count, like: x)
      try importer.emit(
        Multiply(), ["\(sums).mean", "\(sums).count"], node, output: sums,
        layer: "\(node.layer).sum")
    }
  }

  /// (Σ |x|^p)^(1/p) over all places of each channel.
  static let globalLpPool: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let rank = importer.known[x]?.shape?.count, rank > 2 else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs), expected: "axes after batch and channel")
    }
    try powers(&importer, node, x) { importer, powers, sums throws(NetworkError) in
      try importer.emit(
        Sum(Array(2..<rank), keep: true), [powers], node, output: sums,
        layer: "\(node.layer).sum")
    }
  }

  /// |x|^p, summed by `sum`, to the power 1 / p.
  private static func powers(
    _ importer: inout OnnxImporter, _ node: OnnxNode, _ x: String,
    _ sum: (inout OnnxImporter, String, String) throws(NetworkError) -> Void
  ) throws(NetworkError) {
    let p = try node.attribute { a throws(GraphError) in try a.float("p", 2) }
    guard p > 0 else { throw node.refused("p", found: "\(p)", expected: "a positive number") }
    let output = node.outputs[0]
    try importer.define("\(output).p", number: p, like: x)
    try importer.define("\(output).root", number: 1 / p, like: x)
    try importer.emit(
      Absolute(), [x], node, output: "\(output).sizes", layer: "\(node.layer).sizes")
    try importer.emit(
      Power(), ["\(output).sizes", "\(output).p"], node, output: "\(output).powers",
      layer: "\(node.layer).powers")
    try sum(&importer, "\(output).powers", "\(output).sums")
    try importer.emit(Power(), ["\(output).sums", "\(output).root"], node, output: output)
  }

  /// Columns of patches summed where they lay in an image of one to three axes.
  static let columnsToImage: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    func list(_ place: Int) -> [Int]? {
      node.input(place).flatMap { importer.known[$0]?.constant?.integers }
    }
    guard let x = node.input(0), let image = list(1), let block = list(2),
      let rows = importer.known[x]?.fixedSize(1), importer.known[x]?.shape?.count == 3,
      image.count == block.count, image.allSatisfy({ $0 > 0 && $0 < WindowAxis.limit })
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "columns of known size, and constant sizes of the image and the block")
    }
    var attributes = node.formAttributes
    attributes.values["kernel_shape"] = .integers(block)
    let axes: [WindowAxis]
    do throws(GraphError) {
      axes = try attributes.windowAxes(kernel: nil)
    } catch {
      throw node.failure(error, importer.described(node.inputs))
    }
    let taps = block.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let places = zip(axes, image).map { $0.places(over: $1) }
    guard taps > 0, rows % taps == 0, places.allSatisfy({ $0 > 0 }) else {
      throw node.refused(
        "block_shape", found: "\(block) over \(image)",
        expected: "a window that fits, and whose taps divide \(rows)")
    }
    let count = axes.count
    let flat = try importer.step(
      Reshape([0, rows / taps] + block + places, zeroCopies: true), [x], "patches", of: node)
    var value = try importer.step(
      Transpose([0, 1] + ((2 + count)..<(2 + 2 * count)) + (2..<(2 + count))), [flat], "turned",
      of: node)
    for (place, axis) in axes.enumerated().reversed() {
      value = try importer.step(
        OverlapAdd(
          place + 2, size: axis.kernel, step: axis.stride, dilation: axis.dilation,
          extent: image[place] + axis.padLow + axis.padHigh), [value], "sum\(place)", of: node)
    }
    try importer.emit(
      Pad(low: [0, 0] + axes.map { -$0.padLow }, high: [0, 0] + axes.map { -$0.padHigh }), [value],
      node, output: node.outputs[0])
  }
}

/// The window and the result of a ConvTranspose.
private struct TransposedWindow {
  var axes: [WindowAxis]
  /// Sizes of the result.
  var result: [Int]
  /// Places at the end of each axis that the convolution of the result has and the input lacks.
  var missing: [Int]

  init(_ node: OnnxNode, kernel: [Int], sizes: [Int]) throws(NetworkError) {
    let (stated, extra, shape, automatic) = try node.attribute { a throws(GraphError) in
      (
        try a.windowAxes(kernel: kernel), try a.integers("output_padding", sizes.map { _ in 0 }),
        try a.integers("output_shape", []), try a.text("auto_pad", "NOTSET")
      )
    }
    let limit = 0..<WindowAxis.limit
    guard stated.map(\.kernel) == Array(kernel[2...]), extra.count == sizes.count,
      extra.allSatisfy(limit.contains), sizes.allSatisfy({ $0 > 0 && $0 < WindowAxis.limit }),
      shape.isEmpty || shape.count >= sizes.count, shape.allSatisfy(limit.contains)
    else {
      throw node.refused(
        "kernel_shape, output_padding and output_shape",
        found: "\(stated.map(\.kernel)), \(extra) and \(shape)",
        expected: "one number for each of \(sizes.count) axes")
    }
    (axes, result, missing) = (stated, [], [])
    for place in sizes.indices {
      let axis = axes[place]
      let full = axis.stride * (sizes[place] - 1) + extra[place] + axis.reach
      var size = full - axis.padLow - axis.padHigh
      if !shape.isEmpty || automatic.hasPrefix("SAME") {
        // An output_shape may begin with batch and channels.
        size =
          shape.isEmpty
          ? sizes[place] * axis.stride
          : shape.suffix(sizes.count)[
            shape.count - sizes.count + place]
        let total = max(0, full - size)
        axes[place].padLow = automatic == "SAME_UPPER" ? total / 2 : total - total / 2
        axes[place].padHigh = total - axes[place].padLow
      }
      guard size > 0, size < WindowAxis.limit else {
        throw node.refused(
          "pads", found: "\(axis.padLow) and \(axis.padHigh)",
          expected: "a result that has a size; axis \(place + 2) would have \(size)")
      }
      result.append(size)
      missing.append(max(0, axes[place].places(over: size) - sizes[place]))
    }
  }
}
