/// From an ONNX model to a static graph.

import Graphs
import Tensors

/// Reads ONNX files. https://onnx.ai/onnx/repo-docs/IR.html
package enum Onnx {
  /// The versions of ONNX's operators that are read.
  package static let opsets = 6...28

  /// The graph of a file. Steps are named by the modules of the network ("block1.conv1"), values as
  /// in the file. What depends on constants alone is computed here; a first axis of unstated size
  /// stays open.
  ///
  /// - example: the shape of one example, where the file leaves more than the first axis of its
  ///   first input open.
  /// - examples: the same for any of its inputs, by name. A size to which the file gives a name is
  ///   the same wherever that name stands.
  /// - external: gives the contents of a file beside the model in which it keeps weights, or nil.
  package static func graph(
    _ bytes: [UInt8], example: [Int]? = nil, examples: [String: [Int]] = [:],
    external: (String) -> [UInt8]? = { _ in nil }
  ) throws(NetworkError) -> Graph {
    try graph(
      of: try OnnxFile.model(bytes), example: example, examples: examples, external: external)
  }

  /// The graph of a decoded model.
  package static func graph(
    of model: Onnx_ModelProto, example: [Int]? = nil, examples: [String: [Int]] = [:],
    external: (String) -> [UInt8]? = { _ in nil }
  ) throws(NetworkError) -> Graph {
    var importer = OnnxImporter(opset: try opset(model))
    let message = model.graph
    for tensor in message.initializer {
      importer.define(
        tensor.name, try OnnxFile.tensor(tensor, external: external), isLearned: true)
    }
    guard message.sparseInitializer.isEmpty else {
      throw .unsupported(format: OnnxFile.format, reason: "it has sparse weights")
    }
    let inputs = message.input.filter { importer.known[$0.name] == nil }
    for input in try OnnxInput.all(inputs, example: example, examples: examples) {
      try importer.addInput(input)
    }
    importer.stored = OnnxFile.types(message)
    let names = LayerNames(
      message.node.map { (OnnxNode.operation($0), OnnxNode.label($0)) })
    try OnnxNodes(message, layers: names.layers).add(to: &importer, external: external)
    let modules = names.modules.compactMap { module in
      message.node[module.node].output.first.map { (name: module.name, value: $0) }
    }
    return try importer.finish(message.output.map(\.name), modules: modules)
  }

  /// Whether an input of a file has open sizes beside the batch.
  package static func leavesSizesOpen(_ bytes: [UInt8]) -> Bool {
    guard let graph = (try? OnnxFile.model(bytes))?.graph else { return false }
    let constants = Set(graph.initializer.map(\.name))
    let inputs = graph.input.filter { !constants.contains($0.name) }
    guard let all = try? OnnxInput.all(inputs, example: nil, examples: [:]) else { return false }
    return all.contains { $0.sizes != nil && $0.shape(forBatch: 1) == nil }
  }

  /// The operators that are read, in order.
  package static var supportedOperators: [String] {
    Set(Operators.onnx.keys).union(OnnxLowering.all.keys).union(["If", "Loop", "Scan"]).sorted()
  }

  private static func opset(_ model: Onnx_ModelProto) throws(NetworkError) -> Int {
    let own = model.opsetImport.filter { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    guard let version = own.map({ Int($0.version) }).max(), opsets.contains(version) else {
      throw .unsupportedOpset(
        domain: "", found: own.map { Int($0.version) }.max() ?? 0, supported: opsets)
    }
    return version
  }
}

/// What the importer knows of a value.
struct KnownValue {
  /// Its tensor, where it does not depend on the inputs.
  var constant: Tensor?
  /// Its shape for a batch of one, where that can be told.
  var shape: [Int]?
  /// Its shape for a batch of two: sizes that differ depend on the batch.
  var shapeOfTwo: [Int]?
  var type: ElementType?
  /// Its numbers, where they follow from sizes.
  var numbers: SizeNumbers?

  /// Whether the shape is known and the same for every batch.
  var isFixed: Bool { shape != nil && shape == shapeOfTwo }

  /// The shape with -1 for a first axis that depends on the batch; nil where another axis does, or
  /// the shape is not known.
  var sizes: [Int]? {
    guard let shape, let shapeOfTwo, shape.dropFirst() == shapeOfTwo.dropFirst() else { return nil }
    return shape == shapeOfTwo ? shape : [-1] + shape.dropFirst()
  }

  /// The size of an axis if it does not depend on the batch; negative axes count from the end.
  func fixedSize(_ axis: Int) -> Int? {
    guard let shape, let shapeOfTwo, shape.count == shapeOfTwo.count else { return nil }
    let place = axis < 0 ? axis &+ shape.count : axis
    guard shape.indices.contains(place), shape[place] == shapeOfTwo[place] else { return nil }
    return shape[place]
  }
}

/// A graph under construction, and what is known of its values.
struct OnnxImporter {
  let opset: Int
  private(set) var graph = Graph()
  private(set) var known: [String: KnownValue] = [:]
  /// The types that the file states, which can be narrower than ours.
  var stored: [String: StoredType] = [:]
  /// The values in each sequence.
  private(set) var sequences: [String: [String]] = [:]
  /// The values that the graph has; constants join it when something reads them.
  private var present: Set<String> = []
  /// The constants that may be learned, in the order of the file.
  private(set) var learned: [String] = []
  /// How constants were computed from others.
  private var derivations: [(operation: any Operator, operands: [String], output: String)] = []

  /// The largest tensor that is computed from constants: more than any real file needs.
  static let largestFolded = 1 << 27

  init(opset: Int) { self.opset = opset }

  /// A number as a constant, of the element type of another value (f32 where that is not known).
  mutating func define(
    _ name: String, number: Double, like other: String
  ) throws(NetworkError) {
    do throws(TensorError) {
      define(name, try Tensor.scalar(number, known[other]?.type ?? .f32))
    } catch {
      throw .tensor(name: name, error)
    }
  }

  /// A constant, and whether it may be learned: tensors of the file with axes, of floating-point numbers.
  mutating func define(_ name: String, _ value: Tensor, isLearned: Bool = false) {
    if isLearned, value.type.isFloating, value.rank > 0 { learned.append(name) }
    known[name] = KnownValue(
      constant: value, shape: value.shape, shapeOfTwo: value.shape, type: value.type)
  }

  /// A sequence of values.
  mutating func define(_ name: String, sequence: [String]) {
    known[name] = KnownValue()
    sequences[name] = sequence
  }

  mutating func addInput(_ input: OnnxInput) throws(NetworkError) {
    known[input.name] = KnownValue(
      shape: input.shape(forBatch: 1), shapeOfTwo: input.shape(forBatch: 2), type: input.type)
    try graphCall(input.name) { graph throws(GraphError) in
      try graph.addInput(
        input.name, shape: input.sizes ?? [], type: input.type,
        countsExamples: input.countsExamples)
    }
    present.insert(input.name)
  }

  /// Adds a node as one or more steps, or computes it if it depends on constants alone.
  mutating func add(_ node: OnnxNode) throws(NetworkError) {
    guard node.outputs.contains(where: { !$0.isEmpty }) else { return }
    if let lowering = OnnxLowering.all[node.operation] {
      try lowering(&self, node)
    } else if let form = Operators.onnx[node.operation] {
      try requireSingleOutput(node)
      try emit(form, node.formAttributes, node.inputs, node, output: node.outputs[0])
    } else {
      throw .unknownOperator(
        name: node.operation, node: node.label, supported: Onnx.supportedOperators)
    }
  }

  /// Refuses a node that reads what nothing before it gives.
  func requireInputs(_ node: OnnxNode) throws(NetworkError) {
    for name in node.inputs where !name.isEmpty && known[name] == nil {
      throw .missingValue(name: name, node: node.label)
    }
  }

  /// Refuses a node of which an output beyond the first is wanted.
  func requireSingleOutput(_ node: OnnxNode) throws(NetworkError) {
    guard node.outputs.first?.isEmpty == false, node.outputs.dropFirst().allSatisfy(\.isEmpty)
    else {
      throw .unsupported(
        format: OnnxFile.format,
        reason: "node \"\(node.label)\" (\(node.operation)) gives more than one output")
    }
  }

  /// The finished graph. `modules` are further names under which values can be found.
  mutating func finish(
    _ outputs: [String], modules: [(name: String, value: String)]
  ) throws(NetworkError) -> Graph {
    for name in outputs {
      guard known[name] != nil else { throw .missingValue(name: name, node: "output") }
      try bring(name)
    }
    try graphCall("output") { graph throws(GraphError) in try graph.setOutputs(outputs) }
    try finishLearning()
    for (name, value) in modules { graph.addAlias(name, of: value) }
    return graph
  }

  /// Puts a constant into the graph, where it is not yet.
  private mutating func bring(_ name: String) throws(NetworkError) {
    guard !present.contains(name), let value = known[name]?.constant else { return }
    try graphCall(name) { graph throws(GraphError) in try graph.addConstant(name, value) }
    present.insert(name)
  }

  /// Tells the graph what may be learned, and how the constants that it reads follow from that.
  private mutating func finishLearning() throws(NetworkError) {
    var depending = Set(learned)
    for derivation in derivations where !depending.isDisjoint(with: derivation.operands) {
      depending.insert(derivation.output)
    }
    var kept: [(operation: any Operator, operands: [String], output: String)] = []
    for derivation in derivations.reversed()
    where depending.contains(derivation.output) && present.contains(derivation.output) {
      for name in derivation.operands { try bring(name) }
      kept.append(derivation)
    }
    for (operation, operands, output) in kept.reversed() {
      try graphCall(output) { graph throws(GraphError) in
        try graph.addDerivation(operation, operands, output: output)
      }
    }
    for name in learned where present.contains(name) {
      try graphCall(name) { graph throws(GraphError) in try graph.markLearned(name) }
    }
  }

  /// Notes that a constant was computed from others.
  mutating func derive(_ output: String, by operation: any Operator, from operands: [String]) {
    derivations.append((operation, operands, output))
  }

  /// Runs a construction on the graph; its errors are about the file's structure.
  private mutating func graphCall(
    _ name: String, _ body: (inout Graph) throws(GraphError) -> Void
  ) throws(NetworkError) {
    do throws(GraphError) {
      try body(&graph)
    } catch {
      throw .damaged(format: OnnxFile.format, reason: error.message)
    }
  }

  /// The names and shapes of operands, for errors.
  func described(_ operands: [String]) -> String {
    operands.filter { !$0.isEmpty }.map { name in
      "\(name) \(known[name]?.shape.map(Shape.describe) ?? "")"
    }.joined(separator: ", ")
  }
}

extension OnnxImporter {
  /// Adds a step from one of the operators' ONNX forms. Its operator is made here when its
  /// parameters are constants, otherwise when the graph runs.
  mutating func emit(
    _ form: OnnxForm, _ attributes: OnnxAttributes, _ inputs: [String], _ node: OnnxNode,
    output: String, layer: String? = nil
  ) throws(NetworkError) {
    var attributes = attributes
    var operands: [String] = []
    var isFixed = true
    for (position, name) in inputs.enumerated() where !name.isEmpty {
      if !form.parameters.contains(position) {
        operands.append(name)
      } else if let constant = known[name]?.constant {
        attributes.parameters[position] = constant
      } else {
        isFixed = false
      }
    }
    if isFixed {
      attributes.operands = operands.map { known[$0]?.sizes ?? [] }
      let operation: (any Operator)?
      do throws(GraphError) {
        operation = try form.make(attributes)
      } catch {
        // Without the operands' sizes an operator may be impossible to make before the run.
        guard operands.contains(where: { known[$0]?.isFixed != true }) else {
          throw node.failure(error, described(operands))
        }
        operation = nil
      }
      if let operation {
        return try emit(operation, operands, node, output: output, layer: layer)
      }
    }
    let value = value(form, attributes, inputs, operands)
    if let constant = constant(value.numbers) { return define(output, constant) }
    if form.name == Reshape.onnx.first?.name, let operation = value.reshaping {
      return try emit(operation, operands, node, output: output, layer: layer)
    }
    for name in inputs where !name.isEmpty { try bring(name) }
    attributes.parameters = [:]
    try graphCall(node.label) { graph throws(GraphError) in
      try graph.addStep(layer ?? node.layer, form, attributes, inputs: inputs, output: output)
    }
    present.insert(output)
    known[output] = value
  }

  /// Adds a step with a known operator to the graph.
  mutating func place(
    _ operation: any Operator, _ operands: [String], _ node: OnnxNode, output: String,
    layer: String, _ value: KnownValue
  ) throws(NetworkError) {
    for name in operands { try bring(name) }
    try graphCall(node.label) { graph throws(GraphError) in
      try graph.addStep(layer, operation, operands, output: output)
    }
    present.insert(output)
    known[output] = value
  }
}
