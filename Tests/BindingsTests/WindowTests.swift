// Convolutions, poolings, padding, resampling and patches against PyTorch, and what is said of sizes
// that do not fit.
import Foundation
import Testing

/// An expression with the tensors that it names, its value, and the gradients of Σ value · seed.
struct WindowCase: Decodable, Sendable, CustomTestStringConvertible {
  let code: String
  let inputs: [String: Numbers]
  let value, seed: Numbers
  let gradients: [String: Numbers]
  var testDescription: String { code }

  private struct File: Decodable { let cases: [WindowCase] }

  /// Tests/Fixtures/windows/windows.json, made by generate.py there.
  static let all: [WindowCase] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Fixtures/windows/windows.json")
    let data = try? Data(contentsOf: file)
    return data.flatMap { try? JSONDecoder().decode(File.self, from: $0) }?.cases ?? []
  }()
}

@Suite struct WindowTests {
  @Test func `the values of the other library are there`() {
    #expect(WindowCase.all.count > 150)
  }

  @Test(arguments: WindowCase.all)
  func `an operation with windows and its gradients are those of another library`(
    _ example: WindowCase
  ) throws {
    let script = try Script()
    let names = example.inputs.keys.sorted()
    try script.run(
      """
      let seed_ = \(example.seed.source())
      let inputs = \(example.inputs.source())
      let f = (\(names.joined(separator: ", "))) => \(example.code)
      let found = value_and_grad(q => {
        let output = f(\(names.map { "q.\($0)" }.joined(separator: ", ")))
        ({value: sum(output * seed_), output: output})
      })(inputs)
      let single = f(\(names.map { "cast(inputs.\($0), \"f32\")" }.joined(separator: ", ")))
      """)
    try compare(script, "found.output", example.value, 1e-8)
    try compare(script, "single", example.value, 2e-5)
    for (name, expected) in example.gradients {
      try compare(script, "found.gradient.\(name)", expected, 1e-8)
    }
  }

  private func compare(
    _ script: Script, _ code: String, _ expected: Numbers, _ tolerance: Double
  ) throws {
    let found = try script.numbers(code)
    #expect(found.shape == expected.shape, "\(code)")
    for (got, wanted) in zip(found.values, expected.values)
    where abs(got - wanted) > tolerance * max(1, abs(wanted)) {
      Issue.record("\(code): \(got), expected \(wanted)")
      return
    }
  }

  /// Each line fails, and what is said holds the text after the arrow.
  @Test(arguments: [
    "conv1d(ones([1, 2, 5]), ones([3, 1, 3])) → 2 channels",
    "conv1d(ones([1, 1, 2]), ones([1, 1, 3])) → larger than the padded input",
    "conv3d(ones([1, 1, 4, 4]), ones([1, 1, 2, 2, 2])) → volumes [n, c, d, h, w]",
    "conv2d(ones([1, 1, 4, 4]), ones([1, 1, 3, 3]), stride: 0) → must be positive",
    "conv2d(ones([1, 1, 4, 4]), ones([1, 1, 3, 3]), padding: -1) → widths from 0",
    "conv2d(ones([1, 1, 4, 4]), ones([1, 1, 3, 3]), padding: \"full\") → same",
    "conv2d(ones([1, 1, 4, 4]), ones([1, 1, 3, 3]), dilation: 9223372036854775807) → below 2^30",
    "conv2d(ones([1, 1, 4, 4]), ones([1, 1, 3, 3]), stride: [1, 2, 3]) → an Int or 2 of them",
    "conv2d(ones([1, 1, 4, 4]), ones([1, 1, 3, 3]), padding: 1000000000) → 2000000002",
    "conv_transpose2d(ones([1, 1, 2, 2]), ones([1, 1, 3, 3]), padding: 9) → would get -14",
    "conv_transpose1d(ones([1, 2, 2]), ones([1, 1, 3])) → 2 channels",
    "conv_transpose1d(ones([1, 1, 100000]), ones([1, 1, 3]), stride: 1000000000) → would get 99999000000003",
    "max_pool2d(ones([1, 1, 4, 4]), 5) → larger than the padded input",
    "max_pool3d(ones([1, 1, 4, 4])) → [n, c, d, h, w]",
    "adaptive_avg_pool(ones([1, 1, 4]), 0) → positive size",
    "pad(zeros([0, 2]), [[1, 0], 0], mode: \"edge\") → axis without elements",
    "pad(ones([3]), 1, mode: \"mirror\") → reflect",
    "pad(ones([3]), [[-2, -2]]) → do not fit",
    "pad(ones([3]), 1000000000000, mode: \"wrap\") → out of memory",
    "pad(ones([3]), 9223372036854775807) → do not fit axis 0",
    "pad(ones([3]), [1, 1]) → at most 1 axes",
    "resize(ones([1, 1, 2, 2])) → a size or a scale",
    "resize(ones([1, 1, 2, 2]), 3, mode: \"nearest\", align_corners: true) → align_corners",
    "resize(ones([1, 1, 2, 2]), [1000000000, 1000000000]) → more elements than can be addressed",
    "resize(ones([1, 1, 2, 2]), 0) → must be positive",
    "windows(ones([3]), 0, 4) → 3 elements",
    "windows(ones([3]), 0, 2, step: 0) → must be positive",
    "overlap_add(ones([2, 2]), axis: 1) → before the last",
    "overlap_add(ones([2, 2]), length: 9) → 9 elements",
    "unfold(ones([1, 1, 3, 3]), 4) → larger than the padded input",
    "fold(ones([1, 4, 3]), [3, 3], 2) → [n, c · 4, 4]",
  ])
  func `sizes that do not fit are named`(line: String) throws {
    let parts = line.components(separatedBy: " → ")
    let script = try Script()
    let problem = #expect(throws: (any Error).self) { try script.run(parts[0]) }
    let text = problem.map { "\($0)" } ?? ""
    #expect(text.contains(parts[1]), "\(text)")
  }

  @Test func `a window far larger than the input costs what the input does`() throws {
    let script = try Script()
    try script.run(
      "let y = max_pool2d(ones([1, 1, 2, 2]), 100000000, stride: 99999999, padding: 60000000)")
    #expect(try script.text("y.shape") == "[1, 1, 1, 1]")
    #expect(try script.text("y.item") == "1.0")
    try script.run("let z = conv_transpose1d(ones([1, 1, 2]), ones([1, 1, 3]), stride: 1000000)")
    #expect(try script.text("z.shape") == "[1, 1, 1000003]")
    #expect(try script.text("sum(z).item") == "6.0")
  }
}
