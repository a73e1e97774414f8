/// What is said about models that cannot be read, and reading weights in every form that ONNX has.

import Foundation
import Graphs
import Networks
import Tensors
import Testing

/// A model under construction.
struct Model {
  var message = Onnx_ModelProto()

  init(opset: Int64 = 17, input: [Int64] = [1, 4]) {
    message.irVersion = 8
    message.opsetImport = [Onnx_OperatorSetIdProto()]
    message.opsetImport[0].version = opset
    var value = Onnx_ValueInfoProto()
    value.name = "x"
    value.type.tensorType.elemType = 1
    value.type.tensorType.shape.dim = input.map { size in
      var dimension = Onnx_TensorShapeProto.Dimension()
      dimension.dimValue = size
      return dimension
    }
    message.graph.input = [value]
    var output = Onnx_ValueInfoProto()
    output.name = "y"
    message.graph.output = [output]
  }

  mutating func add(
    _ operation: String, _ inputs: [String], _ output: String = "y",
    _ attributes: [Onnx_AttributeProto] = [], domain: String = ""
  ) {
    var node = Onnx_NodeProto()
    node.opType = operation
    node.name = "/block/\(operation)"
    node.input = inputs
    node.output = [output]
    node.attribute = attributes
    node.domain = domain
    message.graph.node.append(node)
  }

  mutating func add(_ name: String, _ dimensions: [Int64], _ fill: (inout Onnx_TensorProto) -> Void)
  {
    var tensor = Onnx_TensorProto()
    tensor.name = name
    tensor.dims = dimensions
    tensor.dataType = 1
    fill(&tensor)
    message.graph.initializer.append(tensor)
  }

  func error(external: (String) -> [UInt8]? = { _ in nil }) -> String? {
    let error = #expect(throws: NetworkError.self) {
      try Onnx.graph(of: message, external: external)
    }
    return error?.message
  }

  /// The output for x = 1, 2, ….
  func output(external: (String) -> [UInt8]? = { _ in nil }) throws -> Tensor {
    let graph = try Onnx.graph(of: message, external: external)
    let shape = graph.inputs[0].shape.map { $0 ?? 1 }
    let x = try Tensor.arange(shape.reduce(1, *), from: 1).reshaped(shape)
    return try #require(graph.run([Variable(x)]).first).value
  }
}

func attribute(_ name: String, _ value: Int64) -> Onnx_AttributeProto {
  var attribute = Onnx_AttributeProto()
  attribute.name = name
  attribute.type = .int
  attribute.i = value
  return attribute
}

func attribute(_ name: String, _ values: [Int64]) -> Onnx_AttributeProto {
  var attribute = Onnx_AttributeProto()
  attribute.name = name
  attribute.type = .ints
  attribute.ints = values
  return attribute
}

struct OnnxErrorTests {
  @Test func `a file of another kind is named`() {
    let text = #expect(throws: NetworkError.self) { try Onnx.graph(Array("import torch\n".utf8)) }
    #expect(text?.message == "this is not an ONNX file: it is text that begins with “import torch”")
    let empty = #expect(throws: NetworkError.self) { try Onnx.graph([]) }
    #expect(empty?.message == "this is not an ONNX file: the file is empty")
    let zip = #expect(throws: NetworkError.self) { try Onnx.graph([0x50, 0x4B, 3, 4, 0, 0]) }
    #expect(zip?.message == "this is not an ONNX file: it is a ZIP archive")
  }

  @Test func `an unknown operator is named with its node and what is known`() {
    var model = Model()
    model.add("FancyAttention", ["x"])
    #expect(
      model.error()
        == "the operator FancyAttention of node \"/block/FancyAttention\" is not supported")
    #expect(throws: NetworkError.self) { try Onnx.graph(of: model.message) }
    do throws(NetworkError) {
      _ = try Onnx.graph(of: model.message)
    } catch .unknownOperator(_, _, let supported) {
      for name in ["Conv", "Gemm", "Relu", "LayerNormalization"] {
        #expect(supported.contains(name))
      }
      #expect(supported == supported.sorted())
    } catch {
      Issue.record("\(error)")
    }
    var foreign = Model()
    foreign.add("Relu", ["x"], domain: "com.example")
    #expect(
      foreign.error() == "the operator com.example.Relu of node \"/block/Relu\" is not supported")
  }

  @Test(arguments: ["NonZero", "Unique", "Compress"])
  func `a shape that depends on the network's inputs is refused`(operation: String) throws {
    var model = Model(opset: 18)
    model.add(operation, operation == "Compress" ? ["x", "x"] : ["x"])
    let message = try #require(model.error())
    #expect(message.contains("(\(operation) of x"))
    #expect(message.contains("the shape of the result depends on them"))
  }

  @Test func `a branch that depends on the network's inputs is refused`() throws {
    var model = Model(opset: 18)
    model.add("Cast", ["x"], "c", [attribute("to", 9)])
    model.add("If", ["c"])
    #expect(try #require(model.error()).contains("which branch runs"))
    var loop = Model(opset: 18)
    var body = Onnx_AttributeProto()
    body.name = "body"
    body.type = .graph
    for name in ["turn", "goes", "state"] {
      var value = Onnx_ValueInfoProto()
      value.name = name
      body.g.input.append(value)
    }
    body.g.output = [body.g.input[1], body.g.input[2]]
    loop.add("Cast", ["x"], "c", [attribute("to", 9)])
    loop.add("Loop", ["", "c", "x"], "y", [body])
    #expect(try #require(loop.error()).contains("when a loop ends"))
    loop.message.graph.node[1].input = ["", "", "x"]
    #expect(try #require(loop.error()).contains("an end before so many"))
    var sequence = Model(opset: 18)
    sequence.add("SequenceAt", ["x", "x"])
    #expect(try #require(sequence.error()).contains("a sequence of known length"))
  }

  @Test(arguments: [true, false])
  func `the branch that is not taken is not read`(isTaken: Bool) throws {
    var model = Model()
    model.add("chosen", []) {
      $0.dataType = 9
      $0.int32Data = [isTaken ? 1 : 0]
    }
    let branches = [("then_branch", "Neg"), ("else_branch", "FancyRoot")].map { name, operation in
      var inner = Model()
      inner.add(operation, ["x"])
      var attribute = Onnx_AttributeProto()
      attribute.name = name
      attribute.type = .graph
      attribute.g.node = inner.message.graph.node
      attribute.g.output = inner.message.graph.output
      return attribute
    }
    model.add("If", ["chosen"], "y", branches)
    guard isTaken else {
      let message = try #require(model.error())
      return #expect(message.contains("the operator FancyRoot of node \"/block/FancyRoot\""))
    }
    #expect(try model.output().floats == [-1, -2, -3, -4])
  }

  @Test func `updates that do not fit into the data are shown at the node`() throws {
    var model = Model(opset: 18)
    model.add("i", [1, 2]) {
      $0.dataType = 7
      $0.int64Data = [0, 1]
    }
    model.add("u", [1, 3]) { $0.floatData = [1, 2, 3] }
    model.add("ScatterElements", ["x", "i", "u"], "y", [attribute("axis", 1)])
    #expect(try #require(model.error()).contains("indices and updates of one shape"))
    var tuples = Model(opset: 18)
    tuples.add("i", [2, 3]) {
      $0.dataType = 7
      $0.int64Data = [0, 1, 2, 0, 1, 2]
    }
    tuples.add("GatherND", ["x", "i"])
    #expect(try #require(tuples.error()).contains("tuples of indices"))
  }

  @Test func `versions of the operators that are not known are refused`() {
    for version: Int64 in [0, 5, 99, -1, .max] {
      var model = Model(opset: version)
      model.add("Relu", ["x"])
      #expect(
        model.error()
          == "the model uses version \(version) of the operators; versions 6 to 28 are supported")
    }
  }

  @Test func `a value that nothing gives is named`() throws {
    var model = Model()
    model.add("Add", ["x", "weights"])
    #expect(
      model.error()
        == "node \"/block/Add\" reads \"weights\", which no input, initialiser or earlier node gives"
    )
    var output = Model()
    output.add("Relu", ["x"], "z")
    #expect(
      output.error()
        == "node \"output\" reads \"y\", which no input, initialiser or earlier node gives")
    for operation in ["If", "Loop", "Scan"] {
      var nested = Model()
      nested.add(operation, ["weights"])
      let message = try #require(nested.error())
      #expect(message.hasPrefix("node \"/block/\(operation)\" reads \"weights\", which no "))
    }
  }

  @Test func `a name that is given twice is an error`() {
    var model = Model()
    model.add("Relu", ["x"])
    model.add("Tanh", ["x"])
    #expect(model.error() == "this ONNX file is damaged: the value \"y\" is defined twice")
  }

  @Test func `shapes that do not fit are shown at the node`() throws {
    var model = Model()
    model.add("w", [3, 5]) { $0.floatData = Array(repeating: 1, count: 15) }
    model.add("MatMul", ["x", "w"])
    let message = try #require(model.error())
    #expect(message.hasPrefix("node \"/block/MatMul\" (MatMul of x [1, 4], w [3, 5]): "))
    #expect(message.contains("4 columns") && message.contains("3 rows"))
    var count = Model()
    count.add("Relu", ["x", "x"])
    #expect(
      count.error()
        == "node \"/block/Relu\" (Relu of x [1, 4], x [1, 4]): Relu takes 1 operands, found 2")
  }

  @Test func `weights beside the model are read, and only beside it`() throws {
    func model(_ location: String, length: String = "16") -> Model {
      var model = Model()
      model.add("w", [4]) { tensor in
        tensor.dataLocation = .external
        tensor.externalData = [("location", location), ("offset", "4"), ("length", length)].map {
          var entry = Onnx_StringStringEntryProto()
          (entry.key, entry.value) = $0
          return entry
        }
      }
      model.add("Mul", ["x", "w"])
      return model
    }
    let file = [Float(9), 1, 10, 100, 1000].withUnsafeBytes { Array($0) }
    #expect(
      try model("weights.bin").output { $0 == "weights.bin" ? file : nil }.floats == [
        1, 20, 300, 4000,
      ])
    #expect(
      model("weights.bin").error()
        == "the data of \"w\" are in another file, \"weights.bin\", which cannot be read")
    for location in ["/etc/passwd", "../secret", "a/../../b", ""] {
      #expect(
        model(location).error { _ in file }
          == "the data of \"w\" are in another file, \"\(location)\", which cannot be read")
    }
    for length in ["17", "-1", "x", "99999999999999999999"] {
      #expect(
        model("weights.bin", length: length).error { _ in file }
          == "this ONNX file is cut off: \"weights.bin\" has 20 bytes, the tensor \"w\" lies beyond"
      )
    }
    #expect(
      model("weights.bin", length: "12").error { _ in file }
        == "this ONNX file is damaged: the tensor \"w\" has 12 bytes for F32 of [4]")
  }

  @Test func `sizes that no file has are refused before they cost memory`() {
    for dimensions: [Int64] in [[.max, 4], [1 << 40, 1 << 40], [-1], [2, -3]] {
      var model = Model()
      model.add("w", dimensions) { $0.rawData = Data(count: 16) }
      model.add("Add", ["x", "w"])
      #expect(model.error() == "the tensor \"w\" is too large: \(dimensions)")
    }
    var filled = Model()
    filled.add("n", [3]) {
      $0.dataType = 7
      $0.int64Data = [100_000, 100_000, 100_000]
    }
    filled.add("ConstantOfShape", ["n"])
    #expect(
      filled.error()
        == "the result of node \"/block/ConstantOfShape\" is too large: [100000, 100000, 100000]")
  }

  @Test func `counts that differ from the shape are refused`() {
    var raw = Model()
    raw.add("w", [4]) { $0.rawData = Data(count: 15) }
    raw.add("Add", ["x", "w"])
    #expect(
      raw.error() == "this ONNX file is damaged: the tensor \"w\" has 15 bytes for F32 of [4]")
    var listed = Model()
    listed.add("w", [4]) { $0.floatData = [1, 2, 3] }
    listed.add("Add", ["x", "w"])
    #expect(
      listed.error()
        == "this ONNX file is damaged: the tensor \"w\" has 3 numbers for the shape [4]")
    var text = Model()
    text.add("w", [4]) { $0.dataType = 8 }
    text.add("Add", ["x", "w"])
    #expect(
      text.error() == "this ONNX file is not supported: the tensor \"w\" is of type string")
  }
}

struct OnnxReadingTests {
  /// x · w for the numbers 0, 1, 2, 3 as w, however they are stored.
  @Test(arguments: [
    Onnx_TensorProto.DataType.float, .double, .float16, .bfloat16, .int8, .int16, .int32, .int64,
    .uint8, .uint16, .uint32, .uint64, .bool,
  ])
  func `weights of every type and in every form are read`(type: Onnx_TensorProto.DataType) throws {
    func model(_ fill: (inout Onnx_TensorProto) -> Void) -> Model {
      var model = Model()
      model.add("w", [4]) {
        $0.dataType = Int32(type.rawValue)
        fill(&$0)
      }
      model.add("Cast", ["w"], "v", [attribute("to", 1)])
      model.add("Mul", ["x", "v"])
      return model
    }
    let expected: [Float] = type == .bool ? [0, 2, 3, 4] : [0, 2, 6, 12]
    let halves: [UInt16] = [0, 0x3C00, 0x4000, 0x4200]
    let brains: [UInt16] = [0, 0x3F80, 0x4000, 0x4040]
    let raw: [UInt8] =
      switch type {
      case .float: [Float(0), 1, 2, 3].withUnsafeBytes { Array($0) }
      case .double: [0.0, 1, 2, 3].withUnsafeBytes { Array($0) }
      case .float16: halves.withUnsafeBytes { Array($0) }
      case .bfloat16: brains.withUnsafeBytes { Array($0) }
      case .int16, .uint16: [Int16(0), 1, 2, 3].withUnsafeBytes { Array($0) }
      case .int32, .uint32: [Int32(0), 1, 2, 3].withUnsafeBytes { Array($0) }
      case .int64, .uint64: [0, 1, 2, 3].withUnsafeBytes { Array($0) }
      default: [0, 1, 2, 3]
      }
    #expect(try model { $0.rawData = Data(raw) }.output().floats == expected)
    let listed = model {
      switch type {
      case .float: $0.floatData = [0, 1, 2, 3]
      case .double: $0.doubleData = [0, 1, 2, 3]
      case .int64: $0.int64Data = [0, 1, 2, 3]
      case .uint32, .uint64: $0.uint64Data = [0, 1, 2, 3]
      case .float16: $0.int32Data = halves.map { Int32($0) }
      case .bfloat16: $0.int32Data = brains.map { Int32($0) }
      default: $0.int32Data = [0, 1, 2, 3]
      }
    }
    #expect(try listed.output().floats == expected)
  }

  @Test func `what depends on constants alone is computed once`() throws {
    var model = Model()
    model.add("a", [4]) { $0.floatData = [1, 2, 3, 4] }
    model.add("Neg", ["a"], "b")
    model.add("Exp", ["b"], "c")
    model.add("Mul", ["x", "c"])
    let graph = try Onnx.graph(of: model.message)
    #expect(graph.steps.map(\.kind) == ["multiply"])
    #expect(graph.parameters.map(\.name) == ["c"])
  }

  @Test func `a first axis of open size takes any batch`() throws {
    var model = Model(input: [0, 4])
    model.add("Shape", ["x"], "s")
    model.add("zero", []) {
      $0.dataType = 7
      $0.int64Data = [0]
    }
    model.add("two", [2]) {
      $0.dataType = 7
      $0.int64Data = [2, 2]
    }
    model.add("Gather", ["s", "zero"], "n")
    model.add("axis", [1]) {
      $0.dataType = 7
      $0.int64Data = [0]
    }
    model.add("Unsqueeze", ["n", "axis"], "m")
    model.add("Concat", ["m", "two"], "shape", [attribute("axis", 0)])
    model.add("Reshape", ["x", "shape"])
    let graph = try Onnx.graph(of: model.message)
    for batch in [1, 2, 5] {
      let x = try Tensor.arange(batch * 4).reshaped([batch, 4])
      let y = try #require(graph.run([Variable(x)]).first).value
      #expect(y.shape == [batch, 2, 2] && y.floats == x.floats)
    }
  }

  @Test func `slices of an axis of open size are taken when the graph runs`() throws {
    var model = Model(opset: 9, input: [0, 4])
    model.add(
      "Slice", ["x"], "y",
      [attribute("starts", [-2, 1]), attribute("ends", [.max, 3]), attribute("axes", [0, 1])])
    let graph = try Onnx.graph(of: model.message)
    let x = try Tensor.arange(12).reshaped([3, 4])
    let y = try #require(graph.run([Variable(x)]).first).value
    #expect(y.shape == [2, 2] && y.floats == [5, 6, 9, 10])
  }

  @Test func `Gemm in each of its forms is the product that it means`() throws {
    let weight: [Float] = [1, 0, 2, 0, 1, 0, 0, 3, 1, 1, 1, 1]
    let forms: [(Int64, [Int64])] = [(0, [4, 3]), (1, [3, 4])]
    for (transposes, dimensions) in forms {
      var model = Model()
      model.add("w", dimensions) { $0.floatData = weight }
      model.add("c", [1, 3]) { $0.floatData = [10, 20, 30] }
      var alpha = attribute("alpha", 0)
      alpha.type = .float
      alpha.f = 2
      model.add("Gemm", ["x", "w", "c"], "y", [attribute("transB", transposes), alpha])
      var expected: [Float] = [10, 20, 30]
      for column in 0..<3 {
        for row in 0..<4 {
          let place = transposes == 0 ? row * 3 + column : column * 4 + row
          expected[column] += 2 * Float(row + 1) * weight[place]
        }
      }
      #expect(try model.output().floats == expected)
    }
  }

  @Test func `before version 13 softmax takes the axes from its own on as one`() throws {
    var model = Model(opset: 11, input: [1, 2, 2])
    model.add("Softmax", ["x"])
    let total: Double = exp(1) + exp(2) + exp(3) + exp(4)
    let result = try model.output()
    #expect(result.shape == [1, 2, 2])
    for (value, k) in zip(result.doubles, 1...4) {
      #expect(abs(value - exp(Double(k)) / total) < 1e-6)
    }
  }
}
