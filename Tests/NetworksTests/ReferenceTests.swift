/// Networks read from ONNX give what PyTorch gives, in their outputs and in their layers.

import Foundation
import Graphs
import Networks
import Tensors
import Testing

/// The part of Tests/Fixtures/reference that is about forward passes.
struct Reference: Decodable {
  struct Tolerance: Decodable {
    let rtol, atol: Double
  }

  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    struct Parameters: Decodable {
      let layers: [String: String]?
      enum CodingKeys: String, CodingKey { case layers = "layers_onnx" }
    }
    let id, file, model: String
    let parameters: Parameters
    let expected: [String]
    let tolerance: [String: Tolerance]
    var testDescription: String { id }
  }

  struct Model: Decodable, Sendable {
    let onnx: String
    let safetensors: String?
    let layers: [String: String]
    let operators: [String]
  }

  let models: [String: Model]
  let cases: [Case]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/reference")

  static let all: Reference = {
    let data = try? Data(contentsOf: folder.appending(path: "manifest-forward.json"))
    let decoded = data.flatMap { try? JSONDecoder().decode(Reference.self, from: $0) }
    return decoded ?? Reference(models: [:], cases: [])
  }()

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: path)))
  }
}

extension Reference.Case.Parameters: Sendable {}
extension Reference.Tolerance: Sendable {}

/// The largest excess of |got - expected| over the tolerance; negative when all is well.
func excess(_ got: Tensor, _ expected: Tensor, _ tolerance: Reference.Tolerance) -> Double {
  zip(got.doubles, expected.doubles).map {
    abs($0 - $1) - tolerance.atol - tolerance.rtol * abs($1)
  }.max() ?? -1
}

struct ReferenceTests {
  @Test func `the manifest lists cases and networks`() {
    #expect(Reference.all.cases.count == 12)
    #expect(Reference.all.models.count == 11)
  }

  @Test(arguments: Reference.all.cases)
  func `outputs and layers are the reference's`(of reference: Reference.Case) throws {
    let model = try #require(Reference.all.models[reference.model])
    let graph = try Onnx.graph(Reference.bytes(model.onnx))
    let values = try Safetensors.read(Reference.bytes(reference.file))
    let x = Variable(try values.tensor("input.x"))
    var compared = 0
    for name in reference.expected where name != "expected.softmax" {
      let layer = String(name.dropFirst("expected.".count))
      let wanted = layer == "output" ? [] : [try #require(reference.parameters.layers?[layer])]
      let got = try #require(graph.run([x], wanted: wanted).first).value
      let expected = try values.tensor(name)
      #expect(got.shape == expected.shape, "\(name)")
      #expect(excess(got, expected, try #require(reference.tolerance[name])) <= 0, "\(name)")
      compared += 1
    }
    #expect(compared > 0)
  }

  @Test(arguments: Reference.all.cases)
  func `fusing changes no output, and folded networks give the same`(of reference: Reference.Case)
    throws
  {
    let values = try Safetensors.read(Reference.bytes(reference.file))
    let tolerance = try #require(reference.tolerance["expected.output"])
    // Some networks are there a second time, with the exporter's own folding.
    for name in [reference.model, reference.model + "_folded"] {
      guard let model = Reference.all.models[name] else { continue }
      let graph = try Onnx.graph(Reference.bytes(model.onnx)).fused()
      let got = try #require(graph.run([Variable(values.tensor("input.x"))]).first).value
      #expect(try excess(got, values.tensor("expected.output"), tolerance) <= 0, "\(name)")
    }
  }

  /// The modules whose output is not the last node beneath their name.
  static let others: Set<String> = ["embedded", "blocks.0.mid", "blocks.1.mid"]

  @Test(arguments: Reference.all.models.keys.sorted())
  func `layers are found by the value's name and by the module's`(model name: String) throws {
    let model = try #require(Reference.all.models[name])
    let graph = try Onnx.graph(Reference.bytes(model.onnx))
    let isFolded = name.hasSuffix("_folded")
    for (module, value) in model.layers {
      let place = try #require(graph.value(named: value), "\(value)")
      // Folding a batch normalisation takes its module away, and two modules have no node of their
      // own.
      let nodeless = module.hasSuffix(".probs") || module.hasSuffix(".z")
      if isFolded && module.contains("bn") || Self.others.contains(module) || nodeless { continue }
      #expect(graph.value(named: module) == place, "\(module)")
    }
  }

  @Test(arguments: Reference.all.models.keys.sorted())
  func `weights are those of the state dictionary`(model name: String) throws {
    let model = try #require(Reference.all.models[name])
    guard let file = model.safetensors else { return }
    let state = try Safetensors.read(Reference.bytes(file))
    let graph = try Onnx.graph(Reference.bytes(model.onnx))
    let weights = Set(graph.parameters.map { $0.value.floats.sorted() })
    var found = 0
    for weight in state.names where weight.hasSuffix(".weight") {
      let values = try state.tensor(weight).floats
      if values.count > 16, weights.contains(values.sorted()) { found += 1 }
    }
    #expect(found > 0)
  }
}

extension Variable {
  /// The numbers; a test that looks at those of one of many examples stops here.
  var value: Tensor { numbers! }
}
