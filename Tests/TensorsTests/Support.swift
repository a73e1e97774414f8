// What the tests compare with: arrays of doubles with shapes, computed by the plainest loops.

import Tensors
import Testing

/// A row-major array of doubles: the slow, obvious counterpart of a tensor.
struct Plain {
  var shape: [Int]
  var values: [Double]

  init(_ shape: [Int], _ values: [Double]) { (self.shape, self.values) = (shape, values) }

  init(zeros shape: [Int]) {
    self.init(shape, [Double](repeating: 0, count: shape.reduce(1, *)))
  }

  init(_ tensor: Tensor) { self.init(tensor.shape, tensor.doubles) }

  subscript(_ index: [Int]) -> Double {
    get { values[place(index)] }
    set { values[place(index)] = newValue }
  }

  /// The element with axes of extent 1, and missing leading axes, repeated.
  func broadcast(_ index: [Int]) -> Double {
    let own = Array(index.suffix(shape.count))
    return self[zip(own, shape).map { $1 == 1 ? 0 : $0 }]
  }

  private func place(_ index: [Int]) -> Int {
    zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// Every index of a shape in row-major order.
  static func indices(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { lists, extent in lists.flatMap { list in (0..<extent).map { list + [$0] } }
    }
  }
}

/// Small reproducible random choices for shapes and values.
struct Dice {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() >> 33) % range.count
  }

  mutating func number() -> Double { Double(next() >> 11) * 0x1p-53 * 2 - 1 }

  mutating func pick<T>(_ list: [T]) -> T { list[integer(0...list.count - 1)] }

  /// A tensor with numbers in (-1, 1), lying in memory in one of several ways.
  mutating func tensor(_ shape: [Int], _ type: ElementType = .f32) throws -> Tensor {
    let form = integer(0...3)
    func filled(_ shape: [Int], _ dice: inout Dice) throws -> Tensor {
      let count = shape.reduce(1, *)
      return try Tensor((0..<count).map { _ in dice.number() }, shape).cast(to: type)
    }
    switch form {
    case 1 where shape.count > 1:
      // Axes stored in reverse order.
      let order = Array(shape.indices.reversed())
      return try filled(order.map { shape[$0] }, &self).permuted(order)
    case 2 where !shape.isEmpty:
      // Every second element of a longer axis, walked backwards.
      let axis = integer(0...shape.count - 1)
      var longer = shape
      longer[axis] = 2 * shape[axis] + 1
      let whole = try filled(longer, &self)
      return shape[axis] == 0
        ? try whole.sliced(axis: axis, from: 0, count: 0)
        : try whole.sliced(axis: axis, from: 2 * shape[axis] - 1, count: shape[axis], step: -2)
    case 3 where shape.count == 4:
      let order = [0, 2, 3, 1]
      return try filled(order.map { shape[$0] }, &self).permuted([0, 3, 1, 2])
    default:
      return try filled(shape, &self)
    }
  }
}

/// Records an issue unless the shapes agree and every element differs by at most `tolerance` times
/// the largest size of an expected element (at least 1); NaN and infinities must agree exactly.
func expectClose(
  _ found: Tensor, _ expected: Plain, _ tolerance: Double = 1e-5, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.shape == expected.shape, "\(comment)", sourceLocation: sourceLocation)
  guard found.shape == expected.shape else { return }
  let scale = expected.values.filter(\.isFinite).map(abs).reduce(1, max)
  for (i, (a, b)) in zip(found.doubles, expected.values).enumerated() {
    let same = a == b || (a.isNaN && b.isNaN) || abs(a - b) <= tolerance * scale
    if !same {
      Issue.record(
        "\(comment): element \(i) of \(expected.shape) is \(a), expected \(b)",
        sourceLocation: sourceLocation)
      return
    }
  }
}

/// Whether `body` throws a TensorError; any other outcome is an issue.
func expectTensorError(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  #expect(throws: TensorError.self, sourceLocation: sourceLocation) { try body() }
}
