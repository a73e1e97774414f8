/// Recorded examples: Markdown files with a source, its tree, and the diagnostics as they are drawn.

import Foundation
import Syntax
import Testing

/// One file of Tests/Fixtures/syntax/<construct>/<behaviour>.md.
struct Golden: CustomTestStringConvertible, Sendable {
  let url: URL
  let source: String
  let tree: String
  let problems: String

  var testDescription: String {
    url.deletingPathExtension().pathComponents.suffix(2).joined(separator: "/")
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/syntax")

  static let all: [Golden] = {
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    let urls = (files?.allObjects ?? []).compactMap { $0 as? URL }
    return urls.filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }.map(Golden.init)
  }()

  init(_ url: URL) {
    self.url = url
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    source = Golden.section("SOURCE", of: text)
    tree = Golden.section("TREE", of: text)
    problems = Golden.section("PROBLEMS", of: text)
  }

  /// What stands in the fence of four backquotes below a heading, its last newline included.
  private static func section(_ name: String, of text: String) -> String {
    guard let heading = text.range(of: "# \(name)\n````"),
      let start = text[heading.upperBound...].firstIndex(of: "\n"),
      let end = text[start...].range(of: "\n````")
    else { return "" }
    let body = text[text.index(after: start)..<end.upperBound].dropLast(4)
    return String(body)
  }

  /// The tree and the drawn diagnostics of the source now.
  var actual: (tree: String, problems: String) {
    let (script, diagnostics) = Parser.parse(Source(name: "example.xai", text: source))
    return (TreePrinter.print(script), Renderer().render(diagnostics))
  }

  func record() throws {
    let (tree, problems) = actual
    let text =
      "# SOURCE\n````xai\n\(source)````\n\n# TREE\n````\n\(tree)````\n\n# PROBLEMS\n````\n\(problems)````\n"
    try text.write(to: url, atomically: true, encoding: .utf8)
  }
}

struct GoldenTests {
  @Test(arguments: Golden.all)
  func `a recorded example gives the same tree and problems`(_ golden: Golden) throws {
    if ProcessInfo.processInfo.environment["XAI_RECORD"] != nil {
      try golden.record()
      Issue.record("recorded; look at the change, then run without XAI_RECORD")
      return
    }
    let (tree, problems) = golden.actual
    #expect(!golden.source.isEmpty)
    #expect(tree == golden.tree)
    #expect(problems == golden.problems)
  }

  @Test func `there are at least sixty examples`() {
    #expect(Golden.all.count >= 60)
  }

  @Test func `every code that a script can cause has an example`() {
    let shown = Golden.all.map(\.problems).joined()
    let elsewhere: Set = ["X0002", "X0003"]
    for entry in Catalog.syntax where !elsewhere.contains(entry.code) {
      #expect(shown.contains("[\(entry.code)]"), "\(entry.code) has no example")
    }
  }

  @Test func `every code in an example is in the catalog`() {
    let catalog = Catalog(Catalog.syntax)
    for golden in Golden.all {
      for line in golden.problems.split(separator: "\n") where line.hasPrefix("error[") {
        let code = String(line.dropFirst(6).prefix(5))
        #expect(catalog[code] != nil, "\(code) is not explained")
      }
    }
  }
}

struct RepositoryTests {
  /// The standard library, lessons and benchmarks.
  static let scripts: [String] = {
    let root = Golden.root.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return ["Stdlib", "Scripts"].flatMap { folder in
      let files = FileManager.default.enumerator(
        at: root.appending(path: folder), includingPropertiesForKeys: nil)
      return (files?.allObjects ?? []).compactMap { ($0 as? URL)?.path }
    }.filter { $0.hasSuffix(".xai") }.sorted()
  }()

  @Test func `there are scripts in the repository`() {
    #expect(Self.scripts.count > 5)
  }

  @Test(arguments: scripts)
  func `a script of the repository is read without a complaint`(_ path: String) throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: path)))
    let (_, diagnostics) = Parser.parse(try Source(name: path, bytes: bytes))
    #expect(diagnostics.isEmpty, "\(Renderer().render(diagnostics))")
  }
}
