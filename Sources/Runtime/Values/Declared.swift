// Methods and metrics: functions with inputs and settings.
import Displays

/// What `method` or `metric` declares. Called with settings only it gives a configured copy; called
/// with its inputs it runs.
package final class Declared: Object {
  package enum Kind: String, Sendable { case method, metric }

  package let kind: Kind
  package let name: String
  package let documentation: String?
  /// The names of the inputs, which stand before the `;`.
  package let inputs: [String]
  /// The names of the settings, and their values: the defaults, or what has been set.
  /// A setting without a default is absent until it is set.
  package let settings: [(name: String, value: Value?)]
  /// The names of the settings that have been set.
  package let changed: [String]
  /// The function: the inputs and then the settings are its parameters.
  package let function: Closure

  init(
    _ kind: Kind, inputs: [String], settings: [(name: String, value: Value?)],
    changed: [String] = [], function: Closure
  ) {
    self.kind = kind
    name = function.name ?? ""
    documentation = function.documentation
    self.inputs = inputs
    self.settings = settings
    self.changed = changed
    self.function = function
  }

  package override var typeName: String { kind == .method ? "Method" : "Metric" }
  package override func describe() -> String {
    let set = settings.filter { changed.contains($0.name) }.map {
      "\($0.name): \(Description.brief($0.value ?? .none))"
    }
    return set.isEmpty ? name : "\(name)(\(set.joined(separator: ", ")))"
  }
  package override func display() -> Display {
    let line = "\(kind.rawValue) \(signature)"
    guard let documentation else { return .code(line, language: "xai") }
    return .column([.code(line, language: "xai"), .markdown(documentation)])
  }

  /// `name(model, x, target; steps = 50)`.
  package var signature: String {
    let details = function.details
    let first = details.parameters.prefix(inputs.count).map { input in
      input.head + (input.defaultText.map { " = \($0)" } ?? "")
    }
    let set = zip(settings, details.parameters.dropFirst(inputs.count)).map { setting, parameter in
      parameter.head + (setting.value.map { " = \(Description.brief($0))" } ?? "")
    }
    return name + "(" + first.joined(separator: ", ")
      + (set.isEmpty ? "" : "; " + set.joined(separator: ", ")) + ")"
      + (details.resultText.map { " -> \($0)" } ?? "")
  }

  /// The settings as a Record; those without a value are left out.
  package var settingsRecord: Record {
    Record(settings.compactMap { setting in setting.value.map { (setting.name, $0) } })
  }

  package override var fieldNotes: [String: String] {
    [
      "name": "as declared",
      "kind": "method or metric",
      "documentation": "its ## text",
      "inputs": "the names of its inputs",
      "settings": "its settings, with their values",
      "source": "the text of its declaration",
    ]
  }

  package override var fieldNames: [String] {
    ["name", "kind", "documentation", "inputs", "settings", "source"]
  }
  package override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "name": Value(self.name)
    case "kind": Value(kind.rawValue)
    case "documentation": documentation.map { Value($0) } ?? Value.none
    case "inputs": Value(inputs.map { Value($0) })
    case "settings": .record(settingsRecord)
    case "source": Value(function.sourceText)
    default: nil
    }
  }

  package override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? Declared else { return false }
    if self === other { return true }
    guard function === other.function else { return false }
    return try Equality.same(.record(settingsRecord), .record(other.settingsRecord))
  }

  package override var isCallable: Bool { true }
  package override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    var settings = settings
    var changed = changed
    var given: [String: Value] = [:]
    var position = 0
    // `lrp("epsilon-plus")`: fewer values than inputs, of which the first cannot be a model, are settings.
    let unlabelled = arguments.filter { $0.label == nil }
    let setsInOrder =
      kind == .method && unlabelled.count < inputs.count
      && unlabelled.first?.value.isCallable == false
      && !arguments.contains { argument in argument.label.map(inputs.contains) ?? false }
    for argument in arguments {
      if setsInOrder, argument.label == nil, position < settings.count {
        settings[position].value = argument.value
        if !changed.contains(settings[position].name) { changed.append(settings[position].name) }
        position += 1
      } else if let label = argument.label {
        if let index = settings.firstIndex(where: { $0.name == label }) {
          settings[index].value = argument.value
          if !changed.contains(label) { changed.append(label) }
        } else if inputs.contains(label) {
          if given.updateValue(argument.value, forKey: label) != nil {
            throw Failure("X0211", "\(name): `\(label)` is given twice")
          }
        } else {
          throw Failure.unknownLabel(
            label, of: name, signature: signature, among: inputs + settings.map(\.name))
        }
      } else {
        guard position < inputs.count else {
          throw Failure(
            "X0209", "\(name) takes \(inputs.count) inputs; settings are given by their labels",
            notes: ["It is declared as \(signature)."])
        }
        if given.updateValue(argument.value, forKey: inputs[position]) != nil {
          throw Failure("X0211", "\(name): `\(inputs[position])` is given twice")
        }
        position += 1
      }
    }
    if given.isEmpty {
      try check(settings, changed)
      return .object(
        Declared(kind, inputs: inputs, settings: settings, changed: changed, function: function))
    }
    return try run(machine, given, settings)
  }

  /// The settings of a configured copy must have their types at once, not only when it runs.
  private func check(
    _ settings: [(name: String, value: Value?)], _ changed: [String]
  ) throws(Failure) {
    for contract in function.details.contracts {
      guard case .parameter(let position, let name) = contract.subject, changed.contains(name),
        settings.indices.contains(position - inputs.count),
        let value = settings[position - inputs.count].value,
        let failure = contract.complaint(about: value)
      else { continue }
      failure.notes.append("It is declared as \(signature).")
      throw failure
    }
  }

  private func run(
    _ machine: Machine, _ given: [String: Value], _ settings: [(name: String, value: Value?)]
  ) throws(Failure) -> Value {
    var values: [Argument] = []
    for input in inputs {
      // An input that is not given falls back on its default, if it has one.
      if let value = given[input] {
        values.append(Argument(label: input, value))
      } else if function.details.parameters.contains(where: { $0.name == input && !$0.hasDefault })
      {
        throw Failure.missing(input, of: name, signature: signature)
      }
    }
    for setting in settings {
      guard let value = setting.value else {
        throw Failure(
          "X0208", "\(name) needs the setting `\(setting.name)`",
          notes: ["It is declared as \(signature)."])
      }
      values.append(Argument(label: setting.name, value))
    }
    return try machine.call(.function(function), arguments: values)
  }
}
