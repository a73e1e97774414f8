/// Every input with which fuzzing once found something must end well now.
import Foundation
import Testing

struct ReplayTests {
  struct Finding: CustomTestStringConvertible, Sendable {
    let target: FuzzTarget
    let file: URL
    var testDescription: String { "\(target.rawValue)/\(file.lastPathComponent)" }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/fuzz")

  static let findings: [Finding] = FuzzTarget.allCases.flatMap { target in
    let files = try? FileManager.default.contentsOfDirectory(
      at: root.appending(path: target.rawValue), includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }.map { Finding(target: target, file: $0) }
  }

  @Test(arguments: findings)
  func `a finding stays mended`(_ finding: Finding) throws {
    let bytes = [UInt8](try Data(contentsOf: finding.file))
    #expect(finding.target.complaint(about: bytes) == nil)
  }

  @Test func `there are findings to replay`() { #expect(!Self.findings.isEmpty) }
}
