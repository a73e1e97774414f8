// Wrong scripts and inputs: each folder of Fixtures/errors holds one, and how its error is shown.
import Foundation
import Testing

@Suite struct ErrorTests {
  private static let folder = repository.appending(path: "Tests/Fixtures/errors")

  static var cases: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  @Test func `there are at least twenty wrong scripts`() {
    #expect(Self.cases.count >= 20)
  }

  /// With XAI_RECORD=1 the recording is written anew, and the test fails so that it is looked at.
  @Test(arguments: cases) func `a wrong script gives one clear error and its exit code`(
    name: String
  ) throws {
    let folder = Self.folder.appending(path: name)
    let given = try? String(contentsOf: folder.appending(path: "arguments"), encoding: .utf8)
    let arguments = (given ?? "script.xai").split(whereSeparator: \.isWhitespace).map(String.init)
    // What is typed at the prompt, for errors of the prompt itself.
    let input = try? Data(contentsOf: folder.appending(path: "input"))
    let state = FileManager.default.temporaryDirectory.appending(path: "xai-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: state) }
    let outcome = try run(
      executable, arguments, input: input ?? Data(),
      environment: [
        "HOME": "/home/reader", "NO_COLOR": "1", "XAI_PATH": "", "COLUMNS": "100",
        "XDG_STATE_HOME": state.path(), "EDITOR": "no-such-editor 2> /dev/null", "VISUAL": "",
      ],
      folder: folder)
    // The library's own lines move with every change to it.
    let library = /<stdlib>\/(\w+)\.xai:\d+:\d+/
    let shown = "exit code \(outcome.code)\n\n\(outcome.output)\(outcome.errors)"
      .replacing(library) { "<stdlib>/\($0.1).xai" }
      .replacing(/\(\d[\d.]* (µs|ms|s)\)/, with: "(time)")
    let recording = folder.appending(path: "expected.txt")
    if ProcessInfo.processInfo.environment["XAI_RECORD"] == "1" {
      try shown.write(to: recording, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name)")
      return
    }
    let expected = try String(contentsOf: recording, encoding: .utf8)
    #expect(shown == expected, "record again with XAI_RECORD=1 if this is better")
    // Warnings alone are no failure, and at the prompt an error is not the end.
    let fails = !shown.contains("warning[") && !arguments.contains("--json") && input == nil
    #expect(outcome.code != 0 || !fails)
  }
}
