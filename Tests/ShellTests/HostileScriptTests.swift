// Scripts that ask for too much: each ends soon, with a result or a clear error, within a bound on memory.
import Foundation
import Testing

/// A script, and what it must end with: a part of the output if it is fine, otherwise of the error.
struct Hostile: CustomTestStringConvertible, Sendable {
  let name: String
  let script: String
  let expected: String
  let code: Int32

  /// A script that runs.
  static func fine(_ name: String, _ script: String, _ output: String) -> Hostile {
    Hostile(name: name, script: script, expected: output, code: 0)
  }

  /// A script that fails as it runs, by a limit or otherwise.
  static func fails(_ name: String, _ script: String, _ error: String) -> Hostile {
    Hostile(name: name, script: script, expected: "error[\(error)", code: 1)
  }

  /// A script that is refused before it runs.
  static func refused(_ name: String, _ script: String, _ error: String = "") -> Hostile {
    Hostile(name: name, script: script, expected: "error[\(error)", code: 65)
  }

  var testDescription: String { name }
}

struct HostileScriptTests {
  static let memory: [Hostile] = [
    .fails("a text that doubles", "var s = \"ab\"\nfor i in 0..<60 { s += s }", "X0606"),
    .fails(
      "a text put into itself", "var s = \"ab\"\nfor i in 0..<60 { s = \"{s}{s}\" }", "X0606"),
    .fails("a list that doubles", "var s = [1]\nfor i in 0..<60 { s += s }", "X0606"),
    .fails(
      "a list added to itself", "var s = [1]\nfor i in 0..<60 { s = s + s }", "X0606"),
    .fails(
      "a list spread twice", "var s = [1]\nfor i in 0..<60 { s = [s..., s...] }", "X0606"
    ),
    .fails("a long comprehension", "[i for i in 0..<10**18]", "X0606"),
    .fails("a generator without end", "any(x > 5 for x in 0..<10**18)", "X0606"),
    .fails(
      "nested comprehensions", "[[i for i in 0..<10000] for j in 0..<10**9]", "X0606"),
    .fails("a repeated text", "\"ab\" * 10**12", "X0606"),
    .fails("a repeated list", "[0] * 10**12", "X0606"),
    .fails("a long range as a list", "reverse(0..<10**18)", "X0606"),
    .fails("numbered elements", "enumerate(0..<10**18)", "X0606"),
    .fails("a tensor beyond all addresses", "zeros([10**9, 10**9])", "X0204"),
    .fails("a tensor beyond the limit", "zeros([10**5, 10**5])", "X0606"),
    .fails("a tensor of negative size", "zeros([-3])", "X"),
    .fails(
      "compositions", "var h = x => x\nfor i in 0..<100000 { h = h >> (x => x + 1) }", "X0606"),
    .fine(
      "ten million elements",
      "let a = [0] * 10**7\nvar b = a\nb[0] = 1\nprint(a[0], b[0], length(sort(b)), sum(b))",
      "0 1 10000000 1"),
    .fine(
      "ten million characters",
      "let s = \"x\" * 10**7\nprint(length(s), s[5000000], length(s + s), length(split(s, \"y\")))",
      "10000000 x 20000000 1"),
    .fine("a range of 10^18", "let r = 0..<10**18\nprint(length(r), 5 in r, r[10**17])", "true"),
  ]

  static let depth: [Hostile] = [
    .fails("recursion", "fn f(n) { f(n + 1) }\nf(0)", "X0601"),
    .fails("recursion of two", "fn f(n) { g(n) }\nfn g(n) { f(n) }\nf(0)", "X0601"),
    .fails("recursion through map", "fn f(n) { map([n], f) }\nf(0)", "X0601"),
    .fails(
      "recursion through a key", "fn f(x) { sort([2, 1], by: (y => f(y))) }\nf(0)", "X0601"),
    .fails("recursion through >>", "fn f(x) { (f >> f)(x) }\nf(0)", "X0601"),
    .fails("recursion in a text", "fn f(x) { \"{f(x)}\" }\nf(0)", "X0601"),
    .fails("recursion in a comprehension", "fn f(x) { [f(x) for i in 0..<2] }\nf(0)", "X0601"),
    .fine(
      "recursion that is caught", "fn f(x) { try { f(x + 1) } catch e { 7 } }\nprint(f(0))", "7"),
    .fine(
      "closures around closures",
      "var h = x => x\nfor i in 0..<100000 { let g = h\nh = x => g(x) + 1 }\nprint(h(0))", "100000"),
    .fine(
      "lists in lists",
      "var a = []\nfor i in 0..<10**6 { a = [a] }\nprint(a == a, length(string(a)))",
      "true"),
    .fine("a list in itself", "var a = [1]\na[0] = a\na = append(a, a)\nprint(a)", "[[1], [[1]]]"),
  ]

  static let numbers: [Hostile] = [
    .fails("2**63", "2**63", "X0311"), .fails("10**400", "10**400", "X0311"),
    .fails("the largest and one", "9223372036854775807 + 1", "X0311"),
    .fails("the least divided", "(-9223372036854775807 - 1) // -1", "X0311"),
    .fine("the remainder of the least", "print((-9223372036854775807 - 1) % -1)", "0"),
    .refused("1e999", "1e999"), .refused("a long literal", "let x = 9223372036854775808"),
    .fails("by zero", "1 // 0", "X0312"), .fails("an infinite whole", "int(1e300)", "X0311"),
    .refused("a wide format", "\"{3.5:1000000000f}\""),
    .refused("a deep format", "\"{3.5:.1000000000f}\""),
    .refused("half a character", #""\u{d800}""#), .refused("beyond Unicode", #""\u{110000}""#),
    .fine("a NUL", #"print(length("a\u{0}b"))"#, "3"),
    .fine("marks without end", #"print(length("e" + "\u{301}" * 100000))"#, "1"),
    .fine("the other direction", #"print("\u{202e}abc")"#, "abc"),
  ]

  @Test(arguments: memory + depth + numbers)
  func `too much is an error, and much is not`(_ hostile: Hostile) throws {
    try expect(hostile, Data(hostile.script.utf8))
  }

  @Test(arguments: [
    ("(", "1", ")"), ("[", "", "]"), ("{a: ", "1", "}"), ("if true { ", "1", "}"),
    ("x => ", "1", ""), ("-", "1", ""), ("not ", "true", ""), ("1 + ", "1", ""), ("2 ** ", "1", ""),
    ("fn f() {", "", "}"), ("f(", "", ")"), ("\"{", "", "}\""), ("try { ", "", "}"),
    ("match x { _ => ", "", "}"), ("[x for x in ", "[]", "]"), ("if a {} else ", "{}", ""),
    ("x", "", ".a"), ("x", "", "[0]"), ("f", "", "()"), ("1 |> ", "f", ""), ("f >> ", "f", ""),
    ("while a { ", "", "}"), ("for x in y { ", "", "}"), ("a ?? ", "a", ""), ("x[", "0", "]"),
  ])
  func `a hundred thousand levels are refused`(_ open: String, _ middle: String, _ close: String)
    throws
  {
    let count = 100_000
    let isTail = close.hasPrefix(".") || close == "[0]" || close == "()"
    let text =
      (isTail ? open : String(repeating: open, count: count)) + middle
      + String(repeating: close, count: count)
    try expect(.refused(open, ""), Data(text.utf8))
  }

  @Test(arguments: [
    ("lines", "let x = 1\n"), ("one line", "1 + "), ("a comment", "#"), ("a list", "1, "),
  ])
  func `a source of ten megabytes is refused`(_ name: String, _ unit: String) throws {
    let text = String(repeating: unit, count: 10_000_000 / unit.utf8.count)
    try expect(.refused(name, ""), Data(text.utf8))
  }

  @Test func `a byte order mark is passed over, other bytes that are no text are refused`() throws {
    try expect(.fine("mark", "", "1"), Data([0xef, 0xbb, 0xbf] + Array("print(1)".utf8)))
    try expect(
      .refused("bytes", ""), Data(Array("print(\"".utf8) + [0xff, 0xfe] + Array("\")".utf8)))
    try expect(.refused("zero", ""), Data(Array("print(1)".utf8) + [0]))
  }

  @Test(arguments: [
    "while true { }", "let a = ones([1500, 1500])\nwhile true { a @ a }",
    "while true { sort([i for i in 0..<100000]) }",
  ])
  func `a time limit ends loops and kernels`(_ script: String) throws {
    let began = ContinuousClock.now
    let outcome = try run(
      executable, ["run", "--time-limit", "1", "-"], input: Data(script.utf8))
    #expect(outcome.code == 124, "\(outcome.errors)")
    #expect(outcome.errors.contains("error[X0604]"), "\(outcome.errors)")
    #expect(ContinuousClock.now - began < .seconds(30))
  }

  @Test(arguments: [
    "var xs = []\nfor i in 0..<20000 { xs += [\"x\" * (60000 - i % 7)] }",
    "let s = \"x\" * 50000\nvar xs = []\nfor i in 0..<20000 { xs += [s[1..<49000 + i % 3]] }",
    "print(length(split(\"ab,\" * 10000000, \",\")))",
    "print(length(split(\"é,\" * 10000000, \",\")))",
    "print(length(lines(\"ab\\n\" * 10000000)))",
    "print(length(characters(\"é\" * 10000000)))",
    "var n = 0\nfor c in \"é\" * 10000000 { n += 1 }",
    "let s = \"ab,\" * 20000\nvar all = []\nfor i in 0..<1000 { all += [split(s, \",\")] }",
  ])
  func `texts count towards the memory, however small each is`(_ script: String) throws {
    let limits = "ulimit -v 550000; exec \"$@\""
    let outcome = try run(
      URL(filePath: "/bin/bash"),
      [
        "-c", limits, "-", executable.path(), "run", "--memory", "100MB", "--threads", "1",
        "--time-limit", "60", "-",
      ], input: Data(script.utf8))
    #expect(outcome.code == 124, "\(outcome.errors.suffix(600))")
    #expect(
      outcome.errors.contains("the memory limit of 100 MB would be passed"),
      "\(outcome.errors.suffix(600))")
  }

  /// Runs the script as a file, with limits of its own and of the system's behind them.
  private func expect(_ hostile: Hostile, _ bytes: Data) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "xai-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "hostile.xai")
    try bytes.write(to: file)
    let limits = "ulimit -v 6000000; exec \"$@\""
    let outcome = try run(
      URL(filePath: "/bin/bash"),
      [
        "-c", limits, "-", executable.path(), "run", "--memory", "600MB", "--time-limit", "60",
        file.path(),
      ])
    let end = "\(outcome.output.suffix(300))\(outcome.errors.suffix(600))"
    #expect(
      outcome.code == hostile.code || (hostile.code == 1 && outcome.code == 124),
      "\(hostile.name): \(end)")
    let said = hostile.code == 0 ? outcome.output : outcome.errors
    #expect(said.contains(hostile.expected), "\(hostile.name): \(end)")
  }
}
