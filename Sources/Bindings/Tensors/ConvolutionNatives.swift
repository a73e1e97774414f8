// Natives that convolve, and their transposes.
import Graphs
import Runtime
import Tensors

let convolutionNatives: [Native] = (1...3).flatMap { [convolution($0), transposed($0)] }

/// How a shape of so many axes after batch and channels is written.
private func written(_ axes: Int, _ prefix: String = "") -> String {
  (axes == 1 ? ["t"] : ["d", "h", "w"].suffix(axes)).map { prefix + $0 }.joined(separator: ", ")
}

private func noun(_ axes: Int) -> String { ["series", "images", "volumes"][axes - 1] }

private let window = """
  `stride`, `padding` and `dilation` are an Int or a list with one for each axis. `padding` may also be a list of pairs
  (before and after), "valid" for none, or "same" for what keeps the size at stride 1.
  """

private func convolution(_ axes: Int) -> Native {
  let ones = Array(repeating: "1", count: axes).joined(separator: ", ")
  let sizes = Array(repeating: "4", count: axes).joined(separator: ", ")
  return Native(
    "conv\(axes)d(x: Tensor, weight: Tensor, bias = none, stride = 1, padding = 0, dilation = 1, groups: Int = 1) -> Tensor",
    in: "networks",
    """
    The \(axes)-D cross-correlation of \(noun(axes)) `[n, c, \(written(axes))]` with `weight` `[out, c / groups, \(written(axes, "k"))]`.

    \(window)

    ```xai
    conv\(axes)d(ones([1, 1, \(sizes)]), ones([2, 1, \(ones.replacing("1", with: "3"))]), padding: 1).shape   #=> [1, 2, \(sizes)]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (inputs, kernel) = try operands(arguments, axes)
    let window = Window(
      try arguments.window(
        kernel: kernel, stride: arguments.sizes(3, axes: axes), padding: 4,
        dilation: arguments.sizes(5, axes: axes)),
      groups: try arguments.int(6))
    return Value(
      try graph { () throws(GraphError) in try Graphs.apply(Convolution(window), inputs) })
  }
}

private func transposed(_ axes: Int) -> Native {
  let sizes = Array(repeating: "4", count: axes).joined(separator: ", ")
  let kernel = sizes.replacing("4", with: "2")
  return Native(
    "conv_transpose\(axes)d(x: Tensor, weight: Tensor, bias = none, stride = 1, padding = 0, output_padding = 0, dilation = 1, groups: Int = 1) -> Tensor",
    in: "networks",
    """
    The transpose of a \(axes)-D convolution: \(noun(axes)) `[n, c, \(written(axes))]` spread out with `weight` `[c, out / groups, \(written(axes, "k"))]`.

    Each size becomes `(size - 1) · stride - padding + dilation · (k - 1) + 1 + output_padding`, with the padding of both
    sides, which is cut off.
    \(window)

    ```xai
    conv_transpose\(axes)d(ones([1, 2, \(sizes)]), ones([2, 3, \(kernel)]), stride: 2).shape   #=> [1, 3, \(sizes.replacing("4", with: "8"))]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (inputs, kernel) = try operands(arguments, axes)
    let extra = try arguments.sizes(5, axes: axes)
    guard extra.allSatisfy({ $0 >= 0 && $0 < WindowAxis.limit }) else {
      throw .argument(5, expected: "widths from 0 to below 2^30", found: arguments[5])
    }
    let window = Window(
      try arguments.window(
        kernel: kernel, stride: arguments.sizes(3, axes: axes), padding: 4,
        dilation: arguments.sizes(6, axes: axes)),
      groups: try arguments.int(7))
    return Value(
      try graph { () throws(GraphError) in try window.transposed(inputs, extra: extra) })
  }
}

/// The input, the weight and perhaps the bias, and the sizes of the kernel.
private func operands(
  _ arguments: Arguments, _ axes: Int
) throws(Failure) -> ([Variable], [Int]) {
  var inputs = [try arguments.real(0), try arguments.real(1)]
  if let bias = try arguments.optionalVariable(2) { inputs.append(bias) }
  guard inputs[0].shape.count == axes + 2 else {
    throw .argument(
      0, expected: "\(noun(axes)) [n, c, \(written(axes))]", found: arguments[0])
  }
  guard inputs[1].shape.count == axes + 2 else {
    throw .argument(1, expected: "a weight of \(axes + 2) axes", found: arguments[1])
  }
  return (inputs, Array(inputs[1].shape[2...]))
}
