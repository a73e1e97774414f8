// A compiled script.
import Syntax

/// A script that is ready to run in the session that compiled it.
package final class Program {
  /// One cell: text, or code.
  package struct Cell {
    package let heading: CellHeading
    /// The value of the last expression is not shown, because `;` follows it.
    package let hidesValue: Bool
    /// The last statement is an expression.
    package let endsWithExpression: Bool
    /// Nil for a cell of text.
    let code: CellCode?
    /// The names that it declares.
    let declared: [Global]
  }

  package let source: Source
  package let documentation: String?
  package let cells: [Cell]
  package let tests: [TestCase]
  package let parameters: [ScriptParameter]

  init(
    source: Source, documentation: String?, cells: [Cell], tests: [TestCase],
    parameters: [ScriptParameter]
  ) {
    self.source = source
    self.documentation = documentation
    self.cells = cells
    self.tests = tests
    self.parameters = parameters
  }
}

/// A `test` of a script, to be run after its cells.
package struct TestCase {
  package let name: String
  package let source: Source
  package let span: Span
  let code: CodePointer
}

/// A `param` of a script.
package struct ScriptParameter: Sendable {
  package let name: String
  /// The default as written.
  package let standard: String
  package let documentation: String?
}
