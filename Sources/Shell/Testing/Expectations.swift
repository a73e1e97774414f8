// The `# expect` comments of a file: what it must say, and how it must fail.
import Syntax

/// What a file expects of itself, read from its text alone. `xai doc expectations` describes the form.
struct Expectations {
  /// `# expect: TEXT`: a line of the output.
  struct Line {
    /// From 0.
    var line: Int
    var text: String
  }

  /// `# expect error CODE: part of the message`.
  struct Problem {
    /// The line of the comment, and the line at which the error must be; both from 0.
    var comment: Int
    var line: Int
    var code: String
    var part: String
  }

  private(set) var lines: [Line] = []
  private(set) var problems: [Problem] = []
  let source: Source

  var isEmpty: Bool { lines.isEmpty && problems.isEmpty }

  init(_ source: Source) {
    self.source = source
    guard source.text.utf8.firstRange(of: Self.mark.utf8) != nil else { return }
    /// The last line that holds more than a comment.
    var code = 0
    for (number, text) in source.lineTexts.enumerated() {
      let comment = Self.comment(in: text)
      let before = comment.map { text[..<$0.start] } ?? text
      let isAlone = before.allSatisfy(\.isWhitespace) || before.trimmed.hasPrefix("#")
      if !isAlone { code = number }
      guard let body = comment?.body else { continue }
      if let expected = Self.rest(of: body, after: ":") {
        lines.append(Line(line: number, text: expected))
      } else if let rest = Self.rest(of: body, after: " error ") {
        let name = rest.prefix { $0 != ":" }
        problems.append(
          Problem(
            comment: number, line: isAlone ? code : number, code: String(name.trimmed),
            part: String(rest.dropFirst(name.count + 1).trimmed)))
      }
    }
  }

  private static let mark = "# expect"

  /// The last `# expect…` of a line that stands at its beginning or after a space.
  private static func comment(in line: Substring) -> (start: Substring.Index, body: Substring)? {
    var found: (Substring.Index, Substring)?
    for range in line.ranges(of: mark) {
      let isFirst = range.lowerBound == line.startIndex
      guard isFirst || line[line.index(before: range.lowerBound)].isWhitespace else { continue }
      let body = line[range.upperBound...]
      if body.hasPrefix(":") || body.hasPrefix(" error ") { found = (range.lowerBound, body) }
    }
    return found
  }

  /// What follows `start`, without the one space after it and spaces at the end; nil if it does not begin so.
  private static func rest(of body: Substring, after start: String) -> String? {
    guard body.hasPrefix(start) else { return nil }
    let rest = body.dropFirst(start.count)
    return String((rest.first == " " ? rest.dropFirst() : rest).trimmedAtEnd)
  }

  // MARK: Comparing

  /// What differs from what was expected; empty if nothing does.
  func differences(output: [String], problems found: [Diagnostic]) -> [Diagnostic] {
    let errors = found.filter { $0.severity == .error }
    return difference(in: errors) + (difference(in: output).map { [$0] } ?? [])
  }

  /// The first line that is not as expected.
  private func difference(in output: [String]) -> Diagnostic? {
    for (index, expected) in lines.enumerated() where index < output.count {
      if output[index] == expected.text { continue }
      return Diagnostic(
        "X0440", "line \(index + 1) of the output is not as expected",
        at: .init(source, commentSpan(expected.line)),
        notes: ["expected: " + expected.text, "found:    " + output[index]])
    }
    if let missing = lines.dropFirst(output.count).first {
      return Diagnostic(
        "X0440", "the output ends before this line",
        at: .init(source, commentSpan(missing.line)),
        notes: ["It has \(output.count == 1 ? "one line" : "\(output.count) lines")."])
    }
    guard output.count > lines.count else { return nil }
    return Diagnostic(
      "X0440", "the output goes on after what is expected",
      at: lines.last.map { .init(source, commentSpan($0.line)) },
      notes: ["found:    " + output[lines.count]])
  }

  /// Errors that were expected and did not come, and those that came unexpected.
  private func difference(in errors: [Diagnostic]) -> [Diagnostic] {
    var unexpected = errors
    var missing: [Diagnostic] = []
    for problem in problems {
      if let index = unexpected.firstIndex(where: { fits($0, problem) }) {
        unexpected.remove(at: index)
      } else {
        missing.append(
          Diagnostic(
            "X0441", "no error \(problem.code) was reported here",
            at: .init(source, commentSpan(problem.comment)),
            notes: problem.part.isEmpty ? [] : ["Its message must contain: \(problem.part)"]))
      }
    }
    return missing + unexpected
  }

  /// An error in another file, or without a place, is known by its code alone.
  private func fits(_ found: Diagnostic, _ expected: Problem) -> Bool {
    guard found.code == expected.code else { return false }
    if let place = found.primary, place.source.name == source.name,
      source.line(of: place.span.start) != expected.line
    {
      return false
    }
    return expected.part.isEmpty || found.message.firstRange(of: expected.part) != nil
  }

  private func commentSpan(_ line: Int) -> Span {
    let span = source.span(ofLine: line)
    let text = source.line(line)
    guard let start = Self.comment(in: text[...])?.start else { return span }
    return Span(span.start + text[..<start].utf8.count, span.end)
  }
}
