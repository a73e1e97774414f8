// The examples of documentation: fenced blocks whose lines say what they give.
import Syntax

/// One ```` ```xai ```` block.
struct DocumentedExample {
  /// A statement with the value that its comment promises.
  struct Entry {
    /// The statement, at the place where it stands in the file: everything before it is blank.
    var source: Source
    var expected: String?
    /// Where the promise stands.
    var promise: Span
  }

  /// What is documented.
  var owner: String
  /// The line of the fence, from 0.
  var line: Int
  var entries: [Entry]

  /// The examples of a script, in its `##` comments.
  static func all(in source: Source) -> [DocumentedExample] {
    guard source.text.utf8.firstRange(of: "```xai".utf8) != nil else { return [] }
    let lines = source.lineTexts
    var found: [DocumentedExample] = []
    var start = 0
    while start < lines.count {
      let end = lines[start...].firstIndex { !isDocumentation($0) } ?? lines.count
      let owner = end < lines.count ? name(of: lines[end]) : nil
      found += blocks(source, lines, start..<end, owner: owner ?? "the file") { line in
        let indent = line.prefix { $0 == " " || $0 == "\t" }.count
        let body = line.dropFirst(indent + 2)
        return indent + 2 + (body.first == " " ? 1 : 0)
      }
      start = end + 1
    }
    return found
  }

  /// The examples of a Markdown text.
  static func all(inMarkdown source: Source, of owner: String) -> [DocumentedExample] {
    let lines = source.lineTexts
    return blocks(source, lines, 0..<lines.count, owner: owner) { _ in 0 }
  }

  private static func isDocumentation(_ line: Substring) -> Bool {
    let text = line.drop { $0 == " " || $0 == "\t" }
    return text.hasPrefix("##") && !text.hasPrefix("###")
  }

  /// The name that a line declares.
  private static func name(of line: Substring) -> String? {
    let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    let declaring = ["fn", "method", "metric", "model", "let", "var", "param"]
    guard let first = words.first, declaring.contains(String(first)), words.count > 1 else {
      return nil
    }
    return String(words[1])
  }

  /// The fenced blocks between two lines; `margin` is how many characters before the text of a line to pass over.
  private static func blocks(
    _ source: Source, _ lines: [Substring], _ range: Range<Int>, owner: String,
    margin: (Substring) -> Int
  ) -> [DocumentedExample] {
    var found: [DocumentedExample] = []
    var open: (fence: Int, body: [(Int, Substring)], isCode: Bool)?
    for number in range {
      let text = lines[number].dropFirst(margin(lines[number]))
      if text.hasPrefix("```") {
        if let block = open {
          if block.isCode {
            let statements = entries(source, block.body)
            found.append(DocumentedExample(owner: owner, line: block.fence, entries: statements))
          }
          open = nil
        } else {
          open = (number, [], text.trimmed == "```xai")
        }
      } else {
        open?.body.append((number, text))
      }
    }
    return found
  }

  /// Lines joined until each entry is complete.
  private static func entries(_ source: Source, _ lines: [(Int, Substring)]) -> [Entry] {
    var entries: [Entry] = []
    var pending: [(Int, Substring)] = []
    for (index, (number, line)) in lines.enumerated() {
      let mark = line.firstRange(of: "#=>")
      pending.append((number, mark.map { line[..<$0.lowerBound] } ?? line))
      let text = pending.map(\.1).joined(separator: "\n")
      if mark == nil, index + 1 < lines.count, goesOn(text, lines[index + 1].1) { continue }
      if text.allSatisfy(\.isWhitespace), mark == nil {
        pending = []
        continue
      }
      let span = source.span(ofLine: number)
      let promise = mark.map { line[$0.lowerBound...].utf8.count } ?? 0
      entries.append(
        Entry(
          source: placed(source, pending),
          expected: mark.map { String(line[$0.upperBound...].trimmed) },
          promise: Span(span.end - promise, span.end)))
      pending = []
    }
    return entries
  }

  /// Whether an entry goes on with the next line.
  private static func goesOn(_ text: String, _ next: Substring) -> Bool {
    if case .incomplete = Completeness.of(text) { return true }
    let start = next.trimmed
    return start.hasPrefix("|>") || start.hasPrefix(".")
  }

  /// The lines as a source of their own in which every byte keeps its line and column.
  private static func placed(_ source: Source, _ lines: [(Int, Substring)]) -> Source {
    var text = ""
    var next = 0
    for (number, line) in lines {
      let whole = line.base.utf8
      let margin = whole.distance(from: whole.startIndex, to: line.startIndex)
      text += String(repeating: "\n", count: number - next)
      text += String(repeating: " ", count: margin) + line
      next = number
    }
    return Source(name: source.name, text: text + "\n")
  }
}

extension Source {
  /// The text of each line, without line ends.
  var lineTexts: [Substring] { lineStarts.indices.map { line($0)[...] } }
}
