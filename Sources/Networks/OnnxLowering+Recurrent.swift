/// Recurrent cells as steps: one after another for every time, of which there is a known number.

import Graphs
import Tensors

extension OnnxLowering {
  /// Long short-term memory (Hochreiter and Schmidhuber 1997), with peepholes if the node has them.
  static let lstm: Lower = { importer, node throws(NetworkError) in
    try Recurrence(importer, node, gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"])
      .add(to: &importer)
  }

  /// Gated recurrent unit (Cho et al. 2014).
  static let gru: Lower = { importer, node throws(NetworkError) in
    try Recurrence(importer, node, gates: 3, activations: ["Sigmoid", "Tanh"]).add(to: &importer)
  }

  /// A recurrent layer with one activation (Elman 1990).
  static let rnn: Lower = { importer, node throws(NetworkError) in
    try Recurrence(importer, node, gates: 1, activations: ["Tanh"]).add(to: &importer)
  }
}

/// A recurrent node: what it says, and the steps that it becomes.
private struct Recurrence {
  /// What a cell passes on: the output and, of an LSTM, the memory.
  private typealias State = (hidden: String, memory: String)

  private let node: OnnxNode
  /// 4 of an LSTM, 3 of a GRU, 1 of a plain cell: blocks of `size` rows in the weights.
  private let gates: Int
  private let size: Int
  private let times: Int
  /// For each direction, whether it goes backwards.
  private let backwards: [Bool]
  /// Names of activations, those of one direction after those of the other.
  private let activations: [String]
  /// Whether the batch is the first axis.
  private let isBatchFirst: Bool
  /// Whether a GRU applies its reset gate after the product with the weights.
  private let resetsLate: Bool

  private var timeAxis: Int { isBatchFirst ? 1 : 0 }

  init(
    _ importer: OnnxImporter, _ node: OnnxNode, gates: Int, activations usual: [String]
  ) throws(NetworkError) {
    (self.node, self.gates) = (node, gates)
    let (direction, layout, late) = try node.attribute { a throws(GraphError) in
      (
        try a.text("direction", "forward"), try a.integer("layout", 0),
        try a.integer("linear_before_reset", 0)
      )
    }
    let ways = ["forward": [false], "reverse": [true], "bidirectional": [false, true]]
    let stated = try node.attribute { a throws(GraphError) in try a.texts("activations", []) }
    guard let backwards = ways[direction] else {
      throw node.refused(
        "direction", found: direction, expected: "forward, reverse or bidirectional")
    }
    self.backwards = backwards
    activations = stated.isEmpty ? backwards.flatMap { _ in usual } : stated
    (isBatchFirst, resetsLate) = (layout == 1, late != 0)
    guard activations.count == usual.count * backwards.count,
      activations.allSatisfy({ Recurrence.functions[$0] != nil })
    else {
      throw node.refused(
        "activations", found: "\(stated)",
        expected: "\(usual.count * backwards.count) of Sigmoid, Tanh and Relu")
    }
    for name in ["clip", "input_forget", "activation_alpha", "activation_beta"]
    where node.attributes[name] != nil {
      throw node.refused(name, found: "given", expected: "none")
    }
    guard let x = node.input(0), let weight = node.input(1), let recurrent = node.input(2),
      let times = importer.known[x]?.fixedSize(layout == 1 ? 1 : 0),
      let shape = importer.known[recurrent]?.shape, shape.count == 3, shape[0] == backwards.count,
      shape[2] > 0, shape[1] == gates * shape[2], times > 0, times <= 1 << 14,
      importer.known[x]?.shape?.count == 3,
      importer.known[weight]?.shape.map({ $0.count == 3 && $0[..<2] == shape[..<2] }) == true
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected:
          "a known number of times, up to 16384, and weights that fit"
      )
    }
    (self.times, size) = (times, shape[2])
    if let lengths = node.input(4),
      importer.known[lengths]?.constant?.integers.allSatisfy({ $0 == times }) != true
    {
      throw node.refused("sequence_lens", found: "given", expected: "the same for all sequences")
    }
  }

  private static let functions: [String: any Operator] = [
    "Sigmoid": Sigmoid(), "Tanh": Tanh(), "Relu": Relu(),
  ]

  private func activation(_ place: Int, _ way: Int) -> any Operator {
    let count = activations.count / backwards.count
    return Recurrence.functions[activations[way * count + place]] ?? Identity()
  }

  func add(to importer: inout OnnxImporter) throws(NetworkError) {
    var outputs: [[String]] = []
    var last: [State] = []
    for way in backwards.indices {
      let (hidden, state) = try run(way, &importer)
      outputs.append(hidden)
      last.append(state)
    }
    try collect(outputs, &importer)
    for (place, values) in [(1, last.map(\.hidden)), (2, last.map(\.memory))]
    where node.outputs.count > place && !node.outputs[place].isEmpty {
      var parts: [String] = []
      for (way, value) in values.enumerated() {
        parts.append(
          try importer.step(
            ExpandAxes([isBatchFirst ? 1 : 0]), [value], "last\(place).\(way)", of: node))
      }
      try importer.emit(
        Concatenate(isBatchFirst ? 1 : 0), parts, node, output: node.outputs[place],
        layer: "\(node.layer).last\(place)")
    }
  }

  /// All outputs as one value: [time, direction, batch, size], or [batch, time, direction, size].
  private func collect(
    _ outputs: [[String]], _ importer: inout OnnxImporter
  ) throws(NetworkError) {
    guard let result = node.outputs.first, !result.isEmpty else { return }
    var rows: [String] = []
    for time in 0..<times {
      var parts: [String] = []
      for way in backwards.indices {
        parts.append(
          try importer.step(
            ExpandAxes(isBatchFirst ? [1, 2] : [0, 1]), [outputs[way][time]],
            "output\(way).\(time)", of: node))
      }
      rows.append(
        parts.count == 1
          ? parts[0]
          : try importer.step(
            Concatenate(isBatchFirst ? 2 : 1), parts, "both.\(time)", of: node))
    }
    try importer.emit(Concatenate(timeAxis), rows, node, output: result)
  }

  /// The outputs of one direction in the order of time, and the state after the last step.
  private func run(
    _ way: Int, _ importer: inout OnnxImporter
  ) throws(NetworkError) -> ([String], State) {
    func part(
      _ input: Int, _ name: String, _ importer: inout OnnxImporter
    ) throws(NetworkError) -> String? {
      guard let value = node.input(input) else { return nil }
      let axis = isBatchFirst && input > 4 && input < 7 ? 1 : 0
      let slice = try importer.step(
        SliceAxis(axis, from: way, count: 1), [value], "\(name)\(way).slice", of: node)
      return try importer.step(SqueezeAxes([axis]), [slice], "\(name)\(way)", of: node)
    }
    guard let x = node.input(0), let weight = try part(1, "weight", &importer),
      let recurrent = try part(2, "recurrent", &importer)
    else { return ([], ("", "")) }
    var cell = Cell(recurrent: recurrent, way: way)
    var biases: [String] = []
    if let bias = try part(3, "bias", &importer) {
      for half in 0..<2 {
        biases.append(
          try importer.step(
            SliceAxis(0, from: half * gates * size, count: gates * size), [bias],
            "bias\(way).\(half)", of: node))
      }
    }
    let joined = try importer.step(
      Linear(), [x, weight] + biases.prefix(1), "inner\(way)", of: node)
    if biases.count == 2 { cell.bias = biases[1] }
    if gates == 4, let peepholes = try part(7, "peephole", &importer) {
      for gate in 0..<3 {
        cell.peepholes.append(
          try importer.step(
            SliceAxis(0, from: gate * size, count: size), [peepholes], "peephole\(way).\(gate)",
            of: node))
      }
    }
    let given = try part(5, "hidden", &importer)
    var state: State = (given ?? "", "")
    if state.hidden.isEmpty { state.hidden = try zeros("hidden\(way)", like: x, &importer) }
    if gates == 4, let memory = try part(6, "memory", &importer) { state.memory = memory }
    if gates == 4, state.memory.isEmpty {
      state.memory = try zeros("memory\(way)", like: x, &importer)
    }
    var outputs = [String](repeating: "", count: times)
    for step in 0..<times {
      let time = backwards[way] ? times - 1 - step : step
      let slice = try importer.step(
        SliceAxis(timeAxis, from: time, count: 1), [joined], "\(way).\(time).slice", of: node)
      cell.input = try importer.step(
        SqueezeAxes([timeAxis]), [slice], "\(way).\(time).in", of: node)
      cell.name = "\(way).\(time)"
      state =
        switch gates {
        case 4: try longShortTerm(cell, state, &importer)
        case 3: try gated(cell, state, &importer)
        default: try plain(cell, state, &importer)
        }
      outputs[time] = state.hidden
    }
    return (outputs, state)
  }

  /// One row of zeros, which stands for all of the batch.
  private func zeros(
    _ name: String, like x: String, _ importer: inout OnnxImporter
  ) throws(NetworkError) -> String {
    let result = "\(node.value).\(name)"
    do throws(TensorError) {
      importer.define(result, try .zeros([1, size], importer.known[x]?.type ?? .f32))
    } catch {
      throw .tensor(name: result, error)
    }
    return result
  }
}

/// What the steps of one time read besides the state.
private struct Cell {
  let recurrent: String
  let way: Int
  /// The bias of the recurrent product, if there is one.
  var bias: String?
  var peepholes: [String] = []
  /// The input of this time times its weights, all gates.
  var input = ""
  /// What the names of the steps begin with.
  var name = ""
}

extension Recurrence {
  private func gate(
    _ value: String, _ place: Int, _ name: String, _ importer: inout OnnxImporter
  ) throws(NetworkError) -> String {
    try importer.step(
      SliceAxis(1, from: place * size, count: size), [value], name, of: node)
  }

  /// h Rᵀ + b + the input's part, all gates.
  private func sums(
    _ cell: Cell, _ hidden: String, _ importer: inout OnnxImporter
  ) throws(NetworkError) -> String {
    let product = try importer.step(
      Linear(), [hidden, cell.recurrent] + (cell.bias.map { [$0] } ?? []),
      "\(cell.name).recurrent", of: node)
    return try importer.step(Add(), [cell.input, product], "\(cell.name).sums", of: node)
  }

  private func plain(
    _ cell: Cell, _ state: State, _ importer: inout OnnxImporter
  ) throws(NetworkError) -> State {
    let sums = try sums(cell, state.hidden, &importer)
    return (
      try importer.step(activation(0, cell.way), [sums], "\(cell.name).hidden", of: node), ""
    )
  }

  /// Gates input, output, forget and candidate; peepholes input, output and forget.
  private func longShortTerm(
    _ cell: Cell, _ state: State, _ importer: inout OnnxImporter
  ) throws(NetworkError) -> State {
    let (node, name) = (node, cell.name)
    let sums = try sums(cell, state.hidden, &importer)
    func opened(
      _ place: Int, _ word: String, _ memory: String, _ importer: inout OnnxImporter
    ) throws(NetworkError) -> String {
      var value = try gate(sums, place, "\(name).\(word).sum", &importer)
      if place < cell.peepholes.count {
        let seen = try importer.step(
          Multiply(), [memory, cell.peepholes[place]], "\(name).\(word).seen", of: node)
        value = try importer.step(Add(), [value, seen], "\(name).\(word).total", of: node)
      }
      return try importer.step(activation(0, cell.way), [value], "\(name).\(word)", of: node)
    }
    let input = try opened(0, "input", state.memory, &importer)
    let forget = try opened(2, "forget", state.memory, &importer)
    let drawn = try gate(sums, 3, "\(name).candidate.sum", &importer)
    let candidate = try importer.step(
      activation(1, cell.way), [drawn], "\(name).candidate", of: node)
    let kept = try importer.step(Multiply(), [forget, state.memory], "\(name).kept", of: node)
    let new = try importer.step(Multiply(), [input, candidate], "\(name).new", of: node)
    let memory = try importer.step(Add(), [kept, new], "\(name).memory", of: node)
    let output = try opened(1, "output", memory, &importer)
    let shown = try importer.step(activation(2, cell.way), [memory], "\(name).shown", of: node)
    let hidden = try importer.step(Multiply(), [output, shown], "\(name).hidden", of: node)
    return (hidden, memory)
  }

  /// Gates update, reset and candidate: h' = (1 - update) · candidate + update · h.
  private func gated(
    _ cell: Cell, _ state: State, _ importer: inout OnnxImporter
  ) throws(NetworkError) -> State {
    let (node, name) = (node, cell.name)
    let product = try importer.step(
      Linear(), [state.hidden, cell.recurrent] + (cell.bias.map { [$0] } ?? []),
      "\(name).recurrent", of: node)
    func opened(
      _ place: Int, _ word: String, _ importer: inout OnnxImporter
    ) throws(NetworkError) -> String {
      let parts = [
        try gate(cell.input, place, "\(name).\(word).in", &importer),
        try gate(product, place, "\(name).\(word).recurrent", &importer),
      ]
      let sum = try importer.step(Add(), parts, "\(name).\(word).sum", of: node)
      return try importer.step(activation(0, cell.way), [sum], "\(name).\(word)", of: node)
    }
    let update = try opened(0, "update", &importer)
    let reset = try opened(1, "reset", &importer)
    var seen: String
    if resetsLate {
      let part = try gate(product, 2, "\(name).candidate.recurrent", &importer)
      seen = try importer.step(Multiply(), [reset, part], "\(name).seen", of: node)
    } else {
      let left = try importer.step(Multiply(), [reset, state.hidden], "\(name).left", of: node)
      let rows = try importer.step(
        SliceAxis(0, from: 2 * size, count: size), [cell.recurrent], "\(name).rows", of: node)
      var operands = [left, rows]
      if let bias = cell.bias {
        operands.append(
          try importer.step(
            SliceAxis(0, from: 2 * size, count: size), [bias], "\(name).offset", of: node))
      }
      seen = try importer.step(Linear(), operands, "\(name).seen", of: node)
    }
    let own = try gate(cell.input, 2, "\(name).candidate.in", &importer)
    let sum = try importer.step(Add(), [own, seen], "\(name).candidate.sum", of: node)
    let candidate = try importer.step(
      activation(1, cell.way), [sum], "\(name).candidate", of: node)
    let change = try importer.step(
      Subtract(), [state.hidden, candidate], "\(name).change", of: node)
    let kept = try importer.step(Multiply(), [update, change], "\(name).kept", of: node)
    return (try importer.step(Add(), [candidate, kept], "\(name).hidden", of: node), "")
  }
}
