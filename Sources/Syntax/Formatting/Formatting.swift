/// The one style of a script: `xai fmt`.

/// Lays a script out anew. Only space changes: the words, their order, the comments and where the author
/// broke lines stay, so that the tree stays the same and a second time changes nothing.
///
/// Indentation is four spaces for each line that leaves a bracket open and for each line that goes on with
/// a statement; lines beyond `Formatting.width` are broken; of empty lines at most one is kept.
package enum Formatting {
  /// The columns of a line at most, if it can be broken.
  package static let width = 120
  static let indent = 4

  /// The text of a script in the one style.
  ///
  /// - Throws: what is wrong with the script; it is not formatted then.
  package static func format(_ source: Source) throws(Refusal) -> String {
    let outcome = Parser.Outcome(source)
    if outcome.diagnostics.contains(where: { $0.severity == .error }) {
      throw Refusal(diagnostics: outcome.diagnostics)
    }
    var layout = Layout(Pieces(source, outcome).pieces)
    layout.settle()
    return layout.text()
  }

  /// The script has errors.
  package struct Refusal: Error {
    package let diagnostics: [Diagnostic]
  }
}
