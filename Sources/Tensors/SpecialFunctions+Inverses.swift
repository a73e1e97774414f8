// The polygamma functions, inverses of distribution functions, Student's and Fisher's distributions.
import Glibc

extension SpecialFunctions {
  // MARK: - Gamma and its kin

  /// log B(a, b) = log Γ(a) + log Γ(b) - log Γ(a + b) for a, b > 0, also where these would cancel.
  package static func logBeta(_ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0 else { return .nan }
    let (small, large) = (min(a, b), max(a, b))
    let n = small + large
    if large < 16 { return logGamma(small) + logGamma(large) - logGamma(n) }
    if large == .infinity { return -.infinity }
    // Γ(large) / Γ(n) by Stirling's formula.
    let ratio =
      -(large - 0.5) * log1p(small / large) - small * (log(n) - 1) + stirlingError(large)
      - stirlingError(n)
    return logGamma(small) + ratio
  }

  /// The derivatives of log Γ: ψ(x) for order 0, ψ'(x) for order 1, ….
  package static func polygamma(_ order: Int, _ x: Double) -> Double {
    if order == 0 { return digamma(x) }
    // ψ⁽ⁿ⁾(x) = (-1)^(n + 1) n! ζ(n + 1, x).
    let size = tgamma(Double(order + 1)) * zeta(order + 1, x)
    return order % 2 == 1 ? size : -size
  }

  private static func digamma(_ x: Double) -> Double {
    if x.isNaN || x == -.infinity { return .nan }
    if x <= 0 {
      if x == 0 { return x.sign == .minus ? .infinity : -.infinity }
      let part = x - x.rounded(.down)
      // ψ(1 - x) - ψ(x) = π cot(π x).
      return part == 0 ? .nan : digamma(1 - x) - .pi / tan(.pi * part)
    }
    var (sum, y) = (0.0, x)
    while y < 10 {
      sum -= 1 / y
      y += 1
    }
    // log y - 1 / 2y - Σ B₂ₖ / (2k y²ᵏ): DLMF 5.11.2.
    let square = 1 / (y * y)
    var series = square * (-3617.0 / 8160)
    series = (series + 1.0 / 12) * square
    series = (series - 691.0 / 32760) * square
    series = (series + 1.0 / 132) * square
    series = (series - 1.0 / 240) * square
    series = (series + 1.0 / 252) * square
    series = (series - 1.0 / 120) * square
    series = (series + 1.0 / 12) * square
    return nearRoot(x) ?? sum + log(y) - 0.5 / y - series
  }

  /// ψ(x) near its root 1.4616…, where the sum would cancel: by its Taylor series.
  private static func nearRoot(_ x: Double) -> Double? {
    let root = 1.461_632_144_968_362_3
    let rest = 9.549_995_429_965_697e-17
    let h = (x - root) - rest
    guard abs(h) < 0.02 else { return nil }
    // Horner's scheme with ψ⁽ᵏ⁾(root) / k!, k = 10, …, 1.
    var sum = -0.01542476590494896 * h
    sum = (sum + 0.022597648232218104) * h
    sum = (sum - 0.03316112647484736) * h
    sum = (sum + 0.04880428816414311) * h
    sum = (sum - 0.07219956125645471) * h
    sum = (sum + 0.10782405069126237) * h
    sum = (sum - 0.16394270544240652) * h
    sum = (sum + 0.258499760955651) * h
    sum = (sum - 0.4427631689835921) * h
    sum = (sum + 0.9676722454476212) * h
    return sum
  }

  /// Hurwitz's ζ(s, x) = Σ (x + k)^-s for a whole s from 2; inf where a term is.
  private static func zeta(_ s: Int, _ x: Double) -> Double {
    if x.isNaN { return .nan }
    if x > 0 { return zetaAbove(s, x) }
    if x == -.infinity { return .nan }
    let part = x - x.rounded(.down)
    if part == 0 { return .infinity }
    // The terms to the left of x are those of ζ(s, 1 - x), those of both sides repeat with period 1.
    let sign = s % 2 == 0 ? 1.0 : -1.0
    return zetaAbove(s, part) + sign * zetaAbove(s, 1 - part) - sign * zetaAbove(s, 1 - x)
  }

  /// xⁿ by repeated squares.
  private static func power(_ x: Double, _ n: Int) -> Double {
    var (result, square, rest) = (1.0, x, n)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  /// The same for x > 0, by the formula of Euler and Maclaurin from the first term beyond 20 + 2 s on: DLMF 25.11.28.
  private static func zetaAbove(_ exponent: Int, _ x: Double) -> Double {
    if x == .infinity { return 0 }
    let s = Double(exponent)
    var (sum, y) = (0.0, x)
    while y < 20 + 2 * s {
      sum += 1 / power(y, exponent)
      y += 1
    }
    let last = 1 / power(y, exponent)
    sum += last * (y / (s - 1) + 0.5)
    // Σ B₂ⱼ / (2j)! s (s + 1) … (s + 2j - 2) y^(-s - 2j + 1).
    var (factor, next) = (s * last / y, s)
    func add(_ number: Double) {
      sum += number * factor
      factor *= (next + 1) * (next + 2) / (y * y)
      next += 2
    }
    add(1.0 / 12)
    add(-1.0 / 720)
    add(1.0 / 30240)
    add(-1.0 / 1_209_600)
    add(1.0 / 47_900_160)
    add(-691.0 / 1_307_674_368_000)
    add(1.0 / 74_724_249_600)
    return sum
  }

  // MARK: - Inverses

  /// The x with erfc(x) = q, for q from 0 to 2.
  package static func inverseErfc(_ q: Double) -> Double {
    guard q >= 0, q <= 2 else { return .nan }
    if q > 1.5 { return -inverseErfc(2 - q) }
    if q > 0.5 { return inverseErf(1 - q) }
    if q == 0 { return .infinity }
    // A first guess by Abramowitz and Stegun 26.2.22; then steps of Halley.
    let t = (-2 * log(q / 2)).squareRoot()
    var x = (t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t))) * 0.5.squareRoot()
    for _ in 0..<6 {
      let slope = -2 / Double.pi.squareRoot() * exp(-x * x)
      if slope == 0 { break }
      let step = (erfc(x) - q) / slope
      x -= step / (1 + x * step)
      // The next step would be about the cube of this one.
      if abs(step) <= 1e-6 * abs(x) { break }
    }
    return x
  }

  /// The x with erf(x) = p, for p from -1 to 1.
  package static func inverseErf(_ p: Double) -> Double {
    guard abs(p) < 0.5 else { return p > 0 ? inverseErfc(1 - p) : -inverseErfc(1 + p) }
    var x = p * (0.5 * Double.pi.squareRoot())
    for _ in 0..<6 {
      let slope = 2 / Double.pi.squareRoot() * exp(-x * x)
      let step = (erf(x) - p) / slope
      x -= step / (1 + x * step)
      // The next step would be about the cube of this one.
      if abs(step) <= 1e-6 * abs(x) { break }
    }
    return p == 0 ? p : x
  }

  /// The x above 0 with F(x) = p for a function from 0 to 1 that rises (or falls) all the way; `slope` is
  /// x F'(x) without its sign. Steps of Newton on logarithms of both, kept between bounds.
  static func inverse(
    _ p: Double, from start: Double, rises: Bool, _ f: (Double) -> Double,
    slope: (Double) -> Double
  ) -> Double {
    var (low, high) = (0.0, Double.infinity)
    var x = start.isFinite && start > 1e-300 ? start : 1
    for _ in 0..<400 {
      let value = f(x)
      if value == p { return x }
      if (value < p) == rises { low = x } else { high = x }
      let steepness = slope(x) / value
      let step = log1p((p - value) / value) / steepness
      var next = x * exp(rises ? step : -step)
      if !(next > low && next < high) {
        next = low == 0 ? high * 1e-3 : high == .infinity ? low * 1e3 : (low * high).squareRoot()
        if next <= low || next >= high { return x }
      }
      if next < 1e-307 { return 0 }
      if abs(next - x) <= 1e-16 * x || next > 1e307 { return next }
      x = next
    }
    return x
  }

  /// The x with P(a, x) = p, or with `upper` Q(a, x) = p.
  package static func inverseIncompleteGamma(_ a: Double, _ p: Double, upper: Bool) -> Double {
    guard a > 0, a <= 1e12, p >= 0, p <= 1 else { return .nan }
    if p == 0 { return upper ? .infinity : 0 }
    if p == 1 { return upper ? 0 : .infinity }
    if p > 0.5 { return inverseIncompleteGamma(a, 1 - p, upper: !upper) }
    // Wilson and Hilferty 1931 for a large a; the first term of the series for a small one.
    let z = 2.0.squareRoot() * inverseErfc(2 * p) * (upper ? 1 : -1)
    let root = 1 - 1 / (9 * a) + z / (3 * a.squareRoot())
    let far = upper ? max(a, -log(p)) : exp((log(p) + logGamma(a + 1)) / a)
    let start = a > 1 && root > 0.1 ? a * root * root * root : far
    return inverse(p, from: start, rises: !upper) {
      upper ? incompleteGamma(a, $0).upper : incompleteGamma(a, $0).lower
    } slope: {
      a * gammaFactor(a, $0)
    }
  }

  /// The odds x / (1 - x) with I_x(a, b) = p, or with `upper` 1 - I = p.
  static func inverseBetaOdds(_ a: Double, _ b: Double, _ p: Double, upper: Bool) -> Double {
    guard a > 0, a <= 1e12, b > 0, b <= 1e12, p >= 0, p <= 1 else { return .nan }
    if p == 0 { return upper ? .infinity : 0 }
    if p == 1 { return upper ? 0 : .infinity }
    if p > 0.5 { return inverseBetaOdds(a, b, 1 - p, upper: !upper) }
    return inverse(p, from: a / b, rises: !upper) {
      upper ? betaOdds(a, b, $0).upper : betaOdds(a, b, $0).lower
    } slope: {
      betaFactor(a, b, $0 / (1 + $0), 1 / (1 + $0))
    }
  }

  /// The incomplete beta function of the odds x / (1 - x), which keep the digits at both ends.
  static func betaOdds(_ a: Double, _ b: Double, _ odds: Double) -> (lower: Double, upper: Double) {
    if odds == .infinity { return (1, 0) }
    return incompleteBeta(a, b, odds / (1 + odds), 1 / (1 + odds))
  }

  /// The x with I_x(a, b) = p, or with `upper` 1 - I = p.
  package static func inverseIncompleteBeta(
    _ a: Double, _ b: Double, _ p: Double, upper: Bool
  ) -> Double {
    let odds = inverseBetaOdds(a, b, p, upper: upper)
    return odds == .infinity ? 1 : odds / (1 + odds)
  }

  // MARK: - Distributions

  /// Student's t distribution function, or with `upper` its complement; infinite degrees are the normal law's.
  package static func studentCdf(_ x: Double, _ degrees: Double, upper: Bool) -> Double {
    guard degrees > 0, !x.isNaN else { return .nan }
    if degrees > 1e12 { return erfc((upper ? x : -x) / 2.0.squareRoot()) / 2 }
    let odds = abs(x) / degrees.squareRoot()
    let tail =
      odds > 1e150
      ? exp(studentTail(degrees) - degrees * log(abs(x)))
      : betaOdds(0.5, degrees / 2, odds * odds).upper / 2
    return (x > 0) == upper ? tail : 1 - tail
  }

  /// The number below which a share p of Student's t distribution lies.
  package static func studentQuantile(_ p: Double, _ degrees: Double) -> Double {
    guard degrees > 0, p >= 0, p <= 1 else { return .nan }
    if degrees > 1e12 { return -2.0.squareRoot() * inverseErfc(2 * p) }
    if p == 0.5 { return 0 }
    let share = min(p, 1 - p)
    let odds = inverseBetaOdds(0.5, degrees / 2, 2 * share, upper: true)
    let size =
      odds > 1e300
      ? exp((studentTail(degrees) - log(share)) / degrees)
      : odds.squareRoot() * degrees.squareRoot()
    return p < 0.5 ? -size : size
  }

  /// log c, where the tail of Student's t distribution beyond a t whose square overflows is c t^-ν: c = ν^(ν/2 - 1) / B(1/2, ν/2).
  private static func studentTail(_ degrees: Double) -> Double {
    (degrees / 2 - 1) * log(degrees) - logBeta(0.5, degrees / 2)
  }

  /// The F distribution function, or with `upper` its complement.
  package static func fisherCdf(_ x: Double, _ m: Double, _ n: Double, upper: Bool) -> Double {
    guard m > 0, n > 0, !x.isNaN else { return .nan }
    let (below, above) = betaOdds(m / 2, n / 2, max(x, 0) * m / n)
    return upper ? above : below
  }

  /// The number below which a share p of the F distribution lies.
  package static func fisherQuantile(_ p: Double, _ m: Double, _ n: Double) -> Double {
    inverseBetaOdds(m / 2, n / 2, p, upper: false) * n / m
  }
}
