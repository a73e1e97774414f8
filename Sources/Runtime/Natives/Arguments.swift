// Typed access to the arguments of a native function. What they throw, the machine completes with
// the names of the function and the parameter.

/// The arguments of a native function, in the order of its parameters: a view of the machine's
/// registers, which cannot outlive the call.
public typealias Arguments = Swift.Span<Value>

extension Swift.Span<Value> {
  /// Whether the argument is none.
  package func isNone(_ position: Int) -> Bool { self[position].isNone }

  /// An Int; a Float without a fraction counts as one, and so does a scalar object.
  package func int(_ position: Int) throws(Failure) -> Int {
    if case .int(let whole) = self[position] { return whole }
    if case .object(let object) = self[position], let whole = object.whole { return whole }
    if let number = self[position].number, let whole = Int(exactly: number) { return whole }
    throw .argument(position, expected: "an Int", found: self[position])
  }

  /// A Float with which is computed; an Int or a scalar object counts as one, if no derivative follows it.
  package func float(_ position: Int) throws(Failure) -> Double {
    if case .object(let object) = self[position], object.isFollowed {
      throw .followed(position, self[position])
    }
    return try reading(position)
  }

  /// The same where the result does not change with the number, but for jumps.
  package func reading(_ position: Int) throws(Failure) -> Double {
    if let number = self[position].number { return number }
    throw .argument(position, expected: "a number", found: self[position])
  }

  package func bool(_ position: Int) throws(Failure) -> Bool {
    switch self[position] {
    case .bool(let truth): return truth
    case .object(let object): return try object.truth()
    default: throw .argument(position, expected: "a Bool", found: self[position])
    }
  }

  package func text(_ position: Int) throws(Failure) -> Text {
    if case .text(let text) = self[position] { return text }
    throw .argument(position, expected: "a String", found: self[position])
  }

  package func string(_ position: Int) throws(Failure) -> String { try text(position).string }

  package func list(_ position: Int) throws(Failure) -> List {
    if case .list(let list) = self[position] { return list }
    throw .argument(position, expected: "a List", found: self[position])
  }

  package func record(_ position: Int) throws(Failure) -> Record {
    if case .record(let record) = self[position] { return record }
    throw .argument(position, expected: "a Record", found: self[position])
  }

  /// Anything that can be called: a function, a native, a callable object.
  package func function(_ position: Int) throws(Failure) -> Value {
    if self[position].isCallable { return self[position] }
    throw .argument(position, expected: "a Function", found: self[position])
  }

  /// An object of a class.
  package func object<T: Object>(_ position: Int, as type: T.Type = T.self) throws(Failure) -> T {
    if case .object(let object) = self[position], let cast = object as? T { return cast }
    throw .argument(position, expected: Arguments.phrase(for: T.self), found: self[position])
  }

  /// An Int in a range that reads "from 1 to 10".
  package func int(_ position: Int, in range: ClosedRange<Int>) throws(Failure) -> Int {
    let value = try int(position)
    if range.contains(value) { return value }
    let bounds =
      range.upperBound == .max
      ? "an Int of at least \(range.lowerBound)"
      : "an Int from \(range.lowerBound) to \(range.upperBound)"
    throw .argument(position, expected: bounds, found: self[position])
  }

  /// A List of Ints, or one Int.
  package func ints(_ position: Int) throws(Failure) -> [Int] {
    if let whole = self[position].whole { return [whole] }
    guard case .list(let list) = self[position] else {
      throw .argument(position, expected: "a List of Ints", found: self[position])
    }
    var result: [Int] = []
    for value in list.values {
      guard case .int(let whole) = value else {
        throw .argument(position, expected: "a List of Ints", found: self[position])
      }
      result.append(whole)
    }
    return result
  }

  /// The class without its suffix: `TensorObject` is "a Tensor".
  private static func phrase<T>(for type: T.Type) -> String {
    var name = String(describing: type)
    if name.hasSuffix("Object"), name != "Object" { name.removeLast(6) }
    return ("AEIOU".contains(name.prefix(1)) ? "an " : "a ") + name
  }
}
