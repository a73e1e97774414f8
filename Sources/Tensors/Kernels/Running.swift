// Functions of each element and those before it along an axis: running extremes and linear recurrences.

extension Kernels {
  /// The largest (or smallest) element up to each place along an axis, and the index of where it stands, the first of
  /// equals. A NaN stays from its place on.
  package static func cumulativeExtreme(
    _ x: Tensor, axis: Int, largest: Bool
  ) throws(TensorError) -> (values: Tensor, places: Tensor) {
    let axis = try Shape.axis(axis, of: x.shape, "cumulative extreme")
    let source = x.type == .bool ? try x.cast(to: .u8) : x
    let values = try Tensor(uninitialised: x.shape, source.type)
    let places = try Tensor(uninitialised: x.shape, .i64)
    let steps = [values, places, source].map { $0.strides[axis] }
    let lanes = Lanes(x.shape, axis: axis, [values.strides, places.strides, source.strides])
    func run<T: Comparable>(_: T.Type) {
      let (to, at, from) = (
        values.pointer(T.self), places.pointer(Int.self), source.pointer(T.self)
      )
      lanes.each { offsets in
        var best = 0
        for i in 0..<lanes.length {
          let (old, new) = (from[offsets[2] + best * steps[2]], from[offsets[2] + i * steps[2]])
          if old == old, new != new || (largest ? new > old : new < old) { best = i }
          to[offsets[0] + i * steps[0]] = from[offsets[2] + best * steps[2]]
          at[offsets[1] + i * steps[1]] = best
        }
      }
    }
    switch source.type {
    case .f32: run(Float.self)
    case .f64: run(Double.self)
    case .i64: run(Int.self)
    case .u8, .bool: run(UInt8.self)
    }
    return (values, places)
  }

  /// y[i] = a[i] y[i - 1] + b[i] along an axis, with y[-1] = 0; from the other end, y[i] = a[i] y[i + 1] + b[i], if
  /// `reversed`. Computed in double precision for f32.
  package static func recurrence(
    _ a: Tensor, _ b: Tensor, axis: Int, reversed: Bool
  ) throws(TensorError) -> Tensor {
    guard a.shape == b.shape else {
      throw .shapes(
        operation: "linear recurrence", shapes: [a.shape, b.shape], reason: "the shapes differ")
    }
    let axis = try Shape.axis(axis, of: a.shape, "linear recurrence")
    let type = max(a.type, b.type).arithmetic
    let (a, b) = (try a.cast(to: type), try b.cast(to: type))
    let result = try Tensor(uninitialised: a.shape, type)
    let steps = [result, a, b].map { $0.strides[axis] }
    let lanes = Lanes(a.shape, axis: axis, [result.strides, a.strides, b.strides])
    func run<T, S>(_ zero: S, _ next: (S, T, T) -> S, _ store: (S) -> T) {
      let (to, factor, term) = (
        result.pointer(T.self), a.pointer(T.self), b.pointer(T.self)
      )
      lanes.each { offsets in
        var state = zero
        for place in 0..<lanes.length {
          let i = reversed ? lanes.length - 1 - place : place
          state = next(
            state, factor[offsets[1] + i * steps[1]], term[offsets[2] + i * steps[2]])
          to[offsets[0] + i * steps[0]] = store(state)
        }
      }
    }
    switch type {
    case .f32:
      run(0.0, { Double($1 as Float) * $0 + Double($2) }, { Float($0) })
    case .f64: run(0.0, { ($1 as Double) * $0 + $2 }, { $0 })
    default:
      var whole = Whole()
      run(0, { whole.sum(whole.product($1 as Int, $0), $2) }, { $0 })
      try whole.check("linear recurrence")
    }
    return result
  }
}
