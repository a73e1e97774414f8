// The pictures and maps of a display as one picture file.

import Images

extension Display {
  /// The pictures and maps of the display as a bitmap, each enlarged by a whole factor to about
  /// `size` pixels, maps with their colour bars beneath; nil if there are none.
  ///
  /// Titles and numbers are not drawn: they belong to the text beside the file.
  package func bitmap(size: Int = 224) throws(ImageError) -> Bitmap? {
    guard let canvas = canvas(size: min(max(size, 1), 4096), depth: 0) else { return nil }
    return try canvas.bitmap()
  }

  /// The bytes of `bitmap(size:)` as a PNG file; nil if the display has no pictures.
  package func png(size: Int = 224) throws(ImageError) -> [UInt8]? {
    guard let bitmap = try bitmap(size: size) else { return nil }
    return try bitmap.png()
  }

  private func canvas(size: Int, depth: Int) -> Canvas? {
    let gap = max(1, size / 14)
    func parts(_ displays: [Display]) -> [Canvas] {
      depth < Layout.deepest ? displays.compactMap { $0.canvas(size: size, depth: depth + 1) } : []
    }
    switch self {
    case .text, .markdown, .code, .table, .tensor, .diagram, .note, .failure: return nil
    case .picture(let picture):
      return Canvas(picture).enlarged(Canvas.factor(picture.height, picture.width, size))
    case .heatmap(let map): return Canvas.figure(map, size: size, gap: gap)
    case .row(let displays): return Canvas.joined(parts(displays), horizontally: true, gap: gap)
    case .column(let displays):
      return Canvas.joined(parts(displays), horizontally: false, gap: gap)
    }
  }
}

extension Canvas {
  /// The whole factor by which something is enlarged to at most `size` pixels.
  static func factor(_ height: Int, _ width: Int, _ size: Int) -> Int {
    max(1, size / max(height, width))
  }

  /// A map and its colour bar, and its input beside or above if it is shown there.
  fileprivate static func figure(_ map: Heatmap, size: Int, gap: Int) -> Canvas? {
    let drawn = Canvas(map).enlarged(factor(map.height, map.width, size))
    let bar = Canvas(ColorScale(map), height: max(2, gap / 2), width: drawn.width)
    let figure = joined([drawn, bar], horizontally: false, gap: max(1, gap / 2))
    guard let figure, let input = map.input, map.placement != .blended else { return figure }
    let picture = Canvas(input).enlarged(factor(input.height, input.width, size))
    return joined([picture, figure], horizontally: map.placement == .beside, gap: gap)
  }
}
