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
}
