/// From a file's bytes to a source, and from offsets to what a person or an editor counts.

extension Diagnostic: Error {}

extension Source {
  /// Reads UTF-8.
  ///
  /// - Throws: X0002 at the first byte that is not UTF-8, X0003 beyond `sizeLimit`.
  package convenience init(name: String, bytes: [UInt8]) throws(Diagnostic) {
    if bytes.count > Source.sizeLimit {
      throw Source(name: name, text: "").tooLarge(bytes.count)
    }
    if let text = String(validating: bytes, as: UTF8.self) {
      self.init(name: name, text: text)
      return
    }
    let valid = Source.validLength(bytes)
    let shown = Source(name: name, text: String(decoding: bytes, as: UTF8.self))
    let value = String(bytes[valid], radix: 16)
    throw Diagnostic(
      "X0002", "this file is not UTF-8 text",
      at: .init(shown, Span(valid, valid + 3), "the byte 0x\(value) at offset \(valid)"),
      helps: [.init("save it with the encoding UTF-8")])
  }

  /// How many bytes come before the first that is not part of a UTF-8 character; less than all of them.
  private static func validLength(_ bytes: [UInt8]) -> Int {
    var start = 0
    while start < bytes.count {
      let first = bytes[start]
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      let end = min(start + length, bytes.count)
      if String(validating: bytes[start..<end], as: UTF8.self) == nil { return start }
      start = end
    }
    return max(0, bytes.count - 1)
  }

  /// The largest text that is read as a script, in bytes.
  package static let sizeLimit = 4 << 20

  /// A diagnostic if the text is larger than `sizeLimit`.
  var sizeProblem: Diagnostic? {
    let size = text.utf8.count
    return size <= Source.sizeLimit ? nil : tooLarge(size)
  }

  private func tooLarge(_ size: Int) -> Diagnostic {
    Diagnostic(
      "X0003", "this text is too large for a script",
      notes: ["`\(name)` has \(size) bytes; the limit is \(Source.sizeLimit)."])
  }

  /// The line of an offset, from 0. Offsets beyond the end belong to the last line.
  package func line(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The column of an offset in bytes, from 0.
  func column(of offset: Int) -> Int { offset - lineStarts[line(of: offset)] }

  /// Line and column as a person counts them: both from 1, columns in characters.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    let line = line(of: offset)
    return (line + 1, substring(Span(lineStarts[line], offset)).count + 1)
  }

  /// Line and character as an editor counts them: both from 0, characters in UTF-16 units.
  package func editorPosition(of offset: Int) -> (line: Int, character: Int) {
    let line = line(of: offset)
    return (line, substring(Span(lineStarts[line], offset)).utf16.count)
  }

  /// Where a line lies, without its newline. Lines count from 0; beyond the last it is empty.
  package func span(ofLine line: Int) -> Span {
    guard lineStarts.indices.contains(line) else { return Span(text.utf8.count, text.utf8.count) }
    let start = lineStarts[line]
    var end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : text.utf8.count
    if end > start, substring(Span(end - 1, end)) == "\r" { end -= 1 }
    return Span(start, end)
  }

  /// The text of a line, from 0, without its newline.
  package func line(_ line: Int) -> String { substring(span(ofLine: line)) }

  /// The text of a span; offsets beyond the ends are brought to them.
  package func substring(_ span: Span) -> String {
    let bytes = text.utf8
    let start = max(0, min(span.start, bytes.count))
    let end = max(start, min(span.end, bytes.count))
    return String(
      decoding: bytes.dropFirst(start).prefix(end - start), as: UTF8.self)
  }
}
