// Views and copies: the same elements under other indices.

import Tensors
import Testing

@Suite struct ViewTests {
  @Test func `slices, permutations and reshapes read the elements they name`() throws {
    var dice = Dice(31)
    for _ in 0..<200 {
      let shape = (0..<dice.integer(1...4)).map { _ in dice.integer(1...5) }
      let x = try dice.tensor(shape)
      let p = Plain(x)
      let order = shape.indices.map { ($0, dice.next()) }.sorted { $0.1 < $1.1 }.map(\.0)
      let turned = try x.permuted(order)
      var expected = Plain(zeros: order.map { shape[$0] })
      for index in Plain.indices(shape) { expected[order.map { index[$0] }] = p[index] }
      expectClose(turned, expected, 0, "\(order)")
      let flat = Plain([p.values.count], expected.values)
      expectClose(try turned.reshaped([-1]), flat, 0)
      let halves = try turned.reshaped([1] + turned.shape + [1]).reshaped([turned.count, 1])
      expectClose(halves, Plain([turned.count, 1], expected.values), 0)
      let axis = dice.integer(0...shape.count - 1)
      let start = dice.integer(0...shape[axis] - 1)
      for step in [1, -1, 2] {
        let room = step > 0 ? (shape[axis] - 1 - start) / step : start
        let slice = try x.sliced(axis: axis, from: start, count: room + 1, step: step)
        for index in Plain.indices(slice.shape) {
          var place = index
          place[axis] = start + index[axis] * step
          #expect(Plain(slice)[index] == p[place])
        }
      }
    }
  }

  @Test func `views share storage and copies only happen where strides demand them`() throws {
    let x = try Tensor.arange(24).reshaped([2, 3, 4])
    #expect(try x.permuted([0, 2, 1]).reshaped([2, 12]).strides == [12, 1])
    #expect(try x.sliced(axis: 2, from: 0, count: 2).reshaped([6, 2]).strides == [4, 1])
    #expect(try x.reshaped([4, 6]).strides == [6, 1])
    #expect(try x.expanded(at: 1).shape == [2, 1, 3, 4])
    #expect(try x.expanded(at: -1).shape == [2, 3, 4, 1])
    #expect(try x.expanded(at: 0).squeezed().shape == [2, 3, 4])
    #expect(try x.broadcast(to: [5, 2, 3, 4]).strides == [0, 12, 4, 1])
    #expect(try x.selected(axis: 1, index: 2).floats == [8, 9, 10, 11, 20, 21, 22, 23])
    let image = try Tensor.arange(24).reshaped([1, 2, 3, 4]).channelsLast()
    #expect(image.strides == [24, 1, 8, 2])
    #expect(image.floats == (0..<24).map { Float($0) })
  }

  @Test func `casts truncate, saturate and turn what is not a number into zero`() throws {
    let x = try Tensor([-1.5, 2.9, 300, .nan, .infinity, -1e30] as [Float])
    #expect(try x.cast(to: .i64).integers == [-1, 2, 300, 0, Int.max, Int.min])
    #expect(try x.cast(to: .u8).integers == [0, 2, 255, 0, 255, 0])
    #expect(try x.cast(to: .bool).bools == [true, true, true, true, true, true])
    #expect(try Tensor([-1, 256, 7]).cast(to: .u8).integers == [0, 255, 7])
    #expect(try Tensor([true, false]).cast(to: .f64).doubles == [1, 0])
    for from in ElementType.allCases {
      for to in ElementType.allCases {
        let value = try Tensor([0, 1], [2]).cast(to: from).cast(to: to)
        #expect(value.type == to && value.doubles == [0, 1])
      }
    }
  }

  @Test func `makers fill what they promise`() throws {
    #expect(try Tensor.zeros([2, 2], .i64).integers == [0, 0, 0, 0])
    #expect(try Tensor.full([3], -0.0).floats.allSatisfy { $0.sign == .minus })
    #expect(try Tensor.full([2], 300, .u8).integers == [255, 255])
    #expect(try Tensor.arange(4, from: 1, step: 0.5).floats == [1, 1.5, 2, 2.5])
    #expect(try Tensor.arange(3, .i64).integers == [0, 1, 2])
    #expect(try Tensor.scalar(2.5).item == 2.5)
    #expect(try Tensor([[1, 2]].flatMap { $0 }, [1, 2]).transposed().shape == [2, 1])
    let sum = try Tensor([1, 2, 3] as [Float], [3, 1]).transposed()
      .withContiguousFloats { $0.reduce(0, +) }
    #expect(sum == 6)
  }

  @Test func `impossible views are errors`() throws {
    let x = try Tensor.zeros([2, 3])
    expectTensorError { _ = try x.reshaped([4]) }
    expectTensorError { _ = try x.reshaped([-1, 4]) }
    expectTensorError { _ = try x.reshaped([-1, -1]) }
    expectTensorError { _ = try x.permuted([0, 0]) }
    expectTensorError { _ = try x.permuted([0]) }
    expectTensorError { _ = try x.transposed(0, 2) }
    expectTensorError { _ = try x.broadcast(to: [3, 2]) }
    expectTensorError { _ = try x.broadcast(to: [3]) }
    expectTensorError { _ = try x.sliced(axis: 0, from: 1, count: 2) }
    expectTensorError { _ = try x.sliced(axis: 0, from: 0, count: 2, step: -1) }
    expectTensorError { _ = try x.sliced(axis: 0, from: 0, count: 1, step: 0) }
    expectTensorError { _ = try x.sliced(axis: 0, from: 1, count: Int.max, step: Int.max) }
    expectTensorError { _ = try x.squeezed(0) }
    expectTensorError { _ = try x.expanded(at: 4) }
    expectTensorError { _ = try x.item }
    expectTensorError { _ = try Tensor([1, 2, 3], [2]) }
    expectTensorError { _ = try Tensor.zeros([-1]) }
    expectTensorError { _ = try Tensor.zeros([1 << 40, 1 << 40]) }
    expectTensorError { _ = try Tensor.zeros([]).broadcast(to: [1 << 40, 1 << 40]) }
    expectTensorError { _ = try Tensor.zeros([]).broadcast(to: [1 << 45]) }
  }
}
