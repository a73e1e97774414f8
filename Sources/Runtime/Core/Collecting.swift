// Functions that gather elements into lists, and pick and rename fields.

let collectingNatives: [Native] = [
  .core(
    "list(values) -> List", in: "lists",
    """
    The elements as a List: of a Range, a Tensor (nested, with Ints, Floats or Bools), a Table (its
    rows), the characters of a String, the names of a Record.

    ```xai
    list(1...3)   #=> [1, 2, 3]
    ```
    """
  ) { machine, arguments throws(Failure) in
    if case .list = arguments[0] { return arguments[0] }
    return Value(try Elements(arguments[0]).values(machine))
  },
  .core(
    "flatten(values, from = none, depth: Int = 1)", in: "lists",
    """
    The elements of the Lists within a List, one after another, `depth` levels deep; of a Tensor, all
    axes from `from` (0) on as one.

    What is no List stays as it is.

    ```xai
    flatten([[1, 2], [3, [4]]])   #=> [1, 2, 3, [4]]
    ```
    """
  ) { machine, arguments throws(Failure) in
    guard arguments.isNone(1) else {
      throw Failure(
        "X0308", "flatten: `from` is an axis of a Tensor, found \(Description.found(arguments[0]))",
        help: "to flatten several levels of a List: flatten(values, depth: 2)")
    }
    let elements = try Elements(arguments[0])
    let depth = try arguments.int(2, in: 0...Equality.deepest)
    let result = List(capacity: elements.count)
    for index in 0..<elements.count {
      try Collecting.flatten(try elements.value(at: index, machine), depth, into: result, machine)
    }
    return .list(result)
  },
  Native(
    "_distinct_numbers(values: List) -> List", in: "lists",
    """
    For each element the number of its value, counted from 0 in the order in which they first came.

    ```xai
    _distinct_numbers(["b", "a", "b"])   #=> [0, 1, 0]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let list = try arguments.list(0)
    var distinct = Distinct()
    let result = List(capacity: list.count)
    for index in 0..<list.count {
      if index & 4095 == 4095 { try machine.progress() }
      result.append(.int(try distinct.number(of: list[index], machine)))
    }
    return .list(result)
  },
  .core(
    "select(record, names...)", in: "records",
    """
    Some fields of a Record, or columns of a Table, in the order named: one by one or in a List.

    Names that it does not have are errors.

    ```xai
    select({x: 1, y: 2, z: 3}, "z", "x")   #=> {z: 3, x: 1}
    ```
    """
  ) { _, arguments throws(Failure) in
    let record = try arguments.record(0)
    let result = Record()
    for name in try arguments.names(1) {
      guard let value = record[name] else {
        throw .missingField(name, of: record, in: "select")
      }
      result.set(name, value)
    }
    return .record(result)
  },
  .core(
    "rename(record, names: Record)", in: "records",
    """
    A Record or Table with some names replaced: `{old: "new"}`.

    Names that it does not have, and two fields of one name, are errors.

    ```xai
    rename({x: 1, y: 2}, {x: "width"})   #=> {width: 1, y: 2}
    ```
    """
  ) { _, arguments throws(Failure) in
    let record = try arguments.record(0)
    let names = try Collecting.renamed(record.keys, by: try arguments.record(1))
    return .record(Record(Array(zip(names, record.fields.map(\.value)))))
  },
]

package enum Collecting {
  fileprivate static func flatten(
    _ value: Value, _ depth: Int, into result: List, _ machine: Machine
  ) throws(Failure) {
    guard depth > 0, case .list(let inner) = value else { return result.append(value) }
    try machine.checkpoint()
    try Elements.check(
      result.count + inner.count, "elements", for: "a List", adding: inner.count)
    for index in 0..<inner.count { try flatten(inner[index], depth - 1, into: result, machine) }
  }

  /// The names after a renaming; old names that are not there, and names twice, are errors.
  package static func renamed(_ names: [String], by changes: Record) throws(Failure) -> [String] {
    var result = names
    for (old, new) in changes.fields {
      guard let place = names.firstIndex(of: old) else {
        throw .missing(old, among: names, in: "rename")
      }
      guard let new = new.string else {
        throw .argument(1, expected: "a Record of Strings", found: new)
      }
      result[place] = new
    }
    for (place, name) in result.enumerated() where result[..<place].contains(name) {
      throw Failure("X0211", "rename: `\(name)` would be there twice")
    }
    return result
  }
}

extension Swift.Span<Value> {
  /// Names given one by one or in Lists: the values of a variadic parameter.
  package func names(_ position: Int) throws(Failure) -> [String] {
    var names: [String] = []
    for value in try list(position).values {
      let group: [Value] = if case .list(let list) = value { list.values } else { [value] }
      for value in group {
        guard let name = value.string else {
          throw .argument(position, expected: "Strings", found: value)
        }
        names.append(name)
      }
    }
    return names
  }
}

extension Failure {
  static func missingField(_ name: String, of record: Record, in function: String) -> Failure {
    missing(name, among: record.keys, in: function)
  }

  /// A field or column that is not there.
  package static func missing(_ name: String, among names: [String], in function: String)
    -> Failure
  {
    Failure(
      "X0313", "\(function): there is no `\(name)`",
      notes: ["There are \(Description.line(Value(names.map { Value($0) })))."])
  }
}
