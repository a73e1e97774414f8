// Functions along one axis: softmax, running sums and sorting.

import CKernels
import Glibc

/// A tensor seen as lanes along one axis.
struct Lanes {
  /// Elements per lane.
  let length: Int
  private let sweep: Sweep

  /// Lanes of tensors that agree in all axes but `axis`; `strides` are theirs.
  init(_ shape: [Int], axis: Int, _ strides: [[Int]]) {
    length = shape[axis]
    var others = shape
    others[axis] = 1
    sweep = .following(others, strides)
  }

  /// Calls `body` for each lane with the offset of its first element in each tensor.
  @inline(__always)
  func each(_ body: (UnsafePointer<Int>) -> Void) {
    sweep.rows(weight: length) { offsets, count, steps in
      let operands = sweep.strides.count
      withUnsafeTemporaryAllocation(of: Int.self, capacity: operands) { place in
        guard let first = place.baseAddress else { return }
        for i in 0..<count {
          for k in 0..<operands { first[k] = offsets[k] + i * steps[k] }
          body(first)
        }
      }
    }
  }
}

extension Kernels {
  /// exp(x) / Σ exp(x) along an axis, computed from x - max x. A lane of nothing but -∞ gives NaN.
  package static func softmax(_ x: Tensor, axis: Int) throws(TensorError) -> Tensor {
    try normalised("softmax", x, axis, logarithm: false)
  }

  /// The logarithm of `softmax`, computed as x - max x - log Σ exp(x - max x).
  package static func logSoftmax(_ x: Tensor, axis: Int) throws(TensorError) -> Tensor {
    try normalised("logSoftmax", x, axis, logarithm: true)
  }

  /// The gradient (g - Σ g y) y at the input of a softmax y over the last axis, for the gradient `g` at y; nil where the
  /// rows do not lie together in single precision.
  package static func softmaxGradient(_ g: Tensor, _ y: Tensor) throws(TensorError) -> Tensor? {
    guard g.type == .f32, y.type == .f32, g.shape == y.shape, g.count > 0, g.rank > 0,
      g.isContiguous, y.isContiguous
    else { return nil }
    let length = y.shape[y.rank - 1]
    let result = try Tensor(uninitialised: y.shape, .f32)
    let (from, value, to) = (
      g.pointer(Float.self), y.pointer(Float.self), result.pointer(Float.self)
    )
    let (count, perItem) = (y.count / length, max(1, (1 << 14) / length))
    let whole = Threads.forEach((count + perItem - 1) / perItem) { part in
      let start = part * perItem
      ck_softmax_rows_back(
        from + start * length, value + start * length, min(perItem, count - start), length,
        to + start * length)
    }
    if !whole { throw .interrupted(operation: "softmax gradient") }
    return withExtendedLifetime((g, y)) { result }
  }

  private static func normalised(
    _ name: String, _ x: Tensor, _ axis: Int, logarithm: Bool
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: x.shape, name)
    let source = try x.cast(to: x.type.real)
    if source.type == .f32 { return try singleNormalised(name, source, axis, logarithm) }
    let result = try Tensor(
      uninitialised: x.shape, strides: Sweep.resultStrides(x.shape, [source]), source.type)
    if x.count > 0 { normalise(source, result, axis, logarithm, Double.self) }
    return result
  }

  /// The vector loops work on rows, so the axis goes last and comes back as a view.
  private static func singleNormalised(
    _ name: String, _ x: Tensor, _ axis: Int, _ logarithm: Bool
  ) throws(TensorError) -> Tensor {
    var order = Array(x.shape.indices)
    order.append(order.remove(at: axis))
    let rows = try x.permuted(order).contiguous()
    let result = try Tensor(uninitialised: rows.shape, .f32)
    let (from, to) = (rows.pointer(Float.self), result.pointer(Float.self))
    let length = x.shape[axis]
    if x.count > 0 {
      let count = x.count / length
      let perItem = max(1, (1 << 14) / length)
      let whole = Threads.forEach((count + perItem - 1) / perItem) { part in
        for row in part * perItem..<min((part + 1) * perItem, count) {
          ck_softmax(from + row * length, to + row * length, length, logarithm)
        }
      }
      if !whole { throw .interrupted(operation: name) }
    }
    var back = Array(x.shape.indices.dropLast())
    back.insert(x.rank - 1, at: axis)
    return try result.permuted(back)
  }

  private static func normalise<T: BinaryFloatingPoint>(
    _ x: Tensor, _ result: Tensor, _ axis: Int, _ logarithm: Bool, _: T.Type
  ) {
    let (to, from) = (result.pointer(T.self), x.pointer(T.self))
    let (toStep, step) = (result.strides[axis], x.strides[axis])
    let lanes = Lanes(x.shape, axis: axis, [result.strides, x.strides])
    lanes.each { offsets in
      let (out, row) = (to + offsets[0], from + offsets[1])
      var largest = -T.infinity
      for i in 0..<lanes.length where row[i * step] > largest || row[i * step].isNaN {
        largest = row[i * step]
        if largest.isNaN { break }
      }
      var sum = 0.0
      for i in 0..<lanes.length { sum += exp(Double(row[i * step] - largest)) }
      let logSum = log(sum)
      for i in 0..<lanes.length {
        let shifted = Double(row[i * step] - largest)
        out[i * toStep] = T(logarithm ? shifted - logSum : exp(shifted) / sum)
      }
    }
  }

  /// The sum of each element and all before it along an axis; f32 is accumulated in double
  /// precision.
  package static func cumulativeSum(_ x: Tensor, axis: Int) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: x.shape, "cumulativeSum")
    let source = try x.cast(to: x.type.arithmetic)
    let result = try Tensor(
      uninitialised: x.shape, strides: Sweep.resultStrides(x.shape, [source]), source.type)
    let (toStep, step) = (result.strides[axis], source.strides[axis])
    let lanes = Lanes(x.shape, axis: axis, [result.strides, source.strides])
    func run<T, S>(_ zero: S, _ add: (S, T) -> S, _ store: (S) -> T) {
      let (to, from) = (result.pointer(T.self), source.pointer(T.self))
      lanes.each { offsets in
        var sum = zero
        for start in stride(from: 0, to: lanes.length, by: Sweep.slice) {
          if Interruption.requested { return }
          for i in start..<min(start + Sweep.slice, lanes.length) {
            sum = add(sum, from[offsets[1] + i * step])
            to[offsets[0] + i * toStep] = store(sum)
          }
        }
      }
    }
    switch source.type {
    case .f32: run(0.0, { $0 + Double($1 as Float) }, { Float($0) })
    case .f64: run(0.0, { $0 + ($1 as Double) }, { $0 })
    default:
      var whole = Whole()
      run(0, { whole.sum($0, $1 as Int) }, { $0 })
      try whole.check("cumulative_sum")
    }
    return result
  }

  /// The elements in order along an axis; equal elements keep their order, and NaN counts as larger
  /// than everything.
  package static func sort(
    _ x: Tensor, axis: Int, descending: Bool = false
  ) throws(TensorError) -> Tensor {
    try takeAlong(x, axis: axis, try argsort(x, axis: axis, descending: descending))
  }

  /// The indices that `sort` would take along the axis, i64.
  package static func argsort(
    _ x: Tensor, axis: Int, descending: Bool = false
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: x.shape, "sort")
    let result = try Tensor(uninitialised: x.shape, .i64)
    let (toStep, step) = (result.strides[axis], x.strides[axis])
    let lanes = Lanes(x.shape, axis: axis, [result.strides, x.strides])
    // For short lanes the digits' buckets would cost more than comparing.
    let sorter = lanes.length > 256 ? try RadixSort(capacity: lanes.length) : nil
    func run<T: Comparable & SortKeyed>(_: T.Type) {
      let (to, from) = (result.pointer(Int.self), x.pointer(T.self))
      lanes.each { offsets in
        let (row, out) = (from + offsets[1], to + offsets[0])
        if let sorter {
          sorter.places(lanes.length, descending: descending) {
            row[$0 * step]
          } _: {
            out[$0 * toStep] = $1
          }
          return
        }
        // `precedes` is a strict weak order with every NaN equal to the others and above all
        // numbers.
        func precedes(_ a: T, _ b: T) -> Bool { a < b || (b != b && a == a) }
        let order = (0..<lanes.length).sorted { i, j in
          let (a, b) = (row[i * step], row[j * step])
          if descending ? precedes(b, a) : precedes(a, b) { return true }
          if descending ? precedes(a, b) : precedes(b, a) { return false }
          return i < j
        }
        for i in 0..<lanes.length { out[i * toStep] = order[i] }
      }
    }
    switch x.type {
    case .f32: run(Float.self)
    case .f64: run(Double.self)
    case .i64: run(Int.self)
    case .u8, .bool: run(UInt8.self)
    }
    return result
  }
}
