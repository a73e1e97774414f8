// sweep: its rows, their random numbers, what is kept, and rows in other processes.
import Bindings
import Foundation
import Runtime
import Tensors
import Testing

@Suite(.serialized) struct SweepTests {
  /// A path that nothing is at.
  private func path() -> String {
    FileManager.default.temporaryDirectory.appending(path: "rows-\(UUID().uuidString).jsonl").path
  }

  private func problem(_ source: String) throws -> String {
    let script = try Script()
    let problem = #expect(throws: Script.Problem.self) { try script.run(source) }
    return problem?.description ?? ""
  }

  /// Runs `body` with at least two threads, so that rows have processes of their own.
  private func withThreads(_ body: () throws -> Void) rethrows {
    let before = Threads.count
    Threads.count = max(2, before)
    defer { Threads.count = before }
    try body()
  }

  @Test func `a sweep has a row for every combination, the last name varying fastest`() throws {
    let script = try Script()
    try script.run("let t = sweep a in [1, 2], b in \"xy\", c in 0..<2 { \"{a}{b}{c}\" }")
    #expect(try script.text("t.columns") == "[\"a\", \"b\", \"c\", \"value\"]")
    #expect(
      try script.text("t.value")
        == "[\"1x0\", \"1x1\", \"1y0\", \"1y1\", \"2x0\", \"2x1\", \"2y0\", \"2y1\"]")
    #expect(try script.text("len(sweep a in [] { a })") == "0")
  }

  @Test func `fields become columns, and what a row lacks is empty`() throws {
    let script = try Script()
    try script.run(
      "let t = sweep n in 0..<3 { if n == 0 { none } else if n == 1 { {x: 1, y: 2} } else { {y: 3, z: 4} } }"
    )
    #expect(try script.text("t.columns") == "[\"n\", \"x\", \"y\", \"z\"]")
    #expect(try script.text("t[0]") == "{n: 0, x: none, y: none, z: none}")
    #expect(try script.text("t[2]") == "{n: 2, x: none, y: 3, z: 4}")
  }

  @Test func `a function or method stands in the table by its name`() throws {
    let script = try Script()
    try script.run("import methods\nfn twice(x) { 2 * x }")
    #expect(
      try script.text("(sweep f in [sqrt, twice, x => x] { f(4) }).f")
        == "[\"sqrt\", \"twice\", \"x => x\"]")
    #expect(
      try script.text("(sweep m in [gradient, rise(masks: 8)] { 1 }).m")
        == "[\"gradient\", \"rise(masks: 8)\"]")
  }

  @Test func `rows have the same random numbers in any order and in any process`() throws {
    try withThreads {
      let script = try Script()
      try script.run(
        """
        let body = n => sum(normal([3])) |> float
        let first = sweep n in 0..<5 { body(n) }
        let ignored = normal([100])
        let second = sweep n in 0..<5 { body(n) }
        let third = sweep n in 0..<5, jobs: 2 { body(n) }
        """)
      #expect(try script.text("first == second and second == third") == "true")
      #expect(try script.text("first.value[0] != first.value[1]") == "true")
    }
  }

  @Test func `a swept seed is the seed of its rows`() throws {
    let script = try Script()
    try script.run(
      """
      let t = sweep k in [1, 2], seed in [7, 8] { normal([2]) }
      seed(7)
      let seven = normal([2])
      seed(0)
      let outside = normal([2])
      seed(0)
      let u = sweep seed in [3] { normal([2]) }
      """)
    #expect(try script.text("all(t.value[0] == seven) and all(t.value[2] == seven)") == "true")
    #expect(try script.text("all(t.value[1] == seven)") == "false")
    #expect(try script.text("all(normal([2]) == outside)") == "true")
  }

  @Test func `values come back from a process as they were`() throws {
    try withThreads {
      let script = try Script()
      try script.run(
        """
        fn values() { [none, true, -3, 2.0, 1e300, "a\\"b\\\\\\nü", [1, [2.5]], {a: 1, "$b": {c: []}},
            0..<3, tensor([[1.5, 2], [3, 4]]), tensor([1, 2]), tensor([true, false]), tensor([0.1], type: "f64")] }
        let t = sweep i in 0..<13, jobs: 2 { {v: values()[i], s: type(values()[i])} }
        """)
      for index in 0..<13 {
        let isSame =
          "let same = t.v[\(index)] == values()[\(index)]\nif type(same) == \"Tensor\" { all(same) } else { same }"
        #expect(try script.text(isSame) == "true", "\(index)")
        #expect(try script.text("type(t.v[\(index)]) == t.s[\(index)]") == "true", "\(index)")
      }
      #expect(try script.text("t.v[12].type") == "\"f64\"")
      #expect(
        try script.text("(sweep i in 0..<3, jobs: 2 { (1 - i) * inf }).value")
          == "[inf, nan, -inf]")
    }
  }

  @Test func `networks run in processes with threads of their own`() throws {
    try withThreads {
      let script = try Script()
      try script.run(
        """
        import models, datasets
        let net = load("lenet-mnist")
        let xs = mnist().test.images[0..<8]
        let before = net(xs)
        let t = sweep i in 0..<8, jobs: 2 { {top: max(net(xs[i])), all: sum(net(xs))} }
        let u = sweep i in 0..<8 { {top: max(net(xs[i])), all: sum(net(xs))} }
        """)
      #expect(try script.text("t == u") == "true")
      #expect(try script.text("all(net(xs) == before)") == "true")
    }
  }

  @Test func `what rows print comes in their order`() throws {
    try withThreads {
      let script = try Script()
      try script.run("let t = sweep i in 0..<6, jobs: 2 { print(\"row {i}\"); i };")
      #expect(script.output.text == (0..<6).map { "row \($0)\n" }.joined())
    }
  }

  @Test func `finished rows are taken from the file`() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let sweep =
      "sweep n in 0..<4, keep: \"\(path)\" { if n == 2 { raise \"two\" }; float(sum(normal([2]))) + n }"
    #expect(try problem(sweep).contains("two"))
    var text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 2)
    // What was kept counts: row 0 now says 99. A line that is cut off does not.
    let first = try #require(text.split(separator: "\n").first)
    let value = try #require(first.firstRange(of: "\"value\":"))
    text = first[..<value.upperBound] + "99}\n" + text.split(separator: "\n")[1].dropLast(3)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let script = try Script()
    #expect(try script.text("try { \(sweep) } catch e { e.message }") == "\"two\"")
    let other = "sweep n in 0..<4, keep: \"\(path)\" { n }"
    #expect(try script.text("(\(other)).value") == "[0, 1, 2, 3]")
    // The same sweep again: its first row is the one that was kept.
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines.first?.hasSuffix("99}") == true)
    try script.run("let same = 0..<2")
    let kept = "sweep n in same, keep: \"\(path)\" { float(sum(normal([2]))) + n }"
    let a = try script.text("(\(kept)).value")
    let count = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
    #expect(try script.text("(\(kept)).value") == a)
    #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == count)
  }

  @Test func `an error names its row, whatever the number of processes`() throws {
    try withThreads {
      for options in ["", ", jobs: 2"] {
        let text = try problem(
          "sweep m in [sqrt, abs], n in 0..<3\(options) { if n == 1 { raise \"no\" }; n }")
        #expect(text.contains("error[X0300]: no"))
        #expect(text.contains("It happened in the row m: \"sqrt\", n: 1."))
        #expect(text.contains("in[1]:1"))
      }
    }
  }

  @Test(arguments: [
    ("sweep n in 3 { n }", "X0317"), ("sweep n in 0..<2, jobs: 0 { n }", "X0522"),
    ("sweep n in 0..<2, keep: 3 { n }", "X0522"), ("sweep seed in [0.5] { 1 }", "X0522"),
    ("sweep n in 0..<2 { {n: 1} }", "X0522"), ("sweep n in 0..<2, jobs: 2 { x => x }", "X0520"),
    ("sweep a in 0..<100000, b in 0..<100000 { 1 }", "X0522"),
    ("var s = 0\nsweep n in 0..<2 { s += n }", "X0152"),
    ("var s = [0]\nsweep n in 0..<2 { fn f() { s[0] = n }; f() }", "X0152"),
    ("sweep n in 0..<2, keep: \"/nowhere/rows.jsonl\" { n }", "X0407"),
  ])
  func `a sweep that cannot be done says why`(_ source: String, _ code: String) throws {
    let text = try problem(source)
    #expect(text.contains("error[\(code)]"), "\(text)")
  }

  @Test func `a row may have variables of its own`() throws {
    let script = try Script()
    #expect(
      try script.text(
        "(sweep n in 1...3 { var s = 0; for i in 0...n { s += i }; fn f() { s += 1 }; f(); s }).value"
      )
        == "[2, 4, 7]")
    #expect(
      try script.text("(sweep a in [1, 2] { sum((sweep b in [1, 2] { a * b }).value) }).value")
        == "[3, 6]")
  }

  @Test func `a line that is not whole is no row`() throws {
    let whole = try RowText.text(Value([.int(1), .float(2.5), Value("x")]))
    #expect(RowText.value(whole) != nil)
    for count in 0..<whole.utf8.count {
      #expect(RowText.value(String(decoding: whole.utf8.prefix(count), as: UTF8.self)) == nil)
    }
    for text in [
      "{\"$tensor\":{}}", "{\"$tensor\":{\"type\":\"f32\",\"shape\":[-1],\"values\":[1]}}", "[1,]",
      "{\"a\"}", "nul", "\"\\u12\"", "\"\\ud800\"", "1 2", String(repeating: "[", count: 100_000),
    ] {
      #expect(RowText.value(text) == nil, "\(text.prefix(60))")
    }
  }
}
