/// Numbers: decimal and hexadecimal Ints, and Floats.

extension Lexer {
  /// `42`, `1_000`, `0xff`, `3.14`, `1e-3`.
  mutating func lexNumber() {
    let start = position
    if byte() == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x") {
      return lexHexadecimal(start)
    }
    skipDigits()
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
    finishNumber(start, isFloat ? float : int)
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

  private mutating func lexHexadecimal(_ start: Int) {
    position += 2
    while isHexadecimal(byte()) || byte() == UInt8(ascii: "_") { position += 1 }
    finishNumber(start) { lexer, start in
      let digits = lexer.digits(start + 2)
      if digits.isEmpty {
        lexer.report("X0006", "a hexadecimal number needs digits", Span(start, lexer.position))
        return .int(0)
      }
      return lexer.int(digits, radix: 16, start)
    }
  }

  /// Checks what surrounds the digits, and appends the number that `value` reads from them.
  private mutating func finishNumber(
    _ start: Int, _ value: (inout Lexer, Int) -> Token.Kind
  ) {
    let end = position
    while isWordByte(byte()) { position += 1 }
    let span = Span(start, position)
    if position > end {
      reportSuffix(start, end)
    } else if text(start, end).hasSuffix("_") || text(start, end).contains("__") {
      report("X0006", "`_` stands between two digits of a number", span)
    } else {
      let kind = value(&self, start)
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

  private func int(_ lexer: inout Lexer, _ start: Int) -> Token.Kind {
    lexer.int(lexer.digits(start), radix: 10, start)
  }

  private mutating func int(_ digits: String, radix: Int, _ start: Int) -> Token.Kind {
    if let value = Int(digits, radix: radix) { return .int(value) }
    if UInt64(digits, radix: radix) == 1 << 63 { return .intBeyondMaximum }
    let help = replacing(
      Span(position, position), by: ".0", "write a Float, which keeps about 16 digits: `….0`")
    report(
      "X0007", "this number is too large for an Int", Span(start, position),
      "the largest is \(Int.max)", helps: radix == 10 ? [help] : [])
    return .int(Int.max)
  }

  private func float(_ lexer: inout Lexer, _ start: Int) -> Token.Kind {
    let value = Double(lexer.digits(start)) ?? .infinity
    if !value.isFinite {
      lexer.report(
        "X0007", "this number is too large for a Float", Span(start, lexer.position),
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

  private func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f")
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      || byte == UInt8(ascii: "_") || byte >= 0x80
  }
}
