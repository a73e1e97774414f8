/// The syntax tree: what the parser hands to the compiler. Every node knows its span in the source.

/// A half-open range of UTF-8 offsets in one source.
package struct Span: Hashable, Sendable {
  package var start: Int
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The smallest span that covers both.
  package func joined(_ other: Span) -> Span { Span(min(start, other.start), max(end, other.end)) }
}

/// An identifier as it was written.
package struct Name: Hashable, Sendable {
  package var text: String
  package var span: Span

  package init(_ text: String, _ span: Span) {
    self.text = text
    self.span = span
  }
}

package struct Expression: Sendable {
  package let kind: Kind
  package var span: Span
  /// The levels of nodes in it, itself included; the parser keeps it below `Parser.heightLimit`, so
  /// that recursion over a tree is bounded.
  package let height: Int

  package init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
    height = kind.childHeight + 1
  }

  package indirect enum Kind: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string([StringPart])
    case name(String)
    case list([Element])
    case record([Field])
    /// `a..<b` or `a...b`.
    case range(Expression, Expression, closed: Bool)
    case unary(UnaryOperator, Expression)
    /// The span is the operator's own.
    case binary(BinaryOperator, Span, Expression, Expression)
    /// `a < b <= c`: each operand is evaluated once; true when every link holds.
    case comparison(Expression, [Link])
    case and(Expression, Expression)
    case or(Expression, Expression)
    /// `a ?? b`: `b` when `a` is none.
    case coalesce(Expression, Expression)
    /// `x |> f(a)`: the left value becomes the first argument; `x |> f` calls `f(x)`.
    case pipe(Expression, Expression)
    /// `f >> g` is `x => g(f(x))`.
    case compose(Expression, Expression)
    case call(Expression, [Argument])
    case index(Expression, [Subscript])
    case field(Expression, Name)
    case lambda(Function)
    case block(Block)
    case conditional(Expression, Block, Expression?)
    case match(Expression, [Arm])
    case comprehension(Expression, [Clause])
    case attempt(Block, error: Name, Block)
    /// `with scope { … }`: the scope is left when the block is.
    case scoped(Expression, Block)
    case trace(Trace)
    case sweep(Sweep)
    /// Left behind by recovery; a diagnostic has been reported.
    case invalid
  }

  package enum StringPart: Sendable {
    case text(String)
    /// `{value}` or `{value:format}`.
    case value(Expression, format: String?)
  }

  package struct Element: Sendable {
    package var value: Expression
    package var isSpread: Bool
    package init(_ value: Expression, isSpread: Bool = false) {
      self.value = value
      self.isSpread = isSpread
    }
  }

  /// `key: value`, or `value...` (a record whose fields are copied) when the key is nil.
  package struct Field: Sendable {
    package var key: Name?
    package var value: Expression
    package init(_ key: Name?, _ value: Expression) {
      self.key = key
      self.value = value
    }
  }

  package struct Link: Sendable {
    package var comparison: Comparison
    package var span: Span
    package var right: Expression
    package init(_ comparison: Comparison, _ span: Span, _ right: Expression) {
      self.comparison = comparison
      self.span = span
      self.right = right
    }
  }

  package struct Argument: Sendable {
    package var label: Name?
    package var value: Expression
    package var isSpread: Bool
    package init(label: Name? = nil, _ value: Expression, isSpread: Bool = false) {
      self.label = label
      self.value = value
      self.isSpread = isSpread
    }
  }

  package enum Subscript: Sendable {
    /// An index, a range, a list, a mask, or none (a new axis).
    case value(Expression)
    /// `..`: all remaining axes.
    case rest(Span)
  }

  package struct Arm: Sendable {
    package var pattern: Pattern
    package var condition: Expression?
    package var value: Expression
    package init(_ pattern: Pattern, _ condition: Expression?, _ value: Expression) {
      self.pattern = pattern
      self.condition = condition
      self.value = value
    }
  }

  /// One `for pattern in sequence`, or one `if condition`, of a comprehension.
  package enum Clause: Sendable {
    case each(Pattern, Expression)
    case condition(Expression)
  }
}

public enum UnaryOperator: String, Sendable {
  case negate = "-"
  case not
}

public enum BinaryOperator: String, Sendable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
  case matrixProduct = "@"
}

public enum Comparison: String, Sendable, CaseIterable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contains = "in"
  case notContains = "not in"
}

/// What a `let`, a `for` or a match arm takes apart.
package struct Pattern: Sendable {
  package var kind: Kind
  /// `name: Type`: what the value must be, or in an arm of `match` what makes it fit.
  package var annotation: Annotation?
  package var span: Span

  package init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }

  package indirect enum Kind: Sendable {
    case name(String)
    /// `_`
    case any
    /// A literal, compared by content (match only).
    case value(Expression)
    /// `0..<10`: a whole number in it (match only).
    case range(Expression)
    /// `1 | 2`: any of them (match only); they bind no names.
    case either([Pattern])
    /// `[a, b, rest...]` or `(a, b)`.
    case list([Pattern], rest: Pattern?)
    /// `{name, other: pattern}`
    case record([(key: Name, pattern: Pattern)])
  }
}

/// A function, method, metric or model body with its parameters.
package struct Function: Sendable {
  package var name: Name?
  /// For a method or metric: the inputs before the `;`. Otherwise all parameters.
  package var parameters: [Parameter]
  /// The settings after the `;` of a method or metric; the settings of a model.
  package var settings: [Parameter]
  /// What follows `->`.
  package var result: Annotation?
  package var body: Block
  package var documentation: String?
  package var span: Span

  package init(
    name: Name?, parameters: [Parameter], settings: [Parameter] = [],
    result: Annotation? = nil, body: Block, documentation: String? = nil, span: Span
  ) {
    self.name = name
    self.parameters = parameters
    self.settings = settings
    self.result = result
    self.body = body
    self.documentation = documentation
    self.span = span
  }
}

package struct Parameter: Sendable {
  package var name: Name
  /// `name: Type`.
  package var annotation: Annotation?
  /// `name = standard`.
  package var standard: Expression?
  /// `rest...`: takes all remaining positional arguments as a list.
  package var isVariadic: Bool
  package init(
    _ name: Name, annotation: Annotation? = nil, standard: Expression? = nil,
    isVariadic: Bool = false
  ) {
    self.name = name
    self.annotation = annotation
    self.standard = standard
    self.isVariadic = isVariadic
  }
}

package struct Block: Sendable {
  package let statements: [Statement]
  package var span: Span
  /// The levels of nodes in it; 0 when it is empty.
  package let height: Int

  package init(_ statements: [Statement], _ span: Span) {
    self.statements = statements
    self.span = span
    height = statements.reduce(0) { max($0, $1.height) }
  }
}

package struct Statement: Sendable {
  package var kind: Kind
  package var span: Span

  package init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }

  package indirect enum Kind: Sendable {
    case expression(Expression)
    case declare(Pattern, Expression, isVariable: Bool, documentation: String?)
    /// `target = value`, or `target += value` with its operator. The target is a name, an index or a field.
    case assign(Expression, BinaryOperator?, Expression)
    case function(Function)
    case method(Function)
    case metric(Function)
    case model(Function)
    /// `param name = standard  ## documentation`
    case parameter(Name, Expression, documentation: String?)
    case imports([Import])
    case test(String, Block)
    /// The text is the condition as written, for the report of a failure.
    case expect(Expression)
    case show([Expression])
    case raise(Expression)
    case forEach(Pattern, Expression, Block)
    case whileLoop(Expression, Block)
    case returns(Expression?)
    /// `defer { … }`: runs when the block around it is left.
    case defers(Block)
    case leave
    case next
    case invalid
  }
}

/// `import name`, `import name as other` or `import "./file.xai" as other`.
package struct Import: Sendable {
  package var path: String
  package var isFile: Bool
  package var alias: Name?
  package var span: Span
  package init(path: String, isFile: Bool, alias: Name?, span: Span) {
    self.path = path
    self.isFile = isFile
    self.alias = alias
    self.span = span
  }
}

/// One cell of a script: the text after a `# %%` line up to the next one.
package struct Cell: Sendable {
  package enum Kind: Sendable {
    case code
    /// The comment's text with its `# ` removed: Markdown.
    case markdown(String)
  }

  package var kind: Kind
  package var title: String
  /// Where the cell's own lines lie, without its marker.
  package var span: Span
  package var statements: [Statement]
  /// The last statement is followed by `;`: its value is not shown.
  package var hidesValue: Bool

  package init(
    kind: Kind, title: String, span: Span, statements: [Statement], hidesValue: Bool = false
  ) {
    self.kind = kind
    self.title = title
    self.span = span
    self.statements = statements
    self.hidesValue = hidesValue
  }
}

/// A parsed file: its cells in order. A file without markers is one code cell.
package struct Script: Sendable {
  package var source: Source
  package var cells: [Cell]
  /// The `##` text before the first statement, or that of a leading documentation block.
  package var documentation: String?

  package init(source: Source, cells: [Cell], documentation: String? = nil) {
    self.source = source
    self.cells = cells
    self.documentation = documentation
  }
}
