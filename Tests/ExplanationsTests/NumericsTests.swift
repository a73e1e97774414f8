// Quadrature, sliding windows and random masks.
import Explanations
import Graphs
import Tensors
import Testing

@Suite struct NumericsTests {
  @Test(arguments: [1, 2, 3, 5, 20, 64, 200])
  func `Gauss-Legendre quadrature is exact for polynomials of degree 2n - 1`(_ count: Int) {
    let (nodes, weights) = Quadrature.gaussLegendre(count)
    #expect(zip(nodes, nodes.dropFirst()).allSatisfy { $0 < $1 })
    for degree in [0, 1, count, 2 * count - 1] {
      var sum = 0.0
      for (node, weight) in zip(nodes, weights) {
        sum += weight * (0..<degree).reduce(1) { power, _ in power * node }
      }
      #expect(abs(sum - 1 / Double(degree + 1)) < 1e-13)
    }
  }

  @Test func `nodes and weights are those that the reference used`() throws {
    let reference = try #require(
      ReferenceCase.all("gradients").first { $0.name == "integrated_gradients_gausslegendre" })
    let expected = try reference.expected("nodes").doubles
    let (nodes, weights) = Quadrature.gaussLegendre(expected.count)
    for (got, wanted) in zip(nodes, expected) { #expect(abs(got - wanted) < 1e-6) }
    for (got, wanted) in zip(weights, try reference.expected("weights").doubles) {
      #expect(abs(got - wanted) < 1e-6)
    }
  }

  @Test func `the last window is included even where it sticks out`() throws {
    let masks = try OcclusionWindows.masks(size: [16, 16], window: 5, stride: 3)
    #expect(masks.shape == [25, 16, 16])
    let last = try masks.selected(axis: 0, index: 24)
    #expect(last.floats.reduce(0, +) == 16)
  }

  @Test(arguments: ReferenceCase.all("perturbation"))
  func `masks are grids upsampled to s + 1 cells and cropped`(_ reference: ReferenceCase) throws {
    let grid = try reference.input("grid")
    let expected = try reference.expected("masks")
    let shape = grid.shape
    let (height, width) = (
      expected.shape[expected.shape.count - 2], expected.shape[expected.shape.count - 1]
    )
    let side = shape[shape.count - 1]
    let cell = ((height + side - 1) / side, (width + side - 1) / side)
    let large = try Kernels.resize(
      grid.reshaped([shape[0], 1, side, side]),
      sizes: [(side + 1) * cell.0, (side + 1) * cell.1], mode: .bilinear(alignCorners: false))
    let shifts = try reference.input("shift").integers
    var masks: [Tensor] = []
    for index in 0..<shape[0] {
      masks.append(
        try large.sliced(axis: 0, from: index, count: 1)
          .sliced(axis: 2, from: shifts[2 * index], count: height)
          .sliced(axis: 3, from: shifts[2 * index + 1], count: width))
    }
    try reference.check(
      "masks", try Kernels.concatenate(masks, axis: 0).reshaped(expected.shape))
  }

  @Test func `drawn masks are repeatable, in range and open on average as often as asked`() throws {
    var first = Philox(7)
    var second = Philox(7)
    let masks = try RiseMasks.draw(
      200, size: (height: 17, width: 23), grid: 5, probability: 0.3, from: &first)
    let again = try RiseMasks.draw(
      200, size: (height: 17, width: 23), grid: 5, probability: 0.3, from: &second)
    #expect(masks.shape == [200, 17, 23])
    #expect(masks.floats == again.floats)
    #expect(masks.floats.allSatisfy { $0 >= 0 && $0 <= 1 })
    let mean = masks.floats.reduce(0, +) / Float(masks.count)
    #expect(abs(mean - 0.3) < 0.03)
  }

  @Test func `a blur keeps constants and averages a step`() throws {
    let flat = try Tensor.full([1, 4, 4], 3)
    #expect(try BoxBlur.blurred(flat, side: 3).floats.allSatisfy { $0 == 3 })
    let step = try Tensor([0, 0, 3, 3] as [Float], [1, 4])
    #expect(try BoxBlur.blurred(step, side: 3).floats == [0, 1, 2, 3])
  }
}
