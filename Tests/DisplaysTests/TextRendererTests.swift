// Plain and terminal output: recordings, widths, escapes.

import Displays
import Testing

struct TextRendererTests {
  @Test(arguments: Gallery.all.map(\.name))
  func `plain output is as recorded`(name: String) throws {
    let display = try #require(Gallery.all.first { $0.name == name }).display
    try Golden.check(PlainRenderer(width: 80).render(display), "\(name)/plain.txt")
  }

  @Test(arguments: Gallery.all.map(\.name))
  func `terminal output is as recorded in every number of colours`(name: String) throws {
    let display = try #require(Gallery.all.first { $0.name == name }).display
    for (colors, label) in colorings {
      let text = TerminalRenderer(width: 100, colors: colors).render(display)
      try Golden.check(text, "\(name)/terminal-\(label).ansi")
    }
  }

  @Test(arguments: [4, 20, 37, 80, 133])
  func `no line is wider than the width`(width: Int) {
    for (name, display) in Gallery.all {
      let plain = PlainRenderer(width: width).render(display)
      let terminal = colorings.map {
        withoutEscapes(TerminalRenderer(width: width, colors: $0.0).render(display))
      }
      for line in ([plain] + terminal).joined().split(separator: "\n") {
        #expect(Text.width(String(line)) <= width, "\(name) at \(width): \(line)")
      }
    }
  }

  @Test func `plain output and a terminal without colours have no control characters`() {
    for (_, display) in Gallery.all {
      let texts = [
        PlainRenderer(width: 80).render(display),
        TerminalRenderer(width: 80, colors: .none).render(display),
      ]
      for text in texts { #expect(!text.unicodeScalars.contains(where: isControl)) }
    }
  }

  @Test func `only style sequences reach a terminal`() {
    for (_, display) in Gallery.all {
      for (colors, _) in colorings {
        let text = TerminalRenderer(width: 80, colors: colors).render(display)
        #expect(!withoutEscapes(text).unicodeScalars.contains(where: isControl))
      }
    }
  }

  @Test func `every style ends on its line`() {
    for (name, display) in Gallery.all {
      let text = TerminalRenderer(width: 80, colors: .exact).render(display)
      for line in text.split(separator: "\n") where line.contains("\u{1b}[") {
        #expect(line.hasSuffix("\u{1b}[0m") || lastSequence(line) == "0", "\(name): \(line)")
      }
    }
  }

  @Test(arguments: [
    ([:], TerminalRenderer.Colors.none), (["TERM": "dumb", "COLORTERM": "truecolor"], .none),
    (["TERM": "xterm-256color", "NO_COLOR": "1"], .none),
    (["TERM": "xterm", "NO_COLOR": ""], .sixteen),
    (["TERM": "xterm-256color"], .indexed), (["TERM": "xterm-kitty"], .exact),
    (["TERM": "screen-256color", "COLORTERM": "truecolor"], .exact),
  ])
  func `colours are those that the environment tells`(
    environment: [String: String], colors: TerminalRenderer.Colors
  ) {
    #expect(TerminalRenderer.Colors(environment: environment) == colors)
  }

  let colorings: [(TerminalRenderer.Colors, String)] = [
    (.none, "none"), (.sixteen, "16"), (.indexed, "256"), (.exact, "exact"),
  ]

  func isControl(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 32 && scalar != "\n") || (0x7f..<0xa0).contains(scalar.value)
      || (0x202a...0x202e).contains(scalar.value)
  }

  func withoutEscapes(_ text: String) -> String {
    text.replacing(/\u{1b}\[[0-9;]*m/, with: "")
  }

  func lastSequence(_ line: Substring) -> Substring? {
    line.matches(of: /\u{1b}\[([0-9;]*)m/).last?.output.1
  }
}
