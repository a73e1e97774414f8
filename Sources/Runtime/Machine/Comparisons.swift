// Comparisons off the fast path.
import Syntax

extension Machine {
  /// `a = b op c` where the result may be an object, such as a mask.
  @inline(never) func compared(_ comparison: Comparison, _ a: Slot, _ b: Slot, _ c: Slot)
    throws(Failure)
  {
    if b.pointee.isReference, isInterrupted() { try checkpoint() }
    a.take(try Comparisons.value(comparison, b.pointee, c.pointee))
  }

  /// Whether `b == c` or `b != c` holds, as a condition; for texts without more ado.
  @inline(never) func same(_ comparison: Comparison, _ b: Slot, _ c: Slot) throws(Failure)
    -> Bool
  {
    if let x = b.pointee.textObject, let y = c.pointee.textObject {
      let areEqual = x._withUnsafeGuaranteedRef { x in
        y._withUnsafeGuaranteedRef { x.equals($0) }
      }
      return areEqual == (comparison == .equal)
    }
    return try holds(comparison, b, c)
  }

  /// Whether `b op c` holds, as a condition.
  @inline(never) func holds(_ comparison: Comparison, _ b: Slot, _ c: Slot) throws(Failure)
    -> Bool
  {
    if b.pointee.isReference, isInterrupted() { try checkpoint() }
    switch try Comparisons.value(comparison, b.pointee, c.pointee) {
    case .bool(let truth): return truth
    case .object(let object): return try object.truth()
    default: throw Failure.incomparable(comparison, b.pointee, c.pointee)
    }
  }
}

/// Comparisons of values.
package enum Comparisons {
  /// `left op right`: a Bool, or what an object makes of it.
  package static func value(_ comparison: Comparison, _ left: Value, _ right: Value)
    throws(Failure) -> Value
  {
    if comparison != .contains, comparison != .notContains {
      switch (left, right) {
      case (.object(let object), _) where !right.isNone,
        (_, .object(let object)) where !left.isNone:
        return try object.compare(comparison, left, right)
      default: break
      }
    }
    do {
      switch comparison {
      case .equal: return .bool(try Equality.same(left, right))
      case .notEqual: return .bool(try !Equality.same(left, right))
      case .less: return .bool(try Equality.precedes(left, right, orEqual: false))
      case .lessOrEqual: return .bool(try Equality.precedes(left, right, orEqual: true))
      case .greater: return .bool(try Equality.precedes(right, left, orEqual: false))
      case .greaterOrEqual: return .bool(try Equality.precedes(right, left, orEqual: true))
      case .contains: return .bool(try contains(left, in: right))
      case .notContains: return .bool(try !contains(left, in: right))
      }
    } catch  where error.code == "X0303" {
      error.comparison = (left, right)
      throw error
    }
  }

  /// `element in whole`.
  static func contains(_ element: Value, in whole: Value) throws(Failure) -> Bool {
    switch (element, whole) {
    case (_, .list(let list)):
      for index in 0..<list.count where try Equality.same(element, list[index]) { return true }
      return false
    case (.text(let part), .text(let text)):
      return part.string.isEmpty || text.string.contains(part.string)
    case (.text(let key), .record(let record)): return record.position(of: key.string) != nil
    case (_, .object(let object)):
      switch try object.compare(.contains, element, whole) {
      case .bool(let truth): return truth
      case .object(let result): return try result.truth()
      default: throw Failure.incomparable(.contains, element, whole)
      }
    default: throw Failure.incomparable(.contains, element, whole)
    }
  }
}
