// What Tab proposes: a function of the text, the caret and the session.
import Runtime
import Syntax

/// Proposes what could stand at the caret.
package struct Completer {
  let reference: Reference
  /// The entries of a folder, folders with a `/` at their end; `""` is the current one.
  let entries: (String) -> [String]

  package init(
    _ session: Session, entries: @escaping (String) -> [String] = Folder.entries
  ) {
    reference = Reference(session)
    self.entries = entries
  }

  /// The candidates for a caret at an offset in UTF-8 bytes.
  package func completion(_ text: String, _ caret: Int) -> Completion {
    let typed = TypedText(text, caret: caret)
    if let command = command(typed) { return command }
    switch CaretContext(typed.before) {
    case .nothing: return Completion(range: caret..<caret, candidates: [])
    case .string(let start): return path(typed, start)
    case .module(let start): return filtered(typed, start, modules)
    case .field(let start, let base): return filtered(typed, start, fields(base))
    case .name(let start, let callee):
      let isTyping = start < typed.caret
      let labels = callee.map(labels) ?? []
      return filtered(typed, start, isTyping || labels.isEmpty ? labels + names : labels)
    }
  }

  /// After `:` and `?` at the start.
  private func command(_ typed: TypedText) -> Completion? {
    let before = typed.before
    if before.hasPrefix("?") {
      let marks = before.prefix { $0 == "?" }.utf8.count
      let word = before.dropFirst(marks).drop { $0 == " " }
      return filtered(typed, typed.caret - word.utf8.count, names)
    }
    guard before.hasPrefix(":") else { return nil }
    guard let space = before.firstIndex(of: " ") else {
      return filtered(typed, 0, Command.all.map { .init($0.name, note: $0.help) })
    }
    let name = before[..<space]
    guard Command.all.contains(where: { $0.name == name && $0.takesPath }) else { return nil }
    return path(typed, before[...space].utf8.count)
  }

  private func filtered(
    _ typed: TypedText, _ start: Int, _ candidates: [Completion.Candidate]
  ) -> Completion {
    let word = TypedText(typed.text, caret: start).behind.utf8.prefix(typed.caret - start)
    let prefix = String(decoding: word, as: UTF8.self)
    var seen: Set<String> = []
    let fitting = candidates.filter { candidate in
      candidate.text.hasPrefix(prefix) && (!candidate.text.hasPrefix("_") || prefix.hasPrefix("_"))
        && seen.insert(candidate.text).inserted
    }
    return Completion(range: start..<typed.caret, candidates: fitting)
  }

  // MARK: Sources of candidates

  private var names: [Completion.Candidate] {
    reference.topics.map { .init($0.name, note: Completer.note($0)) }
      + Keyword.allCases.map { .init($0.rawValue) }
  }

  private var modules: [Completion.Candidate] {
    reference.session.library.names.sorted().map { .init($0) }
  }

  private func fields(_ base: [String]) -> [Completion.Candidate] {
    guard let value = reference.value(of: base) else { return [] }
    return reference.fields(of: value).map { field in
      .init(field.name, note: field.value.map { Completer.note(Topic(field.name, $0)) } ?? "")
    }
  }

  private func labels(_ callee: [String]) -> [Completion.Candidate] {
    guard let value = reference.value(of: callee) else { return [] }
    return reference.labels(of: value).map { .init($0.name + ": ", note: $0.note) }
  }

  private static func note(_ topic: Topic) -> String {
    topic.summary.isEmpty ? topic.kind : topic.summary
  }

  private func path(_ typed: TypedText, _ start: Int) -> Completion {
    let word = TypedText(typed.text, caret: start).behind.utf8.prefix(typed.caret - start)
    let path = String(decoding: word, as: UTF8.self)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let name = path.dropFirst(folder.count)
    let found = entries(folder).filter {
      $0.hasPrefix(name) && (!$0.hasPrefix(".") || name.hasPrefix("."))
    }
    return Completion(
      range: start..<typed.caret, candidates: found.sorted().map { .init(folder + $0) })
  }
}
