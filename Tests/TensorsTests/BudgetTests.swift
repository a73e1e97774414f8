// How many examples are computed at once.
import Tensors
import Testing

@Suite struct BudgetTests {
  @Test
  func
    `batches fill what is near the processor, hold four large examples or 1 GB, and fit the limit`()
  {
    #expect(Storage.atOnce(10, bytesEach: 1000) == 10)
    #expect(Storage.atOnce(1_000_000, bytesEach: 1 << 20) == 16)
    #expect(Storage.atOnce(1_000_000, bytesEach: 0) == 1_000_000)
    #expect(Storage.atOnce(100, bytesEach: 20 << 20) == 4)
    #expect(Storage.atOnce(100, bytesEach: 400 << 20) == 2)
    #expect(Storage.atOnce(100, bytesEach: Storage.limit / 2) == 1)
    #expect(Storage.atOnce(100, bytesEach: .max) == 1)
    #expect(Storage.atOnce(0, bytesEach: 1) == 1)
  }

  @Test(arguments: [0, 1, 2, 3, 5, 50, 101], [1, 2, 3, 4, 7, 1000])
  func `parts cover everything in order, none of one alone where two fit`(_ count: Int, _ most: Int)
  {
    let parts = Storage.parts(count, atOnce: most)
    #expect(parts.flatMap { Array($0) } == Array(0..<count))
    let sizes = parts.map(\.count)
    #expect(sizes.allSatisfy { $0 <= max(most, most == 2 ? 3 : most) })
    if most > 1, count > 1 { #expect(sizes.allSatisfy { $0 > 1 }) }
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }
}
