// Convolution in single precision: which of the fast kernels computes it, from which layout of its
// operands.

import CKernels

/// A convolution of f32 tensors whose sizes have been checked.
struct SingleConvolution {
  let geometry: ConvolutionGeometry

  private var window: Window2D { geometry.window }
  private var groupInputs: Int { geometry.inputs / window.groups }
  private var groupOutputs: Int { geometry.outputs / window.groups }

  /// Whether every channel is convolved on its own with one filter.
  var isDepthwise: Bool { window.groups > 1 && groupInputs == 1 && groupOutputs == 1 }

  /// Whether Winograd's transforms save more than they cost: 3×3, and enough tiles to share the
  /// weights, whose transforms cost about as much as the products of six tiles.
  static func winogradPays(
    kernel: (h: Int, w: Int), strides: (h: Int, w: Int), dilation: (h: Int, w: Int),
    images: Int, size: (h: Int, w: Int), inputs: Int, outputs: Int
  ) -> Bool {
    kernel == (3, 3) && strides == (1, 1) && dilation == (1, 1) && inputs >= 8
      && outputs >= 8 && 9 * images * size.h * size.w > 36 * (tiles(images, size) + 6)
  }

  /// Winograd's tiles of 4×4 results.
  static func tiles(_ images: Int, _ size: (h: Int, w: Int)) -> Int {
    images * ((size.h + 3) / 4) * ((size.w + 3) / 4)
  }

  /// y = x ∗ weight + bias, then the epilogue, into `y`, dense with channels last.
  func forward(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ y: Tensor, _ epilogue: FusedEpilogue
  ) throws(TensorError) {
    let bias = try bias?.cast(to: .f32).contiguous()
    var values = epilogue.values(bias: bias, rowStep: geometry.outputs)
    let whole: Bool
    if isDepthwise {
      whole = try depthwise(x, weight, y, values)
    } else if isPointwise, x.rank == 4, x.isChannelsLast {
      whole = try pointwise(x, weight, y, values)
    } else {
      let winograd = Self.winogradPays(
        kernel: window.kernel, strides: window.strides, dilation: window.dilation,
        images: geometry.batch, size: geometry.outputSize, inputs: groupInputs,
        outputs: groupOutputs)
      let image = try padded(x, forWinograd: winograd && window.groups == 1)
      var complete = true
      for group in 0..<window.groups where complete {
        complete = try filtered(
          image, weight, y, values, group: group, winograd: winograd && window.groups == 1)
        values.bias = values.bias.map { $0 + groupOutputs }
        values.add = values.add.map { $0 + groupOutputs }
      }
      whole = complete
    }
    withExtendedLifetime((bias, epilogue)) {}
    if !whole { throw Interruption.error("convolve") }
  }

  private var isPointwise: Bool {
    window.kernel == (1, 1) && window.strides == (1, 1) && window.padLow == (0, 0)
      && window.padHigh == (0, 0) && window.groups == 1
  }

  /// A 1×1 convolution: all pixels are the rows of one matrix product.
  private func pointwise(
    _ x: Tensor, _ weight: Tensor, _ y: Tensor, _ epilogue: ck_epilogue
  ) throws(TensorError) -> Bool {
    let (k, n) = (geometry.inputs, geometry.outputs)
    let from = weight.pointer(Float.self)
    let packed = try weight.storage.packed(
      PackingKey(.matrix, weight), count: ck_packed_size(k, n)
    ) { ck_pack_matrix(from, weight.strides[1], weight.strides[0], k, n, $0) }
    var p = ck_product()
    (p.m, p.n, p.k) = (y.count / max(1, n), n, k)
    (p.a, p.a_row, p.a_column) = (UnsafePointer(x.pointer(Float.self)), k, 1)
    p.packed = UnsafePointer(packed.floats)
    (p.c, p.c_row) = (y.pointer(Float.self), n)
    p.epilogue = epilogue
    return withExtendedLifetime(packed) { ck_multiply(&p) }
  }

  /// The image with its padding, channels together: itself if it needs none.
  func padded(_ x: Tensor, forWinograd winograd: Bool) throws(TensorError) -> Tensor {
    var height = geometry.inputSize.h + window.padLow.h + window.padHigh.h
    var width = geometry.inputSize.w + window.padLow.w + window.padHigh.w
    if winograd {
      height = max(height, (geometry.outputSize.h + 3) / 4 * 4 + 2)
      width = max(width, (geometry.outputSize.w + 3) / 4 * 4 + 2)
    }
    let isReady =
      (height, width) == geometry.inputSize && (x.strides[1] == 1 || x.shape[1] == 1)
      && (!winograd || x.strides[3] == x.shape[1])
    if isReady { return x }
    return try Self.padded(
      x, low: (window.padLow.h, window.padLow.w), size: (height, width), "convolve")
  }

  /// A copy of x [N, C, H, W] with zeros around it, or cut off, channels last: [N, C, size].
  static func padded(
    _ x: Tensor, low: (h: Int, w: Int), size: (h: Int, w: Int), _ operation: String
  ) throws(TensorError) -> Tensor {
    let shape = [x.shape[0], x.shape[1], size.h, size.w]
    let result = try Tensor(uninitialised: shape, strides: Shape.channelsLast(shape), .f32)
    var p = ck_padding()
    p.in = UnsafePointer(x.pointer(Float.self))
    (p.in_image, p.in_channel, p.in_row, p.in_pixel) = (
      x.strides[0], x.shape[1] == 1 ? 1 : x.strides[1], x.strides[2], x.strides[3]
    )
    (p.images, p.channels, p.height, p.width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    p.out = result.pointer(Float.self)
    (p.low_h, p.low_w, p.out_height, p.out_width) = (low.h, low.w, size.h, size.w)
    if !ck_pad(&p) { throw Interruption.error(operation) }
    return result
  }

  /// One group of a convolution of a padded image.
  private func filtered(
    _ image: Tensor, _ weight: Tensor, _ y: Tensor, _ epilogue: ck_epilogue, group: Int,
    winograd: Bool
  ) throws(TensorError) -> Bool {
    let packed = try packedFilter(weight, group)
    var c = ck_convolution()
    c.x = UnsafePointer(image.pointer(Float.self) + group * groupInputs)
    (c.x_image, c.x_row, c.x_pixel) = (image.strides[0], image.strides[2], image.strides[3])
    c.w = UnsafePointer(packed.floats)
    c.y = y.pointer(Float.self) + group * groupOutputs
    (c.y_image, c.y_row, c.y_pixel) = (y.strides[0], y.strides[2], y.strides[3])
    (c.images, c.out_height, c.out_width) = (
      geometry.batch, geometry.outputSize.h, geometry.outputSize.w
    )
    (c.inputs, c.outputs) = (groupInputs, groupOutputs)
    (c.kernel_h, c.kernel_w) = window.kernel
    (c.stride_h, c.stride_w) = window.strides
    (c.dilation_h, c.dilation_w) = window.dilation
    c.epilogue = epilogue
    return withExtendedLifetime((packed, image)) { winograd ? ck_winograd(&c) : ck_convolve(&c) }
  }

  /// The packed filter of one group.
  func packedFilter(_ weight: Tensor, _ group: Int) throws(TensorError) -> Storage {
    var filter = ck_filter()
    let start = weight.offset + group * groupOutputs * weight.strides[0]
    filter.w = UnsafePointer(weight.storage.floats + start)
    (filter.row, filter.column) = (weight.strides[2], weight.strides[3])
    (filter.input, filter.output) = (weight.strides[1], weight.strides[0])
    (filter.kernel_h, filter.kernel_w) = window.kernel
    (filter.inputs, filter.outputs) = (groupInputs, groupOutputs)
    return try Self.packed(filter, PackingKey(.filter, weight, [group, groupOutputs]), weight)
  }

  /// The packed form of a filter, kept with the storage of its weight.
  static func packed(
    _ filter: ck_filter, _ key: PackingKey, _ weight: Tensor
  ) throws(TensorError) -> Storage {
    var filter = filter
    let count = ck_filter_size(filter.kernel_h, filter.kernel_w, filter.inputs, filter.outputs)
    return try weight.storage.packed(key, count: count) { ck_pack_filter(&filter, $0) }
  }
}

extension Tensor {
  /// Whether an N×C×H×W tensor is dense with its channels together.
  var isChannelsLast: Bool {
    rank == 4
      && Shape.isRowMajor([0, 2, 3, 1].map { shape[$0] }, [0, 2, 3, 1].map { strides[$0] })
  }
}
