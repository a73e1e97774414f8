// Functions that find regular expressions in text.

let patternNatives: [Native] = [
  Native(
    "pattern(text: String, ignore_case: Bool = false) -> Pattern", in: "text",
    #"""
    A regular expression, for `matches`, `find_all`, `contains`, `replace` and `split`.

    `.` any character but a line's end, `[a-z]`, `[^,]`, `\d` `\w` `\s` (a digit, a letter or digit or
    `_`, white space) and `\D` `\W` `\S` (anything else), `^` `$` the ends of the text, `\b` the edge
    of a word, `*` `+` `?` `{2,5}` (with `?` after it as few as can be), `a|b`, groups `(…)`,
    `(?<name>…)` and `(?:…)`. The time is at most in proportion to pattern × text for each match: there
    is no looking around and no reference back. Raw text `r"…"` keeps the backslashes.

    ```xai
    matches("conv2", pattern(r"conv\d+"))   #=> true
    ```
    """#
  ) { _, arguments throws(Failure) in
    .object(try PatternObject(try arguments.string(0), ignoresCase: try arguments.bool(1)))
  },
  Native(
    "matches(text: String, pattern) -> Bool", in: "text",
    #"""
    Whether the whole text is as a Pattern, or the text of one, says; for a part use `contains`.

    ```xai
    matches("2026-11-21", r"\d{4}-\d\d-\d\d")   #=> true
    ```
    """#
  ) { machine, arguments throws(Failure) in
    let text = Array(try arguments.string(0))
    return .bool(try arguments.pattern(1).match(in: text, from: 0, isWhole: true, machine) != nil)
  },
  Native(
    "find_match(text: String, pattern, from: Int = 0)", in: "text",
    #"""
    The first match of a Pattern, or of the text of one, at or after a character; none without one.

    A match is a record: `text`, where it stands (`start`, in characters from 0), its `groups` in
    order, each text or none, and a field for each group with a name.

    ```xai
    find_match("relu at 0.5", r"(?<value>\d+\.\d+)").value   #=> "0.5"
    ```
    """#
  ) { machine, arguments throws(Failure) in
    let text = Array(try arguments.string(0))
    let pattern = try arguments.pattern(1)
    let start = try arguments.int(2, in: 0...Int.max)
    guard start <= text.count, let match = try pattern.match(in: text, from: start, machine) else {
      return .none
    }
    return pattern.record(of: match, in: text)
  },
  Native(
    "find_all(text: String, pattern) -> List", in: "text",
    #"""
    All matches of a Pattern, or of the text of one, from the left: records as of `find_match`.

    ```xai
    [m.text for m in find_all("3 of 10", r"\d+")]   #=> ["3", "10"]
    ```
    """#
  ) { machine, arguments throws(Failure) in
    let text = Array(try arguments.string(0))
    let pattern = try arguments.pattern(1)
    return Value(
      try pattern.matches(in: text, machine).map { pattern.record(of: $0, in: text) })
  },
]

extension Swift.Span<Value> {
  /// A Pattern, or the text of one.
  func pattern(_ position: Int) throws(Failure) -> PatternObject {
    switch self[position] {
    case .object(let object as PatternObject): return object
    case .text(let text): return try PatternObject(text.string, ignoresCase: false)
    default: throw .argument(position, expected: "a Pattern or a String", found: self[position])
    }
  }
}

extension PatternObject {
  /// A match as a script sees it.
  func record(of match: [Int], in text: [Character]) -> Value {
    let groups = (0...groupCount).map { group in
      match[2 * group] < 0
        ? Value.none : Value(String(text[match[2 * group]..<match[2 * group + 1]]))
    }
    let record = Record([
      ("text", groups[0]), ("start", .int(match[0])), ("groups", Value(Array(groups.dropFirst()))),
    ])
    for (name, group) in names { record.set(name, groups[group]) }
    return .record(record)
  }

  /// The text with every match replaced, by a String or by what a function gives for the match.
  func replacing(_ text: String, by new: Value, _ machine: Machine) throws(Failure) -> String {
    let characters = Array(text)
    var result = ""
    var start = 0
    for match in try matches(in: characters, machine) {
      let before = result.utf8.count
      result += String(characters[start..<match[0]])
      if let literal = new.string {
        result += literal
      } else {
        let given = try machine.call(new, record(of: match, in: characters))
        result += Description.plain(given)
      }
      let size = result.utf8.count
      try Elements.check(size, "bytes", for: "a String", adding: size - before)
      start = match[1]
    }
    return result + String(characters[start...])
  }

  /// The parts of the text between the matches; empty matches divide nothing.
  func parts(of text: String, _ machine: Machine) throws(Failure) -> [Value] {
    let characters = Array(text)
    var parts: [Value] = []
    var start = 0
    for match in try matches(in: characters, machine) where match[1] > match[0] {
      parts.append(Value(String(characters[start..<match[0]])))
      start = match[1]
    }
    return parts + [Value(String(characters[start...]))]
  }
}
