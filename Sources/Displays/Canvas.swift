// Pixels of a drawing: pictures and maps, enlarged and put together.

import Images

/// RGB pixels that other pixels are drawn into.
struct Canvas: Sendable, Equatable {
  let height: Int
  let width: Int
  private(set) var pixels: [Color]

  /// A canvas of one colour; sizes below 1 count as 1.
  init(height: Int, width: Int, color: Color = .white) {
    self.height = max(1, height)
    self.width = max(1, width)
    pixels = [Color](repeating: color, count: self.height * self.width)
  }

  /// The pixel in a row and a column, both inside.
  subscript(row: Int, column: Int) -> Color {
    get { pixels[row * width + column] }
    set { pixels[row * width + column] = newValue }
  }

  /// The pixels of a picture.
  init(_ picture: Picture) {
    self.init(height: picture.height, width: picture.width)
    for row in 0..<height {
      for column in 0..<width {
        pixels[row * width + column] = picture.color(row: row, column: column)
      }
    }
  }

  /// The colours of a map, over its input if it is blended with one.
  init(_ map: Heatmap) {
    self.init(height: map.height, width: map.width)
    let scale = ColorScale(map)
    let under = map.placement == .blended ? map.input : nil
    let input = under.map { Raster($0).resized(height: height, width: width) }
    for row in 0..<height {
      for column in 0..<width {
        pixels[row * width + column] = scale.color(
          of: map.values[row * width + column], over: input?.color(row: row, column: column))
      }
    }
  }

  /// The colours of a scale from left to right.
  init(_ scale: ColorScale, height: Int, width: Int) {
    self.init(height: height, width: width)
    for column in 0..<self.width {
      let color = scale.palette.color(at: Double(column) / Double(max(1, self.width - 1)))
      for row in 0..<self.height { pixels[row * self.width + column] = color }
    }
  }

  /// Every pixel as a square of `factor` × `factor`.
  func enlarged(_ factor: Int) -> Canvas {
    guard factor > 1 else { return self }
    var result = Canvas(height: height * factor, width: width * factor)
    for row in 0..<result.height {
      for column in 0..<result.width {
        result.pixels[row * result.width + column] =
          pixels[row / factor * width + column / factor]
      }
    }
    return result
  }

  /// Draws another canvas with its corner at `top`, `left`; what is outside is left out.
  mutating func draw(_ other: Canvas, top: Int, left: Int) {
    for row in 0..<other.height where (0..<height).contains(top + row) {
      for column in 0..<other.width where (0..<width).contains(left + column) {
        pixels[(top + row) * width + left + column] = other.pixels[row * other.width + column]
      }
    }
  }

  /// Canvases side by side, or beneath one another, with `gap` pixels between.
  static func joined(_ parts: [Canvas], horizontally: Bool, gap: Int) -> Canvas? {
    guard !parts.isEmpty else { return nil }
    let gaps = gap * (parts.count - 1)
    let (heights, widths) = (parts.map(\.height), parts.map(\.width))
    var result =
      horizontally
      ? Canvas(height: heights.max() ?? 1, width: widths.reduce(gaps, +))
      : Canvas(height: heights.reduce(gaps, +), width: widths.max() ?? 1)
    var place = 0
    for part in parts {
      result.draw(part, top: horizontally ? 0 : place, left: horizontally ? place : 0)
      place += (horizontally ? part.width : part.height) + gap
    }
    return result
  }

  /// The pixels as a bitmap with three channels.
  func bitmap() throws(ImageError) -> Bitmap {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pixels.count * 3)
    for color in pixels {
      bytes.append(color.red)
      bytes.append(color.green)
      bytes.append(color.blue)
    }
    return try Bitmap(width: width, height: height, channels: 3, pixels: bytes)
  }
}
