// Natives that networks are made of.
import Graphs
import Runtime
import Tensors

let neuralNatives: [Native] = [
  Native(
    "linear(x: Tensor, weight: Tensor, bias = none) -> Tensor", in: "networks",
    """
    x · weightᵀ + bias for rows `x` `[..., in]`, `weight` `[out, in]` and `bias` `[out]`.

    ```xai
    linear(ones([1, 2]), ones([3, 2])).shape   #=> [1, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    var inputs = [try arguments.real(0), try arguments.real(1)]
    if let bias = try arguments.optionalVariable(2) { inputs.append(bias) }
    return Value(try graph { () throws(GraphError) in try Graphs.apply(Linear(), inputs) })
  },
  Native(
    "batch_normalisation(x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, epsilon: Float = 1e-5) -> Tensor",
    in: "networks",
    """
    (x - mean) / √(variance + ε) · scale + shift for each channel (Ioffe and Szegedy 2015), with given statistics.

    ```xai
    batch_normalisation(ones([1, 1, 2, 2]), ones([1]), zeros([1]), zeros([1]), ones([1])).shape   #=> [1, 1, 2, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    var inputs: [Variable] = []
    for index in 0..<5 { inputs.append(try arguments.real(index)) }
    let epsilon = try arguments.float(5)
    return Value(
      try graph { () throws(GraphError) in
        try Graphs.apply(BatchNormalisation(epsilon: epsilon), inputs)
      })
  },
  Native(
    "normalise_batch(x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Record",
    in: "networks",
    """
    Batch normalisation with the batch's own statistics, as in training (Ioffe and Szegedy 2015, algorithm 1): for `x`
    `[n, c, ...]` and `weight` and `bias` `[c]` the Record `{output, mean, variance}` of (x - mean) / √(variance + ε) ·
    weight + bias and of the mean and the variance (over n) of each channel, through which no gradient passes.

    ```xai
    normalise_batch(tensor([[1.0], [3.0]]), ones([1]), zeros([1])).mean |> list   #=> [2.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, weight, bias) = (
      try arguments.real(0), try arguments.real(1), try arguments.real(2)
    )
    let epsilon = try arguments.float(3)
    let found = try graph { () throws(GraphError) in
      try normaliseBatch(x, weight: weight, bias: bias, epsilon: epsilon)
    }
    return Value(fields: [
      ("output", Value(found.output)), ("mean", Value(found.mean)),
      ("variance", Value(found.variance)),
    ])
  },
  Native(
    "standardise(x: Tensor, axis = -1, epsilon: Float = 1e-5) -> Tensor", in: "networks",
    """
    (x - mean) / √(variance + ε) with the mean and variance over one axis or several: what normalisations share.

    ```xai
    abs(sum(standardise(tensor([1.0, 2.0, 6.0])))).item < 1e-5   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.real(0)
    let axes = try arguments.axes(1, rank: x.rank)
    let epsilon = try arguments.float(2)
    return Value(
      try graph { () throws(GraphError) in try x.applying(Standardise(axes, epsilon: epsilon)) })
  },
]
