// One run of a script: reading, compiling, running, and what it is worth as an exit code.
import ArgumentParser
import Bindings
import CEdit
import Displays
import Runtime
import Shell
import Syntax
import Tensors

/// A script on its way through the program.
final class ScriptRun {
  private let source: Source
  private let workspace: Workspace
  private let terminal: Terminal
  private let reporter: Reporter
  private let options: RunOptions
  private var program: Runtime.Program?

  init(_ source: Source, _ options: RunOptions) throws {
    self.source = source
    self.options = options
    reporter = Reporter(isJSON: options.limits.json)
    terminal = Terminal(headings: .all)
    options.limits.apply()
    guard let workspace = Workspace(output: terminal, seed: options.seed) else {
      reporter.report([Diagnostic("X0607", "there is not enough memory to start")])
      throw ExitCode(Exit.internalError)
    }
    self.workspace = workspace
    workspace.transcript.title = source.name
  }

  /// The script that the arguments name.
  static func source(file: String?, code: String?, isJSON: Bool) throws -> Source {
    if let code {
      if let file { throw ValidationError("either a file (\(file)) or -e CODE, not both") }
      return Source(name: "argument", text: code)
    }
    guard let file else { throw ValidationError("which script? Name a file, or give code with -e") }
    do throws(Diagnostic) {
      let source = try Source.read(file)
      if source.text.allSatisfy(\.isWhitespace) {
        throw Diagnostic(
          "X0413", "\(source.name) is empty: there is nothing to run",
          helps: [.init("was it saved? A first line could be  show 1 + 1")])
      }
      return source
    } catch {
      Reporter(isJSON: isJSON).report([error])
      throw ExitCode(Source.exitCode(for: error))
    }
  }

  /// Compiles, with values for the script's parameters.
  func prepare(_ given: [(name: String, value: String)]) throws {
    let session = workspace.session
    let (program, problems) = session.compile(source)
    reporter.report(problems)
    guard let program else { throw ExitCode(Exit.source) }
    let known = program.parameters.map(\.name)
    for (name, value) in given {
      guard known.contains(name) else { throw unknown(name, known) }
      session.overrides[name] = value
    }
    self.program = program
  }

  private func unknown(_ name: String, _ known: [String]) -> ValidationError {
    let option = "--" + name
    if known.isEmpty {
      return ValidationError("unknown option \(option): \(source.name) has no parameters")
    }
    let nearest = Suggestion.nearest(to: name, among: known).first.map { "did you mean --\($0)?" }
    let all = "it has " + known.map { "--" + $0 }.joined(separator: ", ")
    return ValidationError("unknown option \(option) for \(source.name): \(nearest ?? all)")
  }

  /// Runs the cells, but not the tests; gives the exit code.
  func perform() -> Int32 {
    guard let program else { return Exit.internalError }
    let session = workspace.session
    ce_catch_interrupts(true)
    if let limit = options.opsLimit { session.machine.budget = limit }
    if let limit = options.limits.timeLimit { workspace.stop(after: limit) }
    do throws(Failure) {
      try session.run(program)
      terminal.finish()
      return 0
    } catch {
      terminal.finish()
      reporter.report(error.diagnostics)
      return error.exitCode
    }
  }

  /// The prompt, with what the script declared before it ended or failed.
  func openPrompt() {
    workspace.session.machine.budget = .max
    workspace.session.machine.deadline = nil
    Interruption.requested = false
    Repl.open(workspace, terminal)
  }

  /// Everything that was shown, as one page.
  func writePage(to path: String) throws {
    do throws(Diagnostic) {
      try TextFile.write(workspace.transcript.html(), to: path, replacing: true)
    } catch {
      reporter.report([error])
      throw ExitCode(Exit.missingFile)
    }
  }

  /// The parameters of the script with their defaults, for `--help`.
  func showParameters() {
    guard let program else { return }
    if let documentation = program.documentation {
      terminal.write("\n")
      terminal.show(.markdown(documentation))
    }
    if program.parameters.isEmpty {
      return terminal.write("\n\(source.name) has no parameters.\n")
    }
    terminal.write("\nPARAMETERS OF \(source.name):\n")
    let widest = program.parameters.map { $0.name.count + $0.standard.count + 5 }.max() ?? 0
    for parameter in program.parameters {
      let head = "--\(parameter.name) <\(parameter.standard)>"
      let gap = String(repeating: " ", count: max(2, widest + 2 - head.count))
      terminal.write("  \(head)\(gap)\(parameter.documentation ?? "")\n")
    }
  }
}
