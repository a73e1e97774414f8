/// Operators whose result has a shape that depends on numbers: they are computed where those are constants.

import Graphs
import Tensors

extension OnnxLowering {
  /// The places of the elements that are not 0, one column each.
  static let nonZero: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let x = try constant(0, "inputs", importer, node)
    do throws(TensorError) {
      let places = try Kernels.nonzero(x)
      importer.define(node.outputs[0], try places.transposed())
    } catch {
      throw .tensor(name: node.outputs[0], error)
    }
  }

  /// The slices along an axis for which the condition holds; without an axis, elements.
  static let compress: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let condition = try constant(1, "condition", importer, node).bools
    guard var x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "2")
    }
    var axis = 0
    if node.attributes["axis"] == nil {
      x = try importer.step(Reshape([-1]), [x], "flat", of: node)
    } else {
      axis = try node.attribute { a throws(GraphError) in try a.integer("axis", 0) }
    }
    let places = try importer.constant("places", of: node) { () throws(TensorError) in
      let chosen = condition.indices.filter { condition[$0] }
      return try Tensor(chosen, [chosen.count])
    }
    try importer.emit(Gather(axis), [x, places], node, output: node.outputs[0])
  }

  /// The different elements, or slices along an axis: in order or as they come; where each is first, which of them stands at
  /// every place, and how often.
  static let unique: Lower = { importer, node throws(NetworkError) in
    let x = try constant(0, "inputs", importer, node)
    let (isSorted, axis) = try node.attribute { a throws(GraphError) in
      (try a.integer("sorted", 1) != 0, try a.integer("axis", 0))
    }
    let hasAxis = node.attributes["axis"] != nil
    guard !hasAxis || (-x.rank..<x.rank).contains(axis) else {
      throw node.refused("axis", found: "\(axis)", expected: "one of \(x.rank) axes")
    }
    let place = hasAxis ? (axis < 0 ? axis + x.rank : axis) : 0
    do throws(TensorError) {
      let whole = hasAxis ? x : try x.reshaped([x.count])
      let found = DifferentRows(try rows(whole, along: place), sorted: isSorted)
      let results = [
        try Kernels.gather(whole, axis: place, try Tensor(found.first, [found.first.count])),
        try Tensor(found.first, [found.first.count]),
        try Tensor(found.place, [found.place.count]),
        try Tensor(found.count, [found.count.count]),
      ]
      for (output, result) in zip(node.outputs, results) where !output.isEmpty {
        importer.define(output, result)
      }
    } catch {
      throw .tensor(name: node.value, error)
    }
  }

  /// The numbers of each slice along an axis.
  private static func rows(_ x: Tensor, along axis: Int) throws(TensorError) -> [[Double]] {
    let order = [axis] + (0..<x.rank).filter { $0 != axis }
    let numbers = try x.permuted(order).doubles
    let (count, size) = (x.shape[axis], x.shape[axis] == 0 ? 0 : x.count / x.shape[axis])
    return (0..<count).map { Array(numbers[$0 * size..<($0 + 1) * size]) }
  }

  /// The numbers of an input that must be a constant.
  private static func constant(
    _ position: Int, _ name: String, _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> Tensor {
    guard let value = node.input(position).flatMap({ importer.known[$0]?.constant }),
      value.count <= 1 << 22
    else {
      throw node.refused(
        name, found: importer.described(node.inputs),
        expected: "constants of at most 2^22 numbers: the shape of the result depends on them")
    }
    return value
  }
}

/// The different ones among rows of numbers.
private struct DifferentRows {
  /// Where each is first; for every row, which it is; and how often each is there.
  private(set) var first: [Int] = []
  private(set) var place: [Int] = []
  private(set) var count: [Int] = []

  init(_ rows: [[Double]], sorted: Bool) {
    let order = rows.indices.sorted { a, b in
      rows[a].lexicographicallyPrecedes(rows[b]) || rows[a] == rows[b] && a < b
    }
    place = [Int](repeating: 0, count: rows.count)
    for index in order {
      if let last = first.last, rows[last] == rows[index] {
        count[count.count - 1] += 1
      } else {
        first.append(index)
        count.append(1)
      }
      place[index] = first.count - 1
    }
    if sorted { return }
    let arrival = first.indices.sorted { first[$0] < first[$1] }
    var rank = [Int](repeating: 0, count: first.count)
    for (position, index) in arrival.enumerated() { rank[index] = position }
    place = place.map { rank[$0] }
    (first, count) = (arrival.map { first[$0] }, arrival.map { count[$0] })
  }
}
