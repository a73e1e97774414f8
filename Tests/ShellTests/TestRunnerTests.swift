// The runner of tests: what it finds in a file, what it reports, and how the program ends.
import Foundation
import Shell
import Syntax
import Testing

@Suite struct TestRunnerTests {
  /// The results of a script given as text.
  private func results(
    _ text: String, _ settings: TestRunner.Settings = .init()
  ) -> [TestResult] {
    var results: [TestResult] = []
    TestRunner(settings) { results.append($0) }.run(Source(name: "script.xai", text: text))
    return results
  }

  @Test func `a test passes or fails with the values of both sides`() {
    let found = results(
      """
      fn double(x) { 2 * x }
      test "right" { expect double(2) == 4 }
      test "wrong" { expect double(2) == 5 }
      """)
    #expect(found.map(\.name) == ["right", "wrong"])
    #expect(found.map(\.hasPassed) == [true, false])
    #expect(found.map(\.line) == [2, 3])
    #expect(found[1].problems.map(\.code) == ["X0310"])
    #expect(Renderer().render(found[1].problems).contains("this is 4"))
  }

  @Test func `tests do not see one another's changes`() {
    let found = results(
      """
      var xs = [1, {a: 2}]
      var n = 0
      test "first" { xs[1].a = 5; n += 1; expect n == 1 }
      test "second" { n += 1; expect n == 1; expect xs == [1, {a: 2}] }
      """)
    #expect(found.map(\.hasPassed) == [true, true])
  }

  @Test func `every test begins with the same random numbers`() {
    let found = results(
      """
      let before = normal([100])
      seed(0)
      let first = normal([1])[0].item
      test "one" { expect normal([1])[0] == first }
      test "two" { expect normal([1])[0] == first }
      """)
    #expect(found.map(\.hasPassed) == [true, true])
  }

  @Test func `an endless test is stopped and the next one runs`() {
    var settings = TestRunner.Settings()
    settings.opsLimit = 50_000
    let found = results(
      "test \"endless\" { while true { } }\ntest \"short\" { expect true }", settings)
    #expect(found.map(\.hasPassed) == [false, true])
    #expect(found[0].problems.map(\.code) == ["X0604"])
  }

  @Test func `a script that fails has one failure, and its tests do not run`() {
    let found = results("raise \"early\"\ntest \"late\" { expect true }")
    #expect(found.map(\.kind) == [.script])
    #expect(found[0].problems.map(\.code) == ["X0300"])
    #expect(!found[0].isSourceWrong)
  }

  @Test func `a file without tests has no results, and a wrong one says so`() {
    #expect(results("let x = 1\nprint(x)").isEmpty)
    let found = results("let x = (1")
    #expect(found.map(\.isSourceWrong) == [true])
    #expect(found[0].problems.map(\.code) == ["X0102"])
  }

  @Test func `examples of documentation are run line by line`() {
    let found = results(
      """
      ## Twice a number.
      ##
      ## ```xai
      ## let n = 4
      ## double(n)   #=> 8
      ## double(
      ##   n)        #=> 9
      ## ```
      fn double(x) { 2 * x }
      """)
    #expect(found.map(\.name) == ["example of double"])
    #expect(found[0].problems.map(\.code) == ["X0442"])
    let place = found[0].problems[0].primary
    #expect(place.map { $0.source.line(of: $0.span.start) } == 6)
    #expect(found[0].problems[0].notes == ["expected: 9", "found:    8"])
  }

  @Test func `an example imports the module that it documents`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "xai-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "doubling.xai")
    let text = """
      ## Twice a number.
      ##
      ## ```xai
      ## import doubling
      ## double(2)  #=> 4
      ## ```
      fn double(x) { 2 * x }
      """
    try text.write(to: file, atomically: true, encoding: .utf8)
    var results: [TestResult] = []
    TestRunner(.init()) { results.append($0) }.run(Source(name: file.path, text: text))
    #expect(results.map(\.hasPassed) == [true])
  }

  @Test func `an error in an example is shown where it stands`() {
    let found = results("## ```xai\n## 1 + nonesuch\n## ```\nfn f() { 1 }")
    let place = found[0].problems[0].primary
    #expect(found[0].problems.map(\.code) == ["X0201"])
    #expect(
      place.map { $0.source.position(of: $0.span.start) }.map { [$0.line, $0.column] } == [2, 8])
  }

  @Test func `a file with expectations is one test`() {
    #expect(results("print(1)  # expect: 1\nprint(2)  # expect: 2").map(\.hasPassed) == [true])
    let cases: [(String, String)] = [
      ("print(1)  # expect: 2", "X0440"),
      ("# expect: 1\nlet x = 1", "X0440"),
      ("print(1)  # expect: 1\nprint(2)", "X0440"),
      ("print(1)\n# expect error X0300", "X0441"),
      ("raise \"a\"  # expect error X0300: b", "X0441"),
      ("\nraise \"a\"\n\n# expect error X0301", "X0441"),
      ("print(1)  # expect: 1\nraise \"a\"", "X0300"),
    ]
    for (text, code) in cases {
      #expect(results(text).first?.problems.first?.code == code, "\(text)")
    }
    #expect(results("raise \"a\"\n# more\n# expect error X0300: a").map(\.hasPassed) == [true])
  }

  @Test func `a mark within a string counts only where a comment may begin`() {
    #expect(results("print(\"x# expect: y\")  # expect: x# expect: y").map(\.hasPassed) == [true])
  }

  @Test func `only what the filter names is run`() {
    var settings = TestRunner.Settings()
    settings.filter = "second"
    let text = "test \"first\" { expect false }\ntest \"second\" { expect true }"
    #expect(results(text, settings).map(\.name) == ["second"])
  }

  @Test(arguments: [
    ("test \"a\" { expect true }", 0), ("test \"a\" { expect false }", 1), ("let = 3", 65),
    ("let x = 1", 0),
  ]) func `the exit code says how the tests went`(_ text: String, _ code: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "xai-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appending(path: "script.xai"))
    let outcome = try run(executable, ["test"], folder: folder)
    #expect(outcome.code == code, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains(" passed, "))
    #expect(try run(executable, ["test", "nonesuch.xai"], folder: folder).code == 66)
    let json = try run(executable, ["test", "--json"], folder: folder)
    #expect(json.code == code)
    for line in json.output.split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["file"] as? String == "script.xai")
      #expect(object?["result"] as? String == (code == 0 ? "passed" : "failed"))
    }
  }

  @Test func `a run of the script leaves its tests alone`() throws {
    let outcome = try run(executable, ["-e", "test \"a\" { expect false }; print(1)"])
    #expect(outcome.code == 0)
    #expect(outcome.output == "1\n")
  }
}
