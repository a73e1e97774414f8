// Bounds of functions of the language over boxes.
import Graphs
import Runtime
import Tensors

let boundsNatives: [Native] = [
  Native(
    "bounds(f: Function, box: Record, method: String = \"interval\") -> Record", in: "bounds",
    """
    Numbers between which f(x) lies for every x in a box: a Record of `low` and `high`, f64, with the structure of f(x).

    The `box` is a Record of `low` and `high`, two tensors, numbers, or Records or Lists of them of one structure, such as
    the parameters of a network; `box` of the module `bounds` makes one around a point. `f` is run once, at the box's `centre`
    (or its low end), and each operation of that run is bounded: method "interval" by the range of its operands (Moore 1966;
    Gowal et al. 2018), "linear" also by linear functions of the box, handed back through the graph (Zhang et al. 2018; Xu et
    al. 2020), which cost a walk back for each number and are never looser. `f` may contain `grad`: what it gives is an
    operation like others. The bounds hold for exact real numbers and for what the kernels compute, whose rounding they allow
    for; where a quotient may divide by 0, or a matrix that is inverted or factored be singular, they are infinite. `interval`
    bounds can be differentiated, to train with them.

    ```xai
    bounds(x => x * x, {low: -1.0, high: 2.0}).low <= 0   #=> true
    bounds(x => x * x, {low: -1.0, high: 2.0}).high < 4.0001   #=> true
    bounds(grad(x => x ** 3), {low: 1.0, high: 2.0}).high < 12.0001   #=> true
    bounds(x => x - x, {low: 0.0, high: 1.0}, method: "linear").high < 1e-9   #=> true
    bounds(a => det(a), {low: tensor([[2.0, 0.0], [0.0, 3.0]]), high: tensor([[2.5, 0.0], [0.0, 4.0]])}).low.item > 5.0   #=> true
    ```
    """
  ) { machine, arguments throws(Failure) in
    let f = try arguments.function(0)
    let name = try arguments.string(2)
    guard let method = BoundMethod(rawValue: name) else {
      throw .unknown("X0324", "method of bounds", name, among: BoundMethod.allCases.map(\.rawValue))
    }
    let box = try Box(arguments[1])
    return try box.bounds(
      of: try box.traced { () throws(Failure) in
        // Linear bounds are relaxed around each operation by itself.
        method == .linear
          ? try Fusion.without { () throws(Failure) in try machine.call(f, box.argument) }
          : try machine.call(f, box.argument)
      }, method)
  }
]

/// A box: the point at which a function is traced, and the range of each of its leaves.
private struct Box {
  /// What the function is called with: variables of which nobody may read the numbers, so that all that depends on them is
  /// recorded.
  let argument: Value
  private let leaves: [Variable]
  private let ranges: [Interval]
  /// Whether the box is of a single number.
  private let isNumber: Bool

  init(_ value: Value) throws(Failure) {
    guard case .record(let record) = value, let low = record["low"], let high = record["high"]
    else {
      throw Failure(
        "X0392", "a box is a Record with `low` and `high`, found \(value.typePhrase)",
        help: "box(x, radius: 0.1) of the module `bounds` makes one around x")
    }
    let centre = record["centre"] ?? low
    var (leaves, ranges): ([Variable], [Interval]) = ([], [])
    func leaf(_ centre: Value, _ low: Value, _ high: Value) throws(Failure) -> Value {
      let leaf = try DifferentiationPoint.real(centre).asExample()
      leaves.append(leaf)
      ranges.append(try Self.range(low, high, shape: leaf.shape))
      return Value(leaf)
    }
    if Tree.isTree(centre) {
      argument = try Tree.zip([centre, low, high]) { parts throws(Failure) in
        guard DifferentiationPoint.isReal(parts[0]) else { return parts[0] }
        return try leaf(parts[0], parts[1], parts[2])
      }
    } else {
      argument = try leaf(centre, low, high)
    }
    (self.leaves, self.ranges) = (leaves, ranges)
    isNumber = centre.plainNumber != nil
  }

  /// What the function gives, if it reads no number of its argument.
  func traced(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    do throws(Failure) {
      // A singular matrix in the middle of the box is bounded like others.
      return try Recording.factorless(true) { () throws(Failure) in
        try MappedReads.watched(body)
      }
    } catch {
      guard error.code == Failure.mappedRead.code else { throw error }
      throw Failure(
        "X0391", "the function takes a plain number out of a tensor that depends on the box",
        help: "choose with where(…), maximum(…) or take(…) instead of `if`, `.item` or float(…)")
    }
  }

  /// The range between two ends for a leaf of a shape.
  private static func range(
    _ low: Value, _ high: Value, shape: [Int]
  ) throws(Failure) -> Interval {
    guard let low = try low.variable(), let high = try high.variable() else {
      throw Failure("X0392", "the ends of a box must be numbers or Tensors")
    }
    if low.isMapped || high.isMapped {
      throw Failure("X0390", "bounds cannot be followed through vmap or through other bounds")
    }
    for end in [low, high] where !end.shape.isEmpty && end.shape != shape {
      throw Failure(
        "X0392",
        "an end of shape \(Shape.describe(end.shape)) does not fit \(Shape.describe(shape))")
    }
    return try graph { () throws(GraphError) in
      let range = try Interval.box(low, high, shape: shape)
      let above = try Graphs.apply(Greater(), [range.low.detached(), range.high.detached()])
      if above.numbers?.bools.contains(true) == true {
        throw .replacement(
          layer: "",
          Failure("X0392", "a low end of the box lies above its high end"))
      }
      return range
    }
  }

  /// The bounds of what the function gave, in its structure.
  func bounds(of result: Value, _ method: BoundMethod) throws(Failure) -> Value {
    var outputs: [Variable] = []
    _ = try Tree.map(result) { leaf throws(Failure) in
      if case .object(let object as TensorObject) = leaf { outputs.append(object.variable) }
      return leaf
    }
    let found = try graph { () throws(GraphError) in
      try BoundsAnalysis(Array(zip(leaves, ranges)), method: method).bounds(of: outputs)
    }
    func ends(_ end: (Interval) -> Variable) throws(Failure) -> Value {
      var index = 0
      return try Tree.map(result) { leaf in
        guard case .object(_ as TensorObject) = leaf else { return leaf }
        index += 1
        let variable = end(found[index - 1])
        return DifferentiationPoint.plain(variable, isNumber && variable.shape.isEmpty)
      }
    }
    return Value(fields: [("low", try ends(\.low)), ("high", try ends(\.high))])
  }
}
