// Functions that order elements, and find the least and greatest.

let orderingNatives: [Native] = [
  .core(
    "sort(values, by = none, descending: Bool = false) -> List", in: "lists",
    """
    The elements in ascending order: numbers, Strings, or Lists of those, element by element.

    `by` is a function that gives what to order an element by; for the rows of a Table also the name of a
    column, or a List of names. Equals keep their order, and nan (in a Table also none) stands last in
    either direction. Numbers and Strings together have no order.

    ```xai
    sort(["pear", "fig"], by: length)   #=> ["fig", "pear"]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let values = try Elements(arguments[0]).values(machine)
    let keys = try Ordering.keys(values, machine, arguments, "sort")
    let places = try keys.sorted(machine, descending: try arguments.bool(2))
    let result = List(capacity: values.count)
    for place in places { result.append(values[place]) }
    return .list(result)
  },
  .core(
    "reverse(values)", in: "lists",
    """
    The elements in the opposite order: a String of a String, else a List.

    ```xai
    reverse(0..<3)   #=> [2, 1, 0]
    ```
    """
  ) { machine, arguments throws(Failure) in
    if case .text(let text) = arguments[0] { return Value(String(text.string.reversed())) }
    return Value(try Elements(arguments[0]).values(machine).reversed())
  },
  .core(
    "min_by(values, f: Function)", in: "lists",
    """
    The element for which `f` gives the least; the first of equals. nan counts as the greatest.

    ```xai
    min_by(["pear", "fig"], length)   #=> "fig"
    ```
    """
  ) { machine, arguments throws(Failure) in
    try Ordering.extreme(machine, arguments, "min_by", descending: false)
  },
  .core(
    "max_by(values, f: Function)", in: "lists",
    """
    The element for which `f` gives the greatest; the first of equals. nan counts as the least.

    ```xai
    max_by(["pear", "fig"], length)   #=> "pear"
    ```
    """
  ) { machine, arguments throws(Failure) in
    try Ordering.extreme(machine, arguments, "max_by", descending: true)
  },
]

private enum Ordering {
  /// What the elements are ordered by: themselves, or what the function in the second argument gives.
  static func keys(
    _ values: [Value], _ machine: Machine, _ arguments: Arguments, _ name: String
  ) throws(Failure) -> OrderKeys {
    guard !arguments.isNone(1) else { return try OrderKeys(values, of: name) }
    let function = try arguments.function(1)
    var keys: [Value] = []
    keys.reserveCapacity(values.count)
    for value in values { keys.append(try machine.call(function, value)) }
    return try OrderKeys(keys, of: name)
  }

  static func extreme(
    _ machine: Machine, _ arguments: Arguments, _ name: String, descending: Bool
  ) throws(Failure) -> Value {
    let elements = try Elements(arguments[0])
    try elements.requireSome(name)
    let values = try elements.values(machine)
    let keys = try keys(values, machine, arguments, name)
    var best = 0
    for index in values.indices.dropFirst()
    where try keys.precedes(index, best, descending: descending) {
      best = index
    }
    return values[best]
  }
}

/// Values of one kind that have an order.
package enum OrderKeys {
  case whole([Int])
  case numbers([Double])
  case texts([String])
  case lists([Value])

  /// Keys that are all numbers, all Strings or all Lists; anything else is an error.
  package init(_ values: [Value], of function: String) throws(Failure) {
    switch values.first {
    case .text:
      var texts: [String] = []
      for (index, value) in values.enumerated() {
        guard let text = value.string else {
          throw OrderKeys.mixed(values, index, function)
        }
        texts.append(text)
      }
      self = .texts(texts)
    case .list:
      for (index, value) in values.enumerated() {
        guard case .list = value else { throw OrderKeys.mixed(values, index, function) }
      }
      self = .lists(values)
    default:
      var whole: [Int] = []
      for value in values {
        guard case .int(let number) = value else { break }
        whole.append(number)
      }
      if whole.count == values.count {
        self = .whole(whole)
        return
      }
      var numbers: [Double] = []
      for (index, value) in values.enumerated() {
        guard let number = value.number else { throw OrderKeys.mixed(values, index, function) }
        numbers.append(number)
      }
      self = .numbers(numbers)
    }
  }

  private static func mixed(_ values: [Value], _ index: Int, _ function: String) -> Failure {
    if index == 0 {
      return Failure(
        "X0303",
        "\(function) orders numbers, Strings or Lists, found \(Description.found(values[0]))",
        help: "give a function that says what to order by")
    }
    return Failure(
      "X0303",
      "\(function) cannot order \(values[0].typePhrase) and \(values[index].typePhrase)",
      notes: [
        "Element 0 is \(Description.found(values[0])), "
          + "element \(index) is \(Description.found(values[index]))."
      ])
  }

  /// Whether the key at `left` comes before the one at `right`; nan comes after everything.
  func precedes(_ left: Int, _ right: Int, descending: Bool) throws(Failure) -> Bool {
    switch self {
    case .whole(let keys):
      return descending ? keys[left] > keys[right] : keys[left] < keys[right]
    case .numbers(let keys):
      if keys[left].isNaN || keys[right].isNaN { return !keys[left].isNaN && keys[right].isNaN }
      return descending ? keys[left] > keys[right] : keys[left] < keys[right]
    case .texts(let keys):
      return descending ? keys[left] > keys[right] : keys[left] < keys[right]
    case .lists(let keys):
      return descending
        ? try Equality.precedes(keys[right], keys[left], orEqual: false)
        : try Equality.precedes(keys[left], keys[right], orEqual: false)
    }
  }

  private var count: Int {
    switch self {
    case .whole(let keys): keys.count
    case .numbers(let keys): keys.count
    case .texts(let keys): keys.count
    case .lists(let keys): keys.count
    }
  }

  /// The places of the keys in order; equals keep theirs. What takes long can be interrupted.
  package func sorted(_ machine: Machine, descending: Bool) throws(Failure) -> [Int] {
    guard count < 1 << 18 else { return try merged(machine, descending: descending) }
    switch self {
    case .whole(let keys):
      return OrderKeys.places(keys, descending ? { $0 > $1 } : { $0 < $1 })
    case .numbers(let keys) where !keys.contains(where: \.isNaN):
      return OrderKeys.places(keys, descending ? { $0 > $1 } : { $0 < $1 })
    case .texts(let keys):
      return OrderKeys.places(keys, descending ? { $0 > $1 } : { $0 < $1 })
    default: return try merged(machine, descending: descending)
    }
  }

  /// Keys with their places, sorted together (the standard library's sort is stable).
  private static func places<Key>(_ keys: [Key], _ precedes: (Key, Key) -> Bool) -> [Int] {
    keys.enumerated().sorted { precedes($0.element, $1.element) }.map(\.offset)
  }

  /// Merge sort, bottom up.
  private func merged(_ machine: Machine, descending: Bool) throws(Failure) -> [Int] {
    var places = Array(0..<count)
    var merged = places
    var width = 1
    while width < count {
      var start = 0
      while start < count {
        let middle = Swift.min(start + width, count)
        let end = Swift.min(middle + width, count)
        var (left, right) = (start, middle)
        for slot in start..<end {
          if slot & 0xffff == 0xffff { try machine.checkpoint() }
          // The right one goes first only if it must, which keeps equals in order.
          var takesRight = left == middle
          if !takesRight, right < end {
            takesRight = try precedes(places[right], places[left], descending: descending)
          }
          merged[slot] = places[takesRight ? right : left]
          if takesRight { right += 1 } else { left += 1 }
        }
        start = end
      }
      swap(&places, &merged)
      width *= 2
    }
    return places
  }
}
