// What is shown, said once: every renderer draws the same description in its own medium.

/// What a value, a cell or an error shows, independent of the medium it is shown in.
public indirect enum Display: Sendable, Equatable {
  /// Plain text; line breaks are kept, long lines are wrapped.
  case text(String)
  /// Prose in the Markdown subset of `Markdown`.
  case markdown(String)
  /// Source text in a language ("xai" is highlighted; anything else is shown as it is).
  case code(String, language: String)
  /// A table of text, numbers, uncertain numbers and bars.
  case table(TableDisplay)
  /// A tensor: one line about its numbers, then as many of them as are readable.
  case tensor(TensorDisplay)
  /// Pixels.
  case picture(Picture)
  /// A map of numbers in colour, with its range.
  case heatmap(Heatmap)
  /// Boxes and the arrows between them.
  case diagram(Diagram)
  /// Displays side by side, on further lines where the width is used up.
  case row([Display])
  /// Displays beneath one another.
  case column([Display])
  /// A footnote: dim, in small type.
  case note(String)
  /// What went wrong, in red where there are colours.
  case failure(String)
}
