/// Characters that look like one of the language's own, as text from a page or a word processor has them.

enum LookAlikes {
  struct Entry {
    /// What was found, in words.
    var name: String
    var replacement: String
    var symbol: Symbol?

    var described: String { replacement == " " ? "a space" : "`\(replacement)`" }
  }

  static let table: [Unicode.Scalar: Entry] = {
    var table: [Unicode.Scalar: Entry] = [
      "\u{A0}": Entry(name: "a no-break space", replacement: " "),
      "\u{202F}": Entry(name: "a narrow no-break space", replacement: " "),
      "\u{3000}": Entry(name: "an ideographic space", replacement: " "),
      "\u{200B}": Entry(name: "a zero-width space", replacement: " "),
      "\u{FEFF}": Entry(name: "a byte-order mark", replacement: " "),
    ]
    for quote in "\u{201C}\u{201D}\u{201E}\u{AB}\u{BB}".unicodeScalars {
      table[quote] = Entry(name: "a typographic quotation mark", replacement: "\"")
    }
    let symbols: [(Unicode.Scalar, String, Symbol)] = [
      ("×", "a multiplication sign", .star), ("·", "a middle dot", .star),
      ("÷", "a division sign", .slash), ("\u{2212}", "a minus sign", .minus),
      ("\u{2013}", "a dash", .minus), ("\u{2014}", "a dash", .minus),
      ("≤", "a sign", .lessOrEqual), ("≥", "a sign", .greaterOrEqual), ("≠", "a sign", .notEqual),
      ("⇒", "an arrow", .arrow), ("…", "an ellipsis character", .ellipsis),
      ("，", "a full-width comma", .comma), ("：", "a full-width colon", .colon),
      ("（", "a full-width parenthesis", .openParenthesis),
      ("）", "a full-width parenthesis", .closeParenthesis),
    ]
    for (scalar, name, symbol) in symbols {
      table[scalar] = Entry(name: name, replacement: symbol.rawValue, symbol: symbol)
    }
    return table
  }()

  /// The character for a message: itself where it can be seen, else its number.
  static func described(_ scalar: Unicode.Scalar) -> String {
    let number = "U+" + hexadecimal(scalar.value)
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .spaceSeparator, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
      return "the character \(number)"
    default:
      return "`\(scalar)`"
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
