// Graph: a static network, such as an ONNX file describes: values, constants and steps in order.
import Tensors

/// A network as a list of steps. Values are numbered; each is an input, a constant or the output of
/// one step, and has a name.
package struct Graph: Sendable {
  /// How a step gets its operator.
  package enum Construction: Sendable {
    /// It has one.
    case fixed(any Operator)
    /// It is made from the ONNX node when the step runs: parameters or shapes are not known before.
    case form(OnnxForm, OnnxAttributes)
  }

  /// One operation.
  package struct Step: Sendable {
    /// The layer name: unique in the graph.
    package let name: String
    package internal(set) var construction: Construction
    /// Numbers of the values it is applied to.
    package internal(set) var operands: [Int]
    /// Numbers of the values that are read when the operator is made, by their position in the ONNX
    /// node.
    package internal(set) var parameters: [Int: Int]
    /// The number of the value it gives.
    package internal(set) var output: Int

    /// The name of the operator: ours, or ONNX's where it is not made yet.
    package var kind: String {
      switch construction {
      case .fixed(let operation): operation.name
      case .form(let form, _): form.name
      }
    }

    /// The operator, where it is fixed.
    var fixed: (any Operator)? {
      if case .fixed(let operation) = construction { operation } else { nil }
    }

    /// Numbers of all values it reads.
    var reads: [Int] { operands + parameters.values }
  }

  /// An input, with nil for sizes that may vary.
  package struct Input: Sendable {
    package let name: String
    package let shape: [Int?]
    /// Its element type; nil where that is not stated.
    package let type: ElementType?
    package let value: Int
    /// Whether its first axis, if it has one, counts the examples; otherwise all of them share it.
    package let countsExamples: Bool

    /// The sizes of one example: all of them where examples share the input.
    package var ofExample: [Int?] { countsExamples ? Array(shape.dropFirst()) : shape }
  }

  /// What has to be given to run it.
  package private(set) var inputs: [Input] = []
  /// Numbers of the values it gives.
  package internal(set) var outputs: [Int] = []
  /// In an order in which they can run.
  package internal(set) var steps: [Step] = []
  /// The name of each value.
  package private(set) var names: [String] = []
  /// The values that are known before it runs, by number.
  package internal(set) var constants: [Int: Variable] = [:]
  /// The constants that may be learned, in the order of the file (see `weights`).
  var learned: [Int] = []
  /// How constants follow from others, in an order in which they can be computed.
  var derivations: [Derivation] = []
  private var numbers: [String: Int] = [:]
  /// The value that each step gave when it was added; rewriting the graph does not change it.
  private var stepValues: [String: Int] = [:]

  /// An empty graph, to which inputs, constants, steps and outputs are added in this order.
  package init() {}

  /// Adds an input; nil for a size that may vary. Unless `countsExamples`, all examples share it.
  package mutating func addInput(
    _ name: String, shape: [Int?], type: ElementType? = nil, countsExamples: Bool = true
  ) throws(GraphError) {
    inputs.append(
      Input(
        name: name, shape: shape, type: type, value: try newValue(name),
        countsExamples: countsExamples))
  }

  /// Adds a constant: a weight, a table, …
  package mutating func addConstant(_ name: String, _ value: Tensor) throws(GraphError) {
    constants[try newValue(name)] = Variable(value)
  }

  /// Adds a step that applies `operation` to the named values.
  package mutating func addStep(
    _ name: String, _ operation: any Operator, _ operands: [String], output: String
  ) throws(GraphError) {
    try append(name, .fixed(operation), operands, parameters: [:], output: output)
  }

  /// Adds a step from an ONNX node: `inputs` as the node lists them, "" for one left out. The
  /// operator is made at once if its parameters are constants, else when the step runs.
  package mutating func addStep(
    _ name: String, _ form: OnnxForm, _ attributes: OnnxAttributes, inputs: [String], output: String
  ) throws(GraphError) {
    var operands: [String] = []
    var parameters: [Int: String] = [:]
    for (position, input) in inputs.enumerated() where !input.isEmpty {
      if form.parameters.contains(position) {
        parameters[position] = input
      } else {
        operands.append(input)
      }
    }
    try append(
      name, .form(form, attributes), operands, parameters: parameters, output: output)
    if let operation = earlyOperator(of: steps[steps.count - 1]) {
      steps[steps.count - 1].construction = .fixed(operation)
      steps[steps.count - 1].parameters = [:]
    }
  }

  /// Names the values that the graph gives.
  package mutating func setOutputs(_ names: [String]) throws(GraphError) {
    var found: [Int] = []
    for name in names { found.append(try number(of: name, kind: "value")) }
    outputs = found
  }

  /// Lets an existing value be found under a further name, such as that of the module that gives
  /// it. A name that is taken, or a value that does not exist, changes nothing.
  package mutating func addAlias(_ alias: String, of name: String) {
    guard numbers[alias] == nil, let number = numbers[name] else { return }
    if stepValues[alias] != nil { return }
    numbers[alias] = number
  }

  private mutating func append(
    _ name: String, _ construction: Construction, _ operands: [String],
    parameters: [Int: String], output: String
  ) throws(GraphError) {
    var operandNumbers: [Int] = []
    for operand in operands { operandNumbers.append(try number(of: operand, kind: "value")) }
    var parameterNumbers: [Int: Int] = [:]
    for (position, parameter) in parameters {
      parameterNumbers[position] = try number(of: parameter, kind: "value")
    }
    steps.append(
      Step(
        name: name, construction: construction, operands: operandNumbers,
        parameters: parameterNumbers, output: try newValue(output)))
    stepValues[name] = names.count - 1
  }

  private mutating func newValue(_ name: String) throws(GraphError) -> Int {
    guard numbers[name] == nil else {
      throw .structure(reason: "the value \"\(name)\" is defined twice")
    }
    let number = names.count
    numbers[name] = number
    names.append(name)
    return number
  }

  /// The number of a value that exists already: steps come in an order in which they can run.
  func number(of name: String, kind: String) throws(GraphError) -> Int {
    guard let number = numbers[name] else {
      throw .unknownName(kind: kind, name: name, known: names)
    }
    return number
  }

  /// The number of the value with this name, or of the output of the step with this name; nil also
  /// if rewriting the graph has removed the value.
  package func value(named name: String) -> Int? {
    guard let number = numbers[name] ?? stepValues[name] else { return nil }
    let exists =
      constants[number] != nil || steps.contains { $0.output == number }
      || inputs.contains { $0.value == number }
    return exists ? number : nil
  }

  /// The step whose output the name stands for: a step's own, a value's, or that of a module around
  /// it.
  package func layer(named name: String) -> String? {
    value(named: name).flatMap { number in steps.first { $0.output == number }?.name }
  }

  /// The constants of floating-point numbers that steps read, by name, in the order they were added.
  package var parameters: [(name: String, value: Tensor)] {
    let read = Set(steps.flatMap(\.reads))
    return constants.filter { $0.value.type.isFloating && read.contains($0.key) }
      .sorted { $0.key < $1.key }.map { (names[$0.key], $0.value.value) }
  }

  /// The names of the outputs.
  package var outputNames: [String] { outputs.map { names[$0] } }

  /// Where the operands of each step come from: places of earlier steps, and places of inputs.
  package var sources: [(steps: [Int], inputs: [Int])] {
    var producers: [Int: Int] = [:]
    for (place, step) in steps.enumerated() { producers[step.output] = place }
    let places = Dictionary(
      inputs.enumerated().map { ($1.value, $0) }, uniquingKeysWith: { first, _ in first })
    return steps.map { step in
      (step.reads.compactMap { producers[$0] }, step.reads.compactMap { places[$0] })
    }
  }

  /// The part of the network after a layer, with the layer's output as its first input; `shape` is
  /// that of the output, nil for sizes that may vary. Of a network with several inputs those that
  /// the part still reads follow; the only input of a network must have led to the layer alone.
  package func resumed(from name: String, shape: [Int?]) throws(GraphError) -> Graph {
    guard let start = value(named: name) else {
      throw .unknownName(kind: "layer", name: name, known: steps.map(\.name))
    }
    var needed = Set(outputs)
    var chosen: [Step] = []
    for step in steps.reversed() where needed.contains(step.output) && step.output != start {
      chosen.append(step)
      needed.formUnion(step.reads)
    }
    let others = inputs.filter { needed.contains($0.value) && $0.value != start }
    if inputs.count == 1, let other = others.first {
      throw .structure(
        reason: "what follows \"\(name)\" also reads the input \"\(other.name)\"")
    }
    var graph = self
    graph.derivations = derivations.reversed().filter { derivation in
      guard needed.contains(derivation.output) else { return false }
      needed.formUnion(derivation.operands)
      return true
    }.reversed()
    graph.learned = learned.filter { needed.contains($0) }
    graph.steps = chosen.reversed()
    let first = Input(name: name, shape: shape, type: nil, value: start, countsExamples: true)
    graph.inputs = [first] + others
    graph.constants = constants.filter { needed.contains($0.key) }
    return graph
  }

  /// The operator of a step whose parameters are constants, if no operand's shape is needed to make
  /// it.
  func earlyOperator(of step: Step) -> (any Operator)? {
    guard case .form(let form, var attributes) = step.construction else { return nil }
    for (position, value) in step.parameters {
      guard let constant = constants[value] else { return nil }
      attributes.parameters[position] = constant.value
    }
    attributes.operands = step.operands.map { constants[$0]?.shape ?? [] }
    return try? form.make(attributes)
  }
}
