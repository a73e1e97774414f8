// How `"{value:spec}"` and `format` write values: the format mini-language.
import Glibc

/// A format taken apart: `[[fill]align][sign][0][width][grouping][.precision][kind]`.
///
/// It follows Python's mini-language, so that `8.3f`, `>10`, `,`, `e` and `%` mean the same.
package struct Format {
  private static let widest = 10_000
  private static let mostDigits = 100
  /// Lists of numbers within one another.
  private static let deepest = 8

  private let spec: String
  private var fill: Character = " "
  private var alignment: Character?
  private var sign: Character = "-"
  private var width = 0
  private var grouping: Character?
  private var precision: Int?
  private var kind: Character?

  /// The value as the format says; an error if the format is not one, or not for such a value.
  package static func text(_ value: Value, _ spec: String) throws(Failure) -> String {
    try Format(spec).apply(to: value)
  }

  /// Takes a format apart; an empty one writes values as `print` does.
  package init(_ spec: String) throws(Failure) {
    self.spec = spec
    var rest = Array(spec)[...]
    if rest.count >= 2, "<>^=".contains(rest[1]) {
      fill = rest[0]
      alignment = rest[1]
      rest = rest.dropFirst(2)
    } else if let first = rest.first, "<>^=".contains(first) {
      alignment = first
      rest = rest.dropFirst()
    }
    if let first = rest.first, "+- ".contains(first) {
      sign = first
      rest = rest.dropFirst()
    }
    if rest.first == "0" {
      rest = rest.dropFirst()
      if alignment == nil { (fill, alignment) = ("0", "=") }
    }
    width = try number(&rest, "width", atMost: Format.widest) ?? 0
    if let first = rest.first, first == "," || first == "_" {
      grouping = first
      rest = rest.dropFirst()
    }
    if rest.first == "." {
      rest = rest.dropFirst()
      precision = try number(&rest, "precision", atMost: Format.mostDigits)
      if precision == nil { throw wrong("a number must follow the point") }
    }
    if let first = rest.first, "bdeEfFgGosxX%".contains(first) {
      kind = first
      rest = rest.dropFirst()
    }
    if !rest.isEmpty { throw wrong("`\(String(rest))` has no meaning there") }
  }

  private func number(_ rest: inout ArraySlice<Character>, _ what: String, atMost limit: Int)
    throws(Failure) -> Int?
  {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    if digits.isEmpty { return nil }
    rest = rest.dropFirst(digits.count)
    guard let value = Int(String(digits)), value <= limit else {
      throw wrong("the \(what) may be at most \(limit)")
    }
    return value
  }

  private func wrong(_ reason: String) -> Failure {
    Failure(
      "X0319", "\(Description.quoted(spec)) is not a format: \(reason)",
      notes: ["A format is [[fill]align][sign][0][width][,][.precision][kind], such as 8.3f."])
  }

  private func unsuitable(_ value: Value, _ expected: String) -> Failure {
    Failure(
      "X0319",
      "the format \(Description.quoted(spec)) is for \(expected), "
        + "found \(Description.found(value))")
  }

  /// The value as the format says; an error if it is not for such a value.
  package func apply(to value: Value, depth: Int = 0) throws(Failure) -> String {
    // A List of numbers is written number by number.
    if case .list(let list) = value, depth < Format.deepest, kind != "s",
      kind != nil || precision != nil || isForNumbers
    {
      var parts: [String] = []
      for element in list.values { parts.append(try apply(to: element, depth: depth + 1)) }
      return "[" + parts.joined(separator: ", ") + "]"
    }
    switch kind {
    case "d", "b", "o", "x", "X":
      guard let whole = whole(value) else { throw unsuitable(value, "an Int") }
      if precision != nil { throw unsuitable(value, "numbers with decimals: an Int has none") }
      return padded(integer(whole), isNumber: true)
    case "e", "E", "f", "F", "g", "G", "%":
      guard let number = value.number else { throw unsuitable(value, "a number") }
      return padded(fraction(number), isNumber: true)
    case nil:
      if case .int(let whole) = value, precision == nil {
        return padded(integer(whole), isNumber: true)
      }
      if let number = value.number, isForNumbers || !value.isObject || value.isFloat {
        return padded(fraction(number), isNumber: true)
      }
      if isForNumbers { throw unsuitable(value, "a number") }
    default: if isForNumbers { throw unsuitable(value, "a number") }
    }
    var text = Description.plain(value)
    if let precision { text = String(text.prefix(precision)) }
    return padded(("", text), isNumber: false)
  }

  /// Whether a part of the format speaks of signs or groups of digits.
  private var isForNumbers: Bool { sign != "-" || grouping != nil || alignment == "=" }

  private func whole(_ value: Value) -> Int? {
    if case .int(let whole) = value { return whole }
    if case .object(let object) = value, let whole = object.whole { return whole }
    return value.number.flatMap { Int(exactly: $0) }
  }

  private func integer(_ whole: Int) -> (sign: String, digits: String) {
    let radix =
      switch kind {
      case "b": 2
      case "o": 8
      case "x", "X": 16
      default: 10
      }
    let digits = String(whole.magnitude, radix: radix, uppercase: kind == "X")
    return (signText(isNegative: whole < 0), grouped(digits, by: radix == 10 ? 3 : 4))
  }

  private func fraction(_ number: Double) -> (sign: String, digits: String) {
    let sign = signText(isNegative: number.sign == .minus && !number.isNaN)
    var magnitude = number.magnitude
    if kind == "%" { magnitude *= 100 }
    guard magnitude.isFinite else {
      return (sign, (magnitude.isNaN ? "nan" : "inf") + (kind == "%" ? "%" : ""))
    }
    let digits =
      switch kind {
      case "e", "E", "g", "G":
        Format.decimal(magnitude, kind.map { String($0) } ?? "g", precision: precision ?? 6)
      case "f", "F": Format.decimal(magnitude, "f", precision: precision ?? 6)
      case "%": Format.decimal(magnitude, "f", precision: precision ?? 6) + "%"
      default:
        precision.map { Format.decimal(magnitude, "g", precision: $0) }
          ?? Description.number(magnitude)
      }
    return (sign, grouped(digits, by: 3))
  }

  private func signText(isNegative: Bool) -> String {
    isNegative ? "-" : sign == "-" ? "" : String(sign)
  }

  /// The digits before the point in groups.
  private func grouped(_ text: String, by size: Int) -> String {
    guard let grouping else { return text }
    let digits = Array(text.prefix { $0.isHexDigit && $0 != "e" || size == 4 })
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % size == 0 { result.append(grouping) }
      result.append(digit)
    }
    return result + text.dropFirst(digits.count)
  }

  private func padded(_ text: (sign: String, digits: String), isNumber: Bool) -> String {
    let missing = width - text.sign.count - text.digits.count
    guard missing > 0 else { return text.sign + text.digits }
    func fill(_ count: Int) -> String { String(repeating: self.fill, count: count) }
    return switch alignment ?? (isNumber ? ">" : "<") {
    case "<": text.sign + text.digits + fill(missing)
    case "^":
      fill(missing / 2) + text.sign + text.digits + fill(missing - missing / 2)
    case "=": text.sign + fill(missing) + text.digits
    default: fill(missing) + text.sign + text.digits
    }
  }

  /// A finite number by one of C's conversions (`f`, `e`, `g`, …), which round correctly, with a
  /// point whatever the language of the system writes.
  static func decimal(_ number: Double, _ conversion: String, precision: Int) -> String {
    // The longest: 309 digits, a point and `mostDigits` decimals.
    let size = 512
    var buffer = [CChar](repeating: 0, count: size)
    let length = withVaList([number]) {
      vsnprintf(&buffer, size, "%.\(precision)\(conversion)", $0)
    }
    var text = ""
    for byte in buffer.prefix(Int(length)) {
      let character = Character(Unicode.Scalar(UInt8(bitPattern: byte)))
      if character.isASCII, character.isNumber || "+-eE".contains(character) {
        text.append(character)
      } else if text.last != "." {
        text.append(".")
      }
    }
    return text
  }
}

extension Value {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}
