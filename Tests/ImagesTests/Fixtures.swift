/// The pictures of Tests/Fixtures/images and the samples that they hold.

import Foundation
import Images
import Testing

enum Fixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/images")
  static let shelf = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Assets/Shelf")

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  /// A picture of the PAM format: a header of words, then the samples.
  static func pam(_ name: String) throws -> Bitmap {
    let bytes = try bytes(name + ".pam")
    let end = try #require(
      bytes.indices.first { bytes[$0...].starts(with: Array("ENDHDR\n".utf8)) })
    let words = String(decoding: bytes[..<end], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    func number(_ name: Substring) throws -> Int {
      let index = try #require(words.firstIndex(of: name))
      return try #require(Int(words[index + 1]))
    }
    return try Bitmap(
      width: number("WIDTH"), height: number("HEIGHT"), channels: number("DEPTH"),
      pixels: Array(bytes[(end + 7)...]))
  }
}

/// A small counter-based generator, so that every damage can be made again.
struct Noise: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
