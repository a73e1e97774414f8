// TensorObject: a tensor as a value of the language.
import Displays
import Graphs
import Runtime
import Syntax
import Tensors

/// A Tensor of the language: a variable of the graph that is being computed.
final class TensorObject: Object {
  /// The only stored property: were there several, the end of each object would cost a reference to it.
  private let parts: Parts

  var variable: Variable { parts.variable }
  /// Where it came from ("layer conv1", a file), for errors.
  var source: String? { parts.provenance?.source }
  /// What the places of the last axis stand for: the classes of a model's output.
  var labels: [String] { parts.provenance?.labels ?? [] }

  private struct Parts {
    let variable: Variable
    let provenance: Provenance?
  }

  /// What few tensors have.
  private final class Provenance {
    let source: String?
    let labels: [String]

    init(_ source: String?, _ labels: [String]) {
      self.source = source
      self.labels = labels
    }
  }

  init(_ variable: Variable, from source: String? = nil, labels: [String] = []) {
    let isPlain = source == nil && labels.isEmpty
    let provenance = isPlain ? nil : Provenance(source, labels)
    parts = Parts(variable: variable, provenance: provenance)
  }

  convenience init(_ tensor: Tensor, from source: String? = nil) {
    self.init(Variable(tensor), from: source)
  }

  override var typeName: String { "Tensor" }
  override var origin: String? { source }
  override var sizes: [Int]? { variable.shape }
  override var number: Double? {
    guard let numbers = variable.numbers else {
      MappedReads.current?.noted = true
      return nil
    }
    guard numbers.count == 1 else { return nil }
    return numbers.doubles.first
  }
  override var whole: Int? {
    guard variable.type == .i64, let numbers = variable.numbers, numbers.count == 1 else {
      return nil
    }
    return numbers.integers.first
  }
  override var isFollowed: Bool {
    variable.isTracked && variable.type.isFloating && Recording.isOn && Following.current != nil
  }
  override func float() throws(Failure) -> Value? {
    number.map { isFollowed ? FollowedNumber.taken($0, from: variable) : .float($0) }
  }
  override var length: Int? { variable.shape.first }

  override func describe() -> String {
    if variable.isMapped {
      return "Tensor \(variable.type.rawValue) \(Shape.describe(variable.shape)) of each example"
    }
    if variable.rank == 0, let number {
      if variable.type == .bool { return number != 0 ? "true" : "false" }
      if let whole { return String(whole) }
      return Numbers.short(number)
    }
    return "Tensor \(variable.type.rawValue) \(Shape.describe(variable.shape))"
  }

  override func display() -> Display {
    guard let numbers = variable.numbers else { return .text(describe()) }
    let display = TensorDisplay(
      type: numbers.type.rawValue, shape: numbers.shape, values: numbers.doubles,
      integral: !numbers.type.isFloating, logical: numbers.type == .bool)
    return display.map { .tensor($0) } ?? .text(describe())
  }

  /// The longest text, in characters, that shows the numbers in place of the type and the shape.
  private static let longestInscription = 80

  /// The numbers of a tensor that is small enough for a line; otherwise its type and shape.
  override func inscription() -> String {
    guard let numbers = variable.numbers, numbers.rank > 0,
      numbers.count <= Self.longestInscription,
      case .tensor(let display) = display()
    else { return describe() }
    return display.line(within: Self.longestInscription) ?? describe()
  }

  override func item(_ index: Int) throws(Failure) -> Value {
    try element([.value(.int(index))])
  }

  override func apply(
    _ function: String, _ machine: Machine, _ arguments: Arguments
  ) throws(Failure) -> Value? {
    try TensorFunctions.apply(function, variable, arguments)
  }

  override func truth() throws(Failure) -> Bool {
    _ = try variable.read()
    guard let number else {
      throw Failure(
        "X0302", "a Tensor of shape \(Shape.describe(variable.shape)) is neither true nor false",
        help: "use all(…) or any(…)")
    }
    return number != 0
  }

  override func equals(_ other: Object) throws(Failure) -> Bool {
    if let number = other as? FollowedNumber { return try equals(scalar: number.plain) }
    guard let other = other as? TensorObject, other.variable.shape == variable.shape else {
      return false
    }
    let same = try graph { () throws(GraphError) in
      try Graphs.apply(Equal(), variable, other.variable)
    }
    return try !same.read().bools.contains(false)
  }

  override func scalar() throws(Failure) -> Value? { variable.rank == 0 ? try item() : nil }

  /// A tensor without axes equals its number, which is compared in the tensor's type, as `==` does.
  override func equals(scalar value: Value) throws(Failure) -> Bool {
    guard variable.rank == 0, (variable.type == .bool) == value.isTruth,
      let given = try value.variable(
        as: variable.type.isFloating ? variable.type : value.isFraction ? .f64 : nil)
    else { return false }
    return try equals(TensorObject(given))
  }

  override func element(_ subscripts: [Runtime.Subscript]) throws(Failure) -> Value {
    Value(try Indexing.element(variable, subscripts))
  }

  override func replacing(
    _ subscripts: [Runtime.Subscript], by value: Value
  ) throws(Failure) -> Value {
    Value(
      try Indexing.replacing(variable, subscripts, by: Promotion.held(value, by: variable.type)))
  }

  override var fieldNotes: [String: String] {
    [
      "shape": "the lengths of the axes",
      "type": "the type of the elements: f32, f64, i64, u8, bool",
      "count": "the number of elements",
      "rank": "the number of axes",
      "item": "the only element, as a number, through which derivatives pass",
    ]
  }

  override var fieldNames: [String] { ["shape", "type", "count", "rank", "item"] }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "shape": Value(variable.shape.map { .int($0) })
    case "type": Value(variable.type.rawValue)
    case "count": .int(variable.count)
    case "rank": .int(variable.rank)
    case "item": try item()
    default: nil
    }
  }

  /// The number of a tensor of one element, as an Int, a Float or a Bool.
  private func item() throws(Failure) -> Value {
    let numbers = try variable.read()
    guard let number else {
      throw Failure(
        "X0204", "item needs a tensor of one element, found shape \(Shape.describe(variable.shape))"
      )
    }
    if variable.type == .bool { return .bool(number != 0) }
    return variable.type.isFloating
      ? FollowedNumber.taken(number, from: variable) : .int(numbers.integers.first ?? 0)
  }

  override func unary(_ operation: Syntax.UnaryOperator) throws(Failure) -> Value {
    let result = try graph { () throws(GraphError) in
      switch operation {
      case .negate: try variable.applying(Negate())
      case .not: try variable.applying(LogicalNot())
      }
    }
    return Value(result)
  }

  override func binary(
    _ operation: Syntax.BinaryOperator, _ left: Value, _ right: Value
  ) throws(Failure) -> Value {
    let (x, y) = try Promotion.operands(left, right, of: operation.rawValue, code: "X0301")
    return try Self.value(operation, x, y)
  }

  override func binary(
    _ operation: Syntax.BinaryOperator, with other: Object
  ) -> Result<Value, Failure>? {
    guard let other = (other as? TensorObject)?.parts.variable else { return nil }
    return Self.alike(operation, parts.variable, other)
  }

  /// `x op y` if the operands have one element type.
  private static func alike(
    _ operation: Syntax.BinaryOperator, _ x: Variable, _ y: Variable
  ) -> Result<Value, Failure>? {
    guard x.type == y.type else { return nil }
    do throws(Failure) {
      return .success(try value(operation, x, y))
    } catch {
      return .failure(error)
    }
  }

  /// `x op y` for operands of one element type.
  static func value(
    _ operation: Syntax.BinaryOperator, _ x: Variable, _ y: Variable
  ) throws(Failure) -> Value {
    Value(
      try graph { () throws(GraphError) in
        switch operation {
        case .add: try x + y
        case .subtract: try x - y
        case .multiply: try x * y
        case .divide: try Promotion.real(x) / Promotion.real(y)
        case .floorDivide: try Graphs.apply(FloorDivide(), x, y)
        case .remainder: try Graphs.apply(Remainder(), x, y)
        case .power: try Graphs.apply(Power(), x, y)
        case .matrixProduct: try Graphs.apply(MatrixProduct(), x, y)
        }
      })
  }

  override func compare(
    _ comparison: Comparison, _ left: Value, _ right: Value
  ) throws(Failure) -> Value {
    let (x, y) = try Promotion.compared(left, right, of: comparison.rawValue)
    return Value(
      try graph { () throws(GraphError) in
        switch comparison {
        case .equal: try Graphs.apply(Equal(), x, y)
        case .notEqual: try Graphs.apply(NotEqual(), x, y)
        case .less: try Graphs.apply(Less(), x, y)
        case .lessOrEqual: try Graphs.apply(LessOrEqual(), x, y)
        case .greater: try Graphs.apply(Greater(), x, y)
        case .greaterOrEqual: try Graphs.apply(GreaterOrEqual(), x, y)
        case .contains, .notContains:
          throw .structure(reason: "`in` needs a list, a range or a record on its right")
        }
      })
  }
}

extension Value {
  /// A Tensor.
  init(_ variable: Variable) { self = .object(TensorObject(variable)) }

  /// A Tensor without history.
  init(_ tensor: Tensor) { self = .object(TensorObject(tensor)) }

  /// The tensor that this value is or, for a number, a truth value or a nested list of them, stands for.
  func variable(as type: ElementType? = nil) throws(Failure) -> Variable? {
    switch self {
    case .object(let object as TensorObject): return object.variable
    case .int(let number):
      return Variable(
        try tensor { () throws(TensorError) in
          // By way of a Double a large one would lose digits.
          guard let type, type != .i64 else { return try Tensor([number], []) }
          return try Tensor.scalar(Double(number), .f64).cast(fitting: type)
        })
    case .float(let number):
      return Variable(
        try tensor { () throws(TensorError) in
          guard let type, !type.isFloating else { return try .scalar(number, type ?? .f32) }
          return try Tensor.scalar(number, .f64).cast(fitting: type)
        })
    case .bool(let truth):
      return Variable(try tensor { () throws(TensorError) in try Tensor([truth], []) })
    case .object(let number as FollowedNumber):
      return try Promotion.cast(number.variable(), type ?? .f32)
    case .list:
      if let stacking = Stacking(self) { return try stacking.tensor(type) }
      return Variable(try Nested(self).tensor(type))
    default: return nil
    }
  }
}

/// A tensor of the language read from Swift.
package struct TensorReading {
  /// The sizes of its axes.
  package let shape: [Int]
  /// Its numbers, the last axis fastest.
  package let values: [Double]

  /// Reads a Tensor; nil for any other value, and for one of many examples.
  package init?(_ value: Value) {
    guard case .object(let object as TensorObject) = value, let numbers = object.variable.numbers
    else { return nil }
    shape = numbers.shape
    values = numbers.doubles
  }
}
