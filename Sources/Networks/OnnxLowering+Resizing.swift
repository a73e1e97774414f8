/// Padding and resampling: operators whose parameters refer to axes by number.

import Graphs
import Tensors

extension OnnxLowering {
  /// Padding with a constant or the border. Since version 18 a fourth input can name the axes that the
  /// widths are for.
  static let pad: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let form = Operators.onnx["Pad"], let x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "1 to 4")
    }
    var attributes = node.formAttributes
    var inputs = node.inputs
    if let axes = node.input(3) {
      guard let axes = importer.known[axes]?.constant?.integers,
        let widths = node.input(1).flatMap({ importer.known[$0]?.constant?.integers }),
        let rank = importer.known[x]?.shape?.count, widths.count == 2 * axes.count,
        axes.allSatisfy({ $0 >= -rank && $0 < rank })
      else {
        throw node.refused(
          "axes", found: importer.described(node.inputs), expected: "constant axes and widths")
      }
      var all = [Int](repeating: 0, count: 2 * rank)
      for (place, axis) in axes.enumerated() {
        let axis = axis < 0 ? axis + rank : axis
        all[axis] = widths[place]
        all[axis + rank] = widths[place + axes.count]
      }
      attributes.values["pads"] = .integers(all)
      inputs = [x, "", inputs.count > 2 ? inputs[2] : ""]
    }
    try importer.emit(form, attributes, inputs, node, output: node.outputs[0])
  }

  /// Axes cut off or padded with zeros at both ends alike.
  static let centre: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let rank = importer.known[x]?.shape?.count,
      let sizes = node.input(1).flatMap({ importer.known[$0]?.constant?.integers })
    else {
      throw node.refused(
        "shape", found: importer.described(node.inputs), expected: "constant sizes")
    }
    let stated = try node.attribute { a throws(GraphError) in
      try a.integers("axes", Array(0..<rank))
    }
    let axes = stated.map { $0 < 0 ? $0 &+ rank : $0 }
    var (low, high) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    guard axes.count == sizes.count, axes.allSatisfy({ $0 >= 0 && $0 < rank }) else {
      throw node.refused("axes", found: "\(stated)", expected: "one for each of \(sizes)")
    }
    for (axis, size) in zip(axes, sizes) {
      guard let own = importer.known[x]?.fixedSize(axis), size >= 0, size < 1 << 30 else {
        throw node.refused(
          "shape", found: "\(size) for axis \(axis)", expected: "a size, for an axis of known size")
      }
      // Both quotients are rounded towards zero.
      low[axis] = (size - own) / 2
      high[axis] = size - own - low[axis]
    }
    try importer.emit(Pad(low: low, high: high), [x], node, output: node.outputs[0])
  }

  /// Axes after batch and channels at other sizes, which are stated or follow from scales.
  static let resize: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let shape = importer.known[x]?.shape,
      (3...5).contains(shape.count),
      (2..<shape.count).allSatisfy({ importer.known[x]?.fixedSize($0) != nil })
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "one to three axes of known size after batch and channels")
    }
    let target = try ResizeTarget(node, importer, shape)
    var mode = try resizeMode(node)
    mode.scales = target.scales
    try importer.emit(
      Resize(target.sizes, mode: mode), [x], node, output: node.outputs[0])
  }

  /// Before version 11 a place is found by dividing it by the scale.
  private static func resizeMode(_ node: OnnxNode) throws(NetworkError) -> ResizeMode {
    let legacy = node.operation == "Upsample" || node.opset < 11
    let (kind, coordinates, nearest) = try node.attribute { a throws(GraphError) in
      (
        try a.text("mode", "nearest"),
        try a.text("coordinate_transformation_mode", legacy ? "asymmetric" : "half_pixel"),
        try a.text("nearest_mode", legacy ? "floor" : "round_prefer_floor")
      )
    }
    let (a, antialias, excludes) = try node.attribute { x throws(GraphError) in
      (
        try x.float("cubic_coeff_a", -0.75), try x.integer("antialias", 0) != 0,
        try x.integer("exclude_outside", 0) != 0
      )
    }
    let filters: [String: ResizeMode.Filter?] = [
      "nearest": ResizeMode.Rounding(rawValue: nearest).map { .nearest($0) }, "linear": .linear,
      "cubic": .cubic(a),
    ]
    guard let filter = filters[kind] ?? nil,
      let places = ResizeMode.Coordinates(rawValue: coordinates)
    else {
      let all = ResizeMode.Coordinates.allCases.map(\.rawValue).joined(separator: ", ")
      throw node.refused(
        "mode", found: "\(kind), \(coordinates), \(nearest)",
        expected: "nearest, linear or cubic, with one of \(all)")
    }
    var mode = ResizeMode(filter, places)
    (mode.antialias, mode.excludesOutside) = (antialias, excludes)
    return mode
  }
}

/// The sizes that a Resize or Upsample asks for, and the scales where those are stated.
private struct ResizeTarget {
  /// Of the axes after batch and channels; `scales` is empty where sizes are stated.
  var sizes: [Int]
  var scales: [Double] = []

  init(_ node: OnnxNode, _ importer: OnnxImporter, _ shape: [Int]) throws(NetworkError) {
    // Of what follows from sizes only the first number, the batch, may depend on it.
    func list(_ position: Int) -> Tensor? {
      guard let name = node.input(position), let numbers = importer.known[name]?.sizeNumbers,
        case let (one, two) = (numbers.ofOne, numbers.ofTwo), one.count > 0,
        one.doubles.dropFirst() == two.doubles.dropFirst()
      else { return nil }
      return one
    }
    let (stated, policy, attribute) = try node.attribute { a throws(GraphError) in
      (
        try a.integers("axes", Array(shape.indices)),
        try a.text("keep_aspect_ratio_policy", "stretch"), a.values["scales"]
      )
    }
    let axes = stated.map { $0 < 0 ? $0 &+ shape.count : $0 }
    var factors = list(node.operation == "Upsample" || node.opset < 11 ? 1 : 2)?.doubles
    if case .floats(let values) = attribute { factors = values }
    let given = list(3)?.integers
    guard Set(axes).count == axes.count, axes.allSatisfy(shape.indices.contains),
      (given?.count ?? factors?.count) == axes.count,
      given?.allSatisfy({ $0 > 0 && $0 < 1 << 30 }) ?? true,
      given != nil || factors?.allSatisfy({ $0 > 1e-6 && $0 < 1e6 }) ?? false
    else { throw Self.refused(node) }
    sizes = shape
    var all = shape.map { _ in 1.0 }
    for (place, axis) in axes.enumerated() {
      if let given {
        sizes[axis] = given[place]
        all[axis] = Double(given[place]) / Double(max(1, shape[axis]))
      } else if let factors {
        all[axis] = factors[place]
        sizes[axis] = Int((Double(shape[axis]) * factors[place]).rounded(.down))
      }
    }
    if given != nil, policy != "stretch" {
      let ratios = axes.map { all[$0] }
      let ratio = (policy == "not_larger" ? ratios.min() : ratios.max()) ?? 1
      for axis in axes {
        all[axis] = ratio
        sizes[axis] = Int((Double(shape[axis]) * ratio + 0.5).rounded(.down))
      }
    }
    // The batch may be of open size: it is asked to stay as it is.
    guard all[..<2].allSatisfy({ $0 == 1 }) || (given != nil && sizes[..<2] == shape[..<2]),
      sizes[2...].allSatisfy({ $0 > 0 && $0 < 1 << 30 })
    else { throw Self.refused(node) }
    sizes = Array(sizes[2...])
    if given == nil || policy != "stretch" { scales = Array(all[2...]) }
  }

  private static func refused(_ node: OnnxNode) -> NetworkError {
    node.refused(
      "sizes", found: "\(node.inputs)",
      expected: "constant sizes or scales that leave batch and channels as they are")
  }
}
