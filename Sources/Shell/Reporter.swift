// How errors reach the user: drawn for a person, or as JSON for a tool.
import Syntax

/// Writes diagnostics to standard error.
package struct Reporter {
  /// One JSON object a line instead of drawings.
  package var isJSON: Bool

  package init(isJSON: Bool = false) { self.isJSON = isJSON }

  /// Everything that went before on standard output comes first.
  package func report(_ diagnostics: [Diagnostic], to stream: Stream = .errors) {
    guard !diagnostics.isEmpty else { return }
    Stream.output.flush()
    if isJSON {
      for diagnostic in diagnostics { stream.write(diagnostic.json() + "\n") }
    } else {
      let renderer = Renderer(
        colours: Surroundings.colours(of: stream) != .none, width: Surroundings.width(of: stream))
      stream.write(renderer.render(diagnostics))
    }
    stream.flush()
  }
}
