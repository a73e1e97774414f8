/// The lexer: from text to tokens, with documentation comments and cell markers kept beside them.

/// Reads a whole source once, from left to right, and never fails: what is wrong becomes a diagnostic
/// and a token that lets the parser go on.
struct Lexer {
  let source: Source
  let bytes: [UInt8]
  var position = 0
  var line = 0
  var startsLine = true
  var followsSpace = true
  var tokens: [Token] = []
  var diagnostics: [Diagnostic] = []
  /// `##` comments by line (from 0).
  var documentation: [Int: DocumentationLine] = [:]
  var markers: [CellMarker] = []
  /// The strings that are open, the innermost last.
  var strings: [OpenString] = []
  /// The text ends inside a `"""` string: more of it may follow.
  var endsInString = false

  /// One `##` comment.
  struct DocumentationLine {
    var text: String
    /// The offset of its `##`.
    var start: Int
    /// Bytes between the start of the line and the `##`.
    var column: Int
    /// Nothing else is on its line.
    var isAlone: Bool
  }

  /// One `# %%` line.
  struct CellMarker {
    var title: String
    /// The comment text of a `[markdown]` cell.
    var markdown: String?
    var span: Span
  }

  init(_ source: Source) {
    self.source = source
    bytes = Array(source.text.utf8)
  }

  /// Fills `tokens`, the last of which is `end`.
  mutating func run() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    if byte(0) == UInt8(ascii: "#"), byte(1) == UInt8(ascii: "!") { skipLine() }
    while position < bytes.count {
      if strings.last?.isInValue == false { lexStringText() } else { lexToken() }
    }
    if !strings.isEmpty {
      endsInString = strings.allSatisfy(\.isTriple)
      abandonStrings { _ in true }
    }
    startsLine = true
    append(.end, from: bytes.count)
  }

  /// The byte `ahead` of the position, or 0 beyond the end.
  func byte(_ ahead: Int = 0) -> UInt8 {
    position + ahead < bytes.count ? bytes[position + ahead] : 0
  }

  func text(_ start: Int, _ end: Int) -> String {
    String(decoding: bytes[start..<end], as: UTF8.self)
  }

  mutating func append(_ kind: Token.Kind, from start: Int) {
    tokens.append(
      Token(
        kind: kind, span: Span(start, position), startsLine: startsLine, followsSpace: followsSpace)
    )
    startsLine = false
    followsSpace = false
  }

  mutating func report(
    _ code: String, _ message: String, _ span: Span, _ text: String = "",
    helps: [Diagnostic.Help] = []
  ) {
    if diagnostics.count >= Parser.errorLimit { return }
    diagnostics.append(
      Diagnostic(code, message, at: .init(source, span, text), helps: helps))
  }

  /// Proposes to replace the text of a span.
  func replacing(_ span: Span, by replacement: String, _ text: String) -> Diagnostic.Help {
    .init(text, edits: [.init(source, span, replacement)])
  }

  /// One token, or the trivia before it.
  private mutating func lexToken() {
    let next = byte()
    switch next {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
      position += 1
      followsSpace = true
    case UInt8(ascii: "\n"):
      newline()
    case UInt8(ascii: "#"):
      lexComment()
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      lexNumber()
    case UInt8(ascii: "\""):
      openString(isRaw: false)
    case UInt8(ascii: "r") where byte(1) == UInt8(ascii: "\""):
      openString(isRaw: true)
    case UInt8(ascii: "."):
      if isDigit(byte(1)), followsSpace { lexNumberWithoutWhole() } else { lexSymbol() }
    default:
      if isNameStart(next) { lexWord() } else { lexSymbol() }
    }
  }

  private mutating func newline() {
    if strings.last?.isTriple == false {
      abandonStrings { !$0.isTriple }
      return
    }
    position += 1
    line += 1
    startsLine = true
    followsSpace = true
  }

  mutating func skipLine() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
  }

  /// A name or keyword. Letters are those of Unicode, so `σ` and `α1` are names.
  private mutating func lexWord() {
    let start = position
    while position < bytes.count, let length = nameLength() { position += length }
    if position == start { return lexUnexpected() }
    let word = text(start, position)
    append(Keyword(rawValue: word).map { .keyword($0) } ?? .name(word), from: start)
  }

  private func isNameStart(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
      || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  /// The bytes of the letter or digit at the position, or nil if it is neither.
  private func nameLength() -> Int? {
    let first = byte()
    if first < 0x80 { return isNameStart(first) || isDigit(first) ? 1 : nil }
    guard let scalar = scalar() else { return nil }
    return scalar.properties.isXIDContinue ? scalar.utf8.count : nil
  }

  /// The Unicode scalar at the position.
  private func scalar() -> Unicode.Scalar? {
    String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
      .unicodeScalars.first
  }

  func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private mutating func lexSymbol() {
    let start = position
    for length in [3, 2, 1] where position + length <= bytes.count {
      let packed = bytes[position..<position + length].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      guard let symbol = Symbol.packed[packed] else { continue }
      position += length
      append(.symbol(symbol), from: start)
      if !strings.isEmpty { countBracket(symbol, start) }
      return
    }
    lexUnexpected()
  }

  /// Reports a character that no token has and skips it with its like; a look-alike is replaced.
  private mutating func lexUnexpected() {
    let start = position
    guard let scalar = scalar() else {
      position += 1
      return
    }
    if scalar == "'", lexSingleQuoted() { return }
    position += scalar.utf8.count
    while let next = self.scalar(), next == scalar, position < bytes.count {
      position += next.utf8.count
    }
    let span = Span(start, position)
    followsSpace = true
    guard let meant = LookAlikes.table[scalar] else {
      report("X0001", "\(LookAlikes.described(scalar)) has no meaning here", span)
      return
    }
    let help = replacing(
      span, by: meant.replacement,
      meant.replacement == " " ? "use an ordinary space" : "write `\(meant.replacement)`")
    report("X0001", "\(meant.name) instead of \(meant.described)", span, helps: [help])
    if let symbol = meant.symbol { append(.symbol(symbol), from: start) }
    if meant.replacement == "\"" { skipCurlyString(start) }
  }

  /// After a typographic quotation mark: takes the text up to the closing one as a string.
  private mutating func skipCurlyString(_ start: Int) {
    let content = position
    while position < bytes.count, byte() != UInt8(ascii: "\n") {
      guard let next = scalar() else { break }
      let end = position
      position += next.utf8.count
      if LookAlikes.table[next]?.replacement == "\"" || next == "\"" {
        return append(.string(text(content, end)), from: start)
      }
    }
    append(.string(text(content, position)), from: start)
  }

  /// `'text'`, which the language writes `"text"`.
  private mutating func lexSingleQuoted() -> Bool {
    let start = position
    guard
      let end = bytes[(start + 1)...].firstIndex(where: {
        $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\"")
      }), bytes[end] == UInt8(ascii: "'")
    else { return false }
    position = end + 1
    let content = text(start + 1, end)
    report(
      "X0001", "a string stands in double quotation marks", Span(start, position),
      helps: [
        replacing(Span(start, position), by: "\"\(content)\"", "write `\"\(content)\"`")
      ])
    append(.string(content), from: start)
    return true
  }
}
