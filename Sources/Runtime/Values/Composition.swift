// Functions one after another: `f >> g`.

/// `f >> g`: what the first gives is handed to the next.
package final class Composition: Object {
  /// More functions than this are not put together: each step would copy them all.
  private static let longest = 10_000
  /// The functions in the order in which they run.
  package let parts: [Value]

  package init(_ parts: [Value]) { self.parts = parts }

  package override var typeName: String { "Function" }
  package override func describe() -> String {
    parts.map { part in
      switch part {
      case .function(let function): Composition.name(function)
      case .native(let native): native.name
      default: Description.brief(part)
      }
    }.joined(separator: " >> ")
  }

  private static func name(_ function: Closure) -> String {
    if let name = function.name { return name }
    let text = function.sourceText
    return text.count <= 40 && !text.contains("\n") ? "(\(text))" : "function"
  }

  package override var isCallable: Bool { true }
  package override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard let first = parts.first else { return .none }
    var value = try machine.call(first, arguments: arguments)
    for part in parts.dropFirst() { value = try machine.call(part, value) }
    return value
  }

  package override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? Composition, parts.count == other.parts.count else { return false }
    for (mine, theirs) in zip(parts, other.parts) where try !Equality.same(mine, theirs) {
      return false
    }
    return true
  }

  package override var length: Int? { parts.count }
  package override func item(_ index: Int) throws(Failure) -> Value {
    guard parts.indices.contains(index) else {
      throw Failure.outOfRange(index, count: parts.count, of: "the composition")
    }
    return parts[index]
  }

  /// `left >> right` for values that can be called.
  static func of(_ left: Value, _ right: Value) throws(Failure) -> Value {
    if case .object(let object) = left, let result = try object.composed(left, right) {
      return result
    }
    if case .object(let object) = right, let result = try object.composed(left, right) {
      return result
    }
    for value in [left, right] where !value.isCallable {
      throw Failure("X0309", ">> needs functions, found \(Description.found(value))")
    }
    var parts: [Value] = []
    for value in [left, right] {
      if case .object(let object) = value, let composition = object as? Composition {
        parts += composition.parts
      } else {
        parts.append(value)
      }
    }
    guard parts.count <= Composition.longest else {
      throw Failure("X0606", "\(parts.count) functions are too many for one composition")
    }
    return .object(Composition(parts))
  }
}
