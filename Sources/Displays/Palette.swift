// The colours of maps: published palettes that colour-blind readers can tell apart.

/// A palette: colours at equal steps from the lowest to the highest value.
struct Palette: Sendable {
  /// At least two colours, from the lowest value to the highest.
  let points: [Color]

  /// The colour at `share` (0…1; clamped) of the way, mixed from the two nearest points.
  func color(at share: Double) -> Color {
    let place = min(max(share, 0), 1) * Double(points.count - 1)
    let index = min(Int(place), points.count - 2)
    return points[index].mixed(with: points[index + 1], share: place - Double(index))
  }

  /// viridis by Stéfan van der Walt and Nathaniel Smith (2015), released under CC0: every 15th
  /// of its 256 colours. Its lightness grows evenly, so it also reads in gray.
  static let sequential = Palette(points: [
    Color(0x440154), Color(0x481769), Color(0x472a7a), Color(0x433d84), Color(0x3d4e8a),
    Color(0x355e8d), Color(0x2e6d8e), Color(0x297b8e), Color(0x23898e), Color(0x1f978b),
    Color(0x21a585), Color(0x2eb37c), Color(0x46c06f), Color(0x65cb5e), Color(0x89d548),
    Color(0xb0dd2f), Color(0xd8e219), Color(0xfde725),
  ])

  /// RdBu in nine classes by Cynthia Brewer (ColorBrewer 2.0, Apache 2.0), from blue (against)
  /// over near-white (0) to red (for); rated safe for colour-blind readers there.
  static let diverging = Palette(points: [
    Color(0x2166ac), Color(0x4393c3), Color(0x92c5de), Color(0xd1e5f0), Color(0xf7f7f7),
    Color(0xfddbc7), Color(0xf4a582), Color(0xd6604d), Color(0xb2182b),
  ])

  /// What a value that is not a number is drawn in: far from every colour of both palettes.
  static let notANumber = Color(0xff00ff)
}
