// Sessions: entries one after another, names, modules in files, parameters, limits.
import Foundation
import Runtime
import Syntax
import Synchronization
import Testing

/// How often a machine has asked whether it is interrupted, in each of two tests: what it calls captures nothing.
private let loopQuestions = Atomic<Int>(0)
private let callbackQuestions = Atomic<Int>(0)

@Suite struct SessionTests {
  @Test func `entries share their names and may declare them again`() throws {
    let runner = try Runner()
    #expect(runner.run("let x = 1\nfn f() { x }").problems.isEmpty)
    #expect(runner.run("let x = 2").problems.isEmpty)
    #expect(runner.run("print(x, f())").output == "2 2\n")
  }

  @Test func `an entry that does not compile leaves no names behind`() throws {
    let runner = try Runner()
    #expect(runner.run("let kept = 1").problems.isEmpty)
    #expect(runner.run("let kept = 2\nlet y = unknown_name").problems.map(\.code) == ["X0201"])
    #expect(runner.run("print(kept)").output == "1\n")
    #expect(runner.run("print(y)").problems.map(\.code) == ["X0201"])
    #expect(runner.run("kept = 3").problems.map(\.code) == ["X0202"])
  }

  @Test func `a declaration that fails leaves no name behind`() throws {
    let runner = try Runner()
    #expect(runner.run("let a = 1\nlet b = [1][5]").problems.map(\.code) == ["X0305"])
    #expect(runner.run("print(a)").output == "1\n")
    #expect(runner.run("print(b)").problems.map(\.code) == ["X0201"])
  }

  @Test func `the value of an entry is shown and given, unless a semicolon hides it`() throws {
    let runner = try Runner()
    #expect(runner.run("1 + 1").output == "2\n")
    #expect(runner.run("1 + 1;").output == "")
    #expect(runner.run("none").output == "")
    let (program, _) = runner.session.compile(Source(name: "in[1]", text: "3 * 4;"))
    let cell = try #require(program?.cells.first)
    #expect(try runner.session.run(cell).number == 12)
  }

  @Test func `names can be listed, set from outside and forgotten`() throws {
    let runner = try Runner()
    _ = runner.run("let x = 1\nvar y = [2]\n## Doubles.\nfn double(v) { v * 2 }")
    #expect(runner.session.variables.map { $0.global.name } == ["double", "x", "y"])
    #expect(runner.session.variables.map { $0.value.typeName } == ["Function", "Int", "List"])
    #expect(runner.session.visible("double")?.documentation == "Doubles.")
    #expect(runner.session.visible("double")?.kind == .function)
    #expect(runner.session.visibleNames.contains("sqrt"))
    runner.session.define("ans", .int(42))
    #expect(runner.run("print(ans + x)").output == "43\n")
    runner.session.reset()
    #expect(runner.session.variables.isEmpty)
    #expect(runner.run("print(x)").problems.map(\.code) == ["X0201"])
    #expect(runner.run("print(sqrt(4))").output == "2.0\n")
  }

  @Test func `parameters are listed, and replaced by what is given for them`() throws {
    let runner = try Runner()
    let text =
      "param steps = 64  ## How many.\nparam rate = 0.5\nparam name = \"n\"\nprint(steps, rate, name)"
    let (program, _) = runner.session.compile(Source(name: "s.xai", text: text))
    #expect(program?.parameters.map(\.name) == ["steps", "rate", "name"])
    #expect(program?.parameters.first?.standard == "64")
    #expect(program?.parameters.first?.documentation == "How many.")
    runner.session.overrides = ["steps": "8", "rate": "2", "name": "7"]
    #expect(runner.run(text).output == "8 2.0 7\n")
    runner.session.overrides = ["steps": "1.5"]
    let outcome = runner.run(text)
    #expect(outcome.problems.map(\.code) == ["X0316"])
    #expect(outcome.rendered.contains("param steps = 64"))
  }

  @Test func `files import their neighbours, and each file runs once`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ name: String, _ text: String) throws {
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    try write("a.xai", "import \"./b.xai\"\nprint(\"a runs\")\nlet from_a = from_b + 1")
    try write("b.xai", "print(\"b runs\")\nlet from_b = 1")
    let runner = try Runner()
    let outcome = runner.run(
      "import a\nimport \"b.xai\"\nprint(from_a, from_b)", name: folder.path + "/main.xai")
    #expect(outcome.problems.isEmpty)
    #expect(outcome.output == "b runs\na runs\n2 1\n")
    try write("c.xai", "import \"./d.xai\"\nlet c = 1")
    try write("d.xai", "import \"./c.xai\"\nlet d = 1")
    let cycle = runner.run("import \"./c.xai\"", name: folder.path + "/other.xai")
    #expect(cycle.problems.first?.code == "X0402")
    #expect(cycle.problems.first?.notes == ["./c.xai → ./d.xai → ./c.xai"])
  }

  @Test func `an interruption ends a run, is not caught, and leaves names as they are`() throws {
    let runner = try Runner()
    _ = runner.run("var n = 0")
    runner.session.machine.isInterrupted = {
      loopQuestions.add(1, ordering: .relaxed).newValue > 3
    }
    let outcome = runner.run("try { while true { n += 1 } } catch e { print(\"caught\") }")
    #expect(outcome.problems.map(\.code) == ["X0603"])
    #expect(outcome.failure?.exitCode == 130)
    #expect(outcome.output == "")
    runner.session.machine.isInterrupted = { false }
    #expect(runner.run("print(n > 10000)").output == "true\n")
  }

  @Test func `an interruption is noticed in calls back from natives`() throws {
    let runner = try Runner()
    runner.session.machine.isInterrupted = {
      callbackQuestions.add(1, ordering: .relaxed).newValue > 3
    }
    let outcome = runner.run("for i in 0..<100000000 { map([1], x => x) }")
    #expect(outcome.problems.map(\.code) == ["X0603"])
  }

  @Test func `a deadline ends a run`() throws {
    let runner = try Runner()
    runner.session.machine.budget = .max
    runner.session.machine.deadline = .now + .milliseconds(50)
    let outcome = runner.run("while true { }")
    #expect(outcome.problems.map(\.code) == ["X0604"])
    #expect(outcome.failure?.exitCode == 124)
  }

  @Test func `memory of zeros is a row of values`() {
    let zeros = UnsafeMutableRawPointer.allocate(byteCount: 32, alignment: 16)
    defer { zeros.deallocate() }
    zeros.initializeMemory(as: UInt8.self, repeating: 0, count: 32)
    let value = zeros.load(as: Value.self)
    if case .bool(false) = value {} else { Issue.record("the first case is not zero") }
  }

  @Test func `deep sources and deep values do not end the process`() throws {
    let runner = try Runner()
    let deep = String(repeating: "(", count: 95) + "1" + String(repeating: ")", count: 95)
    #expect(runner.run("print(\(deep))").output == "1\n")
    let long = Array(repeating: "1", count: 700).joined(separator: " + ")
    #expect(runner.run("print(\(long))").output == "700\n")
    let lists = String(repeating: "[", count: 95) + String(repeating: "]", count: 95)
    #expect(runner.run("print(length(\(lists)))").output == "1\n")
  }

  @Test func `a function that is too large is refused`() throws {
    let runner = try Runner()
    let body = (0..<20_000).map { "x += \($0)" }.joined(separator: "\n")
    let outcome = runner.run("fn f(c) { var x = 0\nif c < 1 {\n\(body)\n}\nx }\nprint(f(0), f(1))")
    #expect(outcome.problems.isEmpty || outcome.problems.map(\.code) == ["X0602"])
    let larger = (0..<40_000).map { "x += \($0)" }.joined(separator: "\n")
    let refused = runner.run(
      "fn g(c) { var x = 0\nif c < 1 {\n\(larger)\n}\nx }\nprint(g(0), g(1))")
    #expect(refused.problems.map(\.code) == ["X0602"])
  }

  @Test func `every code that the room reports has its explanation`() throws {
    let codes = Set(Catalog.runtime.map(\.code))
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Runtime")
    let files = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    for file in files where file.hasSuffix(".swift") && !file.hasPrefix("Catalog") {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for match in text.matches(of: /"(X0[2-6][0-9][0-9])"/) {
        #expect(codes.contains(String(match.1)), "\(match.1) in \(file)")
      }
    }
  }
}
