// Gauss–Legendre quadrature, for integrals along a path.
import Glibc

package enum Quadrature {
  /// The nodes and weights on [0, 1] that integrate polynomials of degree 2·count - 1 exactly, in
  /// rising order.
  ///
  /// Nodes are the roots of the Legendre polynomial P_count, found by Newton's method from
  /// Tricomi's approximation; weights are 2 / ((1 - x²) P'(x)²), both mapped from [-1, 1]
  /// (Abramowitz and Stegun 25.4.29). `count` is at least 1.
  package static func gaussLegendre(_ count: Int) -> (nodes: [Double], weights: [Double]) {
    var nodes = [Double](repeating: 0.5, count: count)
    var weights = [Double](repeating: 1, count: count)
    for index in 0..<count {
      var x = -cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 0.0
      // Newton's method doubles the digits; from this start four steps are enough for any count.
      for _ in 0..<8 {
        let (value, derivative) = legendre(count, x)
        slope = derivative
        let step = value / derivative
        x -= step
        if abs(step) < 1e-16 { break }
      }
      nodes[index] = (x + 1) / 2
      weights[index] = 1 / ((1 - x * x) * slope * slope)
    }
    return (nodes, weights)
  }

  /// The Legendre polynomial of degree `n` and its derivative, by the three-term recurrence.
  private static func legendre(_ n: Int, _ x: Double) -> (value: Double, derivative: Double) {
    var (last, value) = (1.0, x)
    guard n > 1 else { return (x, 1) }
    for k in 2...n {
      (last, value) = (value, (Double(2 * k - 1) * x * value - Double(k - 1) * last) / Double(k))
    }
    return (value, Double(n) * (x * value - last) / (x * x - 1))
  }
}
