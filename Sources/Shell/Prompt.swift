// The prompt: reads entries, runs them in one session, and answers questions about names.
import Bindings
import Displays
import Runtime
import Syntax
import Tensors

/// A session with a person.
package final class Prompt {
  let workspace: Workspace
  let terminal: Terminal
  let reporter: Reporter
  private let editor: any LineEditor
  let history: History
  /// The number of the entry that is read or run, from 1.
  private var number = 0
  /// The values that were given so far, which `out` holds.
  private(set) var results: [Value] = []
  /// The entries that ran without an error, for `:save`.
  private(set) var succeeded = SavedEntries()
  /// The file that `:save` wrote last, which it may write again.
  var savedFile: String?
  var isDone = false

  var session: Session { workspace.session }
  var reference: Reference { Reference(session) }

  package init(
    _ workspace: Workspace, terminal: Terminal, editor: any LineEditor, history: History
  ) {
    self.workspace = workspace
    self.terminal = terminal
    reporter = Reporter(settings: terminal.settings)
    self.editor = editor
    self.history = history
  }

  /// Reads and runs entries until the user leaves.
  package func run() {
    let colours = Surroundings.colours(of: .output) != .none
    // Escape sequences stand between bytes of value 1, so that the editor does not count them.
    let prompt = colours ? "\u{1}\u{1B}[1;32m\u{1}xai>\u{1}\u{1B}[0m\u{1} " : PastedText.prompt
    let completer = Completer(session)
    let advice = EntryAdvice(
      indentation: Prompt.indentation, completion: completer.completion, hint: completer.hint)
    welcome(colours)
    terminal.cutsDisplays = true
    while !isDone {
      if let problem = history.takeProblem() { show(.note(problem)) }
      switch editor.read(prompt: prompt, advice: advice) {
      case .text(let text):
        history.add(text)
        enter(text)
      case .interrupted: break
      case .end: isDone = true
      }
      Stream.output.flush()
    }
  }

  private func welcome(_ colours: Bool) {
    guard Stream.output.isTerminal else { return }
    let line = "xai \(version): ?name explains, :help lists what can be done, Ctrl-D leaves"
    Stream.output.write(colours ? "\u{1B}[2m\(line)\u{1B}[0m\n" : line + "\n")
  }

  /// Nil when Enter runs the text.
  static func indentation(_ text: String) -> Int? {
    if text.hasPrefix("?") || text.hasPrefix(":") { return nil }
    if case .incomplete(let indent) = Completeness.of(text) { return indent }
    return nil
  }

  /// Acts on one entry: a question, a command, or code.
  package func enter(_ text: String) {
    let line = text.trimmed
    if line.isEmpty { return }
    if line.hasPrefix("?") {
      explain(line)
    } else if line.hasPrefix(":") {
      Command.run(line, in: self)
    } else {
      evaluate(text)
    }
    terminal.finish()
  }

  /// Compiles and runs code; true if it ended without an error.
  @discardableResult
  func evaluate(_ text: String) -> Bool {
    number += 1
    return run(Source(name: "in[\(number)]", text: text))
  }

  /// Compiles and runs a script or an entry, and keeps it for `:save` if it ended without an error.
  @discardableResult
  func run(_ source: Source) -> Bool {
    let (program, problems) = session.compile(source)
    reporter.report(problems)
    guard let program else { return false }
    let before = results.count
    guard perform(program) else {
      succeeded.addFailed(results.count - before)
      return false
    }
    succeeded.add(source.text, results.count - before)
    return true
  }

  /// Runs the cells of a program; true if all ended without an error. What ran before an error or Ctrl-C
  /// stays.
  private func perform(_ program: Program) -> Bool {
    Interruption.requested = false
    defer { Interruption.requested = false }
    do throws(Failure) {
      for cell in program.cells {
        terminal.remark = { [count = results.count] in "out[\(count)]" }
        defer { terminal.remark = nil }
        let value = try session.run(cell)
        if cell.endsWithExpression, value.isShown {
          keep(value)
          if !cell.hidesValue, hasMore(value) {
            terminal.whole = { .text(Description.full(value)) }
          }
        }
      }
      terminal.remark = nil
      for test in program.tests { try session.run(test) }
      return true
    } catch {
      terminal.finish()
      reporter.report(error.diagnostics)
      return false
    }
  }

  /// Whether a value, which was just shown, is a line that leaves things out.
  private func hasMore(_ value: Value) -> Bool {
    guard case .text? = terminal.last else { return false }
    switch value {
    case .list, .record: return true
    default: return false
    }
  }

  /// `:more`: what was shown last, as a whole; false if nothing was.
  func showMore() -> Bool {
    guard let display = terminal.whole?() ?? terminal.last else { return false }
    terminal.showWhole(display)
    return true
  }

  /// Lets the user change a text before it runs; where that is not possible, it runs at once.
  func offer(_ text: String) {
    if editor.offer(text) { return }
    history.add(text)
    enter(text)
  }

  /// Runs a program once more, for `:timeit`.
  func repeated(_ program: Program) -> Bool {
    do throws(Failure) {
      try session.run(program)
      return true
    } catch {
      terminal.isHiding = false
      Interruption.requested = false
      reporter.report(error.diagnostics)
      return false
    }
  }

  private func keep(_ value: Value) {
    results.append(value)
    session.define("ans", value)
    session.define("out", Value(results))
  }

  /// Forgets all names and results.
  func reset() {
    session.reset()
    results = []
    succeeded = SavedEntries()
  }

  /// Runs work whose values are not to be seen.
  func hidden<T>(_ work: () -> T) -> T {
    terminal.isHiding = true
    defer { terminal.isHiding = false }
    return work()
  }

  func show(_ display: Display) { terminal.show(display) }
  func say(_ text: String) { terminal.show(.text(text)) }

  // MARK: Questions

  /// `?name` and `??name`.
  private func explain(_ line: Substring) {
    let wantsSource = line.hasPrefix("??")
    let name = String(line.dropFirst(wantsSource ? 2 : 1).trimmed)
    if name.isEmpty { return Command.help(self) }
    if let command = Command.all.first(where: { $0.name == name || $0.name == ":" + name }),
      name.hasPrefix(":") || reference.topic(name) == nil
    {
      return show(.note("\(command.name) \(command.usage)  \(command.help)"))
    }
    if let entry = Explanations.catalog[name] { return show(.markdown(entry.markdown)) }
    guard let topic = reference.topic(name) else {
      return Handbook.page(name).map(show) ?? unknown(name)
    }
    guard wantsSource else { return show(topic.display) }
    if let source = topic.source {
      show(.code(source.trimmingNewlines, language: "xai"))
    } else {
      show(.note("\(topic.name) is not written in xai: it has no source to show."))
      show(topic.display)
    }
  }

  func unknown(_ name: String) {
    let importing = session.modules(offering: name)
    let nearest = Suggestion.nearest(to: name, among: session.visibleNames)
    var helps = importing.map { Diagnostic.Help("`import \($0)` makes it known") }
    if !nearest.isEmpty {
      helps.append(
        .init("did you mean " + nearest.map { "`\($0)`" }.joined(separator: " or ") + "?"))
    }
    reporter.report([Diagnostic("X0201", "`\(name)` is not known here", helps: helps)])
  }
}
