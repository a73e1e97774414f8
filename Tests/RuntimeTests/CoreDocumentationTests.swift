// Every function of the core says what it does, with an example that is true.
import Runtime
import Syntax
import Testing

@Suite struct CoreDocumentationTests {
  @Test func `every name is there once, with a well-formed signature`() {
    let names = coreNatives.map(\.name)
    #expect(Set(names).count == names.count)
    for native in coreNatives {
      #expect(native.problem == nil, "\(native.signature)")
      #expect(!native.category.isEmpty)
      let first = native.documentation.split(separator: "\n").first ?? ""
      #expect(first.last == "." || native.documentation.contains(".\n"), "\(native.name)")
    }
  }

  @Test func `the catalog explains the codes of the core, with examples that fail so`() throws {
    for code in ["X0319", "X0321", "X0322", "X0323"] {
      let entry = try #require(Catalog.runtime.first { $0.code == code })
      let example = try #require(entry.example)
      let (program, problems) = try CoreProbe().session.compile(
        Source(name: "example.xai", text: example))
      if program == nil {
        #expect(problems.map(\.code) == [code])
      } else {
        #expect(try CoreProbe().failure(example).code == code)
      }
      if let corrected = entry.corrected { _ = try CoreProbe().value(corrected) }
    }
  }

  @Test(arguments: coreNatives.map(\.name)) func `the example is true`(_ name: String) throws {
    let native = try #require(Core.native(name))
    let parts = native.documentation.split(separator: "```", omittingEmptySubsequences: false)
    try #require(parts.count == 3 && parts[1].hasPrefix("xai\n"), "one example, fenced")
    let examples = parts[1].dropFirst(4).split(separator: "\n")
    #expect(!examples.isEmpty)
    for example in examples {
      let sides = example.split(separator: "#=>").map { $0.trimmingSpaces }
      try #require(sides.count == 2, "an expression and its value")
      #expect(sides[0].contains(name + "(") || sides[0].contains(name), "\(name) is used")
      #expect(try CoreProbe().text(sides[0]) == sides[1])
    }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
