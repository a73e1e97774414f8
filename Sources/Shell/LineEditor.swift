// What the prompt needs of a line editor, whichever library provides it.

/// What came of asking for an entry.
package enum Entry: Equatable {
  /// A whole cell: one line or several, without a newline at its end.
  case text(String)
  /// Ctrl-C: the line was cleared.
  case interrupted
  /// Ctrl-D, or the end of the input.
  case end
}

/// What is known about a text being typed: whether it can run, and what could stand at the caret.
package struct EntryAdvice {
  /// Nil when Enter runs the text; otherwise the spaces with which its next line begins.
  package var indentation: (_ text: String) -> Int?
  /// What could stand at an offset in UTF-8 bytes.
  package var completion: (_ text: String, _ caret: Int) -> Completion
  /// What is called at an offset, in a few words: a signature; empty where there is no call.
  package var hint: (_ text: String, _ caret: Int) -> String

  package init(
    indentation: @escaping (String) -> Int?, completion: @escaping (String, Int) -> Completion,
    hint: @escaping (String, Int) -> String = { _, _ in "" }
  ) {
    self.indentation = indentation
    self.completion = completion
    self.hint = hint
  }
}

/// Reads entries of one or several lines.
package protocol LineEditor: AnyObject {
  /// Shows the prompt and waits for an entry.
  func read(prompt: String, advice: EntryAdvice) -> Entry
  /// Lets the next entry begin with a text that can be changed; false if the editor cannot do that.
  func offer(_ text: String) -> Bool
}

/// What could stand at the caret.
package struct Completion: Equatable {
  /// One proposal.
  package struct Candidate: Equatable {
    /// What replaces the range.
    package var text: String
    /// One line of documentation; may be empty.
    package var note: String

    package init(_ text: String, note: String = "") {
      self.text = text
      self.note = note
    }
  }

  /// The UTF-8 offsets of what is already typed.
  package var range: Range<Int>
  /// In the order in which they are listed.
  package var candidates: [Candidate]
  /// There was no time to look everywhere.
  package var isPartial: Bool

  package init(range: Range<Int>, candidates: [Candidate], isPartial: Bool = false) {
    self.range = range
    self.candidates = candidates
    self.isPartial = isPartial
  }

  /// What all candidates begin with.
  package var commonPrefix: String {
    guard var prefix = candidates.first?.text else { return "" }
    for candidate in candidates.dropFirst() { prefix = prefix.commonPrefix(with: candidate.text) }
    return prefix
  }
}

extension String {
  /// The longest beginning that both share, in characters.
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
