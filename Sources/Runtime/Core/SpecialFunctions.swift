// The gamma function and the incomplete gamma and beta functions, on which distributions stand.
import Glibc

/// Special functions of double precision; relative errors are about 1e-13.
///
/// Prefactors are written by the deviance and the error of Stirling's formula (Loader 2000, "Fast and
/// accurate computation of binomial probabilities"), which keeps digits where the logarithms of the
/// gamma function would cancel.
enum SpecialFunctions {
  private static let tiny = 1e-300
  /// More terms are not needed below 1e12, where the terms wanted grow like the root.
  private static let mostTerms = 20_000_000

  /// log Γ(x), for x of either sign; inf at 0, -1, -2, ….
  static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// log Γ(x + 1) - (x + 1/2) log x + x - log √(2π): what Stirling's formula lacks.
  private static func stirlingError(_ x: Double) -> Double {
    if x < 16 { return logGamma(x + 1) - (x + 0.5) * log(x) + x - 0.5 * log(2 * .pi) }
    let y = 1 / (x * x)
    // 1/12 - y/360 + y²/1260 - …: the Bernoulli numbers B₂ₖ / (2k (2k - 1)).
    var series = -691.0 / 360_360
    for term in [1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12] {
      series = series * y + term
    }
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
  private static func gammaFactor(_ a: Double, _ x: Double) -> Double {
    if a < 16 { return exp(a * log(x) - x - logGamma(a + 1)) }
    return exp(-stirlingError(a) - deviance(a, x)) / (2 * .pi * a).squareRoot()
  }

  /// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, for a > 0 and x >= 0.
  static func incompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
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

  /// x^a (1 - x)^b / B(a, b), where y = 1 - x.
  private static func betaFactor(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    if min(a, b) < 16 {
      // With one small parameter the large ones cancel in Γ(n) / Γ(large) by Stirling's formula.
      let (small, large) = (min(a, b), max(a, b))
      let ratio =
        large < 16
        ? logGamma(n) - logGamma(large)
        : (large - 0.5) * log1p(small / large) + small * (log(n) - 1) + stirlingError(n)
          - stirlingError(large)
      return exp(a * log(x) + b * log1p(-x) + ratio - logGamma(small))
    }
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x)
      - deviance(b, n * y)
    return (a * b / (2 * .pi * n)).squareRoot() * exp(exponent)
  }

  /// The regularised incomplete beta function I_x(a, b) and 1 - I, for a, b > 0 and 0 <= x <= 1.
  static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> (
    lower: Double, upper: Double
  ) {
    if x == 0 { return (0, 1) }
    if x == 1 { return (1, 0) }
    let y = 1 - x
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

let specialNatives: [Native] = [
  .core(
    "log_gamma(x) -> Float", in: "numbers",
    """
    The logarithm of the magnitude of the gamma function Γ(x), where Γ(n + 1) = n!; inf at 0, -1, ….

    ```xai
    round(exp(log_gamma(5)), 9)   #=> 24.0
    ```
    """
  ) { _, arguments throws(Failure) in .float(SpecialFunctions.logGamma(try arguments.float(0))) },
  .core(
    "erfc(x) -> Float", in: "numbers",
    """
    1 - erf(x), the complement of the error function, exact also where it is tiny.

    ```xai
    erfc(10) < 1e-44   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in .float(Glibc.erfc(try arguments.float(0))) },
  .core(
    "incomplete_gamma(a, x, upper: Bool = false) -> Float", in: "numbers",
    """
    The regularised incomplete gamma function P(a, x) = γ(a, x) / Γ(a), or with `upper` Q = 1 - P.

    `a` is above 0 and up to 1e12, `x` at least 0; a relative error is about 1e-13. It is the
    distribution of a gamma variable of shape `a`: DLMF 8.2.

    ```xai
    round(incomplete_gamma(1, 2), 12)   #=> 0.864664716763
    ```
    """
  ) { _, arguments throws(Failure) in
    let (a, x) = (try arguments.float(0), try arguments.float(1))
    guard a > 0, a <= 1e12 else {
      throw .argument(0, expected: "above 0 and at most 1e12", found: arguments[0])
    }
    guard x >= 0 else { throw .argument(1, expected: "at least 0", found: arguments[1]) }
    let (lower, upper) = SpecialFunctions.incompleteGamma(a, x)
    return .float(try arguments.bool(2) ? upper : lower)
  },
  .core(
    "incomplete_beta(a, b, x, upper: Bool = false) -> Float", in: "numbers",
    """
    The regularised incomplete beta function I_x(a, b), or with `upper` its complement 1 - I.

    `a` and `b` are above 0 and up to 1e12, `x` from 0 to 1; a relative error is about 1e-13. It is
    the distribution of a beta variable: DLMF 8.17.

    ```xai
    round(incomplete_beta(2, 3, 0.5), 12)   #=> 0.6875
    ```
    """
  ) { _, arguments throws(Failure) in
    let (a, b, x) = (try arguments.float(0), try arguments.float(1), try arguments.float(2))
    for (position, parameter) in [a, b].enumerated() where !(parameter > 0 && parameter <= 1e12) {
      throw .argument(
        position, expected: "above 0 and at most 1e12", found: arguments[position])
    }
    guard x >= 0, x <= 1 else {
      throw .argument(2, expected: "from 0 to 1", found: arguments[2])
    }
    let (lower, upper) = SpecialFunctions.incompleteBeta(a, b, x)
    return .float(try arguments.bool(3) ? upper : lower)
  },
]
