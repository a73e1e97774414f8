// Text on a terminal: what may be written there, and how many columns it takes.

/// Neutral, measured text.
package enum Text {
  /// Text that cannot steer a terminal or reorder a line.
  ///
  /// Line feeds stay and tabs become four spaces; other control characters become their pictures
  /// (`␛`), and C1 controls and bidirectional controls become `�`.
  package static func clean(_ text: String) -> String {
    if text.utf8.allSatisfy({ ($0 >= 32 && $0 < 127) || $0 == 10 }) { return text }
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0a: if previous != "\r" { result.append("\n") }
      case 0x0d, 0x2028, 0x2029: result.append("\n")
      case 0x09: result.append(contentsOf: "    ".unicodeScalars)
      case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{fffd}")
      case 0x7f: result.append("\u{2421}")
      case 0x80..<0xa0, 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069:
        result.append("\u{fffd}")
      default: result.append(scalar)
      }
      previous = scalar
    }
    return String(result)
  }

  /// Clean text on one line: line feeds become spaces.
  package static func single(_ text: String) -> String {
    let cleaned = clean(text)
    return cleaned.contains("\n")
      ? String(cleaned.map { $0.isNewline ? " " : $0 }) : cleaned
  }

  /// The columns that clean text takes on one line.
  package static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  /// The columns of one character: 0, 1, or 2 (East Asian wide characters and emoji).
  package static func width(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.value < 0x300 { return first.value < 32 ? 0 : 1 }
    if scalars.contains("\u{fe0f}") { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    return isWide(first.value) || first.properties.isEmojiPresentation ? 2 : 1
  }

  /// Whether a scalar is wide or full width in Unicode's EastAsianWidth.txt (blocks merged).
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf,
      0x4e00...0x9fff, 0xa000...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18aff,
      0x1b000...0x1b2ff, 0x1f200...0x1f2ff, 0x1f300...0x1f64f, 0x1f680...0x1f6ff,
      0x1f900...0x1faff, 0x20000...0x3fffd:
      true
    default: false
    }
  }
}
