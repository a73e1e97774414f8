/// Writing at computed places along an axis, as steps.

import Graphs
import Tensors

/// Data with elements along an axis set to updates, or joined with them; all have as many axes.
struct Scattering {
  private let data, updates: String
  /// Counted from the start of the axis.
  private let indices: String
  private let axis: Int
  private let reduction: String
  /// The shape of the data for a batch of one.
  private let shape: [Int]
  /// How many elements the indices leave out at the end of each other axis.
  private let missing: [Int]
  /// Whether no two indices name the same place.
  private let areDistinct: Bool

  init(
    _ data: String, _ indices: String, _ updates: String, axis: Int, _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) {
    reduction = try node.attribute { a throws(GraphError) in try a.text("reduction", "none") }
    guard ["none", "add", "mul", "max", "min"].contains(reduction) else {
      throw node.refused("reduction", found: reduction, expected: "none, add, mul, max or min")
    }
    guard let shape = importer.known[data]?.shape, let given = importer.known[indices]?.shape,
      importer.known[updates]?.shape == given, shape.count == given.count,
      shape.indices.allSatisfy({ $0 == axis || given[$0] <= shape[$0] })
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "indices and updates of one shape, which fits into the data's")
    }
    (self.data, self.updates, self.axis, self.shape) = (data, updates, axis, shape)
    missing = shape.indices.map { $0 == axis ? 0 : shape[$0] - given[$0] }
    areDistinct = importer.known[indices]?.constant.map { Self.areDistinct($0, axis) } ?? false
    let sizes = try importer.step(
      ShapeOf(from: axis, to: axis + 1), [data], "size", of: node)
    self.indices = try importer.wrapped(indices, size: sizes, "from start", of: node)
  }

  /// Whether the indices along each line of an axis differ; those of other signs may not.
  private static func areDistinct(_ indices: Tensor, _ axis: Int) -> Bool {
    let numbers = indices.integers
    guard numbers.allSatisfy({ $0 >= 0 }) else { return false }
    guard numbers.count > 0 else { return true }
    let (size, inner) = (indices.shape[axis], indices.shape[(axis + 1)...].reduce(1, *))
    for outer in 0..<numbers.count / (size * inner) {
      for place in 0..<inner {
        let line = (0..<size).map { numbers[(outer * size + $0) * inner + place] }
        if Set(line).count < size { return false }
      }
    }
    return true
  }

  /// The name of the result.
  func result(
    _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let joined: String
    switch reduction {
    case "none": joined = try set(&importer, node)
    case "add":
      let sums = try put(updates, indices, "sums", &importer, node)
      joined = try importer.step(Add(), [data, sums], "joined", of: node)
    case "mul": joined = try combined(Product([axis]), Multiply(), 1, &importer, node)
    case "max":
      joined = try combined(Max([axis]), Maximum(), -.infinity, &importer, node)
    default: joined = try combined(Min([axis]), Minimum(), .infinity, &importer, node)
    }
    // Sums are made in a type with room for them.
    guard let type = importer.known[data]?.type, type == .u8 || type == .bool else { return joined }
    return try importer.step(Cast(to: type), [joined], "typed", of: node)
  }

  /// Of several updates of one place the last one stays: in the stable order of the places it stands before another place.
  private func set(
    _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    var (values, places) = (updates, indices)
    var written = try importer.step(Equal(), [places, places], "written", of: node)
    if !areDistinct {
      let order = try importer.step(ArgSort(axis), [places], "order", of: node)
      places = try importer.step(TakeAlong(axis), [indices, order], "sorted", of: node)
      let low = shape.indices.map { $0 == axis ? -1 : 0 }
      let next = try importer.step(
        Pad(low: low, high: low.map { -$0 }, value: -1), [places], "next", of: node)
      written = try importer.step(NotEqual(), [places, next], "last", of: node)
      let chosen = try importer.step(TakeAlong(axis), [updates, order], "chosen", of: node)
      let zero = try importer.number(0, "nothing", like: updates, of: node)
      values = try importer.step(Select(), [written, chosen, zero], "values", of: node)
    }
    let put = try put(values, places, "put", &importer, node)
    let count = try importer.step(Cast(to: .i64), [written], "count", of: node)
    let counts = try self.put(count, places, "counts", &importer, node)
    let touched = try importer.step(Cast(to: .bool), [counts], "touched", of: node)
    return try importer.step(Select(), [touched, put, data], "joined", of: node)
  }

  /// Values added to zeros of the data's shape at places along the axis.
  private func put(
    _ values: String, _ places: String, _ name: String, _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) -> String {
    var sums = "\(node.value).\(name)"
    if let size = importer.known[data]?.fixedSize(axis) {
      sums = try importer.step(PutAlongAdd(axis, size: size), [values, places], name, of: node)
    } else {
      var attributes = OnnxAttributes(node.operation)
      attributes.values["axis"] = .integer(axis)
      try importer.emit(
        Self.form, attributes, [values, places, "\(node.value).size"], node, output: sums,
        layer: "\(node.layer).\(name)")
    }
    guard missing.contains(where: { $0 > 0 }) else { return sums }
    return try importer.step(
      Pad(low: missing.map { _ in 0 }, high: missing), [sums], "\(name) whole", of: node)
  }

  /// For an axis whose size is known in a run.
  private static let form = OnnxForm("ScatterElements", parameters: [2]) {
    attributes throws(GraphError) in
    guard let size = try attributes.requiredParameter(2).integers.first else {
      throw .structure(reason: "the size of the axis is not known")
    }
    return PutAlongAdd(try attributes.integer("axis", 0), size: size)
  }

  /// The data joined with what `gather` makes of the updates of each place; `neutral` changes nothing.
  private func combined(
    _ gather: any Operator, _ join: any Operator, _ neutral: Double,
    _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    guard let size = importer.known[data]?.fixedSize(axis),
      let count = (importer.known[indices]?.shape ?? []).elementCount(),
      size == 0 || count <= OnnxImporter.largestFolded / size
    else {
      throw node.refused(
        "reduction", found: "\(reduction) of \(importer.described(node.inputs))",
        expected: "none or add for inputs of this size")
    }
    let isWhole = importer.known[updates]?.type?.isFloating == false
    let limit = isWhole && neutral.isInfinite ? (neutral < 0 ? -0x1p62 : 0x1p62) : neutral
    let nothing = try importer.step(
      Cast(to: isWhole ? .i64 : importer.known[updates]?.type ?? .f32),
      [
        importer.constant("neutral", of: node) { () throws(TensorError) in try .scalar(limit, .f64)
        }
      ],
      "nothing", of: node)
    let targets = try importer.counted(size, 0, of: shape.count - axis, "targets", node)
    let columns = try importer.step(ExpandAxes([axis + 1]), [indices], "columns", of: node)
    let here = try importer.step(Equal(), [columns, targets], "here", of: node)
    let values = try importer.step(ExpandAxes([axis + 1]), [updates], "column values", of: node)
    let shares = try importer.step(Select(), [here, values, nothing], "shares", of: node)
    var total = try importer.step(gather, [shares], "total", of: node)
    if missing.contains(where: { $0 > 0 }) {
      total = try importer.step(
        Pad(low: missing.map { _ in 0 }, high: missing, value: limit), [total], "total whole",
        of: node)
    }
    return try importer.step(join, [data, total], "joined", of: node)
  }
}
