// The Markdown subset of prose and documentation, as a tree.

/// A block of prose.
package indirect enum Markdown: Sendable, Equatable {
  case heading(level: Int, [Inline])
  case paragraph([Inline])
  /// Items in order; `first` is the number of the first one in a numbered list.
  case list(first: Int?, items: [[Markdown]])
  case code(String, language: String)
  case quote([Markdown])
  case rule

  /// A stretch of prose within a line.
  package indirect enum Inline: Sendable, Equatable {
    case text(String)
    case strong([Inline])
    case emphasis([Inline])
    case code(String)
    case link([Inline], target: String)
  }

  /// The blocks of a text; whatever is not in the subset is text.
  package static func parse(_ text: String) -> [Markdown] {
    let lines = Text.clean(text).split(separator: "\n", omittingEmptySubsequences: false)
    return parse(lines[...], depth: 0)
  }

  private static func parse(_ lines: ArraySlice<Substring>, depth: Int) -> [Markdown] {
    var rest = lines
    var blocks: [Markdown] = []
    while let line = rest.first {
      let trimmed = line.drop { $0 == " " }
      if trimmed.isEmpty {
        rest = rest.dropFirst()
      } else if let fence = fence(trimmed) {
        blocks.append(code(&rest, fence: fence, indent: line.count - trimmed.count))
      } else if let level = headingLevel(trimmed) {
        let title = trimmed.dropFirst(level).drop { $0 == " " }
        blocks.append(.heading(level: level, inline(String(title))))
        rest = rest.dropFirst()
      } else if isRule(trimmed) {
        blocks.append(.rule)
        rest = rest.dropFirst()
      } else if trimmed.first == ">", depth < 8 {
        let quoted = rest.prefix { $0.drop { $0 == " " }.first == ">" }
        rest = rest.dropFirst(quoted.count)
        let inner = quoted.map { line in
          let text = line.drop { $0 == " " }.dropFirst()
          return text.first == " " ? text.dropFirst() : text
        }
        blocks.append(.quote(parse(inner[...], depth: depth + 1)))
      } else if marker(line) != nil, depth < 8 {
        blocks.append(list(&rest, depth: depth))
      } else {
        blocks.append(paragraph(&rest))
      }
    }
    return blocks
  }

  private static func fence(_ line: Substring) -> Substring? {
    let ticks = line.prefix { $0 == "`" }
    return ticks.count >= 3 && !line.dropFirst(ticks.count).contains("`") ? ticks : nil
  }

  private static func headingLevel(_ line: Substring) -> Int? {
    let level = line.prefix { $0 == "#" }.count
    let next = line.dropFirst(level).first
    return (1...6).contains(level) && (next == nil || next == " ") ? level : nil
  }

  private static func isRule(_ line: Substring) -> Bool {
    guard let first = line.first, first == "-" || first == "*" || first == "_" else { return false }
    let marks = line.filter { $0 != " " }
    return marks.count >= 3 && marks.allSatisfy { $0 == first }
  }

  /// Text up to the closing fence, or to the end.
  private static func code(
    _ rest: inout ArraySlice<Substring>, fence: Substring, indent: Int
  ) -> Markdown {
    let language = (rest.first ?? "").drop { $0 == " " || $0 == "`" }.prefix { $0 != " " }
    rest = rest.dropFirst()
    var body: [Substring] = []
    while let line = rest.first {
      rest = rest.dropFirst()
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix(fence), trimmed.allSatisfy({ $0 == "`" || $0 == " " }) { break }
      body.append(line.dropFirst(min(indent, line.count - trimmed.count)))
    }
    return .code(body.joined(separator: "\n"), language: String(language))
  }

  /// The marker of a list item: its number, if it has one, and where its text begins.
  private static func marker(_ line: Substring) -> (number: Int?, indent: Int, text: Int)? {
    let indent = line.prefix { $0 == " " }.count
    let body = line.dropFirst(indent)
    let digits = body.prefix { $0.isASCII && $0.isNumber }
    let sign = body.dropFirst(digits.count)
    guard let first = sign.first else { return nil }
    let isBullet = digits.isEmpty && (first == "-" || first == "*" || first == "+")
    let number = digits.count < 10 ? Int(digits) : nil
    let isNumber = number != nil && (first == "." || first == ")")
    guard isBullet || isNumber, sign.dropFirst().first == " " else { return nil }
    return (isNumber ? number : nil, indent, indent + digits.count + 2)
  }

  private static func list(_ rest: inout ArraySlice<Substring>, depth: Int) -> Markdown {
    let opening = rest.first.flatMap(marker)
    let indent = opening?.indent ?? 0
    var items: [[Markdown]] = []
    while let line = rest.first, let found = marker(line), found.indent < indent + 2,
      (found.number == nil) == (opening?.number == nil)
    {
      var item = [line.dropFirst(found.text)]
      rest = rest.dropFirst()
      while let next = rest.first {
        let leading = next.prefix { $0 == " " }.count
        let isBlank = leading == next.count
        let after = rest.dropFirst().first { !$0.allSatisfy { $0 == " " } }
        let goesOn =
          isBlank
          ? (after?.prefix { $0 == " " }.count ?? 0) > indent
          : leading > indent
            || (marker(next) == nil && !(item.last ?? "").isEmpty && !startsBlock(next))
        if !goesOn { break }
        item.append(next.dropFirst(min(leading, found.text)))
        rest = rest.dropFirst()
      }
      items.append(parse(item[...], depth: depth + 1))
      let blanks = rest.prefix { $0.allSatisfy { $0 == " " } }.count
      if blanks > 0, let next = rest.dropFirst(blanks).first, marker(next) != nil {
        rest = rest.dropFirst(blanks)
      }
    }
    return .list(first: opening?.number, items: items)
  }

  private static func startsBlock(_ line: Substring) -> Bool {
    let trimmed = line.drop { $0 == " " }
    return trimmed.isEmpty || fence(trimmed) != nil || headingLevel(trimmed) != nil
      || isRule(trimmed) || trimmed.first == ">"
  }

  /// Lines up to a blank one or the beginning of another block.
  private static func paragraph(_ rest: inout ArraySlice<Substring>) -> Markdown {
    var text = String((rest.first ?? "").drop { $0 == " " })
    rest = rest.dropFirst()
    while let line = rest.first, !startsBlock(line), marker(line) == nil {
      text += " " + line.drop { $0 == " " }
      rest = rest.dropFirst()
    }
    return .paragraph(inline(text))
  }
}
