// The base of every native object, with the hooks by which an object takes part in the language.
import Displays
import Syntax

/// One position of `x[a, .., b]`.
public enum Subscript {
  /// An index, a range, a list, a mask, or none (a new axis).
  case value(Value)
  /// `..`: all remaining axes.
  case rest
}

/// An argument of a call, with its label if it was given one.
public struct Argument {
  package var label: String?
  package var value: Value

  package init(label: String? = nil, _ value: Value) {
    self.label = label
    self.value = value
  }
}

/// The base of every native object. Subclasses are final (a cast to them is then one comparison)
/// and override what has a meaning for them; everything else is an error that says so.
///
/// Open, and with it public the types that its hooks speak of, because Swift lets only open classes be
/// subclassed in another module.
///
/// Objects behave as values: a hook never changes `self` in a way that a script can see.
open class Object {
  public init() {}

  /// The name that `type(v)` gives.
  open var typeName: String { "Object" }
  /// What is shown for the object.
  open func display() -> Display { .text(describe()) }
  /// What stands once before the displays of a list of such objects: the input that they explain.
  open var context: Display? { nil }
  /// The object in one line.
  open func describe() -> String { typeName }
  /// What `print` writes and `"{x}"` inserts for the object, in one line.
  open func inscription() -> String { describe() }
  /// A few words for labels of errors: a tensor gives its shape.
  open var brief: String { describe() }
  /// Where the object came from ("layer conv1", "file x.onnx"), for errors.
  open var origin: String? { nil }
  /// The sizes of the object's axes, where an annotation may ask for a shape; nil when it has none.
  open var sizes: [Int]? { nil }
  /// The number that a scalar object stands for, wherever an Int or a Float is expected.
  open var number: Double? { nil }
  /// The same with all digits, where it is a whole number of 64 bits.
  open var whole: Int? { nil }
  /// Whether a derivative follows that number, which must then not be taken for a constant.
  open var isFollowed: Bool { false }
  /// Whether the object is a Float of the language in every respect.
  open var isFloat: Bool { false }
  /// What `float(x)` gives; nil when the object stands for no number.
  open func float() throws(Failure) -> Value? { number.map { .float($0) } }

  /// Whether the object holds as a condition.
  open func truth() throws(Failure) -> Bool {
    throw Failure("X0302", "\(Value.object(self).typePhrase) is neither true nor false")
  }

  /// `-x`, or `not x`.
  open func unary(_ operation: UnaryOperator) throws(Failure) -> Value {
    throw Failure.unsupported(operation, .object(self))
  }

  /// `left op right`, where this object is one of the two (the left one is asked if both are objects).
  open func binary(_ operation: BinaryOperator, _ left: Value, _ right: Value)
    throws(Failure) -> Value
  {
    throw Failure.unsupported(operation, left, right)
  }

  /// `self op other` for two objects that someone keeps alive, without counting references to them; nil where
  /// `binary(_:_:_:)` is to be asked.
  open func binary(_ operation: BinaryOperator, with other: Object) -> Result<Value, Failure>? {
    nil
  }

  /// `left op right` for a comparison; the result may be an object such as a mask.
  /// Equality falls back on `equals`.
  open func compare(_ comparison: Comparison, _ left: Value, _ right: Value)
    throws(Failure) -> Value
  {
    switch comparison {
    case .equal: return .bool(try Equality.same(left, right))
    case .notEqual: return .bool(try !Equality.same(left, right))
    default: throw Failure.incomparable(comparison, left, right)
    }
  }

  /// Whether the other object has the same content.
  open func equals(_ other: Object) throws(Failure) -> Bool {
    if self === other { return true }
    throw Failure(
      "X0304", "\(Value.object(self).typePhrase) cannot be compared for equality")
  }

  /// The number or truth value that equals the object wherever values are told apart; nil if there is none.
  open func scalar() throws(Failure) -> Value? { nil }

  /// Whether the object stands for this number or truth value.
  open func equals(scalar value: Value) throws(Failure) -> Bool { false }

  /// `x[…]`.
  open func element(_ subscripts: [Subscript]) throws(Failure) -> Value {
    throw Failure("X0306", "\(Value.object(self).typePhrase) has no elements")
  }

  /// The new value of `x` after `x[…] = value`.
  open func replacing(_ subscripts: [Subscript], by value: Value) throws(Failure) -> Value {
    throw Failure("X0307", "elements of \(Value.object(self).typePhrase) cannot be changed")
  }

  /// `x.name`, or nil when there is no such field.
  open func field(_ name: String) throws(Failure) -> Value? { nil }
  /// The names for which `field` gives a value.
  open var fieldNames: [String] { [] }
  /// A few words about each field, for lists of them.
  open var fieldNotes: [String: String] { [:] }
  /// The texts for which `element` gives something, as far as they can be listed: `x["name"]`.
  open var keys: [String] { [] }

  /// Whether `call` is overridden.
  open var isCallable: Bool { false }
  /// `x(…)`.
  open func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    throw Failure.notCallable(.object(self))
  }

  /// The function of the core with this name (`sqrt`, `sum`, `abs`, …) applied to the arguments, of
  /// which the first is this object; nil when the object has no such function.
  open func apply(_ function: String, _ machine: Machine, _ arguments: Arguments)
    throws(Failure) -> Value?
  { nil }

  /// Enters the scope that the object is, for `with`, and gives what leaves it; nil when it is none.
  open func enter() -> (() -> Void)? { nil }
  /// Whether a cell whose value the object is shows it.
  open var isShown: Bool { true }

  /// `left >> right`, where this object is one of the two; nil for plain composition.
  open func composed(_ left: Value, _ right: Value) throws(Failure) -> Value? { nil }

  /// The number of elements that iteration visits and `length` gives; nil when it has none.
  open var length: Int? { nil }
  /// The element at an index in `0..<length`, for iteration.
  open func item(_ index: Int) throws(Failure) -> Value {
    try element([.value(.int(index))])
  }
}
