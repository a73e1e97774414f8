/// Whole numbers bit by bit, written with sums and quotients: no derivative passes any of it.

import Graphs
import Tensors

extension OnnxLowering {
  /// x · 2^y within the bits of its type, or x / 2^y rounded down. By fewer than no places or all bits it gives what is left
  /// after every bit: 0, or -1 of a negative number moved right. Nothing on the way leaves 64 bits; where the result of a type
  /// without a sign does, it is an error.
  static let bitShift: Lower = { importer, node throws(NetworkError) in
    let (x, y) = try wholeNumbers(importer, node)
    let direction = try node.attribute { a throws(GraphError) in try a.text("direction", "") }
    guard direction == "LEFT" || direction == "RIGHT" else {
      throw node.refused("direction", found: direction, expected: "LEFT or RIGHT")
    }
    let isByte = importer.known[x]?.type == .u8
    let type: StoredType = isByte ? .uint8 : importer.stored[x] ?? .int64
    let shift = try Shift(x, by: y, bits: type.size * 8, &importer, node)
    let moved =
      direction == "LEFT"
      ? try shift.left(isSigned: type.isSigned, &importer, node)
      : try shift.right(&importer, node)
    try importer.emit(
      Cast(to: importer.known[x]?.type ?? .i64), [moved], node, output: node.outputs[0])
    importer.stored[node.outputs[0]] = type
  }

  /// Two numbers joined bit by bit: both, one at least, or one alone.
  static func bitwise(_ join: any Operator) -> Lower {
    { importer, node throws(NetworkError) in
      let (x, y) = try wholeNumbers(importer, node)
      let type = importer.known[x]?.type ?? .i64
      // The last bit of 64 is the sign.
      let count = type == .u8 ? 8 : 63
      let powers = try importer.constant("powers", of: node) { () throws(TensorError) in
        try Tensor((0..<count).map { 1 << $0 }, [count])
      }
      let bits = (
        try importer.bits(of: x, powers, "left", of: node),
        try importer.bits(of: y, powers, "right", of: node)
      )
      let joined = try importer.step(join, [bits.0, bits.1], "joined", of: node)
      let whole = try importer.step(Cast(to: .i64), [joined], "joined whole", of: node)
      let parts = try importer.step(Multiply(), [whole, powers], "parts", of: node)
      var sum = try importer.step(Sum([-1]), [parts], "sum", of: node)
      if count == 63 {
        let signs = (
          try importer.sign(of: x, "left sign", of: node),
          try importer.sign(of: y, "right sign", of: node)
        )
        let sign = try importer.step(join, [signs.0, signs.1], "sign", of: node)
        let one = try importer.step(Cast(to: .i64), [sign], "sign whole", of: node)
        let lowest = try importer.constant("lowest", of: node) { () throws(TensorError) in
          try Tensor([Int.min], [])
        }
        let part = try importer.step(Multiply(), [one, lowest], "sign part", of: node)
        sum = try importer.step(Add(), [sum, part], "signed", of: node)
      }
      try importer.emit(Cast(to: type), [sum], node, output: node.outputs[0])
    }
  }

  /// Every bit turned over: -1 - x, and the largest number of the type less x without a sign.
  static let bitwiseNot: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let stored = importer.stored[x],
      stored != .bool, stored != .uint64, !stored.elementType.isFloating
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "whole numbers whose type the file states, of at most 63 bits")
    }
    let highest = try importer.constant("highest", of: node) { () throws(TensorError) in
      try Tensor([stored.isSigned ? -1 : 1 << (stored.size * 8) - 1], [])
    }
    let turned = try importer.step(Subtract(), [highest, x], "turned", of: node)
    try importer.emit(Cast(to: stored.elementType), [turned], node, output: node.outputs[0])
  }

  /// The two operands, which are no fractions.
  private static func wholeNumbers(
    _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> (x: String, y: String) {
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let y = node.input(1),
      [x, y].allSatisfy({ importer.known[$0]?.type?.isFloating == false })
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs), expected: "two of whole numbers")
    }
    return (x, y)
  }
}

extension StoredType {
  /// Whether its numbers are whole and can be below 0.
  fileprivate var isSigned: Bool { [.int8, .int16, .int32, .int64].contains(self) }
}

/// Whole numbers and the places by which their bits move, as names of values.
private struct Shift {
  private let numbers, places: String
  /// Whether some, but not all bits move out: 0 ≤ places < bits.
  private let isInside: String
  private let none: String
  private let bits: Int

  init(
    _ x: String, by y: String, bits: Int, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) {
    self.bits = bits
    numbers = try importer.step(Cast(to: .i64), [x], "numbers", of: node)
    places = try importer.step(Cast(to: .i64), [y], "places", of: node)
    none = try importer.whole([0], [], "none", node)
    let all = try importer.whole([bits], [], "all", node)
    let notBelow = try importer.step(GreaterOrEqual(), [places, none], "not below", of: node)
    let below = try importer.step(Less(), [places, all], "below", of: node)
    isInside = try importer.step(LogicalAnd(), [notBelow, below], "inside", of: node)
  }

  /// (x mod 2^(bits-1-places)) · 2^places, and the lowest number of the type if the next bit is set: with a sign that is added,
  /// without one taken away.
  func left(
    isSigned: Bool, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    // 2⁶³ is no number of 64 bits with a sign. By 0 places nothing is cut off, and by 63 only zeros are multiplied.
    let factors = (0..<bits).map { 1 << min($0, 62) }
    let isMoved = try importer.step(NotEqual(), [places, none], "moved", of: node)
    let isPart = try importer.step(LogicalAnd(), [isInside, isMoved], "part", of: node)
    let by = try importer.step(Select(), [isPart, places, none], "by", of: node)
    let from = try importer.step(Select(), [isPart, numbers, none], "from", of: node)
    let powers = try importer.whole(factors, [bits], "powers", node)
    let limits = try importer.whole(factors.reversed(), [bits], "limits", node)
    let factor = try importer.step(Gather(0), [powers, by], "factor", of: node)
    let limit = try importer.step(Gather(0), [limits, by], "limit", of: node)
    let rest = try importer.step(Remainder(), [from, limit], "rest", of: node)
    let above = try importer.step(FloorDivide(), [from, limit], "above", of: node)
    let two = try importer.whole([2], [], "two", node)
    let bit = try importer.step(Remainder(), [above, two], "bit", of: node)
    let lowest = try importer.whole([-1 << (bits - 1)], [], "lowest", node)
    let last = try importer.step(Multiply(), [bit, lowest], "last", of: node)
    let scaled = try importer.step(Multiply(), [rest, factor], "scaled", of: node)
    let join: any Operator = isSigned ? Add() : Subtract()
    let joined = try importer.step(join, [scaled, last], "joined", of: node)
    return try importer.step(Select(), [isMoved, joined, numbers], "result", of: node)
  }

  /// x / 2^places rounded down; beyond all bits that is by all of 63.
  func right(
    _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let all = try importer.whole([63], [], "every", node)
    let by = try importer.step(Select(), [isInside, places, all], "by", of: node)
    // The last of 63 places is moved by itself.
    let powers = try importer.whole((0...63).map { 1 << min($0, 62) }, [64], "powers", node)
    let seconds = try importer.whole((0...63).map { $0 / 63 + 1 }, [64], "seconds", node)
    let factor = try importer.step(Gather(0), [powers, by], "factor", of: node)
    let second = try importer.step(Gather(0), [seconds, by], "second", of: node)
    let moved = try importer.step(FloorDivide(), [numbers, factor], "first", of: node)
    return try importer.step(FloorDivide(), [moved, second], "result", of: node)
  }
}

extension OnnxImporter {
  /// Whole numbers as a constant.
  fileprivate mutating func whole(
    _ numbers: [Int], _ shape: [Int], _ name: String, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    try constant(name, of: node) { () throws(TensorError) in try Tensor(numbers, shape) }
  }

  /// The bits of whole numbers along a new last axis, the lowest first, as truths.
  fileprivate mutating func bits(
    of x: String, _ powers: String, _ name: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    let wide = try step(Cast(to: .i64), [x], "\(name) wide", of: node)
    let column = try step(ExpandAxes([-1]), [wide], "\(name) column", of: node)
    let parts = try step(FloorDivide(), [column, powers], "\(name) parts", of: node)
    let two = try constant("\(name) two", of: node) { () throws(TensorError) in try Tensor([2], [])
    }
    let bits = try step(Remainder(), [parts, two], "\(name) bits", of: node)
    return try step(Cast(to: .bool), [bits], name, of: node)
  }

  /// Whether whole numbers are below 0.
  fileprivate mutating func sign(
    of x: String, _ name: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    let zero = try number(0, "\(name) zero", like: x, of: node)
    return try step(Less(), [x, zero], name, of: node)
  }
}
