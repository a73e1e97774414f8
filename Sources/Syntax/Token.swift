/// Tokens: what the lexer hands to the parser.

/// A word, number, string part or symbol, with what the newline rules need to know.
package struct Token: Sendable {
  package var kind: Kind
  package var span: Span
  /// A newline lies between it and the token before.
  package var startsLine: Bool
  /// Space, a comment or a newline lies before it.
  package var followsSpace: Bool

  package enum Kind: Hashable, Sendable {
    case name(String)
    case keyword(Keyword)
    case symbol(Symbol)
    case int(Int)
    /// 9223372036854775808, which only a minus sign before it makes an Int.
    case intBeyondMaximum
    case float(Double)
    /// A string without interpolation.
    case string(String)
    /// An interpolated string is `stringOpen (stringText | valueOpen … [format] valueClose)* stringClose`.
    case stringOpen
    case stringText(String)
    case valueOpen
    case format(String)
    case valueClose
    case stringClose
    /// A `# %%` line, by its index among the markers.
    case cell(Int)
    case end
  }
}

/// Words that cannot be names.
package enum Keyword: String, Sendable, CaseIterable {
  case `let`, `var`, fn, `import`, expect, raise, `return`, `break`, `continue`, `for`, `while`
  case `if`, `else`, match, `try`, `catch`, `in`, and, or, not, `true`, `false`, none, `as`

  /// It can only begin a statement, so that recovery may resume at it.
  var beginsStatement: Bool {
    switch self {
    case .let, .var, .fn, .import, .expect, .raise, .return, .break, .continue, .for, .while: true
    default: false
    }
  }
}

/// Words that are keywords only at the start of a statement, before a name, string or expression.
package enum StatementWord: String, Sendable, CaseIterable {
  case method, metric, model, param, test, show, `defer`
}

/// Words that begin an expression where a name follows on the same line; names elsewhere.
package enum ExpressionWord: String, Sendable, CaseIterable {
  case trace, sweep, with
}

/// Punctuation and operators, with those of other languages that get a diagnostic of their own.
package enum Symbol: String, Sendable, CaseIterable {
  case openParenthesis = "("
  case closeParenthesis = ")"
  case openBracket = "["
  case closeBracket = "]"
  case openBrace = "{"
  case closeBrace = "}"
  case comma = ","
  case semicolon = ";"
  case colon = ":"
  case dot = "."
  case rest = ".."
  case ellipsis = "..."
  case halfOpen = "..<"
  case assign = "="
  case arrow = "=>"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case floorDivide = "//"
  case percent = "%"
  case power = "**"
  case at = "@"
  case plusAssign = "+="
  case minusAssign = "-="
  case starAssign = "*="
  case slashAssign = "/="
  case floorDivideAssign = "//="
  case percentAssign = "%="
  case powerAssign = "**="
  case atAssign = "@="
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case coalesce = "??"
  case pipe = "|>"
  case compose = ">>"
  case foreignAnd = "&&"
  case foreignOr = "||"
  case foreignNot = "!"
  case identical = "==="
  case notIdentical = "!=="
  case increment = "++"
  case question = "?"
  case thinArrow = "->"
  case ampersand = "&"
  case bar = "|"
  case caret = "^"
  case tilde = "~"
  case walrus = ":="
  case dollar = "$"

  /// The bytes of the symbol in one number, for the lexer's look-up; 1 to 3 ASCII bytes.
  static let packed: [UInt32: Symbol] = Dictionary(
    uniqueKeysWithValues: allCases.map { symbol in
      (symbol.rawValue.utf8.reduce(0) { $0 << 8 | UInt32($1) }, symbol)
    })

  /// The operator of a compound assignment.
  var assignmentOperator: BinaryOperator? {
    switch self {
    case .plusAssign: .add
    case .minusAssign: .subtract
    case .starAssign: .multiply
    case .slashAssign: .divide
    case .floorDivideAssign: .floorDivide
    case .percentAssign: .remainder
    case .powerAssign: .power
    case .atAssign: .matrixProduct
    default: nil
    }
  }
}

extension Token.Kind {
  /// The token in a sentence: `` `let` ``, `the name `x``, `the end of the text`.
  var described: String {
    switch self {
    case .name(let text): "the name `\(text)`"
    case .keyword(let keyword): "`\(keyword.rawValue)`"
    case .symbol(let symbol): "`\(symbol.rawValue)`"
    case .int, .intBeyondMaximum, .float: "a number"
    case .string, .stringOpen: "a string"
    case .stringText, .stringClose: "the rest of a string"
    case .valueOpen: "`{`"
    case .format, .valueClose: "`}`"
    case .cell: "the next cell"
    case .end: "the end of the text"
    }
  }

  /// An expression can begin with it.
  var beginsExpression: Bool {
    switch self {
    case .name, .int, .intBeyondMaximum, .float, .string, .stringOpen: true
    case .keyword(let keyword):
      switch keyword {
      case .if, .match, .try, .not, .true, .false, .none: true
      default: false
      }
    case .symbol(let symbol):
      switch symbol {
      case .openParenthesis, .openBracket, .openBrace, .minus, .foreignNot: true
      default: false
      }
    default: false
    }
  }
}
