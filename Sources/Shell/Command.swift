// The commands of the prompt: `:vars`, `:time`, …
import Displays
import Runtime
import Syntax

/// A command: its name with the colon, how it is written, what it does.
package struct Command {
  /// What stands behind the name, for completion.
  enum Argument { case text, code, name, path, setting }

  package let name: String
  /// Empty if it takes nothing; in brackets if it may be left out.
  package let usage: String
  package let help: String
  let argument: Argument
  let body: (Prompt, String) -> Void

  init(
    _ name: String, _ usage: String = "", _ help: String, argument: Argument = .text,
    body: @escaping (Prompt, String) -> Void
  ) {
    self.name = name
    self.usage = usage
    self.help = help
    self.argument = argument
    self.body = body
  }

  /// In the order in which `:help` lists them.
  package static var all: [Command] {
    [
      Command(":help", "", "What can be done at the prompt.") { prompt, _ in help(prompt) },
      Command(":vars", "", "The names declared here, with their values.") { prompt, _ in
        variables(prompt)
      },
      Command(":apropos", "WORD", "Searches names and documentation.", body: search),
      Command(":more", "", "Shows the last output with nothing left out.") { prompt, _ in
        if !prompt.showMore() {
          complain(prompt, "X0433", "nothing was shown yet", "run an expression first")
        }
      },
      Command(
        ":time", "CODE", "Runs code and says how long it took.", argument: .code, body: time),
      Command(
        ":timeit", "CODE", "Runs code many times and gives mean and deviation of its time.",
        argument: .code, body: timeRepeatedly),
      Command(
        ":edit", "[NAME]", "Opens the last entry, or what NAME is, in your editor (EDITOR).",
        argument: .name, body: edit),
      Command(
        ":load", "FILE", "Runs a script; its names stay known.", argument: .path, body: load),
      Command(
        ":save", "FILE", "Writes the entries that worked as a script, a cell for each.",
        argument: .path, body: save),
      Command(
        ":set", "[NAME VALUE]", "How output is shown: graphics, colours, width, digits, …",
        argument: .setting, body: set),
      Command(":reset", "", "Forgets all names.") { prompt, _ in prompt.reset() },
      Command(":quit", "", "Leaves, like Ctrl-D.") { prompt, _ in prompt.isDone = true },
    ]
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
      return complain(prompt, "X0431", "there is no command \(name)", help)
    }
    if command.usage.isEmpty != rest.isEmpty, !command.usage.hasPrefix("[") {
      return complain(
        prompt, "X0431",
        rest.isEmpty ? "\(command.name) needs \(command.usage)" : "\(command.name) takes nothing",
        "write " + [command.name, command.usage].filter { !$0.isEmpty }.joined(separator: " "))
    }
    command.body(prompt, rest)
  }

  private static func complain(
    _ prompt: Prompt, _ code: String, _ message: String, _ help: String
  ) {
    prompt.reporter.report([Diagnostic(code, message, helps: [.init(help)])])
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
      ("Ctrl-X Ctrl-E", "Opens what is typed in your editor (EDITOR)."),
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

  /// The last entry, or the source of a name; what comes back is offered for the next entry.
  private static func edit(_ prompt: Prompt, _ name: String) {
    var text = prompt.history.entries.last { !$0.hasPrefix(":") && !$0.hasPrefix("?") } ?? ""
    if !name.isEmpty {
      guard let topic = prompt.reference.topic(name) else { return prompt.unknown(name) }
      guard let source = topic.source else {
        return complain(
          prompt, "X0432", "\(name) is not written in xai: it has no source to edit",
          "?\(name) explains it")
      }
      text = source.trimmingNewlines
    }
    do throws(Diagnostic) {
      let edited = try ExternalEditor.edit(text)
      if edited.allSatisfy(\.isWhitespace) { return prompt.show(.note("Nothing is left.")) }
      prompt.offer(edited)
    } catch {
      prompt.reporter.report([error])
    }
  }

  private static func load(_ prompt: Prompt, _ path: String) {
    do throws(Diagnostic) {
      prompt.run(try Source.read(path))
    } catch {
      prompt.reporter.report([error])
    }
  }

  private static func save(_ prompt: Prompt, _ path: String) {
    let count = prompt.succeeded.count
    if count == 0 {
      return complain(prompt, "X0433", "there is nothing to save", "run an entry first")
    }
    do throws(Diagnostic) {
      try TextFile.write(
        prompt.succeeded.script, to: path, replacing: prompt.savedFile == path)
      prompt.savedFile = path
      prompt.show(.note("\(count) \(count == 1 ? "cell" : "cells") in \(path)"))
    } catch {
      prompt.reporter.report([error])
    }
  }

  /// `:set`, `:set NAME`, `:set NAME VALUE`.
  private static func set(_ prompt: Prompt, _ rest: String) {
    let settings = prompt.terminal.settings
    let words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let name = words.first else { return list(prompt, Setting.all) }
    guard let setting = Setting.all.first(where: { $0.name == name }) else {
      let nearest = Suggestion.nearest(to: name, among: Setting.all.map(\.name))
      let known = nearest.isEmpty ? Setting.all.map(\.name) : nearest
      return complain(
        prompt, "X0434", "there is no setting \(name)",
        (nearest.isEmpty ? "there are " : "did you mean ") + known.joined(separator: ", ")
          + (nearest.isEmpty ? "" : "?"))
    }
    if words.count == 1 { return list(prompt, [setting]) }
    if words.count > 2 || !setting.set(settings, words[1]) {
      return complain(
        prompt, "X0434", "\(words.dropFirst().joined(separator: " ")) is no value for \(name)",
        "it can be \(setting.choices)")
    }
    list(prompt, [setting])
  }

  private static func list(_ prompt: Prompt, _ settings: [Setting]) {
    let current = prompt.terminal.settings
    let rows = settings.map { setting in
      TableDisplay.Row(
        setting.name,
        [
          .text(setting.get(current)), .text(setting.help),
          .text(setting.choices),
        ])
    }
    prompt.terminal.remembers = false
    prompt.show(
      .table(TableDisplay(columns: [.init("value"), .init(""), .init("can be")], rows: rows)))
    prompt.terminal.remembers = true
  }
}
