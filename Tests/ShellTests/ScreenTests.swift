// The prompt and the screen: sizes, characters, pastes, pictures, terminals that can do little.
import Foundation
import Testing

@Suite(.serialized) struct ScreenTests {
  private let state = temporaryPath()

  private func start(
    columns: UInt16 = 90, arguments: [String] = [], _ environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      state: state, columns: columns, arguments: arguments, environment: environment)
    try #require(terminal.sees("xai> "))
    return terminal
  }

  private func startInColour() throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      state: state, environment: ["NO_COLOR": "", "TERM": "xterm-256color"])
    try #require(terminal.sees("xai>"))
    return terminal
  }

  @Test func `the entry is drawn anew when the window changes its size`() throws {
    let terminal = try start()
    let text = (0..<25).map { "1000\($0)" }.joined(separator: " + ")
    terminal.type(text)
    terminal.settles()
    terminal.resize(columns: 50, rows: 20)
    #expect(terminal.sees("10000 + "))
    #expect(terminal.sees("100024"))
    #expect(terminal.enters(" + 1", "1600301"))
    terminal.resize(columns: 20, rows: 10)
    #expect(terminal.enters("ones([2, 40])", "[2, 40]"))
  }

  @Test func `wide characters and emoji keep their bytes`() throws {
    let terminal = try start()
    // Typed in the middle, and erased as a whole: a family is one character of seven scalars.
    terminal.type("length(\"日本\")")
    terminal.type("\u{1B}[D\u{1B}[D語\u{1B}[D\u{1B}[C")
    #expect(terminal.enters("", "3"))
    terminal.type("let family = \"👨‍👩‍👧x\u{1B}[D\u{7F}e\u{301}")
    #expect(terminal.enters("\u{5}\""))
    #expect(terminal.enters("family == \"e\u{301}x\"", "true"))
    #expect(terminal.enters("\"größe 👩🏽‍🚀\"", "größe 👩🏽‍🚀"))
  }

  @Test func `bytes that are no text do no harm`() throws {
    let terminal = try start()
    terminal.type([0x22, 0xFF, 0xC3, 0x28, 0x22])
    terminal.type("\r")
    #expect(terminal.sees("xai> "))
    #expect(terminal.enters("6 * 7", "42"))
  }

  @Test func `very long lines are edited and run`() throws {
    let terminal = try start()
    let list = (0..<1200).map(String.init).joined(separator: ",")
    terminal.type("[" + list + "])")
    // To the beginning, past both edges of the screen.
    terminal.type("\u{1}")
    #expect(terminal.enters("sum(", "719400"))
  }

  @Test func `pasted prompts and outputs are dropped`() throws {
    let terminal = try start()
    let session = "xai> let a = 5\rxai> fn f(x) {\r...>   x * a\r...> }\rxai> f(3)\r15   out[0]\r"
    terminal.type("\u{1B}[200~" + session + "\u{1B}[201~")
    #expect(terminal.sees("f(3)"))
    #expect(terminal.enters("", "15"))
    #expect(terminal.enters("f(a) * 100", "2500"))
  }

  @Test func `a closing bracket shows its partner`() throws {
    let terminal = try start()
    terminal.type("f([1, 2")
    terminal.settles()
    terminal.type("]")
    // The cursor goes to column 7, where the bracket opened, and comes back.
    #expect(terminal.sees("\u{1B}7\r\u{1B}[7C"))
    #expect(terminal.sees("\u{1B}8"))
  }

  @Test func `a signature stands beside the call`() throws {
    let terminal = try start()
    terminal.type("clip(")
    #expect(terminal.sees("clip(x"))
  }

  @Test func `history that cannot be kept is a note`() throws {
    let folder = state.appending(path: "xai")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "history")
    try "{\"cell\":\"1111 * 2\"}\nnot json\n".write(to: file, atomically: true, encoding: .utf8)
    let terminal = try PseudoTerminal(state: state)
    #expect(terminal.sees("1 line of the history"))
    #expect(terminal.sees("xai> "))
    terminal.type("\u{1B}[A")
    #expect(terminal.sees("1111 * 2"))
    #expect(terminal.enters("", "2222"))
    terminal.type("\u{4}")
    #expect(terminal.end() == 0)
    try FileManager.default.removeItem(at: folder)
    try "".write(to: folder, atomically: true, encoding: .utf8)
    let other = try start()
    #expect(other.enters("6 * 7", "42"))
    #expect(other.output.contains("cannot be written"))
  }

  @Test func `a plain terminal has a plain prompt`() throws {
    let terminal = try start(["TERM": "dumb"])
    terminal.type("fn f(x) {\r")
    #expect(terminal.sees("...> "))
    terminal.type("x + 1\r}\r")
    #expect(terminal.sees("xai> "))
    #expect(terminal.enters("f(41)", "42"))
    terminal.type("while true { 1 }\r")
    Thread.sleep(forTimeInterval: 0.5)
    terminal.type("\u{3}")
    #expect(terminal.sees("X0603"))
    #expect(terminal.sees("xai> "))
    terminal.type("\u{3}")
    #expect(terminal.sees("xai> "))
    #expect(!terminal.output.contains("\u{1B}["))
    terminal.type("\u{4}")
    #expect(terminal.end() == 0)
  }

  @Test func `without a terminal the program is a script`() throws {
    let script = Data("let a = 6\nshow a * 7\nfor i in progress(0..<3, \"x\") { sleep(0.3) }".utf8)
    let bare = try run(executable, [], input: script)
    let explicit = try run(executable, ["-"], input: script)
    #expect(bare.output == "42\n")
    #expect(bare.output == explicit.output)
    #expect(bare.errors == explicit.errors)
    #expect(bare.errors.isEmpty)
    #expect(bare.code == 0)
  }

  @Test func `long work shows how far it is, on a terminal`() throws {
    let terminal = try start()
    terminal.type("for i in progress(0..<12, \"steps\") { sleep(0.1) }\r")
    #expect(terminal.sees("steps"))
    #expect(terminal.sees("of 12"))
    #expect(terminal.sees("left"))
    #expect(terminal.sees("xai> "))
  }

  @Test func `a script leaves its names to the prompt`() throws {
    let terminal = try PseudoTerminal(state: state, arguments: ["-e", "let a = 40", "-i"])
    #expect(terminal.sees("xai> "))
    #expect(terminal.enters("a + 2", "42"))
    terminal.type("\u{4}")
    #expect(terminal.end() == 0)
  }

  @Test(arguments: [
    ("\u{1B}[?62;4;22c", "\u{1B}P0;1;0q\"1;1;"),
    ("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[6;20;10t\u{1B}[?62c", "\u{1B}_Gf=100,a=T,"),
    ("\u{1B}P>|iTerm2 3.5\u{1B}\\\u{1B}[?62;4c", "\u{1B}]1337;File=inline=1"),
  ]) func `pictures are drawn as the terminal says that it can`(answer: String, sequence: String)
    throws
  {
    let terminal = try startInColour()
    terminal.answers["\u{1B}[c"] = answer
    terminal.type("heatmap(ones([4, 4]))\r")
    #expect(terminal.sees(sequence))
    terminal.type("6 * 7\r")
    #expect(terminal.sees("42"))
    terminal.type(":set graphics blocks\r")
    #expect(terminal.sees("blocks"))
    terminal.type("heatmap(ones([4, 4]))\r")
    #expect(terminal.sees("▀"))
  }

  @Test func `a terminal that answers nothing is not waited for long`() throws {
    let terminal = try startInColour()
    terminal.type("heatmap(ones([4, 4]))\r")
    #expect(terminal.sees("▀"))
    #expect(terminal.sees("\u{1B}[?2004h"))
  }
}
