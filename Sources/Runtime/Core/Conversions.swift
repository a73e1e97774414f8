// Functions that make numbers of other values, and count elements.

let conversionNatives: [Native] = [
  .core(
    "int(value) -> Int", in: "values",
    """
    An Int from a Float (its fraction is cut off), a Bool (0 or 1) or the text of a whole number.

    Text is read as in a script: `"42"`, `"1_000"`, `"0xff"`. A number that no Int can hold, and text
    that is not a whole number, are errors.

    ```xai
    int("42") + int(3.9)   #=> 45
    ```
    """
  ) { _, arguments throws(Failure) in try Conversion.int(arguments[0]) },
  .core(
    "float(value) -> Float", in: "values",
    """
    A Float from an Int, a Bool (0.0 or 1.0) or the text of a number, such as `"1e-3"` or `"inf"`.

    ```xai
    float("2.5")   #=> 2.5
    ```
    """
  ) { _, arguments throws(Failure) in try Conversion.float(arguments[0]) },
  Native(
    "length(value) -> Int", in: "values", Conversion.lengthDocumentation("length"),
    body: Conversion.length),
  Native(
    "len(value) -> Int", in: "values", Conversion.lengthDocumentation("len"),
    body: Conversion.length),
]

private enum Conversion {
  static func int(_ value: Value) throws(Failure) -> Value {
    switch value {
    case .int: return value
    case .bool(let truth): return .int(truth ? 1 : 0)
    case .text(let text):
      if let whole = whole(text.string) { return .int(whole) }
      let failure = Failure("X0322", "int: \(Description.found(value)) is not a whole number")
      if let number = fraction(text.string) {
        if Int(exactly: number.rounded(.towardZero)) == nil {
          failure.message = "int: \(Description.found(value)) is not a number that an Int can hold"
        } else {
          failure.helps.append(.init("to cut the fraction off: int(float(text))"))
        }
      }
      throw failure
    case .object(let object) where object.whole != nil:
      return object.whole.map { .int($0) } ?? value
    default:
      guard let number = value.number else {
        throw .argument(0, expected: "a number, a Bool or a String", found: value)
      }
      guard let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw Failure("X0311", "int: no Int can hold \(Description.number(number))")
      }
      return .int(whole)
    }
  }

  static func float(_ value: Value) throws(Failure) -> Value {
    switch value {
    case .float: return value
    case .bool(let truth): return .float(truth ? 1 : 0)
    case .text(let text):
      if let number = fraction(text.string) { return .float(number) }
      throw Failure("X0322", "float: \(Description.found(value)) is not a number")
    case .object(let object):
      guard let number = try object.float() else { fallthrough }
      return number
    default:
      guard let number = value.number else {
        throw .argument(0, expected: "a number, a Bool or a String", found: value)
      }
      return .float(number)
    }
  }

  /// The digits of a number without `_` between them; nil if one stands elsewhere.
  private static func digits(_ text: String) -> String? {
    let trimmed = text.trimmed
    guard trimmed.contains("_") else { return String(trimmed) }
    let parts = trimmed.split(separator: "_", omittingEmptySubsequences: false)
    for (left, right) in zip(parts, parts.dropFirst()) {
      guard left.last?.isHexDigit == true, right.first?.isHexDigit == true else { return nil }
    }
    return parts.joined()
  }

  private static func whole(_ text: String) -> Int? {
    guard var rest = digits(text)?[...] else { return nil }
    var sign = ""
    if let first = rest.first, first == "-" || first == "+" {
      sign = String(first)
      rest = rest.dropFirst()
    }
    // A second sign would pass as the number's own.
    guard rest.first?.isHexDigit == true else { return nil }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where rest.hasPrefix(prefix) {
      let digits = rest.dropFirst(2)
      return digits.first?.isHexDigit == true ? Int(sign + digits, radix: radix) : nil
    }
    return Int(sign + rest)
  }

  private static func fraction(_ text: String) -> Double? { digits(text).flatMap { Double($0) } }

  static func length(_ machine: Machine, _ arguments: Arguments) throws(Failure) -> Value {
    if let list = arguments[0].elements { return .int(list.count) }
    if let text = arguments[0].textObject {
      return .int(text._withUnsafeGuaranteedRef { $0.count })
    }
    switch arguments[0] {
    case .record(let record): return .int(record.count)
    case .object(let object):
      if let length = object.length { return .int(length) }
      if let own = try object.apply("length", machine, arguments) { return own }
      fallthrough
    default:
      throw .argument(
        0, expected: "a List, a String, a Record or something else with elements",
        found: arguments[0])
    }
  }

  static func lengthDocumentation(_ name: String) -> String {
    """
    The number of elements of a List or Range, characters of a String, fields of a Record, or entries
    along the first axis of a Tensor.

    `length` and `len` are the same function.

    ```xai
    \(name)("naïve")   #=> 5
    ```
    """
  }
}
