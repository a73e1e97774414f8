// Functions on Strings.

let textNatives: [Native] = [
  .core(
    "join(values, separator: String = \"\") -> String", in: "text",
    """
    The elements as one String, with `separator` between them; what is no String is written as
    `string` gives it.

    ```xai
    join(["a", 1, "b"], "-")   #=> "a-1-b"
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    let separator = try arguments.string(1)
    // The register of the argument keeps the list as it is.
    let list = arguments[0].elements
    let text = try machine.text { pieces throws(Failure) in
      for index in 0..<elements.count {
        let before = pieces.count
        if index > 0 { pieces.append(separator) }
        if let list {
          pieces.append(list.base[index])
          if index & 4095 == 4095 { try machine.progress() }
        } else {
          pieces.append(try elements.value(at: index, machine))
        }
        try Elements.check(pieces.count, "bytes", for: "a String", adding: pieces.count - before)
      }
    }
    return .text(text)
  },
  .core(
    "split(text: String, separator = none) -> List", in: "text",
    """
    The parts of a String between separators, Strings or what a `pattern` matches; without one, its
    words.

    A separator at either end gives an empty part there.

    ```xai
    split("a,b,,c", ",")   #=> ["a", "b", "", "c"]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let text = LongText(try arguments.string(0), machine)
    if arguments.isNone(1) {
      return Value(try text.split(omittingEmpty: true, at: \.isWhitespace))
    }
    if case .object(let pattern as PatternObject) = arguments[1] {
      return Value(try pattern.parts(of: arguments.string(0), machine))
    }
    let separator = try arguments.string(1)
    if separator.isEmpty {
      throw Failure(
        "X0308", "split: an empty separator stands everywhere",
        help: "for the characters: characters(text)")
    }
    if let parts = try arguments.text(0).parts(between: try arguments.text(1), machine) {
      return .list(parts)
    }
    return try text.split(by: separator)
  },
  .core(
    "replace(text: String, old, new) -> String", in: "text",
    """
    A String with every occurrence of a part replaced, from the left.

    The part is a String, or what a `pattern` matches; then `new` may also be a function of the match
    (a record as of `find_match`).

    ```xai
    replace("banana", "an", "o")   #=> "booa"
    ```
    """
  ) { machine, arguments throws(Failure) in
    if case .object(let pattern as PatternObject) = arguments[1] {
      if arguments[2].string == nil { _ = try arguments.function(2) }
      return Value(try pattern.replacing(arguments.string(0), by: arguments[2], machine))
    }
    let text = LongText(try arguments.string(0), machine)
    let (old, new) = (try arguments.string(1), try arguments.string(2))
    if old.isEmpty {
      throw Failure("X0308", "replace: `old` must not be empty, which stands everywhere")
    }
    return try text.replacing(old, with: new)
  },
  .core(
    "upper(text: String) -> String", in: "text",
    """
    A String in capitals, by the rules of Unicode.

    ```xai
    upper("naïve")   #=> "NAÏVE"
    ```
    """
  ) { machine, arguments throws(Failure) in
    try LongText(try arguments.string(0), machine).mapped { $0.uppercased() }
  },
  .core(
    "lower(text: String) -> String", in: "text",
    """
    A String in small letters, by the rules of Unicode.

    ```xai
    lower("ReLU")   #=> "relu"
    ```
    """
  ) { machine, arguments throws(Failure) in
    try LongText(try arguments.string(0), machine).mapped { $0.lowercased() }
  },
  .core(
    "trim(text: String) -> String", in: "text",
    """
    A String without white space at its ends.

    ```xai
    trim("  seven ")   #=> "seven"
    ```
    """
  ) { _, arguments throws(Failure) in Value(String(try arguments.string(0).trimmed)) },
  .core(
    "starts_with(text: String, part: String) -> Bool", in: "text",
    """
    Whether a String begins with another.

    ```xai
    starts_with("conv1", "conv")   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    .bool(try arguments.string(0).hasPrefix(try arguments.string(1)))
  },
  .core(
    "ends_with(text: String, part: String) -> Bool", in: "text",
    """
    Whether a String ends with another.

    ```xai
    ends_with("net.onnx", ".onnx")   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    .bool(try arguments.string(0).hasSuffix(try arguments.string(1)))
  },
  .core(
    "lines(text: String) -> List", in: "text",
    """
    The lines of a String without their ends; an end of the last line begins no further one.

    ```xai
    length(lines("one\\ntwo\\n"))   #=> 2
    ```
    """
  ) { machine, arguments throws(Failure) in
    var parts = try LongText(try arguments.string(0), machine)
      .split(omittingEmpty: false, at: \.isNewline)
    if parts.last?.string?.isEmpty == true { parts.removeLast() }
    return Value(parts)
  },
  .core(
    "characters(text: String) -> List", in: "text",
    """
    The characters of a String, as a reader counts them.

    ```xai
    characters("né!")   #=> ["n", "é", "!"]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let text = try arguments.text(0)
    if LongText(text.string, machine).isShort { return Value(text.characters) }
    let list = List()
    for (index, character) in text.string.enumerated() {
      if index & 0xffff == 0xffff { try machine.progress() }
      list.append(Value(String(character)))
    }
    return .list(list)
  },
  .core(
    "codepoints(text: String) -> List", in: "text",
    """
    The Unicode code points of a String, as Ints; a character has one or more of them.

    ```xai
    codepoints("né")   #=> [110, 233]
    ```
    """
  ) { _, arguments throws(Failure) in
    Value(try arguments.string(0).unicodeScalars.map { .int(Int($0.value)) })
  },
  .core(
    "from_codepoints(numbers: List) -> String", in: "text",
    """
    The String of Unicode code points: Ints from 0 to 0x10ffff without 0xd800 to 0xdfff.

    ```xai
    from_codepoints([110, 233])   #=> "né"
    ```
    """
  ) { _, arguments throws(Failure) in
    var text = String.UnicodeScalarView()
    for value in try arguments.list(0).values {
      guard case .int(let number) = value, let code = UInt32(exactly: number),
        let scalar = Unicode.Scalar(code)
      else { throw .argument(0, expected: "code points", found: value) }
      text.append(scalar)
    }
    return Value(String(text))
  },
]

let paddingNatives: [Native] = [
  .core(
    "pad_left(value, width: Int, fill: String = \" \") -> String", in: "text",
    """
    The value as text, filled up on its left to a number of characters; longer text stays as it is.

    ```xai
    pad_left(7, 3, "0")   #=> "007"
    ```
    """
  ) { _, arguments throws(Failure) in
    let padding = try Padding(arguments)
    return Value(padding.fill + padding.text)
  },
  .core(
    "pad_right(value, width: Int, fill: String = \" \") -> String", in: "text",
    """
    The value as text, filled up on its right to a number of characters; longer text stays as it is.

    ```xai
    pad_right("relu", 6, ".")   #=> "relu.."
    ```
    """
  ) { _, arguments throws(Failure) in
    let padding = try Padding(arguments)
    return Value(padding.text + padding.fill)
  },
  .core(
    "format(value, spec: String) -> String", in: "text",
    """
    The value written as a format says, the same as in `"{value:spec}"`.

    The parts of a format, each of which may be left out, stand in this order:

    - a character to fill with, and `<`, `>`, `^` (left, right, in the middle) or `=` (behind the sign)
    - `+` or a space: what stands before numbers that are not negative
    - `0`: fill with zeros
    - the width in characters
    - `,` or `_`: between groups of digits
    - `.` and the number of decimals, of digits (with `g`, or without a letter), or of characters
    - `d` an Int; `b` `o` `x` `X` an Int in base 2, 8, 16; `f` with decimals; `e` with an exponent; `g`
      the shorter of these; `%` in hundredths; `s` text

    A List of numbers is written with the format of its numbers.

    ```xai
    format(1234.5, ",.2f")   #=> "1,234.50"
    ```
    """
  ) { _, arguments throws(Failure) in
    Value(try Format.text(arguments[0], try arguments.string(1)))
  },
]

/// What the arguments of the padding functions ask for.
private struct Padding {
  let text: String
  let fill: String

  init(_ arguments: Arguments) throws(Failure) {
    text = Description.plain(arguments[0])
    let width = try arguments.int(1, in: 0...Int.max)
    let character = try arguments.string(2)
    guard character.count == 1 else {
      throw .argument(2, expected: "one character", found: arguments[2])
    }
    let missing = Swift.max(0, width - text.count)
    let (size, overflow) = missing.multipliedReportingOverflow(by: character.utf8.count)
    try Elements.check(overflow ? .max : size, "bytes", for: "a String")
    fill = String(repeating: character, count: missing)
  }
}
