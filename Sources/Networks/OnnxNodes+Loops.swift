/// Loops whose turns can be counted when a file is read, turn after turn.

import Graphs
import Tensors

extension OnnxNodes {
  /// Adds the turns of a Loop. How often it turns, and whether it stops, must follow from constants.
  func addLoop(
    of message: Onnx_NodeProto, _ node: OnnxNode, to importer: inout OnnxImporter,
    external: (String) -> [UInt8]?
  ) throws(NetworkError) {
    let body = try body(of: message, node)
    var carried = Array(node.inputs.dropFirst(2))
    let stated = node.input(0).map { importer.known[$0]?.constant?.integers.first ?? -1 }
    guard body.input.count == carried.count + 2, body.output.count > carried.count,
      carried.allSatisfy({ importer.known[$0] != nil }), (stated ?? 0) >= 0
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "a constant number of turns, or none, and what the body takes")
    }
    var goes = try truth(node.input(1), importer, node)
    var collected = [[String]](repeating: [], count: body.output.count - 1 - carried.count)
    var turn = 0
    while goes, turn < min(stated ?? Self.mostTurns, Self.mostTurns) {
      let names = ["\(node.value).turn\(turn)", "\(node.value).goes\(turn)"]
      do throws(TensorError) {
        importer.define(names[0], try Tensor([turn], []))
        importer.define(names[1], try Tensor([true], []))
      } catch {
        throw .tensor(name: names[0], error)
      }
      let results = try add(
        body, inputs: inputs(body, names + carried), "\(turn)", of: node, to: &importer,
        external: external)
      goes = try truth(results[0], importer, node)
      carried = Array(results[1..<carried.count + 1])
      for place in collected.indices { collected[place].append(results[carried.count + 1 + place]) }
      turn += 1
    }
    guard !goes || turn == stated else {
      throw node.refused(
        "cond", found: "true after \(turn) turns", expected: "an end before so many")
    }
    try give(carried, collected, axes: [], &importer, node)
  }

  /// Adds the turns of a Scan over axes of known size.
  func addScan(
    of message: Onnx_NodeProto, _ node: OnnxNode, to importer: inout OnnxImporter,
    external: (String) -> [UInt8]?
  ) throws(NetworkError) {
    let body = try body(of: message, node)
    let count = try node.attribute { a throws(GraphError) in try a.integer("num_scan_inputs", 0) }
    guard node.opset >= 9, count > 0, count <= node.inputs.count,
      body.input.count == node.inputs.count, body.output.count >= node.inputs.count - count
    else {
      throw node.refused(
        "num_scan_inputs", found: "\(count)", expected: "some of \(node.inputs.count) inputs")
    }
    var carried = Array(node.inputs.dropLast(count))
    let scanned = Array(node.inputs.suffix(count))
    let results = body.output.count - carried.count
    let settings = try node.attribute { a throws(GraphError) in
      (
        axes: try a.integers("scan_input_axes", scanned.map { _ in 0 }),
        backwards: try a.integers("scan_input_directions", scanned.map { _ in 0 }),
        outputAxes: try a.integers("scan_output_axes", [Int](repeating: 0, count: results)),
        outputsBackwards: try a.integers(
          "scan_output_directions", [Int](repeating: 0, count: results))
      )
    }
    let sizes = zip(scanned, settings.axes).map { importer.known[$0]?.fixedSize($1) }
    guard settings.axes.count == count, settings.backwards.count == count,
      settings.outputAxes.count == results, settings.outputsBackwards.count == results,
      let size = sizes[0], sizes.allSatisfy({ $0 == size }), (1...Self.mostTurns).contains(size)
    else {
      throw node.refused(
        "scan_input_axes", found: importer.described(scanned),
        expected: "axes of one known size of at most \(Self.mostTurns)")
    }
    var collected = [[String]](repeating: [], count: results)
    for turn in 0..<size {
      var elements: [String] = []
      for (place, name) in scanned.enumerated() {
        let at = settings.backwards[place] == 0 ? turn : size - 1 - turn
        let axis = settings.axes[place]
        let slice = try importer.step(
          SliceAxis(axis, from: at, count: 1), [name], "slice\(place).\(turn)", of: node)
        elements.append(
          try importer.step(SqueezeAxes([axis]), [slice], "element\(place).\(turn)", of: node))
      }
      let given = try add(
        body, inputs: inputs(body, carried + elements), "\(turn)", of: node, to: &importer,
        external: external)
      carried = Array(given[..<carried.count])
      for place in collected.indices { collected[place].append(given[carried.count + place]) }
    }
    for place in collected.indices where settings.outputsBackwards[place] != 0 {
      collected[place].reverse()
    }
    try give(carried, collected, axes: settings.outputAxes, &importer, node)
  }

  private func body(
    of message: Onnx_NodeProto, _ node: OnnxNode
  ) throws(NetworkError) -> Onnx_GraphProto {
    guard let attribute = message.attribute.first(where: { $0.name == "body" }), attribute.hasG
    else { throw node.refused("body", found: "none", expected: "a graph") }
    return attribute.g
  }

  /// What stands for the inputs of a body.
  private func inputs(_ body: Onnx_GraphProto, _ names: [String]) -> [String: String] {
    Dictionary(zip(body.input.map(\.name), names), uniquingKeysWith: { $1 })
  }

  /// A condition, which must be a constant; true where it is left out.
  private func truth(
    _ name: String?, _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> Bool {
    guard let name else { return true }
    guard let truth = importer.known[name]?.constant?.bools.first else {
      throw node.refused(
        "cond", found: importer.described([name]),
        expected: "a constant: when a loop ends may not depend on the network's inputs")
    }
    return truth
  }

  /// Gives the last state, and what the turns gave, along new axes.
  private func give(
    _ carried: [String], _ collected: [[String]], axes: [Int], _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) {
    for (place, output) in node.outputs.enumerated() where !output.isEmpty {
      let layer = "\(node.layer).\(output)"
      if place < carried.count {
        try importer.emit(Identity(), [carried[place]], node, output: output, layer: layer)
        continue
      }
      let index = place - carried.count
      guard index < collected.count, !collected[index].isEmpty else {
        throw node.refused("outputs", found: "no turn", expected: "at least one")
      }
      let axis = index < axes.count ? axes[index] : 0
      var parts: [String] = []
      for (turn, name) in collected[index].enumerated() {
        parts.append(
          try importer.step(ExpandAxes([axis]), [name], "part\(index).\(turn)", of: node))
      }
      try importer.emit(Concatenate(axis), parts, node, output: output, layer: layer)
    }
  }
}
