// Any value of the language, and what it is called.

/// Any value of the language: an ordinary enum, so that copying retains and dropping releases.
///
/// The case with tag zero (`bool`) holds no reference: memory of zeros is a row of valid values.
public enum Value {
  case bool(Bool)
  case int(Int)
  case float(Double)
  case text(Text)
  case list(List)
  case record(Record)
  case function(Closure)
  case native(Native)
  case object(Object)
  /// A variable that functions share; never seen by a script.
  case box(Box)
  case none
}

extension Value {
  /// A String.
  package init(_ string: String) { self = .text(Text(string)) }

  /// A List of the given elements.
  package init(_ values: [Value]) { self = .list(List(values)) }

  /// A Record with the given fields, in order.
  package init(fields: [(String, Value)]) { self = .record(Record(fields)) }

  /// The name of the value's type as `type(v)` gives it: `Int`, `Float`, `String`, … or `none`.
  package var typeName: String {
    switch self {
    case .none: "none"
    case .bool: "Bool"
    case .int: "Int"
    case .float: "Float"
    case .text: "String"
    case .list: "List"
    case .record: "Record"
    case .function, .native: "Function"
    case .object(let object): object.typeName
    case .box: "Variable"
    }
  }

  /// The type with its article, for sentences: `an Int`, `none`.
  package var typePhrase: String {
    if case .none = self { return "none" }
    let name = typeName
    return ("AEIOU".contains(name.prefix(1)) ? "an " : "a ") + name
  }

  /// The number that an Int, a Float or a scalar object stands for.
  package var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .float(let number): number
    case .object(let object): object.number
    default: nil
    }
  }

  /// The string of a String.
  package var string: String? {
    if case .text(let text) = self { text.string } else { nil }
  }

  /// Whether a cell that ends with the value shows it.
  package var isShown: Bool {
    switch self {
    case .none: false
    case .object(let object): object.isShown
    default: true
    }
  }

  /// Whether the value is none.
  package var isNone: Bool { if case .none = self { true } else { false } }

  /// Whether a call of the value can succeed: functions, natives and objects that say so.
  package var isCallable: Bool {
    switch self {
    case .function, .native: true
    case .object(let object): object.isCallable
    default: false
    }
  }
}

/// A variable that is shared by the functions that mention it.
public final class Box {
  @exclusivity(unchecked) final var value: Value

  init(_ value: Value) { self.value = value }

  deinit { Discard.value(&value) }

  /// Stands in a register, a global or a box that has no value yet.
  nonisolated(unsafe) static let absent = Box(.none)
}

extension Value {
  /// Stands where no value has been given: an omitted argument, a global before its declaration.
  static var absent: Value { .box(Box.absent) }

  var isAbsent: Bool { if case .box(let box) = self { box === Box.absent } else { false } }
}
