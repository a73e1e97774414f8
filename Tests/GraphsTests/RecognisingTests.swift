// What exporters spell out in small steps: recognised in a static graph, with the same numbers.
import Graphs
import Tensors
import Testing

/// x [n, 3, 8] → a normalisation in nine steps → a product with a constant and a bias → x Φ(x) by erf → a product.
private func spelledOut(_ power: Bool, halfLast: Bool) throws -> Graph {
  var graph = Graph()
  try graph.addInput("x", shape: [nil, 3, 8])
  func constant(_ name: String, _ shape: [Int], offset: Int) throws {
    try graph.addConstant(name, try numbers(shape, -1, 1, offset: offset).tensor(.f32))
  }
  for (place, name) in ["scale", "shift"].enumerated() { try constant(name, [8], offset: place) }
  try constant("w1", [8, 5], offset: 3)
  try constant("b1", [5], offset: 4)
  try constant("w2", [5, 2], offset: 5)
  let singles = ["two": 2, "epsilon": 1e-3, "root": 2.0.squareRoot(), "one": 1, "half": 0.5]
  for (name, number) in singles { try graph.addConstant(name, try Tensor.scalar(number, .f32)) }
  func step(_ operation: any Operator, _ operands: [String], _ output: String) throws {
    try graph.addStep(output, operation, operands, output: output + ".0")
  }
  try step(Mean([-1], keep: true), ["x"], "mean")
  try step(Subtract(), ["x", "mean.0"], "centred")
  if power {
    try step(Power(), ["centred.0", "two"], "squares")
  } else {
    try step(Multiply(), ["centred.0", "centred.0"], "squares")
  }
  try step(Mean([-1], keep: true), ["squares.0"], "variance")
  try step(Add(), ["variance.0", "epsilon"], "stabilised")
  try step(SquareRoot(), ["stabilised.0"], "deviation")
  try step(Divide(), ["centred.0", "deviation.0"], "normal")
  try step(Multiply(), ["normal.0", "scale"], "scaled")
  try step(Add(), ["scaled.0", "shift"], "shifted")
  try step(MatrixProduct(), ["shifted.0", "w1"], "product")
  try step(Add(), ["b1", "product.0"], "biased")
  try step(Divide(), ["biased.0", "root"], "divided")
  try step(ErrorFunction(), ["divided.0"], "erf")
  try step(Add(), ["erf.0", "one"], "gate")
  if halfLast {
    try step(Multiply(), ["biased.0", "gate.0"], "gated")
    try step(Multiply(), ["gated.0", "half"], "gelu")
  } else {
    try step(Multiply(), ["biased.0", "half"], "gated")
    try step(Multiply(), ["gated.0", "gate.0"], "gelu")
  }
  try step(MatrixProduct(), ["gelu.0", "w2"], "y")
  try graph.setOutputs(["y.0"])
  return graph
}

@Suite struct RecognisingTests {
  @Test(arguments: [true, false], [true, false])
  func `a transformer's layers run in few steps and give the same`(
    _ power: Bool, _ halfLast: Bool
  ) throws {
    let graph = try spelledOut(power, halfLast: halfLast)
    let fused = try graph.fused()
    #expect(
      fused.steps.map(\.kind)
        == [FusedNormalisation.name, Linear.name, Gelu.name, Linear.name])
    let x = Variable(try numbers([2, 3, 8], offset: 6).tensor(.f32)).tracked()
    try Recording.during { () throws in
      let (plain, quick) = (try graph.run([x])[0], try fused.run([x])[0])
      #expect(close(plain, quick))
      let slopes = try [plain, quick].map { try gradient(of: $0.sum([]), at: [x])[0] }
      #expect(close(slopes[0], slopes[1]))
    }
  }

  @Test func `what is kept or read elsewhere stays as it is`() throws {
    let graph = try spelledOut(true, halfLast: true)
    let kinds = try graph.fused(keeping: ["variance", "erf", "scaled"]).steps.map(\.kind)
    #expect(!kinds.contains(Gelu.name) && !kinds.contains(FusedNormalisation.name))
    let x = Variable(try numbers([1, 3, 8], offset: 2).tensor(.f32))
    let seen = try graph.fused(keeping: ["erf"]).run([x], wanted: ["erf", "y"])
    let plain = try graph.run([x], wanted: ["erf", "y"])
    for (one, other) in zip(seen, plain) { #expect(close(one, other)) }
  }

  @Test func `a long network is fused in a time in proportion to its steps`() throws {
    var graph = Graph()
    try graph.addInput("x", shape: [nil, 3])
    var last = "x"
    for place in 0..<4_000 {
      let name = "step\(place)"
      let operation: any Operator = place % 2 == 0 ? Tanh() : Multiply()
      try graph.addStep(
        name, operation, place % 2 == 0 ? [last] : [last, "x"], output: name + ".0")
      last = name + ".0"
    }
    try graph.setOutputs([last])
    let began = ContinuousClock.now
    #expect(try graph.fused().steps.count == 4_000)
    // A second is far more than it takes; a time in proportion to the square of the steps is tens of them.
    #expect(ContinuousClock.now - began < .seconds(5))
  }
}

private func close(_ left: Variable, _ right: Variable) -> Bool {
  left.shape == right.shape
    && zip(left.value.doubles, right.value.doubles).allSatisfy { abs($0 - $1) < 1e-4 }
}
