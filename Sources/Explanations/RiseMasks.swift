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
    // Mask by mask, so that the masks do not depend on how many are drawn at once.
    var coins: [Tensor] = []
    var shifts: [Float] = []
    for _ in 0..<count {
      coins.append(try random.bernoulli([1, 1, grid, grid], probability))
      shifts += try random.uniform([2]).floats
    }
    guard count > 0 else { return try .zeros([0, height, width]) }
    let large = try Kernels.resize(
      Kernels.concatenate(coins, axis: 0).cast(to: .f32),
      sizes: [(grid + 1) * cellHeight, (grid + 1) * cellWidth],
      mode: .bilinear(alignCorners: false))
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
