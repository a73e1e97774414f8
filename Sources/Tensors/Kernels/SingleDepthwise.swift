// Depthwise convolution in single precision, forwards and backwards.

import CKernels

extension SingleConvolution {
  /// The filter [C, 1, h, w] as h × w × C, turned by half a revolution for the gradient.
  private func depthwiseFilter(_ weight: Tensor, turned: Bool) throws(TensorError) -> Storage {
    let (h, w) = geometry.window.kernel
    let channels = geometry.outputs
    let from = weight.pointer(Float.self)
    let strides = weight.strides
    return try weight.storage.packed(
      PackingKey(turned ? .turnedDepthwise : .depthwise, weight), count: h * w * channels
    ) { packed in
      for r in 0..<h {
        for q in 0..<w {
          let tap =
            from + (turned ? h - 1 - r : r) * strides[2] + (turned ? w - 1 - q : q) * strides[3]
          let to = packed + (r * w + q) * channels
          for c in 0..<channels { to[c] = tap[c * strides[0]] }
        }
      }
    }
  }

  /// The sizes of the kernel call, without its operands.
  private var depthwiseSizes: ck_depthwise {
    var d = ck_depthwise()
    let window = geometry.window
    (d.images, d.channels) = (geometry.batch, geometry.outputs)
    (d.kernel_h, d.kernel_w) = window.kernel
    (d.stride_h, d.stride_w) = window.strides
    (d.dilation_h, d.dilation_w) = window.dilation
    (d.pad_h, d.pad_w) = window.padLow
    (d.height, d.width) = geometry.inputSize
    (d.out_height, d.out_width) = geometry.outputSize
    return d
  }

  /// The tensor with its channels next to one another, whatever its other strides.
  private func channelsTogether(_ x: Tensor) throws(TensorError) -> Tensor {
    x.strides[1] == 1 ? x : try x.channelsLast()
  }

  func depthwise(
    _ x: Tensor, _ weight: Tensor, _ y: Tensor, _ epilogue: ck_epilogue
  ) throws(TensorError) -> Bool {
    let filter = try depthwiseFilter(weight, turned: false)
    let x = try channelsTogether(x)
    var d = depthwiseSizes
    d.x = UnsafePointer(x.pointer(Float.self))
    (d.x_image, d.x_row, d.x_pixel) = (x.strides[0], x.strides[2], x.strides[3])
    (d.w, d.y) = (UnsafePointer(filter.floats), y.pointer(Float.self))
    (d.bias, d.add, d.clip) = (epilogue.bias, epilogue.add, epilogue.clip)
    (d.low, d.high) = (epilogue.low, epilogue.high)
    return withExtendedLifetime((filter, x)) { ck_convolve_depthwise(&d) }
  }

  /// The gradient at the input: a depthwise convolution with the turned filter for stride 1, else
  /// gathered.
  func depthwiseInputGradient(
    _ g: Tensor, _ weight: Tensor, _ result: Tensor
  ) throws(TensorError) -> Bool {
    let window = geometry.window
    let plain = window.strides == (1, 1)
    let filter = try depthwiseFilter(weight, turned: plain)
    let g = try channelsTogether(g)
    var d = depthwiseSizes
    d.x = UnsafePointer(g.pointer(Float.self))
    (d.x_image, d.x_row, d.x_pixel) = (g.strides[0], g.strides[2], g.strides[3])
    (d.w, d.y) = (UnsafePointer(filter.floats), result.pointer(Float.self))
    (d.height, d.width) = geometry.outputSize
    (d.out_height, d.out_width) = geometry.inputSize
    if plain {
      d.pad_h = window.dilation.h * (window.kernel.h - 1) - window.padLow.h
      d.pad_w = window.dilation.w * (window.kernel.w - 1) - window.padLow.w
    }
    return withExtendedLifetime((filter, g)) {
      plain ? ck_convolve_depthwise(&d) : ck_convolve_depthwise_input(&d)
    }
  }

  /// The gradient at the filter, [C, 1, h, w].
  func depthwiseFilterGradient(_ x: Tensor, _ g: Tensor) throws(TensorError) -> Tensor {
    let (x, g) = (try channelsTogether(x), try g.channelsLast())
    let (h, w) = geometry.window.kernel
    let sums = try Tensor(uninitialised: [h, w, geometry.outputs, 1], .f32)
    var d = depthwiseSizes
    d.x = UnsafePointer(x.pointer(Float.self))
    (d.x_image, d.x_row, d.x_pixel) = (x.strides[0], x.strides[2], x.strides[3])
    d.add = UnsafePointer(g.pointer(Float.self))
    let whole = withExtendedLifetime((x, g)) {
      ck_convolve_depthwise_filter(&d, sums.pointer(Float.self))
    }
    if !whole { throw Interruption.error("convolveWeightGradient") }
    return try sums.permuted([2, 3, 0, 1]).contiguous()
  }
}
