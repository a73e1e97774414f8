// Matrix products and linear layers.

/// What happens to each element of a product or convolution before it is stored.
package struct Epilogue: Sendable {
  /// The function applied last.
  package enum Activation: Sendable, Hashable {
    case none
    /// max(x, 0).
    case relu
    /// min(max(x, low), high).
    case clip(Float, Float)
  }

  package var activation: Activation
  /// A tensor of the result's shape that is added before the activation.
  package var residual: Tensor?

  package init(activation: Activation = .none, residual: Tensor? = nil) {
    self.activation = activation
    self.residual = residual
  }

  /// Neither a residual nor an activation.
  package static let none = Epilogue()

  /// The epilogue as separate kernels.
  func applied(to x: Tensor, bias: Tensor?, _ operation: String) throws(TensorError) -> Tensor {
    var x = x
    if let bias { x = try Kernels.binary(.add, x, bias) }
    if let residual {
      guard residual.shape == x.shape else {
        throw .shapes(
          operation: operation, shapes: [x.shape, residual.shape],
          reason: "the residual differs from the result in shape")
      }
      x = try Kernels.binary(.add, x, try residual.cast(to: x.type))
    }
    switch activation {
    case .none: return x
    case .relu: return try Kernels.unary(.relu, x)
    case .clip(let low, let high): return try Kernels.unary(.clip(Double(low), Double(high)), x)
    }
  }
}

extension Kernels {
  /// The matrix product over the last two axes: […, m, k] × […, k, n] → […, m, n]; leading axes broadcast.
  ///
  /// A tensor of one axis is a row on the left and a column on the right, and its axis of 1 disappears again.
  /// Integers are multiplied as i64 and wrap.
  package static func matmul(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    guard a.rank > 0, b.rank > 0 else {
      throw .shapes(
        operation: "matmul", shapes: [a.shape, b.shape], reason: "a matrix product needs axes")
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

  /// A linear layer: x […, in] by weight [out, in], plus bias [out], then the epilogue; the result is […, out].
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
    let flat = try x.reshaped([rows, x.shape[x.rank - 1]])
    let product = try matmul(flat, try weight.transposed())
    let shaped = try product.reshaped(Array(x.shape.dropLast()) + [weight.shape[0]])
    return try epilogue.applied(to: shaped, bias: bias, "linear")
  }

  /// result = a × b for tensors of one arithmetic type whose leading axes agree; `result` is row-major.
  private static func multiply(
    _ a: Tensor, _ b: Tensor, _ result: Tensor
  ) throws(TensorError) {
    switch a.type {
    case .f32: multiply(a, b, result, Float.zero, { $0 + $1 }, { $0 * $1 })
    case .f64: multiply(a, b, result, Double.zero, { $0 + $1 }, { $0 * $1 })
    default: multiply(a, b, result, Int.zero, { $0 &+ $1 }, { $0 &* $1 })
    }
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
