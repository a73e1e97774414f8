/// The table of words: complete, and true to the types that values have.

import Foundation
import Syntax
import Testing

struct WordTests {
  @Test func `no word stands twice, and each role has some`() {
    let texts = Word.all.map(\.text)
    #expect(Set(texts).count == texts.count)
    #expect(Set(Word.all.map(\.role)) == Set(Word.Role.allCases))
  }

  @Test func `a word that is a keyword everywhere is never contextual`() {
    for keyword in Keyword.allCases {
      let word = Word.all.first { $0.text == keyword.rawValue }
      #expect(word?.isContextual == false)
    }
  }

  @Test func `annotations know every type that an object of the sources has`() throws {
    let sources = GrammarTests.folder.deletingLastPathComponent()
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    var found: Set<String> = []
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for line in text.matches(of: /override var typeName: String \{([^}]*)\}/) {
        // A form is what a construct hands to its native; no script can hold one.
        for name in line.1.matches(of: /"(\w+)"/) where !name.1.hasSuffix("Form") {
          found.insert(String(name.1))
        }
      }
    }
    #expect(found.count > 10)
    #expect(found.subtracting(TypeNames.all) == [])
  }
}
