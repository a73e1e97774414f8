/// Sums over products as steps that do not depend on the size of the batch.

import Graphs
import Tensors

extension OnnxLowering {
  /// Σ over what the result does not name, of products of operands with named axes. Operands are multiplied from the left, two
  /// with one axis to sum over as matrices.
  static let einsum: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let text = try node.attribute { a throws(GraphError) in try a.text("equation", "") }
    let shapes = node.inputs.compactMap { importer.known[$0]?.shape }
    guard shapes.count == node.inputs.count, !shapes.isEmpty else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs), expected: "operands of known shapes")
    }
    let subscripts = try node.attribute { _ throws(GraphError) in try Subscripts(text, shapes) }
    var terms: [EinsumTerm] = []
    for (place, (name, labels)) in zip(node.inputs, subscripts.inputs).enumerated() {
      let term = EinsumTerm(value: name, labels: labels)
      terms.append(try term.diagonal("operand\(place)", &importer, node))
    }
    var total = terms.removeFirst()
    while !terms.isEmpty {
      let next = terms.removeFirst()
      let kept = Set(terms.flatMap(\.labels)).union(subscripts.output)
      total = try total.times(next, keeping: kept, "product\(terms.count)", &importer, node)
    }
    total = try total.summed(keeping: Set(subscripts.output), "sum", &importer, node)
    let order = subscripts.output.compactMap { total.labels.firstIndex(of: $0) }
    try importer.emit(Transpose(order), [total.value], node, output: node.outputs[0])
  }
}

/// A value and the labels of its axes.
private struct EinsumTerm {
  var value: String
  var labels: [Int]

  /// With one axis for each label: the diagonal where one stands twice.
  func diagonal(
    _ name: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> EinsumTerm {
    guard
      let second = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }),
      let first = labels.firstIndex(of: labels[second])
    else { return self }
    let rest = labels.indices.filter { $0 != first && $0 != second }
    guard let size = importer.known[value]?.fixedSize(first), size < 1 << 20 else {
      throw node.refused(
        "equation", found: "a label twice in \(importer.described([value]))",
        expected: "axes of known size there")
    }
    let turned = try importer.step(
      Transpose(rest + [first, second]), [value], "\(name).turned", of: node)
    let flat = try importer.step(
      Reshape(rest.map { _ in 0 } + [size * size], zeroCopies: true), [turned], "\(name).flat",
      of: node)
    let chosen = try importer.step(
      SliceAxis(rest.count, from: 0, count: size, step: size + 1), [flat], "\(name).diagonal",
      of: node)
    let term = EinsumTerm(value: chosen, labels: rest.map { labels[$0] } + [labels[first]])
    return try term.diagonal("\(name).again", &importer, node)
  }

  /// Summed over all labels but those in `kept`.
  func summed(
    keeping kept: Set<Int>, _ name: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> EinsumTerm {
    let axes = labels.indices.filter { !kept.contains(labels[$0]) }
    guard !axes.isEmpty else { return self }
    return EinsumTerm(
      value: try importer.step(Sum(axes), [value], name, of: node),
      labels: labels.filter { kept.contains($0) })
  }

  /// With the axes of `wanted` in that order; of size 1 where this term has none.
  private func arranged(
    as wanted: [Int], _ name: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let order = wanted.compactMap { labels.firstIndex(of: $0) }
    let turned = try importer.step(Transpose(order), [value], "\(name).turned", of: node)
    let missing = wanted.indices.filter { !labels.contains(wanted[$0]) }
    guard !missing.isEmpty else { return turned }
    return try importer.step(ExpandAxes(missing), [turned], "\(name).expanded", of: node)
  }

  /// The product with `other`, summed over what is in neither `kept` nor alone in one of them.
  func times(
    _ other: EinsumTerm, keeping kept: Set<Int>, _ name: String, _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) -> EinsumTerm {
    let a = try summed(
      keeping: kept.union(other.labels), "\(name).left", &importer, node)
    let b = try other.summed(
      keeping: kept.union(labels), "\(name).right", &importer, node)
    let common = a.labels.filter { b.labels.contains($0) }
    let batch = common.filter { kept.contains($0) }
    let inner = common.filter { !kept.contains($0) }
    let left = a.labels.filter { !b.labels.contains($0) }
    let right = b.labels.filter { !a.labels.contains($0) }
    guard inner.count == 1, left.count == 1, right.count == 1 else {
      let all = batch + left + right + inner
      let product = try importer.step(
        Multiply(),
        [
          a.arranged(as: all, "\(name).a", &importer, node),
          b.arranged(as: all, "\(name).b", &importer, node),
        ], "\(name).all", of: node)
      return try EinsumTerm(value: product, labels: all)
        .summed(keeping: kept, "\(name).sum", &importer, node)
    }
    let product = try importer.step(
      MatrixProduct(),
      [
        a.arranged(as: batch + left + inner, "\(name).a", &importer, node),
        b.arranged(as: batch + inner + right, "\(name).b", &importer, node),
      ], "\(name).matrix", of: node)
    return EinsumTerm(value: product, labels: batch + left + right)
  }
}
