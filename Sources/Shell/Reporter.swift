// How errors reach the user: drawn for a person, or as JSON for a tool.
import Syntax

/// Writes diagnostics to standard error.
package struct Reporter {
  /// One JSON object a line instead of drawings.
  package var isJSON: Bool

  /// What a session set about colours and width.
  package var settings: Settings?

  package init(isJSON: Bool = false, settings: Settings? = nil) {
    self.isJSON = isJSON
    self.settings = settings
  }

  /// Everything that went before on standard output comes first.
  package func report(_ diagnostics: [Diagnostic], to stream: Stream = .errors) {
    guard !diagnostics.isEmpty else { return }
    Stream.output.flush()
    if isJSON {
      for diagnostic in diagnostics { stream.write(diagnostic.json() + "\n") }
    } else {
      let colours: Bool =
        switch settings?.colours {
        case .never: false
        case .always where stream.isTerminal: true
        default: Surroundings.colours(of: stream) != .none
        }
      let width = stream.isTerminal ? settings?.width : nil
      let renderer = Renderer(
        colours: colours, width: width ?? Surroundings.width(of: stream))
      stream.write(renderer.render(diagnostics))
    }
    stream.flush()
  }
}
