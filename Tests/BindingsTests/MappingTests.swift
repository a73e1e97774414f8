// vmap: functions of one example on many, against loops over the examples.
import Testing

@Suite struct MappingTests {
  private static let setting = """
    import derivatives, layers, losses
    let xs = tensor([[0.3, -0.7, 1.1], [0.5, 1.0, -0.25], [-1.5, 0.2, 0.9], [2.0, -0.1, 0.4]], type: "f64")
    let w = tensor([0.5, 1.5, -0.25], type: "f64")
    let images = reshape(xs, [4, 1, 3])
    let f = x => sum(sin(x * w) * exp(x[0] * x)) + x[1] * x[2]
    let field = x => stack([sin(x[0]) * x[1], x[2] ** 3, exp(x[0] * x[2]), sum(x * x)])
    let straight = with_gradient(x => round(x), (x, g) => g * x)
    let mix = xs[0..<2]
    fn normalised(x, s) { batch_normalisation(linear(x, mix), s[0..<2], s[1..<3], s[0..<2], exp(s[0..<2])) }
    fn each(f, rows) { stack([f(rows[i]) for i in 0..<len(rows)]) }
    fn close(a, b, gap = 1e-12) { a.shape == b.shape and max(abs(a - b)) < gap * max(1.0, max(abs(b)).item) }
    """

  @Test(arguments: [
    ("a function", "vmap(f)(xs)", "each(f, xs)"),
    ("an axis that is not the first", "vmap(f, axis: -1)(transpose(xs))", "each(f, xs)"),
    (
      "a shared argument", "vmap((x, w) => x * w, axis: [0, none])(xs, w)", "each(x => x * w, xs)"
    ),
    ("gradients", "vmap(grad(f))(xs)", "each(grad(f), xs)"),
    ("second derivatives", "vmap(x => hessian(f, x))(xs)", "each(x => hessian(f, x), xs)"),
    (
      "tangents", "vmap((x, t) => jvp(field, x, t))(xs, xs * 2)",
      "each(x => jvp(field, x, x * 2), xs)"
    ),
    (
      "a gradient from outside", "grad(w => sum(vmap(x => tanh(x @ w) ** 2)(xs)))(w)",
      "grad(w => sum(each(x => tanh(x @ w) ** 2, xs)))(w)"
    ),
    (
      "a gradient of gradients from outside",
      "grad(w => sum(vmap(grad(x => tanh(x @ w)))(xs) ** 2))(w)",
      "grad(w => sum(each(grad(x => tanh(x @ w)), xs) ** 2))(w)"
    ),
    (
      "relevance through a normalisation of each example",
      "vmap(s => relevance(x => sum(normalised(x, s)), rules: \"gamma\")(xs))(xs)",
      "each(s => relevance(x => sum(normalised(x, s)), rules: \"gamma\")(xs), xs)"
    ),
    (
      "one inside of another", "vmap(x => vmap(y => f(y * x[0]))(xs))(xs)",
      "each(x => each(y => f(y * x[0]), xs), xs)"
    ),
    (
      "gradients one inside of another",
      "vmap(x => vmap(y => grad(x => f(x * y))(x))(xs))(xs)",
      "each(x => each(y => grad(x => f(x * y))(x), xs), xs)"
    ),
    ("few at once", "vmap(grad(f), at_once: 3)(xs)", "vmap(grad(f))(xs)"),
    ("what no example changes", "vmap(x => w)(xs)", "each(x => w, xs)"),
    ("choices", "vmap(x => where(x > 0, x, -x * w))(xs)", "each(x => where(x > 0, x, -x * w), xs)"),
    (
      "indices that differ", "vmap(x => w[argmax(x, axis: 0)])(xs)",
      "each(x => w[argmax(x, axis: 0)], xs)"
    ),
    (
      "order", "vmap(x => sort(x, descending: true) * w)(xs)",
      "each(x => sort(x, descending: true) * w, xs)"
    ),
    (
      "gradients beside a parameter that has none",
      "vmap(grad(x => sum(incomplete_gamma(stop_gradient(x * x + 1), x * x))))(xs)",
      "each(grad(x => sum(incomplete_gamma(stop_gradient(x * x + 1), x * x))), xs)"
    ),
    (
      "numbers put together", "vmap(grad(x => sum(tensor([x[1], x[0] ** 3]) ** 2)))(xs)",
      "each(grad(x => sum(tensor([x[1], x[0] ** 3]) ** 2)), xs)"
    ),
    (
      "gradients where values stop", "vmap(grad(x => sum(x * stop_gradient(x * x))))(xs)",
      "each(grad(x => sum(x * stop_gradient(x * x))), xs)"
    ),
    (
      "a derivative that is given", "vmap(grad(x => sum(straight(x) * w)))(xs)",
      "each(grad(x => sum(straight(x) * w)), xs)"
    ),
    (
      "a derivative that is given, from outside",
      "grad(w => sum(vmap(x => sum(straight(x * w)))(xs)))(w)",
      "grad(w => sum(each(x => sum(straight(x * w)), xs)))(w)"
    ),
    (
      "what is computed again",
      "vmap(grad(x => f(checkpoint(y => tanh(y) * y)(x))))(xs)",
      "each(grad(x => f(tanh(x) * x)), xs)"
    ),
    (
      "what is computed again, from outside",
      "grad(w => sum(vmap(x => sum(checkpoint(v => sin(v * x))(x * w)))(xs)))(w)",
      "grad(w => sum(each(x => sum(sin(x * w * x)), xs)))(w)"
    ),
    (
      "gradients of single examples", "per_example_grad((w, x) => f(w * x), w, xs)",
      "each(x => grad(w => f(w * x))(w), xs)"
    ),
  ])
  func `mapped functions give what a loop over the examples gives`(
    _ name: String, _ found: String, _ expected: String
  ) throws {
    let script = try Script()
    try script.run(Self.setting)
    #expect(try script.text("close(\(found), \(expected))") == "true", "\(name)")
  }

  @Test func `trees are taken apart and put together, plain numbers and labels stay`() throws {
    let script = try Script()
    try script.run(Self.setting)
    try script.run(
      """
      let out = vmap(p => ({sum: p.a + p.b, rest: [p.k, 2.0 * p.a[0]], none: none}))({a: xs, b: 2 * xs, k: 3.0})
      """)
    #expect(try script.text("close(out.sum, 3 * xs)") == "true")
    #expect(try script.numbers("out.rest[0]").values == [3, 3, 3, 3])
    #expect(try script.numbers("out.rest[1]").values == [0.6, 1, -3, 4])
    #expect(try script.text("out.none == none") == "true")
    #expect(try script.text("vmap(x => x * 2)(zeros([0, 3])).shape") == "[0, 3]")
  }

  @Test func `the gradients of a small convolutional network are those of each example`() throws {
    let script = try Script()
    try script.run(
      """
      import derivatives, layers, losses, random
      seed(3)
      let net = model_of(conv(4, padding: 1) >> relu >> pool() >> conv(6) >> relu >> flat() >> dense(5), input: [1, 8, 8])
      let images = normal([6, 1, 8, 8])
      let labels = tensor([0, 1, 2, 3, 4, 0])
      fn loss(p, e) { cross_entropy(net.forward(e.x[none], p).output, e.y[none]) }
      let all = per_example_grad(loss, net.parameters, {x: images, y: labels})
      let loop = [grad(loss)(net.parameters, {x: images[i], y: labels[i]}) for i in 0..<6]
      let gaps = [
        max(abs(all[k] - stack([g[k] for g in loop]))).item / max(abs(all[k])).item for k in keys(all)]
      """)
    #expect(try script.text("max(gaps) < 1e-5") == "true")
  }

  @Test(arguments: [
    "if sum(x) > 0 { x } else { -x }", "x * float(x[0])", "x * x[0].item", "x[x > 0]",
    "[v for v in list(x)]", "range(x[0])", "w[x > 0]",
    "{ save_values(x, \"examples.safetensors\"); x }", "{ heatmap(x); x }",
    "{ to_image(x[none]); x }", "{ save_image(x[none], \"examples.png\"); x }",
    "relevance_balance(y => sum(y + 1))(x)[-1].received * x",
  ])
  func `deciding by the numbers of an example is an error that says so`(_ body: String) throws {
    let script = try Script()
    try script.run(Self.setting)
    #expect(try script.failure("vmap(x => \(body))(xs)").contains("X0385"))
  }

  @Test func `what is shown of one of many examples has no numbers`() throws {
    let script = try Script()
    try script.run(Self.setting)
    try script.run(
      """
      let kept = vmap(x => {
        print(x)
        print(sparse([0, 1], [1, 0], x[0..<2], shape: [2, 2]))
        x
      })(xs)
      """)
    #expect(script.output.text.contains("Tensor f64 [3] of each example"))
    #expect(script.output.text.contains("SparseMatrix f64 [2, 2] with 2 entries"))
    #expect(!script.output.text.contains("0.3"))
  }

  @Test(arguments: [
    "vmap((a, b) => a + b)(xs, w)", "vmap(f, axis: 2)(xs)", "vmap(f)(2.0)",
    "vmap(f, axis: none)(xs)",
  ])
  func `arguments without a common number of examples are an error`(_ call: String) throws {
    let script = try Script()
    try script.run(Self.setting)
    #expect(try script.failure(call).contains("X0386"))
  }

  @Test func `a derivative that is given and uses other examples is an error from outside`() throws
  {
    let script = try Script()
    try script.run(Self.setting)
    let given = "vmap(x => sum(with_gradient(v => v * x, (v, g) => g * x)(x * w)))(xs)"
    #expect(try script.failure("grad(w => sum(\(given)))(w)").contains("derivative of its own"))
  }
}
