// Bounds in the language: of functions, networks of the shelf and explanations, and training with them.
import Testing

@Suite struct BoundsTests {
  private static let functions = """
    import bounds, layers, models, datasets, methods
    let w = cast(tensor([[0.5, -1.0, 0.3], [1.2, 0.4, -0.6]]), "f64")
    let f = model_of(x => relu(x @ w) @ tensor([[1.0], [-0.5], [0.75]]), input: [2])
    let g = model_of(x => relu(x @ w), input: [2])
    let x = tensor([0.4, -0.3])
    fn inside(range, value) { all(tensor(range.low) <= value).item and all(tensor(range.high) >= value).item }
    """

  @Test(arguments: [
    ("inside(bounds(x => sin(x) * x, {low: -1.0, high: 2.0}), 1.5 * sin(1.5))", "true"),
    ("bounds(x => [x, {y: x * 2}], {low: 1.0, high: 2.0}).high[1].y < 4.0001", "true"),
    (
      "bounds(p => p.a * p.b, {low: {a: 1.0, b: -2.0}, high: {a: 2.0, b: 3.0}}).low > -4.0001",
      "true"
    ),
    ("bounds(x => stop_gradient(x) * x, {low: 1.0, high: 2.0}).high > 3.9999", "true"),
    ("bounds(grad(x => x * stop_gradient(x)), {low: 1.0, high: 2.0}).high > 1.9999", "true"),
    ("bounds(grad(checkpoint(x => x ** 3)), {low: 1.0, high: 2.0}).high > 11.9999", "true"),
    ("bounds(with_gradient(x => round(x), (x, g) => g), {low: 0.2, high: 2.2}).high", "2.0"),
    (
      "bounds(grad(with_gradient(x => round(x), (x, g) => g * x)), {low: 0.2, high: 2.2}).high > 2.1999",
      "true"
    ),
    (
      "bounds(x => where(x > 0, x, -x), box(tensor([-1.0]), tensor([2.0]))).high.item < 2.0001",
      "true"
    ),
    (
      "bounds(x => f(x), box(x, radius: 0.1), method: \"linear\").high.item < bounds(x => f(x), box(x, radius: 0.1)).high.item + 1e-9",
      "true"
    ),
    ("gradient_bounds(x => sum(f(x)), box(x, radius: 0.0)).low.shape", "[2]"),
    (
      "bounds(x => sum(vmap(y => y * y)(x)), box(tensor([1.0, 2.0]), radius: 0.5)).high.item < 8.5001",
      "true"
    ),
    (
      "lipschitz(x => sum(f(x)), box(x, radius: 0.01), norm: \"euclidean\") >= sqrt(sum(grad(x => sum(f(x)))(x) ** 2)).item",
      "true"
    ),
    ("bounds(x => log_gamma(x), {low: 1.0, high: 2.0}).low > -0.12149", "true"),
    ("bounds(grad(x => log_gamma(x)), {low: 1.0, high: 2.0}).high < 0.4228", "true"),
    (
      "inside(bounds(a => inverse(a), box(tensor([[2.0, 1.0], [0.0, 3.0]]), radius: 0.1)), inverse(tensor([[2.05, 0.95], [0.05, 2.95]])))",
      "true"
    ),
    (
      "bounds(a => inverse(a), box(ones([2, 2]), radius: 0.1)).high |> max |> is_finite", "false"
    ),
    (
      "inside(bounds(a => cholesky(a @ transpose(a) + 1), box(tensor([[2.0, 0.5], [0.0, 1.0]]), radius: 0.01)), cholesky(tensor([[5.25, 1.5], [1.5, 2.0]])))",
      "true"
    ),
    (
      "bounds(grad(a => sum(eigh(a + transpose(a)).values ** 2)), box(tensor([[1.0, 0.2], [0.0, 3.0]]), radius: 0.01)).high |> max |> is_finite",
      "true"
    ),
    // Half of the distance between the outputs: 0.5, 1.5 (above the largest) and 0.1, the last multiple of 1/1024 below them.
    (
      "list(certified_radius(model_of(x => x, input: [2]), tensor([[1.0, 0.0], [0.0, 3.0], [0.2, 0.0]]), steps: 10))",
      "[0.4990234375, 1.0, 0.099609375]"
    ),
    (
      "list(certified_radius(model_of(x => x, input: [2]), tensor([[1.0, 0.0], [0.2, 0.0]]), target: tensor([0, 1]), steps: 10))",
      "[0.4990234375, 0.0]"
    ),
    (
      "max(abs(margins(g, box(tensor([[0.4, -0.3], [1.0, 2.0]]), radius: 0.1), tensor([0, 0])) - stack([margins(g, box(y, radius: 0.1), 0) for y in [x, tensor([1.0, 2.0])]]))).item < 1e-9",
      "true"
    ),
  ])
  func `bounds of functions`(_ expression: String, _ expected: String) throws {
    let script = try Script()
    try script.run(Self.functions)
    #expect(try script.text(expression) == expected)
  }

  @Test func `a network of the shelf: outputs, gradients and parameters`() throws {
    let script = try Script()
    try script.run(
      Self.functions + """

        let net = load("lenet-mnist")
        let image = mnist().test.images[700]
        let area = box(image, radius: 0.002, within: [0, 1])
        let score = x => net(x)[7]
        let narrow = bounds(net, area, method: "linear")
        let wide = bounds(net, area)
        let slopes = gradient_bounds(score, area)
        let numbers = bounds(p => net.with_parameters(p)(image), box(net.parameters, relative: 0.0001))
        let points = minimum(maximum(image + 0.002 * (2 * uniform([1000, 1, 28, 28]) - 1), area.low), area.high)
        let radius = certified_radius(net, image, steps: 2, largest: 0.008).item
        let moved = image + radius * (2 * uniform([1000, 1, 28, 28]) - 1)
        let slope = grad(x => sum(net(x)[.., 7]))(cast(points, "f32"))
        fn holds(range, values) { inside(range, min(values, axis: 0)) and inside(range, max(values, axis: 0)) }
        """)
    #expect(
      try script.text("all(narrow.low >= wide.low - 1e-9) and all(narrow.high <= wide.high + 1e-9)")
        == "true")
    #expect(try script.text("holds(narrow, net(cast(points, \"f32\")))") == "true")
    #expect(try script.text("holds(slopes, slope)") == "true")
    #expect(try script.text("inside(numbers, net(image))") == "true")
    #expect(try script.text("certified(net, image, 0.002, target: 7).item") == "true")
    #expect(try script.text("radius >= 0.002 and all(argmax(net(moved)) == 7)") == "true")
  }

  /// Gowal et al. 2018: the loss of the worst outputs is differentiated through the bounds.
  @Test func `bounds can be differentiated`() throws {
    let script = try Script()
    try script.run(
      Self.functions + """

        fn worst(w) {
            let range = bounds(x => relu(x @ w) @ transpose(w), box(cast(x, "f64"), radius: 0.1))
            sum(range.high * range.high) - sum(range.low)
        }
        let slope = grad(worst)(w)
        let step = cast(tensor([[0.0, 1e-6, 0.0], [1e-6, 0.0, 0.0]]), "f64")
        let change = (worst(w + step) - worst(w - step)) / 2
        """)
    #expect(
      try script.text("abs(change - sum(slope * step)).item < 1e-3 * abs(change).item") == "true")
  }

  /// Heo et al. 2023: of two features that tell the classes apart, one is a nuisance. Training on the worst outputs over the
  /// nuisance's box certifies what training on the data does not.
  @Test func `training on bounds gives networks that can be certified`() throws {
    let script = try Script()
    try script.run(
      """
      import bounds, layers, losses
      seed(3)
      let n = 200
      let label = cast(uniform([n]) > 0.5, "f32")
      let inputs = stack([label * 2 - 1 + 0.3 * normal([n]), label * 2 - 1 + 0.1 * normal([n])], axis: -1)
      let nuisance = tensor([0.0, 2.0])
      fn forward(p, x) { relu(x @ p.a + p.b) @ p.c }
      fn loss(p, robust) {
          let outputs = if robust {
              worst_outputs(bounds(x => forward(p, x), box(inputs, radius: nuisance)), label)
          } else {
              forward(p, inputs)
          }
          -mean(pick(log_softmax(outputs), cast(label, "i64")))
      }
      fn trained(robust) {
          var p = with seed(1) { {a: 0.7 * normal([2, 8]), b: zeros([8]), c: 0.5 * normal([8, 2])} }
          for step in 0..<120 {
              let slopes = grad(p => loss(p, robust))(p)
              p = tree_map((w, g) => cast(w - 0.3 * g, "f32"), p, slopes)
          }
          p
      }
      fn share(p) {
          let outputs = worst_outputs(bounds(x => forward(p, x), box(inputs, radius: nuisance)), label)
          mean(cast(argmax(outputs, axis: -1) == cast(label, "i64"), "f32")).item
      }
      """)
    #expect(try script.text("share(trained(true)) > 0.95") == "true")
    #expect(try script.text("share(trained(false)) < 0.5") == "true")
  }

  /// Wicker et al. 2022: training on the width of the gradient's bounds makes explanations that cannot be moved far.
  @Test func `training on bounds of the gradient certifies explanations`() throws {
    let script = try Script()
    try script.run(
      """
      import bounds
      seed(5)
      let n = 64
      let inputs = normal([n, 4])
      let label = cast(inputs[.., 0] + inputs[.., 1] * inputs[.., 2] > 0, "i64")
      fn forward(p, x) { softplus(x @ p.a + p.b) @ p.c }
      fn saliency(p, x) { grad(x => sum(pick(forward(p, x), label)))(x) }
      fn spread(p) {
          let range = bounds(x => saliency(p, x), box(inputs, radius: 0.05))
          mean(sum(range.high - range.low, axis: -1))
      }
      fn trained(alpha) {
          var p = with seed(2) { {a: 0.7 * normal([4, 12]), b: zeros([12]), c: 0.5 * normal([12, 2])} }
          for step in 0..<150 {
              let loss = p => {
                  let fit = -mean(pick(log_softmax(forward(p, inputs)), label))
                  if alpha == 0 { fit } else { fit + alpha * spread(p) }
              }
              let slopes = grad(loss)(p)
              p = tree_map((w, g) => cast(w - 0.3 * g, "f32"), p, slopes)
          }
          p
      }
      fn accuracy(p) { mean(cast(argmax(forward(p, inputs), axis: -1) == label, "f32")).item }
      let plain = trained(0)
      let certain = trained(1.0)
      """)
    #expect(try script.text("spread(certain).item < 0.15 * spread(plain).item") == "true")
    #expect(try script.text("accuracy(certain) > 0.8") == "true")
  }
}
