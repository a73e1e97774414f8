// Runs the built executable as a user's shell does, and says what came out.
import Foundation

/// The root of the repository, found from this file.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

struct Outcome {
  var output: String
  var errors: String
  var code: Int32
}

/// A path that nothing is at, in a folder that is removed when the test process ends.
func temporaryPath() -> URL { temporaries.appending(path: UUID().uuidString) }

private let temporaries: URL = {
  let folder = FileManager.default.temporaryDirectory.appending(path: "xai-" + UUID().uuidString)
  try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  atexit { try? FileManager.default.removeItem(at: temporaries) }
  return folder
}()

/// Runs a program without a terminal and waits for it.
func run(
  _ program: URL, _ arguments: [String] = [], input: Data = Data(),
  environment: [String: String] = [:], folder: URL = repository
) throws -> Outcome {
  let scratch = temporaryPath()
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: scratch) }
  // Files rather than pipes: no reader is needed, and no amount of output can block the program.
  let names = ["in", "out", "err"].map { scratch.appending(path: $0) }
  try input.write(to: names[0])
  for name in names[1...] { try Data().write(to: name) }
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardInput = try FileHandle(forReadingFrom: names[0])
  process.standardOutput = try FileHandle(forWritingTo: names[1])
  process.standardError = try FileHandle(forWritingTo: names[2])
  try process.run()
  process.waitUntilExit()
  return Outcome(
    output: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self),
    code: process.terminationStatus)
}

/// The release executable, which `Scripts/test` builds before the tests run, or the one that XAI_EXECUTABLE names.
let executable =
  ProcessInfo.processInfo.environment["XAI_EXECUTABLE"].map { URL(filePath: $0) }
  ?? repository.appending(path: ".build/release/xai")
