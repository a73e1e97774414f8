// The random generator against published answers, an independent formulation, and the moments of
// its distributions.

import Glibc
import Tensors
import Testing

@Suite struct RandomTests {
  /// Known answers of the Random123 library (kat_vectors, philox4x32 with 10 rounds): counter, key,
  /// result.
  static let answers: [(counter: [UInt32], key: [UInt32], result: [UInt32])] = [
    (
      [0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
    ),
    (
      [.max, .max, .max, .max], [.max, .max],
      [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ]

  /// Ten rounds written from the definition: two 32×32 → 64 products, Weyl keys.
  static func rounds(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    var c = counter
    for round in 0..<10 {
      let keys = [
        key[0] &+ UInt32(round) &* 0x9E37_79B9, key[1] &+ UInt32(round) &* 0xBB67_AE85,
      ]
      let (high0, low0) = UInt32(0xD251_1F53).multipliedFullWidth(by: c[0])
      let (high1, low1) = UInt32(0xCD9E_8D57).multipliedFullWidth(by: c[2])
      c = [high1 ^ c[1] ^ keys[0], UInt32(low1), high0 ^ c[3] ^ keys[1], UInt32(low0)]
    }
    return c
  }

  static func block(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
    func join(_ low: UInt32, _ high: UInt32) -> UInt64 { UInt64(low) | UInt64(high) << 32 }
    let b = Philox.block(
      key: join(key[0], key[1]),
      counter: (join(counter[0], counter[1]), join(counter[2], counter[3])))
    return [b.0, b.1, b.2, b.3]
  }

  @Test func `blocks agree with the published answers`() {
    for (counter, key, result) in Self.answers {
      #expect(Self.block(counter, key) == result)
      #expect(Self.rounds(counter, key) == result)
    }
  }

  @Test func `blocks agree with an independent formulation`() {
    var dice = Dice(61)
    for _ in 0..<200 {
      let counter = (0..<4).map { _ in UInt32(truncatingIfNeeded: dice.next() >> 16) }
      let key = (0..<2).map { _ in UInt32(truncatingIfNeeded: dice.next() >> 16) }
      #expect(Self.block(counter, key) == Self.rounds(counter, key))
    }
  }

  @Test func `numbers depend on seed, stream and position only`() throws {
    var (a, b) = (Philox(7, stream: 3), Philox(7, stream: 3))
    #expect(try a.uniform([10]).floats == b.uniform([2, 5]).floats)
    #expect(a.position == 3)
    #expect(try a.normal([4]).floats == b.normal([4]).floats)
    var other = Philox(7, stream: 4)
    var split = Philox(7, stream: 3).split(1)
    var again = Philox(7, stream: 3)
    let first = try again.uniform([8]).floats
    #expect(try other.uniform([8]).floats != first)
    #expect(try split.uniform([8]).floats != first)
    #expect(Philox(7).split(1) != Philox(7).split(2))
    #expect(Philox(7).split(1) == Philox(7).split(1))
  }

  @Test func `normal numbers are those of Box and Muller`() throws {
    var philox = Philox(5)
    let found = try philox.normal([2]).floats
    let b = Philox.block(key: 5, counter: (0, 0))
    let radius = sqrt(-2 * log((Double(b.0) + 1) / 4_294_967_296))
    let angle = 2 * Double.pi * Double(b.1) / 4_294_967_296
    #expect(found == [Float(radius * cos(angle)), Float(radius * sin(angle))])
  }

  @Test func `distributions have their moments`() throws {
    var philox = Philox(9)
    let n = 100_000
    let uniform = try philox.uniform([n]).doubles
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / Double(n) - 0.5) < 0.005)
    let normal = try philox.normal([n]).doubles
    #expect(abs(normal.reduce(0, +) / Double(n)) < 0.02)
    #expect(abs(normal.map { $0 * $0 }.reduce(0, +) / Double(n) - 1) < 0.03)
    let coins = try philox.bernoulli([n], 0.3)
    #expect(coins.type == .bool)
    #expect(abs(coins.doubles.reduce(0, +) / Double(n) - 0.3) < 0.01)
    #expect(try philox.bernoulli([100], 1).doubles.allSatisfy { $0 == 1 })
    #expect(try philox.bernoulli([100], 0).doubles.allSatisfy { $0 == 0 })
    expectTensorError { _ = try philox.bernoulli([1], 1.5) }
  }

  @Test func `permutations hold every number once`() throws {
    var philox = Philox(10)
    let order = try philox.permutation(100).integers
    #expect(order.sorted() == Array(0..<100))
    #expect(order != Array(0..<100))
    #expect(try philox.permutation(0).count == 0)
    expectTensorError { _ = try philox.permutation(-1) }
  }
}
