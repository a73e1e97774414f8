// Matrix products and linear layers.

import CKernels
import Synchronization

extension Kernels {
  /// The matrix product over the last two axes: […, m, k] × […, k, n] → […, m, n]; leading axes
  /// broadcast.
  ///
  /// A tensor of one axis is a row on the left and a column on the right, and its axis of 1
  /// disappears again. Integers are multiplied as i64, an error where they do not fit.
  package static func matmul(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    guard a.rank > 0, b.rank > 0 else {
      throw .shapes(
        operation: "matmul", shapes: [a.shape, b.shape], reason: "a matrix product needs axes")
    }
    if a.rank == 2, b.rank == 2, a.type == .f32, b.type == .f32, a.shape[1] == b.shape[0] {
      return try single(a, b)
    }
    // One matrix on the right meets all rows of the left at once, so that it is packed once.
    if a.rank > 2, b.rank == 2, a.type == .f32, b.type == .f32, a.shape[a.rank - 1] == b.shape[0] {
      let rows = try Shape.count(Array(a.shape.dropLast()))
      return try single(a.reshaped([rows, b.shape[0]]), b).reshaped(
        a.shape.dropLast() + [b.shape[1]])
    }
    let type = max(a.type, b.type).arithmetic
    let left = try (a.rank == 1 ? a.expanded(at: 0) : a).cast(to: type)
    let right = try (b.rank == 1 ? b.expanded(at: 1) : b).cast(to: type)
    let (m, k) = (left.shape[left.rank - 2], left.shape[left.rank - 1])
    let n = right.shape[right.rank - 1]
    guard right.shape[right.rank - 2] == k else {
      throw .shapes(
        operation: "matmul", shapes: [a.shape, b.shape],
        reason: "the inner extents \(k) and \(right.shape[right.rank - 2]) differ")
    }
    let batch = try Shape.broadcast(
      Array(left.shape.dropLast(2)), Array(right.shape.dropLast(2)), "matmul")
    let result = try Tensor(uninitialised: batch + [m, n], type)
    try multiply(
      try left.broadcast(to: batch + [m, k]), try right.broadcast(to: batch + [k, n]), result)
    var shape = result.shape
    if b.rank == 1 { shape.removeLast() }
    if a.rank == 1 { shape.remove(at: shape.count - (b.rank == 1 ? 1 : 2)) }
    return try result.reshaped(shape)
  }

  /// The product of two f32 matrices that fit.
  private static func single(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    // A square factor leaves the shape of the other.
    let result =
      if a.shape[0] == a.shape[1], b.isContiguous {
        try Tensor(uninitialisedLike: b)
      } else if b.shape[0] == b.shape[1], a.isContiguous {
        try Tensor(uninitialisedLike: a)
      } else {
        try Tensor(uninitialised: [a.shape[0], b.shape[1]], .f32)
      }
    var p = ck_product()
    (p.m, p.k, p.n) = (a.shape[0], a.shape[1], b.shape[1])
    (p.a, p.a_row, p.a_column) = (UnsafePointer(a.pointer(Float.self)), a.strides[0], a.strides[1])
    (p.b, p.b_row, p.b_column) = (UnsafePointer(b.pointer(Float.self)), b.strides[0], b.strides[1])
    (p.c, p.c_row) = (result.pointer(Float.self), p.n)
    let whole = withExtendedLifetime((a, b)) { !Interruption.requested && ck_multiply(&p) }
    if !whole { throw Interruption.error("matmul") }
    return result
  }

  /// A linear layer: x […, in] by weight [out, in], plus bias [out], then the epilogue; the result
  /// is […, out].
  package static func linear(
    _ x: Tensor, weight: Tensor, bias: Tensor? = nil, epilogue: Epilogue = .none
  ) throws(TensorError) -> Tensor {
    guard x.rank > 0, weight.rank == 2, weight.shape[1] == x.shape[x.rank - 1] else {
      throw .shapes(
        operation: "linear", shapes: [x.shape, weight.shape],
        reason: "the last axis of the first must be the last of the second")
    }
    if let bias, bias.shape != [weight.shape[0]] {
      throw .shapes(
        operation: "linear", shapes: [weight.shape, bias.shape],
        reason: "the bias needs one number per output")
    }
    let rows = try Shape.count(Array(x.shape.dropLast()))
    let shape = Array(x.shape.dropLast()) + [weight.shape[0]]
    let flat = try x.reshaped([rows, weight.shape[1]])
    guard max(x.type, weight.type) == .f32, bias?.type ?? .f32 == .f32 else {
      let product = try matmul(flat, try weight.transposed()).reshaped(shape)
      return try epilogue.applied(to: product, bias: bias, "linear")
    }
    let product = try packedLinear(
      try flat.cast(to: .f32), try weight.cast(to: .f32), bias,
      try epilogue.fused(shape: shape, strides: Shape.rowMajor(shape), "linear"))
    return try product.reshaped(shape)
  }

  /// x [m, k] by weight [n, k], whose packed form is kept; the result is [m, n].
  private static func packedLinear(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ epilogue: FusedEpilogue
  ) throws(TensorError) -> Tensor {
    let (k, n) = (weight.shape[1], weight.shape[0])
    let result = try Tensor(uninitialised: [x.shape[0], n], .f32)
    let bias = try bias?.contiguous()
    var p = ck_product()
    (p.m, p.n, p.k) = (x.shape[0], n, k)
    (p.a, p.a_row, p.a_column) = (UnsafePointer(x.pointer(Float.self)), x.strides[0], x.strides[1])
    let from = weight.pointer(Float.self)
    (p.b, p.b_row, p.b_column) = (UnsafePointer(from), weight.strides[1], weight.strides[0])
    // One row meets each weight once: reading it in place is as fast, and needs no second copy of
    // the weights.
    if p.m > 1 {
      let packed = try weight.storage.packed(
        PackingKey(.matrix, weight), count: ck_packed_size(k, n)
      ) { ck_pack_matrix(from, weight.strides[1], weight.strides[0], k, n, $0) }
      p.packed = UnsafePointer(packed.floats)
    }
    (p.c, p.c_row) = (result.pointer(Float.self), n)
    p.epilogue = epilogue.values(bias: bias, rowStep: n)
    let whole = withExtendedLifetime((bias, epilogue)) { ck_multiply(&p) }
    if !whole { throw Interruption.error("linear") }
    return result
  }

  /// result = a × b for tensors of one arithmetic type whose leading axes agree; `result` is
  /// row-major.
  private static func multiply(
    _ a: Tensor, _ b: Tensor, _ result: Tensor
  ) throws(TensorError) {
    switch a.type {
    case .f32: try multiplySingle(a, b, result)
    case .f64: try multiplyDouble(a, b, result)
    default:
      var (sums, products) = (Whole(), Whole())
      multiply(
        a, b, result, 0, { sums.sum($0, $1) }, { (x: Int, y: Int) in products.product(x, y) })
      try sums.check("matmul")
      try products.check("matmul")
    }
  }

  /// The offsets of the matrices of a batch, in row-major order of the leading axes.
  private static func matrices(_ a: Tensor, _ b: Tensor) -> [(a: Int, b: Int)] {
    var list: [(a: Int, b: Int)] = []
    Sweep.rowMajor(
      Array(a.shape.dropLast(2)), [a, b].map { Array($0.strides.dropLast(2)) }
    ).rows { offsets, count, steps in
      for i in 0..<count {
        list.append((offsets[0] + i * steps[0], offsets[1] + i * steps[1]))
      }
    }
    return list
  }

  private static func multiplySingle(
    _ a: Tensor, _ b: Tensor, _ result: Tensor
  ) throws(TensorError) {
    let rank = a.rank
    var model = ck_product()
    (model.m, model.k, model.n) = (a.shape[rank - 2], a.shape[rank - 1], b.shape[rank - 1])
    (model.a_row, model.a_column) = (a.strides[rank - 2], a.strides[rank - 1])
    (model.b_row, model.b_column) = (b.strides[rank - 2], b.strides[rank - 1])
    model.c_row = model.n
    let (left, right, to) = (
      a.pointer(Float.self), b.pointer(Float.self), result.pointer(Float.self)
    )
    let list = matrices(a, b)
    // Large products are divided inside; small ones go to the threads whole.
    let each = list.count > 1 ? max(1, (1 << 18) / max(1, model.m * model.n * model.k)) : 1
    let shape = model
    let failed = Atomic(false)
    let whole = Threads.forEach((list.count + each - 1) / each) { part in
      for i in part * each..<min((part + 1) * each, list.count) {
        var p = shape
        p.a = UnsafePointer(left + list[i].a)
        p.b = UnsafePointer(right + list[i].b)
        p.c = to + i * p.m * p.n
        if !ck_multiply(&p) { failed.store(true, ordering: .relaxed) }
      }
    }
    if !whole || failed.load(ordering: .relaxed) { throw Interruption.error("matmul") }
  }

  private static func multiplyDouble(
    _ a: Tensor, _ b: Tensor, _ result: Tensor
  ) throws(TensorError) {
    let rank = a.rank
    let (m, k, n) = (a.shape[rank - 2], a.shape[rank - 1], b.shape[rank - 1])
    let (a, b) = (try a.contiguous(), try b.contiguous())
    let (left, right, to) = (
      a.pointer(Double.self), b.pointer(Double.self), result.pointer(Double.self)
    )
    let batch = a.shape.dropLast(2).reduce(1, &*)
    // Each item computes some rows of one matrix.
    let tall = 64
    let perMatrix = (m + tall - 1) / tall
    let whole = Threads.forEach(batch * perMatrix) { part in
      let (i, row) = (part / perMatrix, part % perMatrix * tall)
      _ = ck_multiply_double(
        left + (i * m + row) * k, right + i * k * n, to + (i * m + row) * n, min(tall, m - row), k,
        n)
    }
    if !whole { throw .interrupted(operation: "matmul") }
  }

  @inline(__always)
  private static func multiply<T>(
    _ a: Tensor, _ b: Tensor, _ result: Tensor, _ zero: T, _ add: (T, T) -> T,
    _ times: (T, T) -> T
  ) {
    let rank = a.rank
    let (m, k, n) = (a.shape[rank - 2], a.shape[rank - 1], b.shape[rank - 1])
    let (aRow, aColumn) = (a.strides[rank - 2], a.strides[rank - 1])
    let (bRow, bColumn) = (b.strides[rank - 2], b.strides[rank - 1])
    let (to, left, right) = (result.pointer(T.self), a.pointer(T.self), b.pointer(T.self))
    let batch = Array(a.shape.dropLast(2))
    var out = to
    Sweep.rowMajor(batch, [a, b].map { Array($0.strides.dropLast(2)) })
      .rows { offsets, count, steps in
        for i in 0..<count {
          let (x, y) = (left + offsets[0] + i * steps[0], right + offsets[1] + i * steps[1])
          for row in 0..<m {
            if Interruption.requested { return }
            for column in 0..<n { out[column] = zero }
            for inner in 0..<k {
              let factor = x[row * aRow + inner * aColumn]
              let line = y + inner * bRow
              for column in 0..<n {
                out[column] = add(out[column], times(factor, line[column * bColumn]))
              }
            }
            out += n
          }
        }
      }
  }
}
