/// Damaged, cut and lying files give errors; nothing that a file can say ends the program.

import Foundation
import Graphs
import Networks
import Tensors
import Testing

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

struct DamageTests {
  static let models = ["cnn_mobile", "cnn_small", "mlp_relu", "cnn_concat"]

  @Test(arguments: models)
  func `an ONNX file cut at any 64th byte is an error`(name: String) throws {
    let bytes = try Reference.bytes("models/\(name).onnx")
    for count in stride(from: 0, to: bytes.count, by: 64) {
      #expect(throws: NetworkError.self, "\(count) of \(bytes.count) bytes") {
        try Onnx.graph(Array(bytes[..<count]))
      }
    }
    let message = #expect(throws: NetworkError.self) {
      try Onnx.graph(Array(bytes[..<(bytes.count / 2)]))
    }?.message
    #expect(message?.hasPrefix("this ONNX file is cut off: ") == true)
  }

  @Test(arguments: models)
  func `an ONNX file with flipped bytes gives a graph or an error`(name: String) throws {
    let bytes = try Reference.bytes("models/\(name).onnx")
    var noise = Noise(state: 5)
    var (errors, runs) = (0, 0)
    for _ in 0..<600 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...8, using: &noise) {
        let place = Int.random(in: 0..<bytes.count, using: &noise)
        damaged[place] = UInt8.random(in: 0...255, using: &noise)
      }
      do throws(NetworkError) {
        let graph = try Onnx.graph(damaged)
        #expect(!graph.outputs.isEmpty)
        runs += try runIfSmall(graph) ? 1 : 0
      } catch {
        errors += 1
        #expect(!error.message.isEmpty)
      }
    }
    #expect(errors > 0 && runs > 0)
  }

  /// Runs what can still be run, where its layers are of ordinary size; an error is as good as a
  /// result.
  private func runIfSmall(_ graph: Graph) throws(NetworkError) -> Bool {
    let shapes = graph.inputs.map { $0.shape.map { $0 ?? 1 } }
    let layers = graph.summary(for: shapes)
    guard layers.allSatisfy({ ($0.shape ?? [.max]).allSatisfy { (0..<4096).contains($0) } }),
      layers.allSatisfy({ $0.multiplyAdds < 1 << 26 })
    else { return false }
    var inputs: [Variable] = []
    for shape in shapes where shape.allSatisfy({ (0..<4096).contains($0) }) {
      guard let zeros = try? Tensor.zeros(shape) else { return false }
      inputs.append(Variable(zeros))
    }
    return (try? graph.run(inputs)) != nil
  }

  @Test(arguments: models)
  func `a safetensors file cut at any 64th byte is an error`(name: String) throws {
    let bytes = try Reference.bytes("models/\(name).safetensors")
    for count in stride(from: 0, to: bytes.count, by: 64) {
      #expect(throws: NetworkError.self, "\(count) of \(bytes.count) bytes") {
        try Safetensors.read(Array(bytes[..<count]))
      }
    }
  }

  @Test(arguments: models)
  func `a safetensors file with flipped bytes gives tensors or an error`(name: String) throws {
    let bytes = try Reference.bytes("models/\(name).safetensors")
    let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) } + 8
    var noise = Noise(state: 6)
    var errors = 0
    for _ in 0..<600 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &noise) {
        // Most of the file is numbers, of which any will do: damage the header.
        damaged[Int.random(in: 0..<header, using: &noise)] = UInt8.random(
          in: 0...255, using: &noise)
      }
      do throws(NetworkError) {
        _ = try Safetensors.read(damaged)
      } catch {
        errors += 1
        #expect(!error.message.isEmpty)
      }
    }
    #expect(errors > 300)
  }
}
