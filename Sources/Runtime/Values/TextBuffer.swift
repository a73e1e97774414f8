// Text under construction: what `"{x}"` and `join` put their pieces into.
import Glibc

/// Bytes of UTF-8 that grow at the end. A machine has one and uses it like a stack, because what is asked
/// for its text may be putting text together itself.
final class TextBuffer {
  // Plain memory: an array would count references at each piece. Owned by this object.
  @exclusivity(unchecked) private var base: UnsafeMutablePointer<UInt8>
  @exclusivity(unchecked) private var capacity = 256
  @exclusivity(unchecked) private(set) var count = 0
  /// More bytes than this are not kept for the next text.
  private static let kept = 1 << 16

  init() { base = .allocate(capacity: capacity) }

  deinit { base.deallocate() }

  private func reserve(_ added: Int) {
    if capacity - count >= added { return }
    resize(max(count + added, capacity * 2))
  }

  @inline(never) private func resize(_ size: Int) {
    let other = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    other.initialize(from: base, count: count)
    base.deallocate()
    base = other
    capacity = size
  }

  /// Adds what `print` writes for the value.
  func append(_ value: borrowing Value) {
    if let text = value.textObject {
      text._withUnsafeGuaranteedRef { append($0.string) }
    } else if let whole = value.whole {
      append(whole)
    } else {
      append(Description.plain(copy value))
    }
  }

  func append(_ string: String) {
    string.withBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      reserve(bytes.count)
      (base + count).initialize(from: source, count: bytes.count)
      count += bytes.count
    }
  }

  private func append(_ whole: Int) {
    let longest = 20
    reserve(longest)
    if whole < 0 {
      base[count] = UInt8(ascii: "-")
      count += 1
    }
    // From the last digit on: as many places as digits.
    var digits = 1
    var rest = whole.magnitude / 10
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    rest = whole.magnitude
    for place in stride(from: count + digits - 1, through: count, by: -1) {
      base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += digits
  }

  /// Forgets what was added behind the first `start` bytes.
  func cut(to start: Int) {
    count = min(count, start)
    if count == 0, capacity > TextBuffer.kept { resize(256) }
  }

  /// Takes out what was added behind the first `start` bytes.
  func take(from start: Int) -> Text {
    defer { cut(to: start) }
    return Text(UnsafeBufferPointer(start: base + start, count: count - start))
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
