// The inputs of a model: what a call gives for each, by place or by name, as one batch.
import Graphs
import Runtime
import Tensors

/// One of the inputs of a model.
struct ModelInput {
  let name: String
  /// The shape of one example; nil if the model does not say.
  var example: [Int]?
  /// Whether the axes before those of an example count examples; otherwise all examples share it.
  var countsExamples = true
  /// The type of its numbers, where the model says.
  var type: ElementType?

  /// The only input of a model that is written in the language.
  static let only = ModelInput(name: "x")

  init(name: String, example: [Int]? = nil) {
    self.name = name
    self.example = example
  }

  /// The inputs that an argument states: the shape of an example of the only one, or a Record of several.
  static func list(_ arguments: Arguments, _ index: Int) throws(Failure) -> [ModelInput] {
    guard case .record(let record) = arguments[index] else {
      return [ModelInput(name: only.name, example: try arguments.shape(index))]
    }
    guard record.count > 0 else {
      throw .argument(index, expected: "the shapes of one or more inputs", found: arguments[index])
    }
    return try shapes(record).map { ModelInput(name: $0.name, example: $0.shape) }
  }

  /// The shapes in a Record of them.
  static func shapes(_ record: Record) throws(Failure) -> [(name: String, shape: [Int])] {
    var shapes: [(name: String, shape: [Int])] = []
    for (name, value) in record.fields {
      var sizes: [Int] = []
      if case .list(let list) = value {
        for case .int(let size) in list.values where size >= 0 { sizes.append(size) }
        if sizes.count == list.count {
          shapes.append((name, sizes))
          continue
        }
      }
      throw Failure(
        "X0308",
        "the shape of the input \(name) is a List of sizes, found \(Description.line(value))")
    }
    return shapes
  }

  /// An input of an imported network.
  init(_ input: Graph.Input) {
    name = input.name
    let sizes = input.ofExample.compactMap { $0 }
    let isKnown = sizes.count == input.ofExample.count && !input.shape.isEmpty
    (example, countsExamples, type) = (isKnown ? sizes : nil, input.countsExamples, input.type)
  }

  /// The input with numbers of the kind that the model takes: whole ones where its file says so, such as those of words.
  func typed(_ given: Variable) throws(GraphError) -> Variable {
    guard let type, !type.isFloating else { return try Promotion.real(given) }
    return given.type == type ? given : try given.applying(Cast(to: type))
  }

  /// A model's table of inputs.
  static func table(_ inputs: [ModelInput]) -> TableObject {
    TableObject(
      columns: ["name", "shape", "type"],
      rows: inputs.map { [Value($0.name), $0.shape, Value($0.type?.rawValue ?? "f32")] })
  }

  var shape: Value { example.map { Value($0.map { .int($0) }) } ?? Value.none }
}

/// The inputs of one run, in the order of the model, with one axis of examples before those of an example.
struct ModelBatch {
  let inputs: [Variable]
  /// The axes that were there in place of that one; nil if the model does not say what an example is.
  let lead: [Int]?
}

extension ModelObject {
  /// The inputs that a call gives: those that are not held fixed.
  var openInputs: [ModelInput] { card.inputs.filter { held[$0.name] == nil } }

  /// Whether what is held fixed differs between examples, so that only so many can be given at once.
  var isPaired: Bool {
    card.inputs.contains { input in
      guard let value = held[input.name], let example = input.example else { return false }
      return input.countsExamples && value.shape.dropLast(example.count).contains { $0 != 1 }
    }
  }

  /// The shapes of all inputs for so many examples; nil if the model does not say.
  func shapes(forBatch count: Int) -> [[Int]]? {
    let shapes = card.inputs.compactMap { input in
      input.example.map { input.countsExamples ? [count] + $0 : $0 }
    }
    return shapes.count == card.inputs.count ? shapes : nil
  }

  /// What a call gives for each input, in the order of the model: by place, by name, or as one Record of names.
  func given(_ arguments: [Argument]) throws(Failure) -> [Variable] {
    let open = openInputs
    if open.count == 1, arguments.count != 1 { throw wrongCount(arguments.count) }
    var arguments = arguments
    if arguments.count == 1, arguments[0].label == nil,
      case .record(let record) = arguments[0].value,
      open.count != 1 || record[open[0].name] != nil
    {
      arguments = record.fields.map { Argument(label: $0.name, $0.value) }
    }
    var found: [String: Variable] = [:]
    var place = 0
    for argument in arguments {
      let input: ModelInput
      if let label = argument.label {
        input = try self.input(named: label)
        guard found[label] == nil else {
          throw Failure("X0211", "\(card.name): the input \(label) is given twice")
        }
      } else {
        while place < open.count, found[open[place].name] != nil { place += 1 }
        guard place < open.count else { throw wrongCount(arguments.count) }
        input = open[place]
      }
      found[input.name] = try variable(argument.value, for: input)
    }
    var result: [Variable] = []
    for input in card.inputs {
      guard let value = found[input.name] ?? held[input.name] else { throw missing(input.name) }
      result.append(value)
    }
    return result
  }

  /// An input that a call may give.
  func input(named name: String) throws(Failure) -> ModelInput {
    let open = openInputs
    if let input = open.first(where: { $0.name == name }) { return input }
    if held[name] != nil {
      throw Failure("X0207", "the input \(name) of \(card.name) is held fixed already")
    }
    throw .unknown("X0207", "input of \(card.name)", name, among: open.map(\.name))
  }

  /// What is given for an input, with numbers of its type.
  func variable(_ value: Value, for input: ModelInput) throws(Failure) -> Variable {
    guard let given = try value.variable() else {
      guard openInputs.count > 1 else { throw wrongCount(1) }
      throw Failure(
        "X0209", "\(card.name) takes a Tensor for \(input.name), found \(value.typePhrase)")
    }
    if let type = input.type, !type.isFloating, given.isTracked, Recording.isOn {
      throw Failure(
        "X0375",
        "\(card.name) takes whole numbers for \(input.name), such as the places of words, which have no derivative",
        help: "go on from a layer: net.from(layer) of net.at(layer)(x)")
    }
    return try graph { () throws(GraphError) in try input.typed(given) }
  }

  private func wrongCount(_ count: Int) -> Failure {
    let open = openInputs
    guard open.count != 1 else {
      return Failure("X0209", "\(card.name) takes one Tensor, its input")
    }
    return Failure("X0209", "\(card.name) takes \(inputPhrase(open)), not \(count)")
  }

  private func missing(_ name: String) -> Failure {
    let open = openInputs
    return Failure(
      "X0208", "\(card.name) takes \(inputPhrase(open)): \(name) is not given",
      help: "give a Tensor for each, by place or by name, or hold it fixed: "
        + "net.holding({\(Description.isName(name) ? name : Description.quoted(name)): …})")
  }

  /// "2 inputs, ids and mask".
  private func inputPhrase(_ inputs: [ModelInput]) -> String {
    let names = inputs.map(\.name)
    guard let last = names.last else { return "no input" }
    let rest = names.dropLast().joined(separator: ", ")
    return "\(names.count) inputs, \(rest.isEmpty ? last : "\(rest) and \(last)")"
  }

  /// The inputs as one batch. The axes before those of an example broadcast with one another.
  func batch(_ values: [Variable]) throws(Failure) -> ModelBatch {
    var leads: [[Int]] = []
    for (input, x) in zip(card.inputs, values) {
      // Without it nothing tells how many axes an example has.
      guard let example = input.example else { return ModelBatch(inputs: values, lead: nil) }
      leads.append(try lead(of: x, example, input))
    }
    var lead: [Int] = []
    for (place, other) in leads.enumerated() {
      do throws(TensorError) {
        lead = try Shape.broadcast(lead, other, "examples")
      } catch {
        throw Failure(
          "X0502",
          "\(card.name) is given examples \(Shape.describe(other)) of \(card.inputs[place].name), and "
            + "\(Shape.describe(lead)) of the inputs before it",
          help: "give as many of each, or one for all")
      }
    }
    guard card.inputs.contains(where: \.countsExamples) else {
      return ModelBatch(inputs: values, lead: nil)
    }
    var inputs: [Variable] = []
    for (place, input) in card.inputs.enumerated() {
      let (x, example) = (values[place], input.example ?? [])
      inputs.append(
        try graph { () throws(GraphError) in
          guard input.countsExamples else { return x }
          let whole =
            leads[place] == lead ? x : try x.applying(BroadcastTo(lead + example))
          return try whole.reshaped([lead.reduce(1, *)] + example)
        })
    }
    return ModelBatch(inputs: inputs, lead: lead)
  }

  /// The axes before those of an example.
  private func lead(
    of x: Variable, _ example: [Int], _ input: ModelInput
  ) throws(Failure) -> [Int] {
    guard x.rank >= example.count, Array(x.shape.suffix(example.count)) == example else {
      let subject = card.inputs.count == 1 ? "examples" : "examples of \(input.name)"
      throw Failure(
        "X0502",
        "\(card.name) takes \(subject) of shape \(Shape.describe(example)), found \(Shape.describe(x.shape))",
        help: card.inputs.count == 1 && x.rank == example.count && x.shape.first != example.first
          ? "net.prepare(picture(…)) makes an input of a picture" : nil)
    }
    guard input.countsExamples || x.rank == example.count else {
      throw Failure(
        "X0502",
        "\(card.name) takes one \(input.name) of shape \(Shape.describe(example)) for all examples, found "
          + Shape.describe(x.shape),
        help: "its file gives this input no axis of examples")
    }
    return Array(x.shape.dropLast(example.count))
  }

  /// `net.holding({mask: m})`: the network as a function of its other inputs.
  var holdingMethod: Native {
    Native(
      "holding(inputs: Record) -> Model", in: "models",
      """
      The model with some of its inputs held fixed: a model of the others, which every method explains as any other.

      What is held is one example, the same for all, or as many as a call gives. What a network holds can be differentiated.

      ```xai
      import models
      let net = model_of((x, mask) => x * mask, input: {x: [3], mask: [3]})
      net.holding({mask: tensor([1.0, 0.0, 1.0])})(tensor([5.0, 6.0, 7.0])) |> list   #=> [5.0, 0.0, 7.0]
      net.holding({mask: ones([3])}).input   #=> [3]
      ```
      """
    ) { [self] _, arguments throws(Failure) in
      var values = held
      for (name, value) in try arguments.record(0).fields {
        let input = try self.input(named: name)
        let given = try variable(value, for: input)
        if let example = input.example { _ = try lead(of: given, example, input) }
        values[name] = given
      }
      guard values.count < card.inputs.count else {
        throw Failure(
          "X0209", "\(card.name) would have no input left", help: "hold all but what is asked about"
        )
      }
      return .object(copy(holding: values))
    }
  }
}
