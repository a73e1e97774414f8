// Arithmetic off the fast path: mixed numbers, overflow, texts, lists and objects.
import Glibc
import Syntax
import Tensors

extension Machine {
  /// `a = b op c` for whatever the loop does not do itself.
  @inline(never) func arithmetic(_ operation: BinaryOperator, _ a: Slot, _ b: Slot, _ c: Slot)
    throws(Failure)
  {
    if operation == .add, a == b, b != c, try extend(a, by: c) { return }
    switch Arithmetic.ofObjects(operation, b.pointee.objectObject, c.pointee.objectObject) {
    case .success(let value)?: a.take(value)
    case .failure(let failure)?: throw failure
    case nil:
      if b.pointee.isReference, isInterrupted() { try checkpoint() }
      a.take(try Arithmetic.value(operation, b.pointee, c.pointee))
    }
    try checkpoint(after: a)
  }

  /// Appends to a list or string in place if nothing else holds it: `xs += [x]`.
  private func extend(_ a: Slot, by c: Slot) throws(Failure) -> Bool {
    if let list = a.pointee.listObject, let other = c.pointee.elements, list.isUnique {
      let count = (a.pointee.elements?.count ?? 0) + other.count
      try Elements.check(count, "elements", for: "a List", adding: other.count)
      list._withUnsafeGuaranteedRef { $0.append(copying: other.base, other.count) }
      return true
    }
    if let text = a.pointee.textObject, let other = c.pointee.textObject, text.isUnique {
      let added = other._withUnsafeGuaranteedRef { $0.size }
      let size = text._withUnsafeGuaranteedRef { $0.size } + added
      try Elements.check(size, "bytes", for: "a String", adding: added)
      text._withUnsafeGuaranteedRef { text in other._withUnsafeGuaranteedRef { text.append($0) } }
      return true
    }
    return false
  }

  @inline(never) func negated(_ a: Slot, _ b: Slot) throws(Failure) {
    switch b.pointee {
    case .int(let x):
      let (result, overflow) = (0).subtractingReportingOverflow(x)
      if overflow { throw Arithmetic.overflow(.subtract) }
      a.set(result)
    case .float(let x): a.set(-x)
    case .object(let object): a.take(try object.unary(.negate))
    default: throw Failure.unsupported(.negate, b.pointee)
    }
  }

  @inline(never) func inverted(_ a: Slot, _ b: Slot) throws(Failure) {
    switch b.pointee {
    case .bool(let x): a.set(!x)
    case .object(let object): a.take(try object.unary(.not))
    default: throw conditionFailure(b.pointee)
    }
  }

  /// Whether a value that is not a Bool holds as a condition.
  @inline(never) func condition(_ slot: Slot) throws(Failure) -> Bool {
    if case .object(let object) = slot.pointee { return try object.truth() }
    throw conditionFailure(slot.pointee)
  }

  private func conditionFailure(_ value: Value) -> Failure {
    let help: String? =
      switch value {
      case .int, .float: "compare it: x != 0"
      case .list, .text, .record: "compare it: length(x) > 0"
      case .none: "compare it: x != none"
      default: nil
      }
    return Failure(
      "X0302", "a condition must be a Bool, found \(Description.found(value))", help: help)
  }
}

/// Arithmetic on values.
package enum Arithmetic {
  /// More elements or bytes than this are not made by repetition.
  static let largest = 1 << 28

  /// `left op right` where two objects answer for themselves; registers or values keep them alive.
  @inline(__always) static func ofObjects(
    _ operation: BinaryOperator, _ left: Unmanaged<Object>?, _ right: Unmanaged<Object>?
  ) -> Result<Value, Failure>? {
    guard let left, let right else { return nil }
    return left._withUnsafeGuaranteedRef { x in
      right._withUnsafeGuaranteedRef { x.binary(operation, with: $0) }
    }
  }

  /// `left op right`.
  package static func value(_ operation: BinaryOperator, _ left: Value, _ right: Value)
    throws(Failure) -> Value
  {
    if let result = ofObjects(operation, left.objectObject, right.objectObject) {
      return try result.get()
    }
    switch (left, right) {
    case (.int(let x), .int(let y)): return try whole(operation, x, y)
    case (.object(let x), .object(let y)):
      do {
        return try x.binary(operation, left, right)
      } catch  where error.code == "X0301" {
        return try y.binary(operation, left, right)
      }
    case (.object(let object), _), (_, .object(let object)):
      return try object.binary(operation, left, right)
    case (.text(let x), .text(let y)) where operation == .add:
      try Elements.check(x.size + y.size, "bytes", for: "a String")
      return Value(x.string + y.string)
    case (.list(let x), .list(let y)) where operation == .add:
      try Elements.check(x.count + y.count, "elements", for: "a List")
      let list = List(copying: x.base, x.count, reserving: y.count)
      list.append(copying: y.base, y.count)
      return .list(list)
    case (.text(let text), .int(let count)) where operation == .multiply:
      try checkSize(text.size, count)
      try Elements.check(text.size * count, "bytes", for: "a String")
      return Value(String(repeating: text.string, count: count))
    case (.list(let list), .int(let count)) where operation == .multiply:
      try checkSize(list.count, count)
      try Elements.check(list.count * count, "elements", for: "a List")
      let result = List(capacity: list.count * count)
      for _ in 0..<count { result.append(copying: list.base, list.count) }
      return .list(result)
    default:
      guard let x = left.number, let y = right.number, operation != .matrixProduct else {
        throw unsupported(operation, left, right)
      }
      return .float(fraction(operation, x, y))
    }
  }

  private static func unsupported(_ operation: BinaryOperator, _ left: Value, _ right: Value)
    -> Failure
  {
    let failure = Failure.unsupported(operation, left, right)
    if operation == .add, left.string != nil || right.string != nil {
      failure.helps.append(.init("insert the value into the text: \"… {value}\""))
    }
    if case .record = left, case .record = right, operation == .add {
      failure.helps.append(.init("join records with {a..., b...}"))
    }
    if left.isNone || right.isNone {
      failure.helps.append(.init("give a default where the value may be none: x ?? 0"))
    }
    return failure
  }

  private static func checkSize(_ size: Int, _ count: Int) throws(Failure) {
    guard count >= 0 else {
      throw Failure("X0301", "\(count) repetitions are not possible")
    }
    let (total, overflow) = size.multipliedReportingOverflow(by: count)
    if overflow || total > largest {
      throw Failure("X0606", "\(count) repetitions of \(size) elements are too many")
    }
  }

  static func overflow(_ operation: BinaryOperator) -> Failure {
    Failure(
      "X0311", "the result of \(operation.rawValue) is too large for an Int",
      notes: ["An Int holds -9223372036854775808 to 9223372036854775807."],
      help: "use Floats where such numbers are meant: float(x)")
  }

  private static func divisionByZero(_ operation: BinaryOperator) -> Failure {
    Failure("X0312", "\(operation.rawValue) by zero")
  }

  private static func whole(_ operation: BinaryOperator, _ x: Int, _ y: Int) throws(Failure)
    -> Value
  {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = x.addingReportingOverflow(y)
    case .subtract: result = x.subtractingReportingOverflow(y)
    case .multiply: result = x.multipliedReportingOverflow(by: y)
    case .divide:
      if y == 0 { throw divisionByZero(operation) }
      return .float(Double(x) / Double(y))
    case .floorDivide:
      if y == 0 { throw divisionByZero(operation) }
      result = x.dividedReportingOverflow(by: y)
      if !result.overflow, x % y != 0, (x < 0) != (y < 0) {
        return .int(result.partialValue - 1)
      }
    case .remainder:
      if y == 0 { throw divisionByZero(operation) }
      if y == -1 { return .int(0) }
      let rest = x % y
      return .int(rest != 0 && (rest ^ y) < 0 ? rest + y : rest)
    case .power:
      if y < 0 {
        if x == 0 { throw divisionByZero(operation) }
        return .float(pow(Double(x), Double(y)))
      }
      guard let exact = power(x, y) else { throw overflow(operation) }
      return .int(exact)
    case .matrixProduct: throw Failure.unsupported(operation, .int(x), .int(y))
    }
    if result.overflow { throw overflow(operation) }
    return .int(result.partialValue)
  }

  /// `base ** exponent` by repeated squaring; nil when it does not fit.
  private static func power(_ base: Int, _ exponent: Int) -> Int? {
    var result = 1
    var square = base
    var left = exponent
    while true {
      if left & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: square)
        if overflow { return nil }
        result = product
      }
      left >>= 1
      if left == 0 { return result }
      let (product, overflow) = square.multipliedReportingOverflow(by: square)
      if overflow {
        // Squares of 0, 1 and -1 never overflow, so the result would.
        return nil
      }
      square = product
    }
  }

  private static func fraction(_ operation: BinaryOperator, _ x: Double, _ y: Double) -> Double {
    switch operation {
    case .add: return x + y
    case .subtract: return x - y
    case .multiply: return x * y
    case .divide: return x / y
    case .floorDivide: return x.floorQuotient(y)
    case .remainder:
      let rest = fmod(x, y)
      return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
    case .power: return pow(x, y)
    case .matrixProduct: return .nan
    }
  }
}
