// Running a static graph: only what is needed, freeing each value after its last use.
import Tensors

extension Graph {
  /// Runs the graph through `apply`, so that it is recorded if recording is on and something is
  /// tracked.
  ///
  /// - inputs: one variable for each input.
  /// - given: values that need not be computed, by name: weights to differentiate at, or the output
  /// of a
  ///   layer from which the rest of the network runs.
  /// - replacing: functions that change the output of a layer, by step or value name.
  /// - wanted: names of the steps or values to return; the outputs if there are none.
  package func run(
    _ inputs: [Variable], given: [String: Variable] = [:],
    replacing: [String: Recording.Replacement] = [:], wanted: [String] = []
  ) throws(GraphError) -> [Variable] {
    var values = [Variable?](repeating: nil, count: names.count)
    for (number, constant) in constants { values[number] = constant }
    try place(inputs, in: &values)
    for (name, variable) in given { values[try resolve(name)] = variable }
    let results = try wanted.isEmpty ? outputs : resolve(wanted)
    var functions: [Int: (String, Recording.Replacement)] = [:]
    for (name, function) in replacing { functions[try resolve(name)] = (name, function) }

    let plan = plan(for: results, known: values)
    for (place, index) in plan.steps.enumerated() {
      if Interruption.requested { throw .interrupted }
      var output = try Recording.layer(steps[index].name) { () throws(GraphError) -> Variable in
        try perform(steps[index], values)
      }
      if let (name, function) = functions[steps[index].output] {
        output = try replace(output, by: function, name)
      }
      values[steps[index].output] = output
      for value in plan.lastUses[place] { values[value] = nil }
    }
    var found: [Variable] = []
    for number in results {
      guard let value = values[number] else {
        throw .structure(reason: "nothing computes the value \"\(names[number])\"")
      }
      found.append(value)
    }
    return found
  }

  /// Puts the inputs in their places after checking their shapes.
  private func place(
    _ variables: [Variable], in values: inout [Variable?]
  ) throws(GraphError) {
    guard variables.count == inputs.count else {
      throw .operands(
        operation: "network", expected: inputs.count...inputs.count, found: variables.count)
    }
    for (input, variable) in zip(inputs, variables) {
      let fits =
        input.shape.isEmpty
        || input.shape.count == variable.shape.count
          && zip(input.shape, variable.shape).allSatisfy { $0 == nil || $0 == $1 }
      guard fits else {
        let expected = input.shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
        let isBatch =
          input.shape.first != .some(nil) && input.shape.count == variable.shape.count
          && zip(input.shape, variable.shape).dropFirst().allSatisfy { $0 == nil || $0 == $1 }
        throw .shapes(
          operation: "network", shapes: [variable.shape],
          reason: "the input \"\(input.name)\" has the shape [\(expected)]"
            + (isBatch ? ", whose first size, the batch, the file fixes" : ""))
      }
      values[input.value] = variable
    }
  }

  private func resolve(_ name: String) throws(GraphError) -> Int {
    guard let number = value(named: name) else {
      throw .unknownName(kind: "layer", name: name, known: steps.map(\.name))
    }
    return number
  }

  private func resolve(_ names: [String]) throws(GraphError) -> [Int] {
    var numbers: [Int] = []
    for name in names { numbers.append(try resolve(name)) }
    return numbers
  }

  private func replace(
    _ output: Variable, by function: Recording.Replacement, _ name: String
  ) throws(GraphError) -> Variable {
    do {
      return try function(output)
    } catch let error as GraphError {
      throw error
    } catch {
      throw .replacement(layer: name, error)
    }
  }

  /// Applies one step to the values it reads.
  private func perform(
    _ step: borrowing Step, _ values: [Variable?]
  ) throws(GraphError) -> Variable {
    let operands = try step.operands.map { (number) throws(GraphError) in
      try read(number, values)
    }
    switch step.construction {
    case .fixed(let operation):
      return try apply(operation, operands)
    case .form(let form, var attributes):
      for (position, number) in step.parameters {
        let parameter = try read(number, values)
        guard !parameter.isMapped else {
          throw .structure(
            reason: "\(step.name) takes its settings from numbers that differ between examples")
        }
        attributes.parameters[position] = parameter.value
      }
      attributes.operands = operands.map(\.shape)
      return try apply(try form.make(attributes), operands)
    }
  }

  private func read(_ number: Int, _ values: [Variable?]) throws(GraphError) -> Variable {
    guard let value = values[number] else {
      throw .structure(reason: "nothing computes the value \"\(names[number])\"")
    }
    return value
  }

  /// The steps that `results` need when some values are known, and which values each uses last.
  private func plan(
    for results: [Int], known: [Variable?]
  ) -> (steps: [Int], lastUses: [[Int]]) {
    // By value; constants stay.
    var needed = [Bool](repeating: false, count: names.count)
    var live = needed
    for value in results { (needed[value], live[value]) = (true, true) }
    for value in constants.keys { live[value] = true }
    var chosen: [Int] = []
    var lastUses: [[Int]] = []
    for index in steps.indices.reversed() {
      let output = steps[index].output
      guard needed[output], known[output] == nil else { continue }
      chosen.append(index)
      var last: [Int] = []
      for value in steps[index].reads {
        needed[value] = true
        if !live[value] { last.append(value) }
        live[value] = true
      }
      lastUses.append(last)
    }
    return (chosen.reversed(), lastUses.reversed())
  }
}
