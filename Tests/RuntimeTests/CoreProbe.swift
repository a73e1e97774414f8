// Evaluates expressions for the tests of the core's functions.
import Displays
import Runtime
import Syntax
import Testing

/// Keeps what is printed.
private final class Written: Output {
  var text = ""
  func write(_ text: String) { self.text += text }
  func show(_ display: Display) {}
  func beginCell(_ heading: CellHeading) {}
  func progress(_ label: String, done: Int, total: Int?) {}
}

/// A session with the core's functions, and what a test adds.
struct CoreProbe {
  private let written = Written()
  let session: Session

  init() throws {
    session = try #require(Session(output: written))
  }

  /// What has been printed.
  var printed: String { written.text }

  /// The value of an expression.
  func value(_ expression: String) throws -> Value {
    let (program, problems) = session.compile(Source(name: "test.xai", text: expression))
    let complete = try #require(program, "\(expression): \(problems.map(\.message))")
    return try session.run(try #require(complete.cells.last))
  }

  /// The value of an expression as it would be written.
  func text(_ expression: String) throws -> String { Description.full(try value(expression)) }

  /// The error that an expression ends with.
  func failure(_ expression: String) throws -> Failure {
    try #require(throws: Failure.self, "\(expression)") { try value(expression) }
  }
}

/// An expression and what it gives, or a part of the message that it fails with.
struct Case: CustomTestStringConvertible, Sendable {
  let expression: String
  let result: String

  init(_ expression: String, _ result: String) {
    self.expression = expression
    self.result = result
  }

  var testDescription: String { expression }

  /// Expects the value.
  func expectValue() throws { #expect(try CoreProbe().text(expression) == result) }

  /// Expects an error with the message, or a beginning of it that ends in dots.
  func expectFailure() throws {
    let message = try CoreProbe().failure(expression).message
    if result.hasSuffix("…") {
      #expect(message.hasPrefix(result.dropLast()))
    } else {
      #expect(message == result)
    }
  }
}
