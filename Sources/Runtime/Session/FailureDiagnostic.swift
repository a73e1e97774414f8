// A failure as a diagnostic: the user's line first, then the calls that led there.
import Syntax

extension Failure {
  /// At most this many calls are listed; the middle of a longer row is folded.
  private static let listed = 10

  /// What is shown to the user.
  package var diagnostic: Diagnostic {
    var notes = self.notes
    var secondary = self.secondary
    let isForeign = trace.first?.source.isLibrary ?? false
    let own = trace.firstIndex { !$0.source.isLibrary }
    var primary = self.primary
    if primary == nil, let frame = trace.indices.contains(own ?? 0) ? trace[own ?? 0] : nil {
      primary = .init(frame.source, frame.span)
    }
    if isForeign, own != nil {
      // Labels within the library would need its source to be shown: they become notes.
      notes = secondary.map { "\($0.text) in \($0.source.name)." } + notes
      secondary = []
    }
    if trace.count > 1 { notes += calls }
    return Diagnostic(
      code, message, at: primary, also: secondary, notes: notes, helps: helps)
  }

  /// This failure and those found with it.
  package var diagnostics: [Diagnostic] { others.isEmpty ? [diagnostic] : others }

  /// One line for each call under way, the innermost first.
  private var calls: [String] {
    let total = trace.count + omitted
    func line(_ frame: Frame) -> String {
      if frame.isScript {
        let isModule = frame.source !== trace.last?.source
        return "in the \(isModule ? "module" : "script") at \(frame.place)"
      }
      return "in \(frame.function ?? "a function")(\(frame.arguments)) at \(frame.place)"
    }
    if total <= Failure.listed { return trace.map(line) }
    let tail = 3
    let head = Failure.listed - tail - 1
    return trace.prefix(head).map(line) + ["… \(total - head - tail) more calls …"]
      + trace.suffix(tail).map(line)
  }
}

extension Source {
  /// The source belongs to the library that travels with the program.
  package var isLibrary: Bool { name.hasPrefix("<stdlib>/") }
}
