// What is known about a name: for help, completion and search.
import Displays
import Runtime

/// A name with its documentation.
package struct Topic {
  package var name: String
  /// `function`, `method`, `Tensor`, …
  package var kind: String
  /// As it is declared or called; the value in one line if it is no function.
  package var signature: String
  /// Markdown; may be empty.
  package var documentation: String
  /// The text of its declaration, if it is written in xai.
  package var source: String?

  /// The first sentence of the documentation, without line ends.
  package var summary: String { Topic.summary(of: documentation) }

  /// One line for a list: the summary, or what it is.
  var note: String { summary.isEmpty ? kind : summary }

  /// The first sentence of a Markdown text, without line ends.
  static func summary(of documentation: String) -> String {
    let paragraph = documentation.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0.allSatisfy(\.isWhitespace) }
      .prefix { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("```") }
      .joined(separator: " ")
    var end = paragraph.startIndex
    while let stop = paragraph[end...].firstIndex(of: ".") {
      end = paragraph.index(after: stop)
      if end == paragraph.endIndex || paragraph[end] == " " { return String(paragraph[..<end]) }
    }
    return paragraph
  }

  /// The whole of it, for the terminal.
  package var display: Display {
    var parts: [Display] = [.code(signature, language: "xai")]
    if !documentation.isEmpty { parts.append(.markdown(documentation)) }
    return .column(parts)
  }
}

extension Topic {
  /// What a value says about itself under a name.
  package init(_ name: String, _ value: Value, documentation: String? = nil) {
    self.name = name
    switch value {
    case .native(let native):
      kind = "function"
      signature = native.form ?? native.signature
      self.documentation = native.documentation
    case .function(let function):
      kind = "function"
      signature = "fn " + function.signature
      self.documentation = function.documentation ?? documentation ?? ""
      source = function.sourceText
    case .object(let object):
      if let declared = object as? Declared {
        kind = declared.kind.rawValue
        signature = "\(kind) \(declared.signature)"
        self.documentation = declared.documentation ?? documentation ?? ""
        source = declared.function.sourceText
      } else {
        kind = object.typeName
        signature = "\(name): \(object.typeName)"
        self.documentation = documentation ?? object.describe()
      }
    default:
      kind = value.typeName
      signature = "\(name) = \(Description.line(value))"
      self.documentation = documentation ?? ""
    }
  }
}

/// The names that a session can explain.
package struct Reference {
  let session: Session

  package init(_ session: Session) { self.session = session }

  /// What a name, or a path of names (`net.layers`), means now; also a function of a module that is not imported.
  package func topic(_ path: String) -> Topic? {
    let names = path.split(separator: ".").map(String.init)
    if let value = value(of: names), let last = names.last {
      return Topic(last, value, documentation: session.visible(path)?.documentation)
    }
    return module(path)
  }

  /// The value at the end of a path of names; nil where there is none.
  package func value(of names: [String]) -> Value? {
    guard let first = names.first, var value = session.value(of: first) else { return nil }
    for name in names.dropFirst() {
      switch value {
      case .record(let record):
        guard let field = record[name] else { return nil }
        value = field
      case .object(let object):
        guard let field = try? object.field(name) else { return nil }
        value = field
      default: return nil
      }
    }
    return value
  }

  /// The fields that a value has.
  package func fields(of value: Value) -> [(name: String, value: Value?)] {
    switch value {
    case .record(let record): record.fields.map { ($0.name, $0.value) }
    // Their values may have to be computed: only the names are looked at.
    case .object(let object): object.fieldNames.map { ($0, nil) }
    default: []
    }
  }

  /// One line about a field of a value.
  func note(on field: String, of value: Value) -> String {
    switch value {
    case .record(let record): record[field].map { Topic(field, $0).note } ?? ""
    case .object(let object): object.fieldNotes[field] ?? "field of \(object.typeName)"
    default: ""
    }
  }

  /// The texts that select a part of a value in brackets: `scores["deletion"]`.
  func keys(of value: Value) -> [String] {
    switch value {
    case .record(let record): record.keys
    case .object(let object): object.keys
    default: []
    }
  }

  /// The labels that a call of a value understands, with what is known of each.
  package func labels(of value: Value) -> [(name: String, note: String)] {
    switch value {
    case .native(let native): labels(native.parameters, of: native.name)
    case .function(let function):
      labels(Signature(parsing: function.signature).parameters, of: function.name ?? "the function")
    case .object(let object):
      (object as? Declared).map { declared in
        declared.inputs.map { ($0, "input of \(declared.name)") }
          + declared.settings.map {
            ($0.name, $0.value.map { "= " + Description.line($0, limit: 40) } ?? "setting")
          }
      } ?? []
    default: []
    }
  }

  private func labels(
    _ parameters: [Signature.Parameter], of name: String
  ) -> [(name: String, note: String)] {
    parameters.filter { !$0.isVariadic }.map { parameter in
      let facts = [parameter.type, parameter.standardText.map { "= " + $0 }].compactMap { $0 }
      return (parameter.name, facts.isEmpty ? "argument of \(name)" : facts.joined(separator: " "))
    }
  }

  /// How a value is called; nil if it cannot be.
  func signature(of value: Value) -> String? {
    switch value {
    case .native(let native): native.signature
    case .function(let function): function.signature
    case .object(let object): (object as? Declared)?.signature
    default: nil
    }
  }

  /// The first sentence about a module of the library: its text begins with it.
  func moduleSummary(_ name: String) -> String {
    guard let source = session.library.source(name) else { return "" }
    let lines = source.text.split(separator: "\n").prefix { $0.hasPrefix("##") }
    return Topic.summary(of: lines.map { String($0.dropFirst(2).trimmed) }.joined(separator: "\n"))
  }

  /// The models that travel inside the program, where `shelf` is the library's own.
  var shelf: [String] {
    guard let global = session.visible("shelf"), let function = session.value(of: "shelf"),
      session.importedModules.contains(where: {
        $0.name == "models" && $0.exports["shelf"] === global
      }),
      case .list(let names)? = try? session.machine.call(function)
    else { return [] }
    return names.values.compactMap(\.string)
  }

  /// Everything that is visible at the top level, in order.
  package var topics: [Topic] {
    session.visibleNames.compactMap { name in
      session.value(of: name).map {
        Topic(name, $0, documentation: session.visible(name)?.documentation)
      }
    }
  }

  private func module(_ name: String) -> Topic? {
    guard let module = session.importedModules.first(where: { $0.name == name }) else { return nil }
    let names = module.exportedNames.map { "`\($0)`" }.joined(separator: ", ")
    return Topic(
      name: name, kind: "module", signature: "import " + name,
      documentation: (module.documentation ?? "") + "\n\nNames: \(names)",
      source: module.source.text)
  }
}
