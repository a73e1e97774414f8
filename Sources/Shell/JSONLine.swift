// As much of JSON as the history needs: objects of strings and numbers on one line.

enum JSONLine {
  /// The string under a key of the object on a line; nil when the line is no such object.
  static func string(_ key: String, in line: Substring) -> String? {
    var reader = Reader(rest: line.unicodeScalars)
    guard reader.take("{") else { return nil }
    var found: String?
    while true {
      guard let name = reader.string(), reader.take(":") else { return nil }
      if let value = reader.string() {
        if name == key { found = value }
      } else if !reader.skipPlain() {
        return nil
      }
      if reader.take("}") { return reader.isAtEnd ? found : nil }
      guard reader.take(",") else { return nil }
    }
  }

  private struct Reader {
    var rest: Substring.UnicodeScalarView

    mutating func skipSpace() {
      while let first = rest.first, first == " " || first == "\t" || first == "\r" {
        rest.removeFirst()
      }
    }

    var isAtEnd: Bool { rest.allSatisfy { $0 == " " || $0 == "\t" || $0 == "\r" } }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      skipSpace()
      guard rest.first == scalar else { return false }
      rest.removeFirst()
      return true
    }

    /// Passes over a number, `true`, `false` or `null`.
    mutating func skipPlain() -> Bool {
      skipSpace()
      let before = rest.count
      while let first = rest.first, first != ",", first != "}", first != "{", first != "[" {
        rest.removeFirst()
      }
      return rest.count < before
    }

    mutating func string() -> String? {
      skipSpace()
      guard rest.first == "\"" else { return nil }
      rest.removeFirst()
      var text = String.UnicodeScalarView()
      while let first = rest.popFirst() {
        if first == "\"" { return String(text) }
        guard first == "\\" else {
          text.append(first)
          continue
        }
        guard let escape = rest.popFirst() else { return nil }
        switch escape {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "r": text.append("\r")
        case "b": text.append("\u{8}")
        case "f": text.append("\u{C}")
        case "u":
          guard let scalar = unicodeEscape() else { return nil }
          text.append(scalar)
        default: text.append(escape)
        }
      }
      return nil
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
      guard let high = hexadecimal() else { return nil }
      guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
      guard rest.popFirst() == "\\", rest.popFirst() == "u", let low = hexadecimal(),
        (0xDC00..<0xE000).contains(low)
      else { return nil }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func hexadecimal() -> UInt32? {
      guard rest.count >= 4 else { return nil }
      let digits = String(String.UnicodeScalarView(rest.prefix(4)))
      rest.removeFirst(4)
      return UInt32(digits, radix: 16)
    }
  }
}
