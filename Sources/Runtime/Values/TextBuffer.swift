// Text under construction: what `"{x}"` and `join` put their pieces into.

/// Bytes of UTF-8 that grow at the end. A machine has one and uses it like a stack, because what is asked
/// for its text may be putting text together itself.
final class TextBuffer {
  @exclusivity(unchecked) private var bytes: [UInt8] = []
  /// More bytes than this are not kept for the next text.
  private static let kept = 1 << 16

  var count: Int { bytes.count }

  /// Adds what `print` writes for the value.
  func append(_ value: Value) {
    if let text = value.textObject {
      text._withUnsafeGuaranteedRef { append($0.string) }
    } else if let whole = value.whole {
      append(whole)
    } else {
      append(Description.plain(value))
    }
  }

  func append(_ string: String) { string.withBytes { bytes.append(contentsOf: $0) } }

  private func append(_ whole: Int) {
    if whole < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = whole.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Forgets what was added behind the first `count` bytes.
  func cut(to count: Int) {
    bytes.removeLast(bytes.count - count)
    if count == 0, bytes.capacity > TextBuffer.kept { bytes = [] }
  }

  /// Takes out what was added behind the first `start` bytes.
  func take(from start: Int) -> Text {
    defer { cut(to: start) }
    return bytes.withUnsafeBufferPointer { Text(UnsafeBufferPointer(rebasing: $0[start...])) }
  }
}

extension Machine {
  /// The text that `build` puts together.
  func text(_ build: (TextBuffer) throws(Failure) -> Void) throws(Failure) -> Text {
    let start = pieces.count
    do throws(Failure) {
      try build(pieces)
      try Elements.check(pieces.count - start, "bytes", for: "a String")
    } catch {
      pieces.cut(to: start)
      throw error
    }
    return pieces.take(from: start)
  }
}
