/// Attention as steps.

import Graphs
import Tensors

extension OnnxLowering {
  /// softmax(scale · Q Kᵀ, limited and masked) V for each head (Vaswani et al. 2017, equation 1). A
  /// query that may look nowhere gives 0.
  static let attention: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    for place in [4, 5, 6] where node.input(place) != nil {
      throw node.refused("inputs", found: "a cache", expected: "none")
    }
    for name in ["left_window_size", "right_window_size"] {
      let size = try node.attribute { a throws(GraphError) in try a.integer(name, -1) }
      if size >= 0 { throw node.refused(name, found: "\(size)", expected: "-1") }
    }
    let heads = try AttentionHeads(&importer, node)
    var scores = try heads.scores(&importer, node)
    let seen = try heads.mask(&scores, &importer, node)
    var shares = try importer.step(Softmax(-1), [scores], "softmax", of: node)
    if let seen {
      let zero = try importer.number(0, "nothing", like: heads.query, of: node)
      shares = try importer.step(Select(), [seen, shares, zero], "shares", of: node)
    }
    guard heads.isFlat else {
      return try importer.emit(
        MatrixProduct(), [shares, heads.value], node, output: node.outputs[0])
    }
    let mixed = try importer.step(MatrixProduct(), [shares, heads.value], "mixed", of: node)
    let turned = try importer.step(Transpose([0, 2, 1, 3]), [mixed], "turned", of: node)
    try importer.emit(
      Reshape([0, 0, -1], zeroCopies: true), [turned], node, output: node.outputs[0])
  }
}

/// The operands of an attention as [batch, heads, places, width].
private struct AttentionHeads {
  let query, key, value: String
  /// Whether the heads lie one after another in the last of three axes.
  let isFlat: Bool

  init(_ importer: inout OnnxImporter, _ node: OnnxNode) throws(NetworkError) {
    guard let q = node.input(0), let k = node.input(1), let v = node.input(2),
      let rank = importer.known[q]?.shape?.count, rank == 3 || rank == 4,
      importer.known[k]?.shape?.count == rank, importer.known[v]?.shape?.count == rank
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs), expected: "three or four axes each")
    }
    let counts = try node.attribute { a throws(GraphError) in
      (try a.integer("q_num_heads", 0), try a.integer("kv_num_heads", 0))
    }
    let own = rank == 3 ? counts.0 : importer.known[q]?.fixedSize(1) ?? 0
    let others = rank == 3 ? counts.1 : importer.known[k]?.fixedSize(1) ?? 0
    guard own > 0, others > 0, own % others == 0 else {
      throw node.refused(
        "q_num_heads and kv_num_heads", found: "\(own) and \(others)",
        expected: "a multiple and a divisor")
    }
    isFlat = rank == 3
    query = try Self.split(q, own, "query", isFlat, &importer, node)
    var (key, value) = (
      try Self.split(k, others, "key", isFlat, &importer, node),
      try Self.split(v, others, "value", isFlat, &importer, node)
    )
    if own != others {
      // Neighbouring heads of the query share one of the key and the value.
      let places = "\(node.value).groups"
      do throws(TensorError) {
        importer.define(places, try Tensor((0..<own).map { $0 / (own / others) }))
      } catch {
        throw .tensor(name: places, error)
      }
      key = try importer.step(Gather(1), [key, places], "keys", of: node)
      value = try importer.step(Gather(1), [value, places], "values", of: node)
    }
    (self.key, self.value) = (key, value)
  }

  private static func split(
    _ x: String, _ heads: Int, _ name: String, _ isFlat: Bool, _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) -> String {
    guard isFlat else { return x }
    let parts = try importer.step(
      Reshape([0, 0, heads, -1], zeroCopies: true), [x], "\(name).parts", of: node)
    return try importer.step(Transpose([0, 2, 1, 3]), [parts], name, of: node)
  }

  /// scale · Q Kᵀ, limited to ±softcap if that is given.
  func scores(
    _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let width = importer.known[query]?.fixedSize(3) ?? 1
    let (scale, limit) = try node.attribute { a throws(GraphError) in
      (try a.float("scale", 1 / Double(max(1, width)).squareRoot()), try a.float("softcap", 0))
    }
    let factor = try importer.number(scale, "scale", like: query, of: node)
    let scaled = try importer.step(Multiply(), [query, factor], "scaled", of: node)
    let turned = try importer.step(Transpose([0, 1, 3, 2]), [key], "turned key", of: node)
    let scores = try importer.step(MatrixProduct(), [scaled, turned], "scores", of: node)
    guard limit > 0 else { return scores }
    let cap = try importer.number(limit, "softcap", like: query, of: node)
    let ratio = try importer.step(Divide(), [scores, cap], "ratio", of: node)
    let bounded = try importer.step(Tanh(), [ratio], "bounded", of: node)
    return try importer.step(Multiply(), [bounded, cap], "limited", of: node)
  }

  /// Masks the scores; where a query may look, if that is limited by more than numbers that are added.
  func mask(
    _ scores: inout String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String? {
    var seen: String?
    if let mask = node.input(3) {
      let known = importer.known[mask]
      guard known?.fixedSize(-1) == importer.known[key]?.fixedSize(2), known?.fixedSize(-1) != nil
      else {
        throw node.refused(
          "attn_mask", found: importer.described([mask]), expected: "one number for each key")
      }
      if known?.type == .bool {
        seen = mask
      } else {
        scores = try importer.step(Add(), [scores, mask], "masked", of: node)
      }
    }
    if try node.attribute({ a throws(GraphError) in try a.integer("is_causal", 0) }) != 0 {
      let triangle = try triangle(&importer, node)
      seen =
        if let mask = seen {
          try importer.step(LogicalAnd(), [mask, triangle], "seen", of: node)
        } else { triangle }
    }
    guard let seen else { return nil }
    let far = try importer.number(-1e30, "far", like: query, of: node)
    scores = try importer.step(Select(), [seen, scores, far], "visible", of: node)
    return seen
  }

  /// Where a place may look that sees only itself and those before it.
  private func triangle(
    _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    guard let rows = importer.known[query]?.fixedSize(2),
      let columns = importer.known[key]?.fixedSize(2), max(rows, columns) < 1 << 20,
      rows * columns <= OnnxImporter.largestFolded
    else {
      throw node.refused(
        "is_causal", found: importer.described([query, key]), expected: "known sizes")
    }
    let name = "\(node.value).triangle"
    do throws(TensorError) {
      let places = (0..<rows).flatMap { row in (0..<columns).map { $0 <= row } }
      importer.define(name, try Tensor(places, [rows, columns]))
    } catch {
      throw .tensor(name: name, error)
    }
    return name
  }
}
