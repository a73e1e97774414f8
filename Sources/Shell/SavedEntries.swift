// The entries of a session as a script: a cell for each, which can run without the prompt.
import Syntax

/// What ran without an error, in order. Entries that speak of `ans` or `out` find them in the script too.
struct SavedEntries {
  private enum Entry {
    /// The text, and how many values it added to `out`.
    case text(String, values: Int)
    /// Values of an entry that did not end well.
    case lost(Int)
  }

  private var entries: [Entry] = []

  /// Keeps an entry that added so many values to `out`.
  mutating func add(_ text: String, _ values: Int) { entries.append(.text(text, values: values)) }

  /// Notes the values that a failed entry added.
  mutating func addFailed(_ values: Int) {
    if values > 0 { entries.append(.lost(values)) }
  }

  /// How many entries there are to save.
  var count: Int { entries.count { if case .text = $0 { true } else { false } } }

  /// The script.
  var script: String {
    let needsResults = entries.contains { entry in
      if case .text(let text, _) = entry { SavedEntries.mentionsResults(text) } else { false }
    }
    var cells = needsResults ? ["var ans = none\nvar out = []"] : []
    for entry in entries {
      switch entry {
      case .text(let text, let values):
        cells.append(needsResults && values > 0 ? SavedEntries.keeping(text, values) : text)
      case .lost(let count):
        if needsResults { cells.append(SavedEntries.padding(count)) }
      }
    }
    return cells.map { "# %%\n\($0)\n" }.joined(separator: "\n")
  }

  private static func padding(_ count: Int) -> String {
    "out = out + " + "[" + repeatElement("none", count: count).joined(separator: ", ") + "];"
  }

  /// Whether a text speaks of `ans` or `out`, as names.
  private static func mentionsResults(_ text: String) -> Bool {
    text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      .contains { $0 == "ans" || $0 == "out" }
  }

  /// The entry with its last value in `ans` and `out`.
  private static func keeping(_ text: String, _ values: Int) -> String {
    let script = Parser.parse(Source(name: "", text: text)).0
    let lost = values > 1 ? padding(values - 1) + "\n" : ""
    guard let last = script.cells.last?.statements.last, case .expression = last.kind else {
      return text + "\n" + padding(values)
    }
    let bytes = Array(text.utf8)
    guard last.span.start >= 0, last.span.start <= last.span.end, last.span.end <= bytes.count
    else { return text }
    let head = String(decoding: bytes[..<last.span.start], as: UTF8.self)
    let value = String(decoding: bytes[last.span.start..<last.span.end], as: UTF8.self)
    let tail = String(decoding: bytes[last.span.end...], as: UTF8.self)
    return "\(head)\(lost)ans = (\(value)); out = out + [ans]; ans\(tail)"
  }
}
