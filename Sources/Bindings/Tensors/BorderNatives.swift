// Natives that pad, resample, and take windows out of axes and put them back.
import Graphs
import Runtime
import Tensors

let borderNatives: [Native] = [
  Native(
    "pad(x: Tensor, widths, mode: String = \"constant\", value: Float = 0) -> Tensor",
    in: "tensors",
    """
    `x` with a border: `value`, or its own elements as `mode` says. Negative widths cut off.

    `widths` is an Int for both sides of every axis, or a list for the last axes, of each an Int or a pair (before, after).
    Modes: "constant"; "reflect" (`c b | a b c | b a`), "edge" (`a a | a b c | c c`), "wrap" (`b c | a b c | a b`).

    ```xai
    list(pad(tensor([1, 2, 3]), [[2, 1]], mode: "reflect"))   #=> [3, 2, 1, 2, 3, 2]
    pad(ones([1, 3, 4, 4]), [1, 1]).shape   #=> [1, 3, 6, 6]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    let (low, high) = try borders(arguments, rank: x.shape.count)
    let (word, value) = (try arguments.string(2), try arguments.float(3))
    let mode = BorderMode(rawValue: word)
    guard word == "constant" || mode != nil else {
      throw .unknown(
        "X0324", "mode", word, among: ["constant"] + BorderMode.allCases.map(\.rawValue))
    }
    return Value(
      try graph { () throws(GraphError) in
        guard let mode else { return try x.applying(Pad(low: low, high: high, value: value)) }
        return try x.applying(BorderPad(low: low, high: high, mode: mode))
      })
  },
  Native(
    "resize(x: Tensor, size = none, mode: String = \"bilinear\", align_corners: Bool = false, scale = none, antialias: Bool = false) -> Tensor",
    in: "networks",
    """
    The last axes of `[..., h, w]` at another `size`, or at `scale` times theirs (rounded down).

    Modes: "linear" (one axis), "bilinear" and "bicubic" (two; a = -3/4), "trilinear" (three); "nearest" (element floor(i · in /
    out)), "nearest_exact" (half-pixel centres) and "area" (means over equal shares) for as many axes as sizes are given, two
    for a single number. Centres lie at half-integers; with `align_corners` the outermost elements meet. `antialias` widens
    linear and cubic filters where the result is smaller.

    ```xai
    resize(ones([1, 1, 2, 2]), [4, 4]).shape   #=> [1, 1, 4, 4]
    list(resize(tensor([0.0, 3.0]), 4, mode: "linear", align_corners: true))   #=> [0.0, 1.0, 2.0, 3.0]
    resize(ones([3, 10, 20]), scale: 0.5).shape   #=> [3, 5, 10]
    ```
    """
  ) { _, arguments throws(Failure) in try resized(arguments) },
  Native(
    "windows(x: Tensor, axis: Int, size: Int, step: Int = 1, dilation: Int = 1) -> Tensor",
    in: "tensors",
    """
    Windows along an axis, without copying: their number takes the place of the axis, their elements are a new last axis.

    `step` elements lie from window to window, `dilation` from element to element.

    ```xai
    list(windows(tensor([1, 2, 3, 4]), 0, 2))   #=> [[1, 2], [2, 3], [3, 4]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    let operation = SlidingWindows(
      try arguments.int(1), size: try arguments.int(2), step: try arguments.int(3),
      dilation: try arguments.int(4))
    return Value(try graph { () throws(GraphError) in try x.applying(operation) })
  },
  Native(
    "overlap_add(x: Tensor, axis: Int = -2, step: Int = 1, dilation: Int = 1, length = none) -> Tensor",
    in: "tensors",
    """
    The adjoint of `windows`: the elements of windows (the last axis) summed where they lay on the axis, which comes back at
    `axis`, where the number of the windows stands. `length` is the size of the axis, by default what the windows reach.

    ```xai
    list(overlap_add(windows(tensor([1, 2, 3, 4]), 0, 2)))   #=> [1, 4, 6, 4]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    let (number, rank) = (try arguments.int(1), x.shape.count)
    let place = number < 0 ? number &+ rank : number
    guard rank >= 2, place >= 0, place < rank - 1 else {
      throw .argument(1, expected: "an axis before the last of \(rank)", found: arguments[1])
    }
    let window = WindowAxis(
      x.shape[rank - 1], stride: try arguments.int(2), dilation: try arguments.int(3))
    guard window.isValid, x.shape[place] > 0, x.shape[place] < WindowAxis.limit else {
      throw Failure(
        "X0308",
        "overlap_add needs windows, and a step and a dilation from 1 to below 2^30; found "
          + "\(window.stride) and \(window.dilation) for a shape \(x.shape)")
    }
    let reach = window.stride * (x.shape[place] - 1) + window.reach
    let length = arguments.isNone(4) ? reach : try arguments.int(4)
    let operation = OverlapAdd(
      place, size: window.kernel, step: window.stride, dilation: window.dilation, extent: length)
    return Value(try graph { () throws(GraphError) in try x.applying(operation) })
  },
  Native(
    "unfold(x: Tensor, kernel, stride = 1, padding = 0, dilation = 1) -> Tensor", in: "networks",
    """
    The patches under the places of a window over `[n, c, ...]`, as columns: `[n, c · taps, places]`, channels first, then
    taps in row-major order (im2col).

    ```xai
    unfold(ones([1, 3, 4, 4]), 2).shape   #=> [1, 12, 9]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    guard (3...5).contains(x.shape.count) else {
      throw .argument(
        0, expected: "a tensor [n, c, ...] of three to five axes", found: arguments[0])
    }
    let window = try patches(arguments, 1, axes: x.shape.count - 2)
    return Value(try graph { () throws(GraphError) in try window.unfolded(x) })
  },
  Native(
    "fold(x: Tensor, size, kernel, stride = 1, padding = 0, dilation = 1) -> Tensor",
    in: "networks",
    """
    The adjoint of `unfold`: columns `[n, c · taps, places]` summed where they lay in `[n, c, ...]` of the given `size`, one
    number for each axis (col2im).

    ```xai
    list(fold(unfold(ones([1, 1, 3, 3]), 2), [3, 3], 2)[0, 0])   #=> [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    let sizes = try arguments.integers(1)
    guard (1...3).contains(sizes.count), sizes.allSatisfy({ $0 > 0 && $0 < WindowAxis.limit })
    else { throw .argument(1, expected: "one to three sizes", found: arguments[1]) }
    let window = try patches(arguments, 2, axes: sizes.count)
    return Value(try graph { () throws(GraphError) in try window.folded(x, sizes: sizes) })
  },
]

/// The window whose kernel, stride, padding and dilation are the arguments from `first` on.
private func patches(_ arguments: Arguments, _ first: Int, axes: Int) throws(Failure) -> Window {
  Window(
    try arguments.window(
      kernel: arguments.sizes(first, axes: axes), stride: arguments.sizes(first + 1, axes: axes),
      padding: first + 2, dilation: arguments.sizes(first + 3, axes: axes)))
}

/// Widths before and after each axis.
private func borders(_ arguments: Arguments, rank: Int) throws(Failure) -> ([Int], [Int]) {
  var count = rank
  if case .list(let list) = arguments[1] { count = list.count }
  guard count <= rank else {
    throw .argument(1, expected: "widths for at most \(rank) axes", found: arguments[1])
  }
  let widths = try arguments.widths(1, axes: count)
  let before = [Int](repeating: 0, count: rank - count)
  return (before + widths.map(\.low), before + widths.map(\.high))
}

private func resized(_ arguments: Arguments) throws(Failure) -> Value {
  let x = try arguments.real(0)
  let (known, needed) = try resizeMode(arguments)
  var mode = known
  let isScaled = arguments.isNone(1)
  guard isScaled != arguments.isNone(4) else {
    throw Failure("X0308", "resize needs a size or a scale, and not both")
  }
  let given = isScaled ? try scales(arguments) : try arguments.integers(1).map { Double($0) }
  var isList = false
  if case .list = arguments[isScaled ? 4 : 1] { isList = true }
  let axes = needed ?? (isList ? given.count : 2)
  guard (1...3).contains(axes), given.count == (isList ? axes : 1), x.shape.count >= axes else {
    throw .argument(
      isScaled ? 4 : 1, expected: "one number, or one for each axis that is resized",
      found: arguments[isScaled ? 4 : 1])
  }
  let own = Array(x.shape.suffix(axes))
  let numbers = !isList ? [Double](repeating: given[0], count: axes) : given
  var sizes = numbers.map { Int(Swift.min(Swift.max($0, -1), 0x1p40)) }
  if isScaled {
    sizes = zip(own, numbers).map { Int((Double($0) * $1).rounded(.down)) }
    mode.scales = numbers
  }
  guard sizes.allSatisfy({ $0 > 0 && $0 < 1 << 40 }), !x.shape.contains(0) else {
    throw Failure(
      "X0308",
      "resize cannot make the sizes \(own) into \(sizes): all must be positive, and below 2^40")
  }
  let lead = Array(x.shape.dropLast(axes))
  return Value(
    try graph { [mode, sizes] () throws(GraphError) in
      let maps = try x.reshaped([lead.reduce(1, *), 1] + own)
      return try maps.applying(Resize(sizes, mode: mode)).reshaped(lead + sizes)
    })
}

private func scales(_ arguments: Arguments) throws(Failure) -> [Double] {
  var numbers: [Double] = []
  if case .list(let list) = arguments[4] {
    for place in 0..<list.count { numbers.append(list[place].number ?? -1) }
  } else {
    numbers = [try arguments.float(4)]
  }
  guard !numbers.isEmpty, numbers.allSatisfy({ $0 > 1e-6 && $0 < 1e6 }) else {
    throw .argument(4, expected: "a scale from 1e-6 to 1e6 or a list of them", found: arguments[4])
  }
  return numbers
}

/// The mode that the words ask for, and the number of axes that it is for; nil where any will do.
private func resizeMode(_ arguments: Arguments) throws(Failure) -> (ResizeMode, Int?) {
  let (name, corners, antialias) = (
    try arguments.string(2), try arguments.bool(3), try arguments.bool(5)
  )
  let modes: [String: (ResizeMode, Int?)] = [
    "nearest": (.nearest, nil), "nearest_exact": (ResizeMode(.nearest(.preferCeil)), nil),
    "area": (.area, nil), "linear": (ResizeMode(.linear), 1),
    "bilinear": (ResizeMode(.linear), 2), "trilinear": (ResizeMode(.linear), 3),
    "bicubic": (.bicubic, 2),
  ]
  guard let known = modes[name] else {
    throw .unknown("X0324", "mode", name, among: modes.keys.sorted())
  }
  let axes = known.1
  var mode = known.0
  guard axes != nil || !(corners || antialias) else {
    throw Failure(
      "X0308", "align_corners and antialias are for linear and cubic filters, not for \"\(name)\"")
  }
  if corners { mode.coordinates = .alignCorners }
  if antialias {
    // As in PyTorch: bicubic with a = -1/2, and no weight beyond the border.
    (mode.antialias, mode.excludesOutside) = (true, true)
    if case .cubic = mode.filter { mode.filter = .cubic(-0.5) }
  }
  return (mode, axes)
}
