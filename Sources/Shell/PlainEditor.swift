// The line editor without a terminal's abilities: lines as they come.

/// Reads entries from lines of text; those of several lines are read until they are complete.
package final class PlainEditor: LineEditor {
  private let nextLine: () -> String?
  private let show: (String) -> Void

  /// An editor that reads with one function and shows prompts with another.
  package init(nextLine: @escaping () -> String?, show: @escaping (String) -> Void) {
    self.nextLine = nextLine
    self.show = show
  }

  /// An editor on standard input that shows its prompts on standard error.
  package convenience init() {
    self.init(nextLine: { readLine() }, show: { Stream.errors.write($0) })
  }

  package func read(prompt: String, advice: EntryAdvice) -> Entry {
    show(PastedText.prompt)
    guard var text = nextLine() else {
      show("\n")
      return .end
    }
    while advice.indentation(text) != nil {
      show(PastedText.continuation)
      // At the end of the input what is there runs, and says what it lacks.
      guard let line = nextLine() else { break }
      text += "\n" + line
    }
    return .text(text)
  }
}
