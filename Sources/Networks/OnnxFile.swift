/// From the bytes of a file to the messages of ONNX, and from its tensors to ours.

import FoundationEssentials
import SwiftProtobuf
import Tensors

/// Reads the parts of an ONNX file. https://onnx.ai/onnx/repo-docs/IR.html
enum OnnxFile {
  static let format = "ONNX"

  /// The model message; throws when the bytes are no ONNX file, end early or break the format.
  static func model(_ bytes: [UInt8]) throws(NetworkError) -> Onnx_ModelProto {
    let model: Onnx_ModelProto
    do {
      model = try Onnx_ModelProto(serializedBytes: bytes)
    } catch BinaryDecodingError.truncated {
      throw looksLikeModel(bytes)
        ? .truncated(format: format, reason: "it ends inside a message after \(bytes.count) bytes")
        : .notThisFormat(format: "an ONNX file", found: described(bytes))
    } catch {
      throw looksLikeModel(bytes)
        ? .damaged(format: format, reason: "its messages cannot be decoded")
        : .notThisFormat(format: "an ONNX file", found: described(bytes))
    }
    guard model.hasGraph || model.hasIrVersion else {
      throw .notThisFormat(format: "an ONNX file", found: described(bytes))
    }
    guard model.hasGraph, !model.graph.output.isEmpty else {
      throw .truncated(format: format, reason: "it has no graph with outputs")
    }
    guard !model.opsetImport.isEmpty else {
      throw .truncated(format: format, reason: "it does not say which operators it uses")
    }
    return model
  }

  /// The types of the inputs, the weights and the constants of a graph, where they are read.
  static func types(_ graph: Onnx_GraphProto) -> [String: StoredType] {
    func type(_ code: Int32) -> StoredType? {
      Onnx_TensorProto.DataType(rawValue: Int(code)).flatMap(StoredType.init)
    }
    var types: [String: StoredType] = [:]
    for input in graph.input { types[input.name] = type(input.type.tensorType.elemType) }
    for tensor in graph.initializer { types[tensor.name] = type(tensor.dataType) }
    for node in graph.node where node.opType == "Constant" {
      guard let value = node.attribute.first(where: { $0.name == "value" }) else { continue }
      for output in node.output { types[output] = type(value.t.dataType) }
    }
    return types
  }

  /// Whether the first field is the version of the format (field 1, a small number), which every
  /// writer puts first.
  private static func looksLikeModel(_ bytes: [UInt8]) -> Bool {
    bytes.count > 2 && bytes[0] == 0x08 && (1...64).contains(bytes[1])
  }

  /// A tensor, from whichever of its fields has the numbers. `external` gives the contents of a
  /// neighbouring file.
  static func tensor(
    _ message: Onnx_TensorProto, external: (String) -> [UInt8]?
  ) throws(NetworkError) -> Tensor {
    let name = message.name
    guard message.dims.count <= 64, let count = message.dims.map(Int.init).elementCount() else {
      throw .absurdSize(what: "the tensor \"\(name)\"", found: "\(message.dims)")
    }
    let shape = message.dims.map(Int.init)
    let type = try storedType(message)
    if message.hasDataLocation, message.dataLocation == .external {
      return try externalTensor(message, type, shape, count, external)
    }
    if message.hasRawData {
      return try rawTensor(name, message.rawData, type, shape, count)
    }
    return try listedTensor(message, type, shape, count)
  }

  private static func storedType(
    _ message: Onnx_TensorProto
  ) throws(NetworkError) -> StoredType {
    let code = Onnx_TensorProto.DataType(rawValue: Int(message.dataType))
    guard let type = code.flatMap(StoredType.init) else {
      throw .unsupported(
        format: format,
        reason: "the tensor \"\(message.name)\" is of type "
          + (code.map { "\($0)" } ?? "\(message.dataType)"))
    }
    return type
  }

  private static func rawTensor(
    _ name: String, _ data: Data, _ type: StoredType, _ shape: [Int], _ count: Int
  ) throws(NetworkError) -> Tensor {
    let (size, overflow) = count.multipliedReportingOverflow(by: type.size)
    guard !overflow, size == data.count else {
      throw .damaged(
        format: format,
        reason: "the tensor \"\(name)\" has \(data.count) bytes for \(type.rawValue) of \(shape)")
    }
    // The bytes are only lent for the copy.
    return try made(name, data.withUnsafeBytes { type.values($0) }, shape)
  }

  private static func externalTensor(
    _ message: Onnx_TensorProto, _ type: StoredType, _ shape: [Int], _ count: Int,
    _ external: (String) -> [UInt8]?
  ) throws(NetworkError) -> Tensor {
    var entries: [String: String] = [:]
    for entry in message.externalData { entries[entry.key] = entry.value }
    let location = entries["location"] ?? ""
    // A model must not read files outside of its folder.
    let inside =
      !location.isEmpty && !location.hasPrefix("/")
      && !location.split(separator: "/").contains("..")
    guard inside, let bytes = external(location) else {
      throw .externalData(tensor: message.name, location: location)
    }
    let offset = entries["offset"].map { Int($0) ?? -1 } ?? 0
    let length = entries["length"].map { Int($0) ?? -1 } ?? bytes.count - max(0, offset)
    guard offset >= 0, length >= 0, offset <= bytes.count, length <= bytes.count - offset else {
      throw .truncated(
        format: format,
        reason:
          "\"\(location)\" has \(bytes.count) bytes, the tensor \"\(message.name)\" lies beyond")
    }
    return try rawTensor(
      message.name, Data(bytes[offset..<offset + length]), type, shape, count)
  }

  /// Numbers in one of the lists of the message, which the type chooses; 16-bit floats are stored
  /// as their bits.
  private static func listedTensor(
    _ message: Onnx_TensorProto, _ type: StoredType, _ shape: [Int], _ count: Int
  ) throws(NetworkError) -> Tensor {
    let values: StoredValues =
      switch type {
      case .float32: .floats(message.floatData)
      case .float64: .doubles(message.doubleData)
      case .int64: .integers(message.int64Data.map { Int($0) })
      case .uint32, .uint64: .integers(message.uint64Data.map { Int(clamping: $0) })
      case .float16:
        .floats(
          message.int32Data.map { StoredType.float(half: UInt16(truncatingIfNeeded: $0)) })
      case .bfloat16:
        .floats(
          message.int32Data.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
      case .bool: .bools(message.int32Data.map { $0 != 0 })
      case .uint8: .bytes(message.int32Data.map { UInt8(truncatingIfNeeded: $0) })
      case .int8, .int16, .int32, .uint16: .integers(message.int32Data.map { Int($0) })
      }
    guard values.count == count else {
      throw .damaged(
        format: format,
        reason: "the tensor \"\(message.name)\" has \(values.count) numbers for the shape \(shape)")
    }
    return try made(message.name, values, shape)
  }

  private static func made(
    _ name: String, _ values: StoredValues, _ shape: [Int]
  ) throws(NetworkError) -> Tensor {
    do throws(TensorError) {
      return try values.tensor(shape)
    } catch {
      throw .tensor(name: name, error)
    }
  }
}

extension StoredType {
  /// The type of an ONNX tensor, where it is read.
  init?(_ code: Onnx_TensorProto.DataType) {
    switch code {
    case .float: self = .float32
    case .double: self = .float64
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    case .int8: self = .int8
    case .int16: self = .int16
    case .int32: self = .int32
    case .int64: self = .int64
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .uint32: self = .uint32
    case .uint64: self = .uint64
    case .bool: self = .bool
    default: return nil
    }
  }
}
