// Contextual splits of functions of the language.
import Graphs
import Runtime
import Tensors

let splittingNatives: [Native] = [
  Native(
    "contextual_split(f: Function, x, relevant, rules: String = \"shapley\") -> Record",
    in: "explaining",
    """
    What of f(x) comes of a `relevant` part of x: a Record of `relevant` and `irrelevant`, which add up to f(x).

    `relevant` is the part itself, a number or tensor that broadcasts to x, or a tensor of bool, true where x is relevant;
    for a Record or List of tensors one of the same structure. `f` is run once and the parts (r, i) are pushed through what
    it computed: linear operations take each by itself, maxima the parts of the winner, normalisations divide both by the
    deviation of the total, attention weights and divisors are those of the total, and a product (r + i)(s + j) has the
    relevant part r s.

    The rules differ in activations a and biases. "shapley" (Murdoch, Liu and Yu 2018): r becomes the mean of a(r) - a(0) and
    a(r + i) - a(i), and the irrelevant part likewise, so that without products no part is favoured and what one group of
    inputs has as relevant the others have as irrelevant; biases stay apart (they come first in every activation) and are
    shared at the end in proportion to |r| : |i|. "acd" (Singh, Murdoch and Yu 2019): r becomes a(r), what it does alone;
    each bias is shared where it is added. "cdt" (Hsu et al. 2024, for transformers): r becomes a(r + i) - a(i), what it adds
    to the rest; biases as before, and where branches are added or attention mixes, parts of opposite sign cancel into the
    larger. Under `grad` the parts can be differentiated, to train with them (Rieger et al. 2020).

    ```xai
    let parts = contextual_split(x => relu(sum(x)), tensor([3.0, -1.0]), tensor([true, false]))
    [parts.relevant.item, parts.irrelevant.item]   #=> [2.5, -0.5]
    contextual_split(x => relu(sum(x)), tensor([3.0, -1.0]), tensor([3.0, 0.0]), rules: "acd").relevant.item   #=> 3.0
    contextual_split(x => relu(sum(x)), tensor([3.0, -1.0]), tensor([3.0, 0.0]), rules: "cdt").relevant.item   #=> 2.0
    ```
    """
  ) { machine, arguments throws(Failure) in
    let split = try ContextualSplit(machine, arguments)
    return Value(fields: [
      ("relevant", try split.part(\.relevant)), ("irrelevant", try split.part(\.irrelevant)),
    ])
  },
  Native(
    "contextual_split_gaps(f: Function, x, relevant, rules: String = \"shapley\") -> List",
    in: "explaining",
    """
    How far the parts of `contextual_split` are from adding up at each operation: records `{layer, operation, gap}`.

    The gap is the largest difference between the sum of the parts and the value, relative to the largest value: rounding.
    Operations whose parts nobody needs, such as those behind attention weights, are not among them.

    ```xai
    contextual_split_gaps(x => relu(2 * x), tensor([3.0]), tensor([1.0]))[-1].operation   #=> "relu"
    ```
    """
  ) { machine, arguments throws(Failure) in
    Value(
      try ContextualSplit(machine, arguments).steps.map { step in
        Value(fields: [
          ("layer", Value(step.layer)), ("operation", Value(step.operation)),
          ("gap", .float(step.gap)),
        ])
      })
  },
]

/// A function of the language, run and split.
private struct ContextualSplit {
  /// What the function gave.
  private let result: Value
  private let splits: [Split]
  let steps: [SplitStep]

  /// The arguments are those of `contextual_split`.
  init(_ machine: Machine, _ arguments: Span<Value>) throws(Failure) {
    let f = try arguments.function(0)
    let name = try arguments.string(3)
    guard let rules = SplitRules.named[name] else {
      throw .unknown("X0506", "rule set for splits", name, among: SplitRules.named.keys.sorted())
    }
    let place = try DifferentiationPoint(arguments[1])
    let relevant = try Self.relevant(of: arguments[1], arguments[2], place.leaves)
    let result = try Recording.during { () throws(Failure) in
      try Fusion.without { () throws(Failure) in try machine.call(f, place.argument) }
    }
    var outputs: [Variable] = []
    _ = try Tree.map(result) { leaf throws(Failure) in
      if case .object(let object as TensorObject) = leaf { outputs.append(object.variable) }
      return leaf
    }
    (splits, steps) = try graph { () throws(GraphError) in
      try Graphs.splits(of: outputs, at: place.leaves, relevant: relevant, rules: rules)
    }
    self.result = result
  }

  /// One part of the result, in its structure.
  func part(_ part: KeyPath<Split, Variable?>) throws(Failure) -> Value {
    var index = 0
    return try Tree.map(result) { leaf in
      guard case .object(_ as TensorObject) = leaf, index < splits.count else { return leaf }
      index += 1
      return splits[index - 1][keyPath: part].map { Value($0) } ?? .none
    }
  }

  /// The relevant part of each leaf.
  private static func relevant(
    of x: Value, _ relevant: Value, _ leaves: [Variable]
  ) throws(Failure) -> [Variable] {
    guard Tree.isTree(x) else {
      return try leaves.map { leaf throws(Failure) in try part(relevant, of: leaf) }
    }
    var parts: [Variable] = []
    _ = try Tree.zip([x, relevant]) { pair throws(Failure) in
      if DifferentiationPoint.isReal(pair[0]), parts.count < leaves.count {
        parts.append(try part(pair[1], of: leaves[parts.count]))
      }
      return pair[0]
    }
    return parts
  }

  /// A part in the shape and element type of `leaf`.
  private static func part(_ value: Value, of leaf: Variable) throws(Failure) -> Variable {
    guard let part = try value.variable() else {
      throw Failure("X0394", "the relevant part is \(value.typePhrase), not a number or a Tensor")
    }
    let broadcast = try? Shape.broadcast(part.shape, leaf.shape, "contextual split")
    guard broadcast == leaf.shape else {
      throw Failure(
        "X0394",
        "a relevant part of shape \(Shape.describe(part.shape)) does not fit \(Shape.describe(leaf.shape))"
      )
    }
    return try graph { () throws(GraphError) in
      if part.type == .bool {
        return try Graphs.apply(Select(), [part, leaf, .zeros(like: leaf)])
      }
      let cast =
        part.type == leaf.type
        ? part : try part.applying(Cast(to: leaf.type))
      return cast.shape == leaf.shape ? cast : try cast.applying(BroadcastTo(leaf.shape))
    }
  }
}
