// Reductions over axes, and the places of extremes.

/// A function of many elements.
package enum ReduceKernel: String, Sendable, CaseIterable {
  case sum, mean, product
  /// The largest or smallest; NaN if any element is.
  case max, min
  /// Whether any, or every, element differs from zero; the result is bool.
  case any, all
}

extension Kernels {
  /// `op` over `axes` (all of them if the list is empty). Reduced axes disappear, or stay with
  /// extent 1 if `keep`.
  ///
  /// Sums of f32 are accumulated in double precision. Sums and products of integers are i64, an error
  /// where they do not fit; means of integers are f32. Over no elements a sum is 0, a product 1, a mean NaN; a
  /// maximum or minimum is an error.
  package static func reduce(
    _ op: ReduceKernel, _ x: Tensor, axes: [Int] = [], keep: Bool = false
  ) throws(TensorError) -> Tensor {
    if axes.isEmpty, !keep, x.type == .f32, let value = SingleReduction.ofAll(op, x) {
      return try Tensor([value], [])
    }
    let axes = try Shape.axes(axes, of: x.shape, op.rawValue)
    let source = try x.cast(to: reductionType(op, x.type))
    let plan = Reduction(source, axes: axes)
    let type = source.type
    let result = try Tensor(uninitialised: plan.kept, type)
    if plan.length == 0 && result.count > 0 && (op == .max || op == .min) {
      throw .shapes(
        operation: op.rawValue, shapes: [x.shape], reason: "there are no elements to compare")
    }
    switch type {
    case .f32 where op != .product: try SingleReduction(op, source, axes).run(into: result)
    case .f32: reduceReal(op, source, plan, result, Float.self)
    case .f64: reduceReal(op, source, plan, result, Double.self)
    case .i64: try reduceIntegers(op, source, plan, result)
    case .u8, .bool: reduceBytes(op, source, plan, result)
    }
    return keep ? try result.reshaped(plan.keptWithOnes) : result
  }

  private static func reductionType(_ op: ReduceKernel, _ type: ElementType) -> ElementType {
    switch op {
    case .sum, .product: type.arithmetic
    case .mean: type.real
    case .max, .min: type
    case .any, .all: .bool
    }
  }

  private static func reduceReal<T: BinaryFloatingPoint & Element>(
    _ op: ReduceKernel, _ x: Tensor, _ plan: Reduction, _ result: Tensor, _: T.Type
  ) {
    let (to, from) = (result.pointer(T.self), x.pointer(T.self))
    let length = Double(plan.length)
    plan.outputs { index, base in
      let lane = from + base
      switch op {
      case .sum: to[index] = T(plan.fold(lane, 0.0) { $0 + Double($1) })
      case .mean: to[index] = T(plan.fold(lane, 0.0) { $0 + Double($1) } / length)
      case .product: to[index] = T(plan.fold(lane, 1.0) { $0 * Double($1) })
      case .max: to[index] = plan.fold(lane, -T.infinity) { $1 > $0 || $1 != $1 ? $1 : $0 }
      default: to[index] = plan.fold(lane, T.infinity) { $1 < $0 || $1 != $1 ? $1 : $0 }
      }
    }
  }

  private static func reduceIntegers(
    _ op: ReduceKernel, _ x: Tensor, _ plan: Reduction, _ result: Tensor
  ) throws(TensorError) {
    var whole = Whole()
    let (to, from) = (result.pointer(Int.self), x.pointer(Int.self))
    plan.outputs { index, base in
      let lane = from + base
      switch op {
      case .sum, .mean:
        to[index] = plan.fold(lane, WideSum()) { $0.adding($1) }.value(&whole)
      case .product:
        to[index] = plan.fold(lane, WideProduct()) { $0.multiplied(by: $1) }.value(&whole)
      case .max: to[index] = plan.fold(lane, Int.min) { Swift.max($0, $1) }
      default: to[index] = plan.fold(lane, Int.max) { Swift.min($0, $1) }
      }
    }
    try whole.check(op.rawValue)
  }

  private static func reduceBytes(
    _ op: ReduceKernel, _ x: Tensor, _ plan: Reduction, _ result: Tensor
  ) {
    let (to, from) = (result.pointer(UInt8.self), x.pointer(UInt8.self))
    let largest = op == .max || op == .any
    plan.outputs { index, base in
      let start: UInt8 = largest ? 0 : x.type == .bool ? 1 : 255
      to[index] = plan.fold(from + base, start) {
        largest ? Swift.max($0, $1) : Swift.min($0, $1)
      }
    }
  }

  /// The index of the largest element along an axis, i64; the first of equals, and a NaN counts as
  /// largest.
  package static func argmax(
    _ x: Tensor, axis: Int, keep: Bool = false
  ) throws(TensorError) -> Tensor {
    try extreme("argmax", x, axis, keep, largest: true)
  }

  /// The index of the smallest element along an axis, i64; the first of equals, and a NaN counts as
  /// smallest.
  package static func argmin(
    _ x: Tensor, axis: Int, keep: Bool = false
  ) throws(TensorError) -> Tensor {
    try extreme("argmin", x, axis, keep, largest: false)
  }

  private static func extreme(
    _ name: String, _ x: Tensor, _ axis: Int, _ keep: Bool, largest: Bool
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: x.shape, name)
    let plan = Reduction(x, axes: [axis])
    let result = try Tensor(uninitialised: plan.kept, .i64)
    if plan.length == 0 && result.count > 0 {
      throw .shapes(operation: name, shapes: [x.shape], reason: "there are no elements to compare")
    }
    func find<T: Comparable>(_: T.Type) {
      let (to, from, step) = (result.pointer(Int.self), x.pointer(T.self), x.strides[axis])
      plan.outputs { index, base in
        var (best, place) = (from[base], 0)
        for i in 0..<plan.length where best == best {
          let value = from[base + i * step]
          if (largest ? value > best : value < best) || value != value {
            (best, place) = (value, i)
          }
        }
        to[index] = place
      }
    }
    switch x.type {
    case .f32: find(Float.self)
    case .f64: find(Double.self)
    case .i64: find(Int.self)
    case .u8, .bool: find(UInt8.self)
    }
    return keep ? try result.reshaped(plan.keptWithOnes) : result
  }
}

/// A tensor seen as outputs × elements that are reduced into each output.
struct Reduction {
  /// The extents that remain.
  let kept: [Int]
  /// The shape with extent 1 along every reduced axis.
  let keptWithOnes: [Int]
  /// The number of elements behind each output.
  let length: Int
  private let outer: Sweep
  private let inner: Sweep
  private let isEmpty: Bool

  init(_ x: Tensor, axes: [Int]) {
    let isReduced = x.shape.indices.map { axes.contains($0) }
    let remaining = x.shape.indices.filter { !isReduced[$0] }
    kept = remaining.map { x.shape[$0] }
    keptWithOnes = x.shape.indices.map { isReduced[$0] ? 1 : x.shape[$0] }
    let reduced = axes.map { x.shape[$0] }
    length = reduced.reduce(1, &*)
    isEmpty = reduced.contains(0)
    outer = .rowMajor(kept, [remaining.map { x.strides[$0] }])
    inner = .following(reduced, [axes.map { x.strides[$0] }])
  }

  /// Calls `body(index, offset)` for each output in row-major order with the offset of its first
  /// element.
  @inline(__always)
  func outputs(_ body: (Int, Int) -> Void) {
    var index = 0
    outer.rows(weight: length) { offsets, count, steps in
      for i in 0..<count { body(index + i, offsets[0] + i * steps[0]) }
      index += count
    }
  }

  /// Folds the elements of the output whose first element `lane` points at.
  @inline(__always)
  func fold<T, R>(_ lane: UnsafeMutablePointer<T>, _ start: R, _ join: (R, T) -> R) -> R {
    if isEmpty { return start }
    var result = start
    inner.rows { offsets, count, steps in
      let row = lane + offsets[0]
      for i in 0..<count { result = join(result, row[i * steps[0]]) }
    }
    return result
  }
}
