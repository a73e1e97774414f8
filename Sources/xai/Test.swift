// `xai test`: the tests, the examples and the expectations of files.
import ArgumentParser
import Bindings
import CEdit
import Runtime
import Shell
import Syntax

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs tests, examples of documentation, and files that say what to expect.",
    discussion: """
      Of each file it runs
        test "name" { … }   blocks, each from where the cells of its file end;
        ## ```xai           examples in documentation, whose lines `expression  #=> value` must be true;
        # expect: TEXT      comments: the file as a whole must say these lines, and fail with the errors
                            that `# expect error CODE` names (xai doc expectations describes the form).

      `xai run` runs none of them. Each test has random numbers from the start, and limits of its own; what it
      prints is shown only if it fails. In folders, names that begin with . or _ are passed over.

      --json writes an object for each test, one a line: file, line, name, kind (test, example, expectations or
      script), result (passed or failed), milliseconds; if it failed, code, message and at (the line, or 0).

      The exit code is 0 if all passed, 1 if one failed, 65 if a source is wrong, 66 if a file is missing.
      """)

  @Argument(
    help: "Files, folders, or modules of the library; the current folder unless given.")
  var paths: [String] = []

  @Flag(help: "Test the examples of all natives, of the library and of the handbook as well.")
  var library = false

  @Option(help: ArgumentHelp("Only tests with this in FILE:LINE NAME.", valueName: "text"))
  var filter: String?

  @Option(help: ArgumentHelp("The most seconds for each test.", valueName: "seconds"))
  var timeLimit = 60.0

  @Option(help: ArgumentHelp("The most calls and loop turns for each test.", valueName: "n"))
  var opsLimit: Int?

  @Option(help: "The seed with which each test begins.")
  var seed: UInt64 = 0

  @Flag(help: "Write one JSON object for each test.")
  var json = false

  func validate() throws {
    if !(timeLimit > 0 && timeLimit < 1e9) {
      throw ValidationError("--time-limit is a number of seconds above 0")
    }
    if let opsLimit, opsLimit < 1 { throw ValidationError("--ops-limit is at least 1") }
  }

  func run() throws {
    var settings = TestRunner.Settings()
    settings.seed = seed
    settings.timeLimit = timeLimit
    settings.opsLimit = opsLimit
    settings.filter = filter
    guard let workspace = Workspace(output: Terminal()) else {
      throw ExitCode(Exit.internalError)
    }
    ce_catch_interrupts(true)
    let report = TestReport(isJSON: json)
    let runner = TestRunner(settings) { report.add($0) }
    let sources = try collect(workspace.session.library, runner)
    let natives = library ? workspace.session.natives.values.sorted { $0.name < $1.name } : []
    if library { Handbook.chapters.forEach(runner.run) }
    let total = natives.count + sources.count
    for (index, native) in natives.enumerated() where !runner.isInterrupted {
      report.begin(native.name, done: index, total: total)
      runner.run(native)
    }
    for (index, source) in sources.enumerated() where !runner.isInterrupted {
      report.begin(source.name, done: natives.count + index, total: total)
      runner.run(source)
    }
    let code = report.finish()
    if code != 0 { throw ExitCode(code) }
  }

  /// What the arguments name; a file that is named and missing ends the program.
  private func collect(_ modules: Library, _ runner: TestRunner) throws -> [Source] {
    var sources = library ? modules.names.sorted().compactMap { modules.source($0) } : []
    for path in paths.isEmpty && !library ? ["."] : paths {
      if Folder.isFolder(path) {
        for file in Folder.scripts(in: path == "." ? "" : path) {
          do throws(Diagnostic) { sources.append(try Source.read(file)) } catch {
            runner.reportUnreadable(file, error)
          }
        }
      } else if modules.names.contains(path), let source = modules.source(path) {
        sources.append(source)
      } else {
        do throws(Diagnostic) { sources.append(try Source.read(path)) } catch {
          Reporter(isJSON: json).report([error])
          throw ExitCode(Source.exitCode(for: error))
        }
      }
    }
    return sources
  }
}
