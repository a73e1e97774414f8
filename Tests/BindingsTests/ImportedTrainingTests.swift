/// An imported network is trained like one of layers: its weights have the names of its file.

import Foundation
import Testing

/// What PyTorch's SGD makes of Tests/Fixtures/training/imported.onnx; see imported.py beside it.
private struct ImportedCase: Decodable {
  let x, y, output: Numbers
  let losses: [Double]
  let gradients, after: [String: Numbers]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/training")

  static func read() throws -> ImportedCase {
    let data = try Data(contentsOf: folder.appending(path: "imported.json"))
    return try JSONDecoder().decode(ImportedCase.self, from: data)
  }
}

@Suite struct ImportedTrainingTests {
  private let script: Script
  private let reference: ImportedCase

  init() throws {
    script = try Script()
    reference = try ImportedCase.read()
    try script.run(
      """
      import models, losses, optimisers, training, random
      let net = load("\(ImportedCase.folder.appending(path: "imported.onnx").path)")
      let x = cast(\(reference.x.source()), "f32")
      let y = \(reference.y.source(whole: true))
      fn cost(p) { cross_entropy(net.forward(x, p).output, y) }
      """)
  }

  private func compare(_ code: String, _ expected: Numbers, _ gap: Double) throws {
    let found = try script.numbers(code)
    #expect(found.shape == expected.shape, "\(code)")
    try #require(found.values.count == expected.values.count)
    let worst = zip(found.values, expected.values).map { abs($0 - $1) / max(1, abs($1)) }.max()
    #expect((worst ?? 0) <= gap, "\(code)")
  }

  @Test func `weights have the names of the file, and running means are no weights`() throws {
    #expect(
      try script.text("sort(keys(net.parameters))")
        == "[\"conv1.bias\", \"conv1.weight\", \"conv2.bias\", \"conv2.weight\", \"fc1.weight\", "
        + "\"fc2.bias\", \"fc2.weight\", \"norm1.bias\", \"norm1.weight\"]")
    #expect(
      try script.text("sort(keys(net.state))")
        == "[\"norm1.running_mean\", \"norm1.running_var\"]")
    #expect(try script.text("net.parameters[\"fc1.weight\"].shape") == "[10, 24]")
    #expect(
      try script.text("sort(keys(net.from(\"conv2\").parameters))")
        == "[\"fc1.weight\", \"fc2.bias\", \"fc2.weight\"]")
    try compare("net(x)", reference.output, 1e-5)
    try compare("net.forward(x).output", reference.output, 1e-5)
  }

  @Test func `gradients at the weights are those of PyTorch`() throws {
    try script.run("let slopes = grad(cost)(net.parameters)")
    for (name, expected) in reference.gradients {
      try compare("slopes[\"\(name)\"]", expected, 1e-5)
    }
  }

  @Test func `gradients at the weights are finite differences`() throws {
    try script.run(
      """
      seed(4)
      let double = net.with_parameters(tree_map(t => cast(t, "f64"), merge(net.parameters, net.state)))
      let exact = cast(x, "f64")
      fn exact_cost(p) { cross_entropy(double.forward(exact, p).output, y) }
      let at = double.parameters
      let way = tree_map(t => cast(normal(t.shape), "f64"), at)
      let slopes = grad(exact_cost)(at)
      let h = 1e-6
      fn along(name) {
        let moved = s => {
          var p = at
          p[name] = at[name] + s * way[name]
          exact_cost(p).item
        }
        let measured = (moved(h) - moved(-h)) / (2 * h)
        abs(measured - sum(slopes[name] * way[name]).item) / max(1.0, abs(measured))
      }
      """)
    #expect(try script.text("max([along(name) for name in keys(at)]) < 1e-6") == "true")
  }

  @Test func `five steps of SGD are those of PyTorch`() throws {
    try script.run(
      """
      let found = fit(net, {x: x, y: y}, optimiser: sgd(rate: 0.05, momentum: 0.9), epochs: 5, size: 6, quiet: true)
      let after = found.model.parameters
      """)
    for (name, expected) in reference.after {
      try compare("after[\"\(name)\"]", expected, 1e-5)
    }
    try compare("found.losses", Numbers(shape: [5], values: reference.losses), 1e-5)
    // What is trained without being fused is used fused.
    let gap = "max(abs(found.model(x) - net.forward(x, tree_map(t => t, after)).output)).item"
    #expect(try script.text("\(gap) < 1e-5") == "true")
    #expect(
      try script.text(
        "max(abs(found.model.state[\"norm1.running_mean\"] - net.state[\"norm1.running_mean\"])).item"
      )
        == "0.0")
  }

  @Test func `a weight that other constants follow from takes them along`() throws {
    try script.run(
      "let silent = net.with_parameters({\"fc1.weight\": net.parameters[\"fc1.weight\"] * 0})")
    #expect(
      try script.text("max(abs(silent(x) - net.parameters[\"fc2.bias\"])).item < 1e-6") == "true")
    #expect(try script.text("max(abs(net(x) - silent(x))).item > 0.1") == "true")
  }

  @Test func `a weight of another name or shape is an error`() throws {
    #expect(
      try script.failure("net.with_parameters({\"conv1.weights\": x})").contains("X0504"))
    let wrong = try script.failure("net.with_parameters({\"conv1.bias\": zeros([3])})")
    #expect(wrong.contains("X0504") && wrong.contains("[4]") && wrong.contains("[3]"))
  }
}
