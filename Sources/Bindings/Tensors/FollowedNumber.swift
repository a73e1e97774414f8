// FollowedNumber: a Float that was taken out of a tensor of which a derivative is being taken.
import Displays
import Graphs
import Runtime
import Syntax
import Tensors

/// The time during which a derivative is taken, the outermost one where they nest, and the numbers that left a tensor
/// meanwhile. When it ends they let go of what they were computed from and are numbers like all others.
final class Following: @unchecked Sendable {
  @TaskLocal static var current: Following?
  private struct Entry { weak var number: FollowedNumber? }
  private var entries: [Entry] = []
  private var nextSweep = 1024

  /// Runs `body`, which records a function, takes its derivative and keeps no number followed in what it gives.
  static func during<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    if current != nil { return try body() }
    let following = Following()
    let outcome = $current.withValue(following) { () -> Swift.Result<Result, Failure> in
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    for entry in following.entries { entry.number?.forget() }
    return try outcome.get()
  }

  fileprivate func add(_ number: FollowedNumber) {
    if entries.count >= nextSweep {
      entries.removeAll { $0.number == nil }
      nextSweep = max(1024, 2 * entries.count)
    }
    entries.append(Entry(number: number))
  }
}

/// A Float of the language that is read like every other one, while what is computed with it is followed. Arithmetic is that
/// of Floats, in f64; with a tensor it takes the tensor's type.
final class FollowedNumber: Object {
  private let value: Double
  /// A tensor with the number in it, and its place there; no place for a number in f64 by itself.
  private var source: Variable?
  private var place: Int?

  private init(_ value: Double, from source: Variable, at place: Int?, _ following: Following) {
    self.value = value
    self.source = source
    self.place = place
    super.init()
    following.add(self)
  }

  /// The element of `source` at a place in the order of its elements, which is `value`: followed if a derivative is
  /// being taken.
  static func taken(_ value: Double, from source: Variable, at place: Int = 0) -> Value {
    guard source.isTracked, let following = Following.current else { return .float(value) }
    return .object(FollowedNumber(value, from: source, at: place, following))
  }

  /// A number that was computed: a tensor of f64 without axes.
  private static func computed(_ result: Variable) throws(Failure) -> Value {
    let value = try result.read().doubles.first ?? .nan
    guard result.isTracked, let following = Following.current else { return .float(value) }
    return .object(FollowedNumber(value, from: result, at: nil, following))
  }

  /// The number alone from now on.
  fileprivate func forget() { source = nil }

  /// The number as a plain Float.
  var plain: Value { .float(value) }
  /// The number itself.
  var reading: Double { value }
  override var isFollowed: Bool { source != nil && (Recording.isOn || Recording.isClosed) }

  /// The number in f64, connected to what it was computed from.
  func variable() throws(Failure) -> Variable {
    guard let source else {
      return Variable(try tensor { () throws(TensorError) in try .scalar(value, .f64) })
    }
    guard let place else { return source }
    let single = try graph { () throws(GraphError) in
      let element = try source.reshaped([source.count])
        .applying(SliceAxis(0, from: place, count: 1)).reshaped([])
      return element.type == .f64 ? element : try element.applying(Cast(to: .f64))
    }
    // What is computed where nothing is recorded would cut the number off for good.
    guard single.isTracked else { return single }
    (self.source, self.place) = (single, nil)
    return single
  }

  // MARK: What it is to a reader: a Float

  override var typeName: String { "Float" }
  override var isFloat: Bool { true }
  override var sizes: [Int]? { [] }
  override var number: Double? { value }
  override func describe() -> String { Description.number(value) }
  override func display() -> Display { plain.display() }
  override func float() throws(Failure) -> Value? { .object(self) }
  override func scalar() throws(Failure) -> Value? { plain }
  override func equals(scalar other: Value) throws(Failure) -> Bool {
    try Equality.same(plain, other)
  }

  override func equals(_ other: Object) throws(Failure) -> Bool {
    if let other = other as? FollowedNumber { return value == other.value }
    return try other.equals(scalar: plain)
  }

  override func compare(
    _ comparison: Comparison, _ left: Value, _ right: Value
  ) throws(Failure) -> Value {
    try Comparisons.value(comparison, left.settled, right.settled)
  }

  // MARK: What is computed with it

  override func unary(_ operation: Syntax.UnaryOperator) throws(Failure) -> Value {
    guard operation == .negate else {
      throw Failure("X0301", "\(operation.rawValue) is not defined for a Float")
    }
    return try Self.applied(Negate(), [.object(self)]) ?? .float(-value)
  }

  override func binary(
    _ operation: Syntax.BinaryOperator, _ left: Value, _ right: Value
  ) throws(Failure) -> Value {
    guard left.isNumber, right.isNumber, operation != .matrixProduct else {
      if left.isTensor || right.isTensor {
        let (x, y) = try Promotion.operands(left, right, of: operation.rawValue, code: "X0301")
        return try TensorObject.value(operation, x, y)
      }
      let other = left.followedNumber === self ? right : left
      if case .object(let object) = other, !(object is FollowedNumber) {
        return try object.binary(operation, left, right)
      }
      return try Arithmetic.value(operation, left.settled, right.settled)
    }
    let result: Value? =
      switch operation {
      case .add: try Self.applied(Add(), [left, right])
      case .subtract: try Self.applied(Subtract(), [left, right])
      case .multiply: try Self.applied(Multiply(), [left, right])
      case .divide: try Self.applied(Divide(), [left, right])
      case .floorDivide: try Self.applied(FloorDivide(), [left, right])
      case .remainder: try Self.applied(Remainder(), [left, right])
      case .power: try Self.applied(Power(), [left, right])
      case .matrixProduct: nil
      }
    if let result { return result }
    return try Arithmetic.value(operation, left.settled, right.settled)
  }

  /// What an operator makes of numbers, followed as they are; nil if none of them is followed, or one is no number.
  static func applied(
    _ operation: some Operator, _ arguments: [Value]
  ) throws(Failure) -> Value? {
    guard arguments.contains(where: \.isFollowed), arguments.allSatisfy(\.isNumber) else {
      return nil
    }
    var operands: [Variable] = []
    for argument in arguments {
      guard let operand = try argument.variable(as: .f64) else { return nil }
      operands.append(operand)
    }
    return try computed(graph { () throws(GraphError) in try Graphs.apply(operation, operands) })
  }

  /// The same for the first arguments of a native.
  static func applied(
    _ operation: some Operator, _ arguments: Arguments, from first: Int = 0, count: Int
  ) throws(Failure) -> Value? {
    try applied(operation, (first..<first + count).map { arguments[$0] })
  }

  override func apply(
    _ function: String, _ machine: Machine, _ arguments: Arguments
  ) throws(Failure) -> Value? {
    guard isFollowed else { return nil }
    switch function {
    case "maximum", "minimum": return try Self.extreme(function, arguments)
    case "atan2": return try Self.applied(ArcTangent2(), arguments, count: 2)
    case "hypot": return try Self.applied(Hypotenuse(), arguments, count: 2)
    case "log", "log2", "log10", "abs", "sign": break
    default: guard TensorFunctions.isCurve(function) else { return nil }
    }
    guard
      case .object(let result as TensorObject) =
        try TensorFunctions.apply(function, variable(), arguments)
    else { return nil }
    return try Self.computed(result.variable)
  }

  /// The larger or the smaller of two: the number itself, with all that it was computed from. Of two equal ones the first.
  private static func extreme(
    _ function: String, _ arguments: Arguments
  ) throws(Failure) -> Value? {
    let (first, second) = (arguments[0], arguments[1])
    guard first.isNumber, second.isNumber, let x = first.number, let y = second.number else {
      guard first.isTensor || second.isTensor else { return nil }
      let (a, b) = try Promotion.operands(first, second, of: function)
      return Value(
        try graph { () throws(GraphError) in
          function == "maximum"
            ? try Graphs.apply(Maximum(), [a, b]) : try Graphs.apply(Minimum(), [a, b])
        })
    }
    if x.isNaN || y.isNaN { return x.isNaN ? first : second }
    return (function == "maximum" ? x >= y : x <= y) ? first : second
  }
}

extension Value {
  /// The number that is followed, if the value is one.
  var followedNumber: FollowedNumber? {
    if case .object(let object as FollowedNumber) = self { object } else { nil }
  }

  /// Whether a derivative follows it.
  var isFollowed: Bool { if case .object(let object) = self { object.isFollowed } else { false } }

  /// Whether it is an Int or a Float, be it followed or not.
  var isNumber: Bool { plainNumber != nil || followedNumber != nil }

  fileprivate var isTensor: Bool {
    if case .object(let object) = self { object is TensorObject } else { false }
  }

  /// The value, or the plain Float in place of a followed one.
  var settled: Value { followedNumber?.plain ?? self }
}
