// Natives that pool: over windows, and to a size.
import Graphs
import Runtime
import Tensors

let poolingNatives: [Native] =
  (1...3).flatMap { [maximum($0), average($0)] } + [
    Native(
      "adaptive_avg_pool(x: Tensor, size) -> Tensor", in: "networks",
      """
      The means over equal shares of each axis of `[n, c, ...]`, `size` of them along an axis; shares overlap where they must.

      Share i of an axis of n elements goes from floor(i · n / size) to ceil((i + 1) · n / size).

      ```xai
      list(adaptive_avg_pool(tensor([[[1.0, 2.0, 3.0, 6.0]]]), 2))   #=> [[[1.5, 4.5]]]
      ```
      """
    ) { _, arguments throws(Failure) in
      let (x, sizes) = try adaptive(arguments)
      return Value(
        try graph { () throws(GraphError) in try x.applying(Resize(sizes, mode: .area)) })
    },
    Native(
      "adaptive_max_pool(x: Tensor, size) -> Tensor", in: "networks",
      """
      The maxima over equal shares of each axis of `[n, c, ...]`, `size` of them along an axis, as in `adaptive_avg_pool`.

      ```xai
      list(adaptive_max_pool(tensor([[[1.0, 2.0, 3.0, 6.0]]]), 2))   #=> [[[2.0, 6.0]]]
      ```
      """
    ) { _, arguments throws(Failure) in
      let (x, sizes) = try adaptive(arguments)
      return Value(try graph { () throws(GraphError) in try x.adaptiveMaxima(sizes) })
    },
  ]

private let window = """
  `window`, `stride`, `padding` and `dilation` are an Int or a list with one for each axis; `padding` may also be a list of
  pairs (before and after). With `ceiling` a last window may reach beyond the end.
  """

private func maximum(_ axes: Int) -> Native {
  Native(
    "max_pool\(axes)d(x: Tensor, window = 2, stride = none, padding = 0, dilation = 1, ceiling: Bool = false) -> Tensor",
    in: "networks",
    """
    The maximum over windows of `[n, c, \(written(axes))]`, padding left out; the first of equals passes the gradient.

    The stride is the window unless given. \(window) A window that saw nothing but padding is an error.

    ```xai
    \(example("max", axes))
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try operand(arguments, axes)
    var found = try windowAxes(arguments, axes, dilation: arguments.sizes(4, axes: axes))
    if try arguments.bool(5) {
      for place in found.indices {
        found[place].padHigh += found[place].extraForCeiling(x.shape[place + 2])
      }
    }
    let window = Window(found)
    return Value(try graph { () throws(GraphError) in try x.applying(MaxPool(window)) })
  }
}

private func average(_ axes: Int) -> Native {
  Native(
    "avg_pool\(axes)d(x: Tensor, window = 2, stride = none, padding = 0, ceiling: Bool = false, count_padding: Bool = true) -> Tensor",
    in: "networks",
    """
    The mean over windows of `[n, c, \(written(axes))]`; padding counts as zeros unless `count_padding` is false.

    The stride is the window unless given. \(window) What is beyond the end never counts; a window that saw nothing that
    counts is an error.

    ```xai
    \(example("avg", axes))
    ```
    """
  ) { _, arguments throws(Failure) in
    var x = try operand(arguments, axes)
    var found = try windowAxes(arguments, axes, dilation: [Int](repeating: 1, count: axes))
    var countsPadding = try arguments.bool(5)
    if try arguments.bool(4) {
      let extra = found.enumerated().map { $1.extraForCeiling(x.shape[$0 + 2]) }
      if countsPadding, extra.contains(where: { $0 > 0 }) {
        // The padding becomes elements, so that what lies beyond it does not count.
        let pad = Pad(low: [0, 0] + found.map(\.padLow), high: [0, 0] + found.map(\.padHigh))
        x = try graph { [x] () throws(GraphError) in try x.applying(pad) }
        for place in found.indices { (found[place].padLow, found[place].padHigh) = (0, 0) }
        countsPadding = false
      }
      for place in found.indices { found[place].padHigh += extra[place] }
    }
    let operation = AveragePool(Window(found), countPadding: countsPadding)
    return Value(try graph { [x] () throws(GraphError) in try x.applying(operation) })
  }
}

private func written(_ axes: Int) -> String {
  (axes == 1 ? ["t"] : ["d", "h", "w"].suffix(axes)).joined(separator: ", ")
}

private func example(_ kind: String, _ axes: Int) -> String {
  let sizes = Array(repeating: "4", count: axes).joined(separator: ", ")
  let halves = sizes.replacing("4", with: "2")
  return "\(kind)_pool\(axes)d(ones([1, 1, \(sizes)])).shape   #=> [1, 1, \(halves)]"
}

private func operand(_ arguments: Arguments, _ axes: Int) throws(Failure) -> Variable {
  let x = try arguments.real(0)
  guard x.shape.count == axes + 2 else {
    throw .argument(0, expected: "a tensor [n, c, \(written(axes))]", found: arguments[0])
  }
  return x
}

private func windowAxes(
  _ arguments: Arguments, _ axes: Int, dilation: [Int]
) throws(Failure) -> [WindowAxis] {
  let kernel = try arguments.sizes(1, axes: axes)
  let strides = arguments.isNone(2) ? kernel : try arguments.sizes(2, axes: axes)
  return try arguments.window(kernel: kernel, stride: strides, padding: 3, dilation: dilation)
}

private func adaptive(_ arguments: Arguments) throws(Failure) -> (Variable, [Int]) {
  let x = try arguments.real(0)
  guard (3...5).contains(x.shape.count) else {
    throw .argument(0, expected: "a tensor [n, c, ...] of three to five axes", found: arguments[0])
  }
  return (x, try arguments.sizes(1, axes: x.shape.count - 2))
}

extension Variable {
  /// The maxima over equal shares of the axes after batch and channels, one axis after the other. From
  /// the last to the first, so that the first of equals in row-major order passes the gradient.
  fileprivate func adaptiveMaxima(_ sizes: [Int]) throws(GraphError) -> Variable {
    // The shape is checked as that of the means.
    _ = try Resize(sizes, mode: .area).shape(of: [Operand(shape)])
    var result = self
    for (place, size) in sizes.enumerated().reversed() where size != shape[place + 2] {
      let extent = shape[place + 2]
      let shares = try Variable.make("adaptive_max_pool") { () throws(TensorError) in
        try Kernels.shares(of: extent, size)
      }
      let elements = try apply(Gather(place + 2), [result, shares])
      let largest = try elements.applying(ArgMax(place + 3, keep: true))
      result = try apply(TakeAlong(place + 3), [elements, largest])
        .applying(SqueezeAxes([place + 3]))
    }
    return result
  }
}
