// Strings: Unicode text, indexed by character.
import Glibc

/// A String of the language. It never changes while more than one value holds it.
public final class Text {
  @exclusivity(unchecked) package private(set) final var string: String
  /// Twice the number of characters, plus one if they are plain; -1 until someone asks.
  @exclusivity(unchecked) private final var known: Int

  package init(_ string: String) {
    self.string = string
    known = -1
  }

  /// Text that is known to be plain.
  init(plain string: String) {
    self.string = string
    known = string.utf8.count << 1 | 1
  }

  /// Text of bytes in UTF-8.
  convenience init(_ bytes: UnsafeBufferPointer<UInt8>) {
    let string = String(decoding: bytes, as: UTF8.self)
    if bytes.isPlain { self.init(plain: string) } else { self.init(string) }
  }

  private var measured: Int {
    if known < 0 { measure() }
    return known
  }

  @inline(never) private func measure() {
    known = string.isPlain ? string.utf8.count << 1 | 1 : string.count << 1
  }

  /// The number of characters (extended grapheme clusters).
  package var count: Int { measured >> 1 }

  /// Whether every character is one byte: ASCII without carriage returns, since one of those and the line
  /// feed behind it are one character.
  package var isPlain: Bool { measured & 1 == 1 }

  /// The number of bytes in UTF-8.
  var size: Int { string.utf8.count }

  /// The characters from `start` up to `end`; both must lie within `0...count`.
  package func characters(from start: Int, to end: Int) -> Text {
    guard start >= 0, start < end, end <= count else { return Text(plain: "") }
    if isPlain {
      if end - start == 1 { return character(at: start) }
      return string.withBytes { Text(plain: String(plain: $0[start..<end])) }
    }
    let first = string.index(string.startIndex, offsetBy: start)
    return Text(String(string[first..<string.index(first, offsetBy: end - start)]))
  }

  /// The character at an index within `0..<count`.
  package func character(at index: Int) -> Text {
    guard let byte = plainByte(at: index) else {
      return characters(from: index, to: index + 1)
    }
    return Text.single[Int(byte & 0x7f)]
  }

  /// The character at an index, which may count from the end, if the text is plain and has it.
  @inline(__always) func plainByte(at index: Int) -> UInt8? {
    let known = measured
    let count = known >> 1
    let place = index < 0 ? index + count : index
    guard known & 1 == 1, place >= 0, place < count else { return nil }
    return string.withBytes { $0[place] }
  }

  /// The characters of a range, if it lies within the text.
  func part(_ bounds: (lower: Int, upper: Int, isClosed: Bool)) -> Text? {
    guard let places = IntegerRange.places(bounds, in: count) else { return nil }
    return characters(from: places.lowerBound, to: places.upperBound)
  }

  /// All characters, each as a String.
  package var characters: [Value] {
    if isPlain { return string.utf8.map { .text(Text.single[Int($0 & 0x7f)]) } }
    return string.map { Value(String($0)) }
  }

  /// The same where there is memory for them.
  package func allCharacters() throws(Failure) -> [Value] {
    let each = MemoryLayout<Value>.stride + (isPlain ? 0 : Text.leastSize)
    if count >= Memory.worthAsking { try Memory.check(adding: count * each) }
    return characters
  }

  /// The bytes that a text takes which is short enough to lie in its object.
  static let leastSize = 48

  /// The parts between separators, where both texts are plain; nil otherwise, or when the machine must stop or has no memory left.
  func parts(between separator: Text, _ machine: Machine) -> List? {
    guard isPlain, separator.isPlain, separator.count > 0 else { return nil }
    return string.withBytes { bytes in
      separator.string.withBytes { separator in
        let parts = List()
        var start = 0
        while let end = bytes.place(of: separator, from: start) {
          parts.append(.text(Text(plain: String(plain: bytes[start..<end]))))
          start = end + separator.count
          if parts.count & 4095 == 4095, machine.mustStop || Memory.isUsedUp { return nil }
        }
        parts.append(.text(Text(plain: String(plain: bytes[start...]))))
        return parts
      }
    }
  }

  /// Adds at the end: only to text that is held once.
  func append(_ other: Text) {
    let both = known >= 0 && known & other.known & 1 == 1 && other.known >= 0
    string += other.string
    known = both ? known + other.known - 1 : -1
  }

  /// Whether both have the same characters.
  @inline(__always) func equals(_ other: Text) -> Bool {
    self === other || string == other.string
  }

  /// The texts of one plain character, which never change.
  nonisolated(unsafe) private static let single: [Text] = (0..<128).map {
    Text(plain: String(UnicodeScalar(UInt8($0))))
  }

  /// The same as values in plain memory, for the machine. They live as long as the process.
  nonisolated(unsafe) static let plain: Slot = {
    let values = Slot.block(single.count)
    for (index, text) in single.enumerated() { (values + index).initialize(to: .text(text)) }
    return values
  }()
}

extension String {
  /// The bytes of the text in UTF-8, in place where they lie together.
  @inline(__always)
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
    return Array(utf8).withUnsafeBufferPointer(body)
  }

  /// Whether the text is ASCII without carriage returns; eight bytes at a time.
  var isPlain: Bool { withBytes { $0.isPlain } }

  /// Text of bytes that are known to be ASCII.
  init(plain bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    self = String(decoding: UnsafeBufferPointer(rebasing: bytes), as: UTF8.self)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where other bytes, at least one, come first from a place on; nil where they do not.
  func place(of other: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = baseAddress, let wanted = other.baseAddress else { return nil }
    var place = start
    while place + other.count <= count {
      let rest = count - other.count + 1 - place
      guard let found = memchr(base + place, Int32(wanted[0]), rest) else { return nil }
      place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if memcmp(base + place, wanted, other.count) == 0 { return place }
      place += 1
    }
    return nil
  }

  /// Whether all bytes are ASCII and none is a carriage return; eight at a time.
  var isPlain: Bool {
    let raw = UnsafeRawBufferPointer(self)
    var index = 0
    var odd: UInt64 = 0
    while index + 8 <= raw.count {
      odd |= Self.odd(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    while index < raw.count {
      odd |= Self.odd(UInt64(raw[index]))
      index += 1
    }
    return odd == 0
  }

  /// Not 0 if one of eight bytes is a carriage return or not ASCII: such a byte has its high bit set, or
  /// becomes 0 when a carriage return is taken out of every byte, and borrows when 1 is subtracted.
  @inline(__always) private static func odd(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let without = word ^ (ones &* 0x0d)
    return (word | ((without &- ones) & ~without)) & (ones &* 0x80)
  }
}
