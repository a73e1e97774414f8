// Displays as plain text, for pipes, files and logs.

/// Draws displays in text without escape sequences; maps become shades of characters.
package struct PlainRenderer: Sendable {
  /// The most columns of a line.
  package var width: Int

  /// A renderer for lines of at most `width` columns.
  package init(width: Int = 80) { self.width = width }

  /// The display in lines without trailing spaces, each ended by a line feed.
  package func render(_ display: Display) -> String {
    Layout(pixels: .shades).page(display, width: width).reduce(into: "") { text, line in
      text += line.text + "\n"
    }
  }
}
