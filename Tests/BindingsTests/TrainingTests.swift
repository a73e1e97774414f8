// Layers, losses and optimisers against PyTorch, and what training promises.
import Foundation
import Tensors
import Testing

@Suite struct TrainingTests {
  @Test func `the values of the other library are there`() {
    #expect(TrainingFixtures.layers.count >= 16)
    #expect(TrainingFixtures.losses.count >= 11)
    #expect((TrainingFixtures.optimisers?.cases.count ?? 0) >= 18)
  }

  @Test(arguments: TrainingFixtures.layers)
  func `a layer and its gradients are those of another library`(_ layer: LayerCase) throws {
    let script = try Script()
    let whole = layer.slope == nil
    try script.run(
      """
      import layers, blocks
      let p = \(layer.parameters.source())
      let x = \(layer.x.source(whole: whole))
      let seed_ = \(layer.seed.source())
      let net = model_of(\(layer.code), input: \(Array(layer.x.shape.dropFirst())))
        .with_parameters(merge(p, \(layer.state.isEmpty ? "{}" : layer.state.source())))
      let found = value_and_grad(q => {
        let run = net.forward(q.x, q.p, training: \(layer.training))
        ({value: sum(run.output * seed_), output: run.output, state: run.state})
      })({x: x, p: p})
      """)
    try compare(script, "found.output", layer.output)
    for (name, expected) in layer.gradients {
      try compare(script, "found.gradient.p[\"\(name)\"]", expected)
    }
    if let slope = layer.slope { try compare(script, "found.gradient.x", slope) }
    for (name, expected) in layer.after {
      try compare(script, "found.state[\"\(name)\"]", expected)
    }
  }

  @Test(arguments: TrainingFixtures.losses)
  func `a loss and its gradient are those of another library`(_ loss: LossCase) throws {
    let script = try Script()
    try script.run(
      """
      import losses
      let t = \(loss.target.source(whole: loss.whole))
      let more = \(loss.more.isEmpty ? "{}" : loss.more.source())
      let found = value_and_grad(o => \(loss.code))(\(loss.output.source()))
      """)
    try compare(script, "found.value", Numbers(shape: [], values: [loss.value]))
    try compare(script, "found.gradient", loss.slope)
  }

  @Test(arguments: TrainingFixtures.optimisers?.cases ?? [])
  func `an optimiser goes the way that another library's goes`(_ optimiser: OptimiserCase) throws {
    let fixtures = try #require(TrainingFixtures.optimisers)
    let script = try Script()
    try script.run(
      """
      import losses, optimisers
      let x = \(fixtures.x.source())
      let y = \(fixtures.y.source())
      let start = \(fixtures.start.source())
      let quadratic = p => sum((p.w1 - 0.5) ** 2) + 3 * sum(p.b1 ** 2) + sum((p.w2 - mean(p.w2)) ** 2) + sum(p.b2 ** 2)
      let network = p => mse(linear(tanh(linear(x, p.w1, p.b1)), p.w2, p.b2), y)
      fn walked(way, steps) {
        var p = start
        var state = way.start(p)
        for _ in 0..<steps {
          let next = way.update(p, grad(\(optimiser.problem))(p), state, way.rate)
          p = next.parameters
          state = next.state
        }
        p
      }
      """)
    for (count, expected) in zip(optimiser.at, optimiser.steps) {
      let code =
        optimiser.code == "lbfgs"
        ? "lbfgs(\(optimiser.problem), start, steps: \(count), rate: 0.5).parameters"
        : "walked(\(optimiser.code), \(count))"
      try script.run("let after_\(count) = \(code)")
      for (name, numbers) in expected { try compare(script, "after_\(count).\(name)", numbers) }
    }
  }

  /// Both sides compute in double precision; the fixtures keep nine digits.
  private func compare(_ script: Script, _ code: String, _ expected: Numbers) throws {
    let found = try script.numbers(code)
    #expect(found.shape == expected.shape, "\(code)")
    try #require(found.values.count == expected.values.count)
    for (value, wanted) in zip(found.values, expected.values) {
      #expect(abs(value - wanted) <= 2e-7 * max(1, abs(wanted)), "\(code)")
    }
  }

  private static let small = """
    import layers, losses, optimisers, training, datasets
    let all_digits = mnist()
    let part = rows(all_digits.train, [i for i in range(0, 4000, step: 21)])
    model reader() {
      let conv1 = conv(4, padding: 1)
      let norm1 = batch_norm()
      let drop = dropout(0.3)
      let fc1 = dense(10)
      x |> conv1 |> norm1 |> relu |> max_pool2d |> flatten(1) |> drop |> fc1
    }
    fn trained(net, limit = none, checkpoint = none, every = none, resume = none) {
      fit(net, part, optimiser: adam(), schedule: cosine(), epochs: 3, size: 64, augment: shift(1), quiet: true,
        limit: limit, checkpoint: checkpoint, every: every, resume: resume)
    }
    fn same(a, b) { all([all(a[name] == b[name]) for name in keys(a)]) }
    """

  @Test func `training goes on from a checkpoint to the last bit`() throws {
    let file = URL.temporaryDirectory.appending(path: "xai-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let script = try Script()
    try script.run(Self.small)
    try script.run(
      """
      seed(5)
      let through = trained(reader())
      seed(5)
      trained(reader(), limit: 4, checkpoint: "\(file)", every: 1)
      seed(77)
      let resumed = trained(reader(), resume: load_values("\(file)"))
      """)
    #expect(try script.text("same(through.model.parameters, resumed.model.parameters)") == "true")
    #expect(try script.text("same(through.model.state, resumed.model.state)") == "true")
    #expect(try script.text("through.losses == resumed.losses") == "true")
    #expect(
      try script.text("resumed.model.parameters[\"fc1.bias\"][0] != 0").contains("true"))
  }

  @Test func `training gives the same numbers on one thread and on several`() throws {
    let count = Threads.count
    defer { Threads.count = count }
    var found: [[Double]] = []
    for threads in [1, 3] {
      Threads.count = threads
      let script = try Script()
      try script.run(Self.small)
      try script.run("let net = trained(reader(), limit: 4).model")
      found.append(try script.numbers("net.parameters[\"conv1.weight\"]").values)
    }
    #expect(found[0] == found[1])
  }

  @Test func `a trained model comes back from its file`() throws {
    let file = URL.temporaryDirectory.appending(path: "xai-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let script = try Script()
    try script.run(Self.small)
    try script.run(
      """
      import models
      let net = trained(reader(), limit: 3).model
      save(net, "\(file)")
      let back = load("\(file)", architecture: reader)
      let digits = all_digits.test.images[0..<5]
      """)
    #expect(try script.text("all(net(digits) == back(digits))") == "true")
    #expect(
      try script.text("keys(back.state)") == "[\"norm1.running_mean\", \"norm1.running_var\"]")
  }

  @Test func `training stops when a callback says so, or nothing improves`() throws {
    let script = try Script()
    try script.run(
      """
      import layers, losses, optimisers, training
      let x = normal([32, 2])
      let data = {x: x, y: x[.., 0..<1]}
      let net = model_of(dense(1), input: [2])
      var rows_seen = []
      let watch = info => { rows_seen = append(rows_seen, info.row.epoch); if info.epoch == 2 { "stop" } else { none } }
      let stopped = fit(net, data, loss: mse, epochs: 9, quiet: true, callbacks: [watch])
      let stuck = fit(net, data, loss: mse, optimiser: sgd(rate: 0.0), epochs: 9, quiet: true, patience: 3,
        validation: data, metrics: {r: r_squared})
      """)
    #expect(try script.text("rows_seen") == "[1, 2]")
    #expect(try script.text("stopped.state.epoch") == "2")
    #expect(try script.text("stuck.state.epoch") == "4")
    #expect(try script.text("stuck.state.best.epoch") == "1")
  }

  @Test func `a clipped gradient is no longer than its limit, and a schedule follows its formula`()
    throws
  {
    let script = try Script()
    try script.run(
      """
      import optimisers
      let g = {a: tensor([3.0, 0.0], type: "f64"), b: tensor([[4.0]], type: "f64")}
      let cycle = [one_cycle()(step, 10) for step in 0..<10]
      let fall = [cosine()(step, 10) for step in 0..<10]
      """)
    #expect(
      try script.numbers("clip_norm(g, 0.5).a").values.first.map { abs($0 - 0.3) < 1e-6 } == true)
    #expect(
      try script.numbers("clip_norm(g, 10).b").values.first.map { abs($0 - 4) < 1e-5 } == true)
    #expect(try script.numbers("clip_value(g, 0.5).b").values == [0.5])
    // OneCycleLR and CosineAnnealingLR of PyTorch 2 with a highest rate of 1.
    let cycle = try script.numbers("cycle").values
    let fall = try script.numbers("fall").values
    for (value, wanted) in zip(
      cycle, [0.04, 0.52, 1, 0.9504846, 0.8117457, 0.6112620, 0.3887420, 0.1882583])
    { #expect(abs(value - wanted) < 1e-6) }
    for (value, wanted) in zip(
      fall, [1, 0.9755283, 0.9045085, 0.7938926, 0.6545085, 0.5, 0.3454915])
    { #expect(abs(value - wanted) < 1e-6) }
  }

  @Test func `the first numbers depend on the seed and the name alone`() throws {
    let script = try Script()
    try script.run(
      """
      import layers
      model pair() {
        let a = dense(3)
        let b = dense(3)
        b(a(x))
      }
      seed(1)
      let first = pair().taking([4]).parameters
      seed(1)
      let late = pair()
      normal([7])
      let second = late.taking([4]).parameters
      let third = pair().taking([4]).parameters
      """)
    #expect(try script.text("all(first[\"a.weight\"] == second[\"a.weight\"])") == "true")
    #expect(try script.text("all(first[\"a.weight\"] == third[\"a.weight\"])") == "false")
    #expect(
      try script.text("all(first[\"a.weight\"][.., 0..<3] == first[\"b.weight\"])") == "false")
  }

  @Test func `a layer in two places shares its numbers`() throws {
    let script = try Script()
    try script.run(
      """
      import layers
      let once = dense(3, bias: false)
      let net = model_of(once >> tanh >> once, input: [3])
      """)
    #expect(try script.text("keys(net.parameters)") == "[\"0.weight\"]")
  }
}
