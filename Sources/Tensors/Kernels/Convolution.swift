// Two-dimensional convolution (cross-correlation, as in neural networks) and its two gradients.

extension Kernels {
  /// x [N, C, H, W] by weight [O, C / groups, h, w], plus bias [O], then the epilogue: [N, O, H',
  /// W'], channels last.
  package static func convolve(
    _ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, _ window: Window2D,
    epilogue: Epilogue = .none
  ) throws(TensorError) -> Tensor {
    let geometry = try ConvolutionGeometry(x.shape, weight.shape, window, "convolve")
    if let bias, bias.shape != [geometry.outputs] {
      throw .shapes(
        operation: "convolve", shapes: [weight.shape, bias.shape],
        reason: "the bias needs one number per output channel")
    }
    let type = max(x.type, weight.type).real
    let (x, weight) = (try x.cast(to: type), try weight.cast(to: type))
    if type == .f32 {
      let shape = geometry.resultShape
      let strides = Shape.channelsLast(shape)
      let result = try Tensor(uninitialised: shape, strides: strides, type)
      if result.count == 0 { return result }
      try SingleConvolution(geometry: geometry).forward(
        x, weight, bias, result,
        try epilogue.fused(shape: shape, strides: strides, "convolve"))
      return result
    }
    let result = try zerosChannelsLast(geometry.resultShape, type)
    try geometry.convolveDouble(x, weight, result)
    let column = try bias?.reshaped([geometry.outputs, 1, 1])
    return try epilogue.applied(to: result, bias: column, "convolve")
  }

  /// The gradient of `convolve` at its input, for an output gradient g [N, O, H', W']: [N, C, H,
  /// W], channels last.
  package static func convolveInputGradient(
    _ g: Tensor, _ weight: Tensor, _ window: Window2D, inputSize: (h: Int, w: Int)
  ) throws(TensorError) -> Tensor {
    guard g.rank == 4, weight.rank == 4 else {
      throw .shapes(
        operation: "convolveInputGradient", shapes: [g.shape, weight.shape],
        reason: "four axes are needed")
    }
    let (channels, overflow) = weight.shape[1].multipliedReportingOverflow(by: window.groups)
    if overflow { throw .overflow(shape: weight.shape) }
    let shape = [g.shape[0], channels, inputSize.h, inputSize.w]
    let geometry = try ConvolutionGeometry(shape, weight.shape, window, "convolveInputGradient")
    try geometry.check(gradient: g, "convolveInputGradient")
    let type = max(g.type, weight.type).real
    let (g, weight) = (try g.cast(to: type), try weight.cast(to: type))
    if type == .f32, g.count > 0, shape.allSatisfy({ $0 > 0 }) {
      return try SingleConvolution(geometry: geometry).inputGradient(g, weight)
    }
    let result = try zerosChannelsLast(shape, type)
    if type == .f64 { try geometry.inputGradientDouble(g, weight, result) }
    return result
  }

  /// The gradient of `convolve` at its weight, for an output gradient g [N, O, H', W']: [O, C /
  /// groups, h, w].
  package static func convolveWeightGradient(
    _ x: Tensor, _ g: Tensor, _ window: Window2D, kernel: (h: Int, w: Int)
  ) throws(TensorError) -> Tensor {
    guard g.rank == 4, x.rank == 4, window.groups >= 1 else {
      throw .shapes(
        operation: "convolveWeightGradient", shapes: [x.shape, g.shape],
        reason: "four axes are needed")
    }
    let shape = [g.shape[1], x.shape[1] / window.groups, kernel.h, kernel.w]
    let geometry = try ConvolutionGeometry(x.shape, shape, window, "convolveWeightGradient")
    try geometry.check(gradient: g, "convolveWeightGradient")
    let type = max(g.type, x.type).real
    let (g, x) = (try g.cast(to: type), try x.cast(to: type))
    if type == .f32 && x.count > 0 && g.count > 0 {
      return try SingleConvolution(geometry: geometry).weightGradient(x, g)
    }
    if type == .f64 { return try geometry.weightGradientDouble(x, g) }
    return try Tensor.zeros(shape, type)
  }

  /// A tensor N×C×H×W of zeros whose channels lie together.
  static func zerosChannelsLast(
    _ shape: [Int], _ type: ElementType
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, strides: Shape.channelsLast(shape), type)
    result.storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: result.bytes)
    return result
  }
}

/// The checked sizes of one convolution.
struct ConvolutionGeometry {
  let batch: Int
  /// Input channels, all groups together.
  let inputs: Int
  /// Output channels, all groups together.
  let outputs: Int
  let inputSize: (h: Int, w: Int)
  let outputSize: (h: Int, w: Int)
  let window: Window2D

  var resultShape: [Int] { [batch, outputs, outputSize.h, outputSize.w] }

  /// Checks an input [N, C, H, W] and a weight [O, C / groups, h, w] against each other and the
  /// window.
  init(
    _ input: [Int], _ weight: [Int], _ window: Window2D, _ operation: String
  ) throws(TensorError) {
    guard input.count == 4, weight.count == 4 else {
      throw .shapes(operation: operation, shapes: [input, weight], reason: "four axes are needed")
    }
    inputSize = (input[2], input[3])
    outputSize = try window.outputSize((input[2], input[3]), operation)
    (batch, inputs, outputs, self.window) = (input[0], input[1], weight[0], window)
    let groups = window.groups
    guard inputs % groups == 0, outputs % groups == 0, weight[1] == inputs / groups else {
      throw .shapes(
        operation: operation, shapes: [input, weight],
        reason: "the channels do not fit \(groups == 1 ? "one another" : "\(groups) groups")")
    }
    guard weight[2] == window.kernel.h, weight[3] == window.kernel.w else {
      throw .shapes(
        operation: operation, shapes: [weight, [window.kernel.h, window.kernel.w]],
        reason: "the weight differs from the window's kernel")
    }
  }

  func check(gradient g: Tensor, _ operation: String) throws(TensorError) {
    guard g.shape == resultShape else {
      throw .shapes(
        operation: operation, shapes: [g.shape, resultShape],
        reason: "the first should be the second")
    }
  }

  /// The kernel rows that meet the image when the window stands at an output row.
  func rows(_ place: Int) -> Range<Int> {
    Window2D.taps(
      place, kernel: window.kernel.h, stride: window.strides.h, dilation: window.dilation.h,
      pad: window.padLow.h, extent: inputSize.h)
  }

  /// The kernel columns that meet the image when the window stands at an output column.
  func columns(_ place: Int) -> Range<Int> {
    Window2D.taps(
      place, kernel: window.kernel.w, stride: window.strides.w, dilation: window.dilation.w,
      pad: window.padLow.w, extent: inputSize.w)
  }
}
