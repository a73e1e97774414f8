// Special functions, Fourier transforms, sums over products, orderings and sparse matrices against the numbers of
// NumPy, SciPy and mpmath (Tests/Fixtures/transforms/make.py).
import Foundation
import Testing

@Suite struct TransformTests {
  struct Case: Decodable, CustomTestStringConvertible {
    let code: String
    let shape: [Int]
    let values: [Number]
    let tolerance: Double
    var testDescription: String { String(code.prefix(80)) }
  }

  /// A number; JSON has no infinities and no NaN.
  enum Number: Decodable {
    case plain(Double)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Double.self) {
        self = .plain(value)
      } else {
        let word = try container.decode(String.self)
        self = .plain(word == "inf" ? .infinity : word == "-inf" ? -.infinity : .nan)
      }
    }

    var value: Double {
      switch self {
      case .plain(let value): value
      }
    }
  }

  static let groups: [String: [Case]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/transforms/values.json")
    guard let data = try? Data(contentsOf: file) else { return [:] }
    return (try? JSONDecoder().decode([String: [Case]].self, from: data)) ?? [:]
  }()

  @Test(arguments: [
    ("special", 70), ("fourier", 50), ("einsum", 60), ("ordering", 170), ("sparse", 13),
  ])
  func `tensors give what NumPy, SciPy and mpmath give`(_ group: String, _ least: Int) throws {
    let cases = try #require(Self.groups[group])
    #expect(cases.count >= least)
    let script = try Script()
    try script.run(
      """
      import statistics, distributions, spectra, blocks
      fn data(shape, offset = 0) {
        reshape(cast(tensor([(37 * k + 11 * offset) % 101 for k in 0..<product(shape)]), "f64") / 50 - 1, shape)
      }
      """)
    for example in cases {
      let found = try script.numbers(example.code)
      #expect(found.shape == example.shape, "\(example.code)")
      let wanted = example.values.map(\.value)
      for (place, (got, value)) in zip(found.values, wanted).enumerated() {
        let isClose =
          got == value || got.isNaN && value.isNaN
          || abs(got - value) <= example.tolerance * max(abs(value), group == "special" ? 0 : 1)
        #expect(isClose, "\(example.code.prefix(120)) at \(place): \(got), not \(value)")
      }
    }
  }

  @Test
  func `a chain of products is multiplied in the order that takes the fewest multiplications`()
    throws
  {
    let script = try Script()
    try script.run(
      """
      let order = einsum_order("ij,jk,kl,lm->im", ones([200, 3]), ones([3, 200]), ones([200, 3]), ones([3, 200]))
      """)
    // The least over the five ways to set parentheses.
    #expect(
      try script.text("order.multiply_adds")
        == "\(Double(3 * 200 * 3 + 3 * 3 * 200 + 200 * 3 * 200))")
    #expect(
      try script.text("order.from_the_left")
        == "\(Double(200 * 3 * 200 + 200 * 200 * 3 + 200 * 3 * 200))")
    #expect(
      try script.text("order.products") == #"["jk,kl->jl", "ij,jl->il", "lm,il->im"]"#)
  }

  @Test func `a sum over products is differentiated twice`() throws {
    let script = try Script()
    try script.run(
      """
      let a = tensor([[1.0, 2.0], [3.0, 5.0]], "f64")
      fn f(x) { einsum("ij,jk,ki->", x, a, x) + einsum("ii->", x * x) }
      let x = tensor([[0.5, -1.0], [2.0, 0.25]], "f64")
      let g = grad(f)(x)
      let expected = transpose(a @ x) + transpose(x @ a) + 2 * x * tensor([[1, 0], [0, 1]])
      """)
    #expect(try script.text("max(abs(g - expected)) < 1e-12") == "true")
    #expect(try script.text("grad(x => sum(grad(f)(x) * a))(x)[0, 1].item").hasPrefix("-") == false)
  }

  @Test func `a product with a sparse matrix is differentiated in both, and again`() throws {
    let script = try Script()
    try script.run(
      """
      let rows = [0, 2, 0, 2, 1]
      let columns = [1, 0, 3, 3, 1]
      fn f(p) { sum((sparse(rows, columns, p.v, shape: [3, 4]) @ p.x) ** 3) }
      fn g(p) { sum((to_dense(sparse(rows, columns, p.v, shape: [3, 4])) @ p.x) ** 3) }
      let at = {v: tensor([0.5, -1.0, 2.0, 0.25, 1.5], "f64"), x: reshape(tensor([k / 5 - 1 for k in 0..<8], "f64"), [4, 2])}
      fn twice(f) { grad(p => sum(grad(f)(p).v ** 2) + sum(grad(f)(p).x ** 2))(at) }
      """)
    for field in ["v", "x"] {
      #expect(
        try script.text("max(abs(grad(f)(at).\(field) - grad(g)(at).\(field))) < 1e-12") == "true")
      #expect(try script.text("max(abs(twice(f).\(field) - twice(g).\(field))) < 1e-10") == "true")
    }
  }

  @Test func `a graph convolution gives the same with a sparse as with a full adjacency`() throws {
    let script = try Script()
    try script.run(
      """
      import blocks, layers, optimisers, training
      let few = sparse([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], 1.0, shape: [4, 4])
      let x = reshape(tensor([sin(k) for k in 0..<24]), [2, 4, 3])
      fn outputs(adjacency) {
        model_of(graph_conv(5, adjacency) >> relu >> graph_conv(2, adjacency), input: [4, 3])
      }
      let a = outputs(normalised_adjacency(few))
      let b = outputs(normalised_adjacency(to_dense(few))).with_parameters(a.parameters)
      """)
    #expect(try script.text("max(abs(a(x) - b(x))) < 1e-6") == "true")
    #expect(try script.text("a(x).shape") == "[2, 4, 2]")
  }
}
