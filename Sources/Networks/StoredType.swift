/// The number types that files store, and how their bytes become tensors.

import Tensors

/// A little-endian number type of ONNX, safetensors and NumPy files.
enum StoredType: String, Sendable, CaseIterable {
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"
  case int8 = "I8"
  case int16 = "I16"
  case int32 = "I32"
  case int64 = "I64"
  case uint8 = "U8"
  case uint16 = "U16"
  case uint32 = "U32"
  case uint64 = "U64"
  case bool = "BOOL"

  /// Bytes a number.
  var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The element type of the tensor: 16-bit floats become f32, other integers i64.
  var elementType: ElementType {
    switch self {
    case .float16, .bfloat16, .float32: .f32
    case .float64: .f64
    case .uint8: .u8
    case .bool: .bool
    default: .i64
    }
  }

  /// The numbers in a block of bytes; bytes at the end that make no whole number are left out.
  func values(_ bytes: UnsafeRawBufferPointer) -> StoredValues {
    switch self {
    case .float32: .floats(numbers(bytes, Float.self))
    case .float64: .doubles(numbers(bytes, Double.self))
    case .float16: .floats(numbers(bytes, UInt16.self).map(Self.float(half:)))
    case .bfloat16:
      .floats(numbers(bytes, UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
    case .int8: .integers(numbers(bytes, Int8.self).map { Int($0) })
    case .int16: .integers(numbers(bytes, Int16.self).map { Int($0) })
    case .int32: .integers(numbers(bytes, Int32.self).map { Int($0) })
    case .int64: .integers(numbers(bytes, Int.self))
    case .uint8: .bytes(numbers(bytes, UInt8.self))
    case .uint16: .integers(numbers(bytes, UInt16.self).map { Int($0) })
    case .uint32: .integers(numbers(bytes, UInt32.self).map { Int($0) })
    case .uint64: .integers(numbers(bytes, UInt64.self).map { Int(clamping: $0) })
    case .bool: .bools(numbers(bytes, UInt8.self).map { $0 != 0 })
    }
  }

  /// IEEE 754 half to single precision, exactly: the exponent's bias is mended by a product, which
  /// also normalises what is subnormal.
  static func float(half: UInt16) -> Float {
    let magnitude = Float(bitPattern: UInt32(half & 0x7FFF) << 13) * 0x1p112
    let special: UInt32 = half & 0x7C00 == 0x7C00 ? 0x7F80_0000 : 0
    return Float(bitPattern: magnitude.bitPattern | special | UInt32(half & 0x8000) << 16)
  }

  /// The bytes as numbers of this machine (little-endian, like the files). Unsafe, because the
  /// file's bytes are not aligned: they are copied as a block into an array of the right type.
  private func numbers<T: FixedSize>(_ bytes: UnsafeRawBufferPointer, _: T.Type) -> [T] {
    let count = bytes.count / MemoryLayout<T>.size
    return [T](unsafeUninitializedCapacity: count) { buffer, initialised in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * MemoryLayout<T>.size)]))
      initialised = count
    }
  }
}

/// Numbers as they go into a tensor.
enum StoredValues: Sendable {
  case floats([Float])
  case doubles([Double])
  case integers([Int])
  case bytes([UInt8])
  case bools([Bool])

  var count: Int {
    switch self {
    case .floats(let values): values.count
    case .doubles(let values): values.count
    case .integers(let values): values.count
    case .bytes(let values): values.count
    case .bools(let values): values.count
    }
  }

  /// A tensor of `shape`; an error when it does not have as many elements.
  func tensor(_ shape: [Int]) throws(TensorError) -> Tensor {
    switch self {
    case .floats(let values): try Tensor(values, shape)
    case .doubles(let values): try Tensor(values, shape)
    case .integers(let values): try Tensor(values, shape)
    case .bytes(let values): try Tensor(values, shape)
    case .bools(let values): try Tensor(values, shape)
    }
  }
}

/// Numbers of which every bit pattern is a value.
private protocol FixedSize: BitwiseCopyable {}
extension Float: FixedSize {}
extension Double: FixedSize {}
extension Int: FixedSize {}
extension Int8: FixedSize {}
extension Int16: FixedSize {}
extension Int32: FixedSize {}
extension UInt8: FixedSize {}
extension UInt16: FixedSize {}
extension UInt32: FixedSize {}
extension UInt64: FixedSize {}

extension Sequence<Int> {
  /// The number of elements of a shape, or nil when a size is negative or the product overflows.
  func elementCount() -> Int? {
    var count = 1
    var empty = false
    for size in self {
      if size < 0 { return nil }
      if size == 0 {
        empty = true
        continue
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return empty ? 0 : count
  }
}
