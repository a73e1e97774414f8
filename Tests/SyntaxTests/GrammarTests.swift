/// The grammar beside the parser says what the parser does.

import Foundation
import Syntax
import Testing

struct GrammarTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Syntax")

  static let grammar =
    (try? String(contentsOf: folder.appending(path: "Grammar.ebnf"), encoding: .utf8)) ?? ""

  static let parser: String = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasPrefix("Parser") }.sorted().map {
      (try? String(contentsOf: folder.appending(path: $0), encoding: .utf8)) ?? ""
    }.joined()
  }()

  /// The names before an `=` at the start of a line.
  static let productions = grammar.split(separator: "\n").compactMap { line -> String? in
    let parts = line.split(separator: " ", maxSplits: 2)
    guard parts.count > 1, parts[1] == "=", line.first?.isLetter == true else { return nil }
    return String(parts[0])
  }

  /// The lines that begin with `e.g.`
  static let examples = grammar.split(separator: "\n").compactMap { line -> String? in
    guard let start = line.range(of: "e.g. ") else { return nil }
    return String(line[start.upperBound...]).replacing(" *)", with: "")
  }.filter { !$0.hasPrefix("`") && !$0.hasPrefix("has") }

  @Test func `there are productions and examples for them`() {
    #expect(Self.productions.count > 40)
    #expect(Self.examples.count > Self.productions.count)
  }

  @Test(arguments: Self.productions)
  func `a production is a function of the parser`(_ name: String) {
    #expect(Self.parser.contains("func \(name)(") || Self.parser.contains("func \(name)<"))
  }

  @Test(arguments: Self.examples)
  func `an example in the grammar is right`(_ example: String) {
    let (_, diagnostics) = Parser.parse(Source(name: "example.xai", text: example))
    #expect(diagnostics.isEmpty, "\(Renderer().render(diagnostics))")
  }

  @Test(arguments: Self.productions)
  func `what a production refers to exists`(_ name: String) throws {
    let start = try #require(Self.grammar.range(of: "\n\(name) ="))
    let end = try #require(Self.grammar[start.upperBound...].range(of: " ;\n"))
    var body = String(Self.grammar[start.upperBound..<end.lowerBound])
    for quote in ["\"", "'"] {
      let parts = body.components(separatedBy: quote)
      body = parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: " ")
    }
    let tokens: Set = [
      "name", "string", "number", "text", "format", "newline", "marker", "keyword", "operator",
    ]
    for word in body.split(whereSeparator: { !$0.isLetter }) {
      #expect(
        tokens.contains(String(word)) || Self.productions.contains(String(word)),
        "\(word) is not defined")
    }
  }
}
