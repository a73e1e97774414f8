// The prompt on a pseudo-terminal, as a user meets it.
import Foundation
import Testing

@Suite(.serialized) struct PromptTests {
  private let state = temporaryPath()

  private func start() throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(state: state)
    try #require(terminal.sees("xai> "))
    return terminal
  }

  @Test func `an entry of several lines runs when it is complete`() throws {
    let terminal = try start()
    terminal.type("fn double(x) {\r")
    terminal.type("x * 2\r}\r")
    terminal.type("double(21)\r")
    #expect(terminal.sees("42"))
    #expect(terminal.sees("out[0]"))
    terminal.type("ans + out[0]\r")
    #expect(terminal.sees("84"))
    #expect(terminal.sees("xai> "))
    terminal.type("\u{4}")
    #expect(terminal.end() == 0)
  }

  @Test func `Ctrl-C stops a loop at once and keeps the variables`() throws {
    let terminal = try start()
    terminal.type("let kept = 1234\r")
    #expect(terminal.sees("xai> "))
    terminal.type("var n = 0; while true { n += 1 }\r")
    Thread.sleep(forTimeInterval: 0.3)
    let began = ContinuousClock.now
    terminal.type("\u{3}")
    #expect(terminal.sees("X0603"))
    #expect(ContinuousClock.now - began < .seconds(1))
    terminal.type("kept + 1\r")
    #expect(terminal.sees("1235"))
    terminal.type("n > 0\r")
    #expect(terminal.sees("true"))
    #expect(terminal.sees("xai> "))
    terminal.type("half an entry\u{3}")
    #expect(terminal.sees("^C"))
    terminal.type("7 * 11\r")
    #expect(terminal.sees("77"))
  }

  @Test func `history lasts from one session to the next`() throws {
    let first = try start()
    first.type("let cell = [\r1,\r2]\r")
    #expect(first.sees("xai> "))
    first.type("1 + 1\r")
    #expect(first.sees("out[0]"))
    #expect(first.sees("xai> "))
    first.type("\u{4}")
    #expect(first.end() == 0)
    let second = try start()
    second.type("let\u{1B}[A\r")
    #expect(second.sees("xai> "))
    second.type("length(cell) * 1000\r")
    #expect(second.sees("2000"))
    #expect(second.sees("xai> "))
    // The search finds the same entry by another word.
    second.type("\u{12}1 + 1\r")
    #expect(second.sees("search"))
    #expect(second.sees("out[1]"))
  }

  @Test func `a pasted script of many lines arrives whole`() throws {
    let terminal = try start()
    let lines = (0..<300).map { "  let v\($0) = x + \($0)  # größe" }
    let script = "fn big(x) {\n" + lines.joined(separator: "\n") + "\n  v299\n}"
    terminal.type(
      "\u{1B}[200~" + script.map { $0 == "\n" ? "\r" : String($0) }.joined() + "\u{1B}[201~")
    #expect(terminal.sees("v299\r\n}"))
    terminal.type("\r")
    #expect(terminal.sees("xai> "))
    terminal.type("big(1)\r")
    #expect(terminal.sees("300"))
  }

  @Test func `Tab completes names, labels and fields`() throws {
    let terminal = try start()
    terminal.type("let settings = {masks: 4000, seed: 3}\r")
    #expect(terminal.sees("xai> "))
    terminal.type("settings.ma\t + 1\r")
    #expect(terminal.sees("4001"))
    terminal.type("fn scale(value, factor) { value * factor }\r")
    #expect(terminal.sees("xai> "))
    terminal.type("sca\t(6, fac\t7)\r")
    #expect(terminal.sees("42"))
  }

  @Test func `questions explain, and errors leave the prompt as it was`() throws {
    let terminal = try start()
    terminal.type("?clip\r")
    #expect(terminal.sees("clip("))
    terminal.type("nothing_of_this\r")
    #expect(terminal.sees("X0201"))
    terminal.type("5 * 5;\r")
    terminal.type("ans\r")
    #expect(terminal.sees("25"))
  }
}
