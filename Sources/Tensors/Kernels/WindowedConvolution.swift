// Convolution over one, two or three axes, and its two gradients, by the kernels for two.
//
// A series is an image of height 1. Of a volume, every tap along the depth is a convolution of the
// planes that it meets, which are the images of one batch; the taps add up.

extension Kernels {
  /// x [N, C, …] by weight [O, C / groups, …], plus bias [O], then the epilogue; channels together.
  package static func convolve(
    _ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, _ window: Window,
    epilogue: Epilogue = .none
  ) throws(TensorError) -> Tensor {
    let shape = try window.convolved(x.shape, weight.shape, "convolve")
    switch window.axes.count {
    case 1:
      var epilogue = epilogue
      epilogue.residual = try lifted(epilogue.residual)
      return try convolve(
        x.expanded(at: 2), weight.expanded(at: 2), bias: bias, window.plane, epilogue: epilogue
      ).squeezed(2)
    case 2:
      return try convolve(x, weight, bias: bias, window.plane, epilogue: epilogue)
    default:
      return try VolumeConvolution(window, x.shape, shape).forward(x, weight, bias, epilogue)
    }
  }

  /// The gradient of `convolve` at its input of the given sizes, for an output gradient g [N, O, …].
  package static func convolveInputGradient(
    _ g: Tensor, _ weight: Tensor, _ window: Window, inputSizes: [Int]
  ) throws(TensorError) -> Tensor {
    let operation = "convolveInputGradient"
    guard g.rank == window.axes.count + 2, weight.rank == g.rank, inputSizes.count + 2 == g.rank
    else {
      throw .shapes(
        operation: operation, shapes: [g.shape, weight.shape, inputSizes],
        reason: "\(window.axes.count + 2) axes are needed, batch and channels first")
    }
    let (channels, overflow) = weight.shape[1].multipliedReportingOverflow(by: window.groups)
    if overflow { throw .overflow(shape: weight.shape) }
    let shape = [g.shape[0], channels] + inputSizes
    try check(g, try window.convolved(shape, weight.shape, operation), operation)
    switch window.axes.count {
    case 1:
      return try convolveInputGradient(
        g.expanded(at: 2), weight.expanded(at: 2), window.plane, inputSize: (1, inputSizes[0])
      ).squeezed(2)
    case 2:
      return try convolveInputGradient(
        g, weight, window.plane, inputSize: (inputSizes[0], inputSizes[1]))
    default:
      return try VolumeConvolution(window, shape, g.shape).inputGradient(g, weight)
    }
  }

  /// The gradient of `convolve` at its weight, for an output gradient g [N, O, …].
  package static func convolveWeightGradient(
    _ x: Tensor, _ g: Tensor, _ window: Window
  ) throws(TensorError) -> Tensor {
    let operation = "convolveWeightGradient"
    guard g.rank == window.axes.count + 2, x.rank == g.rank, window.groups >= 1 else {
      throw .shapes(
        operation: operation, shapes: [x.shape, g.shape],
        reason: "\(window.axes.count + 2) axes are needed, batch and channels first")
    }
    let shape = [g.shape[1], x.shape[1] / window.groups] + window.kernel
    try check(g, try window.convolved(x.shape, shape, operation), operation)
    switch window.axes.count {
    case 1:
      return try convolveWeightGradient(
        x.expanded(at: 2), g.expanded(at: 2), window.plane, kernel: window.plane.kernel
      ).squeezed(2)
    case 2:
      return try convolveWeightGradient(x, g, window.plane, kernel: window.plane.kernel)
    default:
      return try VolumeConvolution(window, x.shape, g.shape).weightGradient(x, g, shape)
    }
  }

  private static func lifted(_ x: Tensor?) throws(TensorError) -> Tensor? {
    guard let x else { return nil }
    return try x.expanded(at: 2)
  }

  private static func check(
    _ g: Tensor, _ shape: [Int], _ operation: String
  ) throws(TensorError) {
    guard g.shape == shape else {
      throw .shapes(
        operation: operation, shapes: [g.shape, shape], reason: "the first should be the second")
    }
  }
}

/// A convolution over depth, height and width whose sizes have been checked.
private struct VolumeConvolution {
  let depth: WindowAxis
  let plane: Window2D
  /// [N, C, D, H, W] and [N, O, D', H', W'].
  let input, output: [Int]

  init(_ window: Window, _ input: [Int], _ output: [Int]) {
    (depth, plane) = (window.axes[0], window.plane)
    (self.input, self.output) = (input, output)
  }

  /// Calls `body` for each example and tap along the depth that meets it: the tap, the places that
  /// it is met at, and the first element there.
  private func visit(
    _ operation: String, _ body: (Int, Int, Range<Int>, Int) throws(TensorError) -> Void
  ) throws(TensorError) {
    for example in 0..<input[0] {
      for tap in 0..<depth.kernel {
        if Interruption.requested { throw .interrupted(operation: operation) }
        let places = depth.places(meeting: tap, over: input[2], of: output[2])
        guard let place = places.first else { continue }
        try body(
          example, tap, places, place * depth.stride - depth.padLow + tap * depth.dilation)
      }
    }
  }

  /// Planes of an example [D, C, H, W]: `count` of them from `first` on, every `step`-th.
  private func planes(
    _ x: Tensor, _ example: Int, _ first: Int, _ count: Int, _ step: Int
  ) throws(TensorError) -> Tensor {
    try x.selected(axis: 0, index: example)
      .sliced(axis: 1, from: first, count: count, step: count > 1 ? step : 1)
      .permuted([1, 0, 2, 3])
  }

  func forward(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ epilogue: Epilogue
  ) throws(TensorError) -> Tensor {
    if let bias, bias.shape != [output[1]] {
      throw .shapes(
        operation: "convolve", shapes: [weight.shape, bias.shape],
        reason: "the bias needs one number per output channel")
    }
    let type = max(x.type, weight.type).real
    let result = try Tensor.zerosTogether(output, type)
    if result.count > 0 {
      let (x, weight) = (try x.cast(to: type).channelsTogether(), try weight.cast(to: type))
      try visit("convolve") { example, tap, places, first throws(TensorError) in
        let part = try Kernels.convolve(
          planes(x, example, first, places.count, depth.stride),
          weight.selected(axis: 2, index: tap), plane)
        try Kernels.accumulate(
          part, into: try planes(result, example, places.lowerBound, places.count, 1))
      }
    }
    let column = try bias?.cast(to: type).reshaped([output[1], 1, 1, 1])
    return try epilogue.applied(to: result, bias: column, "convolve")
  }

  func inputGradient(_ g: Tensor, _ weight: Tensor) throws(TensorError) -> Tensor {
    let type = max(g.type, weight.type).real
    let result = try Tensor.zerosTogether(input, type)
    if result.count == 0 || g.count == 0 { return result }
    let (g, weight) = (try g.cast(to: type).channelsTogether(), try weight.cast(to: type))
    try visit("convolveInputGradient") { example, tap, places, first throws(TensorError) in
      let part = try Kernels.convolveInputGradient(
        planes(g, example, places.lowerBound, places.count, 1),
        weight.selected(axis: 2, index: tap), plane, inputSize: (input[3], input[4]))
      try Kernels.accumulate(
        part, into: try planes(result, example, first, places.count, depth.stride))
    }
    return result
  }

  func weightGradient(
    _ x: Tensor, _ g: Tensor, _ shape: [Int]
  ) throws(TensorError) -> Tensor {
    let type = max(x.type, g.type).real
    let result = try Tensor.zeros(shape, type)
    if result.count == 0 || g.count == 0 || x.count == 0 { return result }
    let (x, g) = (try x.cast(to: type).channelsTogether(), try g.cast(to: type).channelsTogether())
    try visit("convolveWeightGradient") { example, tap, places, first throws(TensorError) in
      let part = try Kernels.convolveWeightGradient(
        planes(x, example, first, places.count, depth.stride),
        planes(g, example, places.lowerBound, places.count, 1), plane, kernel: plane.kernel)
      try Kernels.accumulate(part, into: try result.selected(axis: 2, index: tap))
    }
    return result
  }
}
