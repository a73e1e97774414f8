// Ctrl-C stops what runs, whatever it is, and keeps what is there.
import Foundation
import Testing

@Suite(.serialized) struct InterruptionTests {
  private let state = temporaryPath()

  /// Work of many seconds that has nothing in common but that it can be stopped. Each begins with a
  /// line that says that it runs.
  static let work = [
    "var n = 0; print(\"be\" + \"gun\"); while true { n += 1 }",
    "let a = ones([6000, 6000]); print(\"be\" + \"gun\"); while true { a @ a }",
    "let x = normal([1, 64, 96, 96]); let w = normal([64, 64, 3, 3]); print(\"be\" + \"gun\"); "
      + "while true { conv2d(x, w) }",
    "let a = normal([4000000]); print(\"be\" + \"gun\"); while true { argsort(a) }",
    "print(\"be\" + \"gun\"); while true { normal([20000000]) }",
    "let a = ones([1, 3, 1500, 1500]); print(\"be\" + \"gun\"); while true { resize(a, [3000, 3000]) }",
    "let s = \"ab\" * 20000000; print(\"be\" + \"gun\"); while true { replace(s, \"b\", \"cc\") }",
    "let s = \"ab \" * 20000000; print(\"be\" + \"gun\"); while true { upper(s) }",
    "let l = [(i * 7919) % 1000003 for i in 0..<2000000]; print(\"be\" + \"gun\"); while true { sort(l) }",
    "var w = ones([300, 300]); let g = grad(v => sum(exp(v @ v * 0.001))); print(\"be\" + \"gun\"); "
      + "while true { w = w - g(w) * 0.00001 }",
    "let a = normal([1200, 1200]); print(\"be\" + \"gun\"); while true { svd(a) }",
    "import random; print(\"be\" + \"gun\"); while true { gamma([20000000], 2.0) }",
    "print(\"be\" + \"gun\"); while true { repeat(1, 20000000) }",
  ]

  @Test func `every kind of work stops at once and keeps the variables`() throws {
    let terminal = try PseudoTerminal(state: state)
    #expect(terminal.sees("xai> "))
    #expect(terminal.enters("let kept = 1234"))
    for (index, entry) in Self.work.enumerated() {
      terminal.type(entry + "\r")
      #expect(terminal.sees("begun"), "\(entry)")
      Thread.sleep(forTimeInterval: 0.05)
      terminal.type("\u{3}")
      let began = ContinuousClock.now
      #expect(terminal.sees("X0603"), "\(entry)")
      // Far more than the 0.1 s that it takes on a machine with nothing else to do.
      #expect(ContinuousClock.now - began < .seconds(3), "\(entry)")
      #expect(terminal.enters("kept + \(index)", "\(1234 + index)"))
    }
    #expect(terminal.enters("n > 0", "true"))
  }

  @Test func `a run without a prompt ends with its own code`() throws {
    let terminal = try PseudoTerminal(
      state: state, arguments: ["-e", "print(\"begun\"); while true { normal([3000000]) }"])
    #expect(terminal.sees("begun"))
    terminal.type("\u{3}")
    #expect(terminal.end() == 130)
  }

  @Test func `stopping the process and going on redraws the entry`() throws {
    let shell = try PseudoTerminal(
      state: state, program: URL(filePath: "/bin/bash"),
      arguments: ["--norc", "--noprofile", "-i"],
      environment: ["PS1": "shell$ "])
    #expect(shell.sees("shell$ "))
    shell.type(executable.path() + "\r")
    #expect(shell.sees("xai> "))
    shell.type("let half = 21")
    shell.settles()
    shell.type("\u{1A}")
    #expect(shell.sees("shell$ "))
    shell.type("fg\r")
    #expect(shell.sees("xai> let half = 21"))
    shell.type(" * 2\r")
    #expect(shell.sees("xai> "))
    #expect(shell.enters("half + 1000", "1042"))
    shell.type("\u{4}")
    #expect(shell.sees("shell$ "))
    shell.type("exit\r")
  }
}
