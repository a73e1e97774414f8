// Element-wise functions of two tensors, comparisons and selection, with broadcasting.

import CKernels
import Glibc

/// A function of two elements.
package enum BinaryKernel: String, Sendable, CaseIterable {
  case add, subtract, multiply
  /// Real division: integers become f32.
  case divide
  case power
  /// The quotient rounded towards minus infinity.
  case floorDivide
  /// x - floor(x / y) · y: the sign of y.
  case remainder
  /// The larger; NaN if either is.
  case maximum
  /// The smaller; NaN if either is.
  case minimum
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  /// Of truth values: elements that differ from zero.
  case and, or

  /// The number under which the vector loops know the function.
  var code: Int32 {
    let code: Int =
      switch self {
      case .add: CK_ADD
      case .subtract: CK_SUBTRACT
      case .multiply: CK_MULTIPLY
      case .divide: CK_DIVIDE
      case .power: CK_POWER
      case .floorDivide: CK_FLOOR_DIVIDE
      case .maximum: CK_MAXIMUM
      case .minimum: CK_MINIMUM
      case .equal: CK_EQUAL
      case .notEqual: CK_NOT_EQUAL
      case .less: CK_LESS
      case .lessOrEqual: CK_LESS_OR_EQUAL
      case .greater: CK_GREATER
      case .greaterOrEqual: CK_GREATER_OR_EQUAL
      case .and, .or, .remainder: -1
      }
    return Int32(code)
  }

  /// Whether the result is bool.
  package var isLogical: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or: true
    default: false
    }
  }
}

extension Kernels {
  /// `op` of each pair of elements; shapes broadcast. Mixed types meet in the larger of bool < u8 <
  /// i64 < f32 < f64; bytes and truth values are added and so on as i64. The layout is that of the
  /// first full operand.
  package static func binary(
    _ op: BinaryKernel, _ x: Tensor, _ y: Tensor
  ) throws(TensorError) -> Tensor {
    if op.isLogical { return try compare(op, x, y) }
    if let result = try alike(op, x, y) { return result }
    let shape = try Shape.broadcast(x.shape, y.shape, op.rawValue)
    var type = max(x.type, y.type).arithmetic
    if op == .divide { type = type.real }
    let (x, y) = (try x.cast(to: type), try y.cast(to: type))
    let result = try Tensor(
      uninitialised: shape, strides: Sweep.resultStrides(shape, x, y), type)
    switch type {
    case .i64: try integerBinary(op, x, y, result)
    case .f64: realBinary(op, x, y, result, power: Glibc.pow, Double.self)
    default:
      if op == .remainder {
        realBinary(op, x, y, result, power: Glibc.powf, Float.self)
      } else {
        try singleBinary(op, x, y, result)
      }
    }
    return result
  }

  /// The shortest way for what is most common: f32 operands, few enough for one thread, of one shape and layout, or one
  /// of them a single number. The result shares the shape and the strides of the other. Nil for all others.
  @inline(__always)
  private static func alike(
    _ op: BinaryKernel, _ x: Tensor, _ y: Tensor
  ) throws(TensorError) -> Tensor? {
    let code = op.code
    guard code >= 0, x.type == .f32, y.type == .f32 else { return nil }
    if x.shape == y.shape {
      return x.strides == y.strides ? try row(code, x, 1, y, 1, like: x) : nil
    }
    if y.count == 1, y.rank <= x.rank { return try row(code, x, 1, y, 0, like: x) }
    return x.count == 1 && x.rank <= y.rank ? try row(code, x, 0, y, 1, like: y) : nil
  }

  /// One row of elements, which lie where those of `full` do.
  private static func row(
    _ code: Int32, _ x: Tensor, _ xStep: Int, _ y: Tensor, _ yStep: Int, like full: Tensor
  ) throws(TensorError) -> Tensor? {
    guard full.count <= 1 << 15, full.isContiguous else { return nil }
    let result = try Tensor(uninitialisedLike: full)
    var rows = ck_rows()
    (rows.rows, rows.columns, rows.out) = (1, full.count, result.storage.base)
    (rows.x, rows.x_column) = (UnsafeRawPointer(x.pointer(Float.self)), xStep)
    (rows.y, rows.y_column) = (UnsafeRawPointer(y.pointer(Float.self)), yStep)
    ck_binary(code, &rows)
    return result
  }

  /// The vector loops for f32 operands; the result is f32 or bool.
  private static func singleBinary(
    _ op: BinaryKernel, _ x: Tensor, _ y: Tensor, _ result: Tensor
  ) throws(TensorError) {
    let code = op.code
    let run = op.isLogical ? ck_compare : ck_binary
    let size = result.type.size
    let (to, first, second) = (
      result.storage.base + result.offset * size, x.pointer(Float.self), y.pointer(Float.self)
    )
    if result.count <= 1 << 15, let (xStep, yStep) = flatSteps(x, y, result) {
      var rows = ck_rows()
      (rows.rows, rows.columns, rows.out) = (1, result.count, to)
      (rows.x, rows.x_column) = (UnsafeRawPointer(first), xStep)
      (rows.y, rows.y_column) = (UnsafeRawPointer(second), yStep)
      run(code, &rows)
      return
    }
    let strides = [x, y].map { Shape.broadcastStrides($0.shape, $0.strides, to: result.shape) }
    let sweep = Sweep.following(result.shape, [result.strides] + strides)
    let whole = sweep.blocks { offsets, count, columns, rowSteps, columnSteps in
      var rows = ck_rows()
      (rows.rows, rows.columns) = (count, columns)
      (rows.out, rows.out_row) = (to + offsets[0] * size, rowSteps[0])
      (rows.x, rows.x_row) = (UnsafeRawPointer(first + offsets[1]), rowSteps[1])
      (rows.y, rows.y_row) = (UnsafeRawPointer(second + offsets[2]), rowSteps[2])
      (rows.x_column, rows.y_column) = (columnSteps[1], columnSteps[2])
      run(code, &rows)
    }
    if !whole { throw .interrupted(operation: op.rawValue) }
  }

  /// The steps (1 or 0) with which both operands can be walked as one row, if they can.
  private static func flatSteps(_ x: Tensor, _ y: Tensor, _ result: Tensor) -> (Int, Int)? {
    func step(_ operand: Tensor) -> Int? {
      if operand.count == 1 { return 0 }
      return operand.shape == result.shape && operand.strides == result.strides ? 1 : nil
    }
    if let xStep = step(x), let yStep = step(y) { return (xStep, yStep) }
    return nil
  }

  private static func realBinary<T: BinaryFloatingPoint>(
    _ op: BinaryKernel, _ x: Tensor, _ y: Tensor, _ result: Tensor, power: (T, T) -> T, _: T.Type
  ) {
    switch op {
    case .add: map(x, y, result) { (a: T, b: T) in a + b }
    case .subtract: map(x, y, result) { (a: T, b: T) in a - b }
    case .multiply: map(x, y, result) { (a: T, b: T) in a * b }
    case .divide: map(x, y, result) { (a: T, b: T) in a / b }
    case .power: map(x, y, result, power)
    case .floorDivide: map(x, y, result) { (a: T, b: T) in a.floorQuotient(b) }
    case .remainder:
      map(x, y, result) { (a: T, b: T) in
        let rest = a.truncatingRemainder(dividingBy: b)
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
      }
    case .maximum: map(x, y, result) { (a: T, b: T) in a > b || a != a ? a : b }
    default: map(x, y, result) { (a: T, b: T) in a < b || a != a ? a : b }
    }
  }

  private static func integerBinary(
    _ op: BinaryKernel, _ x: Tensor, _ y: Tensor, _ result: Tensor
  ) throws(TensorError) {
    var undefined = false
    var whole = Whole()
    switch op {
    case .add: map(x, y, result) { (a: Int, b: Int) in whole.sum(a, b) }
    case .subtract: map(x, y, result) { (a: Int, b: Int) in whole.difference(a, b) }
    case .multiply: map(x, y, result) { (a: Int, b: Int) in whole.product(a, b) }
    case .floorDivide:
      map(x, y, result) { (a: Int, b: Int) in
        if b == 0 { undefined = true }
        return whole.quotient(a, b)
      }
    case .remainder:
      map(x, y, result) { (a: Int, b: Int) in
        if b == 0 { undefined = true }
        return Whole.remainder(a, b)
      }
    case .power:
      map(x, y, result) { (a: Int, b: Int) in
        if b < 0 { undefined = true }
        return whole.power(a, b)
      }
    case .maximum: map(x, y, result) { (a: Int, b: Int) in max(a, b) }
    default: map(x, y, result) { (a: Int, b: Int) in min(a, b) }
    }
    if undefined, op == .power {
      throw .value(operation: op.rawValue, reason: "an integer to a negative power")
    }
    if undefined { throw .division(operation: op.rawValue) }
    try whole.check(op.rawValue)
  }

  /// A comparison or a logical connective; the result is bool.
  static func compare(_ op: BinaryKernel, _ x: Tensor, _ y: Tensor) throws(TensorError) -> Tensor {
    let shape = try Shape.broadcast(x.shape, y.shape, op.rawValue)
    let type = op == .and || op == .or ? .bool : max(x.type, y.type)
    let (x, y) = (try x.cast(to: type), try y.cast(to: type))
    let result = try Tensor(
      uninitialised: shape, strides: Sweep.resultStrides(shape, x, y), .bool)
    switch type {
    case .f32: try singleBinary(op, x, y, result)
    case .f64: compare(op, x, y, result, Double.self)
    case .i64: compare(op, x, y, result, Int.self)
    case .u8, .bool: compare(op, x, y, result, UInt8.self)
    }
    return result
  }

  private static func compare<T: Comparable & Element>(
    _ op: BinaryKernel, _ x: Tensor, _ y: Tensor, _ result: Tensor, _: T.Type
  ) {
    func test(_ holds: (T, T) -> Bool) {
      map(x, y, result) { (a: T, b: T) in UInt8(holds(a, b) ? 1 : 0) }
    }
    switch op {
    case .equal: test { $0 == $1 }
    case .notEqual: test { $0 != $1 }
    case .less: test { $0 < $1 }
    case .lessOrEqual: test { $0 <= $1 }
    case .greater: test { $0 > $1 }
    case .greaterOrEqual: test { $0 >= $1 }
    case .and: test { $0 != .zero && $1 != .zero }
    default: test { $0 != .zero || $1 != .zero }
    }
  }

  /// x where `mask` is true, y elsewhere; the three broadcast together, x and y to their larger
  /// type.
  package static func select(
    _ mask: Tensor, _ x: Tensor, _ y: Tensor
  ) throws(TensorError) -> Tensor {
    let both = try Shape.broadcast(x.shape, y.shape, "select")
    let shape = try Shape.broadcast(mask.shape, both, "select")
    let type = max(x.type, y.type)
    let (x, y, mask) = (try x.cast(to: type), try y.cast(to: type), try mask.cast(to: .bool))
    let result = try Tensor(
      uninitialised: shape, strides: Sweep.resultStrides(shape, [x, y, mask]), type)
    switch type.size {
    case 1: select(mask, x, y, result, UInt8.self)
    case 4: try singleSelect(mask, x, y, result)
    default: select(mask, x, y, result, UInt64.self)
    }
    return result
  }

  private static func singleSelect(
    _ mask: Tensor, _ x: Tensor, _ y: Tensor, _ result: Tensor
  ) throws(TensorError) {
    let (to, test) = (result.pointer(Float.self), mask.pointer(UInt8.self))
    let (first, second) = (x.pointer(Float.self), y.pointer(Float.self))
    let strides = [mask, x, y].map {
      Shape.broadcastStrides($0.shape, $0.strides, to: result.shape)
    }
    let sweep = Sweep.following(result.shape, [result.strides] + strides)
    let whole = sweep.blocks { offsets, count, columns, rowSteps, columnSteps in
      var rows = ck_rows()
      (rows.rows, rows.columns) = (count, columns)
      (rows.out, rows.out_row) = (UnsafeMutableRawPointer(to + offsets[0]), rowSteps[0])
      (rows.mask, rows.mask_row) = (UnsafeRawPointer(test + offsets[1]), rowSteps[1])
      (rows.x, rows.x_row) = (UnsafeRawPointer(first + offsets[2]), rowSteps[2])
      (rows.y, rows.y_row) = (UnsafeRawPointer(second + offsets[3]), rowSteps[3])
      (rows.mask_column, rows.x_column, rows.y_column) = (
        columnSteps[1], columnSteps[2], columnSteps[3]
      )
      ck_select(&rows)
    }
    if !whole { throw .interrupted(operation: "select") }
  }

  private static func select<T>(
    _ mask: Tensor, _ x: Tensor, _ y: Tensor, _ result: Tensor, _: T.Type
  ) {
    let (to, test) = (result.pointer(T.self), mask.pointer(UInt8.self))
    let (first, second) = (x.pointer(T.self), y.pointer(T.self))
    let strides = [mask, x, y].map {
      Shape.broadcastStrides($0.shape, $0.strides, to: result.shape)
    }
    Sweep.following(result.shape, [result.strides] + strides).rows { offsets, count, steps in
      for i in 0..<count {
        to[offsets[0] + i * steps[0]] =
          test[offsets[1] + i * steps[1]] != 0
          ? first[offsets[2] + i * steps[2]] : second[offsets[3] + i * steps[3]]
      }
    }
  }

  /// result[i] = function(x[i], y[i]), with x and y broadcast to the shape of the result.
  @inline(__always)
  private static func map<A, B>(
    _ x: Tensor, _ y: Tensor, _ result: Tensor, _ function: (A, A) -> B
  ) {
    let to = result.pointer(B.self)
    let (first, second) = (x.pointer(A.self), y.pointer(A.self))
    let strides = [x, y].map { Shape.broadcastStrides($0.shape, $0.strides, to: result.shape) }
    Sweep.following(result.shape, [result.strides] + strides).rows { offsets, count, steps in
      for i in 0..<count {
        to[offsets[0] + i * steps[0]] = function(
          first[offsets[1] + i * steps[1]], second[offsets[2] + i * steps[2]])
      }
    }
  }
}

extension FloatingPoint {
  /// The greatest whole number not above the quotient. The quotient is rounded, perhaps up to a whole number that it does
  /// not reach (1 / 0.1); then what the product leaves has the wrong sign.
  package func floorQuotient(_ divisor: Self) -> Self {
    let whole = (self / divisor).rounded(.down)
    let rest = addingProduct(-whole, divisor)
    return (rest < 0 && divisor > 0) || (rest > 0 && divisor < 0) ? whole - 1 : whole
  }
}
