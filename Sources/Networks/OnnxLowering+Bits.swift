/// Whole numbers bit by bit, written with sums and quotients: no derivative passes any of it.

import Graphs
import Tensors

extension OnnxLowering {
  /// x · 2^y within the bits of its type, or x / 2^y rounded down. By fewer than no places or all bits it gives what is left
  /// after every bit: 0, or -1 of a negative number moved right.
  static let bitShift: Lower = { importer, node throws(NetworkError) in
    let (x, y) = try wholeNumbers(importer, node)
    let direction = try node.attribute { a throws(GraphError) in try a.text("direction", "") }
    guard direction == "LEFT" || direction == "RIGHT" else {
      throw node.refused("direction", found: direction, expected: "LEFT or RIGHT")
    }
    let isLeft = direction == "LEFT"
    let isByte = importer.known[x]?.type == .u8
    let type: StoredType = isByte ? .uint8 : importer.stored[x] ?? .int64
    let whole = { (number: Int, name: String, importer: inout OnnxImporter) throws(NetworkError) in
      try importer.constant(name, of: node) { () throws(TensorError) in try Tensor([number], []) }
    }
    let wide = try importer.step(Cast(to: .i64), [x], "wide", of: node)
    let places = try importer.step(Cast(to: .i64), [y], "places", of: node)
    let none = try whole(0, "none", &importer)
    let all = try whole(63, "all", &importer)
    let last = try whole(62, "last", &importer)
    let size = try whole(type.size * 8, "size", &importer)
    let notBelow = try importer.step(GreaterOrEqual(), [places, none], "not below", of: node)
    let below = try importer.step(Less(), [places, size], "below", of: node)
    let inside = try importer.step(LogicalAnd(), [notBelow, below], "inside", of: node)
    let kept = try importer.step(Select(), [inside, places, all], "kept", of: node)
    // 2⁶³ is no number of 64 bits with a sign: the last place is moved by itself.
    let powers = try importer.constant("powers", of: node) { () throws(TensorError) in
      try Tensor((0..<63).map { 1 << $0 }, [63])
    }
    let most = try importer.step(Minimum(), [kept, last], "most", of: node)
    let rest = try importer.step(Subtract(), [kept, most], "rest", of: node)
    let factor = try importer.step(Gather(0), [powers, most], "factor", of: node)
    let second = try importer.step(Gather(0), [powers, rest], "second", of: node)
    let move: any Operator = isLeft ? Multiply() : FloorDivide()
    let first = try importer.step(move, [wide, factor], "first", of: node)
    var moved = try importer.step(move, [first, second], "moved", of: node)
    if isLeft {
      moved = try importer.step(Select(), [inside, moved, none], "within", of: node)
      moved = try importer.narrowed(moved, to: type, of: node)
    }
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
    let isSigned = [.int8, .int16, .int32, .int64].contains(stored)
    let highest = try importer.constant("highest", of: node) { () throws(TensorError) in
      try Tensor([isSigned ? -1 : 1 << (stored.size * 8) - 1], [])
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

extension OnnxImporter {
  /// Whole numbers with only the bits that a type has.
  fileprivate mutating func narrowed(
    _ x: String, to type: StoredType, of node: OnnxNode
  ) throws(NetworkError) -> String {
    guard type.size < 8 else { return x }
    let count = 1 << (type.size * 8)
    let counts = try constant("count", of: node) { () throws(TensorError) in try Tensor([count], [])
    }
    let rest = try step(Remainder(), [x, counts], "narrow", of: node)
    guard [.int8, .int16, .int32].contains(type) else { return rest }
    let half = try constant("half", of: node) { () throws(TensorError) in
      try Tensor([count / 2], [])
    }
    let isAbove = try step(GreaterOrEqual(), [rest, half], "above", of: node)
    let lower = try step(Subtract(), [rest, counts], "lower", of: node)
    return try step(Select(), [isAbove, lower, rest], "signed", of: node)
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
