// Functions that make lists and go through them.

let listNatives: [Native] = [
  Native(
    "range(from, to = none, step = 1) -> List", in: "lists",
    """
    The numbers from `from` up to but not including `to`, `step` apart, as a List.

    With one argument it counts from 0. A negative step counts down. Ints give Ints; with a Float
    among the three the numbers are Floats, each one computed as `from + i * step`.

    ```xai
    range(10, 0, step: -3)   #=> [10, 7, 4, 1]
    ```
    """
  ) { machine, arguments throws(Failure) in try Counting.range(machine, arguments) },
  .core(
    "append(values: List, value) -> List", in: "lists",
    """
    A List with one more element at its end.

    `xs = append(xs, x)` extends the list in place where nothing else holds it.

    ```xai
    append([1, 2], 3)   #=> [1, 2, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let list = try arguments.list(0)
    let longer = List(copying: list.base, list.count, reserving: 1)
    longer.append(arguments[1])
    return .list(longer)
  },
  .core(
    "map(values, f: Function) -> List", in: "lists",
    """
    What `f` gives for each element, in order.

    ```xai
    map([1, 2, 3], x => x * x)   #=> [1, 4, 9]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    let function = try arguments.function(1)
    try Elements.check(elements.count, "elements", for: "a List")
    let result = List(capacity: elements.count)
    for index in 0..<elements.count {
      result.append(try machine.call(function, try elements.value(at: index, machine)))
    }
    return .list(result)
  },
  .core(
    "filter(values, f: Function) -> List", in: "lists",
    """
    The elements for which `f` gives true, in order.

    ```xai
    filter(0..<6, x => x % 2 == 0)   #=> [0, 2, 4]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    let function = try arguments.function(1)
    let result = List()
    for index in 0..<elements.count {
      let value = try elements.value(at: index, machine)
      if try machine.call(function, value).holds(in: "filter") { result.append(value) }
    }
    return .list(result)
  },
  .core(
    "reduce(values, initial, f: Function)", in: "lists",
    """
    Folds elements into one value: `total = f(total, element)` for each, beginning with `initial`.

    ```xai
    reduce([1, 2, 3], 10, (total, x) => total + x)   #=> 16
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    let function = try arguments.function(2)
    var total = arguments[1]
    for index in 0..<elements.count {
      total = try machine.call(function, total, try elements.value(at: index, machine))
    }
    return total
  },
  .core(
    "enumerate(values, from: Int = 0) -> List", in: "lists",
    """
    Pairs `[index, element]`, counted from `from`.

    ```xai
    enumerate(["a", "b"])   #=> [[0, "a"], [1, "b"]]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Elements(arguments[0])
    let start = try arguments.int(1)
    if start.addingReportingOverflow(elements.count).overflow {
      throw Failure("X0311", "enumerate: the last index is too large for an Int")
    }
    try Elements.check(elements.count, "elements", for: "a List")
    let result = List(capacity: elements.count)
    for (index, value) in try elements.values(machine).enumerated() {
      result.append(Value([.int(start + index), value]))
    }
    return .list(result)
  },
  Native(
    "zip(lists...) -> List", in: "lists",
    """
    The first elements of several lists together, then the second ones, and so on.

    The lists must have the same number of elements.

    ```xai
    zip([1, 2], ["a", "b"])   #=> [[1, "a"], [2, "b"]]
    ```
    """
  ) { machine, arguments throws(Failure) in
    var columns: [Elements] = []
    for list in try arguments.list(0).values { columns.append(try Elements(list)) }
    guard let first = columns.first else { return Value([]) }
    for (index, column) in columns.enumerated() where column.count != first.count {
      throw Failure(
        "X0323",
        "zip needs lists of one length: the first has \(first.count) elements, "
          + "number \(index + 1) has \(column.count)",
        help: "shorten one of them: take(xs, \(Swift.min(first.count, column.count)))")
    }
    try Elements.check(first.count, "elements", for: "a List")
    let result = List(capacity: first.count)
    for index in 0..<first.count {
      let row = List(capacity: columns.count)
      for column in columns { row.append(try column.value(at: index, machine)) }
      result.append(.list(row))
    }
    return .list(result)
  },
  .core(
    "repeat(value, count: Int) -> List", in: "lists",
    """
    A List that holds one value `count` times.

    ```xai
    repeat(0.5, 3)   #=> [0.5, 0.5, 0.5]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let count = try arguments.int(1, in: 0...Int.max)
    try Elements.check(count, "elements", for: "a List")
    let result = List(capacity: count)
    for index in 0..<count {
      if index & 0xffff == 0xffff { try machine.checkpoint() }
      result.append(arguments[0])
    }
    return .list(result)
  },
]

private enum Counting {
  static func range(_ machine: Machine, _ arguments: Arguments) throws(Failure) -> Value {
    let isBare = arguments.isNone(1)
    let bounds: (from: Value, to: Value) =
      isBare ? (.int(0), arguments[0]) : (arguments[0], arguments[1])
    if case .int(let from) = bounds.from, case .int(let to) = bounds.to,
      case .int(let step) = arguments[2]
    {
      if step == 0 { throw noStep(arguments[2]) }
      return try whole(machine, from, to, step)
    }
    let from = isBare ? 0 : try arguments.float(0)
    let to = try arguments.float(isBare ? 0 : 1)
    let step = try arguments.float(2)
    guard from.isFinite, to.isFinite, step.isFinite else {
      throw Failure(
        "X0308",
        "range needs finite numbers, found \(Description.number(from)), "
          + "\(Description.number(to)) and the step \(Description.number(step))")
    }
    if step == 0 { throw noStep(arguments[2]) }
    // A little less, so that 0 to 0.3 by 0.1 has three steps although 0.3 / 0.1 is above 3.
    let steps = ((to - from) / step - 1e-9).rounded(.up)
    let count = steps > 0 ? Int(Swift.min(steps, 1e18)) : 0
    try Elements.check(count, "numbers", for: "a List")
    let result = List(capacity: count)
    for index in 0..<count {
      if index & 0xffff == 0xffff { try machine.checkpoint() }
      result.append(.float(from + Double(index) * step))
    }
    return .list(result)
  }

  private static func noStep(_ step: Value) -> Failure {
    .argument(2, expected: "a step other than 0", found: step)
  }

  private static func whole(_ machine: Machine, _ from: Int, _ to: Int, _ step: Int)
    throws(Failure) -> Value
  {
    guard step > 0 ? from < to : from > to else { return Value([]) }
    // Between two Ints may lie more than an Int holds, so the distance has no sign.
    let distance =
      step > 0
      ? UInt(bitPattern: to) &- UInt(bitPattern: from)
      : UInt(bitPattern: from) &- UInt(bitPattern: to)
    let count = (distance - 1) / step.magnitude + 1
    try Elements.check(Int(clamping: count), "numbers", for: "a List")
    let result = List(capacity: Int(clamping: count))
    var number = from
    for index in 0..<Int(clamping: count) {
      if index & 0xffff == 0xffff { try machine.progress() }
      result.append(.int(number))
      // Past the last number it may wrap, and is not used.
      number &+= step
    }
    return .list(result)
  }
}
