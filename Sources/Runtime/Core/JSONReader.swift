// JSON text read as values.

/// Reads one JSON document (RFC 8259) from its bytes; what is wrong is thrown with its line and column.
struct JSONReader {
  /// Arrays and objects within one another.
  static let deepest = 512

  private let bytes: [UInt8]
  private var next = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The value of the whole text.
  mutating func document(_ machine: Machine) throws(Failure) -> Value {
    let value = try value(depth: 0, machine)
    skipSpace()
    if next < bytes.count { throw wrong("something follows the end of the value") }
    return value
  }

  private func wrong(_ reason: String) -> Failure {
    let before = bytes[..<Swift.min(next, bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).count + 1
    return Failure("X0350", "this is not JSON: \(reason), at line \(line), column \(column)")
  }

  private mutating func skipSpace() {
    while next < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[next]) { next += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next < bytes.count, bytes[next] == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  private mutating func value(depth: Int, _ machine: Machine) throws(Failure) -> Value {
    if depth > JSONReader.deepest {
      throw wrong("it is nested more than \(JSONReader.deepest) deep")
    }
    skipSpace()
    guard next < bytes.count else { throw wrong("a value is missing at the end") }
    switch bytes[next] {
    case UInt8(ascii: "{"): return try object(depth: depth, machine)
    case UInt8(ascii: "["): return try array(depth: depth, machine)
    case UInt8(ascii: "\""): return Value(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in [("true", Value.bool(true)), ("false", .bool(false)), ("null", .none)]
      where bytes[next...].starts(with: word.utf8) {
        next += word.utf8.count
        return value
      }
      throw wrong("a value cannot begin like this")
    }
  }

  private mutating func array(depth: Int, _ machine: Machine) throws(Failure) -> Value {
    next += 1
    let list = List()
    if take("]") { return .list(list) }
    while true {
      if list.count & 4095 == 4095 { try machine.progress() }
      list.append(try value(depth: depth + 1, machine))
      if take("]") { return .list(list) }
      if !take(",") { throw wrong("`,` or `]` must follow an element") }
    }
  }

  private mutating func object(depth: Int, _ machine: Machine) throws(Failure) -> Value {
    next += 1
    let record = Record()
    if take("}") { return .record(record) }
    while true {
      skipSpace()
      guard next < bytes.count, bytes[next] == UInt8(ascii: "\"") else {
        throw wrong("a name in quotes is expected")
      }
      let name = try string()
      if record.position(of: name) != nil {
        throw wrong("the name \(Description.quoted(name)) is there twice")
      }
      if !take(":") { throw wrong("`:` must follow a name") }
      record.set(name, try value(depth: depth + 1, machine))
      if take("}") { return .record(record) }
      if !take(",") { throw wrong("`,` or `}` must follow a value") }
    }
  }

  private mutating func digits() throws(Failure) {
    let start = next
    while next < bytes.count, (0x30...0x39).contains(bytes[next]) { next += 1 }
    if next == start { throw wrong("a digit is missing") }
  }

  /// An Int where the number has neither a point nor an exponent and fits; else a Float.
  private mutating func number() throws(Failure) -> Value {
    let start = next
    if bytes[next] == UInt8(ascii: "-") { next += 1 }
    let first = next
    try digits()
    if next > first + 1, bytes[first] == UInt8(ascii: "0") {
      throw wrong("a number does not begin with 0")
    }
    var isWhole = true
    if next < bytes.count, bytes[next] == UInt8(ascii: ".") {
      isWhole = false
      next += 1
      try digits()
    }
    if next < bytes.count, bytes[next] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      next += 1
      if next < bytes.count, [0x2B, 0x2D].contains(bytes[next]) { next += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<next], as: UTF8.self)
    if isWhole, let whole = Int(text) { return .int(whole) }
    guard let number = Double(text), number.isFinite else {
      throw wrong("no Float can hold \(text.prefix(40))")
    }
    return .float(number)
  }

  private mutating func string() throws(Failure) -> String {
    next += 1
    var text: [UInt8] = []
    while next < bytes.count {
      let byte = bytes[next]
      switch byte {
      case UInt8(ascii: "\""):
        next += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        next += 1
        text += Array(String(try escape()).utf8)
      case 0..<0x20: throw wrong("a text has an end of line or control character in it")
      default:
        next += 1
        text.append(byte)
      }
    }
    throw wrong("a text has no closing quote")
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard next < bytes.count else { throw wrong("a text has no closing quote") }
    next += 1
    switch bytes[next - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicode()
    default: throw wrong("this escape has no meaning")
    }
  }

  /// The digits after `\u`; two surrogates are one scalar, one alone is an error.
  private mutating func unicode() throws(Failure) -> Unicode.Scalar {
    let high = try hexadecimal()
    if let scalar = Unicode.Scalar(high) { return scalar }
    if high < 0xDC00, bytes[next...].starts(with: "\\u".utf8) {
      next += 2
      let low = try hexadecimal()
      if (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
      {
        return scalar
      }
    }
    throw wrong("half of a pair of surrogates stands alone")
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    let end = next + 4
    guard end <= bytes.count, bytes[next..<end].allSatisfy({ UInt8(ascii: "+") != $0 }),
      let number = UInt32(String(decoding: bytes[next..<end], as: UTF8.self), radix: 16)
    else { throw wrong("four hexadecimal digits must follow \\u") }
    next = end
    return number
  }
}
