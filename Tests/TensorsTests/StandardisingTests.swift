// Standardising in single precision, whose channels lie together, against double precision.
import Tensors
import Testing

@Suite struct StandardisingTests {
  @Test(arguments: [
    [2, 3, 5, 4], [1, 16, 3, 3], [64, 2, 9, 9], [3, 200, 2, 2], [40, 7, 30, 31],
  ])
  func `channels that lie together give what double precision gives`(_ shape: [Int]) throws {
    var dice = Philox(3)
    try Self.compare(try dice.normal(shape).channelsLast(), axes: [0, 2, 3], &dice)
  }

  @Test(arguments: [
    ([5, 384], [-1]), ([2, 3, 1], [2]), ([1, 7], [0, 1]), ([3, 4, 33, 31], [2, 3]),
    ([9000, 2], [1]),
    ([2, 70_001], [1]),
  ])
  func `rows that lie together give what double precision gives`(
    _ shape: [Int], _ axes: [Int]
  ) throws {
    var dice = Philox(5)
    try Self.compare(try dice.normal(shape), axes: axes, &dice)
  }

  private static func compare(_ single: Tensor, axes: [Int], _ dice: inout Philox) throws {
    let shape = single.shape
    let slope = try dice.normal(shape)
    let (x, g) = (try single.cast(to: .f64), try slope.cast(to: .f64))
    let (y, inverse) = try Kernels.standardise(x, axes: axes, epsilon: 1e-3)
    let back = try Kernels.standardiseGradient(g, y, inverse: inverse, axes: axes)
    for threads in [1, 3] {
      let count = Threads.count
      defer { Threads.count = count }
      Threads.count = threads
      let (found, scale) = try Kernels.standardise(single, axes: axes, epsilon: 1e-3)
      #expect(scale.shape == inverse.shape)
      #expect(Self.distance(found, y) < 1e-5)
      #expect(Self.distance(scale, inverse) < 1e-5)
      let slopes = try Kernels.standardiseGradient(slope, found, inverse: scale, axes: axes)
      #expect(slopes.shape == shape)
      // Rows of nearly equal numbers are scaled up, and their rounding with them.
      let steepest = inverse.doubles.max() ?? 1
      #expect(Self.distance(slopes, back) < 2e-5 * max(1, steepest))
    }
  }

  private static func distance(_ x: Tensor, _ y: Tensor) -> Double {
    zip(x.doubles, y.doubles).map { abs($0 - $1) }.max() ?? .infinity
  }
}
