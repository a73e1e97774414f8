// Ranges of whole numbers.
import Syntax

/// `0..<n` or `0...n`: whole numbers in order, made when they are asked for.
package final class IntegerRange: Object {
  package let lower: Int
  /// The bound as written.
  package let upper: Int
  package let isClosed: Bool

  package init(_ lower: Int, _ upper: Int, isClosed: Bool) {
    self.lower = lower
    self.upper = upper
    self.isClosed = isClosed
  }

  package override var typeName: String { "Range" }
  package override func describe() -> String { "\(lower)\(isClosed ? "..." : "..<")\(upper)" }

  /// The numbers as a half-open range; empty when the bounds are the wrong way round.
  package var numbers: Range<Int> {
    let end = isClosed && upper < .max ? upper + 1 : upper
    return lower..<max(lower, end)
  }

  /// The places that the range means in a row of `count` elements: bounds below zero count from the
  /// end. Nil when they lie outside.
  package func places(in count: Int) -> Range<Int>? {
    IntegerRange.places((lower, upper, isClosed), in: count)
  }

  static func places(_ bounds: (lower: Int, upper: Int, isClosed: Bool), in count: Int)
    -> Range<Int>?
  {
    let (lower, upper, isClosed) = bounds
    let first = lower < 0 ? lower + count : lower
    var end = upper < 0 ? upper + count : upper
    if isClosed {
      guard end < .max else { return nil }
      end += 1
    }
    guard first >= 0, first <= count, end <= count else { return nil }
    return first..<max(first, end)
  }

  package override var length: Int? {
    let (count, overflow) = numbers.upperBound.subtractingReportingOverflow(numbers.lowerBound)
    return overflow ? .max : count
  }

  package override func item(_ index: Int) throws(Failure) -> Value {
    guard index >= 0, index < (length ?? 0) else {
      throw Failure.outOfRange(index, count: length ?? 0, of: "the Range")
    }
    return .int(lower + index)
  }

  package override func element(_ subscripts: [Subscript]) throws(Failure) -> Value {
    guard subscripts.count == 1, case .value(.int(let index)) = subscripts[0] else {
      throw Failure("X0306", "a Range takes one index, an Int")
    }
    return try item(index < 0 ? index + (length ?? 0) : index)
  }

  package override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? IntegerRange else { return false }
    return numbers == other.numbers
  }

  package override func compare(_ comparison: Comparison, _ left: Value, _ right: Value)
    throws(Failure) -> Value
  {
    guard comparison == .contains, case .object(let whole) = right, whole === self,
      let number = left.number
    else { return try super.compare(comparison, left, right) }
    return .bool(Int(exactly: number).map { numbers.contains($0) } ?? false)
  }

  package override var fieldNotes: [String: String] {
    [
      "lower": "the first number",
      "upper": "the number behind the last",
    ]
  }

  package override var fieldNames: [String] { ["lower", "upper"] }
  package override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "lower": .int(lower)
    case "upper": .int(upper)
    default: nil
    }
  }
}

extension Failure {
  /// An index outside of something: "the List has 3 elements".
  package static func outOfRange(_ index: Int, count: Int, of whole: String) -> Failure {
    let failure = Failure(
      "X0305", "there is no element \(index)",
      notes: [
        count == 0
          ? "\(whole.capitalizedFirst) is empty."
          : count == 1
            ? "\(whole.capitalizedFirst) has one element, 0."
            : "\(whole.capitalizedFirst) has \(count) elements, 0 to \(count - 1)."
      ])
    if count > 1, index == count {
      failure.helps.append(.init("the last element is [-1] or [\(count - 1)]"))
    }
    return failure
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
