// How the proposals of a completion are listed beneath the entry.
import Syntax

enum CandidateList {
  /// One line for each candidate with its note; columns without notes where none has one. At most `limit`
  /// lines, the last of which says what was left out.
  static func lines(_ candidates: [Completion.Candidate], width: Int, limit: Int) -> [String] {
    let widest = candidates.map { DisplayWidth.of($0.text) }.max() ?? 0
    if candidates.allSatisfy(\.note.isEmpty) {
      return cut(columns(candidates.map(\.text), widest: widest, width: width), limit) {
        "… and more lines: \($0)"
      }
    }
    let column = min(widest, max(8, width / 2))
    let lines = candidates.map { candidate in
      let gap = max(0, column - DisplayWidth.of(candidate.text)) + 2
      let room = width - DisplayWidth.of(candidate.text) - gap - 1
      return candidate.text + String(repeating: " ", count: gap) + clipped(candidate.note, room)
    }
    return cut(lines, limit) { "… and \($0) more" }
  }

  private static func cut(_ lines: [String], _ limit: Int, _ rest: (Int) -> String) -> [String] {
    lines.count <= limit ? lines : lines.prefix(limit - 1) + [rest(lines.count - limit + 1)]
  }

  private static func columns(_ names: [String], widest: Int, width: Int) -> [String] {
    let perLine = max(1, (width - 1) / (widest + 2))
    return stride(from: 0, to: names.count, by: perLine).map { start in
      names[start..<min(start + perLine, names.count)].map {
        $0 + String(repeating: " ", count: widest + 2 - DisplayWidth.of($0))
      }.joined()
    }
  }

  static func clipped(_ text: String, _ room: Int) -> String {
    if DisplayWidth.of(text) <= room { return text }
    var kept = ""
    var width = 1
    for character in text {
      width += DisplayWidth.of(character)
      if width > room { break }
      kept.append(character)
    }
    return room < 4 ? "" : kept + "…"
  }
}
