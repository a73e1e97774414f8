// Dense: the slow, obvious arrays that kernels are compared with.
import Graphs
import Tensors

/// Numbers in row-major order with a shape.
struct Dense {
  var shape: [Int]
  var values: [Double]

  init(_ shape: [Int], _ values: [Double]) {
    self.shape = shape
    self.values = values
  }

  /// An array whose element at each index is computed from the index.
  init(_ shape: [Int], by element: ([Int]) -> Double) {
    self.shape = shape
    values = Dense.indices(shape).map(element)
  }

  init(_ tensor: Tensor) {
    self.init(tensor.shape, tensor.doubles)
  }

  /// All indices in row-major order.
  static func indices(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { prefixes, size in
      prefixes.flatMap { prefix in (0..<size).map { prefix + [$0] } }
    }
  }

  /// The element at an index; axes of size 1 repeat and missing leading axes are ignored
  /// (broadcasting).
  subscript(index: [Int]) -> Double {
    var place = 0
    for (size, i) in Swift.zip(shape, index.suffix(shape.count)) {
      place = place * size + (size == 1 ? 0 : i)
    }
    return values[place]
  }

  func map(_ function: (Double) -> Double) -> Dense { Dense(shape, values.map(function)) }

  /// Element-wise with broadcasting.
  func zip(_ other: Dense, _ function: (Double, Double) -> Double) -> Dense {
    let rank = max(shape.count, other.shape.count)
    let left = Array(repeating: 1, count: rank - shape.count) + shape
    let right = Array(repeating: 1, count: rank - other.shape.count) + other.shape
    let result = (0..<rank).map { left[$0] == 1 ? right[$0] : left[$0] }
    return Dense(result) { function(self[$0], other[$0]) }
  }

  /// Reduced over axes by a function of the elements.
  func reduce(_ axes: [Int], keep: Bool, _ function: ([Double]) -> Double) -> Dense {
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    let reduced = Dense(kept) { start in
      function(
        Dense.indices(shape.indices.map { axes.contains($0) ? shape[$0] : 1 }).map { step in
          self[Swift.zip(start, step).map { $0 + $1 }]
        })
    }
    guard !keep else { return reduced }
    return Dense(shape.indices.filter { !axes.contains($0) }.map { shape[$0] }, reduced.values)
  }

  /// Along an axis: `function` turns each line into another line.
  func lines(_ axis: Int, _ function: ([Double]) -> [Double]) -> Dense {
    var result = self
    let others = shape.indices.map { $0 == axis ? 1 : shape[$0] }
    for start in Dense.indices(others) {
      let places = (0..<shape[axis]).map { step in
        var index = start
        index[axis] = step
        return index.indices.reduce(0) { $0 * shape[$1] + index[$1] }
      }
      for (place, value) in Swift.zip(places, function(places.map { values[$0] })) {
        result.values[place] = value
      }
    }
    return result
  }
}

/// A repeatable sequence of numbers in [low, high], no two of them equal: a multiplicative
/// sequence.
func numbers(_ shape: [Int], _ low: Double = -2, _ high: Double = 2, offset: Int = 0) -> Dense {
  let count = shape.reduce(1, *)
  let values = (0..<count).map { i in
    let fraction = (Double(i + offset + 1) * 0.618_033_988_749_895)
    return low + (high - low) * (fraction - fraction.rounded(.down))
  }
  return Dense(shape, values)
}

extension Dense {
  /// As a tensor of an element type.
  func tensor(_ type: ElementType = .f64) throws -> Tensor {
    try Tensor(values, shape).cast(to: type)
  }
}

extension Variable {
  /// The numbers; a test that looks at those of one of many examples stops here.
  var value: Tensor { numbers! }
}
