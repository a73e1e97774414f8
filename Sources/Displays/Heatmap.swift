// A map of numbers that is drawn in colour: attributions, masks, activations.

/// A map of `height` × `width` numbers, how they become colours, and what stands around it.
public struct Heatmap: Sendable, Equatable {
  /// Rows of values.
  package let height: Int
  /// Columns of values.
  package let width: Int
  /// The values in rows from the top; NaN and infinities are drawn in their own colours and counted.
  package let values: [Float]
  /// Whether zero is the middle of the colours (evidence for and against) or not (a mask, a norm).
  package var signed: Bool
  /// Which values get the colours at the ends.
  package var scale: Scale
  /// The line above it.
  package var title: String?
  /// Lines beneath it, such as "completeness gap 0.3 %".
  package var subtitles: [String]
  /// The input that is explained.
  package var input: Picture?
  /// Where the input stands.
  package var placement: Placement

  /// Describes a map; nil if there are no values or their number is not height × width.
  package init?(
    values: [Float], height: Int, width: Int, signed: Bool, scale: Scale = .robust,
    title: String? = nil, subtitles: [String] = [], input: Picture? = nil,
    placement: Placement = .beside
  ) {
    guard height > 0, width > 0, holds(values.count, height, width) else { return nil }
    self.height = height
    self.width = width
    self.values = values
    self.signed = signed
    self.scale = scale
    self.title = title
    self.subtitles = subtitles
    self.input = input
    self.placement = placement
  }

  /// Which values get the colours at the ends; signed maps are always symmetric about zero.
  package enum Scale: Sendable, Equatable {
    /// The smallest and the largest finite value.
    case full
    /// The 99.5th percentile of the magnitude if the largest is more than 1.5 times as large (it is
    /// then said so), else as `full`.
    case robust
    /// Given ends; a signed map uses the larger magnitude.
    case fixed(Double, Double)
  }

  /// Where the input of a map is shown.
  package enum Placement: Sendable, Equatable {
    /// On the left of the map.
    case beside
    /// Above the map.
    case above
    /// Under the map, which is drawn over it with an opacity that grows with the magnitude.
    case blended
  }
}
