// Displays as lines of styled text: what the plain and the terminal renderer have in common.

/// Lays displays out in lines of at most a given number of columns.
struct Layout {
  /// With what pixels are drawn.
  var pixels: Pixels
  /// How the terminal takes pictures, if it does.
  var inline: InlinePictures?

  /// With what pixels are drawn.
  enum Pixels {
    /// Two pixels in a character, in exact colours: `▀`.
    case halfBlocks
    /// Shades of the terminal's red, blue and gray: `░▒▓█`.
    case tintedShades
    /// Shades, with other characters for negative values.
    case shades
  }

  /// The most columns that a picture or a map takes alone.
  static let largestPicture = 56
  /// The least columns that a picture or a map is given, if the width has as many.
  static let smallestPicture = 28
  /// Columns between things side by side.
  static let gap = 3
  /// Displays inside displays inside displays: as many levels as are drawn. A row measures what is in
  /// it before it draws it, so each level doubles the work.
  static let deepest = 12

  /// The display in lines of at most `width` columns.
  func page(_ display: Display, width: Int) -> [Line] {
    lines(display, width: width).map { $0.trimmed.cut(to: max(1, width)) }
  }

  /// The display in lines of `width` columns (at least 4), or a little more where it is deep.
  func lines(_ display: Display, width: Int, depth: Int = 0) -> [Line] {
    guard depth < Layout.deepest else { return [Line("…", .faint)] }
    let width = max(4, width)
    switch display {
    case .text(let text): return paragraph(text, width: width)
    case .markdown(let text): return lines(Markdown.parse(text), width: width)
    case .code(let text, let language): return code(text, language: language, width: width)
    case .table(let table): return lines(table, width: width)
    case .tensor(let tensor): return lines(tensor, width: width)
    case .picture(let picture): return lines(picture, width: width)
    case .heatmap(let map): return lines(map, width: width)
    case .diagram(let diagram): return lines(diagram.table, width: width)
    case .row(let displays): return row(displays, width: width, depth: depth + 1)
    case .column(let displays): return column(displays, width: width, depth: depth + 1)
    case .note(let text): return paragraph(text, .faint, width: width)
    case .failure(let text): return failure(text, width: width)
    }
  }

  /// Text in one style; its line breaks are kept and its lines wrapped.
  func paragraph(_ text: String, _ style: Style = .plain, width: Int) -> [Line] {
    Text.clean(text).split(separator: "\n", omittingEmptySubsequences: false).flatMap {
      Line(String($0), style).wrapped(to: width)
    }
  }

  /// Source text, highlighted if it is xai; long lines go on beneath themselves.
  func code(_ text: String, language: String, width: Int) -> [Line] {
    Highlighter.lines(of: Text.clean(text), language: language).flatMap { tokens in
      var line = Line()
      for token in tokens { line.append(token.text, token.kind.style) }
      return line.wrapped(to: width, hanging: 2)
    }
  }

  /// An error: its first line stands out.
  private func failure(_ text: String, width: Int) -> [Line] {
    let cleaned = Text.clean(text)
    let first = cleaned.prefix { !$0.isNewline }
    let rest = cleaned.dropFirst(first.count + 1)
    let head = Line(String(first), Style(bold: true, foreground: .red)).wrapped(to: width)
    return rest.isEmpty ? head : head + paragraph(String(rest), width: width)
  }

  /// Displays beneath one another, with an empty line around whatever is more than text.
  private func column(_ displays: [Display], width: Int, depth: Int) -> [Line] {
    var result: [Line] = []
    for (index, display) in displays.enumerated() {
      if index > 0, display.standsApart || (displays[index - 1].standsApart && !display.isNote) {
        result.append(Line())
      }
      result += lines(display, width: width, depth: depth)
    }
    return result
  }

  /// Displays side by side, as many on each line of displays as fit.
  private func row(_ displays: [Display], width: Int, depth: Int) -> [Line] {
    let sizes = displays.map { columns(of: $0, width: width, depth: depth) }
    var result: [Line] = []
    var share: Int?
    var start = 0
    while start < displays.count {
      var end = start
      var used = 0
      while end < displays.count {
        let needed = used + (end > start ? Layout.gap : 0) + sizes[end].least
        if end > start, needed > width { break }
        used = needed
        end += 1
      }
      let fitted = fit(Array(sizes[start..<end]), into: width, at: &share)
      let blocks = figures(Array(displays[start..<end]), widths: fitted, depth: depth)
      if !result.isEmpty { result.append(Line()) }
      result += beside(blocks)
      start = end
    }
    return result
  }

  /// The lines of displays side by side, with titles above so that all pictures begin on one line.
  private func figures(_ displays: [Display], widths: [Int], depth: Int) -> [([Line], Int)] {
    let isTitled = displays.contains {
      if case .heatmap(let map) = $0 { map.title != nil } else { false }
    }
    guard isTitled else {
      return zip(displays, widths).map { (lines($0, width: $1, depth: depth), $1) }
    }
    let parts = zip(displays, widths).map { display, width -> (title: [Line]?, rest: Display) in
      switch display {
      case .heatmap(var map):
        let title = map.title ?? ""
        map.title = nil
        return (paragraph(title, .strong, width: width), .heatmap(map))
      case .picture(var picture):
        let caption = picture.caption ?? ""
        picture.caption = nil
        return (paragraph(caption, .faint, width: width), .picture(picture))
      default: return (nil, display)
      }
    }
    let height = parts.compactMap(\.title?.count).max() ?? 0
    return zip(parts, widths).map { part, width in
      let rest = lines(part.rest, width: width, depth: depth)
      guard let title = part.title else { return (rest, width) }
      let above = [Line](repeating: Line(), count: height - title.count)
      return (above + title + rest, width)
    }
  }

  /// Widths between the least and the best that fill `width`; no picture gets more than `share`,
  /// the size of those in the first line, so that all of a row stay comparable.
  private func fit(
    _ sizes: [(least: Int, best: Int)], into width: Int, at share: inout Int?
  ) -> [Int] {
    let room = width - Layout.gap * (sizes.count - 1)
    var fitted = sizes.map { min($0.least, max(room, 4)) }
    var free = room - fitted.reduce(0, +)
    var grew = true
    while free > 0, grew {
      grew = false
      for index in sizes.indices where free > 0 && fitted[index] < sizes[index].best {
        if let share, sizes[index].least < sizes[index].best, fitted[index] >= share { continue }
        fitted[index] += 1
        free -= 1
        grew = true
      }
    }
    // Those that could be larger are all as large as the smallest of them.
    let open = fitted.indices.filter {
      fitted[$0] < sizes[$0].best && sizes[$0].least < sizes[$0].best
    }
    if let smallest = open.map({ fitted[$0] }).min() {
      for index in open { fitted[index] = smallest }
      share = share ?? smallest
    }
    return fitted
  }

  /// Blocks of lines next to one another; each is as wide as is said, the last as wide as it is.
  func beside(_ blocks: [([Line], Int)]) -> [Line] {
    let height = blocks.map(\.0.count).max() ?? 0
    return (0..<height).map { index in
      var line = Line()
      var edge = 0
      for (lines, width) in blocks {
        line.fill(to: edge)
        if index < lines.count { line.append(lines[index]) }
        edge += width + Layout.gap
      }
      return line
    }
  }

  /// The least columns in which a display is readable, and those it takes if there is room.
  private func columns(of display: Display, width: Int, depth: Int) -> (least: Int, best: Int) {
    let title: Int
    let picture: (Int, Int)
    switch display {
    case .picture(let shown):
      title = Text.width(Text.single(shown.caption ?? ""))
      picture = (shown.height, shown.width)
    case .heatmap(let map):
      title = Text.width(Text.single(map.title ?? ""))
      picture = (map.height, map.width)
      if map.input != nil, map.placement == .beside {
        let best = min(width, Layout.largestPicture * 2 + Layout.gap)
        return (min(best, Layout.smallestPicture * 2 + Layout.gap), best)
      }
    default:
      let best = lines(display, width: width, depth: depth).map(\.width).max() ?? 0
      return (min(best, width), min(best, width))
    }
    let drawn = Raster.drawnSize(
      height: picture.0, width: picture.1, room: min(width, Layout.largestPicture))
    let best = min(width, max(drawn.width, min(title, Layout.smallestPicture)))
    return (min(best, max(Layout.smallestPicture, min(drawn.width, title))), best)
  }
}

extension Display {
  /// Whether there is space around it in a column.
  fileprivate var standsApart: Bool {
    switch self {
    case .text, .note, .failure: false
    default: true
    }
  }

  fileprivate var isNote: Bool {
    if case .note = self { true } else { false }
  }
}
