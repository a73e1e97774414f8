// From the values of a map to colours: the range, and what has to be said about it.

/// The range of a map, the colour of each value, and the remarks that the map needs.
struct ColorScale: Sendable {
  /// The value that gets the first colour.
  let low: Double
  /// The value that gets the last colour.
  let high: Double
  /// Whether 0 is in the middle of the colours.
  let signed: Bool
  /// How many values are NaN.
  let notNumbers: Int
  private let count: Int
  private let statements: [String]

  init(_ map: Heatmap) {
    signed = map.signed
    var finite: [Double] = []
    finite.reserveCapacity(map.values.count)
    for value in map.values where value.isFinite { finite.append(Double(value)) }
    notNumbers = map.values.count(where: \.isNaN)
    let infinite = map.values.count - finite.count - notNumbers
    let range = ColorScale.range(of: finite, signed: map.signed, scale: map.scale)
    low = range.low
    high = range.high
    var statements: [String] = []
    if let cut = range.cut { statements.append(cut) }
    if infinite > 0 { statements.append("inf! \(infinite) of \(map.values.count) values") }
    if let first = finite.first, finite.allSatisfy({ $0 == first }) {
      statements.append("every value is \(Numbers.short(first))")
    }
    self.statements = statements
    count = map.values.count
  }

  /// What has to be said about values that the colours do not show as they are; NaN is drawn as
  /// `notANumber`.
  func remarks(notANumber: String) -> [String] {
    let warning = "NaN! \(notNumbers) of \(count) values, drawn as \(notANumber)"
    return statements + (notNumbers > 0 ? [warning] : [])
  }

  /// The place of a value between `low` and `high` (0…1); nil for NaN.
  func share(of value: Float) -> Double? {
    if value.isNaN { return nil }
    if high <= low { return signed ? 0.5 : 0 }
    return min(max((Double(value) - low) / (high - low), 0), 1)
  }

  /// How far a value is from the uncoloured one: from 0 in a signed map, else from `low` (0…1).
  func strength(of value: Float) -> Double? {
    share(of: value).map { signed ? ($0 * 2 - 1).magnitude : $0 }
  }

  /// The colour of a value.
  func color(of value: Float) -> Color {
    share(of: value).map(palette.color(at:)) ?? Palette.notANumber
  }

  var palette: Palette { signed ? .diverging : .sequential }

  /// The numbers beneath a colour bar and their places (0…1) on it.
  var labels: [(place: Double, text: String)] {
    if high <= low { return [(signed ? 0.5 : 0, Numbers.short(low, digits: 3))] }
    var labels = [(0.0, Numbers.short(low, digits: 3)), (1.0, Numbers.short(high, digits: 3))]
    if low < 0, high > 0 { labels.insert((-low / (high - low), "0"), at: 1) }
    return labels
  }

  /// The ends of the colours, and the sentence that is due when values lie outside.
  private static func range(
    of finite: [Double], signed: Bool, scale: Heatmap.Scale
  ) -> (low: Double, high: Double, cut: String?) {
    guard var low = finite.min(), var high = finite.max() else { return (0, 0, nil) }
    if signed {
      high = max(low.magnitude, high.magnitude)
      low = -high
    }
    switch scale {
    case .full: return (low, high, nil)
    case .fixed(let from, let to):
      guard from.isFinite, to.isFinite, from <= to else { return (low, high, nil) }
      let limit = max(from.magnitude, to.magnitude)
      let ends = signed ? (-limit, limit) : (from, to)
      let outside = finite.count { $0 < ends.0 || $0 > ends.1 }
      return (ends.0, ends.1, outside > 0 ? "\(outside) values lie outside the colours" : nil)
    case .robust:
      let limit = percentile(99.5, of: finite.map(\.magnitude))
      guard limit > 0, limit > low, high > 1.5 * limit else { return (low, high, nil) }
      return (
        signed ? -limit : low, limit,
        "colours end at the 99.5th percentile, the largest is \(Numbers.short(high, digits: 3))"
      )
    }
  }

  /// The percentile of values by linear interpolation between closest ranks; 0 of none.
  static func percentile(_ percent: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let rank = percent / 100 * Double(sorted.count - 1)
    let index = Int(rank)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (sorted[index + 1] - sorted[index]) * (rank - Double(index))
  }
}

extension ColorScale {
  /// The colour of a value over the input: the stronger the value, the less is seen of the input,
  /// which is drawn in a pale gray.
  func color(of value: Float, over input: Color?) -> Color {
    guard let input, let strength = strength(of: value) else { return color(of: value) }
    let level = UInt8(clamping: Int((input.lightness / 100 * 150 + 90).rounded()))
    let gray = Color(red: level, green: level, blue: level)
    let strong =
      signed ? palette.color(at: (share(of: value) ?? 0.5) < 0.5 ? 0 : 1) : color(of: value)
    return gray.mixed(with: strong, share: 0.9 * strength)
  }
}
