// Statistics against SciPy's numbers (Tests/Fixtures/statistics/make.py), and random numbers against
// the distributions that they are drawn from.
import Foundation
import Runtime
import Testing

@Suite struct StatisticsTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      let code: String
      let value: Double
      let tolerance: Double
    }
    let cases: [Case]
  }

  @Test func `summaries, tests and distributions give what SciPy gives`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/statistics/values.json")
    let cases = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file)).cases
    #expect(cases.count > 150)
    let script = try Script()
    try script.run("import statistics, hypotheses, distributions")
    for reference in cases {
      let found = try #require(Double(try script.text("1.0 * (\(reference.code))")))
      let error = abs(found - reference.value) / max(abs(reference.value), 1e-300)
      let isClose = reference.value == 0 ? abs(found) < 1e-15 : error <= reference.tolerance
      #expect(isClose, "\(reference.code.prefix(70)): \(found), not \(reference.value)")
    }
  }

  /// A draw of 20,000 numbers, its mean and standard deviation, and its distribution function.
  static let continuous: [(draw: String, mean: Double, sd: Double, cdf: String)] = [
    ("uniform(n, low: 2, high: 5, type: \"f64\", from: g)", 3.5, 0.866025, "x => (x - 2) / 3"),
    (
      "normal(n, mean: 1, sd: 2, type: \"f64\", from: g)", 1, 2,
      "x => normal_cdf(x, mean: 1, sd: 2)"
    ),
    ("normal(n, from: g)", 0, 1, "normal_cdf"),
    ("exponential(n, rate: 2.0, from: g)", 0.5, 0.5, "x => 1 - exp(-2 * x)"),
    ("gamma(n, 2.5, scale: 3.0, from: g)", 7.5, 4.743416, "x => gamma_cdf(x, 2.5, scale: 3.0)"),
    ("gamma(n, 0.3, from: g)", 0.3, 0.547723, "x => gamma_cdf(x, 0.3)"),
    ("beta(n, 2.0, 3.0, from: g)", 0.4, 0.2, "x => beta_cdf(x, 2.0, 3.0)"),
    ("chi_squared(n, 4, from: g)", 4, 2.828427, "x => chi_squared_cdf(x, 4)"),
    ("student(n, 6, from: g)", 0, 1.224745, "x => student_cdf(x, 6)"),
    (
      "laplace(n, mean: 1.0, scale: 2.0, from: g)", 1, 2.828427,
      "x => if x < 1 { exp((x - 1) / 2) / 2 } else { 1 - exp((1 - x) / 2) / 2 }"
    ), ("gumbel(n, from: g)", 0.577216, 1.282550, "x => exp(-exp(-x))"),
    ("logistic(n, from: g)", 0, 1.813799, "x => 1 / (1 + exp(-x))"),
    ("log_normal(n, sd: 0.5, from: g)", 1.133148, 0.603901, "x => normal_cdf(log(x), sd: 0.5)"),
    ("dirichlet(n, [1.0, 2.0], from: g)[.., 0]", 0.333333, 0.235702, "x => beta_cdf(x, 1.0, 2.0)"),
  ]

  @Test(arguments: continuous) func `a continuous distribution is drawn as it is defined`(
    _ sample: (draw: String, mean: Double, sd: Double, cdf: String)
  ) throws {
    let script = try Script()
    try script.run(
      """
      import random, statistics, distributions
      let g = generator(20)
      let n = 20_000
      let xs = sort(list(\(sample.draw)))
      let cdf = \(sample.cdf)
      """)
    func number(_ code: String) throws -> Double {
      try #require(Double(try script.text("1.0 * (\(code))")))
    }
    // Five standard errors; the bound of Kolmogorov and Smirnov is passed once in 10,000 samples.
    let root = 20_000.0.squareRoot()
    #expect(abs(try number("mean(xs)") - sample.mean) < 5 * sample.sd / root)
    let gap = try number("max(abs(cdf(x) - (i + 0.5) / n) for [i, x] in enumerate(xs))")
    #expect(gap < 2.23 / root + 0.5 / 20_000)
  }

  /// A draw of whole numbers, and the distribution function from 0 on.
  static let discrete: [(draw: String, cdf: String)] = [
    ("poisson(n, 3.0, from: g)", "k => poisson_cdf(k, 3.0)"),
    ("poisson(n, 50.0, from: g)", "k => poisson_cdf(k, 50.0)"),
    ("binomial(n, 12, 0.3, from: g)", "k => binomial_cdf(k, 12, 0.3)"),
    ("binomial(n, 400, 0.7, from: g)", "k => binomial_cdf(k, 400, 0.7)"),
    ("geometric(n, 0.25, from: g)", "k => 1 - 0.75 ** (k + 1)"),
    ("integers(n, 0, 6, from: g)", "k => min((k + 1) / 6, 1)"),
    (
      "choice([0, 1, 2], n, weights: [1, 3, 4], from: g)",
      "k => [0.125, 0.5, 1.0][min(k, 2)]"
    ),
  ]

  @Test(arguments: discrete) func `a discrete distribution is drawn as it is defined`(
    _ sample: (draw: String, cdf: String)
  ) throws {
    let script = try Script()
    let gap = try script.run(
      """
      import random, statistics, distributions
      let g = generator(21)
      let n = 20_000
      let xs = list(\(sample.draw))
      let cdf = \(sample.cdf)
      let counts = histogram(xs, bins: [k - 0.5 for k in 0...(max(xs) + 1)]).count
      var below = 0
      var gap = 0.0
      for [k, count] in enumerate(counts) {
        below += count
        gap = max(gap, abs(below / n - cdf(k)))
      }
      gap
      """)
    #expect(try #require(gap.number) < 2.23 / 20_000.0.squareRoot())
  }

  @Test func `what is drawn without replacement is drawn once`() throws {
    let script = try Script()
    try script.run("import random, statistics, distributions\nlet g = generator(3)")
    #expect(
      try script.text(
        "sort(choice(0..<50, 50, replacement: false, weights: [i + 1 for i in 0..<50], from: g))")
        == script.text("list(0..<50)"))
    #expect(try script.text("sort(shuffle(0..<30, from: g)) == list(0..<30)") == "true")
    // The first of two elements with weights 3 : 1.
    let firsts =
      "[choice([0, 1], 1, replacement: false, weights: [3, 1], from: g)[0] for _ in 0..<4000]"
    let share = try #require(Double(try script.text("mean(\(firsts))")))
    #expect(abs(share - 0.25) < 5 * 0.433 / 4000.0.squareRoot())
  }

  @Test func `a generator gives its own numbers whatever else is drawn`() throws {
    let first = try Script(), second = try Script()
    try first.run("import random\nlet a = exponential([4], from: generator(9))")
    try second.run("import random\nnormal([100])\nlet a = exponential([4], from: generator(9))")
    #expect(try first.numbers("a").values == second.numbers("a").values)
  }
}
