// The order of the products in sums over products, against all orders there are.
import Graphs
import Tensors
import Testing

@Suite struct EinsumTests {
  /// The least number of multiplications over all orders in which pairs can be multiplied.
  private func least(_ operands: [Set<Int>], output: Set<Int>, sizes: [Int: Int]) -> Double {
    if operands.count < 2 { return 0 }
    var best = Double.infinity
    for i in operands.indices {
      for j in operands.indices where j > i {
        var rest = operands
        let (b, a) = (rest.remove(at: j), rest.remove(at: i))
        let kept = rest.reduce(output) { $0.union($1) }
        // What only one of the two has, and nothing else needs, is summed before.
        let product = a.intersection(kept.union(b)).union(b.intersection(kept.union(a)))
        let cost = product.reduce(1.0) { $0 * Double(sizes[$1] ?? 1) }
        let further = least(rest + [product.intersection(kept)], output: output, sizes: sizes)
        best = min(best, cost + further)
      }
    }
    return best
  }

  @Test(arguments: 0..<40) func `no order takes fewer multiplications than the one that is found`(
    _ seed: Int
  ) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % count
    }
    let sizes = Dictionary(uniqueKeysWithValues: (0..<7).map { ($0, 1 + next(9)) })
    let operands = (0..<3 + next(3)).map { _ in Array(Set((0..<1 + next(3)).map { _ in next(7) })) }
    let all = Set(operands.joined())
    let output = all.filter { _ in next(3) == 0 }
    let known = sizes.filter { all.contains($0.key) }
    let order = ContractionOrder(operands, output: Array(output), sizes: known)
    #expect(order.multiplyAdds == least(operands.map(Set.init), output: output, sizes: sizes))
    #expect(order.pairs.count == operands.count - 1)
  }

  @Test func `what is recorded takes as many multiplications as the order says`() throws {
    let shapes = [[20, 3], [3, 20], [20, 3], [3, 20], [20, 2]]
    let sum = try Einsum("ab,bc,cd,de,ef->af", shapes)
    let plain = try Einsum("ab,bc,cd,de,ef->af", shapes, optimised: false)
    #expect(sum.order.multiplyAdds < plain.order.multiplyAdds / 5)
    for order in [sum, plain] {
      var counted = 0
      try Recording.during { () throws in
        let operands = try shapes.map { Variable(try .zeros($0, .f64)).tracked() }
        let result = try order.applied(to: operands)
        for node in Ancestry(of: result, from: operands).nodes {
          counted += node.operator.multiplyAdds(of: node.inputs.map { Operand($0.shape) })
        }
      }
      #expect(Double(counted) == order.order.multiplyAdds)
    }
  }

  @Test func `many operands are multiplied in a good order too`() throws {
    let letters = Array("abcdefghijklmno").map(String.init)
    let text = (0..<14).map { letters[$0] + letters[$0 + 1] }.joined(separator: ",") + "->ao"
    let shapes = (0..<14).map { [$0 % 2 == 0 ? 50 : 2, $0 % 2 == 0 ? 2 : 50] }
    let sum = try Einsum(text, shapes)
    let plain = try Einsum(text, shapes, optimised: false)
    #expect(sum.order.multiplyAdds < plain.order.multiplyAdds / 5)
  }
}
