// The gamma function and the incomplete gamma and beta functions, on which distributions stand.
import Glibc

/// Special functions of double precision; relative errors are about 1e-13.
///
/// Prefactors are written by the deviance and the error of Stirling's formula (Loader 2000, "Fast and
/// accurate computation of binomial probabilities"), which keeps digits where the logarithms of the
/// gamma function would cancel.
package enum SpecialFunctions {
  private static let tiny = 1e-300
  /// More terms are not needed below 1e12, where the terms wanted grow like the root.
  private static let mostTerms = 20_000_000

  /// log Γ(x), for x of either sign; inf at 0, -1, -2, ….
  package static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// ∛x; the C library's root is off by a place, which one step of Newton's method mends.
  package static func cubeRoot(_ x: Double) -> Double {
    let root = cbrt(x)
    guard root.isFinite, root != 0 else { return root }
    return root - (root * root * root - x) / (3 * root * root)
  }

  /// log Γ(x + 1) - (x + 1/2) log x + x - log √(2π): what Stirling's formula lacks.
  static func stirlingError(_ x: Double) -> Double {
    if x < 16 { return logGamma(x + 1) - (x + 0.5) * log(x) + x - 0.5 * log(2 * .pi) }
    let y = 1 / (x * x)
    // 1/12 - y/360 + y²/1260 - …: the Bernoulli numbers B₂ₖ / (2k (2k - 1)).
    var series = -691.0 / 360_360 * y + 1.0 / 1188
    series = series * y - 1.0 / 1680
    series = series * y + 1.0 / 1260
    series = series * y - 1.0 / 360
    series = series * y + 1.0 / 12
    return series / x
  }

  /// x log(x / m) + m - x, exact also where x is near m.
  private static func deviance(_ x: Double, _ m: Double) -> Double {
    guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
    let v = (x - m) / (x + m)
    var sum = (x - m) * v
    var power = 2 * x * v
    for j in 1..<1000 {
      power *= v * v
      let next = sum + power / Double(2 * j + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }

  /// x^a e^-x / Γ(a + 1).
  static func gammaFactor(_ a: Double, _ x: Double) -> Double {
    if a < 16 { return exp(a * log(x) - x - logGamma(a + 1)) }
    return exp(-stirlingError(a) - deviance(a, x)) / (2 * .pi * a).squareRoot()
  }

  /// x^(a - 1) e^-x / Γ(a), the density of a gamma variable of shape a > 0; 0 below x = 0.
  static func gammaDensity(_ a: Double, _ x: Double) -> Double {
    guard a > 0, a <= 1e12, !x.isNaN else { return .nan }
    if x < 0 || x == .infinity { return 0 }
    if x == 0 { return a < 1 ? .infinity : a == 1 ? 1 : 0 }
    return a / x * gammaFactor(a, x)
  }

  /// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, for a > 0 and x >= 0.
  package static func incompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    if x == 0 { return (0, 1) }
    if x == .infinity { return (1, 0) }
    let factor = gammaFactor(a, x)
    if x < a + 1 {
      // P = x^a e^-x / Γ(a + 1) · Σ xⁿ / ((a + 1) … (a + n)).
      var (sum, term, n) = (1.0, 1.0, a)
      for _ in 0..<mostTerms {
        n += 1
        term *= x / n
        sum += term
        if term < sum * 1e-17 { break }
      }
      let lower = min(factor * sum, 1)
      return (lower, 1 - lower)
    }
    // The continued fraction of Legendre for Γ(a, x), by the method of Lentz.
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1..<mostTerms {
      let n = -Double(i) * (Double(i) - a)
      b += 2
      d = n * d + b
      if abs(d) < tiny { d = tiny }
      c = b + n / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      h *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    let upper = min(factor * a * h, 1)
    return (1 - upper, upper)
  }

  /// x^a y^b / B(a, b), where y = 1 - x.
  static func betaFactor(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    if min(a, b) < 16 {
      // With one small parameter the large ones cancel in Γ(n) / Γ(large) by Stirling's formula.
      let (small, large) = (min(a, b), max(a, b))
      let ratio =
        large < 16
        ? logGamma(n) - logGamma(large)
        : (large - 0.5) * log1p(small / large) + small * (log(n) - 1) + stirlingError(n)
          - stirlingError(large)
      return exp(
        a * (y < x ? log1p(-y) : log(x)) + b * (x < y ? log1p(-x) : log(y)) + ratio
          - logGamma(small))
    }
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x)
      - deviance(b, n * y)
    return (a * b / (2 * .pi * n)).squareRoot() * exp(exponent)
  }

  /// x^(a - 1) (1 - x)^(b - 1) / B(a, b), the density of a beta variable for a, b > 0; 0 outside of 0...1.
  static func betaDensity(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard a > 0, a <= 1e12, b > 0, b <= 1e12, !x.isNaN else { return .nan }
    if x < 0 || x > 1 { return 0 }
    if x == 0 { return a < 1 ? .infinity : a == 1 ? b : 0 }
    if x == 1 { return b < 1 ? .infinity : b == 1 ? a : 0 }
    return betaFactor(a, b, x, 1 - x) / (x * (1 - x))
  }

  /// The regularised incomplete beta function I_x(a, b) and 1 - I, for a, b > 0 and 0 <= x <= 1.
  package static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> (
    lower: Double, upper: Double
  ) {
    incompleteBeta(a, b, x, 1 - x)
  }

  /// The same where y = 1 - x is known to more digits than x has.
  static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> (
    lower: Double, upper: Double
  ) {
    if x == 0 { return (0, 1) }
    if y == 0 { return (1, 0) }
    let factor = betaFactor(a, b, x, y)
    if x < (a + 1) / (a + b + 2) {
      let lower = min(factor / betaFraction(a, b, x, y), 1)
      return (lower, 1 - lower)
    }
    let upper = min(factor / betaFraction(b, a, y, x), 1)
    return (1 - upper, upper)
  }

  /// The continued fraction of x^a y^b / (B(a, b) I_x(a, b)), the even part of DLMF 8.17.22, by the
  /// method of Lentz. Its terms are above 0 where x < (a + 1) / (a + b), so that nothing cancels.
  private static func betaFraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    var h = a * (a * y - b * x + 1) / (a + 1)
    if abs(h) < tiny { h = tiny }
    var c = h
    var d = 0.0
    for m in 1..<mostTerms {
      let m = Double(m)
      let even = a + 2 * m - 1
      let numerator = (a + m - 1) / even * ((a + b + m - 1) / even) * m * (b - m) * x * x
      let term =
        m + m * (b - m) * x / even + (a + m) * (a * y - b * x + 1 + m * (2 - x)) / (even + 2)
      d = term + numerator * d
      if abs(d) < tiny { d = tiny }
      c = term + numerator / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      h *= c * d
      if abs(c * d - 1) < 2e-16 { break }
    }
    return h
  }
}
