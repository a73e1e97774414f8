// Strings: Unicode text, indexed by character.

/// A String of the language. It never changes while more than one value holds it.
public final class Text {
  @exclusivity(unchecked) package internal(set) final var string: String {
    didSet { known = nil }
  }
  private final var known: (count: Int, isASCII: Bool)?

  package init(_ string: String) { self.string = string }

  private var measured: (count: Int, isASCII: Bool) {
    if let known { return known }
    // A carriage return and line feed are one character, so such text counts as not plain.
    let isASCII = string.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0d }
    let result = (isASCII ? string.utf8.count : string.count, isASCII)
    known = result
    return result
  }

  /// The number of characters (extended grapheme clusters).
  package var count: Int { measured.count }

  /// The characters from `start` up to `end`; both must lie within `0...count`.
  package func characters(from start: Int, to end: Int) -> String {
    guard start >= 0, start <= end, end <= count else { return "" }
    if measured.isASCII {
      let bytes = string.utf8
      let first = bytes.index(bytes.startIndex, offsetBy: start)
      return String(string[first..<bytes.index(first, offsetBy: end - start)])
    }
    let first = string.index(string.startIndex, offsetBy: start)
    return String(string[first..<string.index(first, offsetBy: end - start)])
  }
}
