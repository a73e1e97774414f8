// Grids of pixels and values in the size in which they are drawn.

/// A grid of planes of numbers, row by row, that can be drawn smaller or larger.
struct Raster {
  let height: Int
  let width: Int
  /// One array of `height` × `width` numbers for each plane.
  let planes: [[Float]]

  /// The values of a map.
  init(_ map: Heatmap) {
    height = map.height
    width = map.width
    planes = [map.values]
  }

  /// Red, green and blue of a picture (0…255).
  init(_ picture: Picture) { self.init(Canvas(picture)) }

  /// Red, green and blue of a drawing (0…255).
  init(_ canvas: Canvas) {
    height = canvas.height
    width = canvas.width
    planes = [
      canvas.pixels.map { Float($0.red) }, canvas.pixels.map { Float($0.green) },
      canvas.pixels.map { Float($0.blue) },
    ]
  }

  private init(height: Int, width: Int, planes: [[Float]]) {
    self.height = height
    self.width = width
    self.planes = planes
  }

  /// Each new pixel is the mean of the area that it covers; NaN anywhere in it stays visible.
  func resized(height newHeight: Int, width newWidth: Int) -> Raster {
    if newHeight == height, newWidth == width { return self }
    let rows = (0..<newHeight).map { Raster.cover($0, of: newHeight, over: height) }
    let columns = (0..<newWidth).map { Raster.cover($0, of: newWidth, over: width) }
    let area = Double(height) / Double(newHeight) * Double(width) / Double(newWidth)
    let planes = planes.map { plane in
      rows.flatMap { row in
        columns.map { column in
          var sum = 0.0
          for (y, high) in row {
            for (x, wide) in column { sum += Double(plane[y * width + x]) * high * wide }
          }
          return Float(sum / area)
        }
      }
    }
    return Raster(height: newHeight, width: newWidth, planes: planes)
  }

  func color(row: Int, column: Int) -> Color {
    func channel(_ plane: Int) -> UInt8 {
      UInt8(clamping: Int(planes[plane][row * width + column].rounded()))
    }
    return Color(red: channel(0), green: channel(1), blue: channel(2))
  }

  /// The old pixels under the new one at `index` of `count`, with the share of each that it covers.
  private static func cover(_ index: Int, of count: Int, over length: Int) -> [(Int, Double)] {
    let from = Double(index) * Double(length) / Double(count)
    let to = Double(index + 1) * Double(length) / Double(count)
    return (Int(from)..<min(length, Int(to.rounded(.up)))).compactMap { place in
      let share = min(to, Double(place + 1)) - max(from, Double(place))
      return share > 1e-9 ? (place, share) : nil
    }
  }

  /// The size in which `height` × `width` is drawn in a square of `room`: made smaller to fit,
  /// or larger by a whole factor while both sides stay within `readable`; at least 2 rows.
  static func drawnSize(
    height: Int, width: Int, room: Int, readable: Int = 28
  ) -> (height: Int, width: Int) {
    let room = max(room, 1)
    let factor = min(readable, room) / max(height, width)
    if factor >= 1 { return (max(2, height * factor), width * factor) }
    let scale = min(1, Double(room) / Double(max(height, width)))
    return (
      max(2, Int((Double(height) * scale).rounded())),
      max(1, Int((Double(width) * scale).rounded()))
    )
  }
}
