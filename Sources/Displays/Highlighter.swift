// The colours of xai source: enough to read it, by the look of the text alone.
import Syntax

/// Splits source text into tokens by kind; it takes any text and never fails.
package enum Highlighter {
  /// A stretch of a line, and what it looks like.
  package struct Token: Sendable, Equatable {
    package var text: String
    package var kind: Kind
  }

  /// What a token looks like.
  package enum Kind: String, Sendable {
    case plain, keyword, string, number, comment, type, call

    var style: Style {
      switch self {
      case .plain: .plain
      case .keyword: Style(bold: true, foreground: .blue)
      case .string: Style(foreground: .green)
      case .number: Style(foreground: .magenta)
      case .comment: Style(dim: true, italic: true)
      case .type: Style(foreground: .yellow)
      case .call: Style(foreground: .cyan)
      }
    }
  }

  private static let keywords = Set(Word.all.filter { $0.role != .type }.map(\.text))

  /// The lines of a text as tokens; text in another language than xai is one plain token a line.
  package static func lines(of text: String, language: String) -> [[Token]] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard language == "xai" || language.isEmpty else {
      return lines.map { [Token(text: String($0), kind: .plain)] }
    }
    var inString = false
    return lines.map { tokens(of: Array($0), inString: &inString) }
  }

  /// The tokens of a line; `inString` is whether it begins inside `"""`.
  private static func tokens(of line: [Character], inString: inout Bool) -> [Token] {
    var tokens: [Token] = []
    var start = 0
    func add(_ end: Int, _ kind: Kind) {
      tokens.append(Token(text: String(line[start..<end]), kind: kind))
      start = end
    }
    while start < line.count {
      let character = line[start]
      if inString || line[start...].starts(with: ["\"", "\"", "\""]) {
        let end = longStringEnd(line, from: inString ? start : start + 3)
        inString = end == nil
        add(end ?? line.count, .string)
      } else if character == "#" {
        add(line.count, .comment)
      } else if character == "\"" {
        add(stringEnd(line, from: start + 1), .string)
      } else if character.isNumber {
        add(wordEnd(line, from: start, also: "."), .number)
      } else if character.isLetter || character == "_" {
        let end = wordEnd(line, from: start, also: nil)
        let word = String(line[start..<end])
        let next = end < line.count ? line[end] : " "
        let isCall = next == "("
        let isName = next == ":" || (start > 0 && line[start - 1] == ".")
        let kind: Kind =
          keywords.contains(word) && !isName
          ? .keyword : isCall ? .call : character.isUppercase ? .type : .plain
        add(end, kind)
      } else {
        add(start + 1, .plain)
      }
    }
    return tokens
  }

  private static func longStringEnd(_ line: [Character], from: Int) -> Int? {
    var index = from
    while index + 2 < line.count {
      if line[index...].starts(with: ["\"", "\"", "\""]) { return index + 3 }
      index += 1
    }
    return nil
  }

  private static func stringEnd(_ line: [Character], from: Int) -> Int {
    var index = from
    while index < line.count {
      if line[index] == "\"" { return index + 1 }
      index += line[index] == "\\" ? 2 : 1
    }
    return line.count
  }

  private static func wordEnd(_ line: [Character], from: Int, also extra: Character?) -> Int {
    var index = from
    while index < line.count {
      let character = line[index]
      let isRange = character == "." && index + 1 < line.count && line[index + 1] == "."
      let belongs =
        character.isLetter || character.isNumber || character == "_" || character == extra
      if !belongs || isRange { break }
      index += 1
    }
    return index
  }
}
