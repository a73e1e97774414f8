/// ONNX's own cases: one node each, with inputs and the outputs that they must give.

import Foundation
import Graphs
import Networks
import Tensors
import Testing

/// The files Tests/Fixtures/networks/onnx-*.safetensors hold, for each case, the model file as bytes
/// and its tensors: "test_relu/model", "test_relu/input.0", "test_relu/output.0".
struct NodeTests {
  /// One case: the name in its file.
  struct Case: CustomTestStringConvertible, Sendable {
    let file, name: String
    var testDescription: String { name }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/networks")

  static let files: [String: StateDictionary] = {
    let chosen = ProcessInfo.processInfo.environment["XAI_TEST_NODES"].map { [URL(filePath: $0)] }
    let all = ["nodes", "windows", "layers", "formulas", "choices", "whole", "sampled", "exported"]
      .map {
        folder.appending(path: "onnx-\($0).safetensors")
      }
    var files: [String: StateDictionary] = [:]
    for file in chosen ?? all {
      files[file.lastPathComponent] = (try? Data(contentsOf: file)).flatMap {
        try? Safetensors.read([UInt8]($0))
      }
    }
    return files
  }()

  static let names: [Case] = files.sorted { $0.key < $1.key }.flatMap { file, cases in
    Set(cases.names.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted().map {
      Case(file: file, name: $0)
    }
  }

  @Test(arguments: names)
  func `a node gives ONNX's outputs`(_ example: Case) throws {
    let (cases, name) = (try #require(Self.files[example.file]), example.name)
    let graph = try Onnx.graph(
      cases.tensor(name + "/model").integers.map { UInt8($0) },
      example: cases["\(name)/example"]?.integers)
    var inputs: [Variable] = []
    while let input = cases["\(name)/input.\(inputs.count)"] { inputs.append(Variable(input)) }
    let outputs = try graph.run(inputs)
    for (index, output) in outputs.enumerated() {
      let expected = try cases.tensor("\(name)/output.\(index)")
      #expect(output.shape == expected.shape)
      // ONNX compares its own implementation with these tolerances; zeros among large numbers are rounded.
      let rounding = 1e-7 * expected.doubles.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
      for (got, wanted) in zip(output.value.doubles, expected.doubles) where got != wanted {
        #expect(
          got.isNaN && wanted.isNaN || abs(got - wanted) <= rounding + 1e-3 * abs(wanted),
          "\(got) for \(wanted)")
      }
    }
  }

  /// Reading, writing and sampling at computed places, in networks that PyTorch exported.
  @Test(arguments: [
    "marks_open", "places_set_open", "largest_doubled_open", "places_added_open", "rows_taken_open",
    "sampled_open", "approximate_gelu", "spectrum",
  ])
  func `what is composed of steps is differentiated as its numbers change`(name: String) throws {
    let cases = try #require(Self.files["onnx-exported.safetensors"])
    let graph = try Onnx.graph(cases.tensor(name + "/model").integers.map { UInt8($0) })
    let x = try cases.tensor(name + "/input.0").cast(to: .f64)
    let weights = try cases.tensor(name + "/output.0").doubles.indices.map { sin(Double($0)) }
    func score(_ x: Variable) throws -> Variable {
      let y = try #require(graph.run([x]).first)
      let factor = Variable(try Tensor(weights, y.shape))
      return try apply(Multiply(), [y, factor]).applying(Sum())
    }
    let leaf = Variable(x).tracked()
    let slopes = try Graphs.Recording.during { () throws in
      try gradient(of: score(leaf), at: [leaf])[0].value.doubles
    }
    // In a direction in which nothing jumps: steps of 1e-5 change no order.
    let direction = x.doubles.indices.map { cos(3 * Double($0)) }
    func moved(_ step: Double) throws -> Double {
      let numbers = zip(x.doubles, direction).map { $0 + step * $1 }
      return try score(Variable(Tensor(numbers, x.shape))).value.doubles[0]
    }
    let found = try (moved(1e-5) - moved(-1e-5)) / 2e-5
    let expected = zip(slopes, direction).reduce(0.0) { $0 + $1.0 * $1.1 }
    #expect(abs(found - expected) <= 1e-3 * max(1, abs(expected)), "\(found) for \(expected)")
  }

  @Test func `the cases are there`() { #expect(Self.names.count > 880) }
}
