// The gradients of a convolution in single precision.

import CKernels

/// Along one axis, the input places that a stride divides with the same rest: their gradients are a
/// convolution of stride 1 of the output gradient with those taps of the kernel that meet them.
private struct Phase {
  /// The first input place, and how many there are, `stride` apart.
  let first: Int
  let count: Int
  /// The taps in the order in which they meet ascending output places.
  let taps: [Int]
  /// The output place under the first tap at the first input place; may be negative.
  let start: Int
  /// Output places from tap to tap.
  let dilation: Int

  /// The phases of an axis: place i of the input meets tap k at output (i + pad - k · dilation) /
  /// stride.
  static func all(
    extent: Int, kernel: Int, stride: Int, dilation: Int, pad: Int
  ) -> [Phase] {
    // A stride may be far larger than the kernel: only places that meet a tap are listed.
    let rests = Set((0..<kernel).map { ((($0 * dilation - pad) % stride) + stride) % stride })
    return rests.filter { $0 < extent }.sorted().map { first in
      let taps = (0..<kernel).reversed().filter { (first + pad - $0 * dilation) % stride == 0 }
      let places = taps.map { (first + pad - $0 * dilation) / stride }
      return Phase(
        first: first, count: (extent - first + stride - 1) / stride, taps: taps,
        start: places.first ?? 0, dilation: places.count > 1 ? places[1] - places[0] : 1)
    }
  }

  /// The output places that the phase reads: from `start` up to but excluding this one.
  var end: Int { start + count + (taps.count - 1) * dilation }
}

extension SingleConvolution {
  /// The gradient at the input, [N, C, H, W], dense with channels last.
  func inputGradient(_ g: Tensor, _ weight: Tensor) throws(TensorError) -> Tensor {
    let shape = [geometry.batch, geometry.inputs, geometry.inputSize.h, geometry.inputSize.w]
    let result = try Tensor(uninitialised: shape, strides: Shape.channelsLast(shape), .f32)
    let merged = MergedInputGradient(geometry: geometry)
    if isDepthwise {
      let whole = try depthwiseInputGradient(g, weight, result)
      if !whole { throw Interruption.error("convolveInputGradient") }
    } else if merged.pays {
      try merged.run(g, weight, result)
    } else {
      try inputGradient(g, weight, into: result)
    }
    return result
  }

  /// The same by phases, into a tensor without contents.
  private func inputGradient(
    _ g: Tensor, _ weight: Tensor, into result: Tensor
  ) throws(TensorError) {
    let window = geometry.window
    let rows = Phase.all(
      extent: geometry.inputSize.h, kernel: window.kernel.h, stride: window.strides.h,
      dilation: window.dilation.h, pad: window.padLow.h
    ).filter { !$0.taps.isEmpty }
    let columns = Phase.all(
      extent: geometry.inputSize.w, kernel: window.kernel.w, stride: window.strides.w,
      dilation: window.dilation.w, pad: window.padLow.w
    ).filter { !$0.taps.isEmpty }
    // Where a stride passes over the kernel, there are places that no tap meets.
    let meetsAll =
      rows.map(\.count).reduce(0, +) == geometry.inputSize.h
      && columns.map(\.count).reduce(0, +) == geometry.inputSize.w
    if !meetsAll {
      result.storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: result.bytes)
    }
    guard let top = rows.map(\.start).min(), let left = columns.map(\.start).min(),
      let bottom = rows.map(\.end).max(), let right = columns.map(\.end).max()
    else { return }
    let inputs = geometry.inputs / window.groups
    let outputs = geometry.outputs / window.groups
    let winograd =
      window.groups == 1
      && Self.winogradPays(
        kernel: window.kernel, strides: window.strides, dilation: window.dilation,
        images: geometry.batch, size: geometry.inputSize, inputs: outputs, outputs: inputs)
    // With many tiles, turning the filter in the call costs little: a large one is not kept twice.
    let turns =
      winograd && Self.tiles(geometry.batch, geometry.inputSize) >= 64 && weight.count >= 1 << 18
    var size = (h: bottom - top, w: right - left)
    if winograd {
      size.h = max(size.h, (geometry.inputSize.h + 3) / 4 * 4 + 2)
      size.w = max(size.w, (geometry.inputSize.w + 3) / 4 * 4 + 2)
    }
    let isReady =
      size == geometry.outputSize && (top, left) == (0, 0) && g.strides[1] == 1
      && (!winograd || g.strides[3] == g.shape[1])
    let image =
      isReady
      ? g : try Self.padded(g, low: (-top, -left), size: size, "convolveInputGradient")
    for row in rows {
      for column in columns {
        for group in 0..<window.groups {
          var c = ck_convolution()
          c.x = UnsafePointer(
            image.pointer(Float.self) + (row.start - top) * image.strides[2]
              + (column.start - left) * image.strides[3] + group * outputs)
          (c.x_image, c.x_row, c.x_pixel) = (image.strides[0], image.strides[2], image.strides[3])
          c.y =
            result.pointer(Float.self) + row.first * result.strides[2]
            + column.first * result.strides[3] + group * inputs
          c.y_image = result.strides[0]
          c.y_row = window.strides.h * result.strides[2]
          c.y_pixel = window.strides.w * result.strides[3]
          (c.images, c.out_height, c.out_width) = (geometry.batch, row.count, column.count)
          (c.inputs, c.outputs) = (outputs, inputs)
          (c.kernel_h, c.kernel_w) = (row.taps.count, column.taps.count)
          (c.stride_h, c.stride_w) = (1, 1)
          (c.dilation_h, c.dilation_w) = (row.dilation, column.dilation)
          c.turned = turns
          let packed =
            turns ? try packedFilter(weight, group) : try turnedFilter(weight, row, column, group)
          c.w = UnsafePointer(packed.floats)
          let whole = withExtendedLifetime((packed, image)) {
            winograd ? ck_winograd(&c) : ck_convolve(&c)
          }
          if !whole { throw Interruption.error("convolveInputGradient") }
        }
      }
    }
  }

  /// The taps of one phase with inputs and outputs exchanged, packed.
  private func turnedFilter(
    _ weight: Tensor, _ row: Phase, _ column: Phase, _ group: Int
  ) throws(TensorError) -> Storage {
    let outputs = geometry.outputs / geometry.window.groups
    let (firstRow, firstColumn) = (row.taps.first ?? 0, column.taps.first ?? 0)
    var filter = ck_filter()
    filter.w = UnsafePointer(
      weight.pointer(Float.self) + group * outputs * weight.strides[0]
        + firstRow * weight.strides[2] + firstColumn * weight.strides[3])
    // Taps of a phase are equally far apart, in descending order.
    let rowStep = row.taps.count > 1 ? row.taps[1] - row.taps[0] : 0
    let columnStep = column.taps.count > 1 ? column.taps[1] - column.taps[0] : 0
    (filter.row, filter.column) = (rowStep * weight.strides[2], columnStep * weight.strides[3])
    (filter.input, filter.output) = (weight.strides[0], weight.strides[1])
    (filter.kernel_h, filter.kernel_w) = (row.taps.count, column.taps.count)
    (filter.inputs, filter.outputs) = (outputs, geometry.inputs / geometry.window.groups)
    let details = [group, outputs, firstRow, rowStep, firstColumn, columnStep]
    return try Self.packed(
      filter, PackingKey(.turnedFilter, weight, details), weight)
  }

  /// The gradient at the weight, [O, C / groups, h, w].
  func weightGradient(_ x: Tensor, _ g: Tensor) throws(TensorError) -> Tensor {
    if isDepthwise { return try depthwiseFilterGradient(x, g) }
    let window = geometry.window
    let inputs = geometry.inputs / window.groups
    let outputs = geometry.outputs / window.groups
    let (h, w) = window.kernel
    let image = try padded(x, forWinograd: false)
    let g = try readable(g)
    let sums = try Tensor.zeros([window.groups, h, w, inputs, outputs], .f32)
    for group in 0..<window.groups {
      var c = ck_filter_gradient()
      c.x = UnsafePointer(image.pointer(Float.self) + group * inputs)
      (c.x_image, c.x_row, c.x_pixel) = (image.strides[0], image.strides[2], image.strides[3])
      c.g = UnsafePointer(g.pointer(Float.self) + group * outputs)
      (c.g_image, c.g_pixel) = (g.strides[0], geometry.outputs)
      c.dw = sums.pointer(Float.self) + group * h * w * inputs * outputs
      (c.images, c.out_height, c.out_width) = (
        geometry.batch, geometry.outputSize.h, geometry.outputSize.w
      )
      (c.inputs, c.outputs) = (inputs, outputs)
      (c.kernel_h, c.kernel_w) = window.kernel
      (c.stride_h, c.stride_w) = window.strides
      (c.dilation_h, c.dilation_w) = window.dilation
      let whole = withExtendedLifetime((image, g)) { ck_convolve_filter_gradient(&c) }
      if !whole { throw Interruption.error("convolveWeightGradient") }
    }
    return try sums.permuted([0, 4, 3, 1, 2]).reshaped([geometry.outputs, inputs, h, w])
  }

  /// The gradient with the outputs of a pixel together. Whole vectors are read of it, which for the last pixel may
  /// end behind it, so that there has to be some memory.
  private func readable(_ g: Tensor) throws(TensorError) -> Tensor {
    let dense = try g.channelsLast()
    let vectors = ck_packed_size(1, 1)
    let end = (dense.offset + dense.count + vectors) * MemoryLayout<Float>.size
    if end <= dense.storage.capacity { return dense }
    let size = geometry.outputSize
    let rows = vectors / max(1, size.w * geometry.outputs) + 1
    return try Self.padded(
      dense, low: (0, 0), size: (size.h + rows, size.w), "convolveWeightGradient")
  }
}
