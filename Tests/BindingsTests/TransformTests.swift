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
    ("special", 70), ("fourier", 50), ("einsum", 60), ("ordering", 170),
  ])
  func `tensors give what NumPy, SciPy and mpmath give`(_ group: String, _ least: Int) throws {
    let cases = try #require(Self.groups[group])
    #expect(cases.count >= least)
    let script = try Script()
    try script.run(
      """
      import statistics, spectra
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
}
