// The line that describes a tensor's numbers.

import Tensors

extension TensorDisplay {
  /// `Tensor f32 [3, 196, 196]  min -2.12 max 2.64 mean -0.39 σ 1.07  NaN! 3`.
  package var summary: String {
    let head = "Tensor \(type) [\(shape.map(String.init).joined(separator: ", "))]"
    if values.isEmpty { return head + "  empty" }
    if logical { return head + "  true \(values.count { $0 != 0 }) of \(values.count)" }
    return head + "  " + statistics
  }

  /// The range, mean and standard deviation of the finite values, and the count of the others.
  private var statistics: String {
    var (low, high) = (Double.infinity, -Double.infinity)
    var (mean, spread) = (0.0, 0.0)
    var (finite, notNumbers, infinite) = (0, 0, 0)
    for (place, value) in values.enumerated() {
      // Whoever asked for it does not want to see it any more.
      if place & 0xffff == 0xffff, Interruption.requested { break }
      if value.isNaN {
        notNumbers += 1
      } else if value.isInfinite {
        infinite += 1
      } else {
        // Welford's update keeps the variance accurate in one pass.
        finite += 1
        let step = value - mean
        mean += step / Double(finite)
        spread += step * (value - mean)
        low = min(low, value)
        high = max(high, value)
      }
    }
    var parts: [String] = []
    func short(_ number: Double) -> String { Numbers.short(number, digits: 3) }
    if finite > 0, low == high {
      parts.append("all \(short(low))")
    } else if finite > 0 {
      let deviation = (spread / Double(finite)).squareRoot()
      parts.append(
        "min \(short(low)) max \(short(high)) mean \(short(mean)) σ \(short(deviation))")
    }
    if notNumbers > 0 { parts.append("NaN! \(notNumbers)") }
    if infinite > 0 { parts.append("inf! \(infinite)") }
    return parts.joined(separator: "  ")
  }
}
