// The colours of maps: order, symmetry, and what colour-blind readers see.

import Displays
import Foundation
import Testing

struct ColorTests {
  /// The colours of 0…1 (or -1…1) as a map of one row draws them.
  func colors(signed: Bool, count: Int = 65) throws -> [Color] {
    let values = (0..<count).map {
      Float($0) / Float(count - 1) * (signed ? 2 : 1) - (signed ? 1 : 0)
    }
    return try drawn(values, signed: signed, scale: .full)
  }

  func drawn(_ values: [Float], signed: Bool, scale: Heatmap.Scale) throws -> [Color] {
    let map = try #require(
      Heatmap(values: values, height: 1, width: values.count, signed: signed, scale: scale))
    let bitmap = try #require(try Display.heatmap(map).bitmap(size: 1))
    return (0..<values.count).map { column in
      let pixel = Array(bitmap.pixels[(3 * column)..<(3 * column + 3)])
      return Color(red: pixel[0], green: pixel[1], blue: pixel[2])
    }
  }

  @Test func `unsigned colours grow lighter with the value`() throws {
    let lightness = try colors(signed: false).map(\.lightness)
    for (lower, higher) in zip(lightness, lightness.dropFirst()) { #expect(lower < higher) }
    #expect(lightness[64] - lightness[0] > 70)
  }

  @Test func `signed colours are lightest at zero and as dark on both sides`() throws {
    let lightness = try colors(signed: true).map(\.lightness)
    for index in 0..<32 {
      #expect(lightness[index] < lightness[index + 1])
      #expect(lightness[64 - index] < lightness[63 - index])
      #expect(abs(lightness[index] - lightness[64 - index]) < 6)
    }
    let zero = try colors(signed: true)[32].lab
    #expect(zero.lightness > 95 && abs(zero.a) < 1 && abs(zero.b) < 1)
  }

  @Test(arguments: [Vision.usual, .protanopia, .deuteranopia])
  func `for and against differ for every reader`(vision: Vision) throws {
    let seen = try colors(signed: true).map(vision.sees)
    for (step, least) in [(4, 5.0), (8, 12), (16, 25), (32, 35)] {
      let distance = seen[32 - step].distance(to: seen[32 + step])
      #expect(distance > least, "\(vision) at \(step): \(distance)")
    }
  }

  @Test(arguments: [Vision.usual, .protanopia, .deuteranopia])
  func `unsigned values an eighth apart differ for every reader`(vision: Vision) throws {
    let seen = try colors(signed: false).map(vision.sees)
    for index in 0..<(65 - 8) {
      #expect(seen[index].distance(to: seen[index + 8]) > 6, "\(vision) at \(index)")
    }
  }

  @Test(arguments: [Vision.usual, .protanopia, .deuteranopia])
  func `NaN looks like no number`(vision: Vision) throws {
    for signed in [true, false] {
      let all = try drawn([.nan, signed ? -1 : 0, 1], signed: signed, scale: .full)
      let broken = vision.sees(all[0])
      for color in try colors(signed: signed).map(vision.sees) {
        #expect(broken.distance(to: color) > 20, "\(vision), signed \(signed)")
      }
    }
  }

  @Test func `zero is neutral even if all values are positive`() throws {
    let all = try drawn([0, 1, 3, 4], signed: true, scale: .full)
    #expect(all[0].distance(to: Color(0xf7f7f7)) < 1)
  }

  @Test func `fixed ends make maps comparable`() throws {
    let small = try drawn([0, 0.5, 0.25], signed: false, scale: .fixed(0, 1))
    let large = try drawn([0, 0.5, 1, 7], signed: false, scale: .fixed(0, 1))
    #expect(small[1] == large[1] && large[2] == large[3])
  }

  @Test func `an outlier does not take the colours of the rest`() throws {
    var values = (0..<999).map { Float($0) / 999 }
    values.append(1000)
    let all = try drawn(values, signed: false, scale: .robust)
    #expect(all[900].distance(to: all[100]) > 60)
    #expect(all[999] == all[998])
  }

  /// How a reader sees colours: the matrices of Machado, Oliveira and Fernandes (2009) for full
  /// protanopia and deuteranopia, applied to linear light.
  enum Vision: CaseIterable {
    case usual, protanopia, deuteranopia

    func sees(_ color: Color) -> Color {
      let (r, g, b) = color.linear
      switch self {
      case .usual: return color
      case .protanopia:
        return encoded(
          0.152286 * r + 1.052583 * g - 0.204868 * b, 0.114503 * r + 0.786281 * g + 0.099216 * b,
          -0.003882 * r - 0.048116 * g + 1.051998 * b)
      case .deuteranopia:
        return encoded(
          0.367322 * r + 0.860646 * g - 0.227968 * b, 0.280085 * r + 0.672501 * g + 0.047413 * b,
          -0.011820 * r + 0.042940 * g + 0.968881 * b)
      }
    }

    private func encoded(_ red: Double, _ green: Double, _ blue: Double) -> Color {
      func encode(_ light: Double) -> UInt8 {
        let clamped = min(max(light, 0), 1)
        let share = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * pow(clamped, 1 / 2.4) - 0.055
        return UInt8((share * 255).rounded())
      }
      return Color(red: encode(red), green: encode(green), blue: encode(blue))
    }
  }
}
