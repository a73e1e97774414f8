// The editor of the user's choice, and the pager.
import CEdit
import Syntax

enum ExternalEditor {
  /// What the environment names, or vi.
  private static var command: String {
    for name in ["VISUAL", "EDITOR"] {
      if let value = Surroundings.variable(name), !value.allSatisfy(\.isWhitespace) {
        return value
      }
    }
    return "vi"
  }

  /// The text after the user changed it, without line ends at its end.
  ///
  /// - Throws: X0430 if the editor cannot be started or fails, X0415 if there is no place for the file.
  static func edit(_ text: String) throws(Diagnostic) -> String {
    try ScratchFile.with(text + "\n", ending: ".xai") { path throws(Diagnostic) in
      let command = command
      Stream.output.flush()
      guard ce_run(command + " \"$1\"", path) else {
        throw Diagnostic(
          "X0430", "the editor `\(command)` could not be used",
          helps: [.init("set the environment variable EDITOR to a program that is installed")])
      }
      return try Source.read(path).text.trimmingNewlines
    }
  }
}

/// A program that shows long text a window at a time.
enum Pager {
  /// False if there is none.
  static func show(_ text: String) -> Bool {
    let command = Surroundings.variable("PAGER").flatMap { $0.isEmpty ? nil : $0 } ?? "less -R"
    let isShown = try? ScratchFile.with(text, ending: ".txt") { path throws(Diagnostic) in
      Stream.output.flush()
      return ce_run(command + " < \"$1\"", path)
    }
    return isShown ?? false
  }
}
