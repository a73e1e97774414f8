// The conformance suite: every file of Fixtures/conformance says what it prints and how it fails.
import Foundation
import Shell
import Syntax
import Testing

@Suite struct ConformanceTests {
  private static let folder = repository.appending(path: "Tests/Fixtures/conformance").path() + "/"

  /// The files by their paths within the folder; those that begin with `_` are modules of others.
  static var cases: [String] {
    Folder.scripts(in: folder).map { String($0.dropFirst(folder.count)) }
  }

  @Test func `every construct of the language has cases`() {
    let topics = Set(Self.cases.map { String($0.prefix { $0 != "/" }) })
    #expect(Self.cases.count >= 600)
    #expect(topics.count >= 20)
  }

  @Test(arguments: cases) func `a file says and does what it expects`(_ name: String) throws {
    var results: [TestResult] = []
    let runner = TestRunner { results.append($0) }
    runner.run(try Source.read(Self.folder + name))
    #expect(results.map(\.kind) == [.expectations], "a case is a file with # expect comments")
    for problem in results.flatMap(\.problems) {
      Issue.record(Comment(rawValue: Renderer().render(problem)))
    }
  }
}
