// The line editor without a terminal's abilities: lines as they come.
import CEdit
import Glibc
import Tensors

/// The lines of standard input; bytes that are no UTF-8 become replacement characters.
private final class InputLines {
  private var pending: [UInt8] = []
  private var isAtEnd = false

  /// The next line without its end; nil at the end of the input, and when Ctrl-C was typed.
  func next() -> String? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeFirst(end + 1) }
        return String(decoding: pending[..<end], as: UTF8.self)
      }
      if isAtEnd {
        defer { pending = [] }
        return pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self)
      }
      guard ce_wait_for_input() else {
        pending = []
        return nil
      }
      var chunk = [UInt8](repeating: 0, count: 1 << 12)
      let count = read(0, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      isAtEnd = count <= 0
      if count > 0 { pending += chunk[..<count] }
    }
  }
}

/// Reads entries from lines of text; those of several lines are read until they are complete.
package final class PlainEditor: LineEditor {
  private let nextLine: () -> String?
  private let show: (String) -> Void
  private let isInterrupted: () -> Bool
  private let forgetInterruption: () -> Void

  /// An editor that reads with one function and shows prompts with another.
  package init(
    nextLine: @escaping () -> String?, show: @escaping (String) -> Void,
    isInterrupted: @escaping () -> Bool = { false },
    forgetInterruption: @escaping () -> Void = {}
  ) {
    self.nextLine = nextLine
    self.show = show
    self.isInterrupted = isInterrupted
    self.forgetInterruption = forgetInterruption
  }

  /// An editor on standard input that shows its prompts on standard error.
  package convenience init() {
    let lines = InputLines()
    self.init(
      nextLine: lines.next, show: { Stream.errors.write($0) },
      isInterrupted: { Interruption.requested },
      forgetInterruption: { Interruption.requested = false })
  }

  package func offer(_ text: String) -> Bool { false }

  package func read(prompt: String, advice: EntryAdvice) -> Entry {
    show(PastedText.prompt)
    guard var text = nextLine() else { return stopped() }
    while advice.indentation(text) != nil {
      show(PastedText.continuation)
      guard let line = nextLine() else {
        if isInterrupted() { return stopped() }
        // At the end of the input what is there runs, and says what it lacks.
        break
      }
      text += "\n" + line
    }
    return .text(text)
  }

  /// No line came: Ctrl-C, or the end of the input.
  private func stopped() -> Entry {
    show("\n")
    guard isInterrupted() else { return .end }
    forgetInterruption()
    return .interrupted
  }
}
