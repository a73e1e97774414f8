// Random numbers of double precision, and those that need a varying count of draws.

import Glibc

extension Philox {
  /// A number equally distributed over [0, 1), a multiple of 2⁻⁵³; takes one block.
  package mutating func double() -> Double { Double(bits() >> 11) * 0x1p-53 }

  /// A number of the standard normal distribution (Box and Muller 1958); takes two blocks.
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - double())).squareRoot()
    return radius * cos(2 * .pi * double())
  }

  /// A whole number in a range, each equally likely (up to 2⁻⁶⁴ of the range's size); takes one block.
  package mutating func integer(in range: ClosedRange<Int>) -> Int {
    let span = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound)) &+ 1
    let draw = bits()
    let offset = span == 0 ? draw : draw.multipliedFullWidth(by: span).high
    return range.lowerBound &+ Int(truncatingIfNeeded: offset)
  }

  /// A number of the gamma distribution with a shape above 0 and the scale 1 (Marsaglia and Tsang 2000).
  package mutating func gamma(_ shape: Double) -> Double {
    guard shape >= 1 else {
      // γ(a) = γ(a + 1) u^(1/a), in logarithms because small shapes underflow.
      let larger = gamma(shape + 1)
      return exp(log(larger) + log(1 - double()) / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = 1 + c * x
      guard v > 0 else { continue }
      let cube = v * v * v
      if log(1 - double()) < 0.5 * x * x + d - d * cube + d * log(cube) { return d * cube }
    }
  }

  /// A number of the Poisson distribution with a mean from 0 to 1e15: by products of uniform numbers
  /// below 10 (Knuth), by transformed rejection above (Hörmann 1993, PTRS).
  package mutating func poisson(_ mean: Double) -> Double {
    if mean < 10 {
      let limit = exp(-mean)
      var (count, product) = (0.0, 1 - double())
      while product > limit {
        product *= 1 - double()
        count += 1
      }
      return count
    }
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverse = 1.1239 + 1.1328 / (b - 3.4)
    let edge = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = double() - 0.5
      let v = 1 - double()
      let rest = 0.5 - abs(u)
      let k = ((2 * a / rest + b) * u + mean + 0.43).rounded(.down)
      if rest >= 0.07, v <= edge { return k }
      if k < 0 || (rest < 0.013 && v > rest) { continue }
      let ratio = log(v * inverse / (a / (rest * rest) + b))
      if ratio <= k * log(mean) - mean - Self.logFactorial(k) { return k }
    }
  }

  /// The number of successes among `trials` of a probability: by waiting times between successes where
  /// few are expected (Devroye 1986, X.4.3), by transformed rejection elsewhere (Hörmann 1993, BTRS).
  package mutating func binomial(_ trials: Double, _ probability: Double) -> Double {
    if probability > 0.5 { return trials - binomial(trials, 1 - probability) }
    if probability <= 0 || trials < 1 { return 0 }
    if trials * probability < 10 { return binomialByWaiting(trials, probability) }
    let odds = probability / (1 - probability)
    let spread = (trials * probability * (1 - probability)).squareRoot()
    let b = 1.15 + 2.53 * spread
    let a = -0.0873 + 0.0248 * b + 0.01 * probability
    let edge = 0.92 - 4.2 / b
    let alpha = (2.83 + 5.1 / b) * spread
    let mode = ((trials + 1) * probability).rounded(.down)
    let height = Self.logFactorial(mode) + Self.logFactorial(trials - mode)
    while true {
      let u = double() - 0.5
      let v = 1 - double()
      let rest = 0.5 - abs(u)
      let k = ((2 * a / rest + b) * u + trials * probability + 0.5).rounded(.down)
      if k < 0 || k > trials { continue }
      if rest >= 0.07, v <= edge { return k }
      let ratio = log(v * alpha / (a / (rest * rest) + b))
      let bound = height - Self.logFactorial(k) - Self.logFactorial(trials - k)
      if ratio <= bound + (k - mode) * log(odds) { return k }
    }
  }

  private mutating func binomialByWaiting(_ trials: Double, _ probability: Double) -> Double {
    let scale = log1p(-probability)
    var (count, place) = (0.0, 0.0)
    while true {
      // The geometric waiting time for the next success.
      place += (log(1 - double()) / scale).rounded(.down) + 1
      if place > trials { return count }
      count += 1
    }
  }

  private static func logFactorial(_ number: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(number + 1, &sign)
  }

  /// An f64 tensor of the shape, number by number.
  package mutating func doubles(
    _ shape: [Int], _ next: (inout Philox) -> Double
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, .f64)
    let to = result.pointer(Double.self)
    for index in 0..<result.count {
      if index & 0xffff == 0, Interruption.requested { throw .interrupted(operation: "random") }
      to[index] = next(&self)
    }
    return result
  }

  /// An f64 tensor shaped like `parameter`, each number drawn for its own parameter.
  package mutating func doubles(
    like parameter: Tensor, _ next: (inout Philox, Double) -> Double
  ) throws(TensorError) -> Tensor {
    let parameters = parameter.doubles
    var index = 0
    return try doubles(parameter.shape) { random in
      defer { index += 1 }
      return next(&random, parameters[index])
    }
  }

  /// An i64 tensor of the shape, of whole numbers in a range.
  package mutating func integers(
    _ shape: [Int], in range: ClosedRange<Int>
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, .i64)
    let to = result.pointer(Int.self)
    for index in 0..<result.count {
      if index & 0xffff == 0, Interruption.requested { throw .interrupted(operation: "random") }
      to[index] = integer(in: range)
    }
    return result
  }
}
