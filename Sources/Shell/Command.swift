// The commands of the prompt: `:vars`, `:time`, …
import Displays
import Runtime
import Syntax

/// A command: its name with the colon, how it is written, what it does.
package struct Command {
  package let name: String
  let usage: String
  package let help: String
  let takesPath: Bool
  let body: (Prompt, String) -> Void

  init(
    _ name: String, _ usage: String, _ help: String, takesPath: Bool = false,
    body: @escaping (Prompt, String) -> Void
  ) {
    self.name = name
    self.usage = usage
    self.help = help
    self.takesPath = takesPath
    self.body = body
  }

  /// In the order in which `:help` lists them.
  package static var all: [Command] {
    [
      Command(":help", "What can be done at the prompt.") { prompt, _ in help(prompt) },
      Command(":vars", "The names declared here, with their values.") { prompt, _ in
        variables(prompt)
      },
      Command(":apropos", "WORD", "Searches names and documentation.", body: search),
      Command(":time", "CODE", "Runs code and says how long it took.", body: time),
      Command(
        ":timeit", "CODE", "Runs code many times and gives mean and deviation of its time.",
        body: timeRepeatedly),
      Command(":load", "FILE", "Runs a script; its names stay known.", takesPath: true, body: load),
      Command(
        ":save", "FILE", "Writes the entries that worked as a script, a cell for each.",
        takesPath: true, body: save),
      Command(":reset", "Forgets all names.") { prompt, _ in prompt.reset() },
      Command(":quit", "Leaves, like Ctrl-D.") { prompt, _ in prompt.isDone = true },
    ]
  }

  init(_ name: String, _ help: String, body: @escaping (Prompt, String) -> Void) {
    self.init(name, "", help, body: body)
  }

  /// Runs a line that begins with a colon. Unambiguous beginnings of names are enough.
  static func run(_ line: Substring, in prompt: Prompt) {
    let name = line.prefix { !$0.isWhitespace }
    let rest = String(line.dropFirst(name.count).trimmed)
    let fitting = all.filter { $0.name.hasPrefix(name) }
    guard
      let command = all.first(where: { $0.name == name }) ?? (fitting.count == 1 ? fitting[0] : nil)
    else {
      let nearest =
        fitting.isEmpty
        ? Suggestion.nearest(to: String(name), among: all.map(\.name)) : fitting.map(\.name)
      let help =
        nearest.isEmpty
        ? ":help lists the commands" : "did you mean " + nearest.joined(separator: " or ") + "?"
      return complain(prompt, "there is no command \(name)", help)
    }
    if command.usage.isEmpty != rest.isEmpty {
      return complain(
        prompt,
        rest.isEmpty ? "\(command.name) needs \(command.usage)" : "\(command.name) takes nothing",
        "write \(command.name) \(command.usage)")
    }
    command.body(prompt, rest)
  }

  private static func complain(_ prompt: Prompt, _ message: String, _ help: String) {
    prompt.reporter.report([Diagnostic("X0701", message, helps: [.init(help)])])
  }

  // MARK: What they do

  static func help(_ prompt: Prompt) {
    let keys = [
      ("?name", "Explains a name; ??name shows its source; ?X0204 explains an error."),
      ("ans, out[n]", "The last value, and earlier ones."),
      ("expression ;", "Runs without showing the value."),
      ("Tab", "Completes names, fields, labels and paths."),
      ("Up, ^R", "Earlier entries that begin with, or contain, what is typed."),
      ("Alt-Enter", "Opens a line where Enter would run the entry."),
      ("Ctrl-C", "Clears the entry, or stops what is running."),
    ]
    let rows =
      all.map { (($0.name + " " + $0.usage), $0.help) } + keys
    prompt.show(
      .table(
        TableDisplay(
          columns: [.init("")], rows: rows.map { .init($0.0, [.text($0.1)]) })))
  }

  private static func variables(_ prompt: Prompt) {
    let rows = prompt.session.variables.filter { $0.global.name != "out" }.map { variable in
      TableDisplay.Row(
        variable.global.name,
        [.text(variable.value.typeName), .text(Description.line(variable.value, limit: 80))])
    }
    if rows.isEmpty { return prompt.show(.note("Nothing is declared.")) }
    prompt.show(
      .table(TableDisplay(columns: [.init("type"), .init("value")], rows: rows, rowLimit: 200)))
  }

  private static func search(_ prompt: Prompt, _ word: String) {
    let wanted = word.lowercased()
    var found = prompt.reference.topics.filter {
      $0.name.lowercased().firstRange(of: wanted) != nil
        || $0.documentation.lowercased().firstRange(of: wanted) != nil
    }.map { ($0.name, $0.summary.isEmpty ? $0.kind : $0.summary) }
    for module in prompt.session.library.names.sorted()
    where !prompt.session.importedModules.contains(where: { $0.name == module }) {
      found += prompt.session.declarations(of: module).filter {
        $0.name.lowercased().firstRange(of: wanted) != nil
          || $0.documentation.lowercased().firstRange(of: wanted) != nil
      }.map { ($0.name, "(import \(module)) \($0.summary)") }
    }
    if found.isEmpty { return prompt.show(.note("Nothing mentions \(word).")) }
    prompt.show(
      .table(
        TableDisplay(
          columns: [.init("")], rows: found.map { .init($0.0, [.text($0.1)]) }, rowLimit: 60)))
  }

  private static func time(_ prompt: Prompt, _ code: String) {
    let clock = ContinuousClock()
    let elapsed = clock.measure { prompt.evaluate(code) }
    prompt.show(.note("\(Timing.text(elapsed / .seconds(1)))"))
  }

  private static func timeRepeatedly(_ prompt: Prompt, _ code: String) {
    let (program, problems) = prompt.session.compile(Source(name: "in[timeit]", text: code))
    prompt.reporter.report(problems)
    guard let program else { return }
    let timing = prompt.hidden { Timing.measure { prompt.repeated(program) } }
    guard let timing else { return }
    prompt.show(.note(timing.description))
  }

  private static func load(_ prompt: Prompt, _ path: String) {
    do throws(Diagnostic) {
      let (program, problems) = prompt.session.compile(try Source.read(path))
      prompt.reporter.report(problems)
      if let program { _ = prompt.perform(program) }
    } catch {
      prompt.reporter.report([error])
    }
  }

  private static func save(_ prompt: Prompt, _ path: String) {
    if prompt.succeeded.isEmpty {
      return complain(prompt, "there is nothing to save", "run an entry first")
    }
    let text = prompt.succeeded.map { "# %%\n\($0)\n" }.joined(separator: "\n")
    do throws(Diagnostic) {
      try TextFile.write(text, to: path, replacing: prompt.savedFile == path)
      prompt.savedFile = path
      prompt.show(.note("\(prompt.succeeded.count) cells in \(path)"))
    } catch {
      prompt.reporter.report([error])
    }
  }
}
