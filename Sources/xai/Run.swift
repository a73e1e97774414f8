// `xai run FILE`: a script from a file, standard input or the command line.
import ArgumentParser
import Bindings
import CEdit
import Displays
import Runtime
import Shell
import Syntax
import Tensors

/// What may be said of every run and of the runs of a sweep.
struct LimitOptions: ParsableArguments {
  @Option(help: "Threads, of all runs together; results do not depend on them.")
  var threads: Int?

  @Option(
    help: ArgumentHelp("Stop a run after so many seconds (exit code 124).", valueName: "seconds"))
  var timeLimit: Double?

  @Option(
    help: ArgumentHelp(
      "The most bytes that the values of a run may hold: 2000000000, 500MB, 2GB.",
      valueName: "bytes"))
  var memory: String?

  @Flag(help: "Write errors as JSON, one object a line.")
  var json = false

  func validate() throws {
    if let threads, !(1...64).contains(threads) {
      throw ValidationError("--threads is from 1 to 64")
    }
    if let timeLimit, !(timeLimit > 0 && timeLimit < 1e9) {
      throw ValidationError("--time-limit is a number of seconds above 0")
    }
    if let memory, Self.bytes(memory) == nil {
      throw ValidationError("--memory is a number of bytes such as 2000000000, 500MB or 2GB")
    }
  }

  /// Makes the threads and the memory hold from now on; the time is counted by each run.
  func apply() {
    if let threads { Threads.count = threads }
    guard let bytes = memory.flatMap(Self.bytes) else { return }
    Storage.limit = bytes
    Memory.limit = bytes
  }

  /// The bytes that a text means; kB, MB and GB are powers of 1000.
  static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let units: [String: Double] = ["": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12]
    guard let number = Double(digits), let unit = units[text.dropFirst(digits.count).uppercased()],
      number * unit >= 1, number * unit < 1e18
    else { return nil }
    return Int(number * unit)
  }
}

/// What may be said of a single run.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("Stop after so many calls and loop turns (exit code 124).", valueName: "n"))
  var opsLimit: Int?

  @OptionGroup var limits: LimitOptions

  func validate() throws {
    if let opsLimit, opsLimit < 1 { throw ValidationError("--ops-limit is at least 1") }
  }
}

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a script.",
    discussion:
      "Other options are the script's own parameters: --NAME value sets `param NAME`. xai run FILE --help lists them.",
    helpNames: [])

  @Argument(help: "The script; - is standard input.")
  var file: String?

  @Option(name: .customShort("e"), help: "Code to run instead of a file.")
  var code: String?

  @OptionGroup var options: RunOptions

  @Option(help: ArgumentHelp("Write a page of everything that was shown.", valueName: "out.html"))
  var report: String?

  @Flag(name: .short, help: "Open the prompt afterwards, with the names of the script.")
  var interactive = false

  @Flag(name: .shortAndLong, help: "Show this help, and the parameters of the script.")
  var help = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var rest: [String] = []

  func run() throws {
    if help { return try showHelp() }
    let source = try ScriptRun.source(file: file, code: code, isJSON: options.limits.json)
    let given = ScriptArguments(rest)
    if let stray = given.stray { throw ValidationError("unexpected argument `\(stray)`") }
    let run = try ScriptRun(source, options)
    try run.prepare(given.parameters)
    let code = run.perform()
    if let report { try run.writePage(to: report) }
    if interactive { return run.openPrompt() }
    if code != 0 { throw ExitCode(code) }
  }

  private func showHelp() throws {
    Stream.output.write(Xai.helpMessage(for: Run.self) + "\n")
    guard file != nil || code != nil else { return }
    let source = try ScriptRun.source(file: file, code: code, isJSON: options.limits.json)
    let run = try ScriptRun(source, options)
    try run.prepare([])
    run.showParameters()
  }
}
