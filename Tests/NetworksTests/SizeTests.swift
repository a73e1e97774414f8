/// What a network computes from the sizes of its values is known before it runs, for every batch.

import Graphs
import Networks
import Tensors
import Testing

/// A model whose input has an open first axis, with constants of whole numbers.
private func openModel(_ rest: [Int64]) -> Model {
  var model = Model(opset: 13, input: [0] + rest)
  for (name, values) in [
    ("zero", [0]), ("one", [1]), ("two", [2]), ("last", [2]), ("minus", [-1]), ("marks", [-1, 3]),
    ("ones", [1, 1]), ("shape", [1, 1]), ("three", [3]),
  ] as [(String, [Int64])] {
    model.add(name, [Int64(values.count)]) {
      $0.dataType = 7
      $0.int64Data = values
    }
  }
  return model
}

/// The output for x = 1, 2, … in a batch of this size, and the graph.
private func run(_ model: Model, batch: Int) throws -> (graph: Graph, output: Tensor) {
  let graph = try Onnx.graph(of: model.message)
  let shape = [batch] + graph.inputs[0].shape.dropFirst().map { $0 ?? 1 }
  let x = try Tensor.arange(shape.reduce(1, *), from: 1).reshaped(shape)
  return (graph, try #require(graph.run([Variable(x)]).first).value)
}

/// Whether every step that the output needs has its operator before the network runs.
private func isFixed(_ graph: Graph) -> Bool {
  graph.steps.allSatisfy { step in
    if case .fixed = step.construction { true } else { false }
  }
}

struct SizeTests {
  @Test func `a slice up to half of an axis, found by its size, is known before the run`() throws {
    var model = openModel([6])
    model.add("Shape", ["x"], "sizes")
    model.add("Gather", ["sizes", "one"], "width", [attribute("axis", 0)])
    model.add("Div", ["width", "two"], "half")
    model.add("Slice", ["x", "zero", "half", "one"], "y")
    for batch in [1, 2, 5] {
      let (graph, output) = try run(model, batch: batch)
      #expect(graph.steps.last?.kind == SliceAxis.name)
      #expect(isFixed(graph))
      #expect(output.shape == [batch, 3])
      let first = Double(6 * batch - 5)
      #expect(output.doubles.suffix(3) == [first, first + 1, first + 2])
    }
  }

  @Test func `a shape with the batch among its sizes becomes a reshape for every batch`() throws {
    var model = openModel([6])
    model.add("Shape", ["x"], "sizes")
    model.add("Gather", ["sizes", "zero"], "batch", [attribute("axis", 0)])
    model.add("Concat", ["two", "batch", "three"], "wanted", [attribute("axis", 0)])
    model.add("Reshape", ["x", "wanted"], "y")
    for batch in [1, 2, 5] {
      let (graph, output) = try run(model, batch: batch)
      #expect(graph.steps.last?.kind == Reshape.name)
      #expect(output.shape == [2, batch, 3])
      #expect(output.doubles == (0..<6 * batch).map { Double($0 + 1) })
    }
  }

  @Test func `what an Expand repeats by the batch keeps its known sizes`() throws {
    // As PyTorch writes x.expand(batch, -1): sizes of -1 are replaced by 1.
    var model = openModel([6])
    model.add("token", [1, 3]) { $0.floatData = [7, 8, 9] }
    model.add("Shape", ["x"], "sizes")
    model.add("Gather", ["sizes", "zero"], "batch", [attribute("axis", 0)])
    model.add("Concat", ["batch", "minus"], "asked", [attribute("axis", 0)])
    model.add("Mul", ["ones", "minus"], "unset")
    model.add("Equal", ["asked", "unset"], "open")
    model.add("Where", ["open", "ones", "asked"], "wanted")
    model.add("Expand", ["token", "wanted"], "tokens")
    model.add("Shape", ["tokens"], "given")
    model.add("Slice", ["given", "one", "last"], "width")
    model.add("Concat", ["minus", "width"], "back", [attribute("axis", 0)])
    model.add("Reshape", ["tokens", "back"], "y")
    for batch in [1, 2, 4] {
      let (graph, output) = try run(model, batch: batch)
      #expect(graph.steps.last?.kind == Reshape.name)
      #expect(output.shape == [batch, 3])
      #expect(Set(output.doubles) == [7, 8, 9] && output.doubles.suffix(3) == [7, 8, 9])
    }
  }

  @Test func `a number that is the same for batches of one and two only stays open`() throws {
    // batch // 3 is 0 for one and two, 1 for three: nothing may be concluded from that.
    var model = openModel([6])
    model.add("Shape", ["x"], "sizes")
    model.add("Gather", ["sizes", "zero"], "batch", [attribute("axis", 0)])
    model.add("Div", ["batch", "three"], "third")
    model.add("Slice", ["x", "third", "three", "one"], "y")
    #expect(try run(model, batch: 1).output.shape == [1, 3])
    #expect(try run(model, batch: 3).output.shape == [3, 2])
    // A batch of three equals three, though those of one and two do not.
    var marked = openModel([6])
    marked.add("Shape", ["x"], "sizes")
    marked.add("Gather", ["sizes", "zero"], "batch", [attribute("axis", 0)])
    marked.add("Equal", ["batch", "three"], "isThree")
    marked.add("Where", ["isThree", "two", "one"], "from")
    marked.add("Slice", ["x", "from", "three", "one"], "y")
    #expect(try run(marked, batch: 2).output.shape == [2, 2])
    #expect(try run(marked, batch: 3).output.shape == [3, 1])
  }

  @Test func `the element type of an input is known`() throws {
    var model = openModel([4])
    model.message.graph.input[0].type.tensorType.elemType = 7
    model.add("table", [5, 2]) { $0.floatData = (0..<10).map { Float($0) } }
    model.add("Gather", ["table", "x"], "y", [attribute("axis", 0)])
    let graph = try Onnx.graph(of: model.message)
    #expect(graph.inputs[0].type == .i64)
    let words = Variable(try Tensor([0, 4, 1, 1], [1, 4]))
    let output = try #require(graph.run([words]).first).value
    #expect(output.doubles == [0, 1, 8, 9, 2, 3, 2, 3])
  }
}
