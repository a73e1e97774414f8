// The commands of the prompt, and questions, on a pseudo-terminal.
import Foundation
import Testing

@Suite(.serialized) struct CommandTests {
  private let folder = temporaryPath()

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func start(_ environment: [String: String] = [:]) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(state: folder, environment: environment)
    try #require(terminal.sees("xai> "))
    return terminal
  }

  @Test func `questions explain names, sources, commands and errors`() throws {
    let terminal = try start()
    #expect(terminal.enters("?clip", "clip(x", "limited"))
    #expect(terminal.enters("import methods"))
    #expect(terminal.enters("??integrated_gradients", "method integrated_gradients", "steps"))
    #expect(terminal.enters("?X0204", "X0204"))
    #expect(terminal.enters("?:time", "how long it took"))
    #expect(terminal.enters("?clipp", "X0201", "did you mean"))
    #expect(terminal.enters("??clip", "not written in xai"))
  }

  @Test func `times, variables and search`() throws {
    let terminal = try start()
    #expect(terminal.enters("let seven = 7"))
    #expect(terminal.enters(":time seven * 3", "21", "s"))
    #expect(terminal.enters(":timeit seven + 1", "± ", "rounds"))
    #expect(terminal.enters(":vars", "seven", "Int", "7"))
    #expect(terminal.enters(":apropos logarithm", "natural"))
    #expect(terminal.enters(":reset"))
    #expect(terminal.enters("seven", "X0201"))
    #expect(terminal.enters(":vars", "Nothing is declared"))
    #expect(terminal.enters(":tim 1", "X0431"))
    #expect(terminal.enters(":h", ":apropos", "Ctrl-C"))
    terminal.type(":quit\r")
    #expect(terminal.end() == 0)
  }

  @Test func `what worked is saved as a script that runs by itself`() throws {
    let script = folder.appending(path: "session.xai")
    let terminal = try start()
    #expect(terminal.enters("let a = 20"))
    #expect(terminal.enters("a * 2", "40", "out[0]"))
    #expect(terminal.enters("nothing_of_this", "X0201"))
    #expect(terminal.enters("ans + out[0] + 1", "81", "out[1]"))
    #expect(terminal.enters("fn twice(x) {\r x * 2\r}"))
    #expect(terminal.enters("twice(out[1])  # a remark", "162"))
    #expect(terminal.enters("a;"))
    #expect(terminal.enters(":save \(script.path())", "6 cells"))
    #expect(terminal.enters(":save \(script.path())", "6 cells"))
    #expect(terminal.enters(":reset"))
    #expect(terminal.enters(":load \(script.path())", "40", "81", "162"))
    #expect(terminal.enters("a + 1", "21"))
    #expect(terminal.enters(":load \(folder.path())/none.xai", "X0401"))
    let outcome = try run(executable, [script.path()])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == "40\n81\n162\n")
  }

  @Test func `an entry is changed in the user's editor and comes back to the prompt`() throws {
    let editor = folder.appending(path: "editor.sh")
    try "sed -i s/20/21/ \"$1\"\n".write(to: editor, atomically: true, encoding: .utf8)
    let terminal = try start(["EDITOR": "sh \(editor.path())"])
    #expect(terminal.enters("let a = 20 * 2"))
    terminal.type(":edit\r")
    #expect(terminal.sees("let a = 21 * 2"))
    #expect(terminal.enters(""))
    #expect(terminal.enters("a", "42"))
    #expect(terminal.enters("fn f(x) { x + 20 }"))
    terminal.type(":edit f\r")
    #expect(terminal.sees("fn f(x) { x + 21 }"))
    #expect(terminal.enters(""))
    #expect(terminal.enters("f(0)", "21"))
    terminal.type("1000 + 20\u{18}\u{5}")
    #expect(terminal.sees("1000 + 21"))
    #expect(terminal.enters("", "1021"))
    #expect(terminal.enters(":edit clip", "X0432"))
    let without = try start(["EDITOR": "/none/at/all"])
    #expect(without.enters("1", "1"))
    #expect(without.enters(":edit", "X0430"))
  }

  @Test func `settings change what is shown, and say what they are`() throws {
    let terminal = try start()
    #expect(terminal.enters(":set", "graphics", "auto", "digits", "4"))
    #expect(terminal.enters("tensor([1.0, 2.0]) / 3", "0.3333 0.6667"))
    #expect(terminal.enters(":set digits 7", "7"))
    #expect(terminal.enters("tensor([1.0, 2.0]) / 3", "0.3333333 0.6666667"))
    #expect(terminal.enters(":set digit 7", "X0434", "did you mean"))
    #expect(terminal.enters(":set digits many", "X0434"))
    #expect(terminal.enters(":set rows 4", "4"))
    #expect(terminal.enters("[{n: i} for i in 0..<30]", "26 rows not shown", ":more"))
    #expect(terminal.enters(":set pager never", "never"))
    #expect(terminal.enters(":more", "17", "18", "19"))
    #expect(terminal.enters("[i * 7 for i in 0..<3000]", "3000 elements"))
    #expect(terminal.enters(":more", "20993]"))
    #expect(terminal.enters(":set lines 10", "10"))
    #expect(terminal.enters("\"line\\n\" * 40", "more lines; :more"))
    #expect(terminal.enters(":set colours always", "always"))
    #expect(terminal.enters(":set width 40", "40"))
  }

  @Test func `long output goes through the pager`() throws {
    let terminal = try start(["PAGER": "sed s/line/LINE/"])
    #expect(terminal.enters("\"line\\n\" * 90", "line"))
    #expect(terminal.enters(":more", "LINE", "LINE"))
  }
}
