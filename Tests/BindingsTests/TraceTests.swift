// trace: against `with`, `at` and whole forward passes, inside derivatives, and what it does not compute.
import Runtime
import Testing

@Suite struct TraceTests {
  /// A script with the digits network and two digits.
  private func digits() throws -> Script {
    let script = try Script()
    try script.run(
      """
      import models, datasets
      let net = load("lenet-mnist")
      let xs = mnist().test.images[0..<2]
      let x = xs[0]
      """)
    return script
  }

  /// A model of two layers in f64, of which one is used twice.
  private func squares() throws -> Script {
    let script = try Script()
    try script.run(
      """
      var runs = 0
      fn counted(x) { runs += 1; x * 3 }
      model twice() {
          let square = layer("square", [], (p, x) => x * x)
          let triple = layer("triple", [], (p, x) => counted(x))
          x |> square |> square |> triple
      }
      let net = twice()
      let x = tensor([0.5, -1.5, 2.0], type: "f64")
      """)
    return script
  }

  @Test func `every layer is kept as at gives it, and the output is the network's`() throws {
    let script = try digits()
    for layer in ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "fc1", "relu3", "fc2"] {
      for input in ["x", "xs"] {
        try script.run(
          "let t = trace net(\(input)) { keep \"\(layer)\" as a; keep net.at(\"\(layer)\") as b }")
        #expect(
          try script.text("t.a.shape == net.at(\"\(layer)\")(x).shape")
            == (input == "x" ? "true" : "false"))
        let each = input == "x" ? "t.a" : "t.a[1]"
        let one = input == "x" ? "x" : "xs[1]"
        #expect(
          try script.text("max(abs(\(each) - net.at(\"\(layer)\")(\(one)))) < 1e-4") == "true")
        #expect(try script.text("all(t.a == t.b)") == "true")
        #expect(try script.text("max(abs(t.output - net(\(input)))) < 1e-4") == "true")
      }
    }
  }

  @Test func `what is set is what with replaces`() throws {
    let script = try digits()
    for (action, replacement) in [
      ("set \"relu1\" = 0", "{\"relu1\": a => a * 0}"),
      ("set \"relu1\" *= 0.5", "{\"relu1\": a => a * 0.5}"),
      ("set \"pool2\" += 1; set \"conv1\" -= 2", "{\"pool2\": a => a + 1, \"conv1\": a => a - 2}"),
      ("set \"relu2\" = value * value", "{\"relu2\": a => a * a}"),
      ("set \"relu1\"[value > 1] = 1", "{\"relu1\": a => minimum(a, 1)}"),
      ("set \"fc1\" = ones([128])", "{\"fc1\": a => a * 0 + 1}"),
    ] {
      let difference =
        "max(abs((trace net(xs) { \(action) }).output - net.with(\(replacement))(xs)))"
      #expect(try script.text("\(difference) < 1e-4") == "true", "\(action)")
    }
    try script.run(
      "let t = trace net(xs) { set \"pool1\"[1, .., 3] = 7; keep \"pool1\" as p; keep \"conv1\" as c }"
    )
    #expect(try script.text("all(t.p[1][.., 3] == 7)") == "true")
    #expect(try script.text("all(t.p[0] == net.at(\"pool1\")(x))") == "true")
  }

  @Test func `a value that is set uses what was kept before it`() throws {
    let script = try digits()
    try script.run(
      """
      let t = trace net(x) {
          set "relu2" = before * gain
          keep "conv2" as before
          keep "relu2" as after
          stop after "relu2"
      }
      """.replacing("gain", with: "0.25"))
    #expect(try script.text("all(t.after == net.at(\"conv2\")(x) * 0.25)") == "true")
    #expect(try script.text("all(t.output == t.after)") == "true")
  }

  @Test func `actions at one layer happen in their order`() throws {
    let script = try digits()
    try script.run(
      "let t = trace net(x) { keep \"relu1\" as a; set \"relu1\" = a + 1; set \"relu1\" *= 2; keep \"relu1\" as b }"
    )
    #expect(try script.text("all(t.b == (t.a + 1) * 2)") == "true")
  }

  @Test func `an activation of one input is patched into the run of another`() throws {
    let script = try digits()
    try script.run(
      """
      let t = trace net(x) {
          set "relu1" = (trace net(xs[1]) { keep "relu1" as other; stop after "relu1" }).other
      }
      """)
    #expect(try script.text("max(abs(t.output - net(xs[1]))) < 1e-4") == "true")
  }

  @Test func `a model with replaced layers is traced with them`() throws {
    let script = try digits()
    try script.run(
      "let t = trace net.with({\"relu1\": a => a * 0})(x) { keep \"relu1\" as a; set \"relu1\" += 1; keep \"relu1\" as b }"
    )
    #expect(try script.text("all(t.a == 0) and all(t.b == 1)") == "true")
  }

  @Test func `a layer that is used twice is kept and set at each use`() throws {
    let script = try squares()
    #expect(try script.text("(trace net(x) { keep \"square\" as s }).s |> len") == "2")
    #expect(
      try script.text("all((trace net(x) { keep \"square\" as s }).s[1] == x ** 4)") == "true")
    // (x² + 1)² + 1, times 3
    #expect(
      try script.text(
        "max(abs((trace net(x) { set \"square\" += 1 }).output - 3 * ((x ** 2 + 1) ** 2 + 1))) < 1e-12"
      )
        == "true")
    #expect(
      try script.text(
        "all((trace net(x) { keep \"square\" as s; set \"triple\" = s }).output == x ** 4)")
        == "true")
  }

  @Test func `layers after the stop are not computed`() throws {
    let script = try squares()
    try script.run("let first = trace net(x) { stop after \"triple\" }")
    try script.run("let before = runs\nlet t = trace net(x) { stop after \"square\" }")
    // The layers of a model without a known input are found by one run on zeros.
    #expect(try script.text("runs - before") == "1")
    #expect(try script.text("all(t.output == x ** 2)") == "true")
  }

  @Test func `a trace is differentiated like the network`() throws {
    let script = try squares()
    try script.run(
      """
      fn f(y) { sum((trace net(y) { set "square" = value * 2; keep "triple" as t }).t) }
      let slope = grad(f)(x)
      let h = 1e-5
      fn numeric(i) {
          var up = x; var down = x
          up[i] = up[i] + h
          down[i] = down[i] - h
          (f(up) - f(down)) / (2 * h)
      }
      """)
    // f = 3 Σ 2 (2x²)² = 24 Σ x⁴
    #expect(try script.text("max(abs(slope - 96 * x ** 3)) < 1e-9") == "true")
    for index in 0..<3 {
      #expect(try script.text("abs(slope[\(index)] - numeric(\(index))) < 1e-5") == "true")
    }
    let digits = try digits()
    try digits.run(
      """
      fn g(y) { (trace net(y) { set "relu1" = value * value * 0.1; keep "fc1" as f }).f |> sum }
      let y = uniform([1, 28, 28])
      let slope = grad(g)(y)
      let d = tensor([[[sin(i * 1.0) * cos(j * 2.0) for j in 0..<28] for i in 0..<28]])
      let numeric = (g(y + 1e-3 * d) - g(y - 1e-3 * d)) / 2e-3
      """)
    #expect(try digits.text("abs(sum(slope * d) - numeric) < 0.05 * abs(numeric) + 0.05") == "true")
  }

  @Test func `an imported network is traced at any of its steps`() throws {
    let script = try Script()
    try script.run(
      """
      import models
      let net = load("efficientnet-lite0")
      let x = normal([3, 224, 224])
      let names = net.layers |> map(row => row.name)
      let count = len(names)
      """)
    for place in ["2", "count // 2", "count - 3"] {
      try script.run(
        """
        let point = names[\(place)]
        let t = trace net(x) { keep point as a; keep names[0] as first }
        let u = trace net(x) { set point = value * 0.5 }
        let v = trace net(x) { set point = 0; stop after point }
        """)
      #expect(
        try script.text("max(abs(t.a - net.at(point)(x))) < 1e-3 * max(abs(t.a)) + 1e-5") == "true")
      #expect(try script.text("max(abs(t.first - net.at(names[0])(x))) < 1e-4") == "true")
      #expect(try script.text("max(abs(t.output - net(x))) < 1e-3") == "true")
      #expect(
        try script.text("max(abs(u.output - net.with(point, a => a * 0.5)(x))) < 1e-3") == "true")
      #expect(try script.text("all(v.output == 0) and v.output.shape == t.a.shape") == "true")
    }
  }

  @Test func `trace keep and set are names elsewhere`() throws {
    let script = try digits()
    try script.run("let trace = 2\nlet keep = 3\nlet set = trace * keep")
    #expect(try script.text("set") == "6")
    #expect(try script.text("(trace net(x) {}).output.shape") == "[10]")
  }

  @Test(
    arguments: [
      ("keep \"conv3\" as a", "X0505"), ("keep 3 as a", "X0516"),
      ("set \"relu1\" = \"no\"", "X0516"),
      ("set \"relu1\" = ones([5, 5])", "X0516"), ("set \"relu1\" = b; keep \"fc1\" as b", "X0517"),
      ("set \"relu1\" = b; keep \"relu1\" as b", "X0517"),
      ("keep \"fc1\" as b; stop after \"relu1\"", "X0518"),
      ("set \"relu1\" = value @ ones([3, 3])", "X0204"),
    ])
  func `a trace that cannot be done says why`(_ action: String, _ code: String) throws {
    let script = try digits()
    let problem = #expect(throws: Script.Problem.self) {
      try script.run("trace net(x) { \(action) }")
    }
    #expect(
      problem?.description.contains("error[\(code)]") == true, "\(problem?.description ?? "")")
    #expect(problem?.description.contains("<stdlib>") == false || code == "X0204")
  }
}
