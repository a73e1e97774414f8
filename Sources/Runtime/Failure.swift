// What goes wrong while a script runs.
import Syntax

/// An error of a running script: what a `Diagnostic` says, and the calls that were under way.
///
/// A native throws it with a code and a message; the machine adds where it happened.
public final class Failure: Error, @unchecked Sendable {
  /// What ended the run, which decides the exit code of the program.
  package enum Kind: Sendable {
    /// An error of the script: 1.
    case script
    /// The source is wrong: 65.
    case source
    /// A file or module is missing: 66.
    case missingFile
    /// An error of the program itself: 70.
    case internalError
    /// The step budget or the deadline was reached, or the process holds too much: 124. Scripts cannot catch
    /// it.
    case limit
    /// One thing would have taken more memory than there may be: 124. It is not there, so scripts can go on.
    case size
    /// Ctrl-C: 130. Scripts cannot catch it.
    case interruption
  }

  /// A call that was under way when the error happened.
  package struct Frame: Sendable {
    /// The function's name, or nil for the script itself.
    package var function: String?
    /// The frame is that of a cell, not of a function.
    package var isScript: Bool
    /// `steps: 50, x: [1, 28, 28]`.
    package var arguments: String
    package var source: Source
    package var span: Span
    /// `name.xai:12:5`, where the call stood.
    package var place: String {
      let (line, column) = source.position(of: span.start)
      return "\(source.name):\(line):\(column)"
    }
  }

  package let kind: Kind
  package let code: String
  package internal(set) var message: String
  package var notes: [String]
  package var helps: [Diagnostic.Help]
  /// Set only when the place is not that of the failing instruction.
  package var primary: Diagnostic.Label?
  package var secondary: [Diagnostic.Label]
  /// Innermost first; filled by the machine.
  package internal(set) var trace: [Frame] = []
  /// The calls between the last two of the trace that are not noted.
  var omitted = 0
  /// What was raised, when it was not a String.
  let raised: Value?
  /// The argument that is at fault, until the machine names it.
  var argument: (position: Int, expected: String, found: Value)?
  /// The parameter whose annotation does not hold, until the machine has found the argument.
  var parameter: (position: Int, name: String, found: Value, source: Source, span: Span)?
  /// The two sides of a comparison that has no meaning, in their order in the machine.
  var comparison: (left: Value, right: Value)?
  /// The label of a call that is at fault.
  var label: String?
  /// The machine has named the function and the parameter.
  var isComplete = false
  /// The arguments were put into a list before the function looked at them: their registers are gone.
  var hasPackedArguments = false
  /// A limit that was reached in a jump, when the machine was at its target already.
  var isAtTarget = false
  /// A cleanup has put it off: the frame at hand is in its trace already.
  var isPutOff = false
  /// Raised again after it was caught: its trace stays as it is.
  var isRaisedAgain = false
  /// More errors found with this one: those of a module that was imported.
  package internal(set) var others: [Diagnostic] = []

  /// An error with a stable code (X0300…), a message that states the fact, and proposals.
  package init(
    _ code: String, _ message: String, notes: [String] = [], help: String? = nil,
    kind: Kind = .script
  ) {
    self.code = code
    self.message = message
    self.notes = notes
    self.helps = help.map { [Diagnostic.Help($0)] } ?? []
    self.kind = kind
    secondary = []
    raised = nil
  }

  init(raising value: Value) {
    code = "X0300"
    message = value.string ?? Failure.message(of: value) ?? Description.line(value)
    notes = []
    helps = []
    kind = .script
    secondary = []
    raised = value
  }

  /// The `message` of a raised Record.
  private static func message(of value: Value) -> String? {
    if case .record(let record) = value { record["message"]?.string } else { nil }
  }

  /// An argument (counted from 0) that is not what is expected: `expected` reads "an Int".
  package static func argument(_ position: Int, expected: String, found: Value) -> Failure {
    let failure = Failure(
      "X0308", "argument \(position + 1) must be \(expected), found \(Description.found(found))")
    failure.argument = (position, expected, found)
    return failure
  }

  /// An argument that a derivative follows, where it would be taken for a constant.
  package static func followed(_ position: Int, _ value: Value) -> Failure {
    let failure = Failure.argument(
      position, expected: "a number that no derivative follows", found: value)
    failure.notes.append("It comes from what is differentiated, and would be taken for a constant.")
    failure.helps.append(.init("stop_gradient(x) says that a constant is meant"))
    return failure
  }

  /// Whether `catch` may see it.
  package var isCatchable: Bool { kind != .limit && kind != .interruption }

  /// The exit code of a program that ends with this error.
  package var exitCode: Int32 {
    switch kind {
    case .script: 1
    case .source: 65
    case .missingFile: 66
    case .internalError: 70
    case .limit, .size: 124
    case .interruption: 130
    }
  }
}

extension Failure {
  static func unsupported(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Failure {
    Failure(
      "X0301",
      "\(operation.rawValue) is not defined for \(left.typePhrase) and \(right.typePhrase)")
  }

  static func unsupported(_ operation: UnaryOperator, _ value: Value) -> Failure {
    Failure("X0301", "\(operation.rawValue) is not defined for \(value.typePhrase)")
  }

  static func incomparable(_ comparison: Comparison, _ left: Value, _ right: Value) -> Failure {
    Failure(
      "X0303",
      "\(comparison.rawValue) is not defined for \(left.typePhrase) and \(right.typePhrase)")
  }

  static func notCallable(_ value: Value) -> Failure {
    Failure("X0309", "\(value.typePhrase) cannot be called")
  }
}
