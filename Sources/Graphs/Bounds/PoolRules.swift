// Rules of the pooling of maxima and of its gradient, where several elements of a window may be the largest.
import Tensors

/// For each place of a window over images, the elements that may be the largest.
struct PoolCandidates {
  /// Places in row-major order of the axes after the channels; for inputs, channels and window places in row-major order.
  let places: [[Int]]
  /// Elements of one input and channel.
  let area: Int

  init(_ window: Window, _ x: Interval) throws(GraphError) {
    let sizes = Array(x.shape[2...])
    let counts = try window.pooled(MaxPool.name, [Operand(x.shape)]).dropFirst(2)
    let (low, high) = (x.low.value.doubles, x.high.value.doubles)
    area = sizes.reduce(1, *)
    // The elements under each place of the window, axis by axis.
    var taps: [[Int]] = [[0]]
    for (axis, (size, count)) in zip(window.axes, zip(sizes, counts)) {
      let along = (0..<count).map { place in
        (0..<axis.kernel).map { place * axis.stride - axis.padLow + $0 * axis.dilation }
          .filter { $0 >= 0 && $0 < size }
      }
      taps = taps.flatMap { outer in
        along.map { inner in outer.flatMap { start in inner.map { start * size + $0 } } }
      }
    }
    var places: [[Int]] = []
    for base in stride(from: 0, to: low.count, by: max(1, area)) {
      if Interruption.requested { throw .interrupted }
      for all in taps {
        let floor = all.reduce(-Double.infinity) { max($0, low[base + $1]) }
        places.append(all.filter { high[base + $0] >= floor })
      }
    }
    self.places = places
  }

  /// The element of the candidates in an array over the images.
  func pick(_ index: Int, _ values: [Double], over perImage: Int) -> [Double] {
    let base = index / max(1, perImage) * area
    return places[index].map { values[base + $0] }
  }
}

/// The rule of a pooling of maxima.
package struct PooledMaxima: BoundRule {
  package init() {}

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    try Rising().bounds(application)
  }

  /// At least the element whose lower end is the largest, and equal to it where no other reaches as high.
  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    guard let window = (application.operation as? MaxPool)?.window else { return nil }
    let x = application.operands[0]
    let shape = application.output.shape
    let counts = try PoolCandidates(window, x).places.map { $0.count == 1 }
    let known = try Variable.make(MaxPool.name) { () throws(TensorError) in
      try Tensor(counts, shape)
    }
    let places = try Variable.make(MaxPool.name) { () throws(TensorError) in
      try Kernels.maxPool(x.low.value, window).indices
    }
    let high = try x.high.applying(MaxPool(window)).zeroed(where: known)
    let rows = try positive + negative.zeroed(where: known.applying(LogicalNot()))
    let gradient = MaxPoolGradient(sizes: Array(x.shape[2...]))
    let flat = try rows.reshaped([rows.shape[0] * shape[0]] + shape.dropFirst())
    let repeated = try places.applying(BroadcastTo([rows.shape[0]] + shape)).reshaped(flat.shape)
    return RelaxedRows(
      coefficients: [try apply(gradient, [flat, repeated]).reshaped([rows.shape[0]] + x.shape)],
      offset: try negative.dotRows(high))
  }
}

/// The rule of the places of a pooling's maxima.
package struct PooledPlaces: BoundRule {
  package init() {}

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    guard let window = (application.operation as? MaxPoolPlaces)?.window else {
      return try NoBoundRule().bounds(application)
    }
    let x = application.operands[0]
    if x.isPoint { return Bounds(try Interval(point: application.applied(to: [x.low]))) }
    let candidates = try PoolCandidates(window, x).places
    return Bounds(
      try Interval(
        candidates.map { Double($0.first ?? 0) }, candidates.map { Double($0.last ?? 0) },
        shape: application.output.shape))
  }
}

/// The rule of the two operators that hand numbers to, and fetch them from, the places of a pooling's maxima.
package struct AtPooledPlaces: BoundRule {
  package init() {}

  /// What may be the largest element; nil if the places are known.
  private func candidates(
    _ application: BoundedApplication
  ) throws(GraphError) -> PoolCandidates? {
    let places = application.operands[1]
    guard !places.isPoint, try places.decided().value.bools.contains(false) else { return nil }
    guard let node = application.inputs[1].node,
      let window = (node.operator as? MaxPoolPlaces)?.window,
      let image = application.range(node.inputs[0])
    else {
      throw .bounds(
        operation: application.operation.name, layer: application.layer,
        reason: "its places depend on the box in another way than by a max pool")
    }
    return try PoolCandidates(window, image)
  }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (x, places) = (application.operands[0], application.operands[1])
    let shape = application.output.shape
    let hands = application.operation is MaxPoolGradient
    guard let found = try candidates(application) else {
      let whole = try places.low.applying(Cast(to: .i64))
      func moved(_ end: Variable) throws(GraphError) -> Variable {
        try application.applied(to: [end, whole])
      }
      let range = try Interval(moved(x.low), moved(x.high))
      return hands
        ? Bounds(range, error: try error(application, moved(x.magnitude()))) : Bounds(range)
    }
    let (l, h) = (try x.low.elements(), try x.high.elements())
    let perImage = places.shape[2...].reduce(1, *)
    guard hands else {
      var (lows, highs): ([Double], [Double]) = ([], [])
      for index in found.places.indices {
        lows.append(found.pick(index, l, over: perImage).min() ?? -.infinity)
        highs.append(found.pick(index, h, over: perImage).max() ?? .infinity)
      }
      return Bounds(try Interval(lows, highs, shape: shape))
    }
    let parts = handed(found, l, h, perImage: perImage, count: shape.reduce(1, *)) { _ in true }
    return Bounds(
      try Interval(parts.low, parts.high, shape: shape),
      error: try error(application, .reals(parts.size, shape)))
  }

  /// The range of the sums that are handed to each element by the windows that `counts` tells of by their number of
  /// candidates, and the sum of their sizes.
  private func handed(
    _ found: PoolCandidates, _ l: [Double], _ h: [Double], perImage: Int, count: Int,
    _ counts: (Int) -> Bool
  ) -> (low: [Double], high: [Double], size: [Double]) {
    var low = [Double](repeating: 0, count: count)
    var (high, size) = (low, low)
    for (index, places) in found.places.enumerated() where counts(places.count) {
      let base = index / max(1, perImage) * found.area
      for place in places {
        low[base + place] += places.count == 1 ? l[index] : min(l[index], 0)
        high[base + place] += places.count == 1 ? h[index] : max(h[index], 0)
        size[base + place] += max(abs(l[index]), abs(h[index]))
      }
    }
    return (low, high, size)
  }

  /// No more windows than there are can meet in an element, and in practice a few.
  private func error(
    _ application: BoundedApplication, _ sums: Variable
  ) throws(GraphError) -> Variable {
    let windows = application.inputs[0].shape[2...].reduce(1, *)
    return try sums * application.gamma(Swift.min(windows, 4096)) + application.smallest
  }

  /// Linear in what is handed to, or fetched from, places that are known; of the rest the range has to do.
  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let (x, all) = (application.operands[0], try positive + negative)
    guard let found = try candidates(application) else {
      let places = try application.operands[1].low.applying(Cast(to: .i64))
      let rows = try application.pulledBack(all, [true, false], at: [x.low, places])
      return RelaxedRows(coefficients: rows, offset: nil)
    }
    guard application.operation is MaxPoolGradient else { return nil }
    let shape = application.output.shape
    let perImage = x.shape[2...].reduce(1, *)
    let rest = handed(
      found, try x.low.elements(), try x.high.elements(), perImage: perImage,
      count: shape.reduce(1, *)
    ) { $0 > 1 }
    let places = try Variable.make(MaxPool.name) { () throws(TensorError) in
      try Tensor(found.places.map { $0.first ?? 0 }, x.shape)
    }
    let several = try Variable.make(MaxPool.name) { () throws(TensorError) in
      try Tensor(found.places.map { $0.count != 1 }, x.shape)
    }
    let rows = try application.pulledBack(all, [true, false], at: [x.low, places])
    var offset = try positive.dotRows(.reals(rest.low, shape))
    offset = try offset + negative.dotRows(.reals(rest.high, shape))
    return RelaxedRows(coefficients: [try rows[0]?.zeroed(where: several), nil], offset: offset)
  }
}
