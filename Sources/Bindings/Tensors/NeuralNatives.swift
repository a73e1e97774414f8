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
    "conv2d(x: Tensor, weight: Tensor, bias = none, stride = 1, padding = 0, dilation = 1, groups: Int = 1) -> Tensor",
    in: "networks",
    """
    The 2-D cross-correlation of images `[n, c, h, w]` with `weight` `[out, c / groups, kh, kw]`.

    `stride`, `padding` and `dilation` are an Int or one for each of height and width.

    ```xai
    conv2d(ones([1, 1, 4, 4]), ones([2, 1, 3, 3]), padding: 1).shape   #=> [1, 2, 4, 4]
    ```
    """
  ) { _, arguments throws(Failure) in
    var inputs = [try arguments.real(0), try arguments.real(1)]
    if let bias = try arguments.optionalVariable(2) { inputs.append(bias) }
    let kernel = inputs[1].shape
    guard kernel.count == 4 else {
      throw .argument(1, expected: "a weight of four axes", found: arguments[1])
    }
    let padding = try arguments.pair(4)
    let window = Window2D(
      kernel: (kernel[2], kernel[3]), strides: try arguments.pair(3),
      dilation: try arguments.pair(5),
      padLow: padding, padHigh: padding, groups: try arguments.int(6))
    return Value(
      try graph { () throws(GraphError) in try Graphs.apply(Convolution(window), inputs) })
  },
  pooling("max_pool2d", "The maximum over windows; the first of equals passes the gradient") {
    MaxPool($0)
  },
  pooling("avg_pool2d", "The mean over windows, padding counted") {
    AveragePool($0, countPadding: true)
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
    "standardise(x: Tensor, axis = -1, epsilon: Float = 1e-5) -> Tensor", in: "networks",
    """
    (x - mean) / √(variance + ε) with the mean and variance over one axis or several: what normalisations share.

    ```xai
    abs(sum(standardise(tensor([1.0, 2.0, 6.0])))).item < 1e-5   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.real(0)
    let axes = try arguments.axes(1, rank: x.value.rank)
    let epsilon = try arguments.float(2)
    return Value(
      try graph { () throws(GraphError) in try x.applying(Standardise(axes, epsilon: epsilon)) })
  },
  Native(
    "resize(x: Tensor, size, mode: String = \"bilinear\") -> Tensor", in: "networks",
    """
    Maps `[..., h, w]` at another size: "nearest", "bilinear" (half-pixel centres) or "bicubic".

    ```xai
    resize(ones([1, 1, 2, 2]), [4, 4]).shape   #=> [1, 1, 4, 4]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.real(0)
    let (height, width) = try arguments.pair(1)
    let name = try arguments.string(2)
    let modes: [String: ResizeMode] = [
      "nearest": .nearest, "bilinear": .bilinear(alignCorners: false), "bicubic": .bicubic,
    ]
    guard let mode = modes[name] else {
      throw .unknown("X0324", "mode", name, among: modes.keys.sorted())
    }
    guard x.value.rank >= 2 else {
      throw .argument(0, expected: "a tensor with a height and a width", found: arguments[0])
    }
    let lead = Array(x.shape.dropLast(2))
    return Value(
      try graph { () throws(GraphError) in
        let maps = try x.reshaped([lead.reduce(1, *), 1] + x.shape.suffix(2))
        return try maps.applying(Resize(height: height, width: width, mode: mode)).reshaped(
          lead + [height, width])
      })
  },
]

private func pooling(
  _ name: String, _ summary: String, _ operation: @escaping (Window2D) -> some Operator
) -> Native {
  Native(
    "\(name)(x: Tensor, window = 2, stride = none, padding = 0) -> Tensor", in: "networks",
    """
    \(summary), for images `[n, c, h, w]`; the stride is the window unless given.

    ```xai
    \(name)(ones([1, 1, 4, 4])).shape   #=> [1, 1, 2, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.real(0)
    let kernel = try arguments.pair(1)
    let padding = try arguments.pair(3)
    let strides = arguments.isNone(2) ? kernel : try arguments.pair(2)
    let window = Window2D(kernel: kernel, strides: strides, padLow: padding, padHigh: padding)
    return Value(try graph { () throws(GraphError) in try x.applying(operation(window)) })
  }
}
