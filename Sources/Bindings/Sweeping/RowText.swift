// RowText: values as lines of JSON, between processes and in the file that a sweep keeps.
import Runtime
import Syntax
import Tensors

/// Values that travel: numbers, strings, none, lists, records, ranges and tensors come back as they were.
/// A tensor is `{"$tensor": {"type": …, "shape": […], "values": […]}}`; a Float that JSON has no number for
/// is `{"$float": "nan"}`.
package enum RowText {
  private static let deepest = 200

  /// The value on one line; anything that would not come back as it was is refused.
  package static func text(_ value: Value) throws(Failure) -> String {
    var text = ""
    try write(value, into: &text, depth: 0)
    return text
  }

  private static func write(_ value: Value, into text: inout String, depth: Int) throws(Failure) {
    guard depth < deepest else {
      throw Failure("X0520", "this is nested too deeply to be handed on")
    }
    switch value.settled {
    case .none: text += "null"
    case .bool(let truth): text += truth ? "true" : "false"
    case .int(let whole): text += String(whole)
    case .float(let number):
      let written = Description.number(number)
      text += number.isFinite ? written : "{\"$float\":\"\(written)\"}"
    case .text(let string): text += JSONText.quoted(string.string)
    case .list(let list):
      text += "["
      for (index, element) in list.values.enumerated() {
        if index > 0 { text += "," }
        try write(element, into: &text, depth: depth + 1)
      }
      text += "]"
    case .record(let record): try write(record, into: &text, depth)
    case .object(let object as TensorObject): write(try object.variable.read(), into: &text)
    case .object(let range as IntegerRange):
      text += "{\"$range\":[\(range.lower),\(range.upper),\(range.isClosed)]}"
    default:
      throw Failure(
        "X0520", "\(value.typePhrase) cannot be handed on between processes, or kept in a file",
        help: "give numbers, strings, tensors, or lists and records of them")
    }
  }

  private static func write(_ record: Record, into text: inout String, _ depth: Int) throws(Failure)
  {
    // Keys that look like ours stand in pairs.
    let isPlain = !record.keys.contains { $0.hasPrefix("$") }
    text += isPlain ? "{" : "{\"$record\":["
    for (index, field) in record.fields.enumerated() {
      if index > 0 { text += "," }
      text += isPlain ? JSONText.quoted(field.name) + ":" : "[" + JSONText.quoted(field.name) + ","
      try write(field.value, into: &text, depth: depth + 1)
      if !isPlain { text += "]" }
    }
    text += isPlain ? "}" : "]}"
  }

  private static func write(_ tensor: Tensor, into text: inout String) {
    let numbers =
      tensor.type.isFloating
      ? tensor.doubles.map {
        $0.isFinite ? Description.number($0) : "\"\(Description.number($0))\""
      }
      : tensor.type == .bool
        ? tensor.bools.map { $0 ? "1" : "0" } : tensor.integers.map { String($0) }
    let shape = tensor.shape.map { String($0) }.joined(separator: ",")
    text += "{\"$tensor\":{\"type\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],\"values\":["
    text += numbers.joined(separator: ",") + "]}}"
  }

  /// The value on a line; nil when the line is not whole.
  package static func value(_ line: String) -> Value? {
    var reader = RowReader(line)
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    return value
  }
}
