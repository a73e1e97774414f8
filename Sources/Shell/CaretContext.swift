// What stands around the caret, read from the text before it alone.

/// The place at which a name, a label or a path is being typed.
package enum CaretContext: Equatable {
  /// A comment, a number, or text of which nothing is known.
  case nothing
  /// A name; in the arguments of a call, also a label of `callee`. `start` is the offset of the word.
  case name(start: Int, callee: [String]?)
  /// A field of a value that is reached by names: `net.lay` has the base `["net"]`.
  case field(start: Int, base: [String])
  /// The text of a string; `start` is the offset of its first character.
  case string(start: Int, place: StringPlace)
  /// The name of a module after `import`.
  case module(start: Int)

  /// Reads the text before a caret.
  package init(_ before: Substring) {
    var scan = Scan(Array(before.utf8))
    self = scan.context()
  }
}

/// What a string is for, as far as the text before it tells.
package struct StringPlace: Equatable {
  /// The function in whose arguments it stands, perhaps within a list or record.
  package var callee: [String]?
  /// The label of that argument.
  package var label: String?
  /// The first argument, if it is a name: `net` in `explain(net, x, layer: "`.
  package var subject: [String]?
  /// The value in whose brackets it stands: `scores` in `scores["`.
  package var container: [String]?

  package init(
    callee: [String]? = nil, label: String? = nil, subject: [String]? = nil,
    container: [String]? = nil
  ) {
    self.callee = callee
    self.label = label
    self.subject = subject
    self.container = container
  }
}

extension CaretContext {
  /// The function in whose parentheses a caret stands, the innermost one; nil outside of any.
  package static func call(_ before: Substring) -> [String]? {
    var scan = Scan(Array(before.utf8))
    return scan.call()
  }

  /// The offset of the bracket that a closing one behind the text would belong to; nil without one.
  static func partner(of closing: Character, _ before: Substring) -> Int? {
    var scan = Scan(Array(before.utf8))
    return scan.partner(of: closing)
  }
}

/// A walk over the text that keeps the open brackets and strings.
private struct Scan {
  enum Frame {
    case bracket(offset: Int, byte: UInt8)
    case interpolation
    case string(start: Int, isRaw: Bool, isLong: Bool)
  }

  let bytes: [UInt8]
  var frames: [Frame] = []
  var isComment = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private mutating func walk() {
    var place = 0
    while place < bytes.count { place += step(at: place) }
  }

  mutating func context() -> CaretContext {
    walk()
    if isComment { return .nothing }
    if case .string(let start, let isRaw, let isLong)? = frames.last {
      let opening = start - (isLong ? 3 : 1) - (isRaw ? 1 : 0)
      return .string(start: start, place: stringPlace(before: opening))
    }
    return code()
  }

  mutating func call() -> [String]? {
    walk()
    for frame in frames.reversed() {
      guard case .bracket(let offset, UInt8(ascii: "(")) = frame, let path = path(before: offset)
      else { continue }
      return path
    }
    return nil
  }

  mutating func partner(of closing: Character) -> Int? {
    walk()
    let openings: [Character: UInt8] = [
      ")": UInt8(ascii: "("), "]": UInt8(ascii: "["), "}": UInt8(ascii: "{"),
    ]
    guard !isComment, case .bracket(let offset, let byte)? = frames.last,
      openings[closing] == byte
    else { return nil }
    return offset
  }

  /// Reads one piece of the text; gives its length.
  private mutating func step(at place: Int) -> Int {
    let byte = bytes[place]
    if isComment {
      isComment = byte != UInt8(ascii: "\n")
      return 1
    }
    if case .string(_, let isRaw, let isLong)? = frames.last {
      return stepInString(byte, at: place, isRaw: isRaw, isLong: isLong)
    }
    switch byte {
    case UInt8(ascii: "#"): isComment = true
    case UInt8(ascii: "\""):
      let isRaw = place > 0 && bytes[place - 1] == UInt8(ascii: "r") && !isWord(at: place - 2)
      let isLong = isQuotes(at: place)
      frames.append(.string(start: place + (isLong ? 3 : 1), isRaw: isRaw, isLong: isLong))
      return isLong ? 3 : 1
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      frames.append(.bracket(offset: place, byte: byte))
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      if !frames.isEmpty { frames.removeLast() }
    default: break
    }
    return 1
  }

  private mutating func stepInString(_ byte: UInt8, at place: Int, isRaw: Bool, isLong: Bool) -> Int
  {
    switch byte {
    case UInt8(ascii: "\\") where !isRaw: return 2
    case UInt8(ascii: "{") where !isRaw: frames.append(.interpolation)
    case UInt8(ascii: "\"") where isLong && isQuotes(at: place):
      frames.removeLast()
      return 3
    case UInt8(ascii: "\"") where !isLong: frames.removeLast()
    // A string of one line ends with it, closed or not.
    case UInt8(ascii: "\n") where !isLong: frames.removeLast()
    default: break
    }
    return 1
  }

  private func isQuotes(at place: Int) -> Bool {
    place + 2 < bytes.count && bytes[place...(place + 2)].allSatisfy { $0 == UInt8(ascii: "\"") }
  }

  // MARK: Strings

  /// What a string that opens at an offset is for: the brackets around it, from the inside.
  private func stringPlace(before opening: Int) -> StringPlace {
    var edge = opening
    for frame in frames.dropLast().reversed() {
      guard case .bracket(let offset, let byte) = frame else { break }
      switch byte {
      case UInt8(ascii: "("):
        return StringPlace(
          callee: path(before: offset), label: label(before: edge), subject: name(behind: offset))
      case UInt8(ascii: "["):
        if edge == opening, let container = path(before: offset) {
          return StringPlace(container: container)
        }
      default:
        if let model = traced(before: offset) { return StringPlace(callee: model + ["at"]) }
      }
      edge = offset
    }
    return StringPlace()
  }

  /// The dotted names that end at an offset; nil if there are none, or something else is before them.
  private func path(before offset: Int) -> [String]? {
    let word = wordStart(before: offset)
    guard word < offset, !isDigit(bytes[word]) else { return nil }
    guard let base = base(of: word) else { return [text(word..<offset)] }
    return base.isEmpty ? nil : base + [text(word..<offset)]
  }

  private func label(before edge: Int) -> String? {
    var place = edge
    while place > 0, isSpace(bytes[place - 1]) { place -= 1 }
    guard place > 0, bytes[place - 1] == UInt8(ascii: ":") else { return nil }
    let word = wordStart(before: place - 1)
    return word < place - 1 ? text(word..<(place - 1)) : nil
  }

  /// The dotted names that are all of a first argument.
  private func name(behind offset: Int) -> [String]? {
    var end = offset + 1
    while isWord(at: end) || (end < bytes.count && bytes[end] == UInt8(ascii: ".")) { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: ",") else { return nil }
    return path(before: end)
  }

  /// The model in `trace model(x) {`, of which the brace is at an offset.
  private func traced(before offset: Int) -> [String]? {
    var place = offset
    while place > 0, isSpace(bytes[place - 1]) { place -= 1 }
    guard place > 0, bytes[place - 1] == UInt8(ascii: ")") else { return nil }
    var depth = 0
    while place > 0 {
      place -= 1
      if bytes[place] == UInt8(ascii: ")") { depth += 1 }
      if bytes[place] == UInt8(ascii: "(") { depth -= 1 }
      if depth == 0 { break }
    }
    guard let model = path(before: place) else { return nil }
    var start = place - model.joined(separator: ".").utf8.count
    while start > 0, bytes[start - 1] == UInt8(ascii: " ") { start -= 1 }
    return text(wordStart(before: start)..<start) == "trace" ? model : nil
  }

  // MARK: Code

  private func code() -> CaretContext {
    let start = wordStart(before: bytes.count)
    if start < bytes.count, isDigit(bytes[start]) { return .nothing }
    if let base = base(of: start) {
      return base.isEmpty ? .nothing : .field(start: start, base: base)
    }
    if isImport(start) { return .module(start: start) }
    return .name(start: start, callee: callee(at: start))
  }

  /// The names before the dot at which the word hangs: empty if they are no plain names, nil if there is no dot.
  private func base(of start: Int) -> [String]? {
    guard start > 0, bytes[start - 1] == UInt8(ascii: ".") else { return nil }
    if start > 1, bytes[start - 2] == UInt8(ascii: ".") { return nil }
    var names: [String] = []
    var dot = start - 1
    while true {
      let word = wordStart(before: dot)
      guard word < dot, !isDigit(bytes[word]) else { return [] }
      names.insert(text(word..<dot), at: 0)
      guard word > 0, bytes[word - 1] == UInt8(ascii: ".") else { break }
      dot = word - 1
    }
    return names
  }

  /// The function whose argument begins at the word.
  private func callee(at start: Int) -> [String]? {
    guard case .bracket(let offset, UInt8(ascii: "("))? = frames.last else { return nil }
    var before = start
    while before > 0, isSpace(bytes[before - 1]) { before -= 1 }
    guard before > 0,
      [UInt8(ascii: "("), UInt8(ascii: ","), UInt8(ascii: ";")].contains(bytes[before - 1])
    else { return nil }
    return path(before: offset)
  }

  private func isImport(_ start: Int) -> Bool {
    var line = start
    while line > 0, bytes[line - 1] != UInt8(ascii: "\n"), bytes[line - 1] != UInt8(ascii: ";") {
      line -= 1
    }
    let words = text(line..<start).split { $0 == " " || $0 == "," }
    guard words.first == "import" else { return false }
    // After `a as ` stands a new name.
    return words.last != "as" && (words.count == 1 || text(line..<start).last { $0 != " " } == ",")
  }

  private func wordStart(before end: Int) -> Int {
    var start = end
    while isWord(at: start - 1) { start -= 1 }
    return start
  }

  private func isWord(at place: Int) -> Bool {
    guard place >= 0, place < bytes.count else { return false }
    let byte = bytes[place]
    return byte >= 0x80 || byte == UInt8(ascii: "_") || isDigit(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
