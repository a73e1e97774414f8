// RowReader: reads the lines that RowText writes.
import Runtime
import Tensors

/// A cursor over one line of JSON.
struct RowReader {
  private static let deepest = 200
  private let bytes: [UInt8]
  private var position = 0

  init(_ line: String) { bytes = Array(line.utf8) }

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return position == bytes.count
    }
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
      position += 1
    }
  }

  private mutating func take(_ byte: Character) -> Bool {
    skipSpace()
    guard let value = byte.asciiValue, current == value else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    let wanted = Array(word.utf8)
    guard bytes.count - position >= wanted.count,
      Array(bytes[position..<(position + wanted.count)]) == wanted
    else { return false }
    position += wanted.count
    return true
  }

  /// The next value; nil when it is not well formed.
  mutating func value(depth: Int) -> Value? {
    guard depth < Self.deepest else { return nil }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "["): return list(depth).map { Value($0) }
    case UInt8(ascii: "\""): return string().map { Value($0) }
    case UInt8(ascii: "n"): return take(word: "null") ? Value.none : nil
    case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
    default: return number()
    }
  }

  private mutating func list(_ depth: Int) -> [Value]? {
    guard take("[") else { return nil }
    var values: [Value] = []
    if take("]") { return values }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
    } while take(",")
    return take("]") ? values : nil
  }

  private mutating func object(_ depth: Int) -> Value? {
    guard take("{") else { return nil }
    var fields: [(String, Value)] = []
    if take("}") { return Value(fields: []) }
    repeat {
      skipSpace()
      guard let name = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
      fields.append((name, value))
    } while take(",")
    guard take("}") else { return nil }
    guard fields.count == 1, fields[0].0.hasPrefix("$") else { return Value(fields: fields) }
    return RowReader.special(fields[0].0, fields[0].1)
  }

  /// What stands under a key of ours.
  private static func special(_ key: String, _ value: Value) -> Value? {
    switch key {
    case "$float": return value.string.flatMap { Double($0) }.map { .float($0) }
    case "$range":
      guard case .list(let list) = value, list.count == 3, case .int(let lower) = list[0],
        case .int(let upper) = list[1], case .bool(let isClosed) = list[2]
      else { return nil }
      return .object(IntegerRange(lower, upper, isClosed: isClosed))
    case "$record":
      guard case .list(let pairs) = value else { return nil }
      var fields: [(String, Value)] = []
      for pair in pairs.values {
        guard case .list(let parts) = pair, parts.count == 2, let name = parts[0].string else {
          return nil
        }
        fields.append((name, parts[1]))
      }
      return Value(fields: fields)
    case "$tensor":
      guard case .record(let record) = value else { return nil }
      return tensor(record).map { Value($0) }
    default: return nil
    }
  }

  private static func tensor(_ record: Record) -> Tensor? {
    guard let type = record["type"]?.string.flatMap({ ElementType(rawValue: $0) }),
      case .list(let sizes)? = record["shape"], case .list(let values)? = record["values"]
    else { return nil }
    var shape: [Int] = []
    for size in sizes.values {
      guard case .int(let size) = size else { return nil }
      shape.append(size)
    }
    if type == .i64 {
      var wholes: [Int] = []
      for value in values.values {
        guard case .int(let whole) = value else { return nil }
        wholes.append(whole)
      }
      return try? Tensor(wholes, shape)
    }
    var numbers: [Double] = []
    for value in values.values {
      guard let number = value.plainNumber ?? value.string.flatMap({ Double($0) }) else {
        return nil
      }
      numbers.append(number)
    }
    return try? Tensor(numbers, shape).cast(to: type)
  }

  private mutating func number() -> Value? {
    let start = position
    while let byte = current,
      byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let whole = Int(text) { return .int(whole) }
    return Double(text).map { .float($0) }
  }

  private mutating func string() -> String? {
    guard current == UInt8(ascii: "\"") else { return nil }
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = escaped() else { return nil }
        text += escaped
      default: text.append(byte)
      }
    }
    return nil
  }

  /// What stands after a backslash.
  private mutating func escaped() -> [UInt8]? {
    guard let byte = current else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "u"):
      guard bytes.count - position >= 4,
        let code = UInt32(
          String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { return nil }
      position += 4
      return Array(String(scalar).utf8)
    default: return nil
    }
  }
}
