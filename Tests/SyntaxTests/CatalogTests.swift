/// The catalog of codes: complete, and its examples show what they say.

import Foundation
import Syntax
import Testing

struct CatalogTests {
  static let catalog = Catalog(Catalog.syntax)

  @Test func `every code that stands in the sources of this room is explained, and no other`()
    throws
  {
    let files = try FileManager.default.contentsOfDirectory(atPath: GrammarTests.folder.path)
    var used: Set<String> = []
    for file in files where file.hasSuffix(".swift") && !file.hasPrefix("Catalog") {
      let text = try String(
        contentsOf: GrammarTests.folder.appending(path: file), encoding: .utf8)
      for match in text.matches(of: /"(X\d{4})"/) { used.insert(String(match.1)) }
    }
    #expect(used == Set(Self.catalog.entries.map(\.code)))
  }

  @Test func `codes are unique and sorted, and found however they are written`() {
    let codes = Self.catalog.entries.map(\.code)
    #expect(codes == Array(Set(codes)).sorted())
    #expect(Self.catalog["x0101"]?.code == "X0101")
    #expect(Self.catalog["0101"]?.code == "X0101")
    #expect(Self.catalog["X9999"] == nil)
  }

  @Test(arguments: Catalog.syntax.map(\.code))
  func `an example has the error and its correction has none`(_ code: String) throws {
    let entry = try #require(Self.catalog[code])
    guard let example = entry.example, let corrected = entry.corrected else {
      #expect(["X0002", "X0003"].contains(code))
      return
    }
    let diagnostics = Parser.parse(Source(name: "example.xai", text: example)).1
    #expect(diagnostics.map(\.code) == [code])
    let after = Parser.parse(Source(name: "example.xai", text: corrected)).1
    #expect(after.isEmpty, "\(Renderer().render(after))")
    #expect(entry.markdown.contains("# \(code): "))
  }

  @Test(arguments: Catalog.syntax.map(\.code))
  func `applying the edits of a help takes the error away`(_ code: String) throws {
    guard let example = Self.catalog[code]?.example else { return }
    let diagnostics = Parser.parse(Source(name: "example.xai", text: example)).1
    for help in diagnostics.flatMap(\.helps) where !help.edits.isEmpty {
      var bytes = Array(example.utf8)
      for edit in help.edits.sorted(by: { $0.span.start > $1.span.start }) {
        bytes.replaceSubrange(edit.span.start..<edit.span.end, with: Array(edit.replacement.utf8))
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let after = Parser.parse(Source(name: "example.xai", text: text)).1
      #expect(after.isEmpty, "\(text)\n\(Renderer().render(after))")
    }
  }
}
