// The signature of a native function, taken apart.

/// The parameters that a signature names.
package struct Signature: @unchecked Sendable {
  /// One parameter.
  package struct Parameter {
    package var name: String
    /// The type as written, or nil.
    package var type: String?
    /// The value of an omitted argument, or nil when it must be given.
    package var standard: Value?
    /// The default as written.
    package var standardText: String?
    /// Takes all remaining positional arguments as a List.
    package var isVariadic: Bool
  }

  package private(set) var parameters: [Parameter] = []
  /// The type after `->`, or nil.
  package private(set) var result: String?
  /// What is wrong with the text, or nil.
  package private(set) var problem: String?

  /// Takes `name(x: T, y: T = 1.0, rest...: T) -> T` apart; of what cannot be read, `problem` tells.
  package init(parsing text: String) {
    guard let open = text.firstIndex(of: "(") else {
      problem = "no parenthesis in \(text)"
      return
    }
    var pieces: [Substring] = []
    var start = text.index(after: open)
    var close: String.Index?
    var depth = 0
    var quoted = false
    var index = start
    while index < text.endIndex, close == nil {
      switch text[index] {
      case "\"": quoted.toggle()
      case "(" where !quoted, "[" where !quoted, "{" where !quoted: depth += 1
      case ")" where !quoted && depth == 0: close = index
      case ")" where !quoted, "]" where !quoted, "}" where !quoted: depth -= 1
      case "," where !quoted && depth == 0:
        pieces.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
      index = text.index(after: index)
    }
    guard let close else {
      problem = "no closing parenthesis in \(text)"
      return
    }
    pieces.append(text[start..<close])
    for piece in pieces {
      let part = piece.trimmed
      if part.isEmpty { continue }
      add(part)
    }
    let rest = text[text.index(after: close)...].trimmed
    if rest.hasPrefix("->") { result = String(rest.dropFirst(2).trimmed) }
  }

  private mutating func add(_ part: Substring) {
    var head = part
    var standardText: Substring?
    if let equals = part.firstIndex(of: "=") {
      head = part[..<equals].trimmed
      standardText = part[part.index(after: equals)...].trimmed
    }
    var type: Substring?
    if let colon = head.firstIndex(of: ":") {
      type = head[head.index(after: colon)...].trimmed
      head = head[..<colon].trimmed
    }
    let isVariadic = head.hasSuffix("...")
    let name = isVariadic ? head.dropLast(3).trimmed : head
    var standard: Value?
    if let standardText {
      standard = Signature.literal(standardText)
      if standard == nil { problem = "the default \(standardText) of \(name) is not a literal" }
    }
    parameters.append(
      Parameter(
        name: String(name), type: type.map(String.init), standard: standard,
        standardText: standardText.map(String.init), isVariadic: isVariadic))
  }

  /// A number, string, truth value, `none` or list of those.
  static func literal(_ text: Substring) -> Value? {
    switch text {
    case "none": return Value.none
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    default: break
    }
    if let whole = Int(text) { return .int(whole) }
    if let first = text.first, first.isNumber || first == "-", let fraction = Double(text) {
      return .float(fraction)
    }
    if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
      return Value(String(text.dropFirst().dropLast()))
    }
    if text.hasPrefix("["), text.hasSuffix("]") {
      var values: [Value] = []
      for piece in text.dropFirst().dropLast().split(separator: ",") {
        guard let value = literal(piece.trimmed) else { return nil }
        values.append(value)
      }
      return Value(values)
    }
    return nil
  }
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmed: Self.SubSequence {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
    while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
    return rest
  }
}
