/// One description of anything that is wrong with a script, whichever phase found it.

/// An error or warning with a stable code, the places it speaks of, and what to do about it.
package struct Diagnostic: Sendable {
  package enum Severity: String, Sendable { case error, warning }

  /// A place in a source with a few words about it.
  package struct Label: Sendable {
    package var source: Source
    package var span: Span
    package var text: String
    package init(_ source: Source, _ span: Span, _ text: String = "") {
      self.source = source
      self.span = span
      self.text = text
    }
  }

  /// A replacement that a tool can apply.
  package struct Edit: Sendable {
    package var source: Source
    package var span: Span
    package var replacement: String
    package init(_ source: Source, _ span: Span, _ replacement: String) {
      self.source = source
      self.span = span
      self.replacement = replacement
    }
  }

  /// A proposal, in words and where possible as an edit.
  package struct Help: Sendable {
    package var text: String
    package var edits: [Edit]
    package init(_ text: String, edits: [Edit] = []) {
      self.text = text
      self.edits = edits
    }
  }

  package var severity: Severity
  /// `X0204`, stable for ever.
  package var code: String
  package var message: String
  package var primary: Label?
  package var secondary: [Label]
  package var notes: [String]
  package var helps: [Help]

  package init(
    _ code: String, _ message: String, at primary: Label? = nil, also secondary: [Label] = [],
    notes: [String] = [], helps: [Help] = [], severity: Severity = .error
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.primary = primary
    self.secondary = secondary
    self.notes = notes
    self.helps = helps
  }
}
