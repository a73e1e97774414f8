// Regular expressions taken apart: the tree of a pattern.

/// A part of a regular expression.
indirect enum PatternTree {
  case empty
  case one(PatternTest)
  case sequence([PatternTree])
  case choice([PatternTree])
  /// `most` is nil without an upper bound; a reluctant one takes as few as it can.
  case repeated(PatternTree, least: Int, most: Int?, isReluctant: Bool)
  case group(PatternTree, number: Int)
  case place(PatternPlace)
}

/// A place between characters.
enum PatternPlace { case start, end, wordEdge, noWordEdge }

/// What one character of the text may be.
struct PatternTest {
  enum Class {
    case digit, word, space

    func contains(_ character: Character) -> Bool {
      switch self {
      case .digit: character.isASCII && character.isNumber
      case .word: character.isLetter || character.isNumber || character == "_"
      case .space: character.isWhitespace
      }
    }
  }

  var characters: [Character] = []
  var ranges: [ClosedRange<Character>] = []
  var classes: [(class: Class, isNegated: Bool)] = []
  var isNegated = false

  /// Any character but the end of a line.
  static let any = PatternTest(characters: ["\n", "\r\n", "\r"], isNegated: true)

  init(characters: [Character] = [], isNegated: Bool = false) {
    self.characters = characters
    self.isNegated = isNegated
  }

  init(_ class: Class, isNegated: Bool) { classes = [(`class`, isNegated)] }

  func accepts(_ character: Character) -> Bool {
    let isListed =
      characters.contains(character) || ranges.contains { $0.contains(character) }
      || classes.contains { $0.class.contains(character) != $0.isNegated }
    return isListed != isNegated
  }
}

/// Reads a regular expression; what is wrong with it is thrown with its place.
struct PatternParser {
  private let text: [Character]
  private let source: String
  private let ignoresCase: Bool
  private var next = 0
  private(set) var groupCount = 0
  private(set) var names: [(name: String, group: Int)] = []
  private static let deepest = 200
  private static let mostRepetitions = 1_000

  init(_ source: String, ignoresCase: Bool) {
    self.source = source
    self.ignoresCase = ignoresCase
    text = Array(source)
  }

  mutating func parse() throws(Failure) -> PatternTree {
    let tree = try choice(depth: 0)
    if next < text.count { throw wrong("this `)` closes nothing") }
    return tree
  }

  private func wrong(_ reason: String) -> Failure {
    Failure(
      "X0353", "\(Description.quoted(source)) is not a pattern: \(reason)",
      notes: ["It is at character \(Swift.min(next, text.count)), counted from 0."],
      help: "a backslash before a character takes it as it is; r\"…\" keeps backslashes")
  }

  private mutating func take(_ character: Character) -> Bool {
    guard next < text.count, text[next] == character else { return false }
    next += 1
    return true
  }

  private mutating func choice(depth: Int) throws(Failure) -> PatternTree {
    if depth > PatternParser.deepest { throw wrong("its groups are nested too deeply") }
    var branches = [try sequence(depth: depth)]
    while take("|") { branches.append(try sequence(depth: depth)) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence(depth: Int) throws(Failure) -> PatternTree {
    var parts: [PatternTree] = []
    while next < text.count, text[next] != "|", text[next] != ")" {
      let part = try atom(depth: depth)
      parts.append(try repeated(part))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func repeated(_ part: PatternTree) throws(Failure) -> PatternTree {
    var (least, most): (Int, Int?)
    if take("*") {
      (least, most) = (0, nil)
    } else if take("+") {
      (least, most) = (1, nil)
    } else if take("?") {
      (least, most) = (0, 1)
    } else if take("{") {
      guard let first = try number() else { throw wrong("`{` needs a count, as in `{2,3}`") }
      (least, most) = (first, first)
      if take(",") { most = try number() }
      if !take("}") { throw wrong("a `}` is missing after the count") }
      if let most, most < least { throw wrong("the counts are the wrong way round") }
    } else {
      return part
    }
    if case .place = part { throw wrong("a place between characters cannot be repeated") }
    let tree = PatternTree.repeated(part, least: least, most: most, isReluctant: take("?"))
    if next < text.count, "*+?{".contains(text[next]) {
      throw wrong("`\(text[next])` has nothing to repeat")
    }
    return tree
  }

  private mutating func number() throws(Failure) -> Int? {
    let start = next
    while next < text.count, text[next].isASCII, text[next].isNumber { next += 1 }
    if start == next { return nil }
    guard let number = Int(String(text[start..<next])), number <= PatternParser.mostRepetitions
    else { throw wrong("a count is at most \(PatternParser.mostRepetitions)") }
    return number
  }

  private mutating func atom(depth: Int) throws(Failure) -> PatternTree {
    let character = text[next]
    switch character {
    case "*", "+", "?", "{": throw wrong("`\(character)` has nothing to repeat")
    case ".":
      next += 1
      return .one(.any)
    case "^":
      next += 1
      return .place(.start)
    case "$":
      next += 1
      return .place(.end)
    case "(":
      next += 1
      return try group(depth: depth)
    case "[":
      next += 1
      return .one(try set())
    case "\\":
      next += 1
      return try escape()
    default:
      next += 1
      return .one(literal(character))
    }
  }

  private mutating func group(depth: Int) throws(Failure) -> PatternTree {
    var number: Int?
    if take("?") {
      if take("<") {
        let start = next
        while next < text.count, text[next] != ">" { next += 1 }
        let name = String(text[start..<next])
        if !take(">") || !Description.isName(name) {
          throw wrong("the name of a group stands in `(?<name>…)`")
        }
        if names.contains(where: { $0.name == name }) { throw wrong("two groups named \(name)") }
        names.append((name, groupCount + 1))
      } else if take(":") {
        number = 0
      } else {
        throw wrong("after `(?` stands `:` or `<name>`; it cannot look ahead or behind")
      }
    }
    if number == nil {
      groupCount += 1
      number = groupCount
    }
    let inner = try choice(depth: depth + 1)
    if !take(")") { throw wrong("a `)` is missing") }
    guard let number, number > 0 else { return inner }
    return .group(inner, number: number)
  }

  private func literal(_ character: Character) -> PatternTest {
    guard ignoresCase else { return PatternTest(characters: [character]) }
    return PatternTest(characters: PatternParser.cases(of: character))
  }

  /// A character and its small and capital form, where they are one character.
  private static func cases(of character: Character) -> [Character] {
    [character]
      + [character.lowercased(), character.uppercased()].compactMap { Character(one: $0) }
  }

  private static let classes: [Character: PatternTest] = [
    "d": PatternTest(.digit, isNegated: false), "D": PatternTest(.digit, isNegated: true),
    "w": PatternTest(.word, isNegated: false), "W": PatternTest(.word, isNegated: true),
    "s": PatternTest(.space, isNegated: false), "S": PatternTest(.space, isNegated: true),
  ]

  private mutating func escape() throws(Failure) -> PatternTree {
    if next < text.count, text[next] == "b" || text[next] == "B" {
      next += 1
      return .place(text[next - 1] == "b" ? .wordEdge : .noWordEdge)
    }
    if next < text.count, let test = PatternParser.classes[text[next]] {
      next += 1
      return .one(test)
    }
    return .one(literal(try escapedCharacter()))
  }

  private mutating func escapedCharacter() throws(Failure) -> Character {
    guard next < text.count else { throw wrong("nothing follows the backslash") }
    let character = text[next]
    let known: [Character: Character] = ["n": "\n", "t": "\t", "r": "\r"]
    if let meant = known[character] {
      next += 1
      return meant
    }
    if character.isASCII, character.isLetter || character.isNumber {
      throw wrong("`\\\(character)` has no meaning")
    }
    next += 1
    return character
  }

  /// What stands between brackets; the first one is taken.
  private mutating func set() throws(Failure) -> PatternTest {
    var test = PatternTest(isNegated: take("^"))
    var isFirst = true
    while true {
      guard next < text.count else { throw wrong("a `]` is missing") }
      if text[next] == "]", !isFirst { break }
      isFirst = false
      if text[next] == "\\", next + 1 < text.count,
        let known = PatternParser.classes[text[next + 1]]
      {
        test.classes += known.classes
        next += 2
        continue
      }
      let low = try setCharacter()
      if next + 1 < text.count, text[next] == "-", text[next + 1] != "]" {
        next += 1
        let high = try setCharacter()
        guard low <= high else { throw wrong("the range \(low)-\(high) is the wrong way round") }
        add(low, high, to: &test)
      } else {
        test.characters += ignoresCase ? PatternParser.cases(of: low) : [low]
      }
    }
    next += 1
    return test
  }

  private func add(_ low: Character, _ high: Character, to test: inout PatternTest) {
    test.ranges.append(low...high)
    guard ignoresCase else { return }
    for change in [{ $0.lowercased() }, { $0.uppercased() }] as [(Character) -> String] {
      if let first = Character(one: change(low)), let last = Character(one: change(high)),
        first <= last
      {
        test.ranges.append(first...last)
      }
    }
  }

  private mutating func setCharacter() throws(Failure) -> Character {
    if take("\\") { return try escapedCharacter() }
    guard next < text.count else { throw wrong("a `]` is missing") }
    next += 1
    return text[next - 1]
  }
}

extension Character {
  /// The only character of a text.
  fileprivate init?(one text: String) {
    guard text.count == 1, let first = text.first else { return nil }
    self = first
  }
}
