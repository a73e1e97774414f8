/// The catalog of diagnostics: what `xai explain CODE` tells.

/// The entries of several rooms, found by code. Each room adds its own as a static list in an extension.
package struct Catalog: Sendable {
  /// One code and its explanation.
  package struct Entry: Sendable {
    /// `X0101`.
    package var code: String
    /// The error in general, as the start of a sentence.
    package var title: String
    /// Why it is an error and what to do: Markdown.
    package var explanation: String
    /// A script that has the error.
    package var example: String?
    /// The same without it.
    package var corrected: String?

    package init(
      _ code: String, _ title: String, _ explanation: String, example: String? = nil,
      corrected: String? = nil
    ) {
      self.code = code
      self.title = title
      self.explanation = explanation
      self.example = example
      self.corrected = corrected
    }

    /// The whole entry as Markdown.
    package var markdown: String {
      var text = "# \(code): \(title)\n\n\(explanation)\n"
      if let example { text += "\nWrong:\n```xai\n\(example)\n```\n" }
      if let corrected { text += "\nRight:\n```xai\n\(corrected)\n```\n" }
      return text
    }
  }

  /// Sorted by code.
  package let entries: [Entry]

  package init(_ rooms: [Entry]...) {
    entries = rooms.flatMap { $0 }.sorted { $0.code < $1.code }
  }

  /// The entry of a code, written in any case, with or without its `X`.
  package subscript(code: String) -> Entry? {
    let wanted = code.uppercased()
    return entries.first { $0.code == wanted || $0.code == "X" + wanted }
  }

  /// Everything that the lexer and the parser report.
  package static let syntax: [Entry] = lexer + parser + actions
}
