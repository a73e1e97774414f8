// Values told apart by content, quickly where they can be hashed.

/// Numbers different values 0, 1, 2, … in the order in which they come. As with `==`, an Int and a
/// Float of the same number are one value; unlike there, nan is too.
package struct Distinct {
  private enum Key: Hashable {
    case none
    case nan
    case bool(Bool)
    case int(Int)
    case float(Double)
    case text(String)
    case list([Key])
    case record([String: Key])
  }

  package private(set) var count = 0
  private var hashed: [Key: Int] = [:]
  /// Objects and functions, which are compared one by one.
  private var others: [(value: Value, number: Int)] = []

  package init() {}

  /// The number of a value: `count` as it was before, if the value is new.
  package mutating func number(of value: Value, _ machine: Machine) throws(Failure) -> Int {
    var value = value
    if case .object(let object) = value, let plain = try object.scalar() { value = plain }
    if let key = Distinct.key(value, depth: 0) {
      if let number = hashed[key] { return number }
      hashed[key] = count
    } else {
      try machine.checkpoint()
      for other in others where try Equality.same(other.value, value) { return other.number }
      others.append((value, count))
    }
    count += 1
    return count - 1
  }

  private static func key(_ value: Value, depth: Int) -> Key? {
    switch value {
    case .none: return Key.none
    case .bool(let truth): return .bool(truth)
    case .int(let whole): return .int(whole)
    case .float(let fraction):
      if fraction.isNaN { return .nan }
      return Int(exactly: fraction).map { .int($0) } ?? .float(fraction)
    case .text(let text): return .text(text.string)
    case .list(let list):
      guard depth < 64 else { return nil }
      var keys: [Key] = []
      for index in 0..<list.count {
        guard let key = key(list[index], depth: depth + 1) else { return nil }
        keys.append(key)
      }
      return .list(keys)
    case .record(let record):
      guard depth < 64 else { return nil }
      var keys: [String: Key] = [:]
      for (name, value) in record.fields {
        guard let key = key(value, depth: depth + 1) else { return nil }
        keys[name] = key
      }
      return .record(keys)
    default: return nil
    }
  }
}
