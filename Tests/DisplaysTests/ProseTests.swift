// Markdown, highlighting, text widths, progress.

import Displays
import Testing

struct ProseTests {
  @Test(arguments: [
    (
      "a **b *c* d** e",
      [
        Markdown.Inline.text("a "), .strong([.text("b "), .emphasis([.text("c")]), .text(" d")]),
        .text(" e"),
      ]
    ),
    ("snake_case_name and 2 * 3 * 4", [.text("snake_case_name and 2 * 3 * 4")]),
    ("`` a`b `` `*x*`", [.code("a`b"), .text(" "), .code("*x*")]),
    ("[t](u) [x] (y)", [.link([.text("t")], target: "u"), .text(" [x] (y)")]),
    ("\\*not\\* *", [.text("*not* *")]),
    ("**open", [.text("**open")]),
  ])
  func `marks within a line`(text: String, expected: [Markdown.Inline]) {
    #expect(Markdown.inline(text) == expected)
  }

  @Test func `blocks end where others begin`() {
    let blocks = Markdown.parse("text\n# Head\n- a\n- b\n  1. c\n\n> q\n```xai\n# code\n")
    #expect(
      blocks == [
        .paragraph([.text("text")]), .heading(level: 1, [.text("Head")]),
        .list(
          first: nil,
          items: [
            [.paragraph([.text("a")])],
            [.paragraph([.text("b")]), .list(first: 1, items: [[.paragraph([.text("c")])]])],
          ]), .quote([.paragraph([.text("q")])]), .code("# code\n", language: "xai"),
      ])
  }

  @Test(arguments: ["*", "_", "`", "[", "[](", "> ", "- ", "# ", "1. ", "**_`", "\n- \n", "```\n"])
  func `repeated marks neither fail nor take long`(mark: String) {
    let text = String(repeating: mark, count: 3000)
    #expect(
      ContinuousClock().measure { _ = HTMLRenderer().fragment(.markdown(text)) } < .seconds(2))
  }

  @Test func `source keeps every character when it is coloured`() {
    let source =
      Gallery.source + "\nr\"raw\" \"\"\"long\nstring # no comment\"\"\" # yes\n0..<n 1.5e-3 \"open"
    let lines = Highlighter.lines(of: source, language: "xai")
    #expect(lines.map { $0.map(\.text).joined() }.joined(separator: "\n") == source)
    let kinds = lines.flatMap { $0 }.filter { $0.kind != .plain }
    #expect(kinds.contains { $0.text == "string # no comment\"\"\"" && $0.kind == .string })
    #expect(kinds.contains { $0.text == "# yes" && $0.kind == .comment })
    #expect(kinds.contains { $0.text == "0" && $0.kind == .number })
    #expect(!kinds.contains { $0.text == "with" })
  }

  @Test(arguments: [
    ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👩‍🔬", 2), ("🇩🇪", 2), ("❤️", 2), ("ü±σ…", 4),
    ("\u{200b}", 0), ("Ａ", 2), ("█▀─", 3),
  ])
  func `text has the width that terminals give it`(text: String, width: Int) {
    #expect(Text.width(text) == width)
  }

  @Test func `what steers a terminal becomes visible`() {
    #expect(
      Text.clean("a\u{1b}[31m\u{7}\u{9b}\u{202e}\t|\r\nb\rc\u{7f}") == "a␛[31m␇��    |\nb\nc␡")
  }

  @Test(arguments: [
    (0, 4000, 0.0, "rise  ────────────────────────────────────────  0 of 4 000"),
    (
      1250, 4000, 3.0,
      "rise  ━━━━━━━━━━━━╸───────────────────────────  1 250 of 4 000  417/s  6.6 s left"
    ),
    (3, 10, 90, "rise  ━━━━━━━━━━━━────────────────────────────  3 of 10  30 s each  3:30 left"),
    (
      10, 10, 4000,
      "rise  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  10 of 10  400 s each  done in 1:06:40"
    ),
  ])
  func `progress tells rate and time left`(done: Int, total: Int, elapsed: Double, text: String) {
    let line = ProgressLine(done: done, total: total, elapsed: elapsed, label: "rise", width: 100)
    #expect(line.text == text)
  }

  @Test func `progress fits every width`() {
    for width in 1...120 {
      for total in [nil, 7, 4_000_000] {
        let line = ProgressLine(
          done: 5, total: total, elapsed: 1e9, label: "a \u{1b}[1m long 日本 label", width: width)
        #expect(Text.width(line.text) <= width)
        #expect(!line.text.contains("\u{1b}"))
      }
    }
  }
}
