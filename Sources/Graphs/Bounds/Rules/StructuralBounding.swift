// How operators on whole tensors are bounded: each names its rule.
import Tensors

// Reductions and sums.
extension Sum { package var bounding: any BoundRule { Rising(.sum(of: nil)) } }
extension Mean { package var bounding: any BoundRule { Rising(.sum(of: nil)) } }
extension Max { package var bounding: any BoundRule { Rising(isLinear: false) } }
extension Min { package var bounding: any BoundRule { Rising(isLinear: false) } }
extension Product { package var bounding: any BoundRule { Multiplied(axes: axes, keep: keep) } }
extension ArgMax {
  package var bounding: any BoundRule { ExtremePlace(axis: axis, largest: true, keep: keep) }
}
extension ArgMin {
  package var bounding: any BoundRule { ExtremePlace(axis: axis, largest: false, keep: keep) }
}
extension CumulativeSum { package var bounding: any BoundRule { Rising(.sum(of: 1 << 12)) } }
extension SumTo { package var bounding: any BoundRule { Rising(.sum(of: nil)) } }

// Normalisations.
extension Softmax {
  package var bounding: any BoundRule { Exponentials(axis: axis, logarithm: false) }
}
extension LogSoftmax {
  package var bounding: any BoundRule { Exponentials(axis: axis, logarithm: true) }
}
extension Standardise {
  package var bounding: any BoundRule { Standardised(axes: axes, epsilon: epsilon) }
}
extension BatchNormalisation {
  package var bounding: any BoundRule { FixedStatistics(epsilon: epsilon) }
}

// Movement.
extension Reshape { package var bounding: any BoundRule { Rising() } }
extension Flatten { package var bounding: any BoundRule { Rising() } }
extension Transpose { package var bounding: any BoundRule { Rising() } }
extension BroadcastTo { package var bounding: any BoundRule { Rising() } }
extension ExpandAxes { package var bounding: any BoundRule { Rising() } }
extension SqueezeAxes { package var bounding: any BoundRule { Rising() } }
extension Identity { package var bounding: any BoundRule { Rising() } }
extension SliceAxis { package var bounding: any BoundRule { Rising() } }
extension SliceRanges { package var bounding: any BoundRule { Rising() } }
extension Concatenate { package var bounding: any BoundRule { Rising() } }
extension Pad { package var bounding: any BoundRule { Padded(value: value) } }
extension StopGradient { package var bounding: any BoundRule { Unchanged() } }
extension Cast { package var bounding: any BoundRule { Casting(to: type) } }

// Places.
extension Gather { package var bounding: any BoundRule { ReadAtPlaces(axis: axis) } }
extension TakeAlong { package var bounding: any BoundRule { ReadAtPlaces(axis: axis) } }
extension ScatterAdd { package var bounding: any BoundRule { AddAtPlaces(axis: axis) } }
extension PutAlongAdd { package var bounding: any BoundRule { AddAtPlaces(axis: axis) } }
extension SortAxis { package var bounding: any BoundRule { Rising(isLinear: false) } }
extension ArgSort {
  package var bounding: any BoundRule { SortedPlaces(axis: axis, descending: descending) }
}

// Products.
extension MatrixProduct {
  package var bounding: any BoundRule { Bilinear { x, _ in x.last ?? 1 } }
}
extension Linear { package var bounding: any BoundRule { Bilinear { x, _ in x.last ?? 1 } } }
extension Convolution {
  package var bounding: any BoundRule {
    Bilinear(window: window) { _, weight in weight.dropFirst().reduce(1, *) }
  }
}
extension ConvolutionInputGradient {
  package var bounding: any BoundRule {
    let groups = max(1, window.groups)
    return Bilinear(window: window) { _, weight in
      weight.reduce(1, *) / max(1, weight[1]) / groups + 1
    }
  }
}
extension ConvolutionWeightGradient {
  package var bounding: any BoundRule {
    Bilinear { _, gradient in gradient[0] * gradient.dropFirst(2).reduce(1, *) }
  }
}
extension FusedNormalisation {
  package var bounding: any BoundRule { JoinedNormalisation(epsilon: epsilon) }
}
extension FusedConvolution {
  package var bounding: any BoundRule {
    let inner = Bilinear(window: window) { _, weight in weight.dropFirst().reduce(1, *) }
    return JoinedConvolution(inner, activation)
  }
}

// Pooling.
extension MaxPool { package var bounding: any BoundRule { PooledMaxima() } }
extension MaxPoolPlaces { package var bounding: any BoundRule { PooledPlaces() } }
extension MaxPoolGradient { package var bounding: any BoundRule { AtPooledPlaces() } }
extension PickPooled { package var bounding: any BoundRule { AtPooledPlaces() } }
extension AveragePool { package var bounding: any BoundRule { Rising(.sum(of: window.taps)) } }
extension AveragePoolGradient {
  package var bounding: any BoundRule { Rising(.sum(of: window.taps)) }
}
extension GlobalAveragePool { package var bounding: any BoundRule { Rising(.sum(of: nil)) } }
extension Resize {
  package var bounding: any BoundRule {
    mode.isCubic ? Resampled(operation: self) : Rising(.sum(of: 1 << 12))
  }
}
extension ResizeGradient {
  package var bounding: any BoundRule {
    mode.isCubic ? Resampled(operation: self) : Rising(.sum(of: 1 << 12))
  }
}

// What depends on no number: a fixed tensor, the sizes of the operand.
extension Constant { package var bounding: any BoundRule { Fixed() } }
extension Fill { package var bounding: any BoundRule { Fixed() } }
extension NumberRange { package var bounding: any BoundRule { Fixed() } }
extension ShapeOf { package var bounding: any BoundRule { Fixed() } }

extension BorderPad { package var bounding: any BoundRule { Rising() } }
extension BorderPadGradient { package var bounding: any BoundRule { Rising(.sum(of: 1 << 8)) } }
extension SlidingWindows { package var bounding: any BoundRule { Rising() } }
extension OverlapAdd { package var bounding: any BoundRule { Rising(.sum(of: window.kernel)) } }

extension Window {
  /// Elements under the window.
  fileprivate var taps: Int { kernel.reduce(1, &*) }
}

extension ResizeMode {
  /// Whether some weights are negative.
  fileprivate var isCubic: Bool { if case .cubic = filter { true } else { false } }
}

/// The rule of a result that the operands' numbers do not change.
struct Fixed: BoundRule {
  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    Bounds(try Interval(point: Variable(application.output)))
  }
}

/// The rule of an operator that gives its operand, whatever its element type.
struct Unchanged: BoundRule {
  func isLinear(in open: [Bool]) -> Bool { true }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    Bounds(application.operands[0])
  }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    RelaxedRows(coefficients: [try positive + negative], offset: nil)
  }
}

/// The rule of an operator whose result is its last operand.
package struct LastOperand: BoundRule {
  package init() {}

  package func isLinear(in open: [Bool]) -> Bool { true }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    guard let last = application.operands.last else {
      return try NoBoundRule().bounds(application)
    }
    return Bounds(last)
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let none = [Variable?](repeating: nil, count: application.operands.count - 1)
    return RelaxedRows(coefficients: none + [try positive + negative], offset: nil)
  }
}

/// The rule of padding with a number, which f32 may round.
struct Padded: BoundRule {
  let value: Double

  func isLinear(in open: [Bool]) -> Bool { true }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let moved = try Rising().bounds(application)
    return value == 0 || !value.isFinite ? moved : try application.relative(moved.range, 1)
  }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let rows = try positive + negative
    var relaxed = try application.linearRows(rows, [true])
    if value != 0 {
      let nothing = try Variable.zeros(like: application.operands[0].low)
      relaxed.offset = try rows.dotRows(application.applied(to: [nothing]))
    }
    return relaxed
  }
}

/// The rule of a product over axes: the ranges multiplied one after the other.
struct Multiplied: BoundRule {
  let axes: [Int]
  let keep: Bool

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let reduced = try ShapeRule.axes(Product.name, axes, of: x.shape)
    let kept = x.shape.indices.filter { !reduced.contains($0) }
    let order = Transpose(kept + reduced)
    let length = reduced.reduce(1) { $0 * x.shape[$1] }
    let shape = kept.map { x.shape[$0] }
    let lines = Reshape(shape + [length])
    let (low, high) = (
      try x.low.applying(order).applying(lines), try x.high.applying(order).applying(lines)
    )
    var product = try Interval(1, 1, shape: shape)
    for place in 0..<length {
      if Interruption.requested { throw .interrupted }
      func factor(_ end: Variable) throws(GraphError) -> Variable {
        try end.applying(SliceAxis(shape.count, from: place, count: 1)).reshaped(shape)
      }
      product = try product * Interval(factor(low), factor(high))
    }
    let shaped = Reshape(application.output.shape)
    let result = try Interval(product.low.applying(shaped), product.high.applying(shaped))
    return try application.relative(result, Double(length) + 2)
  }
}
