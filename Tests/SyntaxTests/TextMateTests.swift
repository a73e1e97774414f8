/// The grammar for editors: complete, and it colours as the lexer reads.

import Foundation
import Syntax
import Testing

struct TextMateTests {
  static var grammar: [String: Any] {
    let object = try? JSONSerialization.jsonObject(with: Data(TextMate.grammar.utf8))
    return object as? [String: Any] ?? [:]
  }

  @Test func `the grammar is JSON with a name and patterns`() {
    #expect(Self.grammar["scopeName"] as? String == "source.xai")
    #expect((Self.grammar["patterns"] as? [Any])?.count ?? 0 > 4)
  }

  /// The scope of the first character of a text.
  private func scope(_ text: String) -> String {
    Colouring(Self.grammar).scopes(text).first ?? ""
  }

  @Test func `every word has the scope of its role`() {
    for word in Word.all {
      let text = word.isContextual ? "\(word.text) [x] {" : word.text
      let wanted =
        switch word.role {
        case .declaration: "keyword.declaration"
        case .control: "keyword.control"
        case .operation: "keyword.operator.word"
        case .constant: "constant.language"
        case .type: "support.type"
        }
      #expect(scope(text).hasPrefix(wanted), "\(word.text): \(scope(text))")
    }
  }

  @Test func `every symbol is an operator or punctuation, as a whole`() {
    for symbol in Symbol.allCases where !symbol.isForeign {
      let scopes = Colouring(Self.grammar).scopes(symbol.rawValue)
      #expect(Set(scopes).count == 1, "\(symbol.rawValue): \(scopes)")
      #expect(
        scopes[0].hasPrefix("keyword.operator") || scopes[0].hasPrefix("punctuation"),
        "\(symbol.rawValue): \(scopes)")
    }
  }

  static let sources = FormatterTests.readable

  @Test(arguments: sources)
  func `the grammar colours as the lexer reads`(_ source: Source) {
    let scopes = Colouring(Self.grammar).scopes(source.text)
    let contextual = Set(Word.all.filter(\.isContextual).map(\.text))
    for (span, kind) in source.classified {
      let text = source.substring(span)
      if kind == .name, contextual.contains(text) { continue }
      // The line breaks of a string belong to no line.
      if text.first?.isNewline == true { continue }
      let place = source.substring(Span(0, span.start)).utf16.count
      #expect(TokenClass(scope: scopes[place]) == kind, "`\(text)` is \(scopes[place])")
    }
  }
}

extension TokenClass {
  init(scope: String) {
    let classes: [(String, TokenClass)] = [
      ("comment.", .comment), ("string.", .string), ("constant.character.escape", .string),
      ("constant.numeric", .number), ("keyword.operator.word", .keyword),
      ("keyword.operator", .symbol), ("keyword.", .keyword), ("constant.language", .keyword),
      ("punctuation.", .symbol), ("meta.", .symbol),
    ]
    self = classes.first { scope.hasPrefix($0.0) }?.1 ?? .name
  }
}

/// As much of a TextMate engine as the grammar needs: at each place the rule that matches first.
struct Colouring {
  private struct Rule {
    var name: String
    var start: NSRegularExpression
    var end: NSRegularExpression?
    var inner: [String: Any]
  }

  private let grammar: [String: Any]
  private let repository: [String: Any]

  init(_ grammar: [String: Any]) {
    self.grammar = grammar
    repository = grammar["repository"] as? [String: Any] ?? [:]
  }

  private func rules(_ holder: [String: Any]) -> [Rule] {
    (holder["patterns"] as? [[String: Any]] ?? []).flatMap { pattern -> [Rule] in
      if let include = pattern["include"] as? String {
        let target = include == "$self" ? grammar : repository[String(include.dropFirst())]
        return (target as? [String: Any]).map(rules) ?? []
      }
      let name = pattern["name"] as? String ?? ""
      guard let text = (pattern["match"] ?? pattern["begin"]) as? String,
        let start = try? NSRegularExpression(pattern: text)
      else {
        Issue.record("not a regular expression: \(pattern)")
        return []
      }
      let end = (pattern["end"] as? String).flatMap { try? NSRegularExpression(pattern: $0) }
      return [Rule(name: name, start: start, end: end, inner: pattern)]
    }
  }

  /// The innermost scope of each UTF-16 unit.
  func scopes(_ text: String) -> [String] {
    var scopes = Array(repeating: "", count: text.utf16.count)
    var open: [(rule: Rule, inner: [Rule])] = []
    let outer = rules(grammar)
    var offset = 0
    for line in text.components(separatedBy: "\n") {
      colour(line, offset, outer, &open, &scopes)
      offset += line.utf16.count + 1
    }
    return scopes
  }

  private func colour(
    _ line: String, _ offset: Int, _ outer: [Rule], _ open: inout [(rule: Rule, inner: [Rule])],
    _ scopes: inout [String]
  ) {
    let length = line.utf16.count
    var position = 0
    func first(_ expression: NSRegularExpression) -> NSRange? {
      let range = NSRange(location: position, length: length - position)
      return expression.firstMatch(
        in: line, options: [.withTransparentBounds, .withoutAnchoringBounds], range: range)?.range
    }
    while position <= length {
      let rules = open.last?.inner ?? outer
      var best: (rule: Rule, range: NSRange)?
      for rule in rules {
        guard let range = first(rule.start), range.length > 0 else { continue }
        if range.location < best?.range.location ?? Int.max { best = (rule, range) }
      }
      let end = open.last?.rule.end.flatMap(first)
      let isEnd = end.map { $0.location <= best?.range.location ?? Int.max } ?? false
      let next = isEnd ? end : best?.range
      let name = open.last?.rule.name ?? ""
      for index in position..<(next?.location ?? length) { scopes[offset + index] = name }
      guard let next else { return }
      let own = isEnd ? name : best?.rule.name ?? ""
      for index in next.location..<(next.location + next.length) { scopes[offset + index] = own }
      position = next.location + next.length
      if isEnd {
        open.removeLast()
        if next.length == 0, position == length { return }
      } else if let rule = best?.rule, rule.end != nil {
        open.append((rule, self.rules(rule.inner)))
      }
    }
  }
}
