// vmap: a function of one example made a function of many.
import Graphs
import Runtime
import Tensors

let mappingNatives: [Native] = [
  Native(
    "vmap(f: Function, axis = 0, at_once = none) -> Function", in: "gradients",
    """
    The function `f` of one example as a function of many, which lie along an `axis` of its arguments and along the first
    axis of the result.

    `f` runs once, on the first example; what it computed is then computed for all examples together, as if each had been
    by itself. Gradients inside of `f` are those of each example. Arguments may be trees of tensors; plain numbers in them
    are the same for all. `axis` may be a List with an axis for each argument, none for one that all examples share. Numbers
    of an example cannot decide what is computed (`where` can choose), and random numbers are drawn once for all. `at_once`
    is the number of examples computed together: by default as `portions` chooses it.

    ```xai
    vmap((a, b) => sum(a * b))(tensor([[1.0, 2.0], [3.0, 4.0]]), ones([2, 2]))[1] == 7   #=> true
    vmap(grad((x, w) => sum(x * x * w)), axis: [0, none])(ones([5, 3]), 2.0).shape   #=> [5, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let atOnce = arguments.isNone(2) ? nil : try arguments.int(2, in: 1...Int.max)
    return .object(
      MappedFunction(try arguments.function(0), axes: try axes(arguments[1]), atOnce: atOnce))
  },
  Native(
    "portions(count: Int, f: Function) -> List", in: "tensors",
    """
    The ranges that cut `0..<count` so that as many copies of something are computed together as is good, where `f()`
    computes one.

    `f` is run to see how much memory it holds at most: once, or twice if the first run keeps much for the next ones, such as
    the rearranged weights of a network. As many are computed together as stay near the processor, 16 MB, where larger batches
    stop being faster, or four of them if these take at most 1 GB; but all together get at most a quarter of what is left below
    the limit of memory (`--memory`). What is added copy by copy does not depend on the ranges, except by rounding where the
    memory is for one copy alone.

    ```xai
    portions(5, () => ones([1000]) + 1)   #=> [0..<5]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let count = try arguments.int(0, in: 0...10_000_000)
    let f = try arguments.function(1)
    guard count > 1 else { return ranges(Storage.parts(count, atOnce: 1)) }
    var bytes = 0
    for _ in 0..<2 {
      let used = try Storage.used { () throws(Failure) in _ = try machine.call(f) }
      bytes = used.most - max(0, used.kept)
      // What stays, such as the rearranged weights of a network, is needed only once. Where it is more than the rest, it may
      // have been made after what was held at most, and hides how much that was.
      if used.kept <= bytes { break }
    }
    return ranges(Storage.parts(count, atOnce: Storage.atOnce(count, bytesEach: bytes)))
  },
]

private func ranges(_ parts: [Range<Int>]) -> Value {
  Value(parts.map { .object(IntegerRange($0.lowerBound, $0.upperBound, isClosed: false)) })
}

/// The axes that `vmap` is given: one for each argument, or one for all of them.
private func axes(_ value: Value) throws(Failure) -> MappedFunction.Axes {
  func axis(_ value: Value) throws(Failure) -> Int? {
    if value.isNone { return nil }
    guard case .int(let axis) = value else {
      throw .argument(1, expected: "an axis, none, or a List of them", found: value)
    }
    return axis
  }
  guard case .list(let list) = value else { return .all(try axis(value)) }
  var each: [Int?] = []
  for element in list.values { each.append(try axis(element)) }
  return .each(each)
}

/// What `vmap` makes.
final class MappedFunction: Object {
  /// Along which axes the examples lie; nil for arguments that all examples share.
  enum Axes {
    case all(Int?)
    case each([Int?])
  }

  private let function: Value
  private let axes: Axes
  private let atOnce: Int?

  init(_ function: Value, axes: Axes, atOnce: Int?) {
    self.function = function
    self.axes = axes
    self.atOnce = atOnce
  }

  override var typeName: String { "Function" }
  override var isCallable: Bool { true }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    if case .each(let axes) = axes, axes.count != arguments.count {
      throw Failure(
        "X0209",
        "vmap was given \(axes.count) axes for a function called with \(arguments.count) arguments")
    }
    var examples = Examples()
    var single = arguments
    for (index, argument) in arguments.enumerated() {
      let axis: Int? =
        switch axes {
        case .all(let axis): axis
        case .each(let axes): axes[index]
        }
      guard let axis else { continue }
      single[index].value = try Tree.mapTensors(argument.value) { leaf throws(Failure) in
        try examples.add(leaf, axis)
      }
    }
    guard let size = examples.size else {
      throw Failure("X0386", "none of the arguments has examples along an axis")
    }
    let outcome = try MappedReads.watched { () throws(Failure) in
      try machine.call(function, arguments: single)
    }
    var outputs: [Variable] = []
    _ = try Tree.mapTensors(outcome) { leaf throws(Failure) in
      if let output = try leaf.variable() { outputs.append(output) }
      return leaf
    }
    let found = try graph { () throws(GraphError) in try run(examples, outputs, size) }
    var index = 0
    return try Tree.mapTensors(outcome) { leaf throws(Failure) in
      guard try leaf.variable() != nil, index < found.count else { return leaf }
      index += 1
      guard case .object(let object as TensorObject) = leaf else { return Value(found[index - 1]) }
      return .object(
        TensorObject(found[index - 1], from: object.source, labels: object.labels))
    }
  }

  /// All examples, as many at once as is good.
  private func run(
    _ examples: Examples, _ outputs: [Variable], _ size: Int
  ) throws(GraphError) -> [Variable] {
    let mapping = Mapping(from: examples.leaves, to: outputs)
    let keeps = Recording.isOn || examples.values.contains { $0.isMapped }
    let part = atOnce ?? Storage.atOnce(size, bytesEach: mapping.bytes(keepingAll: keeps))
    guard part < size else { return try mapping.run(examples.values, size: size) }
    var parts = outputs.map { _ in [Variable]() }
    for range in Storage.parts(size, atOnce: part) {
      var values: [Variable] = []
      for value in examples.values {
        let slice = SliceAxis(0, from: range.lowerBound, count: range.count)
        values.append(try value.applying(slice))
      }
      for (index, result) in try mapping.run(values, size: range.count).enumerated() {
        parts[index].append(result)
      }
    }
    var results: [Variable] = []
    for index in parts.indices {
      results.append(try Graphs.apply(Concatenate(0), parts[index]))
      // Only one result is there twice at a time.
      parts[index] = []
    }
    return results
  }
}

/// The examples in the arguments of a mapped function.
private struct Examples {
  /// What the function is called with, one variable for each tensor that is taken apart.
  private(set) var leaves: [Variable] = []
  /// All examples of each, along the first axis.
  private(set) var values: [Variable] = []
  /// How many there are.
  private(set) var size: Int?

  /// Notes the examples along `axis` of a leaf of an argument and gives the first one; plain numbers and what is no
  /// tensor stay as they are.
  mutating func add(_ leaf: Value, _ axis: Int) throws(Failure) -> Value {
    guard !leaf.isNumber, let all = try leaf.variable(), !leaf.isTruth else { return leaf }
    let place = axis < 0 ? axis + all.rank : axis
    guard place >= 0, place < all.rank else {
      throw Failure(
        "X0386", "a tensor of shape \(Shape.describe(all.shape)) has no axis \(axis) of examples",
        help: "`axis: none` hands it to every example as it is")
    }
    let count = all.shape[place]
    guard size ?? count == count else {
      throw Failure(
        "X0386", "one argument has \(size ?? 0) examples and another \(count)",
        help: "`axis: [0, none]` hands the second one to every example as it is")
    }
    size = count
    let order = [place] + all.shape.indices.filter { $0 != place }
    let moved = try graph { () throws(GraphError) in
      place == 0 ? all : try all.applying(Transpose(order))
    }
    let example = try tensor { () throws(TensorError) in try moved.firstExample() }
    leaves.append(example)
    values.append(moved)
    guard case .object(let object as TensorObject) = leaf else { return Value(example) }
    return .object(TensorObject(example, from: object.source, labels: object.labels))
  }
}

/// Whether a number of one of many examples was asked for where only some other error could be thrown.
final class MappedReads: @unchecked Sendable {
  @TaskLocal static var current: MappedReads?
  var noted = false

  /// Runs a mapped function; an error that follows from asking for such a number becomes the one that says so.
  static func watched(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    let reads = MappedReads()
    let outcome = $current.withValue(reads) { () -> Result<Value, Failure> in
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    guard case .failure(let failure) = outcome, reads.noted, failure.code != Failure.mappedRead.code
    else { return try outcome.get() }
    throw .mappedRead
  }
}

extension Failure {
  /// The numbers of one of many examples were to decide something.
  static var mappedRead: Failure {
    Failure(
      "X0385", "inside of vmap the numbers of one example cannot be looked at",
      help: "choose with where(…), or loop over the examples")
  }
}

extension Variable {
  /// The numbers where they are looked at, which those of one of many examples must not be.
  func read() throws(Failure) -> Tensor {
    guard let numbers else { throw .mappedRead }
    return numbers
  }
}
