// Sorting of many numbers, whose digits are sorted, against comparing them, and rows that are told apart.
import Tensors
import Testing

@Suite struct OrderingTests {
  /// The places in order, NaN above everything, equals as they were.
  private func slowOrder(_ values: [Double], descending: Bool) -> [Int] {
    values.indices.sorted { i, j in
      let (a, b) = descending ? (values[j], values[i]) : (values[i], values[j])
      if a < b || (!a.isNaN && b.isNaN) { return true }
      if b < a || (!b.isNaN && a.isNaN) { return false }
      return i < j
    }
  }

  @Test(arguments: ElementType.allCases, [3, 256, 257, 3000])
  func `many numbers are ordered as few are`(_ type: ElementType, _ count: Int) throws {
    var dice = Dice(UInt64(count))
    let odd = [0.0, -0.0, 1, -1, 2, 1e-30, -1e30, .infinity, -.infinity, .nan, 255]
    let values = (0..<2 * count).map { _ in
      dice.integer(0...2) == 0 ? dice.pick(odd) : dice.number() * 300
    }
    let x = try Tensor(values, [count, 2]).cast(to: type)
    for descending in [false, true] {
      let order = try Kernels.argsort(x, axis: 0, descending: descending).integers
      let sorted = try Kernels.sort(x, axis: 0, descending: descending).doubles
      for lane in 0..<2 {
        let line = stride(from: lane, to: 2 * count, by: 2).map { x.doubles[$0] }
        let wanted = slowOrder(line, descending: descending)
        #expect(stride(from: lane, to: 2 * count, by: 2).map { order[$0] } == wanted)
        let numbers = stride(from: lane, to: 2 * count, by: 2).map { sorted[$0] }
        #expect(zip(numbers, wanted).allSatisfy { $0 == line[$1] || $0.isNaN && line[$1].isNaN })
      }
    }
  }

  @Test func `numbers beyond what a Double holds keep their order`() throws {
    let values = (0..<500).map { Int.max - 250 + ($0 * 37) % 250 } + [Int.min, 0, -1]
    let sorted = try Kernels.sort(Tensor(values), axis: 0).integers
    #expect(sorted == values.sorted())
  }

  @Test(arguments: [(40, 3), (300, 1), (700, 2), (5, 0), (0, 2)])
  func `rows are told apart`(_ rows: Int, _ width: Int) throws {
    var dice = Dice(UInt64(rows))
    let values = (0..<rows * width).map { _ in dice.pick([0.0, 1, 2, -0.0, .nan]) }
    let found = try Kernels.distinct(Tensor(values, [rows, width]))
    let keys = (0..<rows).map { row in
      (0..<width).map { k in
        let value = values[row * width + k]
        return value.isNaN ? "nan" : "\(value + 0)"
      }
    }
    let (first, inverse) = (found.first.integers, found.inverse.integers)
    #expect(Set(keys).count == first.count)
    #expect(zip(keys, inverse).allSatisfy { $0 == keys[first[$1]] })
    #expect(inverse.indices.allSatisfy { first[inverse[$0]] <= $0 })
    #expect(found.counts.integers == first.indices.map { kind in inverse.count { $0 == kind } })
  }
}
