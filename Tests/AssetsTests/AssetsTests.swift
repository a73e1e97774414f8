/// What is inside the executable is what is in the folders.

import Assets
import Foundation
import Testing

@Suite(.serialized)
struct AssetsTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: [("Stdlib", "Stdlib/"), ("Sources/Assets/Shelf", "Shelf/")])
  func `every file of the folder is embedded, and nothing else`(folder: String, prefix: String)
    throws
  {
    let directory = Self.root.appending(path: folder)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    let expected = files.filter { prefix != "Stdlib/" || $0.hasSuffix(".xai") }.map { prefix + $0 }
    let found = Assets.names.filter { $0.hasPrefix(prefix) }
    #expect(
      found.sorted() == expected.sorted(),
      "the table of embedded files is not that of \(folder): run Scripts/embed")
    for name in found {
      let path = directory.appending(path: String(name.dropFirst(prefix.count)))
      #expect(
        try Assets.bytes(named: name) == [UInt8](Data(contentsOf: path)),
        "\(name) was embedded when it had another content: build again")
    }
  }

  @Test func `the reference of the language and its grammar are embedded`() {
    let directory = Self.root.appending(path: "Sources/Assets/Reference")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    let expected = (files + ["Grammar.ebnf"]).map { "Reference/" + $0 }
    #expect(Assets.names.filter { $0.hasPrefix("Reference/") } == expected.sorted())
    #expect(Assets.text(named: "Reference/Grammar.ebnf")?.contains("statement = ") == true)
  }

  @Test func `the shelf has its networks, pictures and data`() {
    let shelf = Assets.names.filter { $0.hasPrefix("Shelf/") }
    for name in [
      "efficientnet-lite0.onnx", "mnist-cnn.safetensors", "mnist-5000.png", "imagenet.labels",
      "chelsea.png",
    ] { #expect(shelf.contains("Shelf/" + name)) }
  }

  @Test func `a name that is not embedded gives nothing`() {
    #expect(Assets.bytes(named: "Shelf/no-such-file") == nil)
    #expect(Assets.bytes(named: "") == nil)
  }

  @Test func `text is the file's text`() throws {
    let labels = try #require(Assets.text(named: "Shelf/imagenet.labels"))
    #expect(labels.hasPrefix("tench, Tinca tinca\ngoldfish, Carassius auratus\n"))
  }

  @Test func `a directory named by XAI_STDLIB overrides and adds modules`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "xai-assets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data("let here = 1\n".utf8).write(to: directory.appending(path: "assets_test.xai"))
    setenv("XAI_STDLIB", directory.path, 1)
    defer {
      unsetenv("XAI_STDLIB")
      try? FileManager.default.removeItem(at: directory)
    }
    #expect(Assets.text(named: "Stdlib/assets_test.xai") == "let here = 1\n")
    #expect(Assets.names.contains("Stdlib/assets_test.xai"))
    #expect(Assets.text(named: "Shelf/assets_test.xai") == nil)
    #expect(Assets.names.contains("Shelf/chelsea.png"))
  }
}
