// What `xai check` says about scripts without running them.
import Bindings
import Foundation
import Runtime
import Syntax
import Testing

@Suite struct AnalysisTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What a check of a text says.
  private func check(_ text: String, name: String = "script.xai") throws -> [Diagnostic] {
    let workspace = try #require(Workspace(output: Recording()))
    return Analysis.check(Source(name: name, text: text), in: workspace.session)
  }

  /// The codes that it says, each with the text that it points at.
  private func found(_ text: String) throws -> [String] {
    try check(text).map { problem in
      let place = problem.primary.map { $0.source.substring($0.span) } ?? ""
      return "\(problem.code) \(place)"
    }
  }

  static let entries = Catalog.runtime.filter { $0.code.hasPrefix("X024") }

  @Test(arguments: entries.map(\.code))
  func `an example of a warning has it, and the corrected one has none`(_ code: String) throws {
    let entry = try #require(Self.entries.first { $0.code == code })
    let problems = try check(try #require(entry.example))
    #expect(problems.map(\.code) == [code])
    #expect(problems.allSatisfy { $0.severity == .warning })
    let after = try check(try #require(entry.corrected))
    #expect(after.isEmpty, "\(Renderer().render(after))")
  }

  static let scripts: [String] = {
    ["Stdlib", "Scripts/lessons"].flatMap { folder in
      let files = FileManager.default.enumerator(
        at: root.appending(path: folder), includingPropertiesForKeys: nil)
      return (files?.allObjects ?? []).compactMap { ($0 as? URL)?.path }
    }.filter { $0.hasSuffix(".xai") }.sorted()
  }()

  @Test(arguments: scripts)
  func `nothing is wrong with the library and the lessons`(_ path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let isLibrary = path.contains("/Stdlib/")
    let name = isLibrary ? "<stdlib>/" + URL(filePath: path).lastPathComponent : path
    let problems = try check(text, name: name)
    #expect(problems.isEmpty, "\(Renderer().render(problems))")
  }

  @Test(arguments: [
    // Used: in a string, by a function further down, in a pattern's other name, by a test.
    ("let a = 1\nshow \"{a}\"\n", []),
    ("fn f() { g() }\nfn g() { 1 }\nshow f()\n", []),
    ("let (a, b) = [1, 2]\nshow a\n", []),
    ("let a = 1\ntest \"a\" { expect a == 1 }\n", []),
    ("let _a = 1\nshow 2\n", []),
    ("fn f(x) { 1 }\nshow f(2)\nfor i in 0..<2 { show 1 }\n", []),
    ("let f = n => if n < 1 { 0 } else { f(n - 1) }\nshow f(2)\n", []),
    ("method m(model, x, target) { x }\nshow 1\n", []),
    // Not used.
    ("let a = 1\nshow 2\n", ["X0240 a"]),
    ("var a = 1\na = 2\na += 1\nshow 2\n", ["X0240 a"]),
    ("fn f() { let b = 1\n 2 }\nshow f()\n", ["X0240 b"]),
    ("fn f() { 1 }\nshow 2\n", ["X0240 f"]),
    ("let f = x => x + 1\nshow 2\n", ["X0240 f"]),
    ("param steps = 3\nshow 2\n", ["X0240 steps"]),
    ("import methods\nshow 2\n", ["X0240 methods"]),
    ("import methods as m\nshow 2\n", ["X0240 m"]),
    ("import methods\nshow scorer\n", []),
    ("import methods\nshow methods()\n", []),
    // A file that only declares is a module.
    ("let a = 1\nfn f() { 2 }\nfn _g() { 3 }\n", ["X0240 _g"]),
    // Hidden and declared again.
    ("fn f(x) {\n let y = x\n if x > 0 { let y = 2\n show y }\n y\n}\nshow f(1)\n", []),
    (
      "fn f(x) {\n var y = x\n if x > 0 { let y = 2\n show y }\n y\n}\nshow f(1)\n", ["X0241 y"]
    ),
    ("var x = 1\nlet f = x => x + 1\nshow f(x)\n", []),
    // Statements.
    ("for i in 0..<2 {\n i == 1\n}\n", ["X0245 i == 1"]),
    ("fn f(x) {\n x + 1\n x\n}\nshow f(1)\n", ["X0245 x + 1"]),
    ("let x = 1\nprint(x)\nx\n", []),
    ("for i in 0..<2 {\n continue\n show i\n}\n", ["X0244 show i"]),
    ("fn f(x) { raise \"no\"; x }\nshow f(1)\n", ["X0244 x"]),
    ("var r = {a: 1}\nr.a = r.a\nshow r\n", ["X0246 r.a = r.a"]),
    // Errors come together with warnings.
    ("let a = 1\nshow b\nshow c\n", ["X0240 a", "X0201 b", "X0201 c"]),
    ("fn f(x) { x }\nshow f(y: 1)\nshow f(1, 2)\n", ["X0207 y", "X0209 f(1, 2)"]),
  ])
  func `a mistake is found where it is`(_ text: String, _ wanted: [String]) throws {
    #expect(try found(text) == wanted, "\(text)")
  }

  @Test(arguments: [
    ("show zeros([2, 3]) @ ones([3, 4])\n", true),
    ("show zeros([2, 3]) @ ones([2, 4])\n", false),
    ("let w = zeros([10, 128])\nlet h = normal([784, 32])\nshow w @ h\n", false),
    ("let w = zeros([10, 128])\nlet h = normal([784, 128])\nshow w @ transpose(h)\n", true),
    ("let w = zeros([2, 3])\nfn f() { w + ones([2]) }\nshow f()\n", false),
    ("let w = zeros([2, 3])\nshow w + ones([3]) * 2 - 1\n", true),
    ("show tensor([[1, 2], [3, 4]]) @ tensor([[1, 2, 3]])\n", false),
    ("show reshape(zeros([2, 3]), [4, 2])\n", false),
    ("show reshape(zeros([2, 3]), [-1, 2]) @ zeros([2, 5])\n", true),
    ("show reshape(zeros([2, 3]), [-1, 2]) @ zeros([3, 5])\n", false),
    ("show (zeros([2, 3]) |> transpose) @ zeros([2, 3])\n", true),
    // What is not certain is not reported.
    ("fn same(n) { n }\nfn f(w) { w @ zeros([2, 3]) }\nshow f(same(zeros([3, 2])))\n", true),
    ("var w = zeros([2, 3])\nw = zeros([4, 2])\nshow w @ zeros([2, 3])\n", true),
    ("fn zeros(s) { 1 }\nshow zeros([2, 3]) + zeros([4])\n", true),
    ("let r = try { zeros([2, 3]) @ zeros([2, 3]) } catch e { 0 }\nshow r\n", true),
    ("fn f(zeros) { zeros([2, 3]) @ zeros([2, 3]) }\nshow f(s => ones([2, 2]))\n", true),
  ])
  func `shapes that can never fit are errors`(_ text: String, _ isRight: Bool) throws {
    let problems = try check(text)
    #expect(problems.map(\.code) == (isRight ? [] : ["X0204"]), "\(Renderer().render(problems))")
    // Running says the same.
    let script = try Script()
    if isRight {
      try script.run(text)
    } else {
      #expect(throws: Script.Problem.self) { try script.run(text) }
    }
  }

  @Test func `what another language's words are replaced by exists`() throws {
    let workspace = try #require(Workspace(output: Recording()))
    let natives = workspace.session.natives
    for (foreign, own) in ForeignNames.functions {
      #expect(natives[own] != nil && natives[foreign] == nil, "\(foreign)")
    }
    for (foreign, call) in ForeignNames.methods {
      for found in call.matches(of: /([a-z_]+)\(/) where found.1 != "f" {
        #expect(natives[String(found.1)] != nil, "\(foreign): \(call)")
      }
    }
  }

  @Test func `the edits of a warning take it away`() throws {
    for text in [
      "var total = 0\nfor i in 0..<3 { let total = total + i }\nshow total\n",
      "let a = 1\nshow 2\n", "var x = 1\nx == 2\nshow x\n", "import methods\nshow 2\n",
      "import methods, models\nshow load\n", "import models, methods\nshow load\n",
      "import layers, methods, models\nshow [conv, load]\n",
    ] {
      let problem = try #require(try check(text).first)
      for help in problem.helps where !help.edits.isEmpty {
        var bytes = Array(text.utf8)
        for edit in help.edits {
          bytes.replaceSubrange(edit.span.start..<edit.span.end, with: Array(edit.replacement.utf8))
        }
        #expect(try found(String(decoding: bytes, as: UTF8.self)) == [])
      }
    }
  }
}
