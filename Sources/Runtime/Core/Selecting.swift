// Functions that pick elements, look for them and compare them by content.

let selectionNatives: [Native] = [
  .core(
    "first(values)", in: "lists",
    """
    The first element; of nothing it is an error.

    ```xai
    first([3, 1, 2])   #=> 3
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    try elements.requireSome("first")
    return try elements.value(at: 0, machine)
  },
  .core(
    "last(values)", in: "lists",
    """
    The last element; of nothing it is an error.

    ```xai
    last([3, 1, 2])   #=> 2
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    try elements.requireSome("last")
    return try elements.value(at: elements.count - 1, machine)
  },
  .core(
    "take(values, count: Int)", in: "lists",
    """
    The first `count` elements, or all where there are fewer: a String of a String, else a List.

    ```xai
    take([3, 1, 2], 2)   #=> [3, 1]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let count = try arguments.int(1, in: 0...Int.max)
    if case .text(let text) = arguments[0] {
      return .text(text.characters(from: 0, to: Swift.min(count, text.count)))
    }
    let elements = try Elements(arguments[0])
    return Value(try elements.values(to: Swift.min(count, elements.count), machine))
  },
  .core(
    "drop(values, count: Int)", in: "lists",
    """
    All but the first `count` elements: a String of a String, else a List.

    ```xai
    drop([3, 1, 2], 2)   #=> [2]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let count = try arguments.int(1, in: 0...Int.max)
    if case .text(let text) = arguments[0] {
      return .text(text.characters(from: Swift.min(count, text.count), to: text.count))
    }
    let elements = try Elements(arguments[0])
    return Value(try elements.values(from: Swift.min(count, elements.count), machine))
  },
  .core(
    "contains(values, value) -> Bool", in: "lists",
    """
    Whether a List or Range has an element, a String has a part, or a Record has a name; the same as
    `value in values`. For a String also whether a `pattern` matches a part of it.

    ```xai
    contains("maxpool", "pool")   #=> true
    ```
    """
  ) { machine, arguments throws(Failure) in
    switch (arguments[0], arguments[1]) {
    case (.text(let text), .text(let part)):
      return .bool(part.string.isEmpty || text.string.contains(part.string))
    case (.text(let text), .object(let pattern as PatternObject)):
      return .bool(try pattern.match(in: Array(text.string), from: 0, machine) != nil)
    case (.text, let part): throw .argument(1, expected: "a String", found: part)
    case (.record(let record), .text(let name)):
      return .bool(record.position(of: name.string) != nil)
    case (.record, let name): throw .argument(1, expected: "a String", found: name)
    case (.object(let object), let value):
      do throws(Failure) {
        return try object.compare(.contains, value, arguments[0])
      } catch  where error.code == "X0303" && object.length != nil {
        return .bool(try Searching.index(of: value, in: try Elements(arguments[0]), machine) != nil)
      }
    default:
      let elements = try Elements(arguments[0])
      return .bool(try Searching.index(of: arguments[1], in: elements, machine) != nil)
    }
  },
  .core(
    "index_of(values, value)", in: "lists",
    """
    The index of the first element equal to `value`, or where a part of a String begins; none if there
    is no such thing.

    ```xai
    index_of(["a", "b"], "b")   #=> 1
    ```
    """
  ) { machine, arguments throws(Failure) in
    if case .text(let text) = arguments[0] {
      let whole = text.string
      let part = try arguments.string(1)
      if part.isEmpty { return .int(0) }
      guard let place = whole.firstRange(of: part)?.lowerBound else { return .none }
      return .int(whole.distance(from: whole.startIndex, to: place))
    }
    let place = try Searching.index(of: arguments[1], in: try Elements(arguments[0]), machine)
    return place.map { .int($0) } ?? .none
  },
  .core(
    "count(values, f: Function) -> Int", in: "lists",
    """
    The number of elements for which `f` gives true.

    ```xai
    count([3, 1, 2], x => x > 1)   #=> 2
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    let function = try arguments.function(1)
    var count = 0
    for index in 0..<elements.count {
      let value = try elements.value(at: index, machine)
      if try machine.call(function, value).holds(in: "count") { count += 1 }
    }
    return .int(count)
  },
  .core(
    "any(values, f = none, axis = none, keep: Bool = false)", in: "lists",
    """
    Whether an element is true, or `f` gives true for one; false of nothing. The rest is not looked at.

    A number of a Tensor is true if it is not zero; `axis` (one, or a List of them) asks along axes, which `keep` leaves
    with size 1.

    ```xai
    any([3, 1, 2], x => x > 2)   #=> true
    ```
    """
  ) { machine, arguments throws(Failure) in
    .bool(try Searching.one(is: true, machine, arguments, "any"))
  },
  .core(
    "all(values, f = none, axis = none, keep: Bool = false)", in: "lists",
    """
    Whether all elements are true, or `f` gives true for each; true of nothing. `axis` and `keep` as for `any`.

    ```xai
    all([3, 1, 2], x => x > 2)   #=> false
    ```
    """
  ) { machine, arguments throws(Failure) in
    .bool(try !Searching.one(is: false, machine, arguments, "all"))
  },
  .core(
    "unique(values) -> List", in: "lists",
    """
    The elements without repetitions, each where it first stood; of a Tensor, its rows (or numbers) as a Tensor.

    ```xai
    unique([3, 1, 3, 2, 1])   #=> [3, 1, 2]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    var distinct = Distinct()
    let result = List()
    for index in 0..<elements.count {
      let value = try elements.value(at: index, machine)
      let known = distinct.count
      if try distinct.number(of: value, machine) == known { result.append(value) }
    }
    return .list(result)
  },
  .core(
    "group_by(values, f: Function) -> List", in: "lists",
    """
    The elements in groups for which `f` gives the same: records of `key` and `values`.

    The groups stand in the order in which their keys first came. The groups of a Table are Tables; there
    `f` may also be the name of a column, or a List of names.

    ```xai
    group_by([1, 2, 3], x => x % 2)   #=> [{key: 1, values: [1, 3]}, {key: 0, values: [2]}]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    let function = try arguments.function(1)
    var distinct = Distinct()
    var groups: [(key: Value, values: List)] = []
    for index in 0..<elements.count {
      let value = try elements.value(at: index, machine)
      let key = try machine.call(function, value)
      let number = try distinct.number(of: key, machine)
      if number == groups.count { groups.append((key, List())) }
      groups[number].values.append(value)
    }
    return Value(groups.map { Value(fields: [("key", $0.key), ("values", .list($0.values))]) })
  },
]

private enum Searching {
  static func index(of value: Value, in elements: Elements, _ machine: Machine) throws(Failure)
    -> Int?
  {
    for index in 0..<elements.count
    where try Equality.same(elements.value(at: index, machine), value) {
      return index
    }
    return nil
  }

  /// Whether one element, or what the function in the second argument gives for it, is as asked.
  static func one(
    is wanted: Bool, _ machine: Machine, _ arguments: Arguments, _ name: String
  ) throws(Failure) -> Bool {
    try Folding.requireNone(axis: arguments[2], arguments[0], name)
    let elements = try Elements(arguments[0])
    let function: Value? = arguments.isNone(1) ? nil : try arguments.function(1)
    for index in 0..<elements.count {
      var value = try elements.value(at: index, machine)
      if let function { value = try machine.call(function, value) }
      if try value.holds(in: name) == wanted { return true }
    }
    return false
  }
}
