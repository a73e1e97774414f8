// The commands about scripts and names: check, report, explain, doc; and the prompt.
import ArgumentParser
import Bindings
import CEdit
import Displays
import Glibc
import Runtime
import Shell
import Syntax

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds what is wrong in scripts without running them.",
    discussion: """
      Besides errors it warns of what looks like a mistake: names that nothing uses, statements that do \
      nothing, cells that depend on their order. Warnings alone leave the exit code 0.
      """)

  @Argument(help: "The scripts; - is standard input.")
  var files: [String]

  @Flag(help: "Write errors as JSON in the form of the Language Server Protocol.")
  var json = false

  @Flag(help: "Print the syntax tree.")
  var tree = false

  func run() throws {
    var worst: Int32 = 0
    for file in files { worst = max(worst, try check(file)) }
    if worst != 0 { throw ExitCode(worst) }
  }

  private func check(_ file: String) throws -> Int32 {
    let reporter = Reporter(isJSON: json)
    let stream: Shell.Stream = json ? .output : .errors
    do throws(Diagnostic) {
      let source = try Source.read(file)
      if tree { Stream.output.write(TreePrinter.print(Parser.parse(source).0) + "\n") }
      // A workspace of its own for each: scripts do not see one another's names.
      guard let workspace = Workspace(output: Terminal()) else { return Exit.internalError }
      let problems = Analysis.check(source, in: workspace.session)
      reporter.report(problems, to: stream)
      return problems.contains { $0.severity == .error } ? Exit.source : 0
    } catch {
      reporter.report([error], to: stream)
      return Source.exitCode(for: error)
    }
  }
}

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a script and writes one self-contained page of what it showed.")

  @Argument(help: "The script.")
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The page.", valueName: "out.html"))
  var output: String

  @OptionGroup var options: RunOptions

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var rest: [String] = []

  func run() throws {
    let source = try ScriptRun.source(file: file, code: nil, isJSON: options.limits.json)
    let given = ScriptArguments(rest)
    if let stray = given.stray { throw ValidationError("unexpected argument `\(stray)`") }
    let run = try ScriptRun(source, options)
    try run.prepare(given.parameters)
    let code = run.perform()
    try run.writePage(to: output)
    if code != 0 { throw ExitCode(code) }
  }
}

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells more about an error, with an example; without a code, lists all codes.")

  @Argument(help: "The code in the error's first line, such as X0204.")
  var code: String?

  func run() throws {
    guard let code else { return listAll() }
    guard let entry = Explanations.catalog[code] else {
      let nearest = Suggestion.nearest(
        to: code.uppercased(), among: Explanations.catalog.entries.map(\.code))
      throw ValidationError(
        "there is no explanation of \(code)"
          + (nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"))
    }
    Terminal().show(.markdown(entry.markdown))
  }

  private func listAll() {
    for entry in Explanations.catalog.entries {
      Stream.output.write("\(entry.code)  \(entry.title)\n")
    }
  }
}

struct Repl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl", abstract: "Opens the prompt, as xai alone does.")

  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0

  func run() throws {
    let terminal = Terminal()
    guard let workspace = Workspace(output: terminal, seed: seed) else {
      throw ExitCode(Exit.internalError)
    }
    Repl.open(workspace, terminal)
  }

  /// Opens the prompt on a session, which may know names already.
  static func open(_ workspace: Workspace, _ terminal: Terminal) {
    ce_catch_interrupts(false)
    let history = History(path: History.standardPath(Surroundings.variable))
    Prompt(workspace, terminal: terminal, editor: editor(history), history: history).run()
  }

  private static func editor(_ history: History) -> any LineEditor {
    let type = Surroundings.variable("TERM") ?? ""
    let isCapable =
      Stream.input.isTerminal && Stream.output.isTerminal && !type.isEmpty && type != "dumb"
    if isCapable, let editor = LibeditEditor(history: history) { return editor }
    return PlainEditor()
  }
}
