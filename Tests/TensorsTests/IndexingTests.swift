// Gathering, scattering, joining and padding.

import Tensors
import Testing

@Suite struct IndexingTests {
  /// Σ a · b over all elements of two tensors of one shape.
  static func inner(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.doubles, b.doubles).map(*).reduce(0, +)
  }

  @Test func `gather takes slices and scatterAdd is its adjoint`() throws {
    var dice = Dice(41)
    for shape in [[6], [4, 3], [2, 5, 3]] {
      for axis in shape.indices {
        for indexShape in [[], [4], [2, 3], [0]] {
          let count = indexShape.reduce(1, *)
          let places = (0..<count).map { _ in dice.integer(-shape[axis]...shape[axis] - 1) }
          let indices = try Tensor(places, indexShape)
          let x = try dice.tensor(shape)
          let found = try Kernels.gather(x, axis: axis, indices)
          #expect(found.shape == Array(shape[..<axis]) + indexShape + Array(shape[(axis + 1)...]))
          let p = Plain(x)
          var expected = Plain(zeros: found.shape)
          for index in Plain.indices(found.shape) {
            let middle = Array(index[axis..<(axis + indexShape.count)])
            let place = Int(Plain(indices).broadcast(middle))
            let source =
              Array(index[..<axis]) + [place < 0 ? place + shape[axis] : place]
              + Array(index[(axis + indexShape.count)...])
            expected[index] = p[source]
          }
          expectClose(found, expected, 0)
          let g = try dice.tensor(found.shape)
          let back = try Kernels.scatterAdd(into: shape, axis: axis, indices, g)
          #expect(abs(Self.inner(found, g) - Self.inner(x, back)) < 1e-4)
        }
      }
    }
    #expect(
      try Kernels.scatterAdd(
        into: [3], axis: 0, try Tensor([1, 1, -1]), try Tensor([1, 2, 4] as [Float])
      ).floats
        == [0, 3, 4])
  }

  @Test func `takeAlong takes elements and putAlongAdd is its adjoint`() throws {
    var dice = Dice(42)
    for axis in 0..<3 {
      let shape = [3, 4, 5]
      var indexShape = shape
      indexShape[axis] = 7
      let places = (0..<indexShape.reduce(1, *)).map { _ in
        dice.integer(-shape[axis]...shape[axis] - 1)
      }
      let (x, indices) = (try dice.tensor(shape), try Tensor(places, indexShape))
      let found = try Kernels.takeAlong(x, axis: axis, indices)
      for index in Plain.indices(indexShape) {
        let place = Int(Plain(indices)[index])
        var source = index
        source[axis] = place < 0 ? place + shape[axis] : place
        #expect(Plain(found)[index] == Plain(x)[source])
      }
      let g = try dice.tensor(indexShape)
      let back = try Kernels.putAlongAdd(into: shape, axis: axis, indices, g)
      #expect(abs(Self.inner(found, g) - Self.inner(x, back)) < 1e-4)
    }
  }

  @Test func `indices outside an axis are errors`() throws {
    let x = try Tensor.zeros([3, 2])
    expectTensorError { _ = try Kernels.gather(x, axis: 0, try Tensor([3])) }
    expectTensorError { _ = try Kernels.gather(x, axis: 0, try Tensor([-4])) }
    expectTensorError { _ = try Kernels.gather(x, axis: 0, try Tensor([1.0] as [Float])) }
    expectTensorError {
      _ = try Kernels.takeAlong(x, axis: 0, try Tensor([[0, 5]].flatMap { $0 }, [1, 2]))
    }
    expectTensorError { _ = try Kernels.takeAlong(x, axis: 0, try Tensor([0])) }
    expectTensorError {
      _ = try Kernels.scatterAdd(into: [3], axis: 0, try Tensor([0, 1]), try Tensor.zeros([3]))
    }
  }

  @Test func `nonzero lists indices in row-major order`() throws {
    let x = try Tensor([0, 1, 0, 2, 3, 0] as [Float], [2, 3])
    #expect(try Kernels.nonzero(x).integers == [0, 1, 1, 0, 1, 1])
    #expect(try Kernels.nonzero(try Tensor.zeros([2, 2])).shape == [0, 2])
  }

  @Test func `concatenation puts parts one after another`() throws {
    var dice = Dice(43)
    for axis in 0..<4 {
      let parts = try (0..<3).map { i in
        var shape = [2, 3, 4, 2]
        shape[axis] = i
        return try dice.tensor(shape, i == 1 ? .f64 : .f32)
      }
      let whole = try Kernels.concatenate(parts, axis: axis)
      #expect(whole.type == .f64)
      var start = 0
      for part in parts {
        let slice = try whole.sliced(axis: axis, from: start, count: part.shape[axis])
        expectClose(slice, Plain(part), 0)
        start += part.shape[axis]
      }
    }
    let image = try Tensor.zeros([1, 2, 3, 3]).channelsLast()
    #expect(try Kernels.concatenate([image, image], axis: 1).strides == [36, 1, 12, 4])
    expectTensorError { _ = try Kernels.concatenate([], axis: 0) }
    expectTensorError {
      _ = try Kernels.concatenate([try Tensor.zeros([2, 3]), try Tensor.zeros([3, 2])], axis: 0)
    }
  }

  @Test func `padding surrounds, and crops where it is negative`() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    let padded = try Kernels.pad(x, low: [1, -1], high: [0, 2], value: 9)
    #expect(padded.shape == [3, 4])
    #expect(padded.floats == [9, 9, 9, 9, 2, 3, 9, 9, 5, 6, 9, 9])
    #expect(try Kernels.pad(x, low: [0, -2], high: [0, -1]).shape == [2, 0])
    #expect(
      try Kernels.pad(x, low: [-3, 0], high: [4, 0], value: 1).floats
        == [Float](repeating: 1, count: 9))
    expectTensorError { _ = try Kernels.pad(x, low: [-2, -2], high: [0, -2]) }
    expectTensorError { _ = try Kernels.pad(x, low: [1], high: [1]) }
    expectTensorError { _ = try Kernels.pad(x, low: [Int.min, 0], high: [Int.max, 0]) }
    expectTensorError { _ = try Kernels.pad(x, low: [Int.max, 0], high: [Int.max, 0]) }
  }
}
