/// Slices, splits and resizing: operators whose parameters refer to the operand's size.

import Graphs
import Tensors

extension OnnxLowering {
  /// One slice an axis. Its limits may be computed when the graph runs.
  static let slice: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "1 to 5")
    }
    let count = try sliceCount(importer, node)
    let output = node.outputs[0]
    guard count > 0 else { return try importer.emit(Identity(), [x], node, output: output) }
    var current = x
    for part in 0..<count {
      let isLast = part == count - 1
      var attributes = node.formAttributes
      attributes.values["part"] = .integer(part)
      let next = isLast ? output : "\(output).\(part)"
      try importer.emit(
        sliceForm, attributes, [current] + node.inputs.dropFirst(), node, output: next,
        layer: isLast ? nil : "\(node.layer).\(part)")
      current = next
    }
  }

  /// The number of axes that a node slices.
  private static func sliceCount(
    _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> Int {
    let listed = try node.attribute { a throws(GraphError) in try a.integers("starts", []).count }
    let count = node.input(1).map { importer.known[$0]?.shape?.first } ?? listed
    guard let count, count <= 64 else {
      throw node.refused("starts", found: "unknown", expected: "a list of known length")
    }
    return count
  }

  /// Slice of the axis number `part` among those that the node lists.
  private static let sliceForm = OnnxForm("Slice", parameters: [1, 2, 3, 4]) {
    attributes throws(GraphError) in
    func list(_ position: Int, _ name: String) throws(GraphError) -> [Int] {
      try integers(attributes, position, name)
    }
    let part = try attributes.integer("part", 0)
    let (starts, ends) = (try list(1, "starts"), try list(2, "ends"))
    let axes = try list(3, "axes")
    let steps = try list(4, "steps")
    guard let shape = attributes.operands.first, starts.indices.contains(part),
      ends.count == starts.count, axes.isEmpty || axes.count == starts.count,
      steps.isEmpty || steps.count == starts.count
    else {
      throw .attribute(
        operation: "Slice", name: "starts, ends, axes, steps",
        found: "\(starts), \(ends), \(axes), \(steps)", expected: "lists of one length")
    }
    let axis = axes.isEmpty ? part : axes[part]
    let place = axis < 0 ? axis &+ shape.count : axis
    let step = steps.isEmpty ? 1 : steps[part]
    guard shape.indices.contains(place), step != 0, step > -Int.max else {
      throw .attribute(
        operation: "Slice", name: "axis \(axis), step", found: "\(step)",
        expected: "one of \(shape.count) axes and a step other than 0")
    }
    let size = shape[place]
    guard size >= 0 else { throw .structure(reason: "the size of the axis is not known") }
    func limited(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
      let value = bound < 0 ? bound &+ size : bound
      return min(max(value, range.lowerBound), range.upperBound)
    }
    // Python's rules: what lies outside of the axis is cut off.
    if step > 0 {
      let (from, to) = (limited(starts[part], 0...size), limited(ends[part], 0...size))
      let count = to > from ? (to - from - 1) / step + 1 : 0
      return SliceAxis(place, from: count == 0 ? 0 : from, count: count, step: step)
    }
    guard size > 0 else { return SliceAxis(place, from: 0, count: 0, step: 1) }
    let (from, to) = (
      limited(starts[part], 0...size - 1), limited(ends[part], -1...size - 1)
    )
    let count = from > to ? (from - to - 1) / -step + 1 : 0
    return SliceAxis(place, from: count == 0 ? 0 : from, count: count, step: step)
  }

  /// A list that newer versions give as an input and older ones as an attribute.
  private static func integers(
    _ attributes: OnnxAttributes, _ position: Int, _ name: String
  ) throws(GraphError) -> [Int] {
    if let value = attributes.parameter(position) { return value.integers }
    return try attributes.integers(name, [])
  }

  /// One slice an output.
  static let split: Lower = { importer, node throws(NetworkError) in
    guard let x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "1 or 2")
    }
    for (part, output) in node.outputs.enumerated() where !output.isEmpty {
      var attributes = node.formAttributes
      attributes.values["part"] = .integer(part)
      attributes.values["parts"] = .integer(node.outputs.count)
      try importer.emit(
        splitForm, attributes, [x] + node.inputs.dropFirst(), node, output: output,
        layer: node.outputs.count == 1 ? nil : "\(node.layer).\(part)")
    }
  }

  /// The piece number `part`: of the stated sizes, or one of `parts` equal ones (the last may be
  /// smaller).
  private static let splitForm = OnnxForm("Split", parameters: [1]) {
    attributes throws(GraphError) in
    let axis = try attributes.integer("axis", 0)
    let (part, parts) = (try attributes.integer("part", 0), try attributes.integer("parts", 1))
    let shape = attributes.operands.first ?? []
    let place = axis < 0 ? axis &+ shape.count : axis
    guard shape.indices.contains(place), parts > 0 else {
      throw .attribute(
        operation: "Split", name: "axis", found: "\(axis)", expected: "one of \(shape.count) axes")
    }
    let size = shape[place]
    guard size >= 0 else { throw .structure(reason: "the size of the axis is not known") }
    let stated = try integers(attributes, 1, "split")
    guard !stated.isEmpty else {
      let piece = (size + parts - 1) / parts
      let from = min(size, piece * part)
      return SliceAxis(place, from: from, count: min(piece, size - from))
    }
    guard stated.count == parts, stated.allSatisfy({ $0 >= 0 && $0 <= size }),
      stated.reduce(0, &+) == size
    else {
      throw .attribute(
        operation: "Split", name: "split", found: "\(stated)",
        expected: "\(parts) sizes that sum to \(size)")
    }
    return SliceAxis(place, from: stated[..<part].reduce(0, +), count: stated[part])
  }

  /// Padding with a constant. Since version 18 a fourth input can name the axes that the widths are
  /// for.
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

  /// An image at another size: nearest (asymmetric, rounded down), bilinear or bicubic (a = -3/4),
  /// with half-pixel centres or, bilinear, with aligned corners.
  static let resize: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let height = importer.known[x]?.fixedSize(2),
      let width = importer.known[x]?.fixedSize(3), importer.known[x]?.shape?.count == 4
    else {
      throw node.refused("inputs", found: importer.described(node.inputs), expected: "an image")
    }
    let constants = node.inputs.map { importer.known[$0]?.constant }
    func list(_ position: Int) -> Tensor? {
      position < constants.count ? constants[position].flatMap { $0.count > 0 ? $0 : nil } : nil
    }
    var size: [Int]?
    if let sizes = list(3)?.integers, sizes.count == 4 {
      size = Array(sizes[2...])
    } else if let scales = list(node.opset < 11 ? 1 : 2)?.doubles, scales.count == 4,
      scales[0] == 1, scales[1] == 1, scales.allSatisfy({ $0 > 0 && $0 < 1e6 })
    {
      size = [Int(Double(height) * scales[2]), Int(Double(width) * scales[3])]
    }
    guard let size, size.allSatisfy({ $0 > 0 && $0 < 1 << 20 }) else {
      throw node.refused("sizes", found: "\(node.inputs)", expected: "constant sizes or scales")
    }
    try importer.emit(
      Resize(height: size[0], width: size[1], mode: try resizeMode(node)), [x], node,
      output: node.outputs[0])
  }

  private static func resizeMode(_ node: OnnxNode) throws(NetworkError) -> ResizeMode {
    let words = try node.attribute { a throws(GraphError) in
      [
        try a.text("mode", "nearest"),
        try a.text("coordinate_transformation_mode", a.operation == "Resize" ? "half_pixel" : ""),
        try a.text("nearest_mode", "round_prefer_floor"),
      ]
    }
    let halfPixel = words[1].hasSuffix("half_pixel")
    let cubic = try node.attribute { a throws(GraphError) in try a.float("cubic_coeff_a", -0.75) }
    switch words[0] {
    case "nearest" where words[1] == "asymmetric" && words[2] == "floor": return .nearest
    case "linear" where halfPixel: return .bilinear(alignCorners: false)
    case "linear" where words[1] == "align_corners": return .bilinear(alignCorners: true)
    case "cubic" where halfPixel && cubic == -0.75: return .bicubic
    default:
      throw node.refused(
        "mode", found: words.joined(separator: ", "),
        expected: "nearest (asymmetric, floor), linear or cubic (half_pixel)")
    }
  }
}
