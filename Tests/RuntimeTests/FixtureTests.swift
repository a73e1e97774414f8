// Recorded scripts: what each construct of the language does and how it fails.
import Foundation
import Runtime
import Syntax
import Testing

/// A file with a script, its output and its problems, found by its folder.
struct Fixture: CustomTestStringConvertible, Sendable {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/language")

  let path: String
  let sections: [String: String]

  var testDescription: String { path }

  /// All files in all folders, in order.
  static let all: [Fixture] = {
    let manager = FileManager.default
    let paths = (manager.enumerator(atPath: folder.path)?.allObjects as? [String]) ?? []
    return paths.filter { $0.hasSuffix(".md") }.sorted().map { path in
      let text = (try? String(contentsOf: folder.appending(path: path), encoding: .utf8)) ?? ""
      return Fixture(path: path, sections: Fixture.sections(of: text))
    }
  }()

  /// `# NAME` and a fenced block beneath it, several times.
  private static func sections(of text: String) -> [String: String] {
    var sections: [String: String] = [:]
    var name = ""
    var lines: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if lines == nil, line.hasPrefix("# ") {
        name = String(line.dropFirst(2))
      } else if line.hasPrefix("~~~") {
        if let block = lines {
          sections[name] = block.joined(separator: "\n")
          lines = nil
        } else {
          lines = []
        }
      } else {
        lines?.append(line)
      }
    }
    return sections
  }

  static func text(_ parts: [(name: String, text: String)]) -> String {
    parts.map { part in
      "# \(part.name)\n~~~\(part.name.hasPrefix("SOURCE") || part.name.hasPrefix("MODULE") ? "xai" : "")\n"
        + (part.text.isEmpty ? "" : part.text + "\n") + "~~~\n"
    }.joined(separator: "\n")
  }

  /// Sections named `MODULE name` are modules of the library.
  var modules: [String: String] {
    var modules: [String: String] = [:]
    for (name, text) in sections where name.hasPrefix("MODULE ") {
      modules[String(name.dropFirst(7))] = text
    }
    return modules
  }
}

@Suite struct FixtureTests {
  @Test(arguments: Fixture.all)
  func `a recorded script says what it said`(_ fixture: Fixture) throws {
    let source = try #require(fixture.sections["SOURCE"], "a fixture has a # SOURCE")
    let runner = try Runner(fixture.modules, natives: Fixture.natives)
    let outcome = runner.run(source)
    let output = outcome.output.hasSuffix("\n") ? String(outcome.output.dropLast()) : outcome.output
    let problems = outcome.rendered
    if ProcessInfo.processInfo.environment["XAI_RECORD"] == "1" {
      var parts = [(name: "SOURCE", text: source)]
      for (name, text) in fixture.modules.sorted(by: { $0.key < $1.key }) {
        parts.append((name: "MODULE \(name)", text: text))
      }
      parts += [(name: "OUTPUT", text: output), (name: "PROBLEMS", text: problems)]
      try Fixture.text(parts).write(
        to: Fixture.folder.appending(path: fixture.path), atomically: true, encoding: .utf8)
      Issue.record("recorded, not compared")
    }
    #expect(output == fixture.sections["OUTPUT"] ?? "")
    #expect(problems == fixture.sections["PROBLEMS"] ?? "")
  }

  @Test func `there are fixtures for every construct`() {
    #expect(Fixture.all.count >= 80)
  }
}

extension Fixture {
  /// What a room above would bring: a model is a record here.
  static var natives: [Native] {
    [
      Native("_model(name: String, parts: Record, forward: Function)", in: "tests", "A model.") {
        _, arguments throws(Failure) in
        Value(fields: [("name", arguments[0]), ("parts", arguments[1]), ("forward", arguments[2])])
      }
    ]
  }
}
