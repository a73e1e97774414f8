// The random masks of RISE.
import Tensors

package enum RiseMasks {
  /// `count` masks `[count, height, width]` in 0...1: a `grid` × `grid` of coin flips with
  /// `probability`, upsampled bilinearly to (grid + 1) cells of ceil(size / grid) and cropped at a
  /// random shift within one cell (Petsiuk, Das and Saenko 2018, section 3.3).
  package static func draw(
    _ count: Int, size: (height: Int, width: Int), grid: Int, probability: Double,
    from random: inout Philox
  ) throws(TensorError) -> Tensor {
    let (height, width) = size
    let (cellHeight, cellWidth) = ((height + grid - 1) / grid, (width + grid - 1) / grid)
    let coins = try random.bernoulli([count, 1, grid, grid], probability)
    let large = try Kernels.resize(
      coins.cast(to: .f32), sizes: [(grid + 1) * cellHeight, (grid + 1) * cellWidth],
      mode: .bilinear(alignCorners: false))
    let shifts = try random.uniform([count, 2]).floats
    var masks: [Tensor] = []
    masks.reserveCapacity(count)
    for index in 0..<count {
      let top = min(Int(shifts[2 * index] * Float(cellHeight)), cellHeight - 1)
      let left = min(Int(shifts[2 * index + 1] * Float(cellWidth)), cellWidth - 1)
      masks.append(
        try large.sliced(axis: 0, from: index, count: 1)
          .sliced(axis: 2, from: top, count: height).sliced(axis: 3, from: left, count: width))
    }
    // Weights of the interpolation may add up to a little more than 1.
    return try Kernels.unary(.clip(0, 1), Kernels.concatenate(masks, axis: 0))
      .reshaped([count, height, width])
  }
}
