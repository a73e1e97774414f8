/// Text of plain ASCII takes shorter ways than other text; both must tell the same.
import Runtime
import Syntax
import Testing

struct TextTests {
  /// Pieces of which texts are made: plain ones, others, and what is one character only together.
  static let pieces = [
    "a", "b", ",", ",,", " ", "x1", "\n", "\r\n", "\r", "é", "e\u{301}", "👩‍💻", "日本",
  ]

  /// Texts of a few pieces: every fourth from the plain ones alone.
  static let texts: [String] = {
    var random = Seeded(state: 7)
    return (0..<120).map { number in
      let usable = number % 4 == 0 ? pieces[0..<7] : pieces[...]
      let count = Int.random(in: 0...12, using: &random)
      return (0..<count).map { _ in usable.randomElement(using: &random) ?? "" }.joined()
    }
  }()

  /// A literal of the language for the text.
  private func literal(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { "\\u{\(String($0.value, radix: 16))}" }.joined() + "\""
  }

  @Test(arguments: texts)
  func `characters, parts and pieces are those of Unicode`(_ text: String) throws {
    let probe = try CoreProbe()
    let characters = text.map { String($0) }
    let given = literal(text)
    func check(_ expression: String, _ expected: String) throws {
      #expect(try probe.value(expression).string == expected, "\(expression)")
    }
    func list(_ expression: String) throws -> [String?] {
      guard case .list(let list) = try probe.value(expression) else { return [nil] }
      return list.values.map(\.string)
    }
    #expect(try probe.text("length(\(given))") == "\(characters.count)")
    #expect(try list("characters(\(given))") == characters)
    #expect(try list("[c for c in \(given)]") == characters)
    for (index, character) in characters.enumerated() {
      try check("\(given)[\(index)]", character)
      try check("\(given)[\(index - characters.count)]", character)
      try check("\(given)[\(index)..<\(characters.count)]", characters[index...].joined())
      try check("\(given)[0...\(index)]", characters[...index].joined())
    }
    for separator in [",", "a", ",,", "é"] {
      let parts = text.split(separator: separator, omittingEmptySubsequences: false)
      #expect(
        try list("split(\(given), \(literal(separator)))") == parts.map { String($0) },
        "split at \(separator)")
    }
    try check("join(characters(\(given)), \"-\")", characters.joined(separator: "-"))
    try check("\"<{\(given)}>\"", "<" + text + ">")
  }

  @Test(arguments: zip(texts, texts.reversed()))
  func `text that grows is counted anew`(_ first: String, _ second: String) throws {
    let probe = try CoreProbe()
    let joined = first + second
    let grown = """
      {
        var s = \(literal(first)) + ""
        let before = length(s)
        s += \(literal(second))
        [s, length(s), s == \(literal(joined)), s != \(literal(joined + "x"))]
      }
      """
    guard
      case .list(let list) = try probe.value("(() => \(grown))()")
    else {
      Issue.record("no list")
      return
    }
    #expect(list[0].string == joined)
    #expect(Description.full(list[1]) == "\(joined.count)")
    #expect(Description.full(list[2]) == "true")
    #expect(Description.full(list[3]) == "true")
  }

  @Test(arguments: [0, 7, -7, 10, 99, 100, 1234567890, .max, .min])
  func `whole numbers in texts have all their digits`(_ whole: Int) throws {
    let probe = try CoreProbe()
    let written = whole == .min ? "(-9223372036854775807 - 1)" : "(\(whole))"
    #expect(try probe.value("\"<{\(written)}>\"").string == "<\(whole)>")
  }
}

/// SplitMix64: the same texts on every run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
