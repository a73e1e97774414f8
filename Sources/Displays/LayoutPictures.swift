// Pictures and maps in characters.

extension Layout {
  /// A picture, its size if it is drawn in gray shades, and its caption.
  func lines(_ picture: Picture, width: Int) -> [Line] {
    var lines = draw(picture, width: min(width, Layout.largestPicture))
    if pixels == .shades, inline == nil {
      lines.append(Line("picture \(picture.width) × \(picture.height)", .faint).cut(to: width))
    }
    if let caption = picture.caption { lines += paragraph(caption, .faint, width: width) }
    return lines
  }

  /// A map with its title above, and its colours, remarks and subtitles beneath.
  func lines(_ map: Heatmap, width: Int) -> [Line] {
    let title = map.title.map { paragraph($0, .strong, width: width) } ?? []
    let shown = min(width, Layout.largestPicture)
    guard let input = map.input, map.placement != .blended else {
      return title + body(map, width: shown) + remarks(map, width: width)
    }
    if map.placement == .above {
      return title + draw(input, width: shown) + [Line()] + body(map, width: shown)
        + remarks(map, width: width)
    }
    let half = (width - Layout.gap) / 2
    guard half >= 12 else {
      var stacked = map
      stacked.placement = .above
      return lines(stacked, width: width)
    }
    let side = min(half, Layout.largestPicture)
    let left = draw(input, width: side)
    let edge = max(left.map(\.width).max() ?? 0, min(side, 8))
    return title + beside([(left, edge), (body(map, width: side), side)])
      + remarks(map, width: width)
  }

  /// The pixels of a picture alone.
  private func draw(_ picture: Picture, width: Int) -> [Line] {
    if inline != nil { return covered(Canvas(picture), room: width) }
    let size = drawnSize(height: picture.height, width: picture.width, room: width)
    let raster = Raster(picture).resized(height: size.height, width: size.width)
    if pixels == .halfBlocks {
      return halfBlocks(height: size.height, width: size.width, color: raster.color)
    }
    return shades(height: size.height, width: size.width) { row, column in
      (Shade(raster.color(row: row, column: column).lightness / 100), .plain)
    }
  }

  /// The lines that the terminal draws a picture over.
  private func covered(_ canvas: Canvas, room: Int) -> [Line] {
    guard let inline else { return [] }
    let size = Raster.drawnSize(height: canvas.height, width: canvas.width, room: room)
    let area = inline.area(height: canvas.height, width: canvas.width, columns: size.width)
    return Line.covered(by: canvas, columns: area.columns, rows: area.rows)
  }

  /// The size in which something is drawn, in half characters or in whole ones.
  private func drawnSize(height: Int, width: Int, room: Int) -> (height: Int, width: Int) {
    let size = Raster.drawnSize(height: height, width: width, room: room)
    return pixels == .halfBlocks ? size : ((size.height + 1) / 2, size.width)
  }

  /// The pixels of a map and its colour bar.
  private func body(_ map: Heatmap, width: Int) -> [Line] {
    let scale = ColorScale(map)
    let size = drawnSize(height: map.height, width: map.width, room: width)
    let raster = Raster(map).resized(height: size.height, width: size.width)
    let values = raster.planes[0]
    let under = map.placement == .blended ? map.input : nil
    let input = under.map { Raster($0).resized(height: size.height, width: size.width) }
    var lines: [Line]
    if inline != nil {
      lines = covered(Canvas(map), room: width)
    } else if pixels == .halfBlocks {
      lines = halfBlocks(height: size.height, width: size.width) { row, column in
        scale.color(
          of: values[row * size.width + column], over: input?.color(row: row, column: column))
      }
    } else {
      lines = shades(height: size.height, width: size.width) { row, column in
        self.shade(values[row * size.width + column], scale)
      }
    }
    lines += bar(scale, width: max(size.width, min(width, 20)))
    if size.width * (inline?.cellWidth ?? 1) < map.width {
      lines += paragraph(
        "\(map.width) × \(map.height), drawn as means at width \(size.width)", .faint, width: width)
    }
    return lines
  }

  /// What has to be said about a map, then what its maker says.
  private func remarks(_ map: Heatmap, width: Int) -> [Line] {
    (ColorScale(map).remarks(notANumber: pixels == .halfBlocks ? "magenta" : "?") + map.subtitles)
      .flatMap { paragraph($0, .faint, width: width) }
  }

  /// Two rows of pixels on each line: the upper in the foreground, the lower in the background.
  private func halfBlocks(
    height: Int, width: Int, color: (_ row: Int, _ column: Int) -> Color
  ) -> [Line] {
    stride(from: 0, to: height, by: 2).map { row in
      var line = Line()
      for column in 0..<width {
        let upper = color(row, column)
        let lower = row + 1 < height ? color(row + 1, column) : nil
        line.append(
          "▀", Style(foreground: .exact(upper), background: lower.map { .exact($0) }))
      }
      return line
    }
  }

  /// One character for each value; the rows have been halved, as a character is twice as high as
  /// it is wide.
  private func shades(
    height: Int, width: Int, shade: (_ row: Int, _ column: Int) -> (Shade, Style)
  ) -> [Line] {
    (0..<height).map { row in
      var line = Line()
      for column in 0..<width {
        let (shade, style) = shade(row, column)
        line.append(String(shade.character), style)
      }
      return line
    }
  }

  /// The character and colour of a value.
  private func shade(_ value: Float, _ scale: ColorScale) -> (Shade, Style) {
    guard let share = scale.share(of: value), let strength = scale.strength(of: value) else {
      return (.notANumber, Style(foreground: pixels == .shades ? nil : .magenta))
    }
    let negative = scale.signed && share < 0.5
    if pixels == .shades { return (Shade(strength, negative: negative), .plain) }
    let ink: Style.Ink? = scale.signed ? (negative ? .blue : .red) : nil
    return (Shade(strength), Style(foreground: ink))
  }

  /// The colours from the lowest to the highest value, and the numbers at the ends and at 0.
  private func bar(_ scale: ColorScale, width: Int) -> [Line] {
    var line = Line()
    for column in 0..<width {
      let share = width > 1 ? Double(column) / Double(width - 1) : 0.5
      if pixels == .halfBlocks {
        let color = scale.palette.color(at: share)
        line.append("▄", Style(foreground: .exact(color)))
      } else {
        let value = scale.low + (scale.high - scale.low) * share
        let (shade, style) = self.shade(Float(value), scale)
        line.append(String(shade.character), style)
      }
    }
    var numbers = Line()
    for (place, text) in scale.labels {
      let middle = Int((place * Double(width - 1)).rounded()) - (text.count - 1) / 2
      let start = min(max(0, middle), max(0, width - text.count))
      if start < numbers.width + (numbers.width > 0 ? 1 : 0) { continue }
      if place > 0, place < 1, let last = scale.labels.last,
        start + text.count >= width - last.text.count
      {
        continue
      }
      numbers.fill(to: start)
      numbers.append(text, .faint)
    }
    return [line, numbers.cut(to: max(width, 4))]
  }
}

/// A character that is the darker the stronger what it stands for.
struct Shade: Equatable {
  let character: Character

  static let notANumber = Shade(character: "?")
  static let positive: [Character] = [" ", "·", "░", "▒", "▓", "█"]
  static let negative: [Character] = [" ", "·", "-", "=", "≡", "#"]

  /// The shade of a strength from 0 to 1.
  init(_ strength: Double, negative: Bool = false) {
    let characters = negative ? Shade.negative : Shade.positive
    let rank = min(max(Int((strength * Double(characters.count - 1)).rounded()), 0), 5)
    self.init(character: characters[rank])
  }

  private init(character: Character) { self.character = character }
}
