// What the functions on lists go through: one view of everything that has elements.

/// The elements of a List, Range or other object, the characters of a String, the names of a Record.
struct Elements {
  /// More elements than this, or bytes of text, are not made at once.
  static let largest = 1 << 28

  private enum Source {
    case list(List)
    case values([Value])
    case object(Object)
  }

  private let source: Source
  let count: Int

  /// The elements of the first argument of a function.
  init(_ value: Value) throws(Failure) {
    switch value {
    case .list(let list):
      source = .list(list)
      count = list.count
    case .text(let text):
      let characters = try text.allCharacters()
      source = .values(characters)
      count = characters.count
    case .record(let record):
      source = .values(record.keys.map { Value($0) })
      count = record.count
    case .object(let object):
      guard let length = object.length, length >= 0 else { fallthrough }
      source = .object(object)
      count = length
    default:
      let failure = Failure.argument(0, expected: "a List or a Range", found: value)
      if case .int(let count) = value, count > 0 {
        failure.helps.append(.init("count with a range: 0..<\(count)"))
      }
      throw failure
    }
  }

  /// The element at an index below `count`; looks now and then whether the run was interrupted.
  func value(at index: Int, _ machine: Machine) throws(Failure) -> Value {
    if index & 4095 == 4095 { try machine.progress() }
    switch source {
    case .list(let list): return list[index]
    case .values(let values): return values[index]
    case .object(let object): return try object.item(index)
    }
  }

  /// The elements from `start` up to `end`, both within `0...count`, as an array.
  func values(from start: Int = 0, to end: Int? = nil, _ machine: Machine) throws(Failure)
    -> [Value]
  {
    let end = end ?? count
    try Elements.check(end - start, "elements", for: "a List")
    var values: [Value] = []
    values.reserveCapacity(end - start)
    for index in start..<end { values.append(try value(at: index, machine)) }
    return values
  }

  /// An error if so many cannot be made at once, or if there is no memory for those of them that are new, where the
  /// others may have to move.
  static func check(_ size: Int, _ what: String, for whole: String, adding: Int? = nil)
    throws(Failure)
  {
    if size > largest {
      throw Failure(
        "X0606", "\(size) \(what) are too many for \(whole)",
        notes: ["The limit is \(largest)."])
    }
    let each = what == "bytes" ? 1 : MemoryLayout<Value>.stride
    let added = adding ?? size
    let moved = Swift.max(0, size - added) * each
    if added >= Memory.worthAsking {
      try Memory.check(adding: added * each + moved)
    } else {
      try Memory.spend(added * each, copied: moved)
    }
  }

  /// An error for what needs at least one element.
  func requireSome(_ function: String) throws(Failure) {
    if count == 0 {
      throw Failure("X0321", "\(function) of nothing: there are no elements")
    }
  }
}

extension Value {
  /// Whether what a function gave holds as a condition.
  func holds(in function: String) throws(Failure) -> Bool {
    switch self {
    case .bool(let truth): return truth
    case .object(let object): return try object.truth()
    default:
      throw Failure(
        "X0302", "\(function) needs a Bool for each element, found \(Description.found(self))")
    }
  }
}
