// Networks whose file fixes the number of examples, run on any number of them.
import Tensors

extension Graph {
  /// The number of examples that the file fixes: the first size of its only input; nil where it is open.
  package var fixedBatch: Int? {
    guard inputs.count == 1, inputs[0].shape.count > 1, let size = inputs[0].shape[0], size > 0
    else { return nil }
    return size
  }

  /// The first output for any number of examples: as many at a time as the file fixes. The last part is filled up with
  /// copies of its first example, of which nothing is given back.
  package func runInParts(_ x: Variable) throws(GraphError) -> Variable {
    guard let size = fixedBatch, let count = x.shape.first, count != size, count > 0,
      zip(inputs[0].shape, x.shape).dropFirst().allSatisfy({ $0 == nil || $0 == $1 }),
      inputs[0].shape.count == x.shape.count
    else { return try run([x])[0] }
    var parts: [Variable] = []
    for start in stride(from: 0, to: count, by: size) {
      let kept = min(size, count - start)
      var part = try x.applying(SliceAxis(0, from: start, count: kept))
      if kept < size {
        let filling = try part.applying(SliceAxis(0, from: 0, count: 1))
        part = try apply(
          Concatenate(0), [part] + [Variable](repeating: filling, count: size - kept))
      }
      let output = try run([part])[0]
      guard output.shape.first == size else {
        throw .shapes(
          operation: "network", shapes: [x.shape, output.shape],
          reason: "the file fixes \(size) examples, and its output is not one for each")
      }
      parts.append(
        kept < size ? try output.applying(SliceAxis(0, from: 0, count: kept)) : output)
    }
    return parts.count == 1 ? parts[0] : try apply(Concatenate(0), parts)
  }
}
