// What the executable needs from the machine it runs on.
import Foundation
import Testing

@Suite struct ExecutableTests {
  @Test func `the executable needs no Swift installation`() throws {
    let outcome = try run(URL(filePath: "/usr/bin/ldd"), [executable.path()])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("libedit"))
    #expect(!outcome.output.contains("libswift"))
    #expect(!outcome.output.contains("libFoundation"))
  }

  @Test func `the scripts are valid for a plain shell`() throws {
    for name in ["xai", "test", "setup"] {
      let script = repository.appending(path: "Scripts/" + name)
      let outcome = try run(URL(filePath: "/bin/sh"), ["-n", script.path()])
      #expect(outcome.code == 0, "\(name): \(outcome.errors)")
    }
  }
  @Test func `folders for files that are not kept go with the program`() throws {
    let script = """
      import files
      let folder = temporary_folder()
      write_text("a", folder + "/kept.txt")
      make_folder(folder + "/inner")
      print(folder)
      """
    let outcome = try run(executable, ["-e", script])
    let folder = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.contains("/xai-"))
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
