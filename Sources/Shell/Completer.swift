// What Tab proposes: a function of the text, the caret and the session.
import Bindings
import Runtime
import Syntax

/// Proposes what could stand at the caret. What takes longer than its budget is left out.
package struct Completer {
  let reference: Reference
  /// The entries of a folder, folders with a `/` at their end; `""` is the current one.
  let entries: (String, Budget) -> [String]
  /// The budget of one key.
  let budget: () -> Budget

  package init(
    _ session: Session, entries: @escaping (String, Budget) -> [String] = Folder.entries,
    budget: @escaping () -> Budget = { .milliseconds(50) }
  ) {
    reference = Reference(session)
    self.entries = entries
    self.budget = budget
  }

  /// The candidates for a caret at an offset in UTF-8 bytes.
  package func completion(_ text: String, _ caret: Int) -> Completion {
    var work = CompletionWork(TypedText(text, caret: caret), budget())
    collect(&work)
    return work.completion
  }

  /// The signature of the function in whose parentheses a caret stands; empty outside of any.
  package func hint(_ text: String, _ caret: Int) -> String {
    guard let callee = CaretContext.call(TypedText(text, caret: caret).before),
      let value = reference.value(of: callee)
    else { return "" }
    return reference.signature(of: value) ?? ""
  }

  private func collect(_ work: inout CompletionWork) {
    if command(&work) { return }
    switch CaretContext(work.typed.before) {
    case .nothing: break
    case .string(let start, let place): string(&work, start, place)
    case .module(let start):
      work.start = start
      work.add(reference.session.library.names.sorted()) { reference.moduleSummary($0) }
    case .field(let start, let base):
      work.start = start
      guard let value = reference.value(of: base) else { return }
      work.add(reference.fields(of: value).map(\.name)) { reference.note(on: $0, of: value) }
    case .name(let start, let callee):
      work.start = start
      let labels = callee.flatMap { reference.value(of: $0) }.map { reference.labels(of: $0) } ?? []
      for label in labels { work.add([label.name + ": "]) { _ in label.note } }
      if start < work.typed.caret || labels.isEmpty { names(&work) }
    }
  }

  private func names(_ work: inout CompletionWork) {
    work.add(reference.session.visibleNames) { reference.topic($0)?.note ?? "" }
    work.add(Keyword.allCases.map(\.rawValue)) { _ in "keyword" }
  }

  /// After `:` and `?` at the start; false elsewhere.
  private func command(_ work: inout CompletionWork) -> Bool {
    let before = work.typed.before
    if before.hasPrefix("?") {
      let marks = before.prefix { $0 == "?" }.utf8.count
      work.start = work.typed.caret - before.dropFirst(marks).drop { $0 == " " }.utf8.count
      names(&work)
      return true
    }
    guard before.hasPrefix(":") else { return false }
    guard let space = before.firstIndex(of: " ") else {
      work.start = 0
      for command in Command.all { work.add([command.name]) { _ in command.help } }
      return true
    }
    guard let command = Command.all.first(where: { $0.name == before[..<space] }) else {
      return true
    }
    work.start = before[...space].utf8.count
    switch command.argument {
    case .path: path(&work)
    case .name: names(&work)
    case .setting: setting(&work)
    // Code is completed like an entry of its own.
    case .code: return false
    case .text: break
    }
    return true
  }

  private func setting(_ work: inout CompletionWork) {
    let words = work.word.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 1 else {
      for setting in Setting.all { work.add([setting.name]) { _ in setting.help } }
      return
    }
    guard words.count == 2, let setting = Setting.all.first(where: { $0.name == words[0] }) else {
      return
    }
    work.start += words[0].utf8.count + 1
    work.add(setting.values) { _ in "" }
  }

  // MARK: Strings

  private func string(_ work: inout CompletionWork, _ start: Int, _ place: StringPlace) {
    work.start = start
    if let container = place.container.flatMap({ reference.value(of: $0) }) {
      return work.addQuoted(reference.keys(of: container)) { reference.note(on: $0, of: container) }
    }
    if let callee = place.callee {
      if ["at", "with"].contains(callee.last ?? ""), callee.count > 1,
        let layers = reference.value(of: Array(callee.dropLast())).flatMap(ModelFacts.layers)
      {
        return layers.forEach { layer in work.addQuoted([layer.name]) { _ in layer.note } }
      }
      if callee == ["load"], place.label == nil {
        work.addQuoted(reference.shelf) { _ in "model of the shelf" }
      }
    }
    switch place.label {
    case "layer", "layers":
      for model in models(place) {
        for layer in ModelFacts.layers(of: model) ?? [] {
          work.addQuoted([layer.name]) { _ in layer.note }
        }
      }
    case "target":
      for model in models(place) { work.addQuoted(ModelFacts.classes(of: model)) { _ in "class" } }
      work.addQuoted(["top"]) { _ in "the class with the largest output" }
    default: path(&work)
    }
  }

  /// The model that a call is about, else all that have a name.
  private func models(_ place: StringPlace) -> [Value] {
    if let subject = place.subject.flatMap({ reference.value(of: $0) }),
      ModelFacts.isModel(subject)
    {
      return [subject]
    }
    return reference.session.variables.map(\.value).filter(ModelFacts.isModel)
  }

  private func path(_ work: inout CompletionWork) {
    let path = work.word
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let name = path.dropFirst(folder.count)
    let found = entries(folder, work.budget).filter {
      $0.hasPrefix(name) && (!$0.hasPrefix(".") || name.hasPrefix("."))
    }
    work.addFound(found.sorted().map { folder + $0 }, note: FileKind.note)
  }
}

/// The candidates of one key, as they are collected.
struct CompletionWork {
  let typed: TypedText
  let budget: Budget
  /// Where the word begins that the candidates replace.
  var start: Int
  private var candidates: [Completion.Candidate] = []
  private var seen: Set<String> = []
  private var isPartial = false

  init(_ typed: TypedText, _ budget: Budget) {
    self.typed = typed
    self.budget = budget
    start = typed.caret
  }

  /// What is typed of the word.
  var word: String {
    let behind = TypedText(typed.text, caret: start).behind.utf8
    return String(decoding: behind.prefix(max(0, typed.caret - start)), as: UTF8.self)
  }

  /// Adds those that begin with the word; notes are made only for these.
  mutating func add(_ names: [String], note: (String) -> String) {
    add(names, closing: "", isQuoted: false, note: note)
  }

  /// Adds what fills a string whole: its quotation mark follows, unless it stands there already.
  mutating func addQuoted(_ names: [String], note: (String) -> String) {
    let closing = typed.behind.hasPrefix("\"") ? "" : "\""
    add(names, closing: closing, isQuoted: true, note: note)
  }

  /// Adds what was found before the budget was used up.
  mutating func addFound(_ names: [String], note: (String) -> String) {
    isPartial = budget.isOver()
    for name in names where seen.insert(name).inserted {
      candidates.append(.init(name, note: note(name)))
    }
  }

  private mutating func add(
    _ names: [String], closing: String, isQuoted: Bool, note: (String) -> String
  ) {
    let word = word
    for name in names {
      if isPartial || budget.isOver() {
        isPartial = true
        return
      }
      // Names that begin so are a module's own.
      let isHidden = !isQuoted && name.hasPrefix("_") && !word.hasPrefix("_")
      guard name.hasPrefix(word), !isHidden, seen.insert(name).inserted else { continue }
      candidates.append(.init(name + closing, note: note(name)))
    }
  }

  var completion: Completion {
    Completion(
      range: min(start, typed.caret)..<typed.caret, candidates: candidates, isPartial: isPartial)
  }
}

/// What the name of a file tells about it.
enum FileKind {
  static func note(_ path: String) -> String {
    if path.hasSuffix("/") { return "folder" }
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "file" }
    switch name[name.index(after: dot)...].lowercased() {
    case "xai": return "script"
    case "onnx", "safetensors": return "model"
    case "png", "jpg", "jpeg": return "picture"
    case "csv", "tsv", "json", "jsonl": return "data"
    case "html": return "page"
    case let ending: return ending + " file"
    }
  }
}
