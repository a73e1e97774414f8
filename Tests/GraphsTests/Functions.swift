// The elementary functions that examples are computed with.
import Glibc

func exponential(_ x: Double) -> Double { exp(x) }
func logarithm(_ x: Double) -> Double { log(x) }
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
func errorFunction(_ x: Double) -> Double { erf(x) }
func sine(_ x: Double) -> Double { sin(x) }

/// The x from low to high with f(x) = y, for a rising f.
func bisect(
  _ y: Double, _ low: Double, _ high: Double, _ f: (Double) -> Double
) -> Double {
  var (low, high) = (low, high)
  for _ in 0..<200 {
    let middle = (low + high) / 2
    if f(middle) < y { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// log Γ(x) for x > 0: Stirling's series beyond 20, Γ(x) = Γ(x + 1) / x below.
func slowLogGamma(_ x: Double) -> Double {
  if x < 20 { return slowLogGamma(x + 1) - logarithm(x) }
  return (x - 0.5) * logarithm(x) - x + 0.5 * logarithm(2 * Double.pi) + 1 / (12 * x)
    - 1 / (360 * x * x * x) + 1 / (1260 * power(x, 5)) - 1 / (1680 * power(x, 7))
}

/// ψ (order 0) or ψ' (order 1) for x > 0, by their sums of a thousand terms and the integral of the rest.
func slowPolygamma(_ order: Int, _ x: Double) -> Double {
  let y = x + 1000
  if order == 0 {
    let sum = (0..<1000).reversed().reduce(0) { $0 + 1 / (x + Double($1)) }
    return logarithm(y) - 0.5 / y - 1 / (12 * y * y) - sum
  }
  let sum = (0..<1000).reversed().reduce(0) { $0 + 1 / power(x + Double($1), 2) }
  return sum + 1 / y + 0.5 / (y * y) + 1 / (6 * y * y * y)
}

/// P(a, x) by its power series.
func slowGamma(_ a: Double, _ x: Double) -> Double {
  if x == 0 { return 0 }
  var (sum, term) = (0.0, exponential(a * logarithm(x) - x - slowLogGamma(a + 1)))
  for n in 1..<400 {
    sum += term
    term *= x / (a + Double(n))
  }
  return sum
}

/// I_x(a, b) by its power series.
func slowBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
  if x > 0.5 { return 1 - slowBeta(b, a, 1 - x) }
  if x == 0 { return 0 }
  let beta = slowLogGamma(a) + slowLogGamma(b) - slowLogGamma(a + b)
  var (sum, term) = (0.0, exponential(a * logarithm(x) + b * logarithm(1 - x) - beta) / a)
  for n in 0..<400 {
    sum += term
    term *= x * (a + b + Double(n)) / (a + 1 + Double(n))
  }
  return sum
}

/// Student's distribution function.
func slowStudent(_ x: Double, _ degrees: Double) -> Double {
  let tail = slowBeta(degrees / 2, 0.5, degrees / (degrees + x * x)) / 2
  return x > 0 ? 1 - tail : tail
}
