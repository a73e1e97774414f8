// Random numbers that depend only on a seed, a stream and a position.

import CKernels
import Glibc

/// The counter-based generator Philox 4×32 with 10 rounds (Salmon et al., "Parallel random numbers:
/// as easy as 1, 2, 3", 2011). The key is the seed; the counter is a position (low half) and a
/// stream (high half), so streams never overlap.
package struct Philox: Sendable, Hashable {
  package let seed: UInt64
  package let stream: UInt64
  /// The next block of four 32-bit numbers.
  package private(set) var position: UInt64

  package init(_ seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
    (self.seed, self.stream, self.position) = (seed, stream, position)
  }

  /// A generator of the same seed whose numbers are independent of this one's and of every other
  /// branch's.
  package func split(_ branch: UInt64) -> Philox {
    let mixed = Self.block(
      key: seed, counter: (branch, ~stream)
    )
    return Philox(seed, stream: UInt64(mixed.0) | UInt64(mixed.1) << 32)
  }

  /// Four 32-bit numbers for a 64-bit key and a 128-bit counter (low half, high half).
  package static func block(
    key: UInt64, counter: (UInt64, UInt64)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (x0, x1) = (UInt32(truncatingIfNeeded: counter.0), UInt32(counter.0 >> 32))
    var (x2, x3) = (UInt32(truncatingIfNeeded: counter.1), UInt32(counter.1 >> 32))
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(key >> 32))
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) &* UInt64(x0)
      let second = UInt64(0xCD9E_8D57) &* UInt64(x2)
      (x0, x1, x2, x3) = (
        UInt32(second >> 32) ^ x1 ^ k0, UInt32(truncatingIfNeeded: second),
        UInt32(first >> 32) ^ x3 ^ k1, UInt32(truncatingIfNeeded: first)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (x0, x1, x2, x3)
  }

  /// The next block.
  private mutating func next() -> (UInt32, UInt32, UInt32, UInt32) {
    let block = Self.block(key: seed, counter: (position, stream))
    position &+= 1
    return block
  }

  /// The next 64 random bits; takes one block.
  package mutating func bits() -> UInt64 {
    let block = next()
    return UInt64(block.0) | UInt64(block.1) << 32
  }

  /// Numbers equally distributed over [0, 1), multiples of 2⁻²⁴, four per block: f32 of the shape.
  package mutating func uniform(_ shape: [Int]) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, .f32)
    let to = result.pointer(Float.self)
    for start in stride(from: 0, to: result.count, by: 1 << 16) {
      if Interruption.requested { throw .interrupted(operation: "random") }
      let count = min(1 << 16, result.count - start)
      ck_uniform(seed, stream, position, count, to + start)
      position &+= UInt64((count + 3) / 4)
    }
    return result
  }

  /// Numbers of the standard normal distribution, four per block, by the transformation of Box and
  /// Muller (1958): √(-2 ln u) · (cos 2πv, sin 2πv) with u = (a + 1) / 2³², v = b / 2³²: f32 of the
  /// shape.
  package mutating func normal(_ shape: [Int]) throws(TensorError) -> Tensor {
    try fill(shape) { block, store in
      for (a, b) in [(block.0, block.1), (block.2, block.3)] {
        let radius = (-2 * log((Double(a) + 1) * 0x1p-32)).squareRoot()
        let angle = 2 * Double.pi * Double(b) * 0x1p-32
        store(Float(radius * cos(angle)))
        store(Float(radius * sin(angle)))
      }
    }
  }

  /// Truth values that are true with the given probability, four per block: bool of the shape.
  package mutating func bernoulli(
    _ shape: [Int], _ probability: Double
  ) throws(TensorError) -> Tensor {
    guard probability >= 0, probability <= 1 else {
      throw .value(operation: "bernoulli", reason: "the probability must lie between 0 and 1")
    }
    return try Kernels.compare(.less, try uniform(shape), try Tensor.scalar(probability))
  }

  /// A random order of 0 ..< count (Fisher and Yates), one block per element: i64 of shape [count].
  package mutating func permutation(_ count: Int) throws(TensorError) -> Tensor {
    let result = try Tensor.arange(count, .i64)
    let order = result.pointer(Int.self)
    for i in stride(from: result.count - 1, to: 0, by: -1) {
      if i & 0xffff == 0, Interruption.requested { throw .interrupted(operation: "permutation") }
      let j = Int(bits().multipliedFullWidth(by: UInt64(i + 1)).high)
      (order[i], order[j]) = (order[j], order[i])
    }
    return result
  }

  /// An f32 tensor filled block by block; the last block may be used in part.
  @inline(__always)
  private mutating func fill(
    _ shape: [Int], _ body: ((UInt32, UInt32, UInt32, UInt32), (Float) -> Void) -> Void
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, .f32)
    let to = result.pointer(Float.self)
    var index = 0
    while index < result.count {
      if index & 0xffff == 0, Interruption.requested { throw .interrupted(operation: "random") }
      body(next()) { value in
        if index < result.count { to[index] = value }
        index += 1
      }
    }
    return result
  }
}
