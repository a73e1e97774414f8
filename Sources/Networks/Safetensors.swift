/// The safetensors format: a length, a header in JSON, then the numbers.

import FoundationEssentials
import Tensors

/// A file is an 8-byte length n, n bytes of JSON `{"name": {"dtype", "shape", "data_offsets":
/// [from, to]}, "__metadata__": {…}}`, and the data, in which the tensors lie without gaps
/// (github.com/huggingface/safetensors).
package enum Safetensors {
  /// The format refuses larger headers.
  private static let longestHeader = 100_000_000
  private static let format = "safetensors"

  /// Reads a whole file. Every statement of the header is compared with the data; 16-bit floats
  /// become f32, integers of other widths i64.
  package static func read(_ bytes: [UInt8]) throws(NetworkError) -> StateDictionary {
    let data = try dataStart(bytes)
    let header = try header(bytes[8..<data])
    var position = 0
    for entry in header.entries {
      guard entry.from == position else {
        let what =
          entry.from < position ? "overlaps the tensor before it" : "leaves a gap before it"
        throw .damaged(format: format, reason: "the tensor \"\(entry.name)\" \(what)")
      }
      position = entry.to
    }
    let length = bytes.count - data
    guard position <= length else {
      throw .truncated(
        format: format, reason: "its tensors take \(position) bytes, \(length) are there")
    }
    guard position == length else {
      throw .damaged(
        format: format, reason: "\(length - position) bytes after its tensors belong to none")
    }
    return try dictionary(header, bytes, data)
  }

  /// Where the data begin.
  private static func dataStart(_ bytes: [UInt8]) throws(NetworkError) -> Int {
    guard bytes.count >= 8 else {
      throw .notThisFormat(format: "a safetensors file", found: described(bytes))
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= longestHeader else {
      throw .notThisFormat(format: "a safetensors file", found: described(bytes))
    }
    guard length <= UInt64(bytes.count - 8) else {
      throw .truncated(
        format: format, reason: "its header takes \(length) bytes, \(bytes.count - 8) are there")
    }
    return 8 + Int(length)
  }

  private struct Header {
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
  }

  private struct Entry {
    let name: String
    let type: StoredType
    let shape: [Int]
    let from: Int
    let to: Int
  }

  /// The header's entries in the order of their data.
  private static func header(_ bytes: ArraySlice<UInt8>) throws(NetworkError) -> Header {
    let decoded: [String: HeaderValue]
    do {
      decoded = try JSONDecoder().decode([String: HeaderValue].self, from: Data(bytes))
    } catch {
      throw .damaged(format: format, reason: "its header is not as the format demands")
    }
    var header = Header()
    for (name, value) in decoded {
      switch value {
      case .metadata(let texts): header.metadata = texts
      case .tensor(let type, let shape, let offsets):
        header.entries.append(try entry(name, type, shape, offsets))
      }
    }
    header.entries.sort { ($0.from, $0.to, $0.name) < ($1.from, $1.to, $1.name) }
    return header
  }

  private static func entry(
    _ name: String, _ type: String, _ shape: [Int], _ offsets: [Int]
  ) throws(NetworkError) -> Entry {
    guard let stored = StoredType(rawValue: type) else {
      throw .unsupported(
        format: format,
        reason: "the tensor \"\(name)\" is of type \(type); known are "
          + StoredType.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw .damaged(
        format: format, reason: "the tensor \"\(name)\" lies at the impossible place \(offsets)")
    }
    guard let count = shape.elementCount(), shape.count <= 64 else {
      throw .absurdSize(what: "the tensor \"\(name)\"", found: "\(shape)")
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: stored.size)
    guard !overflow, size == offsets[1] - offsets[0] else {
      throw .damaged(
        format: format,
        reason:
          "the tensor \"\(name)\" has \(offsets[1] - offsets[0]) bytes for \(type) of \(shape)")
    }
    return Entry(name: name, type: stored, shape: shape, from: offsets[0], to: offsets[1])
  }

  private static func dictionary(
    _ header: Header, _ bytes: [UInt8], _ data: Int
  ) throws(NetworkError) -> StateDictionary {
    var result = StateDictionary()
    result.metadata = header.metadata
    for entry in header.entries {
      // The place was compared with the length; the bytes are only lent for the copy.
      let values = bytes.withUnsafeBytes {
        entry.type.values(
          UnsafeRawBufferPointer(rebasing: $0[data + entry.from..<data + entry.to]))
      }
      do throws(TensorError) {
        result[entry.name] = try values.tensor(entry.shape)
      } catch {
        throw .tensor(name: entry.name, error)
      }
    }
    return result
  }
}

/// What the header's JSON has under a name: a tensor's description, or texts under `__metadata__`.
private enum HeaderValue: Decodable {
  case metadata([String: String])
  case tensor(type: String, shape: [Int], offsets: [Int])

  private enum Keys: String, CodingKey {
    case dtype, shape, offsets = "data_offsets"
  }

  init(from decoder: any Decoder) throws {
    if decoder.codingPath.last?.stringValue == "__metadata__" {
      self = .metadata(try decoder.singleValueContainer().decode([String: String].self))
    } else {
      let values = try decoder.container(keyedBy: Keys.self)
      self = .tensor(
        type: try values.decode(String.self, forKey: .dtype),
        shape: try values.decode([Int].self, forKey: .shape),
        offsets: try values.decode([Int].self, forKey: .offsets))
    }
  }
}
