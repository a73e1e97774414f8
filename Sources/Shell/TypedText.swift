// The text being typed, with its caret: what keys do to it.

/// A text of one or several lines and the place where the next character goes.
package struct TypedText: Equatable {
  package var text: String
  /// An offset in UTF-8 bytes, at the boundary of a character.
  package var caret: Int

  package init(_ text: String, caret: Int) {
    self.text = text
    self.caret = max(0, min(caret, text.utf8.count))
  }

  /// A text with the caret behind its last character.
  package init(_ text: String) { self.init(text, caret: text.utf8.count) }

  /// The text before the caret, and that behind it.
  package var before: Substring { split.0 }
  package var behind: Substring { split.1 }

  private var split: (Substring, Substring) {
    let bytes = text.utf8
    var place = bytes.index(bytes.startIndex, offsetBy: caret, limitedBy: bytes.endIndex)
    place = place.flatMap { $0.samePosition(in: text) }
    let index = place ?? text.endIndex
    return (text[..<index], text[index...])
  }

  /// The part of the caret's line that lies before the caret.
  package var lineBefore: Substring {
    let before = before
    guard let newline = before.lastIndex(of: "\n") else { return before }
    return before[before.index(after: newline)...]
  }

  /// The part of the caret's line that lies behind the caret.
  package var lineBehind: Substring { behind.prefix { $0 != "\n" } }

  /// The text with the caret one line up (or down) in the same column, or as near as that line allows; nil
  /// where there is no such line.
  package func moved(up: Bool) -> TypedText? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = before.reduce(0) { $0 + ($1 == "\n" ? 1 : 0) }
    let target = up ? line - 1 : line + 1
    guard lines.indices.contains(target) else { return nil }
    let column = lines[target].prefix(lineBefore.count).utf8.count
    return TypedText(text, caret: lines[..<target].reduce(0) { $0 + $1.utf8.count + 1 } + column)
  }

  /// The text with the caret at the end of its first line.
  package var atFirstLineEnd: TypedText {
    TypedText(text, caret: text.prefix { $0 != "\n" }.utf8.count)
  }

  /// The text after a closing bracket was typed: on a line of its own it goes two columns to the left.
  package func closing(with bracket: Character) -> TypedText {
    let indentation = lineBefore
    let removed =
      !indentation.isEmpty && indentation.allSatisfy { $0 == " " } ? min(2, indentation.count) : 0
    let head = before.dropLast(removed) + String(bracket)
    return TypedText(String(head + behind), caret: head.utf8.count)
  }

  /// The text with something inserted at the caret.
  package func inserting(_ addition: String) -> TypedText {
    TypedText(before + addition + behind, caret: caret + addition.utf8.count)
  }
}
