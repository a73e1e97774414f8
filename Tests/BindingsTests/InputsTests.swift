// Networks with several inputs: called by place and by name, explained by one input or all, resumed, drawn.

import Foundation
import Testing

/// Networks and numbers of Tests/Fixtures/networks/inputs.py.
@Suite struct InputsTests {
  private let script: Script
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/networks").path

  init() throws {
    script = try Script()
    try script.run(
      """
      import models, methods, metrics
      let data = tensors("\(Self.folder)/inputs.safetensors")
      let net = load("\(Self.folder)/two-branches.onnx", labels: ["a", "b", "c"])
      let image = data["two-branches/image"]
      let table = data["two-branches/table"]
      let words = load("\(Self.folder)/words.onnx")
      let open = load("\(Self.folder)/words-open.onnx", input: [5])
      let ids = data["words/input_ids"]
      let mask = data["words/attention_mask"]
      let kinds = data["words/token_type_ids"]
      fn near(a, b) { a.shape == b.shape and max(abs(a - b)) < 1e-4 }
      """)
  }

  private func expect(_ code: String, _ sources: SourceLocation = #_sourceLocation) throws {
    #expect(try script.text(code) == "true", "\(code)", sourceLocation: sources)
  }

  @Test func `inputs are given by place, by name or as a Record`() throws {
    try expect("near(net(image, table), data[\"two-branches/output\"])")
    try expect("all(net(table: table, image: image) == net(image, table))")
    try expect("all(net(image, table: table) == net(image, table))")
    try expect("all(net({table: table, image: image}) == net(image, table))")
    try expect("near(net(image[1], table[1]), net(image, table)[1])")
    // One table for all pictures, and axes of examples before those that are there.
    try expect("near(net(image, table[2])[2], net(image, table)[2])")
    try expect("net(image[none], table[.., none, 0..<4]).shape == [3, 3, 3]")
  }

  @Test func `words with a mask give onnxruntime's numbers, also where the file fixes one example`()
    throws
  {
    for name in ["words", "open"] {
      try expect("near(\(name)(ids, mask, kinds), data[\"words/output\"])")
      try expect(
        "near(\(name)(ids[1], token_type_ids: kinds[1], attention_mask: mask[1]), data[\"words/output\"][1])"
      )
    }
    try expect(
      "near(load(\"\(Self.folder)/words-open.onnx\")(ids, mask, kinds), data[\"words/output\"])")
    try expect(
      "load(\"\(Self.folder)/words-open.onnx\", input: {attention_mask: [5]}).input"
        + " == {input_ids: [5], attention_mask: [5], token_type_ids: [5]}")
  }

  @Test func `a network says what its inputs are`() throws {
    try expect("net.input == {image: [1, 6, 6], table: [4]}")
    try expect(
      "[i.name for i in words.inputs] == [\"input_ids\", \"attention_mask\", \"token_type_ids\"]")
    try expect("[i.type for i in words.inputs] == [\"i64\", \"i64\", \"i64\"]")
    try expect("[i.shape for i in net.inputs] == [[1, 6, 6], [4]]")
    #expect(try script.text("\"{net}\"").contains("inputs image [1, 6, 6], table [4]"))
    try expect("net.holding({table: table[0]}).input == [1, 6, 6]")
    #expect(try script.text("\"{net.holding({table: table[0]})}\"").contains("holding table"))
  }

  @Test func `what is held is one example or as many as are given`() throws {
    try expect("near(net.holding({table: table})(image), net(image, table))")
    try expect("near(net.holding({table: table[1]})(image)[1], net(image, table)[1])")
    try expect("near(net.holding({table: table})(image[none]), net(image, table)[none])")
    // What is held can be differentiated.
    try expect(
      "near(grad(t => sum(net.holding({table: t})(image)[.., 1]))(table), data[\"two-branches/gradient.table\"])"
    )
    try expect(
      "near(words.holding({attention_mask: mask, token_type_ids: kinds})(ids), data[\"words/output\"])"
    )
  }

  @Test func `one input or each is explained while the others stay`() throws {
    try script.run(
      """
      let x = {image: image, table: table}
      let both = explain(net, x, target: "b")
      let listed = explain(net, x, target: "b", with: [gradient, integrated_gradients])
      """)
    for name in ["image", "table"] {
      try expect("near(both.\(name).values, data[\"two-branches/gradient.\(name)\"])")
      try expect(
        "near(explain(net, x, target: 1, of: \"\(name)\").values, data[\"two-branches/gradient.\(name)\"])"
      )
      try expect(
        "len(listed.\(name)) == 2 and all(listed.\(name)[0].values == both.\(name).values)")
      try expect("all(listed.\(name)[1].input == x.\(name))")
    }
    try expect("len(evaluate(listed.table, with: [infidelity(samples: 20)])) == 2")
    // Held fixed, the share of the table is what it changes by itself.
    try expect(
      "near(sum(listed.table[1].values, axis: -1), net(image, table)[.., 1] - net(image, table * 0)[.., 1])"
    )
    try expect(
      "explain(net, {image: image[0], table: table[0]}, with: occlusion(window: 2), of: \"image\").values.shape == [1, 6, 6]"
    )
  }

  @Test func `inputs explained together share one promise`() throws {
    try script.run(
      """
      let x = {image: image, table: table}
      let joint = explain(net, x, target: 1, with: [integrated_gradients(steps: 200), lrp, gradient], together: true)
      let change = net(image, table)[.., 1] - net(image * 0, table * 0)[.., 1]
      let shares = sum(joint.image[0].values, axis: [1, 2, 3]) + sum(joint.table[0].values, axis: 1)
      """)
    // A few of the nodes of the quadrature meet kinks of the rectifiers.
    try expect("max(abs(shares - change)) < 0.03")
    try expect("joint.image[1].values.shape == image.shape")
    try expect(
      "all(joint.image[0].checks.completeness_gap == joint.table[0].checks.completeness_gap)")
    for name in ["image", "table"] {
      try expect("near(joint.\(name)[2].values, data[\"two-branches/gradient.\(name)\"])")
    }
    try expect(
      "near(explain(net, x, target: 1, of: \"table\", together: true).values, data[\"two-branches/gradient.table\"])"
    )
  }

  @Test func `the rest of a network keeps the inputs that it still reads`() throws {
    for name in ["words", "open"] {
      try script.run("let rest_\(name) = \(name).from(\"norm\")")
      try expect(
        "[i.name for i in rest_\(name).inputs] == [\"norm\", \"attention_mask\"]")
      try expect(
        "near(\(name).at(\"norm\")(ids[1], mask[1], kinds[1]), data[\"words/hidden\"][1])")
      try expect("near(rest_\(name)(data[\"words/hidden\"], mask), data[\"words/output\"])")
      try expect(
        "near(explain(rest_\(name), {norm: data[\"words/hidden\"], attention_mask: mask}, target: 1).norm.values, "
          + "data[\"words/gradient.hidden\"])")
      try expect(
        "near(\(name).holding({attention_mask: mask}).from(\"norm\")(data[\"words/hidden\"]), data[\"words/output\"])"
      )
    }
  }

  @Test func `layers, graph and trace know all inputs`() throws {
    try expect("net.graph.inputs == [\"image\", \"table\"]")
    try expect("net.graph[\"Concat\"].inputs == [\"Flatten\", \"Tanh\"]")
    try expect("[l.shape for l in net.layers if l.name == \"Tanh\"] == [[1, 3]]")
    try expect("net.at(\"Tanh\")(image[0], table[0]).shape == [3]")
    try expect("net.at(\"conv\")({image: image, table: table}).shape == [3, 3, 6, 6]")
    try script.run(
      """
      let t = trace net(image, table) { keep "Tanh" as side; set "Relu" *= 0 }
      let named = trace net(image, table: table) { keep "Tanh" as side }
      """)
    try expect(
      "t.side.shape == [3, 3] and all(t.output == net.with({Relu: a => a * 0})(image, table))")
    try expect("all(named.side == t.side) and all(named.output == net(image, table))")
    try expect("net.with({Tanh: a => a * 0})(image, table).shape == [3, 3]")
  }

  @Test func `a function of several batches is a model too`() throws {
    try script.run(
      """
      import layers
      let f = model_of((a, b) => concat([a, 2 * b], axis: 1), input: {a: [2], b: [1]})
      """)
    try expect("list(f(ones([2]), ones([1]))) == [1.0, 1.0, 2.0]")
    try expect("f.graph.inputs == [\"a\", \"b\"]")
    try expect("f.taking({b: [3]}).input == {a: [2], b: [3]}")
    try expect("list(f.holding({a: zeros([2])})(ones([1]))) == [0.0, 0.0, 2.0]")
  }

  @Test(arguments: ["gradient", "integrated_gradients", "lrp"])
  func `a derivative in whole numbers is an error`(_ method: String) throws {
    let failure = try script.failure(
      "explain(words.holding({attention_mask: mask[0], token_type_ids: kinds[0]}), ids[0], target: 1, with: \(method))"
    )
    #expect(failure.contains("X0375"), "\(failure)")
  }

  @Test func `errors name the inputs`() throws {
    func says(_ code: String, _ parts: String...) throws {
      let failure = try script.failure(code)
      for part in parts { #expect(failure.contains(part), "\(failure)") }
    }
    try says(
      "net(image)", "X0208", "takes 2 inputs, image and table: table is not given", "holding")
    try says("net(image, tabel: table)", "X0207", "tabel", "did you mean \"table\"")
    try says("net(image, table, image)", "X0209", "takes 2 inputs, image and table, not 3")
    try says("net(image, image: image)", "X0211", "the input image is given twice")
    try says("net(table, image)", "X0502", "examples of image of shape [1, 6, 6]")
    try says("net(image, table[0..<2])", "X0502", "[2] of table")
    try says("net(image, \"no\")", "X0209", "a Tensor for table")
    try says("net.holding({tables: table})", "X0207", "did you mean \"table\"")
    try says("net.holding({image: image, table: table})", "X0209", "no input left")
    try says("net.holding({table: table})(image, table: table)", "X0209")
    try says("net.holding({table: table}).holding({table: table})", "X0207", "held fixed already")
    try says(
      "explain(words, {input_ids: ids, attention_mask: mask, token_type_ids: kinds})",
      "whole numbers")
    try says("explain(net, image, of: \"image\")", "several inputs")
    try says("explain(net, {image: image, table: table}, of: \"picture\")", "no input \"picture\"")
    try says("load(\"\(Self.folder)/words-open.onnx\", input: {ids: [5]})", "X0207", "input_ids")
    try says(
      "load(\"\(Self.folder)/words-open.onnx\").layers", "X0503",
      "input_ids, attention_mask, token_type_ids")
  }
}
