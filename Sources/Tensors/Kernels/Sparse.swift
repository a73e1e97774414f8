// Products with sparse matrices, and their adjoint.

import CKernels

extension Kernels {
  /// Columns that are summed at once.
  private static let block = 512

  /// A · x for the matrix with `values` [entries] in a pattern [rows, columns] and x […, columns, k]: […, rows, k]. Sums
  /// are in double precision.
  package static func sparseProduct(
    _ pattern: SparsePattern, _ values: Tensor, _ x: Tensor
  ) throws(TensorError) -> Tensor {
    guard x.rank >= 2, x.shape[x.rank - 2] == pattern.columns, values.shape == [pattern.count]
    else {
      throw .shapes(
        operation: "sparse product", shapes: [[pattern.rows, pattern.columns], x.shape],
        reason: "the first has \(pattern.columns) columns")
    }
    let type = max(values.type, x.type).real
    let (values, x) = (
      try values.cast(to: type).contiguous(), try x.cast(to: type).contiguous()
    )
    var shape = x.shape
    shape[x.rank - 2] = pattern.rows
    let result = try Tensor(uninitialised: shape, type)
    let whole =
      type == .f64
      ? multiply(pattern, values, x, result, ck_accumulate_double)
      : multiply(pattern, values, x, result, ck_accumulate_single)
    if !whole { throw .interrupted(operation: "sparse product") }
    return result
  }

  private static func multiply<T: BinaryFloatingPoint>(
    _ pattern: SparsePattern, _ values: Tensor, _ x: Tensor, _ result: Tensor,
    _ add: (UnsafePointer<T>, Int, Double, UnsafeMutablePointer<Double>) -> Void
  ) -> Bool {
    let width = x.shape[x.rank - 1]
    if result.count == 0 { return !Interruption.requested }
    let batch = result.count / (pattern.rows * width)
    let (factors, from, to) = (values.pointer(T.self), x.pointer(T.self), result.pointer(T.self))
    let chunk = rowsPerItem(pattern, width)
    let items = (pattern.rows + chunk - 1) / chunk
    return Threads.forEach(batch * items) { item in
      let (image, first) = (item / items, item % items * chunk)
      let source = from + image * pattern.columns * width
      withUnsafeTemporaryAllocation(of: Double.self, capacity: block) { buffer in
        guard let sums = buffer.baseAddress else { return }
        for row in first..<min(first + chunk, pattern.rows) {
          let out = to + (image * pattern.rows + row) * width
          for start in stride(from: 0, to: width, by: block) {
            let count = min(block, width - start)
            sums.initialize(repeating: 0, count: count)
            for entry in pattern.offsets[row]..<pattern.offsets[row + 1] {
              let line = source + pattern.indices[entry] * width + start
              add(line, count, Double(factors[entry]), sums)
            }
            for k in 0..<count { out[start + k] = T(sums[k]) }
          }
        }
      }
    }
  }

  /// For each entry of a pattern the product of row r of x […, rows, k] and row c of y […, columns, k], summed over the
  /// leading axes: [entries].
  package static func sampledProduct(
    _ pattern: SparsePattern, _ x: Tensor, _ y: Tensor
  ) throws(TensorError) -> Tensor {
    guard x.rank >= 2, x.shape.dropLast(2) == y.shape.dropLast(2),
      Array(x.shape.suffix(2)) == [pattern.rows, x.shape[x.rank - 1]],
      Array(y.shape.suffix(2)) == [pattern.columns, x.shape[x.rank - 1]]
    else {
      throw .shapes(
        operation: "sampled product", shapes: [x.shape, y.shape],
        reason: "the pattern has \(pattern.rows) rows and \(pattern.columns) columns")
    }
    let type = max(x.type, y.type).real
    let (x, y) = (try x.cast(to: type).contiguous(), try y.cast(to: type).contiguous())
    let result = try Tensor(uninitialised: [pattern.count], type)
    let whole =
      type == .f64
      ? sample(pattern, x, y, result, Double.self) : sample(pattern, x, y, result, Float.self)
    if !whole { throw .interrupted(operation: "sampled product") }
    return result
  }

  private static func sample<T: BinaryFloatingPoint>(
    _ pattern: SparsePattern, _ x: Tensor, _ y: Tensor, _ result: Tensor, _: T.Type
  ) -> Bool {
    let width = x.shape[x.rank - 1]
    let batch = x.shape.dropLast(2).reduce(1, &*)
    let (left, right, to) = (x.pointer(T.self), y.pointer(T.self), result.pointer(T.self))
    let chunk = rowsPerItem(pattern, width * max(1, batch))
    return Threads.forEach((pattern.rows + chunk - 1) / chunk) { item in
      for row in item * chunk..<min((item + 1) * chunk, pattern.rows) {
        for entry in pattern.offsets[row]..<pattern.offsets[row + 1] {
          var sum = 0.0
          for image in 0..<batch {
            let a = left + (image * pattern.rows + row) * width
            let b = right + (image * pattern.columns + pattern.indices[entry]) * width
            for k in 0..<width { sum += Double(a[k]) * Double(b[k]) }
          }
          to[entry] = T(sum)
        }
      }
    }
  }

  /// Rows that make an item for a thread worth its while.
  private static func rowsPerItem(_ pattern: SparsePattern, _ width: Int) -> Int {
    let work = (pattern.count / max(1, pattern.rows) + 1) * max(1, width)
    return max(1, (1 << 14) / work)
  }
}
