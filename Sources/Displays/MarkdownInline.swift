// Emphasis, code and links within a line of Markdown.

extension Markdown {
  /// The stretches of a line of prose; marks without a partner are text.
  package static func inline(_ text: String) -> [Inline] {
    inline(Array(text)[...], depth: 0)
  }

  /// How far a closing mark is looked for.
  private static let reach = 2000

  private static func inline(_ characters: ArraySlice<Character>, depth: Int) -> [Inline] {
    var result: [Inline] = []
    var plain = ""
    var rest = characters
    while let character = rest.first {
      if character == "\\", let next = rest.dropFirst().first, next.isPunctuation || next.isSymbol {
        plain.append(next)
        rest = rest.dropFirst(2)
      } else if let (part, after) = special(rest, after: plain.last, depth: depth) {
        if !plain.isEmpty { result.append(.text(plain)) }
        plain = ""
        result.append(part)
        rest = after
      } else {
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    if !plain.isEmpty { result.append(.text(plain)) }
    return result
  }

  /// The code, link or emphasis with which `rest` begins, and what follows it.
  private static func special(
    _ rest: ArraySlice<Character>, after previous: Character?, depth: Int
  ) -> (Inline, ArraySlice<Character>)? {
    switch rest.first {
    case "`":
      let ticks = rest.prefix { $0 == "`" }
      let body = rest.dropFirst(ticks.count)
      guard let end = find(ticks, in: body) else { return nil }
      var code = String(body[..<end])
      if code.count > 2, code.first == " ", code.last == " " {
        code = String(code.dropFirst().dropLast())
      }
      return (.code(code), body[(end + ticks.count)...])
    case "[" where depth < 4: return link(rest, depth: depth)
    case "*", "_":
      guard depth < 4, let mark = rest.first else { return nil }
      let count = rest.prefix { $0 == mark }.count >= 2 ? 2 : 1
      let body = rest.dropFirst(count)
      let isWord = mark == "_" && (previous?.isLetter == true || previous?.isNumber == true)
      guard !isWord, let first = body.first, !first.isWhitespace,
        let end = closing(mark, count, in: body)
      else { return nil }
      let inner = inline(body[..<end], depth: depth + 1)
      return (count == 2 ? .strong(inner) : .emphasis(inner), body[(end + count)...])
    default: return nil
    }
  }

  /// `[text](target)`.
  private static func link(
    _ rest: ArraySlice<Character>, depth: Int
  ) -> (Inline, ArraySlice<Character>)? {
    let body = rest.dropFirst()
    guard let middle = find(["]", "("], in: body),
      let end = body[middle...].prefix(reach).firstIndex(of: ")")
    else { return nil }
    let target = String(body[(middle + 2)..<end])
    guard !target.contains(where: \.isWhitespace) else { return nil }
    return (.link(inline(body[..<middle], depth: depth + 1), target: target), body[(end + 1)...])
  }

  private static func find(
    _ pattern: ArraySlice<Character>, in text: ArraySlice<Character>
  ) -> Int? {
    let last = min(text.endIndex, text.startIndex + reach) - pattern.count
    guard text.startIndex <= last else { return nil }
    return (text.startIndex...last).first { text[$0..<($0 + pattern.count)] == pattern }
  }

  /// Where `count` marks close: not after a space, and for `_` not before a letter.
  private static func closing(
    _ mark: Character, _ count: Int, in text: ArraySlice<Character>
  ) -> Int? {
    var index = text.startIndex
    let limit = min(text.endIndex, text.startIndex + reach)
    while index < limit {
      guard text[index] == mark else {
        index += 1
        continue
      }
      let run = text[index..<limit].prefix { $0 == mark }.count
      let next = index + run < text.endIndex ? text[index + run] : " "
      let isInside = mark == "_" && (next.isLetter || next.isNumber)
      if run >= count, run - count != 1 || count == 2, index > text.startIndex,
        !text[index - 1].isWhitespace, !isInside, !(count == 1 && run == 2)
      {
        return index
      }
      index += run
    }
    return nil
  }
}
