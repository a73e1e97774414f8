// Formats of values in text: `{x:.3f}`, `{name:>10}`, `{share:.1%}`.
import Glibc

/// `[[fill]align][sign][0][width][,][.precision][type]`, as in Python's format specifications.
package struct TextFormat {
  private enum Alignment { case left, right, centre }

  private var fill: Character = " "
  private var alignment: Alignment?
  private var plus = false
  private var width = 0
  private var groups = false
  private var precision: Int?
  private var kind: Character?

  /// Reads a specification; nil when it is not one. Width and precision are at most 1000 and 100.
  package init?(_ text: String) {
    var rest = Array(text)[...]
    let marks: [Character: Alignment] = ["<": .left, ">": .right, "^": .centre]
    if rest.count >= 2, let found = marks[rest[rest.startIndex + 1]] {
      fill = rest.removeFirst()
      alignment = found
      rest.removeFirst()
    } else if let first = rest.first, let found = marks[first] {
      alignment = found
      rest.removeFirst()
    }
    if let sign = rest.first, sign == "+" || sign == "-" {
      plus = sign == "+"
      rest.removeFirst()
    }
    if rest.first == "0", alignment == nil {
      fill = "0"
      rest.removeFirst()
    }
    guard let width = TextFormat.number(&rest, limit: 1_000) else { return nil }
    self.width = width ?? 0
    if rest.first == "," || rest.first == "_" {
      groups = true
      rest.removeFirst()
    }
    if rest.first == "." {
      rest.removeFirst()
      guard let digits = TextFormat.number(&rest, limit: 100), let digits else { return nil }
      precision = digits
    }
    if let kind = rest.popFirst() {
      guard "dfeEgG%xXbos".contains(kind) else { return nil }
      self.kind = kind
    }
    if !rest.isEmpty { return nil }
  }

  /// Digits as a number: nil inside when there are none, nil outside when it is too large.
  private static func number(_ rest: inout ArraySlice<Character>, limit: Int) -> Int?? {
    var digits = ""
    while let digit = rest.first, digit.isASCII, digit.isNumber {
      digits.append(digit)
      rest.removeFirst()
    }
    if digits.isEmpty { return .some(nil) }
    guard let number = Int(digits), number <= limit else { return nil }
    return number
  }

  /// The value in this format.
  package func apply(to value: Value) throws(Failure) -> String {
    if kind == nil || kind == "s" {
      guard let number = value.number, kind == nil,
        precision != nil || plus || groups || fill == "0"
      else {
        let text = Description.plain(value)
        return padded(precision.map { String(text.prefix($0)) } ?? text, isNumber: value.isNumeric)
      }
      if case .int(let whole) = value, precision == nil { return padded(integer(whole, 10)) }
      return padded(signed(number, precision.map { print("%.*g", $0, number) }))
    }
    guard let number = value.number else {
      throw Failure(
        "X0319",
        "the format `\(kind.map(String.init) ?? "")` needs a number, found "
          + Description.found(value))
    }
    switch kind {
    case "d", "x", "X", "b", "o":
      guard let whole = value.whole ?? Int(exactly: number) else {
        throw Failure("X0319", "this format needs an Int, found \(Description.found(value))")
      }
      let radix = kind == "x" || kind == "X" ? 16 : kind == "b" ? 2 : kind == "o" ? 8 : 10
      let text = integer(whole, radix)
      return padded(kind == "X" ? text.uppercased() : text)
    case "%":
      return padded(signed(number, print("%.*f", precision ?? 6, number * 100) + "%"))
    default:
      return padded(signed(number, print("%.*\(kind ?? "f")", precision ?? 6, number)))
    }
  }

  private func print(_ format: String, _ digits: Int, _ number: Double) -> String {
    if !number.isFinite { return Description.number(number) }
    var buffer = [CChar](repeating: 0, count: 512)
    let count = withVaList([Int32(clamping: digits), number]) {
      vsnprintf(&buffer, buffer.count, format, $0)
    }
    return String(
      decoding: buffer.prefix(min(max(Int(count), 0), buffer.count - 1)).map(
        UInt8.init(bitPattern:)),
      as: UTF8.self)
  }

  private func signed(_ number: Double, _ text: String?) -> String {
    var text = text ?? Description.number(number)
    if groups { text = grouped(text) }
    return plus && number >= 0 ? "+" + text : text
  }

  private func integer(_ whole: Int, _ radix: Int) -> String {
    let text = String(whole, radix: radix)
    return (plus && whole >= 0 ? "+" : "") + (groups ? grouped(text) : text)
  }

  /// Commas between groups of three digits before the point.
  private func grouped(_ text: String) -> String {
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = text.dropFirst(sign.count).prefix { $0.isNumber }
    let rest = text.dropFirst(sign.count + digits.count)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return sign + result + rest
  }

  /// Numbers stand to the right, everything else to the left.
  private func padded(_ text: String, isNumber: Bool = true) -> String {
    let missing = width - text.count
    guard missing > 0 else { return text }
    if fill == "0", alignment == nil, let first = text.first, first == "-" || first == "+" {
      return String(first) + String(repeating: "0", count: missing) + text.dropFirst()
    }
    let space = { (count: Int) in String(repeating: fill, count: count) }
    switch alignment ?? (isNumber ? .right : .left) {
    case .left: return text + space(missing)
    case .right: return space(missing) + text
    case .centre: return space(missing / 2) + text + space(missing - missing / 2)
    }
  }
}

extension Value {
  fileprivate var isNumeric: Bool {
    switch self {
    case .int, .float: true
    default: false
    }
  }
}
