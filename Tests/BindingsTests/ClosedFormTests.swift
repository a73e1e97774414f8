// What methods give where the answer is known: linear models, polynomials, the digits that the network reads.
import Testing

@Suite struct ClosedFormTests {
  /// A linear model f(x) = w · x of three features, and an input.
  static let linear = """
    import methods, metrics
    let w = tensor([[1.0, -2.0, 3.0]])
    let net = model_of(x => linear(x, w), input: [3])
    let x = tensor([0.5, 1.0, -1.0])
    """

  @Test(arguments: [
    ("gradient(net, x, 0).values", [1.0, -2, 3]),
    ("input_x_gradient(net, x, 0).values", [0.5, -2, -3]),
    ("integrated_gradients(net, x, 0, steps: 3).values", [0.5, -2, -3]),
    ("integrated_gradients(net, x, 0, steps: 3, baseline: 1.0).values", [-0.5, 0, -6]),
    ("deeplift(net, x, 0).values", [0.5, -2, -3]),
    ("deeplift(net, x, 0, baseline: 1.0).values", [-0.5, 0, -6]),
    ("deeplift(net, x, 0, rule: \"reveal-cancel\").values", [0.5, -2, -3]),
    (
      "deeplift_shap(net, x, 0, baselines: tensor([[0.0, 0, 0], [1, 1, 1]])).values", [0, -1, -4.5]
    ),
    (
      "deeplift_shap(net, x, 0, baselines: tensor([[0.0, 0, 0], [1, 1, 1]])).standard_error",
      [0.5, 1, 1.5]
    ),
    ("smoothgrad(net, x, 0, samples: 4).values", [1, -2, 3]),
    ("smoothgrad(net, x, 0, samples: 4).standard_error", [0, 0, 0]),
    ("occlusion(net, x, 0, window: 1, stride: 1).values", [0.5, -2, -3]),
    ("lrp(net, x, 0, rules: \"epsilon\").values", [0.5, -2, -3]),
  ])
  func `a linear model is explained by its weights`(_ code: String, _ expected: [Double]) throws {
    let script = try Script()
    try script.run(Self.linear)
    let found = try script.numbers(code)
    #expect(found.shape == [3])
    for (a, b) in zip(found.values, expected) { #expect(abs(a - b) < 1e-4) }
  }

  @Test(arguments: [
    "input_x_gradient(net, x, 0).checks.completeness_gap",
    "integrated_gradients(net, x, 0, steps: 3).checks.completeness_gap",
    "deeplift(net, x, 0, baseline: 1.0).checks.completeness_gap",
    "deeplift_shap(net, x, 0, baselines: tensor([[0.0, 0, 0], [1, 1, 1]])).checks.completeness_gap",
    "lrp(net, x, 0, rules: \"epsilon\").checks.completeness_gap",
    "gradient(net, x, 0).checks.slope_gap",
    "infidelity(explain(net, x, target: 0, with: gradient), net, x, 0).scores",
  ])
  func `a linear model leaves no gap`(_ code: String) throws {
    let script = try Script()
    try script.run(Self.linear)
    for gap in try script.numbers(code).values { #expect(abs(gap) < 1e-3) }
  }

  @Test(arguments: [
    ("grad(x => x ** 4)(2.0)", 32.0), ("grad(grad(x => x ** 4))(2.0)", 48.0),
    ("grad(grad(grad(x => x ** 4)))(2.0)", 48.0),
    ("grad(x => x * grad(y => x + y ** 2)(1.0))(3.0)", 2.0),
    ("grad(x => sin(x) * exp(x))(0.0)", 1.0),
    ("grad(x => if x > 0 { x * x } else { -x })(3.0)", 6.0),
  ])
  func `derivatives of any order are those of calculus`(_ code: String, _ expected: Double) throws {
    let found = try Script().numbers("[\(code)]").values
    #expect(abs((found.first ?? .nan) - expected) < 1e-9)
  }

  /// Functions of x, and what is due to each element of (2, -1) compared with 0.
  static let compared: [(String, [Double])] = [
    ("relu(x)", [2.0, 0]),
    ("where(x > 0, x, 0)", [2.0, 0]),
    ("maximum(x, 0)", [2.0, 0]),
    ("x * relu(x)", [4.0, 0]),
    ("x / (3 + relu(x))", [0.4, -1 / 3.0]),
    ("checkpoint(x => relu(x))(x)", [2.0, 0]),
    ("with_gradient(x => round(x), (x, g) => g)(x)", [2.0, -1]),
    ("x * grad(x => sum(x ** 3))(x)", [24.0, -3]),
    ("vmap(y => y * y)(x)", [4.0, 1]),
  ]

  @Test(arguments: compared)
  func `multipliers follow what a function records`(_ body: String, _ expected: [Double]) throws {
    let script = try Script()
    try script.run("let x = cast(tensor([2.0, -1.0]), \"f64\")")
    let found = try script.numbers("x * multipliers(x => \(body), 0.0)(x)")
    for (a, b) in zip(found.values, expected) { #expect(abs(a - b) < 1e-9, "\(body)") }
    #expect(try script.text("multiplier_balance(x => \(body), 0.0)(x)") == "[]")
  }

  @Test func `contributions of a network of the shelf add up, for several images at once`() throws {
    let script = try Script()
    try script.run(
      """
      import models, methods, datasets
      let net = load("lenet-mnist")
      let images = mnist().test.images
      let gaps = deeplift(net, images[0..<3], "top", baseline: 0.1).checks.completeness_gap
      let parted = deeplift(net, images[0..<2], "top", rule: "reveal-cancel").checks.completeness_gap
      let mean_gap = deeplift_shap(net, images[0], 7, baselines: images[1..<6]).checks.completeness_gap
      """)
    for gap in try script.numbers("gaps").values { #expect(abs(gap) < 1e-3) }
    for gap in try script.numbers("mean_gap").values { #expect(abs(gap) < 1e-3) }
    for gap in try script.numbers("parted").values { #expect(abs(gap) < 1e-3) }
  }

  @Test func `a hooked layer that is used twice is seen twice`() throws {
    let script = try Script()
    try script.run(
      """
      import methods
      let w = tensor([[2.0]])
      let net = model_of(x => linear(linear(x, w), w), input: [1])
      """)
    #expect(try script.numbers("gradient(net, tensor([3.0]), 0).values").values == [4])
  }

  @Test func `the digits network reads at least 99.5 percent of the digits`() throws {
    let script = try Script()
    try script.run(
      """
      import models
      let all = shelf_digits()
      let net = load("lenet-mnist")
      fn right(part) { sum(cast(argmax(net(all.images[part])) == all.labels[part], "f32")).item }
      """)
    let share = try script.numbers(
      "[sum([right(i..<i + 500) for i in range(0, 5000, 500)]) / 5000]")
    #expect((share.values.first ?? 0) >= 0.995)
  }

  @Test func `an explanation does not depend on the batch it was made in`() throws {
    let script = try Script()
    try script.run(
      """
      import datasets, models, methods
      let net = load("lenet-mnist")
      let images = mnist().test.images[[3, 250, 700]]
      fn alone(m) { stack([explain(net, images[i], target: 7, with: m).values for i in 0..<3]) }
      fn together(m) { explain(net, images, target: 7, with: m).values }
      fn gap(m) { max(abs(alone(m) - together(m))) / max(abs(together(m))) }
      """)
    for method in ["gradient", "integrated_gradients(steps: 5)", "grad_cam", "lrp", "occlusion"] {
      let gap = try script.numbers("[gap(\(method)).item]").values.first ?? .nan
      #expect(gap < 1e-4, "\(method) changes by \(gap)")
    }
  }

  @Test func `the same script gives the same numbers`() throws {
    let code = """
      import datasets, models, methods
      let net = load("lenet-mnist")
      let x = mnist().test.images[700]
      let a = explain(net, x, target: 7, with: rise(masks: 50)).values
      """
    let first = try Script(), second = try Script()
    try first.run(code)
    try second.run("normal([3])\n" + code)
    #expect(try first.numbers("a").values == second.numbers("a").values)
  }
}
