/// Numbers: decimal, hexadecimal, octal and binary Ints, and Floats.

extension Lexer {
  /// `42`, `1_000`, `0xff`, `0b1010`, `0o17`, `3.14`, `1e-3`.
  mutating func lexNumber() {
    let start = position
    if byte() == UInt8(ascii: "0"), let radix = Lexer.radixes[byte(1) | 0x20] {
      return lexWhole(start, radix)
    }
    skipDigits()
    if byte() == UInt8(ascii: "."), byte(1) != UInt8(ascii: "."), !isWordByte(byte(1)) {
      return lexNumberWithoutFraction(start)
    }
    var isFloat = false
    if byte() == UInt8(ascii: "."), isDigit(byte(1)) {
      isFloat = true
      position += 1
      skipDigits()
    }
    let exponentDigit = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 2 : 1
    if byte() | 0x20 == UInt8(ascii: "e"), isDigit(byte(exponentDigit)) {
      isFloat = true
      position += exponentDigit
      skipDigits()
    }
    finishNumber(start, isFloat ? .float : .decimal)
  }

  /// `.5`, which the language writes `0.5`.
  mutating func lexNumberWithoutWhole() {
    let start = position
    position += 1
    skipDigits()
    let span = Span(start, position)
    report(
      "X0006", "a number has a digit before its point", span,
      helps: [replacing(span, by: "0" + text(start, position), "write `0\(text(start, position))`")]
    )
    append(.float(Double("0" + digits(start)) ?? 0), from: start)
  }

  /// `5.`, which the language writes `5.0`.
  private mutating func lexNumberWithoutFraction(_ start: Int) {
    position += 1
    let span = Span(start, position)
    report(
      "X0006", "a number has a digit after its point", span,
      helps: [replacing(span, by: text(start, position) + "0", "write `\(text(start, position))0`")]
    )
    append(.float(Double(digits(start) + "0") ?? 0), from: start)
  }

  /// The letters behind a `0`, in lower case, and the base that they mean.
  private static let radixes: [UInt8: Int] = [
    UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2,
  ]

  private mutating func lexWhole(_ start: Int, _ radix: Int) {
    position += 2
    while isDigit(byte(), radix) || byte() == UInt8(ascii: "_") { position += 1 }
    finishNumber(start, .whole(radix: radix))
  }

  private enum Notation {
    case decimal, float
    case whole(radix: Int)
  }

  /// Checks what surrounds the digits, and appends the number.
  private mutating func finishNumber(_ start: Int, _ notation: Notation) {
    let end = position
    while isWordByte(byte()) { position += 1 }
    let span = Span(start, position)
    if position > end {
      reportSuffix(start, end)
    } else if text(start, end).hasSuffix("_") || text(start, end).contains("__") {
      report("X0006", "`_` stands between two digits of a number", span)
    } else {
      let kind =
        switch notation {
        case .decimal: int(digits(start), radix: 10, start)
        case .whole(let radix): int(digits(start + 2), radix: radix, start)
        case .float: float(start)
        }
      return append(kind, from: start)
    }
    append(.int(0), from: start)
  }

  private mutating func reportSuffix(_ start: Int, _ end: Int) {
    let span = Span(start, position)
    let number = text(start, end)
    let suffix = text(end, position)
    var helps: [Diagnostic.Help] = []
    if number.allSatisfy({ $0.isNumber || $0 == "." }), number != "0" {
      helps = [replacing(span, by: "\(number) * \(suffix)", "write `\(number) * \(suffix)`")]
    }
    report("X0006", "`\(text(start, position))` is not a number", span, helps: helps)
  }

  private mutating func int(_ digits: String, radix: Int, _ start: Int) -> Token.Kind {
    if digits.isEmpty {
      report("X0006", "`\(text(start, position))` needs digits", Span(start, position))
      return .int(0)
    }
    if let value = Int(digits, radix: radix) { return .int(value) }
    if UInt64(digits, radix: radix) == 1 << 63 { return .intBeyondMaximum }
    let help = replacing(
      Span(position, position), by: ".0", "write a Float, which keeps about 16 digits: `….0`")
    report(
      "X0007", "this number is too large for an Int", Span(start, position),
      "the largest is \(Int.max)", helps: radix == 10 ? [help] : [])
    return .int(Int.max)
  }

  private mutating func float(_ start: Int) -> Token.Kind {
    let value = Double(digits(start)) ?? .infinity
    if !value.isFinite {
      report(
        "X0007", "this number is too large for a Float", Span(start, position),
        "the largest is about 1.8e308")
      return .float(0)
    }
    return .float(value)
  }

  private mutating func skipDigits() {
    while isDigit(byte()) || byte() == UInt8(ascii: "_") { position += 1 }
  }

  /// The characters from `start` to the position without `_`.
  private func digits(_ start: Int) -> String { text(start, position).filter { $0 != "_" } }

  private func isDigit(_ byte: UInt8, _ radix: Int) -> Bool {
    if radix == 16, byte | 0x20 >= UInt8(ascii: "a"), byte | 0x20 <= UInt8(ascii: "f") {
      return true
    }
    return isDigit(byte) && Int(byte) - Int(UInt8(ascii: "0")) < radix
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      || byte == UInt8(ascii: "_") || byte >= 0x80
  }
}
