// Networks whose file fixes the number of examples, run on any number of them.
import Tensors

extension Graph {
  /// The number of examples that the file fixes: the first size of the inputs that count them; nil where it is open.
  package var fixedBatch: Int? {
    let counting = inputs.filter { $0.countsExamples && !$0.shape.isEmpty }
    guard let first = counting.first, first.shape.count > 1 || inputs.count > 1,
      let size = first.shape[0], size > 0, counting.allSatisfy({ $0.shape[0] == size })
    else { return nil }
    return size
  }

  /// The first output for any number of examples: as many at a time as the file fixes. The last part is filled up with
  /// copies of its first example, of which nothing is given back.
  package func runInParts(_ xs: [Variable]) throws(GraphError) -> Variable {
    guard let size = fixedBatch, let count = exampleCount(xs), count != size, count > 0 else {
      return try run(xs)[0]
    }
    var parts: [Variable] = []
    for start in stride(from: 0, to: count, by: size) {
      let kept = min(size, count - start)
      let output = try run(part(of: xs, from: start, count: kept, size))[0]
      guard output.shape.first == size else {
        throw .shapes(
          operation: "network", shapes: xs.map(\.shape) + [output.shape],
          reason: "the file fixes \(size) examples, and its output is not one for each")
      }
      parts.append(
        kept < size ? try output.applying(SliceAxis(0, from: 0, count: kept)) : output)
    }
    return parts.count == 1 ? parts[0] : try apply(Concatenate(0), parts)
  }

  /// How many examples there are, if the inputs that count them agree in that and everything fits but their number.
  private func exampleCount(_ xs: [Variable]) -> Int? {
    guard xs.count == inputs.count else { return nil }
    var counts: Set<Int> = []
    for (input, x) in zip(inputs, xs) where input.countsExamples && !input.shape.isEmpty {
      guard let count = x.shape.first, input.shape.count == x.rank,
        zip(input.shape, x.shape).dropFirst().allSatisfy({ $0 == nil || $0 == $1 })
      else { return nil }
      counts.insert(count)
    }
    return counts.count == 1 ? counts.first : nil
  }

  /// The inputs for `count` examples, and copies of the first of them up to `size`.
  private func part(
    of xs: [Variable], from start: Int, count: Int, _ size: Int
  ) throws(GraphError) -> [Variable] {
    var result: [Variable] = []
    for (input, x) in zip(inputs, xs) {
      guard input.countsExamples, !input.shape.isEmpty else {
        result.append(x)
        continue
      }
      var part = try x.applying(SliceAxis(0, from: start, count: count))
      if count < size {
        let filling = try part.applying(SliceAxis(0, from: 0, count: 1))
        part = try apply(
          Concatenate(0), [part] + [Variable](repeating: filling, count: size - count))
      }
      result.append(part)
    }
    return result
  }
}
