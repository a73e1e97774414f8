// What can be said about a script that compiles, without running it: `xai check`.
import Syntax

/// Warnings, and errors that are certain.
package enum Analysis {
  /// Compiles a script for a session and then looks at it closely.
  ///
  /// Everything that is wrong with it: the errors alone if it cannot be compiled, else also what looks
  /// like a mistake, in the order of the text. Nothing runs.
  package static func check(_ source: Source, in session: Session) -> [Diagnostic] {
    LargeStack.run {
      let (script, problems) = Parser.parse(source)
      if problems.contains(where: { $0.severity == .error }) { return problems }
      let found = problems + session.compile(script).diagnostics + warnings(script, session)
      return sorted(found, source)
    }
  }

  /// What looks like a mistake in a script without errors of its grammar.
  package static func warnings(_ script: Script, _ session: Session) -> [Diagnostic] {
    var reader = NameReader(script, session)
    reader.read()
    return sorted(reader.diagnostics + reader.unused, script.source)
  }

  /// In the order of the text; what lies in other files comes first.
  private static func sorted(_ found: [Diagnostic], _ source: Source) -> [Diagnostic] {
    func place(_ diagnostic: Diagnostic) -> Int {
      guard let primary = diagnostic.primary, primary.source === source else { return -1 }
      return primary.span.start
    }
    return found.enumerated().sorted {
      let (left, right) = (place($0.element), place($1.element))
      return left == right ? $0.offset < $1.offset : left < right
    }.map(\.element)
  }
}

extension Diagnostic {
  /// A warning at a place.
  static func warning(
    _ code: String, _ message: String, at primary: Label, also secondary: [Label] = [],
    notes: [String] = [], helps: [Help] = []
  ) -> Diagnostic {
    Diagnostic(
      code, message, at: primary, also: secondary, notes: notes, helps: helps, severity: .warning)
  }
}
