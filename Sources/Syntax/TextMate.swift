/// The colours of source for editors: a TextMate grammar made from the tables of words and symbols.

/// `xai grammar` prints it; VS Code, GitHub and others read it.
package enum TextMate {
  /// The grammar as JSON.
  package static var grammar: String { root.json(0) + "\n" }

  private static var root: Node {
    let schema = "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json"
    let parts = ["comments", "strings", "numbers", "names", "words", "operators"]
    let members: [(String, Node)] = [
      ("$schema", .text(schema)), ("name", .text("xai")), ("scopeName", .text("source.xai")),
      ("fileTypes", .list([.text("xai")])), ("firstLineMatch", .text("^#!.*\\bxai\\b")),
      ("patterns", includes(parts)), ("repository", repository),
    ]
    return .object(members)
  }

  private static var repository: Node {
    let members: [(String, Node)] = [
      ("comments", patterns(comments)), ("strings", patterns(strings)),
      ("numbers", patterns([numbers])), ("names", patterns(names)), ("words", patterns(words)),
      ("operators", patterns(operators)), ("braces", patterns([braces])),
    ]
    return .object(members)
  }

  // MARK: comments, strings, numbers

  private static let comments = [
    match("comment.line.cell.xai", "^# *%%.*$"),
    match("comment.line.documentation.xai", "##(?!#).*$"),
    match("comment.line.number-sign.xai", "#.*$"),
  ]

  private static let strings = [
    string("string.quoted.triple.raw.xai", "(?<![\\p{L}\\p{N}_])r\"\"\"", "\"\"\"", isRaw: true),
    string("string.quoted.raw.xai", "(?<![\\p{L}\\p{N}_])r\"", "\"|$", isRaw: true),
    string("string.quoted.triple.xai", "\"\"\"", "\"\"\"", isRaw: false),
    string("string.quoted.double.xai", "\"", "\"|$", isRaw: false),
  ]

  private static func string(
    _ name: String, _ begin: String, _ end: String, isRaw: Bool
  ) -> Node {
    let escape = match("constant.character.escape.xai", "\\\\(u\\{[0-9a-fA-F]+\\}|.)")
    let value = Node.object([
      ("name", .text("meta.interpolation.xai")), ("begin", .text("\\{")), ("end", .text("\\}")),
      ("patterns", .list([.object([("include", .text("#braces"))]), selfReference])),
    ])
    return .object([
      ("name", .text(name)), ("begin", .text(begin)), ("end", .text(end)),
      ("patterns", .list(isRaw ? [] : [escape, value])),
    ])
  }

  private static let selfReference = Node.object([("include", .text("$self"))])

  /// Braces within a value in a string, so that the value's own end is found.
  private static let braces = Node.object([
    ("name", .text("meta.braces.xai")), ("begin", .text("\\{")), ("end", .text("\\}")),
    ("patterns", .list([.object([("include", .text("#braces"))]), selfReference])),
  ])

  private static let numbers = match(
    "constant.numeric.xai",
    "(?<![\\p{L}\\p{N}_])(0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(\\.[0-9][0-9_]*)?([eE][+-]?[0-9][0-9_]*)?)"
  )

  // MARK: names and words

  private static let name = "[\\p{L}_][\\p{L}\\p{N}_]*"

  /// Where a word of the language is only a name: a field, a label.
  private static let names = [
    match("variable.other.member.xai", "(?<=(?<!\\.)\\.)\(name)"),
    match("variable.parameter.label.xai", "(?<![\\p{L}\\p{N}_])\(name)(?=\\s*:(?!=))"),
  ]

  private static var words: [Node] {
    let roles: [(Word.Role, String)] = [
      (.declaration, "keyword.declaration.xai"), (.control, "keyword.control.xai"),
      (.operation, "keyword.operator.word.xai"), (.constant, "constant.language.xai"),
    ]
    var nodes: [Node] = []
    for (role, scope) in roles {
      let fixed = Word.all.filter { $0.role == role && !$0.isContextual }.map(\.text)
      let contextual = Word.all.filter { $0.role == role && $0.isContextual }.map(\.text)
      if !fixed.isEmpty { nodes.append(match(scope, whole(fixed))) }
      // Only a word of its construct where something follows that could not follow a name.
      if !contextual.isEmpty {
        nodes.append(
          match(scope, whole(contextual) + "(?=\\s+(r?\"|[\\p{L}\\p{N}_\\[{(]|-\\S)|\\s*\\{)"))
      }
    }
    let types = Word.all.filter { $0.role == .type }.map(\.text)
    if !types.isEmpty { nodes.append(match("support.type.xai", whole(types))) }
    nodes.append(match("entity.name.function.xai", "(?<![\\p{L}\\p{N}_])\(name)(?=\\()"))
    nodes.append(match("variable.other.xai", name))
    return nodes
  }

  private static func whole(_ words: [String]) -> String {
    "(?<![\\p{L}\\p{N}_])(\(words.joined(separator: "|")))(?![\\p{L}\\p{N}_])"
  }

  // MARK: symbols

  private static var operators: [Node] {
    let symbols = Symbol.allCases.filter { !$0.isForeign }.map(\.rawValue)
    let brackets: Set = ["(", ")", "[", "]", "{", "}"]
    let separators: Set = [",", ";", ":", "."]
    let others = symbols.filter { !brackets.contains($0) && !separators.contains($0) }
      .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    return [
      match("keyword.operator.xai", others.map(escaped).joined(separator: "|")),
      match("punctuation.separator.xai", separators.sorted().map(escaped).joined(separator: "|")),
      match("punctuation.bracket.xai", brackets.sorted().map(escaped).joined(separator: "|")),
    ]
  }

  private static func escaped(_ symbol: String) -> String {
    symbol.map { "\\\($0)" }.joined()
  }

  // MARK: JSON

  private static func match(_ name: String, _ pattern: String) -> Node {
    .object([("name", .text(name)), ("match", .text(pattern))])
  }

  private static func patterns(_ nodes: [Node]) -> Node { .object([("patterns", .list(nodes))]) }

  private static func includes(_ names: [String]) -> Node {
    .list(names.map { .object([("include", .text("#" + $0))]) })
  }

  /// As much of JSON as a grammar needs.
  private indirect enum Node: Sendable {
    case text(String)
    case list([Node])
    case object([(String, Node)])

    func json(_ indent: Int) -> String {
      let margin = "\n" + String(repeating: " ", count: indent + 2)
      let end = "\n" + String(repeating: " ", count: indent)
      switch self {
      case .text(let text): return Node.quoted(text)
      case .list(let nodes):
        if nodes.isEmpty { return "[]" }
        return "[" + margin + nodes.map { $0.json(indent + 2) }.joined(separator: "," + margin)
          + end
          + "]"
      case .object(let members):
        let lines = members.map { Node.quoted($0.0) + ": " + $0.1.json(indent + 2) }
        return "{" + margin + lines.joined(separator: "," + margin) + end + "}"
      }
    }

    private static func quoted(_ text: String) -> String {
      var quoted = "\""
      for character in text {
        if character == "\"" || character == "\\" { quoted.append("\\") }
        quoted.append(character)
      }
      return quoted + "\""
    }
  }
}

extension Symbol {
  /// It belongs to another language and gets a diagnostic of its own.
  package var isForeign: Bool {
    switch self {
    case .foreignAnd, .foreignOr, .foreignNot, .identical, .notIdentical, .increment, .ampersand,
      .caret, .tilde, .walrus, .dollar:
      true
    default: false
    }
  }
}
