// Every code has its rendering on record.
import Foundation
import Shell
import Testing

@Suite struct CatalogTests {
  /// Codes that no stored script can cause, and the test that causes them.
  private static let elsewhere = [
    "X0003": "what is too large is refused",
    "X0403": "a module that cannot be read is an error",
    "X0414": "the prompt reports wrong commands and files",
    "X0521": "a process of a sweep that is killed is an error",
    "X0602": "a function that is too large is refused",
    "X0603": "Ctrl-C stops a loop at once and keeps the variables",
    "X0607": "a machine without memory is an error",
  ]

  /// The text of all recordings.
  private static let recorded: String = {
    let fixtures = repository.appending(path: "Tests/Fixtures")
    return ["errors", "syntax", "language", "conformance"].map { folder in
      let files = FileManager.default.enumerator(
        at: fixtures.appending(path: folder), includingPropertiesForKeys: nil)
      return (files?.allObjects ?? []).compactMap { file -> String? in
        guard let url = file as? URL, ["md", "txt"].contains(url.pathExtension) else { return nil }
        return try? String(contentsOf: url, encoding: .utf8)
      }.joined()
    }.joined()
  }()

  @Test(arguments: Explanations.catalog.entries.map(\.code))
  func `a code has a recorded rendering`(_ code: String) {
    let isRecorded = Self.recorded.contains("[\(code)]")
    #expect(isRecorded || Self.elsewhere[code] != nil, "add a script to Tests/Fixtures/errors")
    #expect(!(isRecorded && Self.elsewhere[code] != nil), "\(code) is recorded")
  }

  @Test func `every code in the sources is explained`() throws {
    let sources = repository.appending(path: "Sources")
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    let known = Set(Explanations.catalog.entries.map(\.code))
    for case let file as URL in files?.allObjects ?? [] where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for found in text.matches(of: /"(X0\d{3})"/) {
        #expect(known.contains(String(found.1)), "\(found.1) in \(file.lastPathComponent)")
      }
    }
  }

  @Test func `the tests that cause the other codes exist`() throws {
    let tests = repository.appending(path: "Tests")
    let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
    let text = try (files?.allObjects ?? []).compactMap { $0 as? URL }
      .filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
      .joined()
    for name in Self.elsewhere.values {
      #expect(text.contains("@Test func `\(name)`"), "\(name)")
    }
  }

  @Test func `the prompt reports wrong commands and files`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data().write(to: folder.appending(path: "old.xai"))
    let outcome = try run(
      executable, ["repl"], input: Data("let a = 1\n:frobnicate\n:save old.xai\n".utf8),
      environment: ["HOME": folder.path, "TERM": "dumb"], folder: folder)
    #expect(outcome.errors.contains("error[X0431]"))
    #expect(outcome.errors.contains("error[X0414]: old.xai exists already"))
  }

  @Test func `a module that cannot be read is an error`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let large = folder.appending(path: "large.xai")
    try Data().write(to: large)
    let handle = try FileHandle(forWritingTo: large)
    try handle.truncate(atOffset: 80 << 20)
    try handle.close()
    let outcome = try run(
      executable, ["-"], input: Data("import \"./large.xai\"\n".utf8), folder: folder)
    #expect(outcome.errors.contains("error[X0403]: `./large.xai` cannot be read"))
    #expect(outcome.code == 65)
  }

  @Test func `a process of a sweep that is killed is an error`() throws {
    let endless = "show sweep n in 0..<4, jobs: 2 { var i = 0; while i < 1000000000 { i += 1 }; i }"
    let outcome = try run(
      URL(filePath: "/bin/sh"),
      [
        "-c",
        """
        '\(executable.path())' -e '\(endless)' & run=$!
        for i in 1 2 3 4 5 6 7 8 9 10; do
          sleep 0.3; children=$(cat /proc/$run/task/*/children); [ -n "$children" ] && break
        done
        kill -9 $children; wait $run
        """,
      ])
    #expect(outcome.errors.contains("error[X0521]: a process of the sweep ended by signal 9"))
    #expect(outcome.code == 1)
  }

  @Test func `a machine without memory is an error`() throws {
    let outcome = try run(
      URL(filePath: "/bin/sh"), ["-c", "ulimit -v 65000; exec '\(executable.path())' -e 1"])
    #expect(outcome.code == 70)
    #expect(outcome.errors.contains("X0607"), "\(outcome)")
  }

  @Test func `explain lists all codes, and tells about one however it is written`() throws {
    let all = try run(executable, ["explain"])
    #expect(all.code == 0)
    for entry in Explanations.catalog.entries {
      #expect(all.output.contains("\(entry.code)  \(entry.title)\n"))
    }
    for code in ["X0204", "x0204", "0204"] {
      let one = try run(executable, ["explain", code])
      #expect(one.code == 0 && one.output.contains("shapes do not fit"))
    }
    #expect(try run(executable, ["explain", "X9999"]).code == 2)
  }
}

@Suite struct CheckTests {
  /// A folder with files, for one test.
  private func inFolder(_ files: [String: String], _ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    try body(folder)
  }

  @Test func `the exit code of check is the worst of its files`() throws {
    try inFolder([
      "right.xai": "show 1\n", "warned.xai": "let a = 1\nshow 2\n", "wrong.xai": "show b\n",
    ]) { (folder: URL) throws in
      func code(_ arguments: String...) throws -> Int32 {
        try run(executable, ["check"] + arguments, folder: folder).code
      }
      #expect(try code("right.xai") == 0)
      #expect(try code("warned.xai") == 0)
      #expect(try code("warned.xai", "wrong.xai", "right.xai") == 65)
      #expect(try code("wrong.xai", "missing.xai") == 66)
    }
  }

  @Test func `check --json gives one object of the editor's form for each problem`() throws {
    try inFolder(["a.xai": "var x = 1\nx == 2\nshow x + y\n"]) { folder in
      let outcome = try run(executable, ["check", "--json", "a.xai"], folder: folder)
      #expect(outcome.errors.isEmpty)
      let objects = try outcome.output.split(separator: "\n").map { line in
        try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      #expect(objects.compactMap { $0["code"] as? String }.sorted() == ["X0201", "X0245"])
      let warning = try #require(objects.first { $0["code"] as? String == "X0245" })
      #expect(warning["severity"] as? Int == 2)
      let range = try #require(warning["range"] as? [String: [String: Int]])
      #expect(range["start"] == ["line": 1, "character": 0])
      let data = try #require(warning["data"] as? [String: Any])
      let helps = try #require(data["helps"] as? [[String: Any]])
      #expect(helps.contains { ($0["edits"] as? [Any])?.isEmpty == false })
    }
  }

  @Test func `fmt writes, lists and refuses`() throws {
    let link = "link.xai"
    try inFolder(["a.xai": "let a=1\n", "b.xai": "let b = 1\n", "c.xai": "let = 1\n"]) { folder in
      func fmt(_ arguments: String..., input: String = "") throws -> Outcome {
        try run(executable, ["fmt"] + arguments, input: Data(input.utf8), folder: folder)
      }
      func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      let listed = try fmt("--check", "a.xai", "b.xai")
      #expect(listed.output == "a.xai\n" && listed.code == 1)
      #expect(try text("a.xai") == "let a=1\n")
      #expect(try fmt("--check", "b.xai").code == 0)
      let refused = try fmt("c.xai")
      #expect(refused.code == 65 && refused.errors.contains("error[X0"))
      #expect(try text("c.xai") == "let = 1\n")
      #expect(try fmt("missing.xai").code == 66)
      #expect(try fmt("-", input: "let  x=[1,2]\n").output == "let x = [1, 2]\n")
      // A link stays one, and so do the permissions.
      let manager = FileManager.default
      try manager.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.appending(path: "a.xai").path)
      try manager.createSymbolicLink(
        atPath: folder.appending(path: link).path, withDestinationPath: "a.xai")
      #expect(try fmt(link).code == 0)
      #expect(try text("a.xai") == "let a = 1\n")
      #expect(
        try manager.destinationOfSymbolicLink(atPath: folder.appending(path: link).path) == "a.xai")
      let attributes = try manager.attributesOfItem(atPath: folder.appending(path: "a.xai").path)
      #expect(attributes[.posixPermissions] as? Int == 0o755)
      #expect(try manager.contentsOfDirectory(atPath: folder.path).count == 4)
    }
  }
}
