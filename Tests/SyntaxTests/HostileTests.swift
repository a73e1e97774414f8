/// Whatever is read, the parser ends, and what it makes is well formed.

import Syntax
import Testing

/// SplitMix64: the same numbers on every run.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

struct HostileTests {
  /// Parses, draws and prints; checks spans and limits.
  private func check(_ text: String) {
    let source = Source(name: "hostile.xai", text: text)
    let (script, diagnostics) = Parser.parse(source)
    let size = text.utf8.count
    #expect(diagnostics.count <= Parser.errorLimit)
    var spans: [Span] = []
    for diagnostic in diagnostics {
      spans += diagnostic.secondary.map(\.span) + diagnostic.helps.flatMap(\.edits).map(\.span)
      if let primary = diagnostic.primary { spans.append(primary.span) }
    }
    #expect(spans.allSatisfy { 0 <= $0.start && $0.start <= $0.end && $0.end <= size }, "\(text)")
    #expect(Renderer().render(diagnostics).isEmpty == diagnostics.isEmpty)
    _ = TreePrinter.print(script)
    _ = Completeness.of(text)
    var spanCheck = SpanCheck()
    for cell in script.cells { spanCheck.statements(cell.statements, in: Span(0, size)) }
    #expect(spanCheck.problems.isEmpty, "\(text)")
  }

  @Test func `random bytes`() {
    var random = Seeded(state: 1)
    for _ in 0..<400 {
      let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      check(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func `random printable characters`() {
    let alphabet = Array("abfx01.\"'{}[]()#%=<>+-*/|;:,!&^~@\\\n\n  _é日“×\u{301}")
    var random = Seeded(state: 2)
    for _ in 0..<1000 {
      let count = Int.random(in: 0...120, using: &random)
      check(String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? " " }))
    }
  }

  @Test func `soup of words`() {
    let words =
      Keyword.allCases.map(\.rawValue) + Symbol.allCases.map(\.rawValue)
      + StatementWord.allCases.map(\.rawValue) + [
        "x", "f", "1", "2.5", "\"s\"", "\"{", "\"\"\"", "\n", "\n", "# %% T\n", "## d\n", "r\"",
        "}",
        "{", "(", ")", "def", "elif", "lambda", "None", "numpy", "=>", "for", "in",
      ]
    var random = Seeded(state: 3)
    for _ in 0..<3000 {
      let count = Int.random(in: 0...40, using: &random)
      check(
        (0..<count).map { _ in words.randomElement(using: &random) ?? "" }.joined(
          separator: Bool.random(using: &random) ? " " : ""))
    }
  }

  @Test(arguments: Golden.all)
  func `a script cut anywhere, or without one of its characters`(_ golden: Golden) {
    let characters = Array(golden.source)
    if characters.count > 1500 { return }
    var random = Seeded(state: 4)
    for _ in 0..<40 {
      let index = Int.random(in: 0..<characters.count, using: &random)
      check(String(characters[..<index]))
      check(String(characters[..<index] + characters[(index + 1)...]))
    }
  }

  @Test(
    arguments: [
      "(", "[", "{", "f(", "x[", "if a {", "-", "not ", "x => ", "{a: ", "fn f() {", "match x {",
      "\"{", "\"\"\"{", "a.b", "a + ", "let (", "[for ", "if a {} else ", "f(a: ", "a |> ", "a ?? ",
      "a ** ", "for x in ", "while ", "try {", "a..<", "}", ")", "\\", "\u{0}", "#", "\"", ";",
      "a(",
      "a()", "a[0]", "a.b.c ", "1.", "..", "\n", "# %%\n", "\r", "x...", "a < ", "import a, ",
    ])
  func `the same thing many times`(_ text: String) {
    check(String(repeating: text, count: 3000))
    check("let a = " + String(repeating: text, count: 3000) + "\nlet b = 1\n")
  }

  @Test(
    arguments: [
      ("", "("), ("", "a + "), ("", "\"x\" "), ("", "{"), ("", "x\n"), ("", "\u{0}"), ("", "日"),
      ("", "# x\n"), ("", "## x\n"), ("", "f("), ("", "\"{x}\"\n"), ("", "1__ "), ("", "f(x)\n"),
      ("\"\"\"\n", "x\n"), ("\"\"\"\n", "{x}\n"), ("# %% [markdown]\n", "# x\n"),
      ("let x = [", "1, "),
    ])
  func `a large text is read in time that grows with it`(_ start: String, _ unit: String) {
    let text = start + String(repeating: unit, count: 1_000_000 / unit.utf8.count)
    let began = ContinuousClock.now
    let (_, diagnostics) = Parser.parse(Source(name: "large.xai", text: text))
    _ = Renderer().render(diagnostics)
    #expect(ContinuousClock.now - began < .seconds(15))
  }
}
