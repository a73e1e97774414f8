// Sums, means and extremes in single precision, along whichever axes lie together in memory.

import CKernels

/// A reduction of an f32 tensor: its axes in memory order, merged where they can be walked as one.
struct SingleReduction {
  private struct Axis {
    var extent: Int
    var step: Int
    let isReduced: Bool
    /// The stride in the result, 0 if reduced.
    var resultStep: Int
  }

  private let op: ReduceKernel
  private let x: Tensor
  private let length: Int
  /// Outermost first.
  private let kept: [Axis]
  private let reduced: [Axis]
  private let inner: Axis
  /// The rows of one output, made once for all.
  private let folds: Sweep

  /// A reduction to a row-major result.
  init(_ op: ReduceKernel, _ x: Tensor, _ axes: [Int]) {
    (self.op, self.x) = (op, x)
    length = axes.reduce(1) { $0 &* x.shape[$1] }
    var resultSteps = [Int](repeating: 0, count: x.rank)
    var step = 1
    for axis in x.shape.indices.reversed() where !axes.contains(axis) {
      resultSteps[axis] = step
      step &*= max(1, x.shape[axis])
    }
    var list: [Axis] = []
    let order = x.shape.indices.sorted {
      x.strides[$0] != x.strides[$1] ? x.strides[$0] > x.strides[$1] : $0 < $1
    }
    for axis in order where x.shape[axis] != 1 {
      let next = Axis(
        extent: x.shape[axis], step: x.strides[axis], isReduced: axes.contains(axis),
        resultStep: resultSteps[axis])
      if let last = list.last, last.isReduced == next.isReduced,
        last.step == next.step &* next.extent,
        next.isReduced || last.resultStep == next.resultStep &* next.extent
      {
        list[list.count - 1] = Axis(
          extent: last.extent &* next.extent, step: next.step, isReduced: next.isReduced,
          resultStep: next.resultStep)
      } else {
        list.append(next)
      }
    }
    // The kernels need neighbours: if there are none, every element is a row of its own.
    let last = list.last
    let whole = last?.step == 1 ? list.removeLast() : nil
    inner = whole ?? Axis(extent: 1, step: 1, isReduced: true, resultStep: 0)
    kept = list.filter { !$0.isReduced }
    reduced = list.filter(\.isReduced)
    folds = Sweep.rowMajor(reduced.map(\.extent), [reduced.map(\.step)])
  }

  /// The sum, mean or extreme of all elements of a small tensor without gaps, or nil for other
  /// tensors.
  static func ofAll(_ op: ReduceKernel, _ x: Tensor) -> Float? {
    guard x.count > 0, x.count <= 1 << 16, x.isContiguous else { return nil }
    let from = x.pointer(Float.self)
    return switch op {
    case .sum: Float(ck_sum(from, x.count))
    case .mean: Float(ck_sum(from, x.count) / Double(x.count))
    case .max: ck_extreme(from, x.count, true)
    case .min: ck_extreme(from, x.count, false)
    case .product, .any, .all: nil
    }
  }

  /// Computes every element of `result`, row-major.
  func run(into result: Tensor) throws(TensorError) {
    if result.count == 0 { return }
    if length == 0 {
      let value: Float = op == .mean ? .nan : 0
      result.pointer(Float.self).update(repeating: value, count: result.count)
      return
    }
    let outer = Sweep.rowMajor(
      kept.map(\.extent), [kept.map(\.resultStep), kept.map(\.step)])
    // Rows within one output: fixed parts, so that the result does not depend on the threads.
    let whole: Bool
    if kept.isEmpty && inner.isReduced && reduced.isEmpty {
      whole = sumParts(into: result)
    } else if kept.isEmpty, !inner.isReduced, !isExtreme, let rows = reduced.first,
      reduced.count == 1
    {
      whole = try addParts(rows, into: result)
    } else {
      whole = outer.blocks(grain: max(1, (1 << 15) / max(1, x.count / outer.count))) {
        offsets, rows, columns, rowSteps, columnSteps in
        for row in 0..<rows {
          for column in 0..<columns {
            let to = offsets[0] + row * rowSteps[0] + column * columnSteps[0]
            let from = offsets[1] + row * rowSteps[1] + column * columnSteps[1]
            if inner.isReduced {
              foldRows(result.pointer(Float.self) + to, x.pointer(Float.self) + from)
            } else {
              foldColumns(result.pointer(Float.self) + to, x.pointer(Float.self) + from)
            }
          }
        }
      }
    }
    if !whole { throw .interrupted(operation: op.rawValue) }
  }

  private var isExtreme: Bool { op == .max || op == .min }

  /// What a sum becomes in the result.
  private func finish(_ sum: Double) -> Float {
    Float(op == .mean ? sum / Double(length) : sum)
  }

  /// One contiguous run of any length to one number.
  private func sumParts(into result: Tensor) -> Bool {
    let part = 1 << 16
    let count = (inner.extent + part - 1) / part
    let from = x.pointer(Float.self)
    var sums = [Double](repeating: 0, count: count)
    let whole = sums.withUnsafeMutableBufferPointer { sums in
      // Disjoint elements, one per item.
      nonisolated(unsafe) let sums = sums
      return Threads.forEach(count) { i in
        let size = min(part, inner.extent - i * part)
        sums[i] =
          isExtreme
          ? Double(ck_extreme(from + i * part, size, op == .max)) : ck_sum(from + i * part, size)
      }
    }
    let value: Double
    switch op {
    case .max: value = sums.reduce(-.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
    case .min: value = sums.reduce(.infinity) { $1 < $0 || $1.isNaN ? $1 : $0 }
    default: value = sums.reduce(0, +)
    }
    result.pointer(Float.self)[0] = isExtreme ? Float(value) : finish(value)
    return whole
  }

  /// Rows of neighbours to one row of sums, such as the gradient of a bias.
  private func addParts(_ rows: Axis, into result: Tensor) throws(TensorError) -> Bool {
    let n = inner.extent
    let part = max(1, (1 << 15) / n)
    let count = (rows.extent + part - 1) / part
    let from = x.pointer(Float.self)
    let kept = try Tensor.zeros([count, n], .f64)
    let sums = kept.pointer(Double.self)
    defer { withExtendedLifetime(kept) {} }
    let whole = Threads.forEach(count) { i in
      ck_add_rows(
        from + i * part * rows.step, rows.step, min(part, rows.extent - i * part), n, sums + i * n)
    }
    let to = result.pointer(Float.self)
    for j in 0..<n {
      var sum = 0.0
      for i in 0..<count { sum += sums[i * n + j] }
      to[j * inner.resultStep] = finish(sum)
    }
    return whole
  }

  /// One output whose elements lie in runs.
  private func foldRows(_ to: UnsafeMutablePointer<Float>, _ from: UnsafeMutablePointer<Float>) {
    if reduced.isEmpty {
      to.pointee =
        isExtreme
        ? ck_extreme(from, inner.extent, op == .max) : finish(ck_sum(from, inner.extent))
      return
    }
    var sum = 0.0
    var best = op == .max ? -Float.infinity : Float.infinity
    folds.rows { offsets, count, steps in
      for i in 0..<count {
        let row = from + offsets[0] + i * steps[0]
        if isExtreme {
          let value = ck_extreme(row, inner.extent, op == .max)
          if (op == .max ? value > best : value < best) || value.isNaN { best = value }
        } else {
          sum += inner.extent == 1 ? Double(row[0]) : ck_sum(row, inner.extent)
        }
      }
    }
    to.pointee = isExtreme ? best : finish(sum)
  }

  /// As many outputs as the inner axis has elements, folded row by row.
  private func foldColumns(_ to: UnsafeMutablePointer<Float>, _ from: UnsafeMutablePointer<Float>) {
    let n = inner.extent
    if isExtreme {
      withUnsafeTemporaryAllocation(of: Float.self, capacity: n) { best in
        guard let first = best.baseAddress else { return }
        best.initialize(repeating: op == .max ? -.infinity : .infinity)
        folds.rows { offsets, count, steps in
          ck_extreme_rows(from + offsets[0], steps[0], count, n, first, op == .max)
        }
        for i in 0..<n { to[i * inner.resultStep] = first[i] }
      }
      return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n) { sums in
      guard let first = sums.baseAddress else { return }
      sums.initialize(repeating: 0)
      folds.rows { offsets, count, steps in
        ck_add_rows(from + offsets[0], steps[0], count, n, first)
      }
      for i in 0..<n { to[i * inner.resultStep] = finish(first[i]) }
    }
  }
}
