// Values as text, and as what is shown.
import Displays

/// How values are written.
package enum Description {
  /// Deeper than this, and longer than this, a dots sign stands for the rest.
  private static let deepest = 40
  private static let shortest = 4

  /// The value as a literal would be written, whole: what `string(v)` gives for all but a String.
  package static func full(_ value: Value) -> String {
    var text = ""
    write(value, into: &text, depth: 0, limit: .max)
    return text
  }

  /// The value in one line of moderate length.
  package static func line(_ value: Value, limit: Int = 200) -> String {
    var text = ""
    write(value, into: &text, depth: 0, limit: limit)
    text = text.replacing("\n", with: "\\n")
    return text.count > limit + 40 ? text.prefix(limit) + "…" : text
  }

  /// What `print` writes and `"{x}"` inserts: a String as it is.
  package static func plain(_ value: Value) -> String {
    if case .text(let text) = value { text.string } else { full(value) }
  }

  /// `the String "x"`, `none`: for sentences about what was found.
  package static func found(_ value: Value) -> String {
    switch value {
    case .none: "none"
    case .function(let function): function.name.map { "the Function \($0)" } ?? "a Function"
    case .native(let native): "the Function \(native.name)"
    case .object(let object):
      object.brief.hasPrefix(object.typeName)
        ? "the \(object.brief)" : "the \(object.typeName) \(object.brief)"
    case .list(let list) where list.count == 0: "an empty List"
    case .record(let record) where record.count == 0: "an empty Record"
    default: "the \(value.typeName) \(line(value, limit: 40))"
    }
  }

  /// For labels: an object's brief description, anything else in one short line.
  static func brief(_ value: Value) -> String {
    if case .object(let object) = value { object.brief } else { line(value, limit: 40) }
  }

  /// An error if the text of a long list would not fit into memory, judged by its first elements.
  static func checkSize(_ value: Value) throws(Failure) {
    guard case .list(let list) = value, list.count >= Memory.worthAsking else { return }
    let sample = 1024
    let size = (0..<sample).reduce(0) { $0 + full(list[$1]).utf8.count + 2 }
    // While it grows there are two of it.
    try Elements.check(size / sample * list.count, "bytes", for: "a String")
    try Memory.check(adding: 2 * (size / sample * list.count))
  }

  /// A Float as its shortest text that reads back the same.
  package static func number(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return value.description
  }

  private static func write(_ value: Value, into text: inout String, depth: Int, limit: Int) {
    switch value {
    case .none: text += "none"
    case .bool(let truth): text += truth ? "true" : "false"
    case .int(let whole): text += String(whole)
    case .float(let fraction): text += number(fraction)
    case .text(let string):
      let isLong = limit < .max && string.string.utf8.count > limit + 40
      text += isLong ? quoted(String(string.string.prefix(limit + 40))) : quoted(string.string)
    case .list(let list):
      guard depth < deepest else {
        text += "[…]"
        return
      }
      text += "["
      for index in 0..<list.count {
        if index > 0 { text += ", " }
        if text.utf8.count > limit {
          text += "… (\(list.count) elements)"
          break
        }
        write(list[index], into: &text, depth: depth + 1, limit: limit)
      }
      text += "]"
    case .record(let record):
      guard depth < deepest else {
        text += "{…}"
        return
      }
      text += "{"
      for (index, field) in record.fields.enumerated() {
        if index > 0 { text += ", " }
        if text.utf8.count > limit {
          text += "… (\(record.count) fields)"
          break
        }
        text += isName(field.name) ? field.name : quoted(field.name)
        text += ": "
        write(field.value, into: &text, depth: depth + 1, limit: limit)
      }
      text += "}"
    case .function(let function): text += function.signature
    case .native(let native): text += native.signature
    case .object(let object): text += limit == .max ? object.inscription() : object.describe()
    case .box: text += "variable"
    }
  }

  /// Whether a text can stand as a name.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  /// A string as a literal, with its escapes.
  package static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "{": result += "\\{"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 0x20 {
          result += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

extension Value {
  /// What is shown for the value, in every medium.
  package func display() -> Display {
    switch self {
    case .object(let object): object.display()
    case .text(let text): .text(text.string)
    case .list(let list): Tables.display(of: list) ?? .text(Description.line(self, limit: 2_000))
    case .function(let function): .code(function.signature, language: "xai")
    case .native(let native): .code(native.signature, language: "xai")
    default: .text(Description.line(self, limit: 2_000))
    }
  }

  /// The value in one line.
  package func describe() -> String { Description.line(self) }
}
