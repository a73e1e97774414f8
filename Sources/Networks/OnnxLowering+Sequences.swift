/// Sequences of values, whose lengths are known: they are no values of the graph, only names of some.

import Graphs
import Tensors

extension OnnxLowering {
  /// The pieces of a value along an axis: of stated sizes, of one size, or single elements without the axis if `keepdims` is 0.
  static let splitToSequence: Lower = { importer, node throws(NetworkError) in
    let (axis, keep) = try node.attribute { a throws(GraphError) in
      (try a.integer("axis", 0), try a.integer("keepdims", 1) != 0)
    }
    guard let x = node.input(0), let size = importer.known[x]?.fixedSize(axis), size > 0,
      size < 1 << 16
    else {
      throw node.refused(
        "axis", found: "\(axis) of \(importer.described(node.inputs))",
        expected: "an axis of known size")
    }
    var sizes = [Int](repeating: 1, count: size)
    if let split = node.input(1) {
      guard let stated = importer.known[split]?.constant, let first = stated.integers.first,
        stated.integers.allSatisfy({ $0 >= 0 && $0 <= size }), stated.rank > 0 || first > 0
      else {
        throw node.refused("split", found: importer.described([split]), expected: "constant sizes")
      }
      sizes =
        stated.rank > 0
        ? stated.integers : stride(from: 0, to: size, by: first).map { min(first, size - $0) }
    }
    var (parts, start) = ([String](), 0)
    for (place, count) in sizes.enumerated() {
      var part = try importer.step(
        SliceAxis(axis, from: start, count: count), [x], "piece\(place)", of: node)
      if !keep, node.input(1) == nil {
        part = try importer.step(SqueezeAxes([axis]), [part], "part\(place)", of: node)
      }
      parts.append(part)
      start += count
    }
    importer.define(node.value, sequence: parts)
  }

  /// A sequence of the operands.
  static let sequenceConstruct: Lower = { importer, node throws(NetworkError) in
    importer.define(node.value, sequence: node.inputs)
  }

  /// The value at a constant place, which counts from the end if it is negative.
  static let sequenceAt: Lower = { importer, node throws(NetworkError) in
    let (parts, place) = try place(importer, node, 1)
    guard let place, parts.indices.contains(place) else {
      throw node.refused(
        "position", found: importer.described(node.inputs),
        expected: "a constant place among \(parts.count)")
    }
    try importer.emit(Identity(), [parts[place]], node, output: node.value)
  }

  /// With a value more, before a constant place or at the end.
  static let sequenceInsert: Lower = { importer, node throws(NetworkError) in
    var parts = try sequence(importer, node, 0)
    let place = try place(importer, node, 2).place
    let position = node.input(2) == nil ? parts.count : place
    guard let value = node.input(1), let position, (0...parts.count).contains(position) else {
      throw node.refused(
        "position", found: importer.described(node.inputs),
        expected: "a constant place among \(parts.count)")
    }
    parts.insert(value, at: position)
    importer.define(node.value, sequence: parts)
  }

  /// Without the value at a constant place, or the last.
  static let sequenceErase: Lower = { importer, node throws(NetworkError) in
    var parts = try sequence(importer, node, 0)
    let place = try place(importer, node, 1).place
    let position = node.input(1) == nil ? parts.count - 1 : place
    guard let position, parts.indices.contains(position) else {
      throw node.refused(
        "position", found: importer.described(node.inputs),
        expected: "a constant place among \(parts.count)")
    }
    parts.remove(at: position)
    importer.define(node.value, sequence: parts)
  }

  /// How many values a sequence has.
  static let sequenceLength: Lower = { importer, node throws(NetworkError) in
    let count = try sequence(importer, node, 0).count
    do throws(TensorError) { importer.define(node.value, try Tensor([count], [])) } catch {
      throw .tensor(name: node.value, error)
    }
  }

  /// The values of a sequence one after the other along an axis, which may be a new one.
  static let joinSequence: Lower = { importer, node throws(NetworkError) in
    let (axis, isNew) = try node.attribute { a throws(GraphError) in
      (try a.integer("axis", 0), try a.integer("new_axis", 0) != 0)
    }
    var parts = try sequence(importer, node, 0)
    if isNew {
      for place in parts.indices {
        parts[place] = try importer.step(
          ExpandAxes([axis]), [parts[place]], "part\(place)", of: node)
      }
    }
    try importer.emit(Concatenate(axis), parts, node, output: node.value)
  }

  private static func sequence(
    _ importer: OnnxImporter, _ node: OnnxNode, _ position: Int
  ) throws(NetworkError) -> [String] {
    guard let parts = node.input(position).flatMap({ importer.sequences[$0] }) else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs), expected: "a sequence of known length")
    }
    return parts
  }

  /// A sequence and the place that an input names, from its start; nil where that is no constant.
  private static func place(
    _ importer: OnnxImporter, _ node: OnnxNode, _ position: Int
  ) throws(NetworkError) -> (parts: [String], place: Int?) {
    let parts = try sequence(importer, node, 0)
    let place = node.input(position).flatMap { importer.known[$0]?.constant?.integers.first }
    return (parts, place.map { $0 < 0 ? $0 &+ parts.count : $0 })
  }
}
