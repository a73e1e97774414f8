// Contextual decomposition in the language: against the papers' formulas, of networks of the shelf, of phrases.
import Foundation
import Testing

/// A contextual decomposition computed by Tests/Fixtures/splits/generate.py.
struct SplitCase: Decodable, Sendable, CustomTestStringConvertible {
  let rules: String
  let parameters: [String: Numbers]
  let x, mask, relevant, irrelevant: Numbers
  var testDescription: String { "\(rules) of \(x.shape), relevant \(mask.values)" }

  private struct File: Decodable { let cases: [SplitCase] }

  /// The cases of a file; none if it cannot be read, which the first test tells.
  static func all(_ name: String) -> [SplitCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Fixtures/splits/\(name).json")
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode(File.self, from: data).cases) ?? []
  }

  static let recurrent = all("lstm")
  static let blocks = all("block")
}

@Suite struct ContextualSplitTests {
  @Test func `the values of the papers' formulas are there`() {
    #expect(SplitCase.recurrent.count == 18)
    #expect(SplitCase.blocks.count == 4)
  }

  private func check(_ item: SplitCase, _ layer: String) throws {
    let script = try Script()
    try script.run(
      """
      import layers, blocks
      let x = \(item.x.source())
      let net = model_of(\(layer), input: x.shape).with_parameters(\(item.parameters.source()))
      let parts = contextual_split(net, x, x * \(item.mask.source()), rules: "\(item.rules)")
      """)
    for (name, expected) in [("relevant", item.relevant), ("irrelevant", item.irrelevant)] {
      let found = try script.numbers("parts.\(name)")
      #expect(found.shape == expected.shape)
      for (a, b) in zip(found.values, expected.values) {
        #expect(abs(a - b) <= 1e-10 * max(1, abs(b)), "\(name)")
      }
    }
  }

  @Test(arguments: SplitCase.recurrent)
  func `a recurrent network is decomposed as by the papers' formulas`(_ item: SplitCase) throws {
    try check(item, "lstm(\(item.relevant.shape[0]), sequence: false)")
  }

  @Test(arguments: SplitCase.blocks)
  func `a transformer block is decomposed as by the papers' formulas`(_ item: SplitCase) throws {
    try check(item, "transformer_block(4, heads: 2, hidden: 6)")
  }

  // MARK: - parts add up

  /// Networks, an input of each, and how many operations at least have parts.
  static let networks = [
    (
      "lenet", "let net = load(\"lenet-mnist\")\nlet x = mnist().test.images[700]", 8, 1e-4
    ),
    (
      "efficientnet",
      """
      let net = load("efficientnet-lite0")
      let x = net.prepare(picture("chelsea"))
      """, 80, 1e-4
    ),
    (
      "transformer",
      """
      let net = model_of(positions(6) >> transformer_block(8, heads: 2, causal: true) >> transformer_block(8, heads: 2)
        >> layer_norm() >> activation(x => mean(x, axis: 1)) >> dense(3), input: [6, 8])
      let x = normal([6, 8])
      """, 30, 1e-4
    ),
    (
      "lstm",
      """
      let net = model_of(lstm(5) >> lstm(4, sequence: false) >> dense(3), input: [7, 3])
      let x = normal([7, 3])
      """, 100, 1e-4
    ),
    (
      "wide transformer",
      """
      let narrow = model_of(positions(6) >> transformer_block(8, heads: 2) >> activation(x => mean(x, axis: 1)) >> dense(3),
        input: [6, 8])
      let net = narrow.with_parameters(tree_map(p => cast(p, "f64"), narrow.parameters))
      let x = cast(normal([6, 8]), "f64")
      """, 15, 1e-10
    ),
    (
      "wide gru",
      """
      let narrow = model_of(gru(5) >> dense(3), input: [7, 3])
      let net = narrow.with_parameters(tree_map(p => cast(p, "f64"), narrow.parameters))
      let x = cast(normal([7, 3]), "f64")
      """, 50, 1e-10
    ),
  ]

  @Test(arguments: networks)
  func `parts add up at every operation of a network`(
    _ name: String, _ code: String, _ count: Int, _ tolerance: Double
  ) throws {
    let script = try Script()
    try script.run(
      """
      import models, datasets, layers, blocks
      seed(5)
      \(code)
      let mask = uniform(x.shape) < 0.4
      fn steps(rules) { contextual_split_gaps(net, x, mask, rules: rules) }
      fn parts(rules) { contextual_split(net, x, mask, rules: rules) }
      """)
    for rules in ["shapley", "acd", "cdt"] {
      let gaps = try script.numbers("[s.gap for s in steps(\"\(rules)\")]").values
      #expect(gaps.count >= count, "\(rules): \(gaps.count) operations")
      #expect(gaps.allSatisfy { $0 <= tolerance }, "\(rules): \(gaps.max() ?? .nan)")
      let sum = try script.numbers(
        "parts(\"\(rules)\").relevant + parts(\"\(rules)\").irrelevant - net(x)")
      let size = try script.numbers("[max(abs(net(x))).item]").values[0]
      #expect(sum.values.allSatisfy { abs($0) <= tolerance * size }, "\(rules)")
    }
  }

  @Test(arguments: ["shapley", "acd", "cdt"])
  func `all of a digit is relevant or nothing`(_ rules: String) throws {
    let script = try Script()
    try script.run(
      """
      import models, datasets
      let net = load("lenet-mnist")
      let x = mnist().test.images[700]
      let all = contextual_split(net, x, x, rules: "\(rules)")
      let nothing = contextual_split(net, x, 0.0, rules: "\(rules)")
      let size = max(abs(net(x))).item
      """)
    #expect(try script.text("max(abs(all.relevant - net(x))).item <= 1e-5 * size") == "true")
    #expect(try script.text("max(abs(all.irrelevant)).item <= 1e-5 * size") == "true")
    #expect(try script.text("max(abs(nothing.relevant)).item <= 1e-5 * size") == "true")
  }

  // MARK: - the method

  /// Σ s − 2 relu(s + n − 1) over words with a sentiment s, where n says that the word before is "not".
  private static let sentiment = """
    import decomposition, methods
    let words = {plot: [0.0, 0.0], good: [1.0, 0.0], not: [0.0, 1.0]}
    fn sentence(names) { tensor([words[n] for n in names]) }
    fn judged(x) {
      let s = x[.., 0]
      let before = concat([0 * x[.., 0..<1, 1], x[.., 0..<(x.shape[-2] - 1), 1]], axis: -1)
      sum(s - 2 * relu(s + before - 1), axis: -1)
    }
    let x = sentence(["plot", "good", "not", "good"])
    let masks = tensor([[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 1]])[.., none]
    fn scores(rules) { contextual_scores(judged, x, masks, rules: rules).scores }
    """

  /// "not good" is bad, though each of its words by itself is good or nothing.
  @Test(arguments: ["shapley", "acd", "cdt"])
  func `a phrase is more than its words`(_ rules: String) throws {
    let script = try Script()
    try script.run(Self.sentiment)
    let found = try script.numbers("scores(\"\(rules)\")").values
    try #require(found.count == 4)
    #expect(abs(found[0] - 1) < 1e-6)
    #expect(abs(found[3] + 1) < 1e-6)
    #expect(found[2] > found[3] + 0.5)
    #expect(try script.text("judged(sentence([\"good\"])).item") == "1.0")
    #expect(try script.text("judged(sentence([\"not\"])).item") == "0.0")
  }

  /// By hand: before the rectifier of the last word its own part is 1 as that of "not", and the bias is -1.
  @Test(arguments: [
    ("shapley", [1.0, -1, 0, -1]), ("acd", [1.0, -1, 0, -1]), ("cdt", [1.0, -1, 0, -1]),
  ])
  func `scores of words by hand`(_ rules: String, _ expected: [Double]) throws {
    let script = try Script()
    try script.run(Self.sentiment)
    let found = try script.numbers("scores(\"\(rules)\")").values
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found)")
  }

  @Test(arguments: [
    ("contextual_decomposition(net, x, \"top\").values.shape", "[1, 28, 28]"),
    ("abs(contextual_decomposition(net, x, \"top\").checks.split_gap).item < 1e-4", "true"),
    (
      """
      all(abs(contextual_decomposition(net, stack([x, y]), "top").values[1]
        - contextual_decomposition(net, y, "top").values) < 1e-4).item
      """, "true"
    ),
    (
      """
      sum(contextual_decomposition(net, x, {for: 7, against: 1}, groups: ones([1, 28, 28])).values[0, 0, 0]
        - net(x)[7] + net(x)[1]) |> abs |> (g => g.item < 1e-3)
      """, "true"
    ),
    (
      "explain(net, x, with: contextual_decomposition(groups: 14, rules: \"acd\")).values[0, 0, 0..<14] |> (v => max(v) == min(v)) |> (v => v.item)",
      "true"
    ),
    ("contextual_decomposition(net, x, 7, layer: \"relu1\").values.shape[-2...-1]", "[28, 28]"),
  ])
  func `digits are decomposed by patches`(_ expression: String, _ expected: String) throws {
    let script = try Script()
    try script.run(
      """
      import decomposition, methods, models, datasets
      let net = load("lenet-mnist")
      let x = mnist().test.images[700]
      let y = mnist().test.images[3]
      """)
    #expect(try script.text(expression) == expected)
  }

  @Test func `a network of token indices is decomposed after its embedding`() throws {
    let script = try Script()
    try script.run(
      """
      import decomposition, layers, blocks
      seed(2)
      let net = model_of(embedding(9, 6) >> transformer_block(6, heads: 2) >> activation(x => mean(x, axis: 1)) >> dense(3),
        input: [5])
      let ids = tensor([1, 5, 2, 7, 3])
      let found = contextual_decomposition(net, ids, "top", layer: "0", rules: "cdt")
      let both = contextual_decomposition(net, stack([ids, ids]), "top", layer: "0", rules: "cdt")
      """)
    #expect(try script.text("found.values.shape") == "[5]")
    #expect(try script.text("abs(found.checks.split_gap).item < 1e-4") == "true")
    #expect(try script.text("max(abs(both.values - found.values)).item < 1e-5") == "true")
  }

  /// Rieger et al. 2020: the part of a feature that is known to be irrelevant is trained away.
  @Test func `training on the relevant part makes a network forget a feature`() throws {
    let script = try Script()
    try script.run(
      """
      seed(3)
      let n = 100
      let label = cast(uniform([n]) > 0.5, "f32") * 2 - 1
      let inputs = stack([label + 0.5 * normal([n]), label + 0.1 * normal([n])], axis: -1)
      let nuisance = tensor([false, true])
      fn forward(p, x) { sum(relu(x @ p.a + p.b) @ p.c, axis: -1) }
      fn use(p) { mean(contextual_split(x => forward(p, x), inputs, nuisance).relevant ** 2) }
      fn trained(weight) {
          var p = with seed(1) { {a: 0.7 * normal([2, 8]), b: zeros([8]), c: 0.5 * normal([8, 1])} }
          for step in 0..<200 {
              let slopes = grad(p => {
                  let fit = mean((forward(p, inputs) - label) ** 2)
                  if weight == 0 { fit } else { fit + weight * use(p) }
              })(p)
              p = tree_map((w, g) => w - 0.05 * g, p, slopes)
          }
          p
      }
      let plain = use(trained(0)).item
      let told = use(trained(2)).item
      """)
    #expect(try script.text("told < 0.1 * plain") == "true")
  }

  @Test(arguments: [
    ("contextual_split(x => sum(x), ones([3]), \"all\")", "X0394"),
    ("contextual_split(x => sum(x.a), {a: ones([3])}, {b: ones([3])})", "X0308"),
    ("contextual_split(x => cholesky(x), eye, eye)", "X0393"),
    ("contextual_split(x => sum(x), ones([3]), 1.0, rules: \"lrp\")", "X0506"),
  ])
  func `what cannot be split says so`(_ expression: String, _ code: String) throws {
    let script = try Script()
    try script.run("let eye = tensor([[1.0, 0.0], [0.0, 1.0]])")
    #expect(try script.failure(expression).contains(code))
  }

  @Test func `the operation that stops a split is named with its layer`() throws {
    let script = try Script()
    try script.run(
      """
      import layers
      let net = model_of(dense(2) >> activation(x => log(abs(x))), input: [3])
      """)
    let failure = try script.failure("contextual_split(net, ones([3]), 0.5)")
    #expect(failure.contains("a split cannot pass log in layer 1"))
  }

  @Test func `examples are split one by one under vmap`() throws {
    let script = try Script()
    let found = try script.numbers(
      """
      vmap(row => contextual_split(x => relu(sum(x)), row, tensor([true, false])).relevant)(
        tensor([[3.0, -1.0], [1.0, 2.0]]))
      """)
    #expect(found.values == [2.5, 1])
  }

  @Test func `records are split leaf by leaf`() throws {
    let script = try Script()
    try script.run(
      """
      let parts = contextual_split(p => ({sum: p.a + p.b, twice: 2 * p.a}), {a: tensor([1.0]), b: tensor([5.0])},
        {a: 1.0, b: tensor([2.0])})
      """)
    #expect(try script.text("parts.relevant.sum.item") == "3.0")
    #expect(try script.text("parts.irrelevant.sum.item") == "3.0")
    #expect(try script.text("parts.irrelevant.twice.item") == "0.0")
  }
}
