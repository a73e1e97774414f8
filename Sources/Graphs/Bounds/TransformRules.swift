// Rules of Fourier transforms and of resampling with weights of both signs.
import Tensors

/// The rule of a Fourier transform. Its rounding follows the size of the whole line, also where the exact weight of an element
/// is 0: no more than c log n units of Σ |x| (Higham 2002, theorem 24.2).
///
/// Of many results the weights are not looked at one by one: none is larger than the scale.
struct Spectral: BoundRule {
  let axis: Int
  let scale: Double
  /// Whether the operand's, and the result's, last axis holds pairs; `axis` is counted without it.
  let isPaired: (from: Bool, to: Bool)

  init(axis: Int, scale: Double, from: Bool, to: Bool) {
    self.axis = axis
    self.scale = scale
    isPaired = (from, to)
  }

  func isLinear(in open: [Bool]) -> Bool { true }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let size = try lineSums(x.magnitude(), application)
    let rounding = try size * application.gamma(256) + application.smallest
    if application.output.count <= AnyLinear.largest {
      let found = try AnyLinear().bounds(application)
      guard let error = try found.error else { return Bounds(found.range, error: rounding) }
      return Bounds(found.range, error: try error + rounding)
    }
    let centre = try application.applied(to: [x.centre()])
    let reach = try lineSums(x.radius(), application)
    return Bounds(try Interval(centre - reach, centre + reach), error: rounding)
  }

  /// For each result the sum over its line, times the scale.
  private func lineSums(
    _ size: Variable, _ application: BoundedApplication
  ) throws(GraphError) -> Variable {
    let plain = isPaired.from ? Array(size.shape.dropLast()) : size.shape
    let axis = try ShapeRule.axis(application.operation.name, axis, of: plain)
    let sums = try size.sum(isPaired.from ? [axis, -1] : [axis], keep: true)
    let line = plain.indices.map { $0 == axis ? 1 : plain[$0] } + (isPaired.to ? [1] : [])
    return try sums.reshaped(line).applying(BroadcastTo(application.output.shape)) * abs(scale)
  }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    try application.linearRows(positive + negative, application.open)
  }
}

/// The rule of a resampling some of whose weights are negative. Along one axis after the other its weights multiply, and so do
/// their absolute values: the radius is resampled by those.
struct Resampled<Resampling: ResamplingOperator>: BoundRule {
  let operation: Resampling

  func isLinear(in open: [Bool]) -> Bool { true }

  func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let centre = try application.applied(to: [x.centre()])
    let sizes = x.shape.dropFirst(2).reduce(0, +)
    // The weights are rounded to the element type, and in f64 those found here may differ in the last places.
    let size = try resized(x.magnitude())
    let reach = try resized(x.radius()) + size * 0x1p-40
    let error = try size * application.gamma(2 * sizes + 16) + application.smallest
    return Bounds(try Interval(centre - reach, centre + reach), error: error)
  }

  private func resized(_ size: Variable) throws(GraphError) -> Variable {
    var result = size
    for (place, count) in operation.sizes.enumerated() {
      let axis = place + 2
      var mode = operation.mode
      if !mode.scales.isEmpty { mode.scales = [mode.scales[place]] }
      let input = size.shape[axis]
      // What each element alone becomes.
      let lines = try Variable.identity(input, like: size).reshaped([input, 1, input])
      let weights = try lines.applying(Resampling([count], mode: mode)).applying(Absolute())
        .reshaped([input, count])
      let swap = Transpose(
        size.shape.indices.map { $0 == axis ? size.rank - 1 : $0 == size.rank - 1 ? axis : $0 })
      result = try result.applying(swap).times(weights).applying(swap)
    }
    return result
  }

  func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    try application.linearRows(positive + negative, application.open)
  }
}
