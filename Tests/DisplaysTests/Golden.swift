// Recorded outputs: compared on every run, written again with XAI_RECORD=1.

import Foundation
import Testing

/// Recorded files in Tests/Fixtures/displays.
enum Golden {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/displays")

  /// Compares with the recorded file; a run that records never passes.
  static func check(
    _ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appending(path: path)
    if ProcessInfo.processInfo.environment["XAI_RECORD"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("recorded \(path); run again without XAI_RECORD", sourceLocation: sourceLocation)
      return
    }
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == recorded, "\(path) has changed", sourceLocation: sourceLocation)
  }
}
