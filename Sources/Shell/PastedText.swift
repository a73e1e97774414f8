// What is pasted at the prompt: plain text, or a piece of another session with its prompts.
import Syntax

/// Cleans pasted text.
package enum PastedText {
  package static let prompt = "xai> "
  package static let continuation = "...> "

  /// The text to insert: line ends are `\n`; of a piece of a session, only what was typed in it.
  package static func cleaned(_ pasted: String) -> String {
    var text = ""
    for character in pasted {
      // A terminal sends a carriage return where the text has a line end.
      text.append(character == "\r\n" || character == "\r" ? "\n" : character)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.contains(where: { isPrompt($0) }) else { return text.trimmingNewlines }
    return entries(of: lines).joined(separator: "\n").trimmingNewlines
  }

  private static func isPrompt(_ line: Substring) -> Bool {
    line.hasPrefix(prompt) || line == prompt.dropLast()
  }

  /// The entries of a session: a prompt's line, and the lines that follow while the entry needs more. The rest
  /// was output.
  private static func entries(of lines: [Substring]) -> [String] {
    var entries: [String] = []
    var isOpen = false
    for line in lines {
      if isPrompt(line) {
        entries.append(String(line.dropFirst(prompt.count)))
      } else if line.hasPrefix(continuation), !entries.isEmpty {
        entries[entries.count - 1] += "\n" + line.dropFirst(continuation.count)
      } else if isOpen {
        entries[entries.count - 1] += "\n" + line
      } else {
        continue
      }
      if case .incomplete = Completeness.of(entries[entries.count - 1]) {
        isOpen = true
      } else {
        isOpen = false
      }
    }
    return entries.filter { !$0.isEmpty }
  }
}
