/// Slices and splits: operators whose parameters refer to the operand's size.

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
}
