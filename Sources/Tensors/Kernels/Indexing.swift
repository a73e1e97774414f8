// Reading and adding at computed places: gather, scatter, take along an axis.

extension Kernels {
  /// The slices of `x` at `indices` (i64, any shape; negative from the end) of an axis, whose place
  /// their axes take.
  package static func gather(
    _ x: Tensor, axis: Int, _ indices: Tensor
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: x.shape, "gather")
    let places = try positions(indices, extent: x.shape[axis], "gather")
    let shape = Array(x.shape[..<axis]) + indices.shape + Array(x.shape[(axis + 1)...])
    if x.isContiguous {
      let result = try Tensor(uninitialised: shape, x.type)
      copySlices(x, axis, places, result)
      return result
    }
    var flat = x.shape
    flat[axis] = places.count
    let result = try Tensor(uninitialised: flat, x.type)
    for (i, place) in places.enumerated() {
      if Interruption.requested { throw .interrupted(operation: "gather") }
      try result.sliced(axis: axis, from: i, count: 1)
        .fill(converting: try x.sliced(axis: axis, from: place, count: 1))
    }
    return try result.reshaped(shape)
  }

  /// Copies the slices of a row-major tensor as blocks of bytes.
  private static func copySlices(_ x: Tensor, _ axis: Int, _ places: [Int], _ result: Tensor) {
    let outer = x.shape[..<axis].reduce(1, &*)
    let block = x.shape[(axis + 1)...].reduce(x.type.size, &*)
    if block == 0 || outer == 0 { return }
    let from = x.storage.base + x.offset * x.type.size
    var to = result.storage.base
    let slice = max(1, (1 << 22) / block)
    var left = slice
    for row in 0..<outer {
      let start = from + row * x.shape[axis] * block
      for place in places {
        left -= 1
        if left == 0 {
          if Interruption.requested { return }
          left = slice
        }
        to.copyMemory(from: start + place * block, byteCount: block)
        to += block
      }
    }
  }

  /// The adjoint of `gather`: zeros of `shape` to which each slice of `x` is added at its index, in
  /// order.
  package static func scatterAdd(
    into shape: [Int], axis: Int, _ indices: Tensor, _ x: Tensor
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: shape, "scatterAdd")
    let places = try positions(indices, extent: shape[axis], "scatterAdd")
    var flat = shape
    flat[axis] = places.count
    let expected = Array(shape[..<axis]) + indices.shape + Array(shape[(axis + 1)...])
    guard x.shape == expected else {
      throw .shapes(
        operation: "scatterAdd", shapes: [x.shape, expected],
        reason: "the first should be the second")
    }
    let source = try x.cast(to: x.type.arithmetic).reshaped(flat).contiguous()
    let result = try Tensor.zeros(shape, source.type)
    switch source.type {
    case .f32: addSlices(source, axis, places, result) { (a: Float, b: Float) in a + b }
    case .f64: addSlices(source, axis, places, result) { (a: Double, b: Double) in a + b }
    default:
      var whole = Whole()
      addSlices(source, axis, places, result) { (a: Int, b: Int) in whole.sum(a, b) }
      try whole.check("scatterAdd")
    }
    if Interruption.requested { throw .interrupted(operation: "scatterAdd") }
    return result
  }

  /// Adds each slice of row-major `x` to the slice of row-major `result` at its place, in order.
  @inline(__always)
  private static func addSlices<T>(
    _ x: Tensor, _ axis: Int, _ places: [Int], _ result: Tensor, _ add: (T, T) -> T
  ) {
    let outer = x.shape[..<axis].reduce(1, &*)
    let inner = x.shape[(axis + 1)...].reduce(1, &*)
    let (from, to) = (x.pointer(T.self), result.pointer(T.self))
    let extent = result.shape[axis]
    var left = Sweep.slice
    for row in 0..<outer {
      for (i, place) in places.enumerated() {
        let (source, target) = (
          from + (row * places.count + i) * inner, to + (row * extent + place) * inner
        )
        for k in 0..<inner { target[k] = add(target[k], source[k]) }
        left -= inner + 1
        if left <= 0 {
          if Interruption.requested { return }
          left = Sweep.slice
        }
      }
    }
  }

  /// Elements of `x` at `indices` (i64, negative from the end) along an axis; shapes agree in every
  /// other axis.
  package static func takeAlong(
    _ x: Tensor, axis: Int, _ indices: Tensor
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: x.shape, "takeAlong")
    try checkAlong("takeAlong", x.shape, indices.shape, axis)
    let places = try positions(indices, extent: x.shape[axis], "takeAlong")
    let result = try Tensor(uninitialised: indices.shape, x.type)
    switch x.type.size {
    case 1: along(x, axis, places, result, UInt8.self) { $1 = $0 }
    case 4: along(x, axis, places, result, UInt32.self) { $1 = $0 }
    default: along(x, axis, places, result, UInt64.self) { $1 = $0 }
    }
    return result
  }

  /// The adjoint of `takeAlong`: zeros of `shape` to which each element of `x` is added at its
  /// index along the axis.
  package static func putAlongAdd(
    into shape: [Int], axis: Int, _ indices: Tensor, _ x: Tensor
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: shape, "putAlongAdd")
    try checkAlong("putAlongAdd", shape, indices.shape, axis)
    guard x.shape == indices.shape else {
      throw .shapes(
        operation: "putAlongAdd", shapes: [x.shape, indices.shape],
        reason: "values and indices differ in shape")
    }
    let places = try positions(indices, extent: shape[axis], "putAlongAdd")
    let source = try x.cast(to: x.type.arithmetic).contiguous()
    let result = try Tensor.zeros(shape, source.type)
    switch source.type {
    case .f32: along(result, axis, places, source, Float.self) { $0 += $1 }
    case .f64: along(result, axis, places, source, Double.self) { $0 += $1 }
    default:
      var whole = Whole()
      along(result, axis, places, source, Int.self) { $0 = whole.sum($0, $1) }
      try whole.check("putAlongAdd")
    }
    return result
  }

  /// The indices of the elements that differ from zero, in row-major order: i64 of shape [found,
  /// rank].
  package static func nonzero(_ x: Tensor) throws(TensorError) -> Tensor {
    var found: [Int] = []
    var index = [Int](repeating: 0, count: x.rank)
    for (place, value) in x.bools.enumerated() {
      if place & 0xffff == 0, Interruption.requested {
        throw .interrupted(operation: "nonzero")
      }
      if value { found.append(contentsOf: index) }
      for axis in stride(from: x.rank - 1, through: 0, by: -1) {
        index[axis] += 1
        if index[axis] < x.shape[axis] { break }
        index[axis] = 0
      }
    }
    return try Tensor(found, [x.rank == 0 ? 0 : found.count / x.rank, x.rank])
  }

  /// Indices as non-negative integers, checked against the extent of their axis.
  private static func positions(
    _ indices: Tensor, extent: Int, _ operation: String
  ) throws(TensorError) -> [Int] {
    guard !indices.type.isFloating, indices.type != .bool else {
      throw .types(
        operation: operation, types: [indices.type], reason: "indices must be integers")
    }
    var places = indices.integers
    for i in places.indices {
      let place = places[i] < 0 ? places[i] &+ extent : places[i]
      guard place >= 0, place < extent else {
        throw .index(operation: operation, index: places[i], extent: extent)
      }
      places[i] = place
    }
    return places
  }

  private static func checkAlong(
    _ operation: String, _ shape: [Int], _ indices: [Int], _ axis: Int
  ) throws(TensorError) {
    let fits =
      shape.count == indices.count
      && shape.indices.allSatisfy { $0 == axis || shape[$0] == indices[$0] }
    guard fits else {
      throw .shapes(
        operation: operation, shapes: [shape, indices],
        reason: "values and indices differ in another axis than \(axis)")
    }
  }

  /// Calls `visit(element of x at its index, element of list)` for each element of `list`, which is
  /// row-major.
  @inline(__always)
  private static func along<T>(
    _ x: Tensor, _ axis: Int, _ places: [Int], _ list: Tensor, _: T.Type,
    _ visit: (inout T, inout T) -> Void
  ) {
    let (values, items) = (x.pointer(T.self), list.pointer(T.self))
    var skipping = x.strides
    skipping[axis] = 0
    let step = x.strides[axis]
    var next = 0
    Sweep.rowMajor(list.shape, [skipping]).rows { offsets, count, steps in
      for i in 0..<count {
        visit(&values[offsets[0] + i * steps[0] + places[next] * step], &items[next])
        next += 1
      }
    }
  }

  /// target += x, element by element, for tensors of one shape and one arithmetic type.
  static func accumulate(_ x: Tensor, into target: Tensor) throws(TensorError) {
    switch x.type {
    case .f32: accumulate(x, target) { (a: Float, b: Float) in a + b }
    case .f64: accumulate(x, target) { (a: Double, b: Double) in a + b }
    default:
      var whole = Whole()
      accumulate(x, target) { (a: Int, b: Int) in whole.sum(a, b) }
      try whole.check("sum")
    }
  }

  @inline(__always)
  private static func accumulate<T>(_ x: Tensor, _ target: Tensor, _ add: (T, T) -> T) {
    let (to, from) = (target.pointer(T.self), x.pointer(T.self))
    Sweep.following(x.shape, [target.strides, x.strides]).rows { offsets, count, steps in
      for i in 0..<count {
        let place = offsets[0] + i * steps[0]
        to[place] = add(to[place], from[offsets[1] + i * steps[1]])
      }
    }
  }
}
