// Static graphs: building, running, replacing, folding, fusing, describing.
import Graphs
import Tensors
import Testing

/// input [n, 2, 5, 5] → conv, normalisation, relu → conv → add → clip → pool → reshape by
/// shape arithmetic → linear.
private func residualNetwork() throws -> Graph {
  var graph = Graph()
  try graph.addInput("x", shape: [nil, 2, 5, 5])
  func weight(_ name: String, _ shape: [Int], _ low: Double = -0.5, _ high: Double = 0.5) throws {
    try graph.addConstant(
      name, try numbers(shape, low, high, offset: name.utf8.count).tensor(.f32))
  }
  try weight("w1", [3, 2, 3, 3])
  for name in ["scale", "shift", "mean"] { try weight(name, [3]) }
  try weight("variance", [3], 0.5, 2)
  try weight("w2", [3, 3, 3, 3])
  try weight("bias two", [3])
  try weight("fully", [4, 12])
  let window = Window2D(kernel: (3, 3), padLow: (1, 1))
  try graph.addStep("conv1", Convolution(window), ["x", "w1"], output: "a")
  try graph.addStep(
    "bn1", BatchNormalisation(), ["a", "scale", "shift", "mean", "variance"], output: "b")
  try graph.addStep("relu1", Relu(), ["b"], output: "c")
  try graph.addStep("same", Identity(), ["c"], output: "c again")
  try graph.addStep("conv2", Convolution(window), ["c again", "w2", "bias two"], output: "d")
  try graph.addStep("add", Add(), ["d", "c"], output: "e")
  try graph.addStep("clip", Clip(-0.5, 1), ["e"], output: "f")
  let pool = Window2D(kernel: (2, 2), strides: (2, 2))
  try graph.addStep("pool", MaxPool(pool), ["f"], output: "g")
  try graph.addStep("shape", ShapeOf(to: 1), ["g"], output: "batch")
  try graph.addConstant("rest", try Tensor([-1], [1]))
  try graph.addStep("sizes", Concatenate(0), ["batch", "rest"], output: "sizes out")
  let reshape = try #require(Operators.onnx["Reshape"])
  try graph.addStep(
    "reshape", reshape, OnnxAttributes("Reshape"), inputs: ["g", "sizes out"], output: "h")
  try graph.addStep("fc", Linear(), ["h", "fully"], output: "y")
  try graph.setOutputs(["y"])
  return graph
}

private func image() throws -> Variable {
  Variable(try numbers([2, 2, 5, 5]).tensor(.f32))
}

private func close(_ left: Variable, _ right: Variable) -> Bool {
  left.shape == right.shape
    && zip(left.value.doubles, right.value.doubles).allSatisfy { abs($0 - $1) < 1e-5 }
}

@Suite struct GraphTests {
  @Test func `fusing changes neither the output nor the gradient`() throws {
    let graph = try residualNetwork()
    let fused = try graph.fused()
    let kinds = fused.steps.map(\.kind)
    #expect(kinds.filter { $0 == FusedConvolution.name }.count == 2)
    #expect(!kinds.contains(BatchNormalisation.name) && !kinds.contains(Identity.name))
    let x = try image().tracked()
    try Recording.during { () throws in
      let (plain, quick) = (try graph.run([x])[0], try fused.run([x])[0])
      #expect(plain.shape == [2, 4])
      #expect(close(plain, quick))
      let seed = Variable(try numbers([2, 4]).tensor(.f32))
      #expect(
        close(
          try gradient(of: plain, at: [x], seed: seed)[0],
          try gradient(of: quick, at: [x], seed: seed)[0]))
    }
  }

  /// tanh(x w) for two examples at a time.
  @Test(arguments: [1, 2, 5])
  func `a network of a fixed batch runs on any number of examples`(_ count: Int) throws {
    func network(_ size: Int?) throws -> Graph {
      var graph = Graph()
      try graph.addInput("x", shape: [size, 3])
      try graph.addConstant("w", try numbers([3, 4]).tensor(.f32))
      try graph.addStep("product", MatrixProduct(), ["x", "w"], output: "a")
      try graph.addStep("tanh", Tanh(), ["a"], output: "y")
      try graph.setOutputs(["y"])
      return graph
    }
    let x = Variable(try numbers([count, 3]).tensor(.f32)).tracked()
    let seed = Variable(try numbers([count, 4]).tensor(.f32))
    try Recording.during { () throws in
      let open = try network(nil).run([x])[0]
      let fixed = try network(2).runInParts([x])
      #expect(close(open, fixed))
      #expect(
        close(
          try gradient(of: open, at: [x], seed: seed)[0],
          try gradient(of: fixed, at: [x], seed: seed)[0]))
    }
    #expect(throws: GraphError.self) {
      try network(2).runInParts([Variable(try numbers([3, 4]).tensor(.f32))])
    }
  }

  @Test func `a network of a fixed batch that joins its examples runs on no other number`() throws {
    var graph = Graph()
    try graph.addInput("x", shape: [2, 3])
    try graph.addStep("sum", Sum([0]), ["x"], output: "y")
    try graph.setOutputs(["y"])
    let x = Variable(try numbers([4, 3]).tensor(.f32))
    let error = #expect(throws: GraphError.self) { try graph.runInParts([x]) }
    #expect(error?.message.contains("fixes 2 examples") == true)
  }

  @Test func `layers that are to stay visible are not fused away`() throws {
    let fused = try residualNetwork().fused(keeping: ["conv2", "relu1"])
    let x = try image()
    let names = ["conv2", "relu1", "clip"]
    let kept = try fused.run([x], wanted: names)
    let plain = try residualNetwork().run([x], wanted: names)
    for (left, right) in zip(kept, plain) { #expect(close(left, right)) }
    #expect(throws: GraphError.self) { try residualNetwork().fused().run([x], wanted: ["a"]) }
  }

  @Test func `merging normalisation leaves activations and additions as they are`() throws {
    let graph = try residualNetwork()
    let merged = try graph.mergingNormalisation()
    #expect(merged.steps.count == graph.steps.count - 1)
    let x = try image()
    #expect(close(try graph.run([x])[0], try merged.run([x])[0]))
  }

  @Test func `what constants determine is computed once`() throws {
    var graph = Graph()
    try graph.addInput("x", shape: [2])
    try graph.addConstant("a", try Tensor([1, 2], [2]))
    try graph.addConstant("b", try Tensor([3, 4], [2]))
    try graph.addStep("sum", Add(), ["a", "b"], output: "c")
    try graph.addStep("more", Add(), ["x", "c"], output: "y")
    try graph.setOutputs(["y"])
    let folded = try graph.folded()
    #expect(folded.steps.map(\.name) == ["more"])
    let x = Variable(try Tensor([10, 20], [2]))
    #expect(try folded.run([x])[0].value.integers == [14, 26])
  }

  @Test func `only what is wanted runs, from what is given`() throws {
    let graph = try residualNetwork()
    let x = try image()
    let inner = try graph.run([x], wanted: ["pool"])[0]
    let rest = try graph.run([x], given: ["pool": inner])[0]
    #expect(close(rest, try graph.run([x])[0]))
    let weight = try Variable.zeros(like: Variable(try numbers([4, 12]).tensor(.f32)))
    let nothing = try graph.run([x], given: ["fully": weight])[0]
    #expect(nothing.value.floats.allSatisfy { $0 == 0 })
  }

  @Test func `a layer's output is replaced by step name, value name or from outside`() throws {
    let graph = try residualNetwork()
    let x = try image()
    let zero: Recording.Replacement = { try Variable.zeros(like: $0) }
    let byStep = try graph.run([x], replacing: ["fc": zero])[0]
    let byValue = try graph.run([x], replacing: ["y": zero])[0]
    let (outside, unused) = try Recording.replacing(["fc": zero, "gone": zero]) {
      () throws(GraphError) in try graph.run([x])[0]
    }
    for result in [byStep, byValue, outside] {
      #expect(result.value.floats.allSatisfy { $0 == 0 })
    }
    #expect(unused == ["gone"])
    #expect {
      try graph.run([x], replacing: ["nowhere": zero])
    } throws: { error in
      guard case .unknownName("layer", "nowhere", let known)? = error as? GraphError else {
        return false
      }
      return known.contains("conv1")
    }
  }

  @Test func `recorded nodes carry the names of their layers`() throws {
    let x = try image().tracked()
    try Recording.during { () throws in
      let graph = try residualNetwork()
      let output = try Recording.scoped(to: "net") { () throws in try graph.run([x])[0] }
      #expect(output.node?.layer == "net.fc")
    }
  }

  @Test func `the summary gives shapes, weights and multiply-adds`() throws {
    let rows = try residualNetwork().summary(for: [[2, 2, 5, 5]])
    let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    #expect(byName["conv1"]?.shape == [2, 3, 5, 5])
    #expect(byName["conv1"]?.parameters == 54)
    #expect(byName["conv1"]?.multiplyAdds == 2 * 3 * 25 * 18)
    #expect(byName["bn1"]?.parameters == 12)
    #expect(byName["reshape"]?.shape == [2, 12])
    #expect(byName["fc"]?.shape == [2, 4])
    #expect(byName["fc"]?.multiplyAdds == 2 * 4 * 12)
  }

  @Test func `inputs of another shape or number are refused`() throws {
    let graph = try residualNetwork()
    #expect(throws: GraphError.self) { try graph.run([]) }
    let wrong = Variable(try Tensor.zeros([2, 3, 5, 5]))
    #expect {
      try graph.run([wrong])
    } throws: { error in
      (error as? GraphError)?.message.contains("[any, 2, 5, 5]") == true
    }
  }

  @Test func `a value is defined once and before it is used`() throws {
    var graph = Graph()
    try graph.addInput("x", shape: [])
    #expect(throws: GraphError.self) { try graph.addConstant("x", try Tensor.scalar(1)) }
    #expect(throws: GraphError.self) {
      try graph.addStep("late", Relu(), ["not yet"], output: "y")
    }
  }
}
