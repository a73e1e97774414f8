// sweep m in [ig, lrp], seed in 0..<5 { … }: a block for every combination, and the table of what it gives.
import Displays
import Runtime
import Syntax
import Tensors

func sweepNatives(_ streams: RandomStreams) -> [Native] {
  [
    Native(
      "sweep(values = none, jobs = none, keep = none, body = none, form = none) -> Table",
      in: "language",
      written: "sweep NAME in values, NAME in values, jobs: n, keep: \"rows.jsonl\" { … }",
      """
      Runs a block for every combination of the names' values: a Table with a row for each.

      The last name varies fastest. The columns are the names and what the block gives: the fields of a record, or
      `value` for anything else; none is an empty cell. A function, method or metric stands in the table by its name.

      Every row has random numbers of its own, which depend on the seed of the script and the number of the row, or, if a
      name `seed` is swept, on that seed alone. So the rows are the same in any order and with any `jobs`. An error ends
      the sweep, and says in which row it happened.

      - `jobs: n` computes up to n rows at the same time, each process with its share of the threads; there are never
        more than the program's threads. What rows print comes in their order; pictures that they show come as text.
      - `keep: "rows.jsonl"` writes each row into a file as soon as it is finished. When the same sweep (its names,
        values, text and seed) runs again, the rows in the file are not computed again. What the block uses from outside
        does not count: remove the file when that has changed.

      With `jobs` or `keep` a row gives numbers, strings, tensors, and lists and records of them.

      ```xai
      let t = sweep n in [1, 2], k in 0..<2 { n * 10 + k }
      t.value   #=> [10, 11, 20, 21]
      t.columns   #=> ["n", "k", "value"]
      (sweep n in 1...3 { {square: n * n, cube: n ** 3} }).cube   #=> [1, 8, 27]
      let a = sweep seed in 0..<3 { float(sum(normal([4]))) }
      a == (sweep seed in 0..<3, jobs: 2 { float(sum(normal([4]))) })   #=> true
      ```
      """
    ) { machine, arguments throws(Failure) in
      guard case .object(let form as SweepForm) = arguments[4] else {
        throw Failure("X0515", "`sweep` is no function", help: "write `sweep n in [1, 2] { … }`")
      }
      let run = try SweepRun(form, arguments, streams, machine)
      return try run.table()
    }
  ]
}

/// One run of a sweep.
private final class SweepRun {
  private static let mostRows = 1_000_000

  private let form: SweepForm
  private let body: Value
  /// The values of each name.
  private let values: [[Value]]
  private let jobs: Int
  private let store: RowStore?
  private let streams: RandomStreams
  private let machine: Machine
  private let count: Int
  /// What the rows have given.
  private var given: [Value?]
  /// What rows have said in their processes, until it is their turn.
  private var said: [Int: String] = [:]
  private var told = 0
  /// The first row that went wrong, and how.
  private var failed: (row: Int, failure: Failure)?

  init(
    _ form: SweepForm, _ arguments: Arguments, _ streams: RandomStreams, _ machine: Machine
  ) throws(Failure) {
    self.form = form
    self.streams = streams
    self.machine = machine
    body = arguments[3]
    var values: [[Value]] = []
    var count = 1
    for (index, value) in try arguments.list(0).values.enumerated() {
      do throws(Failure) { values.append(try Sequences.values(of: value)) } catch {
        throw error.at(form.source, form.place(of: index))
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: values[index].count)
      guard !overflow, product <= Self.mostRows else {
        throw Failure("X0522", "this sweep has more than \(Self.mostRows) rows")
          .at(form.source, form.place(of: index))
      }
      count = product
    }
    self.values = values
    self.count = count
    given = Array(repeating: nil, count: count)
    jobs = try Self.jobs(arguments[1], form)
    store = try Self.store(arguments[2], form, values, streams)
    for (row, value) in store?.rows ?? [:] where given.indices.contains(row) { given[row] = value }
  }

  private static func jobs(_ value: Value, _ form: SweepForm) throws(Failure) -> Int {
    if value.isNone { return 1 }
    guard case .int(let jobs) = value, jobs >= 1 else {
      throw Failure("X0522", "`jobs` is an Int of at least 1, found \(Description.found(value))")
        .at(form.source, form.options["jobs"] ?? form.body)
    }
    return jobs
  }

  private static func store(
    _ value: Value, _ form: SweepForm, _ values: [[Value]], _ streams: RandomStreams
  ) throws(Failure) -> RowStore? {
    if value.isNone { return nil }
    guard let path = value.string else {
      throw Failure("X0522", "`keep` is the path of a file, found \(Description.found(value))")
        .at(form.source, form.options["keep"] ?? form.body)
    }
    var parts = form.names + [form.source.substring(form.body), streams.description]
    for values in values { for value in values { parts.append(identity(value)) } }
    return try RowStore(path: path, identity: RowStore.identity(parts))
  }

  /// A text that tells swept values apart between runs of the program.
  private static func identity(_ value: Value) -> String {
    if let text = try? RowText.text(value) { return text }
    switch value {
    case .function(let function): return function.sourceText
    case .object(let declared as Declared):
      return declared.describe() + declared.function.sourceText
    case .object(let model as ModelObject): return model.describe() + model.card.fingerprint
    default: return Description.full(SweepTable.cell(value))
    }
  }

  /// Computes the rows that are not known, and makes the table.
  func table() throws(Failure) -> Value {
    let pending = given.indices.filter { given[$0] == nil }
    // A process needs a thread of its own.
    let workers = min(jobs, pending.count, Threads.count)
    if workers > 1 {
      try compute(pending, workers)
    } else {
      for row in pending {
        try machine.checkpoint()
        try finish(row, try compute(row, inOtherProcess: jobs > 1 || store != nil))
      }
    }
    let rows = given.enumerated().map { (swept: swept($0.offset), value: $0.element ?? .none) }
    do throws(Failure) { return try SweepTable(form.names, rows).value } catch {
      throw error.at(form.source, form.body)
    }
  }

  /// The values of the names in a row.
  private func swept(_ row: Int) -> [Value] {
    var rest = row
    var found: [Value] = []
    for values in values.reversed() where !values.isEmpty {
      found.append(values[rest % values.count])
      rest /= values.count
    }
    return found.reversed()
  }

  /// What a row gives. A value that goes to another process, or to a file, must come back the same.
  private func compute(_ row: Int, inOtherProcess: Bool) throws(Failure) -> Value {
    let swept = swept(row)
    do throws(Failure) {
      var seed: UInt64?
      if let place = form.names.firstIndex(of: "seed"), swept.indices.contains(place) {
        guard case .int(let number) = swept[place] else {
          throw Failure(
            "X0522", "a swept `seed` is an Int, found \(Description.found(swept[place]))"
          )
          .at(form.source, form.place(of: place))
        }
        seed = UInt64(bitPattern: Int64(number))
      }
      let value = try streams.row(row, seed: seed) { () throws(Failure) in
        try machine.call(body, arguments: swept.map { Argument($0) })
      }
      guard inOtherProcess else { return value }
      do throws(Failure) { return RowText.value(try RowText.text(value)) ?? .none } catch {
        throw error.at(form.source, form.body)
      }
    } catch {
      let place = zip(form.names, swept).map {
        "\($0): \(Description.line(SweepTable.cell($1), limit: 40))"
      }
      error.notes.append("It happened in the row \(place.joined(separator: ", ")).")
      throw error
    }
  }

  private func finish(_ row: Int, _ value: Value) throws(Failure) {
    try store?.append(row, value)
    given[row] = value
    let done = given.count { $0 != nil }
    machine.output.progress("sweep", done: done, total: count)
  }

  // MARK: other processes

  /// Every process computes every n-th row.
  private func compute(_ pending: [Int], _ count: Int) throws(Failure) {
    let batches = (0..<count).map { first in
      stride(from: first, to: pending.count, by: count).map { pending[$0] }
    }
    let workers = Workers(batches: batches, jobs: count, threads: Threads.count / count)
    try workers.run(
      work: { row in self.line(of: row) },
      check: { () throws(Failure) in try self.machine.checkpoint() },
      receive: { (row, line) throws(Failure) in try self.receive(row, line) })
    if let failed { throw failed.failure }
  }

  /// A row as its process hands it back.
  private func line(of row: Int) -> (line: String, goesOn: Bool) {
    let output = RowOutput()
    machine.output = output
    do throws(Failure) {
      let value = try compute(row, inOtherProcess: true)
      return (RowOutcome.value(value).line(in: form.source, said: output.text), true)
    } catch {
      return (RowOutcome.failure(error).line(in: form.source, said: output.text), false)
    }
  }

  /// Takes a row from its process; whether more rows are needed.
  private func receive(_ row: Int, _ line: String) throws(Failure) -> Bool {
    said[row] = RowOutcome.said(line)
    switch RowOutcome(line, in: form.source) {
    case .value(let value): try finish(row, value)
    case .failure(let failure): if row < failed?.row ?? .max { failed = (row, failure) }
    }
    tell()
    // The error that is reported is that of the first row that has one, as without other processes.
    guard let failed else { return true }
    return given[..<failed.row].contains { $0 == nil }
  }

  /// Passes on what rows have said, in their order.
  private func tell() {
    while told < count, given[told] != nil || failed?.row == told {
      if let text = said.removeValue(forKey: told), !text.isEmpty { machine.output.write(text) }
      told += 1
    }
  }
}

extension SweepForm {
  /// Where the values of a name stand.
  fileprivate func place(of name: Int) -> Syntax.Span {
    values.indices.contains(name) ? values[name] : body
  }
}

/// Keeps what a row says in its process, as text.
private final class RowOutput: Output {
  private(set) var text = ""
  func write(_ text: String) { self.text += text }
  func show(_ display: Display) { text += PlainRenderer(width: 100).render(display) + "\n" }
  func beginCell(_ heading: CellHeading) {}
  func progress(_ label: String, done: Int, total: Int?) {}
}
