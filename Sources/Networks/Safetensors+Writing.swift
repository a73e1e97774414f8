/// Writing weights as safetensors.

import Tensors

extension Safetensors {
  /// The bytes of a file with the tensors in the dictionary's order, each in its own type.
  package static func write(_ state: StateDictionary) -> [UInt8] {
    var header = "{"
    if !state.metadata.isEmpty {
      let texts = state.metadata.sorted { $0.key < $1.key }.map {
        "\(quoted($0.key)):\(quoted($0.value))"
      }
      header += "\"__metadata__\":{\(texts.joined(separator: ","))},"
    }
    var position = 0
    var entries: [String] = []
    for name in state.names {
      guard let tensor = state[name] else { continue }
      let end = position + tensor.bytes
      entries.append(
        "\(quoted(name)):{\"dtype\":\"\(stored(tensor.type).rawValue)\",\"shape\":"
          + "[\(tensor.shape.map(String.init).joined(separator: ","))],"
          + "\"data_offsets\":[\(position),\(end)]}")
      position = end
    }
    header += entries.joined(separator: ",") + "}"
    // The data begin at a multiple of 8.
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.utf8.count + position)
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes += $0 }
    bytes += header.utf8
    for name in state.names {
      if let tensor = state[name] { append(tensor, to: &bytes) }
    }
    return bytes
  }

  private static func stored(_ type: ElementType) -> StoredType {
    switch type {
    case .f32: .float32
    case .f64: .float64
    case .i64: .int64
    case .u8: .uint8
    case .bool: .bool
    }
  }

  /// The numbers of an array are its bytes on this little-endian machine.
  private static func append(_ tensor: Tensor, to bytes: inout [UInt8]) {
    switch tensor.type {
    case .f32: tensor.floats.withUnsafeBytes { bytes += $0 }
    case .f64: tensor.doubles.withUnsafeBytes { bytes += $0 }
    case .i64: tensor.integers.withUnsafeBytes { bytes += $0 }
    case .u8: bytes += tensor.integers.map { UInt8(truncatingIfNeeded: $0) }
    case .bool: bytes += tensor.bools.map { $0 ? 1 : 0 }
    }
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
