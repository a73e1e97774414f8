// The written reference: nothing is missing, no link is dead, every example is true.
import Bindings
import Displays
import Foundation
import Runtime
import Shell
import Syntax
import Testing

/// Takes what a session says, and forgets it.
private final class Silence: Output {
  func write(_ text: String) {}
  func show(_ display: Display) {}
  func beginCell(_ heading: CellHeading) {}
  func progress(_ label: String, done: Int, total: Int?) {}
}

@Suite struct ReferenceTests {
  private let session: Session
  private let site: ReferenceSite

  init() throws {
    session = try #require(Workspace(output: Silence())).session
    site = ReferenceSite(session, tools: [("run", "Runs a script.")])
  }

  @Test func `every name that comes with the program has an entry`() {
    let entries = Set(site.pages.flatMap(\.entries).map(\.name))
    for name in session.natives.keys { #expect(entries.contains(name), "\(name)") }
    for module in session.library.names {
      for topic in session.declarations(of: module) {
        #expect(entries.contains(topic.name), "\(topic.name)")
      }
    }
    for entry in Explanations.catalog.entries { #expect(entries.contains(entry.code)) }
    for command in Command.all { #expect(entries.contains(command.name)) }
  }

  @Test func `no link leads nowhere`() {
    let files = Dictionary(uniqueKeysWithValues: site.files.map { ($0.name, $0.text) })
    var places: [String: Set<String>] = [:]
    for (name, text) in files {
      let marks = text.matches(of: #/ id="([^"]+)"/#).map { String($0.1) }
      #expect(Set(marks).count == marks.count, "\(name) has a mark twice")
      places[name] = Set(marks)
    }
    var count = 0
    for (name, text) in files {
      for match in text.matches(of: #/href="([^"]+)"/#) where !match.1.contains("://") {
        count += 1
        let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let file = parts[0].isEmpty ? name : String(parts[0])
        #expect(files[file] != nil, "\(name): \(match.1)")
        if parts.count == 2 {
          #expect(places[file]?.contains(String(parts[1])) == true, "\(name): \(match.1)")
        }
      }
    }
    #expect(count > 1000)
  }

  @Test func `the index that is searched can be read and knows every entry`() throws {
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(site.searchIndex.utf8)) as? [[String: String]])
    let names = Set(rows.compactMap { $0["n"] })
    for entry in site.pages.flatMap(\.entries) {
      #expect(names.contains(entry.name))
      #expect(!entry.summary.isEmpty, "\(entry.name) has no sentence")
    }
    let index = try #require(site.files.first { $0.name == "index.html" }).text
    #expect(index.contains(site.searchIndex))
    #expect(!site.searchIndex.contains("</"))
  }

  @Test func `everything has a sentence, and the library an example`() {
    for native in session.natives.values {
      let summary = Topic(native.name, .native(native)).summary
      #expect(summary.hasSuffix("."), "\(native.name): \(summary)")
    }
    for module in session.library.names {
      for topic in session.declarations(of: module) {
        #expect(topic.summary.hasSuffix("."), "\(module).\(topic.name) has no sentence")
        #expect(topic.documentation.contains("```xai"), "\(module).\(topic.name) has no example")
      }
    }
  }

  @Test func `the handbook describes every production of the grammar`() {
    let text = Handbook.chapters.flatMap(\.sections).map(\.text).joined()
    for match in Grammar.text.matches(of: #/\n(\w+) = /#) {
      #expect(text.contains("\n\(match.1) = "), "no section has the production \(match.1)")
    }
    #expect(!text.contains("```ebnf\n\n"), "a section names a production that there is not")
  }

  @Test func `a word of the language is explained as the handbook does`() throws {
    let manual = Manual(session)
    for name in Handbook.names { #expect(manual.page(name) != nil, "\(name)") }
    let page = PlainRenderer(width: 80).render(try #require(manual.page("match")))
    #expect(page.contains("X0315"))
    #expect(page.contains("arm = pattern"))
  }

  @Test(arguments: Handbook.chapters.map(\.name))
  func `the examples of the handbook are true`(_ name: String) throws {
    let chapter = try #require(Handbook.chapters.first { $0.name == name })
    var problems: [Diagnostic] = []
    TestRunner { problems += $0.problems }.run(chapter)
    #expect(problems.isEmpty, "\(Renderer().render(problems))")
  }

  @Test func `the program writes the reference into a folder`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "xai-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try run(executable, ["doc", "--html", folder.path()])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    #expect(files.contains("index.html"))
    #expect(files.count == site.files.count)
  }
}
