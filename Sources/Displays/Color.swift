// A colour of the screen (sRGB), and the spaces in which colours are compared and mixed.

import Glibc

/// An opaque sRGB colour with eight bits for each channel.
package struct Color: Sendable, Hashable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  /// A colour from its channels.
  package init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour from its six hexadecimal digits, `0xrrggbb`.
  package init(_ hex: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex))
  }

  static let white = Color(0xffffff)
  static let black = Color(0x000000)

  /// This colour with `share` (0…1) of another, channel by channel.
  func mixed(with other: Color, share: Double) -> Color {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(clamping: Int((Double(a) + (Double(b) - Double(a)) * share).rounded()))
    }
    return Color(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}

extension Color {
  /// The channels as linear light (0…1), by the sRGB transfer function (IEC 61966-2-1).
  package var linear: (red: Double, green: Double, blue: Double) {
    (Color.linear[Int(red)], Color.linear[Int(green)], Color.linear[Int(blue)])
  }

  private static let linear: [Double] = (0...255).map { byte in
    let share = Double(byte) / 255
    return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
  }

  /// The place in CIE L*a*b* (D65), in which distances are about those that are seen.
  package var lab: (lightness: Double, a: Double, b: Double) {
    let (r, g, b) = linear
    func bend(_ t: Double) -> Double {
      t > 216 / 24389.0 ? pow(t, 1 / 3.0) : (24389 / 27.0 * t + 16) / 116
    }
    let x = bend((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    let y = bend(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    let z = bend((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))
  }

  /// CIE lightness, 0 (black) to 100 (white).
  package var lightness: Double { lab.lightness }

  /// The distance in CIE L*a*b* (ΔE*ab 1976); about 2 is just visible.
  package func distance(to other: Color) -> Double {
    let (p, q) = (lab, other.lab)
    let (l, a, b) = (p.lightness - q.lightness, p.a - q.a, p.b - q.b)
    return (l * l + a * a + b * b).squareRoot()
  }
}
