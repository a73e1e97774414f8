// Gradients of activations: what passes where a function's value lies inside its limits, and a gradient times a slope.

import CKernels

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
      ? single(CK_GATE, x, y, result, Float(low), Float(high))
      : doubleGate(x, y, result, low, high)
    if !whole { throw .interrupted(operation: "gate") }
    return result
  }

  /// `g` times the derivative Φ(x) + x φ(x) of x Φ(x), both single precision of one shape; the layout is that of `g`.
  package static func geluGradient(_ g: Tensor, _ x: Tensor) throws(TensorError) -> Tensor {
    guard g.shape == x.shape, g.type == .f32, x.type == .f32 else {
      throw .types(
        operation: "gelu gradient", types: [g.type, x.type],
        reason: "both must be f32 and of one shape")
    }
    let result = try Tensor(
      uninitialised: g.shape, strides: Sweep.resultStrides(g.shape, [g]), .f32)
    if !single(CK_GELU_SLOPE, g, x, result) { throw .interrupted(operation: "gelu gradient") }
    return result
  }

  private static func single(
    _ operation: some BinaryInteger, _ x: Tensor, _ y: Tensor, _ result: Tensor, _ low: Float = 0,
    _ high: Float = 0
  ) -> Bool {
    let operation = Int32(operation)
    let (to, from, value) = (
      result.pointer(Float.self), x.pointer(Float.self), y.pointer(Float.self)
    )
    return Sweep.following(x.shape, [result.strides, x.strides, y.strides]).blocks {
      offsets, count, columns, rowSteps, columnSteps in
      var rows = ck_rows()
      (rows.rows, rows.columns) = (count, columns)
      (rows.out, rows.out_row) = (UnsafeMutableRawPointer(to + offsets[0]), rowSteps[0])
      (rows.x, rows.x_row) = (UnsafeRawPointer(from + offsets[1]), rowSteps[1])
      (rows.y, rows.y_row) = (UnsafeRawPointer(value + offsets[2]), rowSteps[2])
      (rows.x_column, rows.y_column) = (columnSteps[1], columnSteps[2])
      (rows.low, rows.high) = (low, high)
      ck_binary(operation, &rows)
    }
  }

  private static func doubleGate(
    _ x: Tensor, _ y: Tensor, _ result: Tensor, _ low: Double, _ high: Double
  ) -> Bool {
    // Unsafe because the elements are read and written in place; the sweep stays inside the shapes.
    nonisolated(unsafe) let to = result.pointer(Double.self)
    nonisolated(unsafe) let from = x.pointer(Double.self)
    nonisolated(unsafe) let value = y.pointer(Double.self)
    return Sweep.following(x.shape, [result.strides, x.strides, y.strides]).blocks {
      offsets, count, columns, rowSteps, columnSteps in
      for row in 0..<count {
        let out = to + (offsets[0] + row * rowSteps[0])
        let source = from + (offsets[1] + row * rowSteps[1])
        let test = value + (offsets[2] + row * rowSteps[2])
        for i in 0..<columns {
          let inside = test[i * columnSteps[2]] > low && test[i * columnSteps[2]] < high
          out[i * columnSteps[0]] = inside ? source[i * columnSteps[1]] : 0
        }
      }
    }
  }
}
