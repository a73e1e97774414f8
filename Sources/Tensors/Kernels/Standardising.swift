// Standardising over axes and its gradient: what the normalisations share.

import CKernels

extension Kernels {
  /// (x - mean) / √(variance + epsilon) over axes, and 1 / √(variance + epsilon) with those axes as
  /// ones; the variance is that over n.
  package static func standardise(
    _ x: Tensor, axes: [Int], epsilon: Double
  ) throws(TensorError) -> (output: Tensor, inverse: Tensor) {
    if let rows = try Rows(x, axes) { return try rows.standardise(x, epsilon) }
    if let columns = try Columns(x, axes) { return try columns.standardise(x, epsilon) }
    let mean = try reduce(.mean, x, axes: axes, keep: true)
    let centred = try binary(.subtract, x, mean)
    let squares = try binary(.multiply, centred, centred)
    let variance = try reduce(.mean, squares, axes: axes, keep: true)
    let stabilised = try binary(.add, variance, .scalar(epsilon, variance.type))
    let inverse = try binary(.divide, .scalar(1, variance.type), unary(.sqrt, stabilised))
    return (try binary(.multiply, centred, inverse), inverse)
  }

  /// The gradient at the input for the gradient `g` at the output `y`:
  /// (g - mean g - y · mean(g y)) / √(variance + epsilon).
  package static func standardiseGradient(
    _ g: Tensor, _ y: Tensor, inverse: Tensor, axes: [Int]
  ) throws(TensorError) -> Tensor {
    if g.type == .f32, inverse.type == .f32, g.shape == y.shape {
      if let rows = try Rows(y, axes) { return try rows.gradient(g, y, inverse) }
      if let columns = try Columns(y, axes) { return try columns.gradient(g, y, inverse) }
    }
    let shift = try reduce(.mean, g, axes: axes, keep: true)
    let slope = try reduce(.mean, binary(.multiply, g, y), axes: axes, keep: true)
    let centred = try binary(
      .subtract, binary(.subtract, g, shift), binary(.multiply, y, slope))
    return try binary(.multiply, centred, inverse)
  }
}

extension Kernels {
  /// (x - mean) / √(variance + epsilon) · weight + bias over the last axis, weight and bias `[n]`; and what its gradient
  /// needs, where it has a fast one.
  package static func normaliseLayer(
    _ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Double
  ) throws(TensorError) -> (output: Tensor, statistics: Tensor?) {
    if weight.type == .f32, bias.type == .f32, x.rank > 0, weight.shape == [x.shape[x.rank - 1]],
      bias.shape == weight.shape, let rows = try Rows(x, [-1])
    {
      let (output, statistics) = try rows.layer(x, weight, bias, epsilon)
      return (output, statistics)
    }
    let normal = try standardise(x, axes: [-1], epsilon: epsilon).output
    return (try binary(.add, binary(.multiply, normal, weight), bias), nil)
  }

  /// The gradient of `normaliseLayer` at x for the gradient `g` at its result; nil where there is no fast one.
  package static func normaliseLayerGradient(
    _ g: Tensor, _ x: Tensor, weight: Tensor, statistics: Tensor
  ) throws(TensorError) -> Tensor? {
    guard g.type == .f32, g.shape == x.shape, let rows = try Rows(x, [-1]) else { return nil }
    return try rows.layerGradient(g, x, weight, statistics)
  }
}

/// A single-precision tensor without gaps in whose last axes, which are reduced, each row lies together: the features
/// of a layer normalisation, a channel of an instance normalisation.
private struct Rows {
  let shape: [Int]
  /// The shape of a number for each row.
  let kept: [Int]
  let rows, count: Int
  /// Rows of one part.
  private var part: Int { max(1, (1 << 13) / count) }

  init?(_ x: Tensor, _ axes: [Int]) throws(TensorError) {
    let reduced = try Shape.axes(axes, of: x.shape, "standardise")
    let first = x.rank - reduced.count
    guard x.type == .f32, !reduced.isEmpty, reduced.allSatisfy({ $0 >= first }), x.count > 0,
      x.isContiguous
    else { return nil }
    shape = x.shape
    kept = shape.indices.map { $0 < first ? x.shape[$0] : 1 }
    rows = kept.reduce(1, *)
    count = x.count / rows
  }

  private func each(_ body: (_ first: Int, _ rows: Int) -> Void) throws(TensorError) {
    let whole = Threads.forEach((rows + part - 1) / part) { i in
      body(i * part, min(part, rows - i * part))
    }
    if !whole { throw Interruption.error("standardise") }
  }

  func standardise(
    _ x: Tensor, _ epsilon: Double
  ) throws(TensorError) -> (output: Tensor, inverse: Tensor) {
    let output = try Tensor(uninitialised: shape, .f32)
    let inverse = try Tensor(uninitialised: kept, .f32)
    let from = x.pointer(Float.self)
    let (to, scale) = (output.pointer(Float.self), inverse.pointer(Float.self))
    try each { first, rows in
      let start = first * count
      ck_standardise_rows(from + start, rows, count, Float(epsilon), to + start, scale + first)
    }
    return withExtendedLifetime(x) { (output, inverse) }
  }

  /// The same times `weight` plus `bias`, `[count]`; the statistics are [2, rows]: the means and 1 / √(variance + epsilon).
  func layer(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double
  ) throws(TensorError) -> (output: Tensor, statistics: Tensor) {
    let output = try Tensor(uninitialised: shape, .f32)
    let statistics = try Tensor(uninitialised: [2, rows], .f32)
    let (weight, bias) = (try weight.contiguous(), try bias.contiguous())
    let (from, to) = (x.pointer(Float.self), output.pointer(Float.self))
    let (slope, shift) = (weight.pointer(Float.self), bias.pointer(Float.self))
    let means = statistics.pointer(Float.self)
    try each { first, some in
      let start = first * count
      ck_layer_rows(
        from + start, some, count, Float(epsilon), slope, shift, to + start, means + first,
        means + rows + first)
    }
    return withExtendedLifetime((x, weight, bias)) { (output, statistics) }
  }

  /// The gradient of `layer` at x.
  func layerGradient(
    _ g: Tensor, _ x: Tensor, _ weight: Tensor, _ statistics: Tensor
  ) throws(TensorError) -> Tensor {
    let (g, weight) = (try g.contiguous(), try weight.contiguous())
    let result = try Tensor(uninitialised: shape, .f32)
    let (from, input) = (g.pointer(Float.self), x.pointer(Float.self))
    let (to, slope) = (result.pointer(Float.self), weight.pointer(Float.self))
    let means = statistics.pointer(Float.self)
    try each { first, some in
      let start = first * count
      ck_layer_rows_back(
        from + start, input + start, means + first, means + rows + first, some, count, slope,
        to + start)
    }
    return withExtendedLifetime((g, x, weight, statistics)) { result }
  }

  func gradient(_ g: Tensor, _ y: Tensor, _ inverse: Tensor) throws(TensorError) -> Tensor {
    let (g, inverse) = (try g.contiguous(), try inverse.contiguous())
    let result = try Tensor(uninitialised: shape, .f32)
    let (from, output) = (g.pointer(Float.self), y.pointer(Float.self))
    let (to, scale) = (result.pointer(Float.self), inverse.pointer(Float.self))
    try each { first, rows in
      let start = first * count
      ck_standardise_rows_back(from + start, output + start, scale + first, rows, count, to + start)
    }
    return withExtendedLifetime((g, y, inverse)) { result }
  }
}

/// A single-precision tensor whose one axis that is not reduced lies together in memory and whose
/// others follow without gaps: rows of neighbours, such as the channels of images.
struct Columns {
  let shape: [Int]
  let strides: [Int]
  /// The shape of a number for each column.
  let kept: [Int]
  let rows, count: Int
  /// Rows of one part; fixed, so that sums do not depend on the threads.
  private var part: Int { max(1, (1 << 15) / count) }
  private var parts: Int { (rows + part - 1) / part }

  init?(_ x: Tensor, _ axes: [Int]) throws(TensorError) {
    let reduced = try Shape.axes(axes, of: x.shape, "standardise")
    let others = x.shape.indices.filter { !reduced.contains($0) }
    guard x.type == .f32, others.count == 1, let axis = others.first, x.strides[axis] == 1,
      x.shape[axis] > 1, x.count > x.shape[axis], Shape.isDense(x.shape, x.strides)
    else { return nil }
    (shape, strides, count) = (x.shape, x.strides, x.shape[axis])
    rows = x.count / count
    kept = x.shape.indices.map { $0 == axis ? x.shape[axis] : 1 }
  }

  /// One number a column: the mean over the rows of what `add` sums for a part of them.
  private func means(
    _ add: (_ first: Int, _ rows: Int, UnsafeMutablePointer<Double>) -> Void
  ) throws(TensorError) -> [Float] {
    let sums = try Tensor.zeros([parts, count], .f64)
    let to = sums.pointer(Double.self)
    let whole = Threads.forEach(parts) { i in
      add(i * part, min(part, rows - i * part), to + i * count)
    }
    if !whole { throw Interruption.error("standardise") }
    return withExtendedLifetime(sums) { average(to) }
  }

  /// The sums of the parts, [parts, count], added and divided by the number of rows.
  private func average(_ sums: UnsafeMutablePointer<Double>) -> [Float] {
    (0..<count).map { column in
      var sum = 0.0
      for i in 0..<parts { sum += sums[i * count + column] }
      return Float(sum / Double(rows))
    }
  }

  /// (x - shift) · scale + (y - other) · slope, in the layout of x; without y the second product is `other`.
  func affine(
    _ x: Tensor, _ shift: [Float], _ scale: [Float], _ other: [Float], _ y: Tensor? = nil,
    _ slope: [Float] = []
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, strides: strides, .f32)
    let (from, to) = (x.pointer(Float.self), result.pointer(Float.self))
    let second = y?.pointer(Float.self)
    let whole = Threads.forEach(parts) { i in
      let start = i * part * count
      ck_affine_rows(
        from + start, second.map { UnsafePointer($0 + start) }, min(part, rows - i * part), count,
        shift, scale, other, slope, to + start)
    }
    if !whole { throw Interruption.error("standardise") }
    return withExtendedLifetime((x, y)) { result }
  }

  func moments(_ x: Tensor) throws(TensorError) -> (mean: [Float], variance: [Float]) {
    let from = x.pointer(Float.self)
    let mean = try means { first, rows, sums in
      ck_add_rows(from + first * count, count, rows, count, sums)
    }
    let variance = try means { first, rows, sums in
      ck_add_square_rows(from + first * count, count, rows, count, mean, sums)
    }
    return withExtendedLifetime(x) { (mean, variance) }
  }

  private var none: [Float] { [Float](repeating: 0, count: count) }

  func standardise(
    _ x: Tensor, _ epsilon: Double
  ) throws(TensorError) -> (output: Tensor, inverse: Tensor) {
    let (mean, variance) = try moments(x)
    let inverse = variance.map { 1 / ($0 + Float(epsilon)).squareRoot() }
    return (try affine(x, mean, inverse, none), try Tensor(inverse, kept))
  }

  func gradient(_ g: Tensor, _ y: Tensor, _ inverse: Tensor) throws(TensorError) -> Tensor {
    let g = g.strides == strides ? g : try g.copied(strides: strides)
    let (shift, slope) = try slopes(g, y, none)
    let scale = inverse.floats
    return try affine(g, shift, scale, none, y, zip(slope, scale).map { -$0 * $1 })
  }

  /// The means of g and of g · (x - mean).
  func slopes(
    _ g: Tensor, _ x: Tensor, _ mean: [Float]
  ) throws(TensorError) -> (shift: [Float], slope: [Float]) {
    let sums = try Tensor.zeros([2, parts, count], .f64)
    let to = sums.pointer(Double.self)
    let (from, other) = (g.pointer(Float.self), x.pointer(Float.self))
    let whole = Threads.forEach(parts) { i in
      let start = i * part * count
      ck_add_slope_rows(
        from + start, other + start, min(part, rows - i * part), count, mean, to + i * count,
        to + (parts + i) * count)
    }
    if !whole { throw Interruption.error("standardise") }
    return withExtendedLifetime((g, x, sums)) {
      (average(to), average(to + parts * count))
    }
  }
}
