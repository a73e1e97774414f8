// Functions that read and write JSON.
import Syntax

let jsonNatives: [Native] = [
  Native(
    "parse_json(text: String)", in: "json",
    #"""
    The value that a JSON text stands for: Records, Lists, Strings, Ints, Floats, Bools and none.

    A number without a point or an exponent is an Int if an Int can hold it, any other a Float. What is
    not JSON (RFC 8259), a name twice in an object, and more than 512 levels are errors, with their line.

    ```xai
    parse_json("[1, 2.5, null]")   #=> [1, 2.5, none]
    ```
    """#
  ) { machine, arguments throws(Failure) in
    var reader = JSONReader(try arguments.string(0))
    return try reader.document(machine)
  },
  Native(
    "to_json(value, indent: Int = 0, nan: String = \"error\") -> String", in: "json",
    #"""
    The value as JSON: on one line, or with `indent` spaces for each level.

    Floats are written so that they read back the same. A Table is a list of its rows, a Tensor nested
    lists, a Range a list. JSON has no nan and no infinity: with `nan` "error" they are errors, with
    "null" they become null. Functions, models and the like have no JSON form.

    ```xai
    to_json([1, 2.5, none])   #=> "[1,2.5,null]"
    ```
    """#
  ) { machine, arguments throws(Failure) in
    let indent = try arguments.int(1, in: 0...16)
    let policy = try arguments.string(2)
    guard ["error", "null"].contains(policy) else {
      throw .argument(2, expected: "\"error\" or \"null\"", found: arguments[2])
    }
    var writer = JSONWriter(indent: indent, writesNull: policy == "null", machine: machine)
    try writer.write(arguments[0], depth: 0)
    return Value(writer.text)
  },
]

/// Values written as JSON.
private struct JSONWriter {
  let indent: Int
  let writesNull: Bool
  let machine: Machine
  var text = ""

  init(indent: Int, writesNull: Bool, machine: Machine) {
    (self.indent, self.writesNull, self.machine) = (indent, writesNull, machine)
  }

  mutating func write(_ value: Value, depth: Int) throws(Failure) {
    if depth > JSONReader.deepest {
      throw Failure("X0351", "to_json: the value is nested more than \(JSONReader.deepest) deep")
    }
    switch value {
    case .none: text += "null"
    case .bool(let truth): text += truth ? "true" : "false"
    case .int(let whole): text += String(whole)
    case .float(let number):
      if number.isFinite {
        text += Description.number(number)
      } else if writesNull {
        text += "null"
      } else {
        throw Failure(
          "X0351", "to_json: JSON has no \(Description.number(number))",
          help: "to write null instead: to_json(value, nan: \"null\")")
      }
    case .text(let string): text += JSONText.quoted(string.string)
    case .list(let list):
      try members("[", "]", list.count, depth) { index, writer throws(Failure) in
        try writer.write(list[index], depth: depth + 1)
      }
    case .record(let record):
      let fields = record.fields
      try members("{", "}", fields.count, depth) { index, writer throws(Failure) in
        writer.text += JSONText.quoted(fields[index].name) + (writer.indent > 0 ? ": " : ":")
        try writer.write(fields[index].value, depth: depth + 1)
      }
    case .object(let object):
      let arguments = [value]
      if let number = object.length == nil ? object.number : nil {
        try write(.float(number), depth: depth)
      } else if let list = try object.apply("list", machine, arguments.span) {
        try write(list, depth: depth)
      } else if object is IntegerRange {
        try write(Value(try Elements(value).values(machine)), depth: depth)
      } else {
        throw unwritable(value)
      }
    default: throw unwritable(value)
    }
  }

  private func unwritable(_ value: Value) -> Failure {
    Failure("X0351", "to_json: \(value.typePhrase) has no JSON form")
  }

  private mutating func members(
    _ open: String, _ close: String, _ count: Int, _ depth: Int,
    _ write: (Int, inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    text += open
    for index in 0..<count {
      if index & 4095 == 4095 { try machine.progress() }
      let before = text.utf8.count
      if index > 0 { text += "," }
      startLine(depth + 1)
      try write(index, &self)
      let size = text.utf8.count
      try Elements.check(size, "bytes", for: "a String", adding: size - before)
    }
    if count > 0 { startLine(depth) }
    text += close
  }

  private mutating func startLine(_ depth: Int) {
    if indent > 0 { text += "\n" + String(repeating: " ", count: depth * indent) }
  }
}
