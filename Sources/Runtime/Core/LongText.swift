// Work on long Strings, which looks now and then whether the run was interrupted.

/// Functions on text of any length. Plain text (ASCII without carriage returns) is searched by bytes, other
/// text by characters, so that the results are those of Swift's own functions.
struct LongText {
  let text: String
  let machine: Machine

  /// Bytes or characters between two checkpoints.
  private static let slice = 1 << 16

  init(_ text: String, _ machine: Machine) {
    self.text = text
    self.machine = machine
  }

  /// Whether work on it is over at once.
  var isShort: Bool { text.utf8.count <= LongText.slice }

  /// Whether bytes are characters.
  private static func isPlain(_ text: String, _ machine: Machine) throws(Failure) -> Bool {
    let view = text.utf8
    let bytes = view.span
    for index in 0..<bytes.count {
      if index & (slice * 16 - 1) == 0 { try machine.checkpoint() }
      if bytes[index] >= 0x80 || bytes[index] == 0x0D { return false }
    }
    return true
  }

  /// Calls `body` with each piece between occurrences of `separator`, in order.
  private func pieces(
    separatedBy separator: String, _ body: (Substring) throws(Failure) -> Void
  ) throws(Failure) {
    if try LongText.isPlain(text, machine), try LongText.isPlain(separator, machine) {
      return try plainPieces(separatedBy: separator, body)
    }
    let wanted = Array(separator)
    var (start, place, steps) = (text.startIndex, text.startIndex, 0)
    while place < text.endIndex {
      steps += 1
      if steps & 0xfff == 0 { try machine.progress() }
      var (end, matched) = (place, 0)
      while matched < wanted.count, end < text.endIndex, text[end] == wanted[matched] {
        end = text.index(after: end)
        matched += 1
      }
      if matched == wanted.count {
        try body(text[start..<place])
        start = end
        place = end
      } else {
        place = text.index(after: place)
      }
    }
    try body(text[start...])
  }

  private func plainPieces(
    separatedBy separator: String, _ body: (Substring) throws(Failure) -> Void
  ) throws(Failure) {
    let (view, separatorView) = (text.utf8, separator.utf8)
    let bytes = view.span
    let wanted = separatorView.span
    var (start, place, steps) = (text.startIndex, 0, 0)
    var offset = 0
    while place + wanted.count <= bytes.count {
      steps += 1
      if steps & (LongText.slice - 1) == 0 { try machine.progress() }
      var matched = 0
      while matched < wanted.count, bytes[place + matched] == wanted[matched] { matched += 1 }
      guard matched == wanted.count else {
        place += 1
        continue
      }
      let end = text.utf8.index(start, offsetBy: place - offset)
      try body(text[start..<end])
      place += wanted.count
      start = text.utf8.index(end, offsetBy: wanted.count)
      offset = place
    }
    try body(text[start...])
  }

  /// The pieces between occurrences of a separator, which is not empty.
  func split(by separator: String) throws(Failure) -> Value {
    if isShort {
      return Value(
        text.split(separator: separator, omittingEmptySubsequences: false).map {
          Value(String($0))
        })
    }
    let list = List()
    try pieces(separatedBy: separator) { piece throws(Failure) in list.append(Value(String(piece)))
    }
    return .list(list)
  }

  /// The text with every occurrence of a part, which is not empty, replaced.
  func replacing(_ old: String, with new: String) throws(Failure) -> Value {
    var count = -1
    try pieces(separatedBy: old) { _ throws(Failure) in count += 1 }
    let growth = Swift.max(0, new.utf8.count - old.utf8.count)
    let (added, overflow) = growth.multipliedReportingOverflow(by: count)
    try Elements.check(
      overflow ? .max : added.addingReportingOverflow(text.utf8.count).partialValue, "bytes",
      for: "a String")
    var result = ""
    var isFirst = true
    try pieces(separatedBy: old) { piece throws(Failure) in
      if !isFirst { result += new }
      isFirst = false
      result += piece
    }
    return Value(result)
  }

  /// The pieces between characters that separate.
  func split(omittingEmpty: Bool, at isSeparator: (Character) -> Bool) throws(Failure) -> [Value] {
    var parts: [Value] = []
    var (start, place, steps) = (text.startIndex, text.startIndex, 0)
    while place < text.endIndex {
      steps += 1
      if steps & 0xfff == 0 { try machine.progress() }
      let next = text.index(after: place)
      if isSeparator(text[place]) {
        if !omittingEmpty || start < place { parts.append(Value(String(text[start..<place]))) }
        start = next
      }
      place = next
    }
    if !omittingEmpty || start < text.endIndex { parts.append(Value(String(text[start...]))) }
    return parts
  }

  /// The text changed piece by piece; pieces of long text end behind white space, where the rules of
  /// Unicode for letters begin anew.
  func mapped(_ change: (Substring) -> String) throws(Failure) -> Value {
    if isShort { return Value(change(text[...])) }
    var result = ""
    var start = text.startIndex
    while start < text.endIndex {
      try Memory.check(adding: result.utf8.count)
      try machine.checkpoint()
      let far = text.index(start, offsetBy: LongText.slice, limitedBy: text.endIndex)
      var end = far ?? text.endIndex
      let nearest = text[end...].prefix(1_000).firstIndex(where: \.isWhitespace)
      end = nearest ?? end
      result += change(text[start..<end])
      start = end
    }
    return Value(result)
  }
}
