// Copies between layouts and element types.

extension Tensor {
  /// A row-major copy that shares its elements with nothing.
  package func duplicate() throws(TensorError) -> Tensor {
    try copied(strides: Shape.rowMajor(shape))
  }

  /// Writes the elements of `source`, of the same shape, into this view of a tensor that nobody else has seen yet; of
  /// another shape, nothing.
  package func overwrite(with source: Tensor) {
    if source.shape == shape { fill(converting: source) }
  }

  /// Writes the elements of `source`, of the same shape, into this tensor, which nobody else may
  /// have seen yet.
  func fill(converting source: Tensor) {
    switch (source.type, type) {
    case (.f32, .f32): copy(source, UInt32.self)
    case (.f64, .f64), (.i64, .i64): copy(source, UInt64.self)
    case (.u8, .u8), (.bool, .bool), (.bool, .u8): copy(source, UInt8.self)
    case (.f32, .f64): convert(source) { (x: Float) in Double(x) }
    case (.f32, .i64): convert(source) { (x: Float) in Convert.integer(Double(x)) }
    case (.f32, .u8): convert(source) { (x: Float) in Convert.byte(Double(x)) }
    case (.f32, .bool): convert(source) { (x: Float) in UInt8(x != 0 ? 1 : 0) }
    case (.f64, .f32): convert(source) { (x: Double) in Float(x) }
    case (.f64, .i64): convert(source) { (x: Double) in Convert.integer(x) }
    case (.f64, .u8): convert(source) { (x: Double) in Convert.byte(x) }
    case (.f64, .bool): convert(source) { (x: Double) in UInt8(x != 0 ? 1 : 0) }
    case (.i64, .f32): convert(source) { (x: Int) in Float(x) }
    case (.i64, .f64): convert(source) { (x: Int) in Double(x) }
    case (.i64, .u8): convert(source) { (x: Int) in Convert.byte(x) }
    case (.i64, .bool): convert(source) { (x: Int) in UInt8(x != 0 ? 1 : 0) }
    case (.u8, .f32), (.bool, .f32): convert(source) { (x: UInt8) in Float(x) }
    case (.u8, .f64), (.bool, .f64): convert(source) { (x: UInt8) in Double(x) }
    case (.u8, .i64), (.bool, .i64): convert(source) { (x: UInt8) in Int(x) }
    case (.u8, .bool): convert(source) { (x: UInt8) in UInt8(x != 0 ? 1 : 0) }
    }
  }

  private func copy<T>(_ source: Tensor, _: T.Type) {
    convert(source) { (x: T) in x }
  }

  @inline(__always)
  private func convert<A, B>(_ source: Tensor, _ function: (A) -> B) {
    let (to, from) = (pointer(B.self), source.pointer(A.self))
    Sweep.following(shape, [strides, source.strides]).rows { offsets, count, steps in
      let (out, row) = (to + offsets[0], from + offsets[1])
      let (outStep, step) = (steps[0], steps[1])
      if outStep == 1 && step == 1 {
        for i in 0..<count { out[i] = function(row[i]) }
      } else {
        for i in 0..<count { out[i * outStep] = function(row[i * step]) }
      }
    }
  }
}
