/// Which of the inputs of a network count the examples, and how their open sizes are stated.

import Graphs
import Networks
import Tensors
import Testing

/// A model y = a + b whose inputs have axes of these sizes, open ones by their names.
private func sum(_ a: [String], _ b: [String]) -> Onnx_ModelProto {
  var model = Model()
  model.message.graph.input = [("a", a), ("b", b)].map { name, sizes in
    var value = Onnx_ValueInfoProto()
    value.name = name
    value.type.tensorType.elemType = 1
    value.type.tensorType.shape.dim = sizes.map { size in
      var dimension = Onnx_TensorShapeProto.Dimension()
      if let number = Int64(size) { dimension.dimValue = number } else { dimension.dimParam = size }
      return dimension
    }
    return value
  }
  model.add("Add", ["a", "b"])
  return model.message
}

struct OnnxInputTests {
  @Test(arguments: [
    (["n", "4"], ["n", "4"], [true, true]), (["n", "4"], ["4"], [true, false]),
    (["n", "4"], ["m", "4"], [true, false]), (["4"], ["n", "4"], [false, true]),
    (["2", "4"], ["2", "4"], [true, true]), (["2", "4"], ["1", "4"], [true, false]),
    (["2", "4"], ["4"], [true, false]), (["n"], ["n"], [true, true]),
  ])
  func `examples are counted by first axes of one name or one size`(
    a: [String], b: [String], counting: [Bool]
  ) throws {
    let graph = try Onnx.graph(of: sum(a, b))
    #expect(graph.inputs.map(\.countsExamples) == counting)
  }

  @Test func `a size that is stated once holds wherever the file gives it that name`() throws {
    let model = sum(["n", "words"], ["n", "words"])
    for examples in [["a": [5]], ["b": [5]]] {
      let graph = try Onnx.graph(of: model, examples: examples)
      #expect(graph.inputs.map(\.shape) == [[nil, 5], [nil, 5]])
    }
    #expect(try Onnx.graph(of: model, example: [5]).inputs.map(\.ofExample) == [[5], [5]])
    // The number of examples stays open whatever is said.
    let square = try Onnx.graph(of: sum(["n", "4"], ["n", "n"]), examples: ["b": [4]])
    #expect(square.inputs.map(\.shape) == [[nil, 4], [nil, 4]])
  }

  @Test func `a shape for an input that is not there is refused`() {
    let error = #expect(throws: NetworkError.self) {
      try Onnx.graph(of: sum(["n", "4"], ["n", "4"]), examples: ["c": [4]])
    }
    #expect(error?.message == "the network has no input \"c\"")
  }

  @Test func `a file that fixes the batch runs on any number of examples of all its inputs`() throws
  {
    let graph = try Onnx.graph(of: sum(["2", "3"], ["3"]))
    let (a, b) = (try Tensor.arange(15).reshaped([5, 3]), try Tensor.arange(3))
    #expect(graph.fixedBatch == 2)
    let y = try graph.runInParts([Variable(a), Variable(b)]).value
    #expect(y.shape == [5, 3])
    #expect(y.doubles == (0..<15).map { Double($0 + $0 % 3) })
    let both = try Onnx.graph(of: sum(["2", "3"], ["2", "3"])).runInParts([
      Variable(a), Variable(a),
    ])
    #expect(both.value.doubles == (0..<15).map { Double(2 * $0) })
  }

  @Test func `the rest of a network keeps the inputs that it still reads`() throws {
    var model = Model(input: [1, 4])
    model.message = sum(["n", "4"], ["n", "4"])
    model.message.graph.node = []
    model.add("Relu", ["a"], "r")
    model.add("Add", ["r", "b"])
    let rest = try Onnx.graph(of: model.message).resumed(from: "r", shape: [nil, 4])
    #expect(rest.inputs.map(\.name) == ["r", "b"])
    let (r, b) = (
      try Tensor.arange(4).reshaped([1, 4]), try Tensor.arange(4, from: 1).reshaped([1, 4])
    )
    #expect(try rest.run([Variable(r), Variable(b)])[0].value.doubles == [1, 3, 5, 7])
  }
}
