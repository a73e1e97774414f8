// Promotion: which element type two operands meet in.
import Graphs
import Runtime
import Tensors

/// A number of the language, or a list of them, takes the tensor's type where it can: an Int meets any type, a Float makes
/// whole numbers and truth values f32. Two tensors meet in the wider type: bool < u8 < i64 < f32 < f64.
enum Promotion {
  /// Both operands as variables of one element type.
  static func operands(
    _ left: Value, _ right: Value, of operation: String, code: String = "X0308"
  ) throws(Failure) -> (Variable, Variable) {
    let type = try meeting(left, right)
    guard let x = try left.variable(as: type), let y = try right.variable(as: type) else {
      let odd = try left.variable(as: type) == nil ? left : right
      if code != "X0308" {
        throw Failure(
          code, "\(operation) is not defined for \(left.typePhrase) and \(right.typePhrase)")
      }
      throw Failure(code, "`\(operation)` does not take a Tensor and \(odd.typePhrase)")
    }
    return (try cast(x, type), try cast(y, type))
  }

  private static func meeting(_ left: Value, _ right: Value) throws(Failure) -> ElementType {
    switch (left.elementType, right.elementType) {
    case (let a?, let b?): max(a, b)
    case (let a?, nil): meeting(a, right.ownType)
    case (nil, let b?): meeting(b, left.ownType)
    case (nil, nil) where left.isFollowed || right.isFollowed: .f64
    case (nil, nil): max(left.ownType ?? .f32, right.ownType ?? .f32)
    }
  }

  /// The type in which a tensor meets a number, or a list of them.
  private static func meeting(_ type: ElementType, _ other: ElementType?) -> ElementType {
    switch other {
    case .f32: type.real
    case .f64: .f64
    case .bool where type == .bool: .bool
    default: type.arithmetic
    }
  }

  /// Both operands of a comparison: whole numbers and real ones meet in f64, where few whole numbers become others.
  static func compared(
    _ left: Value, _ right: Value, of operation: String
  ) throws(Failure) -> (Variable, Variable) {
    let type = try meeting(left, right)
    guard type == .f32, left.needsDigits || right.needsDigits, let x = try left.variable(as: .f64),
      let y = try right.variable(as: .f64)
    else { return try operands(left, right, of: operation, code: "X0303") }
    return (try cast(x, .f64), try cast(y, .f64))
  }

  /// `variable` with the element type `type`.
  static func cast(_ variable: Variable, _ type: ElementType) throws(Failure) -> Variable {
    try graph { () throws(GraphError) in
      variable.type == type ? variable : try variable.applying(Cast(to: type, isChecked: true))
    }
  }

  /// What elements of `type` are to become; an error where they cannot hold a number of it.
  static func held(_ value: Value, by type: ElementType) throws(Failure) -> Variable {
    let given = try value.variable(as: type.isFloating ? type : value.isFraction ? .f64 : nil)
    guard let given else {
      throw Failure("X0308", "a tensor holds numbers, found \(value.typePhrase)")
    }
    guard !type.isFloating, given.type > type, let numbers = given.numbers else {
      return try cast(given, type)
    }
    let (range, words): (Range<Double>, String) =
      switch type {
      case .bool: (0..<2, "true and false, or 1 and 0")
      case .u8: (0..<256, "whole numbers from 0 to 255")
      default: (-0x1p63..<0x1p63, "whole numbers")
      }
    let odd = numbers.doubles.first { $0.rounded() != $0 || !range.contains($0) }
    if let odd {
      throw Failure(
        "X0308",
        "a Tensor of \(type.rawValue) holds \(words), found \(Description.number(odd))",
        help: "cast(x, \"f32\") makes room for all numbers")
    }
    return try cast(given, type)
  }

  /// `variable` as f32 unless it is f32 or f64.
  static func real(_ variable: Variable) throws(GraphError) -> Variable {
    variable.type.isFloating ? variable : try variable.applying(Cast(to: .f32))
  }
}

extension Value {
  /// The element type of a Tensor.
  var elementType: ElementType? {
    if case .object(let object as TensorObject) = self { object.variable.type } else { nil }
  }

  var isFraction: Bool {
    if case .float = self { true } else { followedNumber != nil }
  }
  /// The type of a tensor that is made of a number, or of a list of them: a Float is f32.
  fileprivate var ownType: ElementType? {
    switch self {
    case .bool: .bool
    case .int: .i64
    case .float: .f32
    case .list: Stacking.type(of: self)
    default: followedNumber != nil ? .f32 : nil
    }
  }

  /// Whether f32 may not hold it: a tensor of whole numbers, or an Int beyond 2^24.
  fileprivate var needsDigits: Bool {
    switch self {
    case .int(let number): number.magnitude > 1 << 24
    default: elementType == .i64
    }
  }

  var isTruth: Bool { if case .bool = self { true } else { false } }
}

/// A list of numbers, or of lists of the same shape, that becomes a tensor.
struct Nested {
  private var shape: [Int] = []
  private var numbers: [Double] = []
  /// The narrowest type that holds all numbers; nil of none.
  private var type: ElementType?
  /// Whole numbers that a Double may not hold, by their places.
  private var large: [Int: Int] = [:]

  init(_ value: Value) throws(Failure) { try add(value, depth: 0) }

  private mutating func add(_ value: Value, depth: Int) throws(Failure) {
    switch value {
    case .list(let list):
      try enter(list.count, depth)
      for index in 0..<list.count { try add(list[index], depth: depth + 1) }
    case .object(let object as TensorObject):
      for (offset, size) in object.variable.shape.enumerated() { try enter(size, depth + offset) }
      widen(to: object.variable.type)
      let tensor = try object.variable.read()
      if tensor.type == .i64 {
        for (offset, number) in tensor.integers.enumerated() {
          note(number, numbers.count + offset)
        }
      }
      numbers += tensor.doubles
    case .int(let number):
      try leave(depth)
      widen(to: .i64)
      note(number, numbers.count)
      numbers.append(Double(number))
    case .float(let number):
      try leave(depth)
      widen(to: .f32)
      numbers.append(number)
    case .object(let number as FollowedNumber):
      try leave(depth)
      widen(to: .f32)
      numbers.append(number.reading)
    case .bool(let truth):
      try leave(depth)
      widen(to: .bool)
      numbers.append(truth ? 1 : 0)
    default:
      throw Failure("X0308", "a tensor holds numbers, found \(value.typePhrase)")
    }
  }

  private mutating func widen(to other: ElementType) { type = type.map { max($0, other) } ?? other }

  private mutating func note(_ number: Int, _ place: Int) {
    if number.magnitude > 1 << 53 { large[place] = number }
  }

  private mutating func enter(_ count: Int, _ depth: Int) throws(Failure) {
    guard depth < 32 else { throw Failure("X0204", "a tensor has at most 32 axes") }
    if depth == shape.count, numbers.isEmpty {
      shape.append(count)
    } else if depth >= shape.count || shape[depth] != count {
      throw Failure("X0204", "the rows of a tensor must have the same length")
    }
  }

  private func leave(_ depth: Int) throws(Failure) {
    guard depth == shape.count else {
      throw Failure("X0204", "the rows of a tensor must be equally deep")
    }
  }

  /// The tensor, of the narrowest type that holds all numbers unless one is given; without numbers of type `empty`.
  func tensor(_ wanted: ElementType?, empty: ElementType = .f32) throws(Failure) -> Tensor {
    do throws(TensorError) {
      let type = wanted ?? type ?? empty
      guard type == .i64, !large.isEmpty else {
        return try Tensor(numbers, shape).cast(fitting: type)
      }
      var others = numbers
      for place in large.keys where place < others.count { others[place] = 0 }
      var whole = try Tensor(others, shape).cast(fitting: type).integers
      for (place, number) in large where place < whole.count { whole[place] = number }
      return try Tensor(whole, shape)
    } catch { throw .from(error) }
  }
}
