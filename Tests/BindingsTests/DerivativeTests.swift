// Derivatives of functions of the language against differences and closed forms.
import Testing

@Suite struct DerivativeTests {
  private static let functions = """
    import derivatives
    let x = tensor([0.3, -0.7, 1.1], type: "f64")
    let v = tensor([0.5, 1.0, -0.25], type: "f64")
    let field = x => stack([sin(x[0]) * x[1], x[2] ** 3, exp(x[0] * x[2]), sum(x * x)])
    let scalar = x => sum(sin(x) * exp(x[0] * x)) + x[1] * x[2]
    let h = 1e-5
    fn diagonal(d) { stack([d * cast(tensor([i == j for j in 0..<3]), "f64") for i in 0..<3]) }
    fn close(a, b, gap = 1e-6) { max(abs(a - b)) < gap * max(1.0, max(abs(b)).item) }
    """

  @Test(arguments: [
    (
      "a product with the Jacobian", "jvp(field, x, v)",
      "(field(x + h * v) - field(x - h * v)) / (2 * h)"
    ),
    (
      "a product with the Hessian", "hvp(scalar, x, v)",
      "(grad(scalar)(x + h * v) - grad(scalar)(x - h * v)) / (2 * h)"
    ),
    (
      "forward mode through a function that is computed again",
      "jvp(x => field(checkpoint(y => tanh(y) * y)(x)), x, v)",
      "jvp(x => field(tanh(x) * x), x, v)"
    ),
    (
      "forward mode through a derivative that is given",
      "jvp(with_gradient(y => y * y, (y, g) => 2 * y * g), x, v)", "2 * x * v"
    ),
    ("forward over forward", "jvp(x => jvp(x => x ** 3, x, v), x, v)", "6 * x * v * v"),
    ("reverse over forward", "grad(x => sum(jvp(x => x ** 3, x, v)))(x)", "6 * x * v"),
    (
      "a tangent that depends on what is differentiated",
      "grad(x => sum(jvp(x => x ** 2, x, x)))(x)", "4 * x"
    ),
    (
      "forward mode at a tree of tensors",
      "jvp(p => ({out: [p.w @ p.b, p.b]}), {w: x, b: x}, {w: v, b: none}).out[0]", "v @ x"
    ),
    (
      "the Jacobian with more rows than columns",
      "jacobian(x => concat([x, x * x, sin(x)]), x)",
      "concat([diagonal(x * 0 + 1), diagonal(2 * x), diagonal(cos(x))])"
    ),
    (
      "the penalty on a gradient through a function that is computed again",
      "grad(x => sum(grad(y => scalar(checkpoint(z => tanh(z) * z)(y)))(x) ** 2))(x)",
      "grad(x => sum(grad(y => scalar(tanh(y) * y))(x) ** 2))(x)"
    ),
    ("the Jacobian times a vector", "jacobian(field, x) @ v", "jvp(field, x, v)"),
    ("the Hessian times a vector", "hessian(scalar, x) @ v", "hvp(scalar, x, v)"),
    ("the Hessian's symmetry", "hessian(scalar, x)", "transpose(hessian(scalar, x))"),
    (
      "the gradient of a gradient's length", "grad(x => sum(grad(scalar)(x) ** 2))(x)",
      "2 * hvp(scalar, x, grad(scalar)(x))"
    ),
    (
      "a function that is computed again", "grad(x => scalar(checkpoint(y => tanh(y) * y)(x)))(x)",
      "grad(x => scalar(tanh(x) * x))(x)"
    ),
    (
      "the second derivative of one that is computed again",
      "hvp(x => scalar(checkpoint(y => tanh(y) * y)(x)), x, v)",
      "hvp(x => scalar(tanh(x) * x), x, v)"
    ),
    (
      "a derivative that is given",
      "grad(x => sum(with_gradient(y => y * y, (y, g) => 2 * y * g)(x) * v))(x)",
      "2 * x * v"
    ),
    (
      "the second derivative of one that is given",
      "hvp(x => sum(with_gradient(y => y ** 3, (y, g) => 3 * y * y * g)(x)), x, v)", "6 * x * v"
    ),
    (
      "gradients of single examples",
      "per_example_grad((w, row) => scalar(w * row), v, stack([x, 2 * x]))[1]",
      "grad(w => scalar(w * 2 * x))(v)"
    ),
  ])
  func `a derivative agrees with differences or a closed form`(
    _ name: String, _ found: String, _ expected: String
  ) throws {
    let script = try Script()
    try script.run(Self.functions)
    #expect(try script.text("close(\(found), \(expected))") == "true", "\(name)")
  }

  @Test func `a gradient has the structure of its argument`() throws {
    let script = try Script()
    try script.run(
      """
      let p = {w: tensor([1.0, 2.0]), deep: [3.0, {count: 4, b: tensor([5.0])}], name: "net"}
      let g = grad(p => sum(p.w * p.w) * p.deep[0] + sum(p.deep[1].b) * p.deep[1].count)(p)
      """)
    #expect(try script.numbers("g.w").values == [6, 12])
    #expect(try script.text("g.deep[0]") == "5.0")
    #expect(try script.numbers("g.deep[1].b").values == [4])
    #expect(try script.text("g.deep[1].count == none") == "true")
    #expect(try script.text("g.name == none") == "true")
  }

  @Test func `products with the Hessian follow records`() throws {
    let script = try Script()
    try script.run(
      """
      import derivatives
      let f = p => sum(p.a ** 2 * p.b)
      let p = {a: tensor([1.0, 2.0]), b: tensor([3.0, 4.0])}
      let v = {a: tensor([1.0, 0.0]), b: tensor([0.0, 1.0])}
      let found = hvp(f, p, v)
      """)
    #expect(try script.numbers("found.a").values == [6, 4])
    #expect(try script.numbers("found.b").values == [2, 0])
  }

  @Test func `slices of one tensor give one gradient, whether they tile it, leave gaps or overlap`()
    throws
  {
    let script = try Script()
    try script.run(
      """
      let x = tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
      let tiled = grad(x => sum(x[.., 0..<2] * 2) + sum(x[.., 2..<4] * 3))(x)
      let gaps = grad(x => sum(x[.., 1..<2]) + sum(x[.., 3] * 5))(x)
      let overlap = grad(x => sum(x[.., 0..<3]) + sum(x[.., 1..<4]) + sum(x[0]))(x)
      let twice = grad(x => sum(x[0] * x[0]) + sum(x * 2))(x)
      """)
    #expect(try script.numbers("tiled").values == [2, 2, 3, 3, 2, 2, 3, 3])
    #expect(try script.numbers("gaps").values == [0, 1, 0, 5, 0, 1, 0, 5])
    #expect(try script.numbers("overlap").values == [2, 3, 3, 2, 1, 2, 2, 1])
    #expect(try script.numbers("twice").values == [4, 6, 8, 10, 2, 2, 2, 2])
  }
}
