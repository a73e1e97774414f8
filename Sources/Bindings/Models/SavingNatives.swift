// Natives that keep values in safetensors files: tensors with the records, lists and numbers around them.
import FoundationEssentials
import Networks
import Runtime
import Tensors

let savingNatives: [Native] = [
  Native(
    "save_values(value, path: String)", in: "files",
    """
    Writes Records and Lists, nested, of Tensors, numbers, texts, truth values and none as a safetensors file.

    Each tensor has the dotted name of its place, so that other programs can read it; what stands around them is kept in
    the file's metadata. The file appears whole or not at all.
    """
  ) { _, arguments throws(Failure) in
    var archive = Archive()
    try archive.add(arguments[0], [])
    let path = try arguments.string(1)
    try Files.write(try archive.bytes(), to: path)
    return .none
  },
  Native(
    "load_values(path: String)", in: "files",
    "What `save_values` wrote; a safetensors file of another program gives its tensors as a Record."
  ) { _, arguments throws(Failure) in
    let file = try FileObject(reading: try arguments.string(0))
    return try Archive.value(in: try file.stateDictionary(), file.path)
  },
]

/// A value taken apart into tensors and a list of what stands where.
private struct Archive {
  private static let key = "xai.structure"
  private var state = StateDictionary()
  /// For each leaf its kind, its text and the steps to it: ".name" into a Record, "#index" into a List.
  private var entries: [[String]] = []

  mutating func add(_ value: Value, _ path: [String]) throws(Failure) {
    guard path.count < 64 else {
      throw Failure("X0308", "records and lists are nested more than 64 deep")
    }
    switch value {
    case .record(let record) where record.count > 0:
      for (name, field) in record.fields { try add(field, path + ["." + name]) }
    case .list(let list) where list.count > 0:
      for (index, element) in list.values.enumerated() { try add(element, path + ["#\(index)"]) }
    case .record: entries.append(["record", ""] + path)
    case .list: entries.append(["list", ""] + path)
    case .none: entries.append(["none", ""] + path)
    case .bool(let truth): entries.append(["bool", truth ? "true" : "false"] + path)
    case .int(let number): entries.append(["int", String(number)] + path)
    case .float(let number): entries.append(["float", String(number.bitPattern)] + path)
    case .text(let text): entries.append(["text", text.string] + path)
    case .object(let object as TensorObject):
      var name = path.map { String($0.dropFirst()) }.joined(separator: ".")
      if name.isEmpty { name = "value" }
      while state[name] != nil { name += "'" }
      state[name] = try object.variable.read()
      entries.append(["tensor", name] + path)
    default:
      throw Failure("X0308", "\(value.typePhrase) cannot be kept in a file of tensors")
    }
  }

  func bytes() throws(Failure) -> [UInt8] {
    var complete = state
    do {
      complete.metadata[Self.key] = String(
        decoding: try JSONEncoder().encode(entries), as: UTF8.self)
    } catch { throw Failure("X0407", "a text cannot be written as JSON") }
    return Safetensors.write(complete)
  }

  /// The value of a file; its tensors by name if xai did not write it.
  static func value(in state: StateDictionary, _ path: String) throws(Failure) -> Value {
    guard let text = state.metadata[key] else {
      return Value(
        fields: state.names.compactMap { name in state[name].map { (name, Value($0)) } })
    }
    guard let entries = try? JSONDecoder().decode([[String]].self, from: Data(text.utf8)) else {
      throw damaged(path)
    }
    let root = Place()
    for entry in entries {
      guard entry.count >= 2, entry.count < 70,
        let leaf = leaf(entry[0], entry[1], state), root.set(entry[2...], leaf)
      else { throw damaged(path) }
    }
    return root.value
  }

  private static func damaged(_ path: String) -> Failure {
    Failure("X0501", "\(path) does not say where its tensors belong: it is damaged")
  }

  private static func leaf(_ kind: String, _ text: String, _ state: StateDictionary) -> Value? {
    switch kind {
    case "record": Value(fields: [])
    case "list": Value([])
    case "none": Value.none
    case "bool": .bool(text == "true")
    case "int": Int(text).map { .int($0) }
    case "float": UInt64(text).map { .float(Double(bitPattern: $0)) }
    case "text": Value(text)
    case "tensor": state[text].map { Value($0) }
    default: nil
    }
  }
}

/// A value that is put together leaf by leaf.
private final class Place {
  private var leaf: Value = .none
  private var names: [String] = []
  private var fields: [String: Place] = [:]
  private var isList = false

  /// Puts a leaf at the end of a path; false where the path cannot be.
  func set(_ path: ArraySlice<String>, _ value: Value) -> Bool {
    guard let step = path.first else {
      leaf = value
      return names.isEmpty
    }
    let name = String(step.dropFirst())
    guard step.hasPrefix(".") || step.hasPrefix("#"), names.isEmpty || isList == step.hasPrefix("#")
    else { return false }
    isList = step.hasPrefix("#")
    if fields[name] == nil {
      guard !isList || name == String(names.count) else { return false }
      names.append(name)
      fields[name] = Place()
    }
    return fields[name]?.set(path.dropFirst(), value) ?? false
  }

  var value: Value {
    if names.isEmpty { return leaf }
    let parts = names.map { ($0, fields[$0]?.value ?? .none) }
    return isList ? Value(parts.map(\.1)) : Value(fields: parts)
  }
}
