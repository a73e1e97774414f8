/// A text with a name, and the way from offsets to lines and columns.

/// One script, module or REPL entry. Offsets count UTF-8 bytes; lines and columns start at 1.
package final class Source: Sendable {
  /// The path as given, `<stdlib>/methods.xai`, or `in[3]` at the prompt.
  package let name: String
  package let text: String
  /// The offset at which each line begins.
  package let lineStarts: [Int]

  package init(name: String, text: String) {
    self.name = name
    self.text = text
    var starts = [0]
    for (offset, byte) in text.utf8.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  /// The largest text that is read as a script, in bytes.
  package static let sizeLimit = 4 << 20

  /// A diagnostic if the text is larger than `sizeLimit`.
  var sizeProblem: Diagnostic? {
    let size = text.utf8.count
    if size <= Source.sizeLimit { return nil }
    return Diagnostic(
      "X0003", "this text is too large for a script", at: Label(self, Span(0, 0)),
      notes: ["it has \(size) bytes; the limit is \(Source.sizeLimit)."])
  }

  private typealias Label = Diagnostic.Label

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

  /// The text of a span; offsets beyond the ends are brought to them.
  package func substring(_ span: Span) -> String {
    let bytes = text.utf8
    let start = max(0, min(span.start, bytes.count))
    let end = max(start, min(span.end, bytes.count))
    return String(
      decoding: bytes.dropFirst(start).prefix(end - start), as: UTF8.self)
  }
}
