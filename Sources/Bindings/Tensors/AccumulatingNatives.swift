// Natives that run along an axis: each result depends on the elements up to its place.
import Graphs
import Runtime
import Tensors

let accumulatingNatives: [Native] = [
  Native(
    "cumulative_product(x: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    The products of the first, the first two, … values along an axis; the derivative is right also where values are 0.

    ```xai
    cumulative_product(tensor([2, 3, 4])) |> list   #=> [2, 6, 24]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    let axis = try axis(of: x, arguments, 1)
    return Value(try graph { () throws(GraphError) in try cumulativeProduct(x, axis) })
  },
  extreme("cumulative_max", "largest", "tensor([1, 3, 2])", "[1, 3, 3]", largest: true),
  extreme("cumulative_min", "smallest", "tensor([3, 1, 2])", "[3, 1, 1]", largest: false),
  Native(
    "linear_recurrence(a: Tensor, b: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    y[i] = a[i] · y[i - 1] + b[i] along an axis, with y[-1] = 0: running averages, states that decay.

    The shapes of `a` and `b` broadcast.

    ```xai
    linear_recurrence(tensor(0.5), tensor([1.0, 1.0, 1.0])) |> list   #=> [1.0, 1.5, 1.75]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (a, b) = try Promotion.operands(arguments[0], arguments[1], of: "linear_recurrence")
    let axis = try arguments.int(2)
    return Value(
      try graph { () throws(GraphError) in
        let shape = try Graphs.apply(Add(), [a, b]).shape
        let operands = [
          try a.applying(BroadcastTo(shape)), try b.applying(BroadcastTo(shape)),
        ]
        return try Graphs.apply(LinearRecurrence(axis), operands)
      })
  },
]

private func extreme(
  _ name: String, _ word: String, _ example: String, _ result: String, largest: Bool
) -> Native {
  Native(
    "\(name)(x: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    The \(word) of the first, the first two, … values along an axis. A nan stays from its place on.

    ```xai
    \(name)(\(example)) |> list   #=> \(result)
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, axis) = (try arguments.variable(0), try arguments.int(1))
    return Value(
      try graph { () throws(GraphError) in
        try x.applying(CumulativeExtreme(axis, largest: largest))
      })
  }
}

/// The products as a recurrence: y[0] = x[0] and y[i] = x[i] y[i - 1].
private func cumulativeProduct(_ x: Variable, _ axis: Int) throws(GraphError) -> Variable {
  let x = try x.applying(Cast(to: x.type.arithmetic))
  let count = x.shape[axis]
  guard count > 0 else { return x }
  var (low, high) = (x.shape.map { _ in 0 }, x.shape.map { _ in 0 })
  low[axis] = 1
  let factors = try x.applying(SliceAxis(axis, from: count > 1 ? 1 : 0, count: count - 1))
    .applying(Pad(low: low, high: high))
  (low[axis], high[axis]) = (0, count - 1)
  let start = try x.applying(SliceAxis(axis, from: 0, count: 1)).applying(Pad(low: low, high: high))
  return try Graphs.apply(LinearRecurrence(axis), [factors, start])
}

/// The argument as an axis of `x`, counted from 0.
func axis(of x: Variable, _ arguments: Arguments, _ index: Int) throws(Failure) -> Int {
  let number = try arguments.int(index)
  let place = number < 0 ? number &+ x.rank : number
  guard place >= 0, place < x.rank else {
    throw Failure("X0305", "there is no axis \(number) in a tensor of \(x.rank) axes")
  }
  return place
}
