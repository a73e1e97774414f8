// How the elements of a tensor reach Swift, and conversions between element types.

/// Conversions that cannot trap: integers saturate, a NaN becomes 0.
enum Convert {
  @inline(__always)
  static func integer(_ value: Double) -> Int {
    if value.isNaN { return 0 }
    if value >= 0x1p63 { return Int.max }
    if value <= -0x1p63 { return Int.min }
    return Int(value)
  }

  @inline(__always)
  static func byte(_ value: Double) -> UInt8 { value > 0 ? UInt8(min(value, 255)) : 0 }

  @inline(__always)
  static func byte(_ value: Int) -> UInt8 { UInt8(min(max(value, 0), 255)) }
}

extension Tensor {
  /// The elements in row-major order as f32.
  package var floats: [Float] {
    switch type {
    case .f32: elements { (x: Float) in x }
    case .f64: elements { (x: Double) in Float(x) }
    case .i64: elements { (x: Int) in Float(x) }
    case .u8, .bool: elements { (x: UInt8) in Float(x) }
    }
  }

  /// The elements in row-major order as f64.
  package var doubles: [Double] {
    switch type {
    case .f32: elements { (x: Float) in Double(x) }
    case .f64: elements { (x: Double) in x }
    case .i64: elements { (x: Int) in Double(x) }
    case .u8, .bool: elements { (x: UInt8) in Double(x) }
    }
  }

  /// The elements in row-major order as integers: truncated towards zero, saturated, 0 for NaN.
  package var integers: [Int] {
    switch type {
    case .f32: elements { (x: Float) in Convert.integer(Double(x)) }
    case .f64: elements { (x: Double) in Convert.integer(x) }
    case .i64: elements { (x: Int) in x }
    case .u8, .bool: elements { (x: UInt8) in Int(x) }
    }
  }

  /// The elements in row-major order as truth values: whether each differs from zero.
  package var bools: [Bool] {
    switch type {
    case .f32: elements { (x: Float) in x != 0 }
    case .f64: elements { (x: Double) in x != 0 }
    case .i64: elements { (x: Int) in x != 0 }
    case .u8, .bool: elements { (x: UInt8) in x != 0 }
    }
  }

  /// The only element of a tensor of one element, of any rank; an error for any other tensor.
  package var item: Double {
    get throws(TensorError) {
      guard count == 1 else {
        throw .shapes(operation: "item", shapes: [shape], reason: "the tensor is not one number")
      }
      switch type {
      case .f32: return Double(pointer(Float.self)[0])
      case .f64: return pointer(Double.self)[0]
      case .i64: return Double(pointer(Int.self)[0])
      case .u8, .bool: return Double(pointer(UInt8.self)[0])
      }
    }
  }

  /// Calls `body` with the elements as f32 in row-major order, copied only if they do not lie so.
  package func withContiguousFloats<R>(
    _ body: (UnsafeBufferPointer<Float>) -> R
  ) throws(TensorError) -> R {
    let ready = try cast(to: .f32).contiguous()
    let start = UnsafePointer(ready.pointer(Float.self))
    return withExtendedLifetime(ready) {
      body(UnsafeBufferPointer(start: start, count: ready.count))
    }
  }

  /// The elements in row-major order, each converted.
  @inline(__always)
  private func elements<T, R>(_ convert: (T) -> R) -> [R] {
    [R](unsafeUninitializedCapacity: count) { buffer, initialised in
      guard let out = buffer.baseAddress else { return }
      let source = pointer(T.self)
      var next = 0
      Sweep.rowMajor(shape, [strides]).rows { offsets, inner, steps in
        let row = source + offsets[0]
        let step = steps[0]
        for i in 0..<inner { (out + next + i).initialize(to: convert(row[i * step])) }
        next += inner
      }
      initialised = next
    }
  }
}
