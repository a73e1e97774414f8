// Every example in the documentation of natives and of the library is run.
import Assets
import Bindings
import Foundation
import Runtime
import Syntax
import Testing

/// A fenced block of documentation: lines of the language, some with `#=> value`.
struct DocumentedExample: CustomTestStringConvertible, Sendable {
  let owner: String
  let lines: [String]
  var testDescription: String { owner }

  /// The ```` ```xai ```` blocks of a text.
  static func all(in text: String, of owner: String) -> [DocumentedExample] {
    var found: [DocumentedExample] = []
    var open: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        if let lines = open { found.append(DocumentedExample(owner: owner, lines: lines)) }
        open = open == nil ? [] : nil
      } else {
        open?.append(line)
      }
    }
    return found
  }
}

@Suite struct ExampleTests {
  static let natives: [DocumentedExample] = Workspace.nativesForDocumentation.flatMap {
    DocumentedExample.all(in: $0.documentation, of: $0.name)
  }

  static let library: [DocumentedExample] = Assets.names.filter { $0.hasPrefix("Stdlib/") }.flatMap
  { name in
    let text = Assets.text(named: name) ?? ""
    let documentation = text.split(separator: "\n").filter { $0.hasPrefix("##") }.map {
      String($0.dropFirst($0.hasPrefix("## ") ? 3 : 2))
    }
    return DocumentedExample.all(in: documentation.joined(separator: "\n"), of: name)
  }

  @Test(arguments: natives) func `the example of a native is true`(
    _ example: DocumentedExample
  ) throws {
    try check(example)
  }

  @Test(arguments: library) func `an example in the library is true`(
    _ example: DocumentedExample
  ) throws {
    try check(example)
  }

  @Test func `every native has documentation and a well-formed signature`() {
    for native in Workspace.nativesForDocumentation {
      #expect(!native.documentation.isEmpty, "\(native.name) has no documentation")
      #expect(native.problem == nil, "\(native.name): \(native.problem ?? "")")
    }
  }

  /// Runs the lines; what stands after `#=>` must be the text of the value.
  private func check(_ example: DocumentedExample) throws {
    let script = try Script()
    for line in example.lines {
      let parts = line.split(separator: "#=>", maxSplits: 1)
      guard parts.count == 2 else {
        try script.run(line)
        continue
      }
      let value = try script.run(String(parts[0]) + "\n")
      let expected = String(parts[1].drop { $0 == " " })
      // A String as a literal would be written, or with its characters as they are.
      let texts = [Description.line(value), value.string.map { "\"\($0)\"" }].compactMap { $0 }
      #expect(texts.contains(expected), "\(example.owner): \(line)")
    }
  }
}

@Suite struct CodeTests {
  @Test func `every code of this room is explained`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Bindings")
    let files = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    let known = Set((Catalog.syntax + Catalog.runtime + Catalog.bindings).map(\.code))
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /"(X0\d{3})"/) where !known.contains(String(match.1)) {
        Issue.record("\(file.lastPathComponent): \(match.1) has no explanation")
      }
    }
  }
}
