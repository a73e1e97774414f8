// One axis of a resampling: the elements that each place reads, and the sums over them.

/// Along one axis: the input places that each output place reads, and their weights.
struct ResampledAxis {
  let input, count: Int
  /// The most places that one output place reads.
  let width: Int
  /// [count, width], i64.
  private let places: Tensor
  /// [count, width], f64; 0 for places that are not read.
  private let weights: Tensor

  /// `scale` is out / in, nil for that of the sizes. Tables count against the limit of memory.
  init(
    _ input: Int, _ output: Int, _ mode: ResizeMode, scale: Double?
  ) throws(TensorError) {
    let ratio = scale ?? Double(output) / Double(max(1, input))
    let stretch = mode.antialias ? min(1, ratio) : 1
    var width: Int
    switch mode.filter {
    case .nearest: width = 1
    case .linear: width = Self.footprint(1, stretch)
    case .cubic: width = Self.footprint(2, stretch)
    case .area: width = output > 0 ? min(input, input / output + 2) : 1
    }
    if input == 0 || output == 0 { width = 1 }
    (self.input, count, self.width) = (input, input == 0 ? 0 : output, width)
    places = try .zeros([count, width], .i64)
    weights = try .zeros([count, width], .f64)
    let axis = AxisFilter(input: input, output: output, mode: mode, scale: scale, stretch: stretch)
    let (list, factors) = (places.pointer(Int.self), weights.pointer(Double.self))
    for i in 0..<count {
      if Interruption.requested { throw .interrupted(operation: "resize") }
      axis.fill(i, width, list + i * width, factors + i * width)
    }
  }

  /// Elements within `radius` / `stretch` of any place.
  private static func footprint(_ radius: Double, _ stretch: Double) -> Int {
    2 * Int(min(1e9, (radius / stretch).rounded(.up)))
  }

  /// Calls `body(input place, weight)` for what output place `i` reads.
  @inline(__always)
  func taps(_ i: Int, _ body: (Int, Double) -> Void) {
    let (list, factors) = (places.pointer(Int.self), weights.pointer(Double.self))
    for k in i * width..<(i + 1) * width where factors[k] != 0 { body(list[k], factors[k]) }
  }

  /// How many times as many elements come out as go in.
  var growth: Double { Double(count) / Double(max(1, input)) }

  /// Whether every place reads itself alone.
  var isIdentity: Bool {
    guard input == count else { return false }
    for i in 0..<count {
      var own = 0.0
      var others = false
      taps(i) { place, weight in
        if place == i { own += weight } else { others = true }
      }
      if others || own != 1 { return false }
    }
    return true
  }
}

extension ResampledAxis {
  /// x [N, C, …], channels together, with its axis of this number resampled; by the adjoint from
  /// `count` back to `input` elements. Channels together again.
  func applied(
    to x: Tensor, _ number: Int, isAdjoint: Bool = false
  ) throws(TensorError) -> Tensor {
    var shape = x.shape
    shape[number] = isAdjoint ? input : count
    let result = try Tensor.zerosTogether(shape, x.type)
    let lines = shape[2..<number].reduce(shape[0], *)
    let inner = shape[(number + 1)...].reduce(shape[1], *)
    if result.count == 0 || x.count == 0 { return result }
    let factors = try weights.cast(to: x.type)
    let whole =
      x.type == .f64
      ? sum(x, factors, result, lines, inner, isAdjoint, Double.self)
      : sum(x, factors, result, lines, inner, isAdjoint, Float.self)
    if !whole { throw .interrupted(operation: "resize") }
    return result
  }

  /// Adds to each line of `inner` elements of the result what it reads; false on interruption.
  ///
  /// A piece is a part of the elements of a line, or some whole lines; it belongs to one thread.
  @inline(__always)
  private func sum<T: BinaryFloatingPoint>(
    _ x: Tensor, _ weights: Tensor, _ y: Tensor, _ lines: Int, _ inner: Int, _ isAdjoint: Bool,
    _: T.Type
  ) -> Bool {
    let (from, to) = (x.pointer(T.self), y.pointer(T.self))
    let taps = Taps<T>(
      count: count, width: width, inner: inner, places: places.pointer(Int.self),
      weights: weights.pointer(T.self))
    let (read, written) = isAdjoint ? (count, input) : (input, count)
    let length = min(inner, 256)
    let pieces = (inner + length - 1) / length
    let together = pieces > 1 ? 1 : max(1, 4096 / max(count, input, inner))
    let groups = (lines + together - 1) / together
    return Threads.forEach(groups * pieces) { item in
      let start = item % pieces * length
      let first = item / pieces * together
      for line in first..<min(lines, first + together) {
        if Interruption.requested { return }
        let source = from + line * read * inner + start
        let target = to + line * written * inner + start
        if inner > 1 {
          taps.add(source, target, min(length, inner - start), isAdjoint)
        } else if isAdjoint {
          taps.scatter(source, target)
        } else {
          taps.gather(source, target)
        }
      }
    }
  }
}

/// What the output places of an axis read, for one element type.
private struct Taps<T: BinaryFloatingPoint> {
  let count, width, inner: Int
  let places: UnsafePointer<Int>
  let weights: UnsafePointer<T>

  init(
    count: Int, width: Int, inner: Int, places: UnsafeMutablePointer<Int>,
    weights: UnsafeMutablePointer<T>
  ) {
    (self.count, self.width, self.inner) = (count, width, inner)
    (self.places, self.weights) = (UnsafePointer(places), UnsafePointer(weights))
  }

  /// Adds `length` neighbouring elements at a time.
  @inline(__always)
  func add(
    _ source: UnsafeMutablePointer<T>, _ target: UnsafeMutablePointer<T>, _ length: Int,
    _ isAdjoint: Bool
  ) {
    for i in 0..<count {
      if i & 0xfff == 0, Interruption.requested { return }
      for k in i * width..<(i + 1) * width where weights[k] != 0 {
        let (a, b) = isAdjoint ? (i, places[k]) : (places[k], i)
        let (row, sum, weight) = (source + a * inner, target + b * inner, weights[k])
        for j in 0..<length { sum[j] += weight * row[j] }
      }
    }
  }

  /// For elements that are neighbours along the axis itself.
  @inline(__always)
  func gather(_ source: UnsafeMutablePointer<T>, _ target: UnsafeMutablePointer<T>) {
    var (place, weight) = (places, weights)
    for i in 0..<count {
      if i & 0xfff == 0, Interruption.requested { return }
      var sum: T = 0
      for k in 0..<width where weight[k] != 0 { sum += weight[k] * source[place[k]] }
      target[i] = sum
      (place, weight) = (place + width, weight + width)
    }
  }

  /// The adjoint of `gather`.
  @inline(__always)
  func scatter(_ source: UnsafeMutablePointer<T>, _ target: UnsafeMutablePointer<T>) {
    var (place, weight) = (places, weights)
    for i in 0..<count {
      if i & 0xfff == 0, Interruption.requested { return }
      for k in 0..<width where weight[k] != 0 { target[place[k]] += weight[k] * source[i] }
      (place, weight) = (place + width, weight + width)
    }
  }
}
