// What the tests of bounds share: tracing a function over a box, and drawing points from it.
import Graphs
import Tensors

/// A function of tensors whose first axis counts independent points, and the box that its arguments lie in.
struct BoxedFunction: Sendable {
  let name: String
  /// The middle of the box, each `[1, …]`.
  let centres: [Tensor]
  let radius: Double
  let function: @Sendable ([Variable]) throws -> Variable

  init(
    _ name: String, _ shapes: [[Int]], radius: Double, scale: Double = 1,
    type: ElementType = .f32,
    _ function: @escaping @Sendable ([Variable]) throws -> Variable
  ) throws {
    self.name = name
    self.radius = radius
    self.function = function
    centres = try shapes.enumerated().map { index, shape in
      let fan = Double(max(1, shape.count > 2 ? shape[1] : 1)).squareRoot()
      let size = index == 0 ? 1 : scale / fan
      return try numbers([1] + shape, -size, size, offset: 31 * index).tensor(type)
    }
  }

  func with(radius: Double) -> BoxedFunction { BoxedFunction(self, radius) }

  private init(_ other: BoxedFunction, _ radius: Double) {
    (name, centres, function) = (other.name, other.centres, other.function)
    self.radius = radius
  }

  /// The ends of the box, which are numbers of the function's element type.
  func ends() throws -> [(low: Tensor, high: Tensor)] {
    try centres.map { centre in
      let radius = try Tensor.scalar(self.radius, centre.type)
      return (
        try Kernels.binary(.subtract, centre, radius), try Kernels.binary(.add, centre, radius)
      )
    }
  }

  /// Σ r · f with fixed weights r, so that every output takes part in the gradient.
  private func weighted(_ output: Variable) throws -> Variable {
    let weights = Variable(
      try numbers(Array(output.shape.dropFirst()), -1, 1, offset: 7).tensor(output.type))
    return try (output * weights).sum([])
  }

  /// The function's value and its gradient at each argument, recorded.
  private func results(_ leaves: [Variable]) throws -> [Variable] {
    try Recording.during { () throws in
      let output = try function(leaves)
      return [output] + (try gradient(of: weighted(output), at: leaves))
    }
  }

  /// Bounds of the value and of the gradient at each argument.
  func bounds(_ method: BoundMethod) throws -> [Interval] {
    let leaves = centres.map { Variable.example($0) }
    let outputs = try results(leaves)
    let ranges = try ends().map { ends in
      try Interval(
        Variable(try ends.low.cast(to: .f64)), Variable(try ends.high.cast(to: .f64)))
    }
    return try BoundsAnalysis(Array(zip(leaves, ranges)), method: method).bounds(of: outputs)
  }

  /// The smallest and the largest value and gradient among `count` points of the box, a third of which are corners.
  func extremes(points count: Int, at once: Int = 5000) throws -> [(low: [Double], high: [Double])]
  {
    var random = Philox(11, stream: 3)
    var found: [(low: [Double], high: [Double])] = []
    let ends = try ends()
    for start in stride(from: 0, to: count, by: once) {
      let points = min(once, count - start)
      let arguments = try ends.map { ends in
        let shape = [points] + ends.low.shape.dropFirst()
        var part = try random.uniform(shape).cast(to: ends.low.type)
        if start / once % 3 == 0 { part = try Kernels.unary(.round, part) }
        let width = try Kernels.binary(.subtract, ends.high, ends.low)
        let value = try Kernels.binary(
          .add, ends.low, Kernels.binary(.multiply, width, part))
        let limited = try Kernels.binary(
          .minimum, Kernels.binary(.maximum, value, ends.low), ends.high)
        return Variable(limited).tracked()
      }
      let results = try results(arguments)
      for (index, result) in results.enumerated() {
        let low = try Kernels.reduce(.min, result.value, axes: [0]).doubles
        let high = try Kernels.reduce(.max, result.value, axes: [0]).doubles
        if found.count <= index {
          found.append((low, high))
        } else {
          found[index].low = zip(found[index].low, low).map { Swift.min($0, $1) }
          found[index].high = zip(found[index].high, high).map { Swift.max($0, $1) }
        }
      }
    }
    return found
  }

  /// Value and gradient at the middle of the box.
  func values() throws -> [[Double]] {
    try results(centres.map { Variable($0).tracked() }).map(\.value.doubles)
  }
}

extension Interval {
  var lows: [Double] { low.value.doubles }
  var highs: [Double] { high.value.doubles }

  /// The sum of the widths.
  var width: Double { zip(lows, highs).reduce(0) { $0 + $1.1 - $1.0 } }
}
