/// The words of the language by what they are for: whatever colours or completes source reads this table.

/// A word with a meaning of its own.
package struct Word: Hashable, Sendable {
  package enum Role: String, Sendable, CaseIterable {
    /// Begins a declaration: `let`, `fn`, `method`.
    case declaration
    /// Directs what runs: `if`, `for`, `return`, `try`.
    case control
    /// Stands between operands: `and`, `in`.
    case operation
    /// Is a value: `true`, `none`.
    case constant
    /// Names a type in an annotation: `Tensor`.
    case type
  }

  package let text: String
  package let role: Role
  /// The word is a name everywhere but where its construct begins.
  package let isContextual: Bool

  /// Every word of the language, in the order of its tables.
  package static let all: [Word] =
    Keyword.allCases.map { Word(text: $0.rawValue, role: $0.role, isContextual: false) }
    + StatementWord.allCases.map { Word(text: $0.rawValue, role: $0.role, isContextual: true) }
    + ExpressionWord.allCases.map { Word(text: $0.rawValue, role: .control, isContextual: true) }
    + TypeNames.all.map { Word(text: $0, role: .type, isContextual: true) }
}

extension Keyword {
  var role: Word.Role {
    switch self {
    case .let, .var, .fn, .import, .as: .declaration
    case .in, .and, .or, .not: .operation
    case .true, .false, .none: .constant
    case .expect, .raise, .return, .break, .continue, .for, .while, .if, .else, .match, .try,
      .catch:
      .control
    }
  }
}

extension StatementWord {
  var role: Word.Role {
    switch self {
    case .method, .metric, .model, .param, .test: .declaration
    case .show, .defer: .control
    }
  }
}
