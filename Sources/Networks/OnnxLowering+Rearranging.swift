/// Sorting, repeating, and moving between channels and places.

import Graphs
import Tensors

extension OnnxLowering {
  /// The largest or smallest values along an axis, in order, and where they stand; of equals the first come first.
  static let topK: Lower = { importer, node throws(NetworkError) in
    let (axis, largest, stated) = try node.attribute { a throws(GraphError) in
      (try a.integer("axis", -1), try a.integer("largest", 1), try a.integer("k", -1))
    }
    let given = node.input(1).flatMap { importer.known[$0]?.sizeNumbers }
    let counts = given.map { [$0.ofOne.integers, $0.ofTwo.integers] } ?? [[stated]]
    guard let x = node.input(0), let count = counts[0].first, counts.allSatisfy({ $0 == [count] }),
      count >= 0
    else {
      throw node.refused(
        "k", found: importer.described(node.inputs), expected: "one constant number")
    }
    let order = try importer.step(
      ArgSort(axis, descending: largest != 0), [x], "order", of: node)
    let places =
      node.outputs.count > 1 && !node.outputs[1].isEmpty
      ? node.outputs[1] : "\(node.value).places"
    try importer.emit(
      SliceAxis(axis, from: 0, count: count), [order], node, output: places,
      layer: "\(node.layer).places")
    guard !node.outputs[0].isEmpty else { return }
    try importer.emit(TakeAlong(axis), [x, places], node, output: node.outputs[0])
  }

  /// Each axis as often as stated, one copy after the other.
  static let tile: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard var x = node.input(0), let name = node.input(1),
      let repeats = importer.known[name]?.constant?.integers,
      repeats.allSatisfy({ (1...4096).contains($0) })
    else {
      throw node.refused(
        "repeats", found: importer.described(node.inputs), expected: "constants from 1 to 4096")
    }
    for (axis, count) in repeats.enumerated() where count > 1 {
      x = try importer.step(
        Concatenate(axis), [String](repeating: x, count: count), "axis\(axis)", of: node)
    }
    try importer.emit(Identity(), [x], node, output: node.outputs[0])
  }

  /// Channels as blocks of places (W. Shi et al. 2016, the order "CRD"), or with the block before the channel ("DCR").
  static let depthToSpace: Lower = { importer, node throws(NetworkError) in
    let (x, block, sizes) = try blocks(importer, node)
    let mode = try node.attribute { a throws(GraphError) in try a.text("mode", "DCR") }
    guard mode == "DCR" || mode == "CRD", sizes[0] % (block * block) == 0 else {
      throw node.refused(
        "mode and blocksize", found: "\(mode) and \(block) for \(importer.described([x]))",
        expected: "DCR or CRD, and channels that are a multiple of the block's size")
    }
    let (channels, rest) = (sizes[0] / (block * block), [sizes[1], sizes[2]])
    let isFirst = mode == "DCR"
    let parts = try importer.step(
      Reshape(
        [0] + (isFirst ? [block, block, channels] : [channels, block, block]) + rest,
        zeroCopies: true), [x], "parts", of: node)
    let turned = try importer.step(
      Transpose(isFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]), [parts], "turned", of: node)
    try importer.emit(
      Reshape([0, channels] + rest.map { $0 * block }, zeroCopies: true), [turned], node,
      output: node.outputs[0])
  }

  /// Blocks of places as channels, the block before the channel ("DCR") or behind it ("CRD").
  static let spaceToDepth: Lower = { importer, node throws(NetworkError) in
    let (x, block, sizes) = try blocks(importer, node)
    let mode = try node.attribute { a throws(GraphError) in try a.text("mode", "DCR") }
    guard mode == "DCR" || mode == "CRD", sizes[1] % block == 0, sizes[2] % block == 0 else {
      throw node.refused(
        "mode and blocksize", found: "\(mode) and \(block) for \(importer.described([x]))",
        expected: "DCR or CRD, and a divisor of height and width")
    }
    let (height, width) = (sizes[1] / block, sizes[2] / block)
    let parts = try importer.step(
      Reshape([0, sizes[0], height, block, width, block], zeroCopies: true), [x], "parts", of: node)
    let turned = try importer.step(
      Transpose(mode == "DCR" ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]), [parts], "turned",
      of: node)
    try importer.emit(
      Reshape([0, sizes[0] * block * block, height, width], zeroCopies: true), [turned], node,
      output: node.outputs[0])
  }

  /// The operand, the width of a block, and the sizes of channels, height and width.
  private static func blocks(
    _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> (x: String, block: Int, sizes: [Int]) {
    try importer.requireSingleOutput(node)
    let block = try node.attribute { a throws(GraphError) in try a.integer("blocksize", 0) }
    guard let x = node.input(0), importer.known[x]?.shape?.count == 4, (1..<1 << 15).contains(block)
    else {
      throw node.refused(
        "blocksize", found: "\(block) for \(importer.described(node.inputs))",
        expected: "a positive number, and an input of four axes")
    }
    let sizes = (1..<4).compactMap { importer.known[x]?.fixedSize($0) }
    guard sizes.count == 3, sizes.allSatisfy({ $0 < WindowAxis.limit }) else {
      throw node.refused(
        "inputs", found: importer.described([x]), expected: "known channels, height and width")
    }
    return (x, block, sizes)
  }
}
