// Natives that order and accumulate along an axis.
import Graphs
import Runtime
import Tensors

let orderingNatives: [Native] = [
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
