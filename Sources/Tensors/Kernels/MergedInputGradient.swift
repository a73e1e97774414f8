// The input gradient of strided convolutions of few channels, as of the first layer of a network.

import CKernels

/// A strided convolution has one phase per row and column of a stride, each a convolution of stride
/// 1 of its own. With few channels each would fill a fraction of a vector, so all phases become
/// outputs of one convolution: stride · stride · C columns, with zeros for the taps that a phase
/// lacks, whose results are then dealt out.
struct MergedInputGradient {
  let geometry: ConvolutionGeometry

  private var window: Window2D { geometry.window }
  private var channels: Int { geometry.inputs }
  private var merged: Int { window.strides.h * window.strides.w * channels }

  /// Whether the merged outputs fit one tile.
  var pays: Bool {
    window.groups == 1 && window.dilation == (1, 1) && window.strides != (1, 1)
      && merged <= ck_width() && window.strides.h <= window.kernel.h
      && window.strides.w <= window.kernel.w
  }

  /// Along one axis: for input place s · q + phase, tap k meets output q + (phase + pad - k) / s.
  private struct Axis {
    let stride: Int
    let pad: Int
    let kernel: Int
    /// Output places from q that any phase reads: first ... last.
    let first: Int
    let last: Int
    /// Groups of `stride` input places.
    let count: Int

    init(extent: Int, kernel: Int, stride: Int, pad: Int) {
      (self.stride, self.pad, self.kernel) = (stride, pad, kernel)
      // ⌈(pad - kernel + 1) / s⌉ and ⌊(pad + s - 1) / s⌋.
      let reach = kernel - 1 - pad
      first = reach >= 0 ? -(reach / stride) : (stride - 1 - reach) / stride
      last = (stride - 1 + pad) / stride
      count = (extent + stride - 1) / stride
    }

    var size: Int { last - first + 1 }

    /// The tap of a phase that meets output q + place, if there is one.
    func tap(phase: Int, place: Int) -> Int? {
      let tap = phase + pad - place * stride
      return tap >= 0 && tap < kernel ? tap : nil
    }
  }

  /// The gradient for g [N, O, H', W'] into `result`, dense with channels last.
  func run(_ g: Tensor, _ weight: Tensor, _ result: Tensor) throws(TensorError) {
    let rows = Axis(
      extent: geometry.inputSize.h, kernel: window.kernel.h, stride: window.strides.h,
      pad: window.padLow.h)
    let columns = Axis(
      extent: geometry.inputSize.w, kernel: window.kernel.w, stride: window.strides.w,
      pad: window.padLow.w)
    let image = try SingleConvolution.padded(
      g, low: (-rows.first, -columns.first),
      size: (rows.count + rows.size - 1, columns.count + columns.size - 1),
      "convolveInputGradient")
    let shape = [geometry.batch, merged, rows.count, columns.count]
    let phases = try Tensor(uninitialised: shape, strides: Shape.channelsLast(shape), .f32)
    let packed = try filter(weight, rows, columns)
    var c = ck_convolution()
    c.x = UnsafePointer(image.pointer(Float.self))
    (c.x_image, c.x_row, c.x_pixel) = (image.strides[0], image.strides[2], image.strides[3])
    c.w = UnsafePointer(packed.floats)
    c.y = phases.pointer(Float.self)
    (c.y_image, c.y_row, c.y_pixel) = (phases.strides[0], phases.strides[2], phases.strides[3])
    (c.images, c.out_height, c.out_width) = (geometry.batch, rows.count, columns.count)
    (c.inputs, c.outputs) = (geometry.outputs, merged)
    (c.kernel_h, c.kernel_w, c.stride_h, c.stride_w) = (rows.size, columns.size, 1, 1)
    (c.dilation_h, c.dilation_w) = (1, 1)
    let whole = withExtendedLifetime((image, packed)) { ck_convolve(&c) }
    if !whole || !deal(phases, result) { throw Interruption.error("convolveInputGradient") }
  }

  /// The taps of all phases, kernel [rows.size, columns.size] of O inputs and the merged outputs.
  private func filter(_ weight: Tensor, _ rows: Axis, _ columns: Axis) throws(TensorError)
    -> Storage
  {
    let outputs = geometry.outputs
    let taps = try Tensor.zeros([rows.size, columns.size, outputs, merged])
    let (to, from) = (taps.pointer(Float.self), weight.pointer(Float.self))
    let strides = weight.strides
    return try weight.storage.packed(
      PackingKey(
        .mergedFilter, weight,
        [window.strides.h, window.strides.w, window.padLow.h, window.padLow.w]),
      count: ck_filter_size(rows.size, columns.size, outputs, merged)
    ) { packed in
      for place in 0..<rows.size * columns.size {
        let (r, q) = place.quotientAndRemainder(dividingBy: columns.size)
        for phase in 0..<window.strides.h * window.strides.w {
          let (y, x) = phase.quotientAndRemainder(dividingBy: window.strides.w)
          guard let ky = rows.tap(phase: y, place: r + rows.first),
            let kx = columns.tap(phase: x, place: q + columns.first)
          else { continue }
          for o in 0..<outputs {
            for c in 0..<channels {
              to[(place * outputs + o) * merged + phase * channels + c] =
                from[o * strides[0] + c * strides[1] + ky * strides[2] + kx * strides[3]]
            }
          }
        }
      }
      var f = ck_filter()
      f.w = UnsafePointer(to)
      (f.row, f.column) = (columns.size * outputs * merged, outputs * merged)
      (f.input, f.output) = (merged, 1)
      (f.kernel_h, f.kernel_w, f.inputs, f.outputs) = (rows.size, columns.size, outputs, merged)
      withExtendedLifetime(taps) { ck_pack_filter(&f, packed) }
    }
  }

  /// Moves the phases of each group of places to the places themselves.
  private func deal(_ phases: Tensor, _ result: Tensor) -> Bool {
    let (height, width) = geometry.inputSize
    let (from, to) = (phases.pointer(Float.self), result.pointer(Float.self))
    let run = window.strides.w * channels
    return Threads.forEach(geometry.batch * phases.shape[2]) { item in
      let (image, group) = item.quotientAndRemainder(dividingBy: phases.shape[2])
      for y in 0..<min(window.strides.h, height - group * window.strides.h) {
        let row = to + (image * height + group * window.strides.h + y) * width * channels
        for q in 0..<phases.shape[3] {
          let source = from + (item * phases.shape[3] + q) * merged + y * run
          (row + q * run).update(from: source, count: min(run, width * channels - q * run))
        }
      }
    }
  }
}
