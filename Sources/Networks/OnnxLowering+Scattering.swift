/// Reading and writing at computed places: GatherND, ScatterND, ScatterElements.

import Graphs
import Tensors

extension OnnxImporter {
  /// A constant that a step of a node reads; the name of its value.
  mutating func constant(
    _ name: String, of node: OnnxNode, _ make: () throws(TensorError) -> Tensor
  ) throws(NetworkError) -> String {
    let result = "\(node.value).\(name)"
    do throws(TensorError) { define(result, try make()) } catch {
      throw .tensor(name: result, error)
    }
    return result
  }

  /// Whole numbers counted from 0 along an axis of `rank`, the others of size 1.
  mutating func counted(
    _ count: Int, _ axis: Int, of rank: Int, _ name: String, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    guard count <= Self.largestFolded else {
      throw .absurdSize(what: "an axis at node \"\(node.label)\"", found: "\(count)")
    }
    return try constant(name, of: node) { () throws(TensorError) in
      let shape = (0..<rank).map { $0 == axis ? count : 1 }
      return try Tensor.arange(count, .i64).reshaped(shape)
    }
  }

  /// Indices with those that count from the end of an axis, of `size` elements, counted from its start.
  mutating func wrapped(
    _ indices: String, size: String, _ name: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    let zero = try number(0, "\(name).zero", like: indices, of: node)
    let negative = try step(Less(), [indices, zero], "\(name).negative", of: node)
    let whole = try step(Cast(to: .i64), [negative], "\(name).whole", of: node)
    let shift = try step(Multiply(), [whole, size], "\(name).shift", of: node)
    return try step(Add(), [indices, shift], name, of: node)
  }

  /// Indices repeated along a new last axis.
  fileprivate mutating func repeated(
    _ indices: String, _ count: Int, of node: OnnxNode
  ) throws(NetworkError) -> String {
    guard let rank = known[indices]?.shape?.count else {
      throw node.refused("indices", found: described([indices]), expected: "a known shape")
    }
    let column = try step(ExpandAxes([rank]), [indices], "column", of: node)
    let zeros = try constant("zeros", of: node) { () throws(TensorError) in
      try Tensor.zeros([count], .i64)
    }
    return try step(Add(), [column, zeros], "places", of: node)
  }
}

/// A value whose first axes are read or written by tuples of indices, with what lies between them as one axis.
private struct IndexTuples {
  /// Axes that the indices share with the data before those that they choose from.
  let shared: Int
  /// The number of indices in a tuple.
  let width: Int
  let shape: [Int]
  /// Sizes after the chosen axes, and their product.
  let rest: [Int]
  let row: Int
  /// The place of each tuple among the chosen axes as one, with the shape of the indices but their last axis.
  let places: String

  init(
    _ data: String, _ indices: String, shared: Int, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) {
    guard let shape = importer.known[data]?.shape,
      let width = importer.known[indices]?.fixedSize(-1),
      let rank = importer.known[indices]?.shape?.count, width > 0, shared >= 0, shared < rank,
      shared + width <= shape.count
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "data, and tuples of indices of its first axes")
    }
    let sizes = shape.indices.map { importer.known[data]?.fixedSize($0) }
    guard sizes.dropFirst().allSatisfy({ $0 != nil }),
      let row = shape[(shared + width)...].elementCount()
    else {
      throw node.refused(
        "inputs", found: importer.described([data]), expected: "known sizes after the first axis")
    }
    (self.shared, self.width, self.shape, self.row) = (shared, width, shape, row)
    rest = Array(shape[(shared + width)...])
    places = try Self.places(
      indices, Array(shape[shared..<(shared + width)]), &importer, node)
  }

  /// Σ index · stride, with the strides of the chosen axes; the first index may count from the end.
  private static func places(
    _ indices: String, _ sizes: [Int], _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let strides = sizes.indices.map { sizes[($0 + 1)...].elementCount() ?? 0 }
    let limits = try importer.constant("sizes", of: node) { () throws(TensorError) in
      try Tensor([0] + sizes.dropFirst(), [sizes.count])
    }
    let inside = try importer.wrapped(indices, size: limits, "inside", of: node)
    let steps = try importer.constant("strides", of: node) { () throws(TensorError) in
      try Tensor(strides, [sizes.count])
    }
    let parts = try importer.step(Multiply(), [inside, steps], "parts", of: node)
    return try importer.step(Sum([-1]), [parts], "flat", of: node)
  }

  /// The sizes of the data, -1 for a first one that is open.
  func sizes(_ data: String, _ importer: OnnxImporter) -> [Int] {
    importer.known[data]?.fixedSize(0) == nil ? [-1] + shape.dropFirst() : shape
  }
}

extension OnnxLowering {
  /// The slices of the data that tuples of indices name; with `batch_dims` axes that both share.
  static let gatherTuples: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (data, indices) = try pair(importer, node)
    let shared = try node.attribute { a throws(GraphError) in try a.integer("batch_dims", 0) }
    let tuples = try IndexTuples(data, indices, shared: shared, &importer, node)
    guard shared > 0 else {
      let table =
        tuples.width == 1
        ? data
        : try importer.step(Reshape([-1] + tuples.rest), [data], "table", of: node)
      return try importer.emit(
        Gather(0), [table, tuples.places], node, output: node.outputs[0])
    }
    guard let asked = importer.known[indices]?.shape?.dropLast(),
      let count = asked[shared...].elementCount(),
      let chosen = tuples.shape[shared..<(shared + tuples.width)].elementCount(),
      asked.indices.dropFirst(1).allSatisfy({ importer.known[indices]?.fixedSize($0) != nil }),
      shared == 1 || importer.known[data]?.fixedSize(0) != nil
    else {
      throw node.refused(
        "batch_dims", found: importer.described(node.inputs), expected: "known sizes")
    }
    // Of several shared axes none is open; one is copied, whatever its size.
    let lead = shared == 1 ? 0 : tuples.shape[..<shared].elementCount() ?? 0
    let table = try importer.step(
      Reshape([lead, chosen, tuples.row], zeroCopies: true), [data], "table", of: node)
    let flat = try importer.step(
      Reshape([lead, count], zeroCopies: true), [tuples.places], "rows", of: node)
    let places = try importer.repeated(flat, tuples.row, of: node)
    let found = try importer.step(TakeAlong(1), [table, places], "found", of: node)
    try importer.emit(
      Reshape([shared == 1 ? 0 : asked[0]] + asked.dropFirst() + tuples.rest, zeroCopies: true),
      [found], node, output: node.outputs[0])
  }

  /// The data with the slices that tuples of indices name set to the updates, or joined with them.
  static let scatterTuples: Lower = { importer, node throws(NetworkError) in
    let (data, indices) = try pair(importer, node)
    guard let updates = node.input(2) else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "3")
    }
    let tuples = try IndexTuples(data, indices, shared: 0, &importer, node)
    guard tuples.row > 0 else {
      return try importer.emit(Identity(), [data], node, output: node.outputs[0])
    }
    let table = try importer.step(Reshape([-1, tuples.row]), [data], "table", of: node)
    let rows = try importer.step(Reshape([-1, tuples.row]), [updates], "rows", of: node)
    let flat = try importer.step(Reshape([-1]), [tuples.places], "row places", of: node)
    let places = try importer.repeated(flat, tuples.row, of: node)
    let scattering = try Scattering(table, places, rows, axis: 0, &importer, node)
    let result = try scattering.result(&importer, node)
    try importer.emit(
      Reshape(tuples.sizes(data, importer)), [result], node, output: node.outputs[0])
  }

  /// The data with elements along an axis set to the updates, or joined with them.
  static let scatterElements: Lower = { importer, node throws(NetworkError) in
    let (data, indices) = try pair(importer, node)
    let axis = try node.attribute { a throws(GraphError) in try a.integer("axis", 0) }
    guard let updates = node.input(2), let rank = importer.known[data]?.shape?.count,
      importer.known[indices]?.shape?.count == rank, (-rank..<rank).contains(axis)
    else {
      throw node.refused(
        "axis", found: "\(axis) of \(importer.described(node.inputs))",
        expected: "an axis of data, indices and updates of one rank")
    }
    let scattering = try Scattering(
      data, indices, updates, axis: axis < 0 ? axis + rank : axis, &importer, node)
    let result = try scattering.result(&importer, node)
    try importer.emit(Identity(), [result], node, output: node.outputs[0])
  }

  /// The data and the indices of a node.
  private static func pair(
    _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> (data: String, indices: String) {
    try importer.requireSingleOutput(node)
    guard let data = node.input(0), let indices = node.input(1) else {
      throw node.refused("inputs", found: "\(node.inputs.count)", expected: "data and indices")
    }
    return (data, indices)
  }
}
