// How numbers are written, everywhere and in every locale.

/// The one place where numbers become text.
package enum Numbers {
  /// A number with `digits` significant digits and no trailing zeros: `0.5`, `-2.118`, `1.5e-7`.
  ///
  /// Integers keep all their digits below a million; NaN and infinities are `NaN`, `inf`, `-inf`.
  package static func short(_ number: Double, digits: Int = 4) -> String {
    guard let decimal = Decimal(number) else { return special(number) }
    if decimal.isZero { return "0" }
    let rounded = decimal.rounded(significant: max(1, digits))
    guard rounded.exponent >= -4, decimal.exponent < 6 else { return rounded.scientific }
    if rounded.exponent >= digits { return decimal.fixed(0, of: number) }
    return rounded.fixed(max(0, rounded.digits.count - 1 - rounded.exponent), of: number)
  }

  /// A number with a fixed count of decimals (0…17); NaN and infinities as in `short`.
  package static func fixed(_ number: Double, decimals: Int) -> String {
    guard let decimal = Decimal(number) else { return special(number) }
    guard decimal.exponent < 16 else { return decimal.rounded(significant: 4).scientific }
    return decimal.fixed(min(max(decimals, 0), 17), of: number)
  }

  /// `value ± standard error`, both with the decimals of an error of two significant digits.
  package static func uncertain(_ value: Double, error: Double) -> String {
    guard let decimals = decimals(forError: error) else {
      return "\(short(value)) ± \(short(error, digits: 2))"
    }
    return "\(fixed(value, decimals: decimals)) ± \(fixed(error, decimals: decimals))"
  }

  /// An integer, its digits in groups of three from a thousand on: `12 345 678`.
  package static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(" ", at: place) }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// The decimals that show the largest of `values` with so many significant digits (0…6, or two
  /// more than the digits).
  static func decimals(for values: some Sequence<Double>, digits: Int = 4) -> Int {
    var largest = 0.0
    var whole = true
    for value in values where value.isFinite {
      largest = max(largest, value.magnitude)
      whole = whole && value.rounded() == value
    }
    guard !whole, let decimal = Decimal(largest) else { return 0 }
    return min(max(digits - 1 - decimal.exponent, 0), max(6, digits + 2))
  }

  /// The decimals at which `error` has two significant digits; nil beyond six, or without an error.
  static func decimals(forError error: Double) -> Int? {
    guard error != 0, let decimal = Decimal(error) else { return nil }
    let decimals = 1 - decimal.rounded(significant: 2).exponent
    return (-3...6).contains(decimals) ? max(0, decimals) : nil
  }

  /// A number for a column of `decimals`; one of which fewer than `significant` digits would be seen
  /// there is written short.
  static func aligned(_ number: Double, decimals: Int, significant: Int) -> String {
    guard let decimal = Decimal(number), !decimal.isZero else {
      return fixed(number, decimals: number == 0 ? decimals : 0)
    }
    let places = decimal.exponent + decimals + 1
    let isVisible = places >= min(significant, decimal.digits.count) && decimal.exponent < 9
    return isVisible ? fixed(number, decimals: decimals) : short(number, digits: significant)
  }

  private static func special(_ number: Double) -> String {
    number.isNaN ? "NaN" : number < 0 ? "-inf" : "inf"
  }
}

/// The shortest decimal digits that read back as a double, in scientific position.
private struct Decimal {
  /// The digits without leading zeros, first one first; a single 0 for zero.
  var digits: [UInt8]
  /// The power of ten of the first digit.
  var exponent: Int
  let negative: Bool

  var isZero: Bool { digits == [0] }

  /// The digits of a finite number.
  init?(_ number: Double) {
    guard number.isFinite else { return nil }
    negative = number.sign == .minus
    var collected: [UInt8] = []
    var point: Int?
    var power = 0
    let parts = number.magnitude.description.split(separator: "e", maxSplits: 1)
    for byte in (parts.first ?? "0").utf8 {
      if byte == UInt8(ascii: ".") { point = collected.count } else { collected.append(byte - 48) }
    }
    if parts.count > 1 { power = Int(parts[1]) ?? 0 }
    let leading = collected.prefix { $0 == 0 }.count
    exponent = (point ?? collected.count) - 1 - leading + power
    digits = Array(collected.dropFirst(leading))
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty {
      digits = [0]
      exponent = 0
    }
  }

  /// Rounded (half away from zero) to `count` digits, trailing zeros dropped.
  func rounded(significant count: Int) -> Decimal {
    guard digits.count > count else { return self }
    var result = self
    guard count > 0 else {
      let up = count == 0 && digits[0] >= 5
      result.digits = [up ? 1 : 0]
      result.exponent = up ? exponent + 1 : 0
      return result
    }
    result.digits = Array(digits.prefix(count))
    if digits[count] >= 5 {
      var place = count - 1
      while place >= 0, result.digits[place] == 9 { place -= 1 }
      if place < 0 {
        result.digits = [1]
        result.exponent += 1
      } else {
        result.digits[place] += 1
        result.digits.removeSubrange((place + 1)...)
      }
    }
    while result.digits.count > 1, result.digits.last == 0 { result.digits.removeLast() }
    return result
  }

  /// In positional notation with `decimals` digits after the point; zero has no sign.
  func fixed(_ decimals: Int, of number: Double) -> String {
    let cut = isZero ? self : rounded(significant: exponent + 1 + decimals)
    func digit(_ power: Int) -> Character {
      let place = cut.exponent - power
      return Character(
        Unicode.Scalar(48 + (cut.digits.indices.contains(place) ? cut.digits[place] : 0)))
    }
    var text = cut.negative && !cut.isZero ? "-" : ""
    for power in stride(from: max(0, cut.exponent), through: 0, by: -1) {
      text.append(digit(power))
    }
    if decimals > 0 {
      text.append(".")
      for power in 1...decimals { text.append(digit(-power)) }
    }
    return text
  }

  /// In scientific notation: `1.5e-7`.
  var scientific: String {
    var text = negative ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place == 1 { text.append(".") }
      text.append(Character(Unicode.Scalar(48 + digit)))
    }
    return text + "e\(exponent)"
  }
}
