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

  @Test func `the cases are there`() { #expect(Self.names.count > 880) }
}
