// Natives that reduce, order and accumulate.
import Graphs
import Runtime
import Tensors

let reductionNatives: [Native] = [
  reduction("sum", "The sum", "sum([1, 2, 3])", "6") { Sum($0, keep: $1) },
  reduction("mean", "The mean", "mean(tensor([1.0, 3.0])) == 2.0", "true") { Mean($0, keep: $1) },
  reduction("max", "The largest value", "max(tensor([1, 3, 2])) == 3", "true") { Max($0, keep: $1) },
  reduction("min", "The smallest value", "min(tensor([1, 3, 2])) == 1", "true") { Min($0, keep: $1) },
  reduction("product", "The product", "product(tensor([2, 3])) == 6", "true") { Product($0, keep: $1) },
  Native(
    "argmax(x: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    The index of the largest value along an axis; the first of equals.

    ```xai
    argmax(tensor([1, 3, 2])) == 1   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, axis) = (try arguments.variable(0), try arguments.int(1))
    return Value(try graph { () throws(GraphError) in try x.applying(ArgMax(axis)) })
  },
  Native(
    "softmax(x: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    e^x / Σ e^x along an axis: probabilities from logits.

    ```xai
    sum(softmax(tensor([1.0, 2.0]))) == 1   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, axis) = (try arguments.real(0), try arguments.int(1))
    return Value(try graph { () throws(GraphError) in try x.applying(Softmax(axis)) })
  },
  Native(
    "log_softmax(x: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    The logarithm of the softmax along an axis, computed without overflow.

    ```xai
    log_softmax(tensor([0.0])).item   #=> 0.0
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, axis) = (try arguments.real(0), try arguments.int(1))
    return Value(try graph { () throws(GraphError) in try x.applying(LogSoftmax(axis)) })
  },
  Native(
    "cumulative_sum(x: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    The sums of the first, the first two, … values along an axis.

    ```xai
    cumulative_sum(tensor([1, 2, 3]))[2] == 6   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, axis) = (try arguments.variable(0), try arguments.int(1))
    return Value(try graph { () throws(GraphError) in try x.applying(CumulativeSum(axis)) })
  },
  Native(
    "argsort(x: Tensor, axis: Int = -1, descending: Bool = false) -> Tensor", in: "tensors",
    """
    The order that sorts `x` along an axis; equals keep their order.

    ```xai
    argsort(tensor([3, 1, 2]))[0] == 1   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, axis) = (try arguments.variable(0), try arguments.int(1))
    let descending = try arguments.bool(2)
    return Value(
      try graph { () throws(GraphError) in try x.applying(ArgSort(axis, descending: descending)) })
  },
]

private func reduction(
  _ name: String, _ summary: String, _ example: String, _ result: String,
  _ operation: @escaping ([Int], Bool) -> some Operator
) -> Native {
  Native(
    "\(name)(x, axis = none, keep: Bool = false)", in: "tensors",
    """
    \(summary) of a list or tensor: of everything, or of a tensor along an axis or a list of axes.

    `keep` leaves the reduced axes with size 1.

    ```xai
    \(example)   #=> \(result)
    ```
    """
  ) { machine, arguments throws(Failure) in
    guard case .object(let object as TensorObject) = arguments[0] else {
      return try Core.call(name, machine, [arguments[0]])
    }
    let x = object.variable
    let axes = try arguments.axes(1, rank: x.value.rank)
    let keep = try arguments.bool(2)
    return Value(try graph { () throws(GraphError) in try x.applying(operation(axes, keep)) })
  }
}
