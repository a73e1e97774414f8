// What an annotation asks of a value, ready to be checked by the machine.
import Syntax

/// The check of one annotation: of a parameter, a result or a declared name.
final class Contract {
  enum Subject {
    case parameter(Int, String)
    /// A declared name, or one of a pattern.
    case name(String)
    /// The result of a function with this name.
    case result(String?)

    /// How errors begin.
    var text: String {
      switch self {
      case .parameter(_, let name), .name(let name): name
      case .result(let name): name.map { "the result of \($0)" } ?? "the result"
      }
    }
  }

  enum Form {
    case any, int, float, function
    /// Any other type, by its name.
    case type(String)
    case shape([Axis])
  }

  enum Axis {
    case size(Int)
    case any
    case rest
    /// A size that annotations share: its register holds none or the size, and the one behind it the
    /// contract that has bound it.
    case shared(String, Int)
    /// A name that means something else here: its register holds the value.
    case given(String, Int)
  }

  let subject: Subject
  let form: Form
  let isOptional: Bool
  /// Where the annotation stands.
  let span: Span
  /// The annotation as written.
  let text: String

  init(_ subject: Subject, _ form: Form, isOptional: Bool, _ span: Span, text: String) {
    self.subject = subject
    self.form = form
    self.isOptional = isOptional
    self.span = span
    self.text = text
  }
}
