// Functions that make one number of many: sums, products, means and extremes.
import Syntax

let foldingNatives: [Native] = [
  .core(
    "sum(values, axis = none, keep: Bool = false)", in: "lists",
    """
    The sum of the elements; 0 of nothing.

    Ints give an Int, and an overflow is an error; with a Float among them the sum is a Float, added
    up with a correction for rounding (Neumaier 1974). Tensors in a List are added element by element.
    `axis` and `keep` are for a Tensor.

    ```xai
    sum([1, 2, 3])   #=> 6
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Folding.elements(arguments[0], axis: arguments[1], "sum")
    return elements.count == 0 ? .int(0) : try Folding.sum(elements, machine, "sum")
  },
  .core(
    "product(values, axis = none, keep: Bool = false)", in: "lists",
    """
    The product of the elements; 1 of nothing.

    Ints give an Int, and an overflow is an error. `axis` and `keep` are for a Tensor.

    ```xai
    product([2, 3, 4])   #=> 24
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Folding.elements(arguments[0], axis: arguments[1], "product")
    var total = Value.int(1)
    for index in 0..<elements.count {
      let value = try elements.value(at: index, machine)
      total =
        index == 0
        ? try Folding.number(value, index, "product")
        : try Folding.combine(.multiply, total, value, index, "product")
    }
    return total
  },
  .core(
    "mean(values, axis = none, keep: Bool = false)", in: "lists",
    """
    The sum of the elements divided by their number, a Float; of nothing it is an error.

    `axis` and `keep` are for a Tensor.

    ```xai
    mean([1, 2])   #=> 1.5
    ```
    """
  ) { machine, arguments throws(Failure) in
    let elements = try Folding.elements(arguments[0], axis: arguments[1], "mean")
    try elements.requireSome("mean")
    return try Folding.mean(elements, machine)
  },
  Native(
    "min(values..., axis = none, keep: Bool = false)", in: "lists",
    """
    The least of its arguments, or of the elements of the only one: numbers or Strings.

    nan among them gives nan; of nothing it is an error. Several Tensors give the least element by
    element. `axis` and `keep` are for a single Tensor.

    ```xai
    min(3, 1, 2)   #=> 1
    ```
    """
  ) { machine, arguments throws(Failure) in
    try Folding.extreme(machine, arguments, "min", pairwise: "minimum", descending: false)
  },
  Native(
    "max(values..., axis = none, keep: Bool = false)", in: "lists",
    """
    The greatest of its arguments, or of the elements of the only one: numbers or Strings.

    nan among them gives nan; of nothing it is an error. Several Tensors give the greatest element by
    element. `axis` and `keep` are for a single Tensor.

    ```xai
    max([3, 1, 2])   #=> 3
    ```
    """
  ) { machine, arguments throws(Failure) in
    try Folding.extreme(machine, arguments, "max", pairwise: "maximum", descending: true)
  },
]

enum Folding {
  /// The elements to fold; an axis has a meaning only where an object took the call itself.
  static func elements(_ value: Value, axis: Value, _ function: String) throws(Failure)
    -> Elements
  {
    try requireNone(axis: axis, value, function)
    switch value {
    case .text, .record:
      throw .argument(0, expected: "a List or Range of numbers", found: value)
    default: return try Elements(value)
    }
  }

  /// An error for an axis of what is no Tensor.
  static func requireNone(axis: Value, _ value: Value, _ function: String)
    throws(Failure)
  {
    if axis.isNone { return }
    throw Failure(
      "X0308", "\(function): an axis needs a Tensor, found \(Description.found(value))",
      help: "make a Tensor of it: tensor(values)")
  }

  /// An element that can be added or multiplied.
  static func number(_ value: Value, _ index: Int, _ function: String) throws(Failure) -> Value {
    switch value {
    case .int, .float, .object: return value
    default:
      throw Failure(
        "X0308",
        "\(function): element \(index) must be a number, found \(Description.found(value))")
    }
  }

  /// `left op right` for add, multiply and divide.
  static func combine(
    _ operation: BinaryOperator, _ left: Value, _ right: Value, _ index: Int, _ function: String
  ) throws(Failure) -> Value {
    switch (left, right) {
    case (.int(let x), .int(let y)) where operation != .divide:
      let (result, overflow) =
        operation == .add
        ? x.addingReportingOverflow(y) : x.multipliedReportingOverflow(by: y)
      if overflow {
        throw Failure(
          "X0311", "the \(function) is too large for an Int",
          notes: ["It does not fit with element \(index)."],
          help: "use Floats where such numbers are meant: \(function)(map(values, float))")
      }
      return .int(result)
    case (.object, _), (_, .object):
      return try Arithmetic.value(operation, left, try number(right, index, function))
    default:
      guard let x = left.number, let y = try number(right, index, function).number else {
        throw Failure.unsupported(operation, left, right)
      }
      switch operation {
      case .add: return .float(x + y)
      case .multiply: return .float(x * y)
      default: return .float(x / y)
      }
    }
  }

  /// The sum of at least one element: of Ints and of objects one after the other, of numbers with a
  /// Float among them corrected.
  static func sum(_ elements: Elements, _ machine: Machine, _ function: String)
    throws(Failure) -> Value
  {
    var total = try number(elements.value(at: 0, machine), 0, function)
    var correction = 0.0
    for index in 1..<max(1, elements.count) {
      let value = try elements.value(at: index, machine)
      let old = total
      total = try combine(.add, old, value, index, function)
      guard case .float(let new) = total, let x = old.number, let y = value.number else {
        continue
      }
      correction += x.magnitude >= y.magnitude ? (x - new) + y : (y - new) + x
    }
    guard case .float(let plain) = total, plain.isFinite, correction.isFinite else { return total }
    return .float(plain + correction)
  }

  static func mean(_ elements: Elements, _ machine: Machine) throws(Failure) -> Value {
    do {
      let total = try sum(elements, machine, "mean")
      return try combine(.divide, total, .int(elements.count), elements.count, "mean")
    } catch  where error.code == "X0311" {
      // Only the sum is too large: the mean itself fits a Float.
      var total = 0.0
      for index in 0..<elements.count {
        guard let number = try elements.value(at: index, machine).number else { throw error }
        total += number
      }
      return .float(total / Double(elements.count))
    }
  }

  static func extreme(
    _ machine: Machine, _ arguments: Arguments, _ function: String, pairwise: String,
    descending: Bool
  ) throws(Failure) -> Value {
    let given = try arguments.list(0)
    guard given.count > 0 else {
      throw Failure("X0208", "\(function) needs a List, or values to compare")
    }
    var values = given.values
    if values.count == 1, case .object(let object) = values[0] {
      let passed = [values[0], arguments[1], arguments[2]]
      if let own = try object.apply(function, machine, passed.span) { return own }
    }
    try requireNone(axis: arguments[1], arguments[0], function)
    if values.count == 1 {
      if case .record = values[0] {
        throw .argument(0, expected: "a List, a Range or values to compare", found: values[0])
      }
      // A single number or String is what a list of one was spread into.
      if values[0].hasElements {
        let elements = try Elements(values[0])
        try elements.requireSome(function)
        values = try elements.values(machine)
      }
    }
    if values.contains(where: \.isObject) {
      return try folded(values, machine, function, pairwise, descending)
    }
    if let undefined = values.first(where: { $0.number?.isNaN ?? false }) { return undefined }
    let keys = try OrderKeys(values, of: function)
    var best = 0
    for index in values.indices.dropFirst()
    where try keys.precedes(index, best, descending: descending) {
      best = index
    }
    return values[best]
  }

  /// The extreme of values with objects among them, which the objects find pair by pair.
  private static func folded(
    _ values: [Value], _ machine: Machine, _ function: String, _ pairwise: String,
    _ descending: Bool
  ) throws(Failure) -> Value {
    var best = values[0]
    for value in values.dropFirst() {
      var pair = [best, value]
      if case .object = best {} else { pair.reverse() }
      if case .object(let object) = pair[0],
        let own = try object.apply(pairwise, machine, pair.span)
      {
        best = own
      } else {
        let keys = try OrderKeys([best, value], of: function)
        if try keys.precedes(1, 0, descending: descending) { best = value }
      }
    }
    return best
  }
}

extension Value {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }

  /// Whether the extreme is sought among the value's elements, and not the value itself.
  fileprivate var hasElements: Bool {
    switch self {
    case .int, .float, .text: false
    case .object(let object): object.length != nil
    default: true
    }
  }
}
