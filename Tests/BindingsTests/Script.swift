// A workspace for tests: runs lines of the language and reads their values.
import Bindings
import Displays
import Runtime
import Syntax
import Testing

/// What a script said, kept as text.
final class Recording: Output {
  private(set) var text = ""
  func write(_ text: String) { self.text += text }
  func show(_ display: Display) { text += PlainRenderer(width: 100).render(display) + "\n" }
  func beginCell(_ heading: CellHeading) {}
  func progress(_ label: String, done: Int, total: Int?) {}
}

/// One session of the language.
final class Script {
  /// What went wrong, as the user would see it.
  struct Problem: Error, CustomStringConvertible { let description: String }

  let output = Recording()
  private let workspace: Workspace
  private var entries = 0

  init() throws {
    workspace = try #require(Workspace(output: output))
  }

  /// Runs source; throws the rendered diagnostics if it fails.
  @discardableResult
  func run(_ source: String) throws -> Value {
    entries += 1
    let (program, problems) = workspace.session.compile(
      Source(name: "in[\(entries)]", text: source))
    guard let program else { throw problem(problems) }
    var value = Value.none
    for cell in program.cells {
      do throws(Failure) { value = try workspace.session.run(cell) } catch {
        throw problem(error.diagnostics)
      }
    }
    return value
  }

  /// The numbers of the tensor, list or number that an expression gives, and its shape.
  func numbers(_ expression: String) throws -> (shape: [Int], values: [Double]) {
    let value = try run("let found_\(entries) = tensor(\(expression))\nfound_\(entries)")
    return try #require(TensorReading(value).map { ($0.shape, $0.values) })
  }

  /// The value of an expression as `#=>` comments write it: strings in quotes.
  func text(_ expression: String) throws -> String {
    let value = try run(expression + "\n")
    return value.string.map(Description.quoted) ?? Description.line(value)
  }

  /// What is said of the failure of an expression.
  func failure(_ expression: String) throws -> String {
    do { try run(expression + "\n") } catch let problem as Problem { return problem.description }
    return "no failure"
  }

  private func problem(_ diagnostics: [Diagnostic]) -> Problem {
    Problem(description: Renderer().render(diagnostics))
  }
}
