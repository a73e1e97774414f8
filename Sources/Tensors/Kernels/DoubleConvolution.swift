// Convolution in double precision: patches of the image as the rows of a matrix product.

import CKernels

extension ConvolutionGeometry {
  private var taps: Int { window.kernel.h * window.kernel.w }

  /// Calls `body(row of the patch matrix, column within the patch, input offset)` for runs of one
  /// group's channels under each tap at each output pixel of one image; taps in the padding are
  /// left out.
  private func runs(_ x: Tensor, image: Int, group: Int, _ body: (Int, Int, Int) -> Void) {
    let strides = x.strides
    let channels = inputs / window.groups
    for oy in 0..<outputSize.h {
      for r in rows(oy) {
        let iy = oy * window.strides.h - window.padLow.h + r * window.dilation.h
        for ox in 0..<outputSize.w {
          for q in columns(ox) {
            let ix = ox * window.strides.w - window.padLow.w + q * window.dilation.w
            body(
              oy * outputSize.w + ox, (r * window.kernel.w + q) * channels,
              image * strides[0] + group * channels * strides[1] + iy * strides[2]
                + ix * strides[3])
          }
        }
      }
    }
  }

  /// The patches of one image and group: [H' · W', taps · C / groups], zeros in the padding.
  private func patches(_ x: Tensor, image: Int, group: Int) throws(TensorError) -> Tensor {
    let channels = inputs / window.groups
    let result = try Tensor.zeros([outputSize.h * outputSize.w, taps * channels], .f64)
    let (to, from, step) = (result.pointer(Double.self), x.pointer(Double.self), x.strides[1])
    runs(x, image: image, group: group) { row, column, offset in
      let place = to + row * taps * channels + column
      for c in 0..<channels { place[c] = from[offset + c * step] }
    }
    return result
  }

  /// The filter of one group as a matrix [O / groups, taps · C / groups].
  private func filter(_ weight: Tensor, group: Int) throws(TensorError) -> Tensor {
    let outputs = self.outputs / window.groups
    return try weight.sliced(axis: 0, from: group * outputs, count: outputs)
      .permuted([0, 2, 3, 1]).reshaped([outputs, taps * weight.shape[1]])
  }

  /// One image and group of a tensor [N, O, H', W'] as a matrix [H' · W', O / groups].
  private func pixels(_ y: Tensor, image: Int, group: Int) throws(TensorError) -> Tensor {
    let outputs = self.outputs / window.groups
    return try y.sliced(axis: 0, from: image, count: 1)
      .sliced(axis: 1, from: group * outputs, count: outputs).permuted([0, 2, 3, 1])
      .reshaped([outputSize.h * outputSize.w, outputs])
  }

  /// y = x ∗ weight for f64 tensors; `y` is zeros, dense with channels last.
  func convolveDouble(_ x: Tensor, _ weight: Tensor, _ y: Tensor) throws(TensorError) {
    let outputs = self.outputs / window.groups
    for group in 0..<window.groups {
      let matrix = try filter(weight, group: group).transposed().contiguous()
      for image in 0..<batch {
        let product = try Kernels.matmul(try patches(x, image: image, group: group), matrix)
        // `y` is dense with channels last: the pixels of one group are a strided matrix.
        let target = Tensor(
          storage: y.storage, offset: y.offset + image * y.strides[0] + group * outputs,
          shape: product.shape, strides: [self.outputs, 1], type: .f64, count: product.count)
        try Kernels.accumulate(product, into: target)
      }
    }
  }

  /// The gradient at the input into `result`, zeros.
  func inputGradientDouble(
    _ g: Tensor, _ weight: Tensor, _ result: Tensor
  ) throws(TensorError) {
    let channels = inputs / window.groups
    let (to, step) = (result.pointer(Double.self), result.strides[1])
    for group in 0..<window.groups {
      let matrix = try filter(weight, group: group).contiguous()
      for image in 0..<batch {
        let spread = try Kernels.matmul(try pixels(g, image: image, group: group), matrix)
        let from = spread.pointer(Double.self)
        runs(result, image: image, group: group) { row, column, offset in
          let place = from + row * taps * channels + column
          for c in 0..<channels { to[offset + c * step] += place[c] }
        }
      }
    }
  }

  /// The gradient at the weight, [O, C / groups, h, w].
  func weightGradientDouble(_ x: Tensor, _ g: Tensor) throws(TensorError) -> Tensor {
    let (channels, outputs) = (inputs / window.groups, self.outputs / window.groups)
    let sums = try Tensor.zeros([self.outputs, taps * channels], .f64)
    for group in 0..<window.groups {
      let target = try sums.sliced(axis: 0, from: group * outputs, count: outputs)
      for image in 0..<batch {
        let rows = try pixels(g, image: image, group: group).transposed()
        try Kernels.accumulate(
          try Kernels.matmul(rows, try patches(x, image: image, group: group)), into: target)
      }
    }
    return try sums.reshaped([self.outputs, window.kernel.h, window.kernel.w, channels])
      .permuted([0, 3, 1, 2]).contiguous()
  }
}
