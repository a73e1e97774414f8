/// ONNX's own cases: one node each, with inputs and the outputs that they must give.

import Foundation
import Graphs
import Networks
import Tensors
import Testing

/// Tests/Fixtures/networks/onnx-nodes.safetensors holds, for each case, the model file as bytes and
/// its tensors: "test_relu/model", "test_relu/input.0", "test_relu/output.0".
struct NodeTests {
  static let file =
    ProcessInfo.processInfo.environment["XAI_TEST_NODES"].map { URL(filePath: $0) }
    ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/networks/onnx-nodes.safetensors")

  static let cases: StateDictionary =
    (try? Data(contentsOf: file)).flatMap { try? Safetensors.read([UInt8]($0)) }
    ?? StateDictionary()

  static let names = Set(cases.names.compactMap { $0.split(separator: "/").first.map(String.init) })
    .sorted()

  @Test(arguments: names)
  func `a node gives ONNX's outputs`(name: String) throws {
    let cases = Self.cases
    let graph = try Onnx.graph(cases.tensor(name + "/model").integers.map { UInt8($0) })
    var inputs: [Variable] = []
    while let input = cases["\(name)/input.\(inputs.count)"] { inputs.append(Variable(input)) }
    let outputs = try graph.run(inputs)
    for (index, output) in outputs.enumerated() {
      let expected = try cases.tensor("\(name)/output.\(index)")
      #expect(output.value.shape == expected.shape)
      for (got, wanted) in zip(output.value.doubles, expected.doubles) where got != wanted {
        // ONNX compares its own implementation with these tolerances.
        #expect(got.isNaN && wanted.isNaN || abs(got - wanted) <= 1e-7 + 1e-3 * abs(wanted))
      }
    }
  }

  @Test func `the cases are there`() { #expect(Self.names.count > 100) }
}
