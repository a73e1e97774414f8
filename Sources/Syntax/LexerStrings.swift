/// Strings: escapes, interpolation, several lines, raw ones.

extension Lexer {
  /// A string whose end has not been reached.
  struct OpenString {
    /// The index of its `stringOpen` token.
    var token: Int
    var start: Int
    var isTriple: Bool
    var isRaw: Bool
    /// Inside `{…}`; the offset of that brace and the brackets open within.
    var isInValue = false
    var valueStart = 0
    var braces = 0
    var others = 0
    /// In a `"""` string: the tokens that begin a line, with the width of the line's leading space.
    var lines: [(token: Int, indent: Int)] = []
  }

  private var quote: UInt8 { UInt8(ascii: "\"") }

  /// The opening quotation marks, after an `r` if the string is raw.
  mutating func openString(isRaw: Bool) {
    let start = position
    if isRaw { position += 1 }
    let isTriple = byte() == quote && byte(1) == quote && byte(2) == quote
    position += isTriple ? 3 : 1
    append(.stringOpen, from: start)
    strings.append(
      OpenString(token: tokens.count - 1, start: start, isTriple: isTriple, isRaw: isRaw))
    guard isTriple else { return }
    var ahead = 0
    while byte(ahead) == 0x20 || byte(ahead) == 0x09 || byte(ahead) == 0x0D { ahead += 1 }
    if byte(ahead) == UInt8(ascii: "\n") {
      position += ahead
      beginLine()
    }
  }

  /// Text up to the end of the string, a `{`, or in a `"""` string the end of a line.
  mutating func lexStringText() {
    let isTriple = strings.last?.isTriple == true
    let isRaw = strings.last?.isRaw == true
    let start = position
    var content: [UInt8] = []
    while position < bytes.count {
      let next = byte()
      switch next {
      case quote where !isTriple || byte(1) == quote && byte(2) == quote:
        appendText(content, start)
        position += isTriple ? 3 : 1
        return closeString()
      case UInt8(ascii: "\n"):
        guard isTriple else {
          appendText(content, start)
          return abandonStrings { !$0.isTriple }
        }
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        content.append(next)
        appendText(content, start)
        return beginLine()
      case UInt8(ascii: "{") where !isRaw:
        appendText(content, start)
        return openValue()
      case UInt8(ascii: "\\") where !isRaw:
        lexEscape(&content)
      default:
        content.append(next)
        position += 1
      }
    }
    appendText(content, start)
  }

  private mutating func appendText(_ content: [UInt8], _ start: Int) {
    if !content.isEmpty {
      append(.stringText(String(decoding: content, as: UTF8.self)), from: start)
    }
  }

  /// At the newline inside a `"""` string: takes it and the leading space of the next line.
  private mutating func beginLine() {
    position += 1
    line += 1
    let start = position
    while byte() == 0x20 || byte() == 0x09 { position += 1 }
    let indent = position - start
    let isBlank = byte() == UInt8(ascii: "\n") || byte() == UInt8(ascii: "\r")
    if !isBlank { strings[strings.count - 1].lines.append((tokens.count, indent)) }
    append(.stringText(isBlank ? "" : text(start, position)), from: start)
  }

  private mutating func openValue() {
    let start = position
    position += 1
    append(.valueOpen, from: start)
    strings[strings.count - 1].isInValue = true
    strings[strings.count - 1].valueStart = start
    strings[strings.count - 1].braces = 0
    strings[strings.count - 1].others = 0
  }

  /// Keeps count of the brackets inside `{…}` of a string, and finds its `:format` and its end.
  mutating func countBracket(_ symbol: Symbol, _ start: Int) {
    let last = strings.count - 1
    switch symbol {
    case .openBrace: strings[last].braces += 1
    case .openParenthesis, .openBracket: strings[last].others += 1
    case .closeParenthesis, .closeBracket: strings[last].others -= 1
    case .closeBrace where strings[last].braces > 0: strings[last].braces -= 1
    case .closeBrace:
      tokens[tokens.count - 1].kind = .valueClose
      closeValue()
    case .colon where strings[last].braces == 0 && strings[last].others <= 0:
      lexFormat(start)
    default: break
    }
  }

  private mutating func closeValue() {
    let last = strings.count - 1
    strings[last].isInValue = false
    if tokens[tokens.count - 2].kind == .valueOpen {
      report(
        "X0008", "there is no value between these braces", Span(strings[last].valueStart, position),
        helps: [
          replacing(
            Span(strings[last].valueStart, position), by: "\\{\\}",
            "a brace itself is written `\\{`")
        ])
      tokens.insert(
        Token(
          kind: .name("_"), span: Span(position, position), startsLine: false, followsSpace: false),
        at: tokens.count - 1)
    }
  }

  /// `:.3f}`: from the colon to the brace, in place of the colon's token.
  private mutating func lexFormat(_ colon: Int) {
    let start = position
    while position < bytes.count, byte() != UInt8(ascii: "}"), byte() != UInt8(ascii: "\n"),
      byte() != quote
    {
      position += 1
    }
    tokens[tokens.count - 1].kind = .format(text(start, position))
    tokens[tokens.count - 1].span = Span(colon, position)
    guard byte() == UInt8(ascii: "}") else { return }
    position += 1
    append(.valueClose, from: position - 1)
    strings[strings.count - 1].isInValue = false
  }

  /// Ends the string: one without interpolation becomes a single token.
  private mutating func closeString() {
    let open = strings.removeLast()
    if open.isTriple { removeIndent(open) }
    var whole = ""
    for index in (open.token + 1)..<tokens.count {
      guard case .stringText(let part) = tokens[index].kind else {
        append(.stringClose, from: position)
        return
      }
      whole += part
    }
    tokens.removeSubrange((open.token + 1)...)
    tokens[open.token].kind = .string(whole)
    tokens[open.token].span = Span(open.start, position)
    startsLine = false
    followsSpace = false
  }

  /// Takes the indentation that all lines share from each, and the newline before a closing mark that
  /// stands alone on its line.
  private mutating func removeIndent(_ open: OpenString) {
    let shared = open.lines.map(\.indent).min() ?? 0
    for (index, _) in open.lines {
      if case .stringText(let part) = tokens[index].kind {
        tokens[index].kind = .stringText(String(part.dropFirst(shared)))
      }
    }
    guard let last = open.lines.last?.token, last == tokens.count - 1,
      position - 3 == tokens[last].span.end, last > open.token + 1,
      case .stringText(let before) = tokens[last - 1].kind, before.hasSuffix("\n")
    else { return }
    tokens[last].kind = .stringText("")
    tokens[last - 1].kind = .stringText(String(before.dropLast()))
  }

  /// The innermost strings that match do not end: ends them here, and reports the outermost of them.
  mutating func abandonStrings(where isOpen: (OpenString) -> Bool) {
    var outermost: OpenString?
    while let open = strings.last, isOpen(open) {
      outermost = strings.removeLast()
    }
    guard let open = outermost else { return }
    if open.isInValue {
      let brace = Span(open.valueStart, open.valueStart + 1)
      report(
        "X0008", "this `{` in a string is not closed", brace,
        helps: [replacing(brace, by: "\\{", "a brace itself is written `\\{`")])
    } else {
      let end = Span(position, position)
      report(
        "X0004", "this string is not closed",
        Span(open.start, open.start + (open.isTriple ? 3 : 1)),
        "it begins here",
        helps: open.isTriple
          ? [] : [replacing(end, by: "\"", "end it with `\"` on the same line")])
    }
    tokens.removeSubrange((open.token + 1)...)
    tokens[open.token].kind = .string("")
    tokens[open.token].span = Span(open.start, position)
    startsLine = false
  }

  /// `\n`, `\t`, `\r`, `\0`, `\e`, `\"`, `\\`, `\{`, `\}`, `\u{1F600}`.
  private mutating func lexEscape(_ content: inout [UInt8]) {
    let start = position
    let next = byte(1)
    position = min(position + 2, bytes.count)
    switch next {
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "0"): content.append(0)
    case UInt8(ascii: "e"): content.append(0x1B)
    case quote, UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "'"):
      content.append(next)
    case UInt8(ascii: "u"): lexScalarEscape(start, &content)
    default:
      position = start + 1
      if position < bytes.count, byte() != UInt8(ascii: "\n") {
        position += 1
        while byte() & 0xC0 == 0x80 { position += 1 }
      }
      let span = Span(start, position)
      report(
        "X0005", "`\(text(start, position))` is not an escape", span,
        helps: [
          replacing(
            Span(start, start + 1), by: "\\\\",
            "a backslash itself is written `\\\\`; in `r\"…\"` none is an escape")
        ])
    }
  }

  private mutating func lexScalarEscape(_ start: Int, _ content: inout [UInt8]) {
    let digits = position + 1
    var end = digits
    while end < bytes.count, end < digits + 9, bytes[end] != UInt8(ascii: "}"), bytes[end] < 0x80,
      bytes[end] != quote, bytes[end] != UInt8(ascii: "\n")
    {
      end += 1
    }
    if byte() == UInt8(ascii: "{"), end < bytes.count, bytes[end] == UInt8(ascii: "}"),
      let value = UInt32(text(digits, end), radix: 16), let scalar = Unicode.Scalar(value)
    {
      position = end + 1
      content.append(contentsOf: Array(String(Character(scalar)).utf8))
      return
    }
    if byte() == UInt8(ascii: "{"), end < bytes.count, bytes[end] == UInt8(ascii: "}") {
      position = end + 1
    }
    report(
      "X0005", "`\\u` needs the number of a Unicode character", Span(start, position),
      helps: [.init("write it like `\\u{1F600}`")])
  }
}
