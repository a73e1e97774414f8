// `xai sweep FILE`: a script once for every combination of its parameters, into one table.
import ArgumentParser
import Bindings
import CEdit
import Displays
import Runtime
import Shell
import Syntax
import Tensors

struct SweepScript: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Runs a script once for every combination of its parameters, into one table.",
    discussion: """
      xai sweep FILE --steps 10,50 --seed 1..5 runs it ten times: values stand between commas, and 1..5 and 1...5 \
      are the whole numbers from 1 to 5. The last parameter varies fastest. Each run is a process of its own, and \
      gives the value of the script's last expression: a number, or a record with a column for each field.
      """)

  @Argument(help: "The script.")
  var file: String

  @Option(
    help: ArgumentHelp("Runs at the same time; as many as there are threads.", valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Write the table as comma-separated values.", valueName: "rows.csv"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Keep finished runs here, and do not repeat those that are there.", valueName: "rows.jsonl"))
  var keep: String?

  @OptionGroup var limits: LimitOptions

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var rest: [String] = []

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs is from 1 to 1024")
    }
  }

  func run() throws {
    let source = try ScriptRun.source(file: file, code: nil, isJSON: limits.json)
    let given = ScriptArguments(rest)
    if let stray = given.stray { throw ValidationError("unexpected argument `\(stray)`") }
    limits.apply()
    let grid = try SweepGrid(given.parameters)
    ce_catch_interrupts(true)
    let runs = ScriptRuns(source, grid, timeLimit: limits.timeLimit)
    let terminal = Terminal()
    defer { terminal.finish() }
    do throws(Failure) {
      try runs.check()
      let store = try keep.map { path throws(Failure) in
        try RowStore(path: path, identity: runs.identity)
      }
      try runs.compute(store, jobs: min(jobs ?? Threads.count, Threads.count), terminal)
      let table = try runs.table()
      terminal.finish()
      terminal.show(table.display)
      if let out { try write(table.csv, to: out) }
    } catch {
      terminal.finish()
      Reporter(isJSON: limits.json).report(error.diagnostics)
      throw ExitCode(error.exitCode)
    }
  }

  private func write(_ text: String, to path: String) throws(Failure) {
    do throws(Diagnostic) { try TextFile.write(text, to: path, replacing: true) } catch {
      throw Failure(error.code, error.message, notes: error.notes, kind: .missingFile)
    }
  }
}

/// The parameters of a sweep with the values that each takes, as text.
struct SweepGrid {
  private static let mostRuns = 1_000_000

  private(set) var names: [String] = []
  private(set) var values: [[String]] = []
  private(set) var count = 1

  init(_ parameters: [(name: String, value: String)]) throws {
    guard !parameters.isEmpty else {
      throw ValidationError(
        "nothing is swept: give a parameter several values, as in --steps 10,50")
    }
    for (name, text) in parameters {
      if names.contains(name) { throw ValidationError("--\(name) is given twice") }
      let found = try Self.values(text, of: name)
      names.append(name)
      values.append(found)
      let (product, overflow) = count.multipliedReportingOverflow(by: found.count)
      guard !overflow, product <= Self.mostRuns else { throw Self.tooMany }
      count = product
    }
  }

  private static var tooMany: ValidationError {
    ValidationError("a sweep has at most \(mostRuns) runs")
  }

  /// The values of a run by name; the last name varies fastest.
  func run(_ row: Int) -> [(name: String, value: String)] {
    var rest = row
    var found: [(name: String, value: String)] = []
    for (name, values) in zip(names, values).reversed() where !values.isEmpty {
      found.append((name, values[rest % values.count]))
      rest /= values.count
    }
    return found.reversed()
  }

  /// `10,50`, `1..5`, `1...5`, `0..<5`; a comma in brackets or quotation marks separates nothing.
  static func values(_ text: String, of name: String) throws -> [String] {
    var values: [String] = []
    for part in parts(text) {
      guard let range = range(part) else {
        values.append(part)
        continue
      }
      guard !range.isEmpty else {
        throw ValidationError("the range \(part) of --\(name) has no numbers")
      }
      guard range.count <= mostRuns else { throw tooMany }
      values += range.map { String($0) }
    }
    return values
  }

  private static func parts(_ text: String) -> [String] {
    var parts: [String] = [""]
    var depth = 0
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "[" where !isQuoted, "{" where !isQuoted: depth += 1
      case "]" where !isQuoted, "}" where !isQuoted: depth -= 1
      case "," where !isQuoted && depth == 0:
        parts.append("")
        continue
      default: break
      }
      parts[parts.count - 1].append(character)
    }
    return parts
  }

  /// The whole numbers of a range as it is written; nil for any other text.
  private static func range(_ text: String) -> Range<Int>? {
    for (sign, isClosed) in [("..<", false), ("...", true), ("..", true)] {
      guard let place = text.firstRange(of: sign) else { continue }
      guard let low = Int(text[..<place.lowerBound]), let high = Int(text[place.upperBound...]),
        high < .max
      else { return nil }
      let end = isClosed ? high + 1 : high
      return low..<max(low, end)
    }
    return nil
  }
}
