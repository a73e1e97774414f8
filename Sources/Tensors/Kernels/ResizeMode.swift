// How resampling finds the elements between elements.

/// The rule of a resampling. https://onnx.ai/onnx/operators/onnx__Resize.html
package struct ResizeMode: Sendable, Hashable {
  /// Which element stands for a place between two.
  package enum Rounding: String, Sendable, CaseIterable {
    case floor
    case ceil
    /// The nearer one, of two equally near ones the first.
    case preferFloor = "round_prefer_floor"
    /// The nearer one, of two equally near ones the second.
    case preferCeil = "round_prefer_ceil"

    func callAsFunction(_ x: Double) -> Double {
      switch self {
      case .floor: x.rounded(.down)
      case .ceil: x.rounded(.up)
      case .preferFloor: (x - 0.5).rounded(.up)
      case .preferCeil: (x + 0.5).rounded(.down)
      }
    }
  }

  /// How elements are weighed.
  package enum Filter: Sendable, Hashable {
    case nearest(Rounding)
    /// Between the two nearest per axis.
    case linear
    /// Cubic convolution over four elements per axis (Keys 1981) with the coefficient a.
    case cubic(Double)
    /// The mean of the elements from floor(i · in / out) to ceil((i + 1) · in / out): adaptive
    /// average pooling.
    case area
  }

  /// Where place i of the result lies in the input.
  package enum Coordinates: String, Sendable, CaseIterable {
    /// Centres at half-integers: (i + 0.5) / scale - 0.5.
    case halfPixel = "half_pixel"
    /// The same about the middle of the input, where out ≠ scale · in.
    case halfPixelSymmetric = "half_pixel_symmetric"
    /// As half-pixel, but 0 for a result of one element.
    case pytorchHalfPixel = "pytorch_half_pixel"
    /// First on first and last on last element: i · (in - 1) / (out - 1).
    case alignCorners = "align_corners"
    /// i / scale.
    case asymmetric
  }

  package var filter: Filter
  package var coordinates: Coordinates
  /// Whether filters are widened where the result is smaller, so that every element counts.
  package var antialias = false
  /// Whether weights of elements beyond the border are left out and the others made to sum to 1;
  /// otherwise the border is repeated.
  package var excludesOutside = false
  /// The ratio out / in of each axis where it is not that of the sizes; empty otherwise.
  package var scales: [Double] = []

  package init(_ filter: Filter, _ coordinates: Coordinates = .halfPixel) {
    self.filter = filter
    self.coordinates = coordinates
  }

  /// Element floor(i · in / out).
  package static let nearest = ResizeMode(.nearest(.floor), .asymmetric)

  /// Between the two nearest elements per axis: centres at half-integers, or corners on corners.
  package static func bilinear(alignCorners: Bool) -> ResizeMode {
    ResizeMode(.linear, alignCorners ? .alignCorners : .halfPixel)
  }

  /// Cubic convolution with a = -0.75, centres at half-integers.
  package static let bicubic = ResizeMode(.cubic(-0.75))

  /// Means over equal shares: adaptive average pooling.
  package static let area = ResizeMode(.area)
}

/// What the weights of one axis follow from.
struct AxisFilter {
  let input, output: Int
  let mode: ResizeMode
  let scale: Double?
  /// What distances are multiplied with before the filter sees them.
  let stretch: Double

  /// Where output place `i` lies in the input.
  private func coordinate(_ i: Int) -> Double {
    let (place, size, target) = (Double(i), Double(input), Double(output))
    let length = scale.map { $0 * size } ?? target
    let step = scale.map { 1 / $0 } ?? size / target
    let centre = (place + 0.5) * step - 0.5
    switch mode.coordinates {
    case .halfPixel: return centre
    case .halfPixelSymmetric: return size / 2 * (1 - target / length) + centre
    case .pytorchHalfPixel: return output > 1 ? centre : 0
    case .alignCorners: return output > 1 ? place * (size - 1) / (length - 1) : 0
    case .asymmetric: return scale.map { place / $0 } ?? place * size / target
    }
  }

  /// Writes the places and weights of output place `i`.
  func fill(
    _ i: Int, _ width: Int, _ places: UnsafeMutablePointer<Int>,
    _ weights: UnsafeMutablePointer<Double>
  ) {
    switch mode.filter {
    case .area:
      // floor(i · in / out) and ceil((i + 1) · in / out), without overflow.
      let (whole, rest) = input.quotientAndRemainder(dividingBy: output)
      let low = i * whole + part(i, rest)
      let high = (i + 1) * whole + part(i + 1, rest, up: true)
      for k in 0..<min(width, high - low) {
        (places[k], weights[k]) = (low + k, 1 / Double(high - low))
      }
    case .nearest(let rounding):
      (places[0], weights[0]) = (clamped(rounding(coordinate(i))), 1)
    case .linear: interpolate(i, width, places, weights) { max(0, 1 - $0) }
    case .cubic(let a): interpolate(i, width, places, weights) { Self.cubic($0, a) }
    }
  }

  /// i · rest / output, rounded down or up.
  private func part(_ i: Int, _ rest: Int, up: Bool = false) -> Int {
    let (high, low) = i.multipliedFullWidth(by: rest)
    let (quotient, remainder) = output.dividingFullWidth((high, low))
    return quotient + (up && remainder > 0 ? 1 : 0)
  }

  private func clamped(_ x: Double) -> Int { x > 0 ? Int(min(x, Double(input - 1))) : 0 }

  private func interpolate(
    _ i: Int, _ width: Int, _ places: UnsafeMutablePointer<Int>,
    _ weights: UnsafeMutablePointer<Double>, _ filter: (Double) -> Double
  ) {
    var x = coordinate(i)
    // Beyond the border everything repeats it; a linear filter can stay inside.
    if case .linear = mode.filter, !mode.antialias { x = min(max(x, 0), Double(input - 1)) }
    let first = x.rounded(.down) - Double(width / 2 - 1)
    var total = 0.0
    for k in 0..<width {
      let place = first + Double(k)
      let isOutside = place < 0 || place > Double(input - 1)
      let weight = mode.excludesOutside && isOutside ? 0 : filter(abs(x - place) * stretch)
      (places[k], weights[k]) = (clamped(place), weight)
      total += weight
    }
    guard mode.antialias || mode.excludesOutside, total != 0 else { return }
    for k in 0..<width { weights[k] /= total }
  }

  /// The cubic convolution kernel at a distance.
  private static func cubic(_ x: Double, _ a: Double) -> Double {
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0
  }
}

extension Kernels {
  /// The places of the `count` equal shares of an axis of `extent` elements, as `ResizeMode.area` takes
  /// them: i64 [count, width], shorter shares filled up with their last place.
  package static func shares(of extent: Int, _ count: Int) throws(TensorError) -> Tensor {
    let axis = try ResampledAxis(extent, count, .area, scale: nil)
    let result = try Tensor.zeros([axis.count, axis.width], .i64)
    let list = result.pointer(Int.self)
    for i in 0..<axis.count {
      var (k, last) = (i * axis.width, 0)
      axis.taps(i) { place, _ in
        (list[k], last) = (place, place)
        k += 1
      }
      while k < (i + 1) * axis.width {
        list[k] = last
        k += 1
      }
    }
    return result
  }
}
