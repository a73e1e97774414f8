/// The real network of the shelf, and the same from a file with full precision.

import Assets
import Foundation
import Graphs
import Images
import Networks
import Tensors
import Testing

struct EfficientNetTests {
  static let goldens = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/networks/efficientnet-lite0.safetensors")

  static let embedded: Graph? = Assets.bytes(named: "Shelf/efficientnet-lite0.onnx")
    .flatMap { try? Onnx.graph($0) }

  /// Pixels [224, 224, 3] as the network takes them: [1, 3, 224, 224], (x - 127) / 128.
  static func prepared(_ pixels: [UInt8]) throws -> Variable {
    var planes = [Float](repeating: 0, count: pixels.count)
    let area = pixels.count / 3
    for (index, value) in pixels.enumerated() {
      planes[index % 3 * area + index / 3] = (Float(value) - 127) / 128
    }
    return Variable(try Tensor(planes, [1, 3, 224, 224]))
  }

  static func difference(
    _ graph: Graph, _ picture: String
  ) throws -> (largest: Double, sameTop: Bool) {
    let goldens = try Safetensors.read([UInt8](Data(contentsOf: goldens)))
    let pixels = try goldens.tensor(picture + ".pixels").integers.map { UInt8($0) }
    let got = try #require(graph.run([prepared(pixels)]).first).value
    #expect(got.shape == [1, 1000])
    let (logits, expected) = (got.doubles, try goldens.tensor(picture + ".logits").doubles)
    let largest = zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity
    return (
      largest,
      logits.firstIndex(of: logits.max() ?? 0) == expected.firstIndex(of: expected.max() ?? 0)
    )
  }

  @Test(arguments: ["chelsea", "coffee"])
  func `embedded weights of 16 bits give logits within a twentieth`(picture: String) throws {
    let graph = try #require(Self.embedded)
    for graph in [graph, try graph.fused()] {
      let (largest, sameTop) = try Self.difference(graph, picture)
      #expect(largest < 0.05)
      #expect(sameTop)
    }
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["XAI_TEST_MODELS"] != nil),
    arguments: ["chelsea", "coffee"])
  func `full precision gives logits within a thousandth`(picture: String) throws {
    let folder = try #require(ProcessInfo.processInfo.environment["XAI_TEST_MODELS"])
    let path = URL(filePath: folder).appending(path: "efficientnet-lite0-basic.onnx")
    let bytes = [UInt8](try Data(contentsOf: path))
    let clock = ContinuousClock()
    let began = clock.now
    let graph = try Onnx.graph(bytes)
    print("importing took \(clock.now - began)")
    for (name, graph) in [("as written", graph), ("fused", try graph.fused())] {
      let began = clock.now
      let (largest, sameTop) = try Self.difference(graph, picture)
      print("largest difference of \(picture), \(name): \(largest) in \(clock.now - began)")
      #expect(largest < 1e-3)
      #expect(sameTop)
    }
  }

  @Test(arguments: [
    ("chelsea.png", "tiger cat", 0.385), ("coffee.jpg", "espresso", 0.951),
    ("rocket.jpg", "missile", 0.320), ("china.jpg", "palace", 0.360),
    ("flower.jpg", "daisy", 0.327),
  ])
  func `pictures of the shelf are recognised`(
    file: String, name: String, probability: Double
  ) throws {
    let graph = try #require(Self.embedded)
    let labels = Labels(text: try #require(Assets.text(named: "Shelf/imagenet.labels")))
    let bitmap = try Bitmap.decode(#require(Assets.bytes(named: "Shelf/" + file)))
    let square = try bitmap.rgb().centreSquare(fraction: 0.875)
      .resized(width: 224, height: 224, .bicubic)
    let logits = try #require(graph.run([Self.prepared(square.pixels)]).first).value
    let probabilities = try Kernels.softmax(logits, axis: -1).doubles
    let top = try #require(probabilities.indices.max { probabilities[$0] < probabilities[$1] })
    #expect(labels.short[top] == name)
    // The figures are those of the full-size pictures; the shelf's are smaller.
    #expect(abs(probabilities[top] - probability) < 0.1)
  }

  @Test func `its layers are named by its modules, and cost what is published`() throws {
    let graph = try #require(Self.embedded)
    let layers = graph.summary(for: [[1, 3, 224, 224]])
    #expect(layers.count == 94)
    #expect(layers.first?.name == "_conv_stem")
    #expect(layers.last?.name == "_fc")
    #expect(layers.last?.shape == [1, 1000])
    #expect(graph.value(named: "_blocks.3._expand_conv") != nil)
    // 4.65 million weights and about 0.4 thousand million multiply-adds (the authors' table).
    #expect((4_600_000...4_700_000).contains(layers.map(\.parameters).reduce(0, +)))
    #expect((370_000_000...420_000_000).contains(layers.map(\.multiplyAdds).reduce(0, +)))
  }
}
