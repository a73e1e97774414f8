// ParameterStore: the numbers of a declared model's layers.
import Graphs
import Runtime
import Tensors

/// The parameters of the layers of a model, and their state: numbers that training changes but no gradient (running
/// means). A layer gets its first numbers when it is first called, by then knowing the shape of its input; they depend
/// on the seed, on which model of the session this is, and on the layer's path, not on when that happens.
final class ParameterStore {
  let parts: ModelParts
  private var records: [Record?]
  private let generator: Philox
  private let streams: RandomStreams?

  init(_ parts: ModelParts, _ streams: RandomStreams?) {
    self.parts = parts
    self.streams = streams
    generator = streams?.nextModel() ?? Philox(0)
    records = parts.entries.map(\.layer).map { $0.names.isEmpty ? Record() : nil }
  }

  private init(copying other: ParameterStore) {
    (parts, records, generator, streams) = (
      other.parts, other.records, other.generator, other.streams
    )
  }

  /// The numbers of the layer at `index`, made for `input` if there are none yet.
  func numbers(
    _ index: Int, _ machine: Machine, for input: Value
  ) throws(Failure) -> Record {
    if let record = records[index] { return record }
    let entry = parts.entries[index]
    if let origin = entry.origin, let place = origin.parts.index(of: entry.layer),
      let record = origin.records[place]
    {
      records[index] = record
      return record
    }
    guard let initial = entry.layer.initial, let streams else { throw missing(entry) }
    let value = try streams.within(generator.split(RandomStreams.hash(entry.path))) {
      () throws(Failure) in
      try Graphs.Recording.paused { () throws(Failure) in
        try Tree.detached(machine.call(initial, input))
      }
    }
    guard case .record(let made) = value else {
      throw Failure("X0504", "the initial numbers of \(entry.path) must be a Record")
    }
    let record = try complete(entry, made)
    records[index] = record
    return record
  }

  /// A record with exactly the layer's names, each a Tensor that knows where it stands.
  private func complete(_ entry: ModelParts.Entry, _ made: Record) throws(Failure) -> Record {
    var fields: [(String, Value)] = []
    for name in entry.layer.names {
      guard let value = made[name], let variable = try value.variable() else {
        throw Failure("X0504", "\(entry.path) has no initial number for its parameter \(name)")
      }
      fields.append((name, .object(TensorObject(variable, from: "\(entry.path).\(name)"))))
    }
    return Record(fields)
  }

  private func missing(_ entry: ModelParts.Entry) -> Failure {
    Failure(
      "X0504", "the \(entry.layer.kind) layer \(entry.path) has no numbers yet",
      help: "load them: load(\"file.safetensors\", architecture: …)")
  }

  /// The first layer that has no numbers yet.
  var unfilled: String? {
    for (index, entry) in parts.entries.enumerated() where records[index] == nil {
      return entry.path
    }
    return nil
  }

  /// All numbers by dotted name: those that are learned, or the state.
  func flat(_ kind: KeyPath<LayerObject, [String]>) -> [(name: String, value: Value)] {
    var result: [(name: String, value: Value)] = []
    for (index, entry) in parts.entries.enumerated() {
      guard let record = records[index] else { continue }
      for name in entry.layer[keyPath: kind] {
        guard let value = record[name] else { continue }
        result.append((Self.dotted(entry.path, name), value))
      }
    }
    return result
  }

  /// How many numbers the layer of a path learns or keeps.
  func count(at path: String) -> Int? {
    guard let index = parts.entries.firstIndex(where: { $0.path == path }),
      let record = records[index]
    else { return nil }
    return record.fields.reduce(0) { sum, field in
      guard case .object(let object as TensorObject) = field.value else { return sum }
      return sum + object.variable.count
    }
  }

  static func dotted(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }

  /// The store with other numbers in the places of the given dotted names. Every name must be one of the model's and
  /// every shape the one that is there; a layer without numbers so far must get all of them.
  func replacing(_ numbers: Record, from source: String) throws(Failure) -> ParameterStore {
    let store = ParameterStore(copying: self)
    var used = 0
    for (index, entry) in parts.entries.enumerated() {
      var fields: [(String, Value)] = []
      var isChanged = false
      for name in entry.layer.names {
        let path = Self.dotted(entry.path, name)
        let old = records[index]?[name]
        guard let new = numbers[path] else {
          if let old { fields.append((name, old)) }
          continue
        }
        used += 1
        isChanged = true
        fields.append((name, try checked(new, against: old, path)))
      }
      guard isChanged else { continue }
      guard fields.count == entry.layer.names.count else {
        let missing = entry.layer.names.first { name in !fields.contains { $0.0 == name } } ?? ""
        throw Failure(
          "X0504", "\(source) has no parameter \(Self.dotted(entry.path, missing))",
          notes: ["it has " + numbers.keys.sorted().prefix(8).joined(separator: ", ")],
          help: "`rename:` maps the file's names to the architecture's")
      }
      store.records[index] = Record(fields)
    }
    guard used == numbers.count else {
      let known = Set(
        parts.entries.flatMap { entry in
          entry.layer.names.map { Self.dotted(entry.path, $0) }
        })
      let unknown = numbers.keys.first { !known.contains($0) } ?? ""
      throw .unknown("X0504", "parameter", unknown, among: known.sorted())
    }
    return store
  }

  private func checked(
    _ new: Value, against old: Value?, _ path: String
  ) throws(Failure) -> Value {
    let shape: [Int]? =
      if case .object(let before as TensorObject)? = old { before.variable.shape } else { nil }
    let object = try Self.number(new, shape: shape, path)
    return object.source == path
      ? new : .object(TensorObject(object.variable, from: path))
  }

  /// What is to stand for the parameter of a name: a Tensor, of the shape of the one before.
  static func number(
    _ new: Value, shape: [Int]?, _ path: String
  ) throws(Failure) -> TensorObject {
    guard case .object(let object as TensorObject) = new else {
      throw Failure("X0504", "the parameter \(path) must be a Tensor, found \(new.typePhrase)")
    }
    if let shape, shape != object.variable.shape {
      throw Failure(
        "X0504",
        "the parameter \(path) has shape \(Shape.describe(shape)), found \(Shape.describe(object.variable.shape))"
      )
    }
    return object
  }

  /// The store with every number a leaf, so that whatever is computed from them is recorded.
  func tracked() -> ParameterStore {
    let store = ParameterStore(copying: self)
    store.records = records.map { record in
      record.map { record in
        Record(
          record.fields.map { field in
            guard case .object(let object as TensorObject) = field.value else { return field }
            return (field.name, Value(object.variable.tracked()))
          })
      }
    }
    return store
  }
}

/// One run of a declared model: whose numbers its layers use, whether it trains, and what the state becomes.
///
/// Unchecked because it belongs to the run's thread.
final class ModelRun: @unchecked Sendable {
  @TaskLocal static var current: ModelRun?

  let store: ParameterStore
  let isTraining: Bool
  /// New state by dotted name.
  var updates: [(name: String, value: Value)] = []

  init(_ store: ParameterStore, isTraining: Bool = false) {
    self.store = store
    self.isTraining = isTraining
  }

  /// Runs `body` as this run.
  func within<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let outcome = Self.$current.withValue(self) { () -> Swift.Result<Result, Failure> in
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    return try outcome.get()
  }
}
