/// Marks, choices and what has a shape that depends on numbers, which must then be constants.

import Graphs
import Tensors

extension OnnxLowering {
  /// One of two values where an index stands along a new axis, the other elsewhere.
  static let oneHot: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let axis = try node.attribute { a throws(GraphError) in try a.integer("axis", -1) }
    guard let indices = node.input(0), let depth = node.input(1), let values = node.input(2),
      let rank = importer.known[indices]?.shape?.count,
      let count = importer.known[depth]?.constant?.doubles.first,
      count > 0, count <= Double(OnnxImporter.largestFolded), (-rank - 1...rank).contains(axis)
    else {
      throw node.refused(
        "depth", found: importer.described(node.inputs),
        expected: "indices of known rank, a positive constant depth, and two values")
    }
    let (place, size) = (axis < 0 ? axis + rank + 1 : axis, Int(count))
    let whole = try importer.step(Cast(to: .i64), [indices], "whole", of: node)
    let depths = try importer.constant("depth", of: node) { () throws(TensorError) in
      try Tensor([size], [])
    }
    let inside = try importer.wrapped(whole, size: depths, "inside", of: node)
    let column = try importer.step(ExpandAxes([place]), [inside], "column", of: node)
    let places = try importer.counted(size, place, of: rank + 1, "places", node)
    let here = try importer.step(Equal(), [column, places], "here", of: node)
    let off = try importer.step(SliceAxis(0, from: 0, count: 1), [values], "off", of: node)
    let on = try importer.step(SliceAxis(0, from: 1, count: 1), [values], "on", of: node)
    try importer.emit(Select(), [here, on, off], node, output: node.outputs[0])
  }

  /// 1 at the largest element along an axis, the first of equals, 0 elsewhere. Before version 13 all axes from `axis` (1) on
  /// are one.
  static let hardmax: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let legacy = node.opset < 13
    let axis = try node.attribute { a throws(GraphError) in
      try a.integer("axis", legacy ? 1 : -1)
    }
    guard let x = node.input(0), let shape = importer.known[x]?.shape,
      (-shape.count..<shape.count).contains(axis)
    else {
      throw node.refused("axis", found: "\(axis)", expected: "an axis of an input of known shape")
    }
    let place = axis < 0 ? axis + shape.count : axis
    let isLast = place == shape.count - 1
    let flat =
      legacy && !isLast ? try importer.step(Flatten(place), [x], "flat", of: node) : x
    let line = legacy && !isLast ? 1 : place
    guard let size = importer.known[flat]?.fixedSize(line),
      let rank = importer.known[flat]?.shape?.count
    else {
      throw node.refused(
        "axis", found: importer.described([x]), expected: "an axis of known size")
    }
    let places = try importer.counted(size, line, of: rank, "places", node)
    let largest = try importer.step(ArgMax(line, keep: true), [flat], "largest", of: node)
    let here = try importer.step(Equal(), [largest, places], "here", of: node)
    let type = importer.known[x]?.type ?? .f32
    guard legacy, !isLast else {
      return try importer.emit(Cast(to: type), [here], node, output: node.outputs[0])
    }
    let marks = try importer.step(Cast(to: type), [here], "marks", of: node)
    let sizes = importer.known[x]?.fixedSize(0) == nil ? [-1] + shape.dropFirst() : shape
    try importer.emit(Reshape(sizes), [marks], node, output: node.outputs[0])
  }

  /// 1 on the diagonal `k` places to the right of the main one, 0 elsewhere.
  static let eyeLike: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (offset, code) = try node.attribute { a throws(GraphError) in
      (try a.integer("k", 0), try a.integer("dtype", 0))
    }
    guard let x = node.input(0), let rows = importer.known[x]?.fixedSize(0),
      let columns = importer.known[x]?.fixedSize(1), importer.known[x]?.shape?.count == 2,
      let count = [rows, columns].elementCount(), count <= OnnxImporter.largestFolded
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs), expected: "two axes of known sizes")
    }
    let stated = Onnx_TensorProto.DataType(rawValue: code).flatMap(StoredType.init)?.elementType
    let type = stated ?? importer.known[x]?.type ?? .f32
    do throws(TensorError) {
      let marks = (0..<count).map {
        ($0 % columns).subtractingReportingOverflow($0 / columns).partialValue == offset
      }
      importer.define(node.outputs[0], try Tensor(marks, [rows, columns]).cast(to: type))
    } catch {
      throw .tensor(name: node.outputs[0], error)
    }
  }

  /// The number of elements.
  static let size: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let sizes = try importer.step(ShapeOf(), node.inputs, "sizes", of: node)
    try importer.emit(Product(), [sizes], node, output: node.outputs[0])
  }

  /// The first operand in the element type of the second.
  static let castLike: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard let x = node.input(0), let type = node.input(1).flatMap({ importer.known[$0]?.type })
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs), expected: "a value of known type")
    }
    try importer.emit(Cast(to: type), [x], node, output: node.outputs[0])
  }

  /// Whether a number is infinite, above or below.
  static let isInfinite: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (above, below) = try node.attribute { a throws(GraphError) in
      (try a.integer("detect_positive", 1) != 0, try a.integer("detect_negative", 1) != 0)
    }
    guard let x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "1")
    }
    let output = node.outputs[0]
    guard above || below else {
      let limit = try importer.number(.infinity, "limit", like: x, of: node)
      return try importer.emit(Greater(), [x, limit], node, output: output)
    }
    let size = above && below ? try importer.step(Absolute(), [x], "size", of: node) : x
    let limit = try importer.number(above ? .infinity : -.infinity, "limit", like: x, of: node)
    try importer.emit(Equal(), [size, limit], node, output: output)
  }

  /// The mean of any number of operands.
  static let mean: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard var sum = node.inputs.first else {
      throw node.refused("inputs", found: "none", expected: "one or more")
    }
    for (place, other) in node.inputs.dropFirst().enumerated() {
      sum = try importer.step(Add(), [sum, other], "sum\(place)", of: node)
    }
    let count = try importer.number(Double(node.inputs.count), "count", like: sum, of: node)
    try importer.emit(Divide(), [sum, count], node, output: node.outputs[0])
  }

  /// x moved by `bias` towards 0 beyond ±lambd, 0 between.
  static let shrink: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (bias, limit) = try node.attribute { a throws(GraphError) in
      (try a.float("bias", 0), try a.float("lambd", 0.5))
    }
    guard let x = node.input(0) else {
      throw node.refused("inputs", found: "none", expected: "1")
    }
    let high = try importer.number(limit, "high", like: x, of: node)
    let low = try importer.number(-limit, "low", like: x, of: node)
    let shift = try importer.number(bias, "bias", like: x, of: node)
    let zero = try importer.number(0, "zero", like: x, of: node)
    let above = try importer.step(Greater(), [x, high], "above", of: node)
    let below = try importer.step(Less(), [x, low], "below", of: node)
    let fallen = try importer.step(Subtract(), [x, shift], "fallen", of: node)
    let risen = try importer.step(Add(), [x, shift], "risen", of: node)
    let inner = try importer.step(Select(), [below, risen, zero], "inner", of: node)
    try importer.emit(Select(), [above, fallen, inner], node, output: node.outputs[0])
  }

  /// x - y · trunc(x / y), with the sign of x, where `fmod` is set; else with the sign of y.
  static let modulo: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    guard try node.attribute({ a throws(GraphError) in try a.integer("fmod", 0) }) != 0,
      let x = node.input(0), let y = node.input(1)
    else { return try importer.emit(Remainder(), node.inputs, node, output: node.outputs[0]) }
    if importer.known[x]?.type?.isFloating == false { return try wholeRest(x, y, &importer, node) }
    let (above, below) = (
      try importer.step(Absolute(), [x], "size", of: node),
      try importer.step(Absolute(), [y], "divisor", of: node)
    )
    let rest = try importer.step(Remainder(), [above, below], "rest", of: node)
    let sign = try importer.step(Sign(), [x], "sign", of: node)
    try importer.emit(Multiply(), [sign, rest], node, output: node.outputs[0])
  }

  /// The remainder of whole numbers with the sign of x. The least number has no size, so that of y is taken away instead where
  /// the remainder has it.
  private static func wholeRest(
    _ x: String, _ y: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) {
    let rest = try importer.step(Remainder(), [x, y], "rest", of: node)
    let signs = (
      try importer.step(Sign(), [x], "sign", of: node),
      try importer.step(Sign(), [rest], "rest sign", of: node)
    )
    let none = try importer.number(0, "none", like: rest, of: node)
    let differ = try importer.step(NotEqual(), [signs.0, signs.1], "differ", of: node)
    let isRest = try importer.step(NotEqual(), [rest, none], "is rest", of: node)
    let isOther = try importer.step(LogicalAnd(), [differ, isRest], "other", of: node)
    let turned = try importer.step(Select(), [isOther, y, none], "turned", of: node)
    try importer.emit(Subtract(), [rest, turned], node, output: node.outputs[0])
  }

  /// Where the largest (or smallest) element stands along an axis; the last of equals with `select_last_index`.
  static func extremePlace(_ make: @escaping @Sendable (Int, Bool) -> any Operator) -> Lower {
    { importer, node throws(NetworkError) in
      try importer.requireSingleOutput(node)
      let (axis, keep, isLast) = try node.attribute { a throws(GraphError) in
        (
          try a.integer("axis", 0), try a.integer("keepdims", 1) != 0,
          try a.integer("select_last_index", 0) != 0
        )
      }
      let output = node.outputs[0]
      guard isLast, let x = node.input(0) else {
        return try importer.emit(make(axis, keep), node.inputs, node, output: output)
      }
      guard let size = importer.known[x]?.fixedSize(axis), size > 0 else {
        throw node.refused(
          "select_last_index", found: importer.described([x]), expected: "an axis of known size")
      }
      let turned = try importer.step(
        SliceAxis(axis, from: size - 1, count: size, step: -1), [x], "turned", of: node)
      let place = try importer.step(make(axis, keep), [turned], "place", of: node)
      let last = try importer.constant("last", of: node) { () throws(TensorError) in
        try Tensor([size - 1], [])
      }
      try importer.emit(Subtract(), [last, place], node, output: output)
    }
  }

  /// x · Φ(x) (Hendrycks and Gimpel 2016), exactly or, for `approximate` "tanh", by its approximation.
  static let gelu: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let form = try node.attribute { a throws(GraphError) in try a.text("approximate", "none") }
    guard form != "none" else {
      return try importer.emit(Gelu(), node.inputs, node, output: node.outputs[0])
    }
    guard form == "tanh", let x = node.input(0) else {
      throw node.refused("approximate", found: form, expected: "none or tanh")
    }
    // ½ x (1 + tanh(√(2 / π) (x + 0.044715 x³))) is x · sigmoid of twice what is in the tanh.
    let cubic = try importer.number(0.044715, "cubic", like: x, of: node)
    let one = try importer.number(1, "one", like: x, of: node)
    let factor = try importer.number(
      2 * (2 / Double.pi).squareRoot(), "factor", like: x, of: node)
    let square = try importer.step(Multiply(), [x, x], "square", of: node)
    let scaled = try importer.step(Multiply(), [cubic, square], "scaled", of: node)
    let sum = try importer.step(Add(), [one, scaled], "sum", of: node)
    let inner = try importer.step(Multiply(), [x, sum], "inner", of: node)
    let part = try importer.step(Multiply(), [factor, inner], "part", of: node)
    let gate = try importer.step(Sigmoid(), [part], "gate", of: node)
    try importer.emit(Multiply(), [x, gate], node, output: node.outputs[0])
  }
}
