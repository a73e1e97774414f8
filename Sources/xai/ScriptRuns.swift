// ScriptRuns: a script run again and again, each time in a process of its own.
import Bindings
import Displays
import Runtime
import Shell
import Syntax
import Tensors

/// The runs of a script for the combinations of a grid.
final class ScriptRuns {
  private let source: Source
  private let grid: SweepGrid
  private let timeLimit: Double?
  private var given: [Value?]

  init(_ source: Source, _ grid: SweepGrid, timeLimit: Double?) {
    self.source = source
    self.grid = grid
    self.timeLimit = timeLimit
    given = Array(repeating: nil, count: grid.count)
  }

  /// Tells these runs apart from all others: the script, its parameters and their values.
  var identity: String {
    RowStore.identity([source.text] + grid.names + grid.values.map { $0.joined(separator: ",") })
  }

  /// Compiles the script and looks for its parameters, before anything runs.
  func check() throws(Failure) {
    let (_, program) = try compiled(seed: 0)
    let known = program.parameters.map(\.name)
    for name in grid.names where name != "seed" && !known.contains(name) {
      let near = Suggestion.nearest(to: name, among: known + ["seed"]).first
      let all = known.map { "--" + $0 }.joined(separator: ", ")
      throw Failure(
        "X0316", "\(source.name) has no parameter `\(name)`",
        help: near.map { "did you mean --\($0)?" } ?? (known.isEmpty ? nil : "it has \(all)"),
        kind: .source)
    }
    guard let place = grid.names.firstIndex(of: "seed") else { return }
    for value in grid.values[place] where UInt64(value) == nil {
      throw Failure("X0316", "a seed is a whole number from 0 on, found \(value)", kind: .source)
    }
  }

  /// A session with the script, ready to run.
  private func compiled(seed: UInt64) throws(Failure) -> (Workspace, Runtime.Program) {
    guard let workspace = Workspace(output: Silence(), seed: seed) else {
      throw Failure("X0607", "there is not enough memory to start", kind: .internalError)
    }
    let (program, problems) = workspace.session.compile(source)
    guard let program else {
      let first = problems.first
      let failure = Failure(
        first?.code ?? "X0101", first?.message ?? "the script cannot be read",
        notes: first?.notes ?? [], kind: .source)
      failure.primary = first?.primary
      failure.secondary = first?.secondary ?? []
      failure.helps = first?.helps ?? []
      throw failure
    }
    return (workspace, program)
  }

  /// Runs what is not in the store, `jobs` at the same time.
  func compute(_ store: RowStore?, jobs: Int, _ terminal: Terminal) throws(Failure) {
    for (row, value) in store?.rows ?? [:] where given.indices.contains(row) { given[row] = value }
    let pending = given.indices.filter { given[$0] == nil }
    var failed: (row: Int, failure: Failure)?
    let workers = Workers(
      batches: pending.map { [$0] }, jobs: jobs, threads: max(1, Threads.count / max(1, jobs)))
    try workers.run(
      work: { row in (self.line(of: row), false) },
      check: { () throws(Failure) in
        if Interruption.requested {
          throw Failure("X0603", "interrupted", kind: .interruption)
        }
      },
      receive: { (row, line) throws(Failure) in
        switch RowOutcome(line, in: self.source) {
        case .value(let value):
          try store?.append(row, value)
          self.given[row] = value
          terminal.progress("runs", done: self.given.count { $0 != nil }, total: self.grid.count)
        case .failure(let failure):
          if row < failed?.row ?? .max { failed = (row, failure) }
        }
        // The error that is reported is that of the first run that has one.
        guard let failed else { return true }
        return self.given[..<failed.row].contains { $0 == nil }
      })
    if let failed { throw failed.failure }
  }

  /// What a run gives, as its process hands it back.
  private func line(of row: Int) -> String {
    let parameters = grid.run(row)
    do throws(Failure) {
      return RowOutcome.value(try value(of: parameters)).line(in: source)
    } catch {
      let place = parameters.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
      error.notes.append("It happened in the run \(place).")
      return RowOutcome.failure(error).line(in: source)
    }
  }

  /// The value of the script's last expression; none if it ends with something else.
  private func value(of parameters: [(name: String, value: String)]) throws(Failure) -> Value {
    let seed = parameters.first { $0.name == "seed" }.flatMap { UInt64($0.value) }
    let (workspace, program) = try compiled(seed: seed ?? 0)
    let session = workspace.session
    for (name, value) in parameters { session.overrides[name] = value }
    if let timeLimit { session.machine.deadline = .now + .seconds(timeLimit) }
    var last = Value.none
    for cell in program.cells {
      let value = try session.run(cell)
      if cell.heading.markdown == nil { last = value }
    }
    _ = try RowText.text(last)
    return last
  }

  /// The table of all runs.
  func table() throws(Failure) -> SweepTable {
    let rows = given.enumerated().map { row, value in
      (
        swept: grid.run(row).map { Self.cell($0.value) }, value: value ?? Value.none
      )
    }
    return try SweepTable(grid.names, rows)
  }

  /// A number if it is written as one.
  private static func cell(_ text: String) -> Value {
    Int(text).map { .int($0) } ?? Double(text).map { .float($0) } ?? Value(text)
  }
}

/// Lets a run say nothing.
private final class Silence: Output {
  func write(_ text: String) {}
  func show(_ display: Display) {}
  func beginCell(_ heading: CellHeading) {}
  func progress(_ label: String, done: Int, total: Int?) {}
}
