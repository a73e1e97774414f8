// Einsum: sums over products of tensors, named by subscripts, as matrix products in a good order.
import Tensors

/// A sum over products of tensors of known shapes, and the order in which it is computed.
package struct Einsum: Sendable {
  /// The labels of operands and result.
  package let subscripts: Subscripts
  /// The order of the products.
  package let order: ContractionOrder

  /// A tensor whose axes have different labels.
  private struct Term {
    var value: Variable
    var labels: [Int]
  }

  /// Reads the subscripts ("ij,jk->ik") for operands of these shapes.
  package init(
    _ text: String, _ shapes: [[Int]], optimised: Bool = true
  ) throws(GraphError) {
    let subscripts = try Subscripts(text, shapes)
    self.subscripts = subscripts
    let reduced = zip(subscripts.inputs, shapes).map { labels, shape in
      Array(Set(zip(labels, shape).filter { !subscripts.repeats($0, $1) }.map(\.0)))
    }
    order = ContractionOrder(
      reduced, output: subscripts.output, sizes: subscripts.sizes, optimised: optimised)
  }

  /// The subscripts of each product, such as "ij,jk->ik", in order.
  package var steps: [String] {
    var list = subscripts.inputs
    return order.pairs.map { first, second in
      let (b, a) = (list.remove(at: second), list.remove(at: first))
      let kept = Set(list.joined()).union(subscripts.output)
      var result: [Int] = []
      for label in a + b where kept.contains(label) && !result.contains(label) {
        result.append(label)
      }
      list.append(result)
      let last = list.count == 1 ? subscripts.output : result
      return "\(Subscripts.string(a)),\(Subscripts.string(b))->\(Subscripts.string(last))"
    }
  }

  /// The sum over products of operands of those shapes.
  package func applied(to operands: [Variable]) throws(GraphError) -> Variable {
    var terms: [Term] = []
    for (value, labels) in zip(operands, subscripts.inputs) {
      terms.append(try reduced(Term(value: value, labels: labels)))
    }
    for (first, second) in order.pairs {
      let (b, a) = (terms.remove(at: second), terms.remove(at: first))
      terms.append(try product(a, b, kept: Set(terms.flatMap(\.labels)).union(subscripts.output)))
    }
    guard let last = terms.first else {
      throw .subscripts(subscripts.text, reason: "there are no operands")
    }
    return try arranged(
      summed(last, keeping: Set(subscripts.output)), as: subscripts.output)
  }

  /// Without the axes of size 1 that meet a larger size, and with one axis for each label: the diagonal where a label
  /// stands twice.
  private func reduced(_ term: Term) throws(GraphError) -> Term {
    var term = term
    let kept = term.labels.indices.filter {
      !subscripts.repeats(term.labels[$0], term.value.shape[$0])
    }
    if kept.count < term.labels.count {
      term.value = try term.value.reshaped(kept.map { term.value.shape[$0] })
      term.labels = kept.map { term.labels[$0] }
    }
    while let second = term.labels.indices.first(where: {
      term.labels[..<$0].contains(term.labels[$0])
    }),
      let first = term.labels.firstIndex(of: term.labels[second])
    {
      term = try diagonal(of: term, first, second)
    }
    return term
  }

  /// Two axes of one size as one: every (n + 1)-th element of both as one axis.
  private func diagonal(of term: Term, _ first: Int, _ second: Int) throws(GraphError) -> Term {
    let rest = term.labels.indices.filter { $0 != first && $0 != second }
    let size = term.value.shape[first]
    let shape = rest.map { term.value.shape[$0] }
    let square = try ShapeRule.count("einsum", [size, size])
    let value = try term.value.applying(Transpose(rest + [first, second]))
      .reshaped(shape + [square])
      .applying(SliceAxis(rest.count, from: 0, count: size, step: size + 1))
    return Term(value: value, labels: rest.map { term.labels[$0] } + [term.labels[first]])
  }

  /// Summed over all labels but those in `kept`.
  private func summed(_ term: Term, keeping kept: Set<Int>) throws(GraphError) -> Term {
    let axes = term.labels.indices.filter { !kept.contains(term.labels[$0]) }
    if axes.isEmpty { return term }
    return Term(
      value: try term.value.sum(axes), labels: term.labels.filter { kept.contains($0) })
  }

  /// With the axes in the order of `labels`, which are the same.
  private func arranged(_ term: Term, as labels: [Int]) throws(GraphError) -> Variable {
    let order = labels.compactMap { term.labels.firstIndex(of: $0) }
    return order == Array(order.indices) ? term.value : try term.value.applying(Transpose(order))
  }

  /// The product of two terms, summed over the labels that are not in `kept`: a matrix product over those that both have.
  private func product(_ a: Term, _ b: Term, kept: Set<Int>) throws(GraphError) -> Term {
    let (inA, inB) = (Set(a.labels), Set(b.labels))
    let a = try summed(a, keeping: kept.union(inB))
    let b = try summed(b, keeping: kept.union(inA))
    let batch = a.labels.filter { inB.contains($0) && kept.contains($0) }
    let inner = a.labels.filter { inB.contains($0) && !kept.contains($0) }
    let left = a.labels.filter { !inB.contains($0) }
    let right = b.labels.filter { !inA.contains($0) }
    let (x, y) = (
      try arranged(a, as: batch + left + inner), try arranged(b, as: batch + inner + right)
    )
    let sizes = [batch, left, inner, right].map { part in part.map { subscripts.sizes[$0] ?? 1 } }
    var counts: [Int] = []
    for part in sizes { counts.append(try ShapeRule.count("einsum", part)) }
    let value: Variable
    if inner.isEmpty {
      value = try x.reshaped([counts[0], counts[1], 1]) * y.reshaped([counts[0], 1, counts[3]])
    } else if counts[0] > 1, counts[1] == 1, counts[3] == 1 {
      value = try (x.reshaped([counts[0], counts[2]]) * y.reshaped([counts[0], counts[2]])).sum([1])
    } else {
      let lead = batch.isEmpty ? [] : [counts[0]]
      value = try apply(
        MatrixProduct(), x.reshaped(lead + [counts[1], counts[2]]),
        y.reshaped(lead + [counts[2], counts[3]]))
    }
    return Term(
      value: try value.reshaped(sizes[0] + sizes[1] + sizes[3]), labels: batch + left + right)
  }
}

extension Subscripts {
  /// Whether an axis of this label and size is repeated to the size that the label has elsewhere.
  func repeats(_ label: Int, _ size: Int) -> Bool { size == 1 && sizes[label, default: 1] != 1 }
}
