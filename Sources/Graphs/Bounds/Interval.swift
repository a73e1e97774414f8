// Interval: a range for every element of a tensor, and arithmetic on ranges.
import Tensors

/// Lower and upper ends for every element, f64 and of one shape. An end may be infinite; it is never NaN.
package struct Interval: Sendable {
  package let low: Variable
  package let high: Variable

  /// Ends of one shape; what is not a number there becomes an infinite end.
  package init(_ low: Variable, _ high: Variable) throws(GraphError) {
    self.low = try low.real().replacingNaN(by: -.infinity)
    self.high = try high.real().replacingNaN(by: .infinity)
  }

  private init(checked low: Variable, _ high: Variable) {
    self.low = low
    self.high = high
  }

  /// The range that holds one value for each element, whatever its element type.
  package init(point value: Variable) throws(GraphError) {
    let real = try value.real()
    self.init(checked: real, real)
  }

  /// The range between two ends, numbers of any type that broadcast to a shape, and the rounding of how they were found in
  /// f64.
  package static func box(
    _ low: Variable, _ high: Variable, shape: [Int]
  ) throws(GraphError) -> Interval {
    let ends = try Interval(
      low.applying(Cast(to: .f64)).applying(BroadcastTo(shape)),
      high.applying(Cast(to: .f64)).applying(BroadcastTo(shape)))
    return try ends.widened(by: .zeros(like: ends.low))
  }

  /// The same range for every element of a shape.
  init(_ low: Double, _ high: Double, shape: [Int]) throws(GraphError) {
    func filled(_ value: Double) throws(GraphError) -> Variable {
      try .make("bounds") { () throws(TensorError) in try .full(shape, value, .f64) }
    }
    self.init(checked: try filled(low), try filled(high))
  }

  /// Ends computed element by element from arrays in row-major order.
  init(_ low: [Double], _ high: [Double], shape: [Int]) throws(GraphError) {
    try self.init(.reals(low, shape), .reals(high, shape))
  }

  package var shape: [Int] { low.shape }

  /// Whether it was made of a single value.
  package var isPoint: Bool { low === high }

  /// The largest absolute value in each range.
  func magnitude() throws(GraphError) -> Variable {
    isPoint
      ? try low.applying(Absolute())
      : try apply(Maximum(), low.applying(Absolute()), high.applying(Absolute()))
  }

  /// The middle of each range; infinite where an end is.
  func centre() throws(GraphError) -> Variable {
    isPoint ? low : try low * 0.5 + high * 0.5
  }

  /// An operator applied to both ends, where it does not decrease.
  func applying(_ operation: some Operator) throws(GraphError) -> Interval {
    let low = try low.applying(operation)
    return isPoint ? try Interval(low, low) : try Interval(low, high.applying(operation))
  }

  /// Larger on both sides by `amount`, and by the rounding of doing so.
  func widened(by amount: Variable) throws(GraphError) -> Interval {
    try widened(below: amount, above: amount)
  }

  /// The same with an amount for each side.
  func widened(below: Variable, above: Variable) throws(GraphError) -> Interval {
    let step = 0x1p-52
    let below = try low - below
    let above = try high + above
    return try Interval(
      below - below.applying(Absolute()) * step, above + above.applying(Absolute()) * step)
  }

  /// The same for a kernel in f32, in which what is too large is infinite.
  func overflowing() throws(GraphError) -> Interval {
    let limit = Double(Float.greatestFiniteMagnitude)
    let above = try apply(Greater(), [high, .number(limit, like: high)])
    let below = try apply(Less(), [low, .number(-limit, like: low)])
    guard above.value.bools.contains(true) || below.value.bools.contains(true) else { return self }
    return try Interval(
      apply(Select(), [below, .number(-.infinity, like: low), low]),
      apply(Select(), [above, .number(.infinity, like: high), high]))
  }

  /// What both ranges contain, both of which hold the same value.
  func intersection(_ other: Interval) throws(GraphError) -> Interval {
    try Interval(apply(Maximum(), low, other.low), apply(Minimum(), high, other.high))
  }

  /// The smallest range that contains both.
  func hull(_ other: Interval) throws(GraphError) -> Interval {
    try Interval(apply(Minimum(), low, other.low), apply(Maximum(), high, other.high))
  }

  /// true where the range holds a single value.
  func decided() throws(GraphError) -> Variable { try apply(Equal(), [low, high]) }
}

// Ranges of sums, products and quotients. Exact but for the rounding in f64, which `Bounds.error` covers.
extension Interval {
  static func + (x: Interval, y: Interval) throws(GraphError) -> Interval {
    try Interval(x.low + y.low, x.high + y.high)
  }

  static func - (x: Interval, y: Interval) throws(GraphError) -> Interval {
    try Interval(x.low - y.high, x.high - y.low)
  }

  static prefix func - (x: Interval) throws(GraphError) -> Interval {
    try Interval(-x.high, -x.low)
  }

  /// The extremes among the four corners.
  static func * (x: Interval, y: Interval) throws(GraphError) -> Interval {
    if x.isPoint, y.isPoint { return try Interval(point: x.low * y.low) }
    if y.isPoint { return try hull(of: [x.low * y.low, x.high * y.low]) }
    if x.isPoint { return try hull(of: [x.low * y.low, x.low * y.high]) }
    return try hull(of: [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high])
  }

  /// x · 1 / y: everything where y may be 0.
  static func / (x: Interval, y: Interval) throws(GraphError) -> Interval {
    let corners = try hull(of: [x.low / y.low, x.low / y.high, x.high / y.low, x.high / y.high])
    let zero = try Variable.number(0, like: y.low)
    let crosses = try apply(
      LogicalAnd(),
      [apply(LessOrEqual(), [y.low, zero]), apply(GreaterOrEqual(), [y.high, zero])])
    return try corners.everything(where: crosses)
  }

  /// The range of the squares.
  func squared() throws(GraphError) -> Interval {
    let zero = try Variable.number(0, like: low)
    let nearest = try apply(Minimum(), apply(Maximum(), zero, low), high)
    let farthest = try magnitude()
    return try Interval(nearest * nearest, farthest * farthest)
  }

  /// Without limits where `mask` is true.
  func everything(where mask: Variable) throws(GraphError) -> Interval {
    try Interval(
      apply(Select(), [mask, .number(-.infinity, like: low), low]),
      apply(Select(), [mask, .number(.infinity, like: high), high]))
  }

  /// The smallest and the largest of several tensors of one shape.
  static func hull(of values: [Variable]) throws(GraphError) -> Interval {
    var (low, high) = (values[0], values[0])
    for value in values.dropFirst() {
      low = try apply(Minimum(), low, value)
      high = try apply(Maximum(), high, value)
    }
    return try Interval(low, high)
  }
}

extension Variable {
  /// An f64 constant from numbers in row-major order.
  static func reals(_ values: [Double], _ shape: [Int]) throws(GraphError) -> Variable {
    try make("bounds") { () throws(TensorError) in try Tensor(values, shape) }
  }

  /// The same numbers in f64.
  fileprivate func real() throws(GraphError) -> Variable {
    value.type == .f64 ? self : try applying(Cast(to: .f64))
  }

  /// `value` in the places of what is not a number.
  func replacingNaN(by value: Double) throws(GraphError) -> Variable {
    let bad = try applying(IsNaN())
    guard bad.value.bools.contains(true) else { return self }
    return try apply(Select(), [bad, .number(value, like: self), self])
  }

  /// max(x, 0).
  func positivePart() throws(GraphError) -> Variable { try applying(Clip(0, .infinity)) }

  /// min(x, 0).
  func negativePart() throws(GraphError) -> Variable { try applying(Clip(-.infinity, 0)) }

  /// The elements in row-major order, for rules that look at each by itself. Such a rule's range has no gradient.
  func elements() throws(GraphError) -> [Double] {
    guard !isMapped, !isTracked || !Recording.isOn else {
      throw .bounds(
        operation: "", layer: "",
        reason: "its range is found element by element, so no gradient passes it")
    }
    return value.doubles
  }

  /// 0 in place of the elements where `mask` (bool) is true.
  func zeroed(where mask: Variable) throws(GraphError) -> Variable {
    try apply(Select(), [mask, .number(0, like: self), self])
  }
}
