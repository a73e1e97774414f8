// Products with the Jacobian from the right: forward mode for functions of the language.
import Graphs
import Runtime
import Tensors

let forwardNatives: [Native] = [
  Native(
    "jvp(f: Function, x, tangent)", in: "gradients",
    """
    The Jacobian–vector product: how fast f(x) changes when `x` moves along `tangent`, which is shaped like `x`.

    `x` is a Tensor or a tree of them, with none in `tangent` for what does not move; f(x) may be one too, and the result
    has its structure. One pass forwards, whatever the size of f(x); it can be differentiated again, in either mode. A
    derivative given by `with_gradient` is taken as linear in the gradient it gets.

    ```xai
    jvp(x => x * x, tensor([1.0, 3.0]), tensor([1.0, 0.5]))[1] == 3   #=> true
    jvp(p => ({area: p.a * p.b, sum: p.a + p.b}), {a: 2.0, b: 5.0}, {a: 1.0, b: none})   #=> {area: 5.0, sum: 1.0}
    ```
    """
  ) { machine, arguments throws(Failure) in
    let f = try arguments.function(0)
    let place = try DifferentiationPoint(arguments[1])
    let (moving, directions) = try place.directions(arguments[2])
    // The walk belongs to the same recording, so that a surrounding one records it in turn.
    return try Following.during { () throws(Failure) in
      try Recording.during { () throws(Failure) in
        try place.tangents(
          of: machine.call(f, place.argument), at: moving, along: directions)
      }
    }
  }
]

extension DifferentiationPoint {
  /// How fast what a function gave changes, in its structure.
  fileprivate func tangents(
    of outcome: Value, at moving: [Variable], along directions: [Variable]
  ) throws(Failure) -> Value {
    var outputs: [Variable] = []
    _ = try Tree.mapTensors(outcome) { leaf throws(Failure) in
      if let output = try leaf.differentiated() { outputs.append(output) }
      return leaf
    }
    let found = try graph { () throws(GraphError) in
      try Graphs.tangents(of: outputs, at: moving, along: directions)
    }
    var index = 0
    return try Tree.mapTensors(outcome) { leaf throws(Failure) in
      guard try leaf.variable() != nil, index < found.count else { return .none }
      index += 1
      return Self.plain(found[index - 1], isPlain || leaf.followedNumber != nil)
    }
  }

  /// The leaves that move, and the directions in which they do: `tangent` has the structure of the point.
  func directions(
    _ tangent: Value
  ) throws(Failure) -> (moving: [Variable], directions: [Variable]) {
    var (moving, directions): ([Variable], [Variable]) = ([], [])
    func add(_ leaf: Variable, _ value: Value) throws(Failure) {
      guard !value.isNone else { return }
      guard let given = try value.variable(as: leaf.type) else {
        throw Failure(
          "X0308", "a tangent is made of Tensors and numbers, found \(value.typePhrase)")
      }
      let direction = try Promotion.cast(given, leaf.type)
      guard direction.shape == leaf.shape else {
        throw Failure(
          "X0308",
          "a tangent must be shaped like what moves along it: \(Shape.describe(leaf.shape)), found \(Shape.describe(direction.shape))"
        )
      }
      moving.append(leaf)
      directions.append(direction)
    }
    guard isTree else {
      try add(leaves[0], tangent)
      return (moving, directions)
    }
    var index = 0
    _ = try Tree.zip([argument, tangent]) { pair throws(Failure) in
      guard case .object(let object as TensorObject) = pair[0], index < leaves.count,
        object.variable === leaves[index]
      else { return .none }
      index += 1
      try add(object.variable, pair[1])
      return .none
    }
    return (moving, directions)
  }
}
