// Equality by content, and order.

package enum Equality {
  /// Deeper than this, values are not compared.
  static let deepest = 1_000

  /// Whether two values have the same content; an Int equals the Float of the same number.
  package static func same(_ left: Value, _ right: Value, depth: Int = 0) throws(Failure) -> Bool {
    switch (left, right) {
    case (.none, .none): return true
    case (.bool(let x), .bool(let y)): return x == y
    case (.int(let x), .int(let y)): return x == y
    case (.float(let x), .float(let y)): return x == y
    case (.int(let x), .float(let y)), (.float(let y), .int(let x)): return Int(exactly: y) == x
    case (.text(let x), .text(let y)): return x.equals(y)
    case (.list(let x), .list(let y)):
      if x === y { return true }
      guard x.count == y.count else { return false }
      try check(depth)
      for index in 0..<x.count where try !same(x[index], y[index], depth: depth + 1) {
        return false
      }
      return true
    case (.record(let x), .record(let y)):
      if x === y { return true }
      guard x.count == y.count else { return false }
      try check(depth)
      for (name, value) in x.fields {
        guard let other = y[name], try same(value, other, depth: depth + 1) else { return false }
      }
      return true
    case (.object(let x), .object(let y)): return try x === y ? true : x.equals(y)
    case (.object(let x), .int), (.object(let x), .float), (.object(let x), .bool):
      return try x.equals(scalar: right)
    case (.int, .object(let y)), (.float, .object(let y)), (.bool, .object(let y)):
      return try y.equals(scalar: left)
    case (.native(let x), .native(let y)): return x === y
    case (.function(let x), .function(let y)):
      if x === y { return true }
      throw Failure(
        "X0304", "functions cannot be compared",
        notes: ["Two functions are equal only if they are one and the same."])
    default: return false
    }
  }

  private static func check(_ depth: Int) throws(Failure) {
    if depth >= deepest { throw Failure("X0605", "the values are nested too deeply to compare") }
  }

  /// Whether `left < right` (or, with `orEqual`, `<=`); numbers, strings and lists have an order.
  package static func precedes(_ left: Value, _ right: Value, orEqual: Bool, depth: Int = 0)
    throws(Failure) -> Bool
  {
    switch (left, right) {
    case (.int(let x), .int(let y)): return orEqual ? x <= y : x < y
    case (.int(let x), .float(let y)): return precedes(x, y, orEqual: orEqual)
    case (.float(let x), .int(let y)): return !x.isNaN && !precedes(y, x, orEqual: !orEqual)
    case (.text(let x), .text(let y)):
      return orEqual ? x.string <= y.string : x.string < y.string
    case (.list(let x), .list(let y)):
      try check(depth)
      for index in 0..<min(x.count, y.count) {
        if try !same(x[index], y[index]) {
          return try precedes(x[index], y[index], orEqual: orEqual, depth: depth + 1)
        }
      }
      return orEqual ? x.count <= y.count : x.count < y.count
    default:
      guard let x = left.number, let y = right.number else {
        throw Failure.incomparable(orEqual ? .lessOrEqual : .less, left, right)
      }
      return orEqual ? x <= y : x < y
    }
  }

  /// An Int and a Float by their exact values: no Int is rounded, as it is not for equality.
  private static func precedes(_ x: Int, _ y: Double, orEqual: Bool) -> Bool {
    let below = y.rounded(.down)
    guard let whole = Int(exactly: below) else { return y > 0 }
    return x < whole || x == whole && (orEqual || below < y)
  }
}
