// The gradient of a limited function: what passes where the function's value lies inside its
// limits.

extension Kernels {
  /// `x` where low < `y` < high, 0 elsewhere; both of one shape and one floating-point type. The
  /// layout is that of `x`.
  package static func gate(
    _ x: Tensor, _ y: Tensor, low: Double, high: Double
  ) throws(TensorError) -> Tensor {
    guard x.shape == y.shape else {
      throw .shapes(operation: "gate", shapes: [x.shape, y.shape], reason: "the shapes differ")
    }
    guard x.type == y.type, x.type.isFloating else {
      throw .types(
        operation: "gate", types: [x.type, y.type],
        reason: "both must be of one floating-point type")
    }
    let result = try Tensor(
      uninitialised: x.shape, strides: Sweep.resultStrides(x.shape, [x]), x.type)
    let whole =
      x.type == .f32
      ? gate(x, y, result, Float(low), Float(high)) : gate(x, y, result, low, high)
    if !whole { throw .interrupted(operation: "gate") }
    return result
  }

  private static func gate<T: BinaryFloatingPoint & Sendable>(
    _ x: Tensor, _ y: Tensor, _ result: Tensor, _ low: T, _ high: T
  ) -> Bool {
    // Unsafe because the elements are read and written in place; the sweep stays inside the shapes.
    nonisolated(unsafe) let to = result.pointer(T.self)
    nonisolated(unsafe) let from = x.pointer(T.self)
    nonisolated(unsafe) let value = y.pointer(T.self)
    return Sweep.following(x.shape, [result.strides, x.strides, y.strides]).blocks {
      offsets, count, columns, rowSteps, columnSteps in
      for row in 0..<count {
        let out = to + (offsets[0] + row * rowSteps[0])
        let source = from + (offsets[1] + row * rowSteps[1])
        let test = value + (offsets[2] + row * rowSteps[2])
        if columnSteps[0] == 1, columnSteps[1] == 1, columnSteps[2] == 1 {
          for i in 0..<columns {
            out[i] = test[i] > low && test[i] < high ? source[i] : 0
          }
        } else {
          for i in 0..<columns {
            let inside =
              test[i * columnSteps[2]] > low && test[i * columnSteps[2]] < high
            out[i * columnSteps[0]] = inside ? source[i * columnSteps[1]] : 0
          }
        }
      }
    }
  }
}
