// Lines of styled text, from which the plain and the terminal renderer are made.

/// How a stretch of text looks; a renderer takes what its medium has.
struct Style: Hashable, Sendable {
  var bold = false
  var dim = false
  var italic = false
  var underlined = false
  /// Columns that a picture covers: they are passed over, not written.
  var isReserved = false
  var foreground: Ink?
  var background: Ink?

  /// A colour of the terminal's own theme, or an exact one.
  enum Ink: Hashable, Sendable {
    case red, green, yellow, blue, magenta, cyan
    case exact(Color)
  }

  static let plain = Style()
  static let faint = Style(dim: true)
  static let strong = Style(bold: true)
}

/// Text of one style without line breaks.
struct Span: Equatable {
  var text: String
  var style: Style
}

/// A picture that begins in a line and goes on over the lines beneath.
struct PlacedPicture: Equatable {
  var canvas: Canvas
  var column: Int
  var columns: Int
  var rows: Int

  func moved(by columns: Int) -> PlacedPicture {
    var moved = self
    moved.column += columns
    return moved
  }
}

/// A line: spans from the left, and the columns they take.
struct Line: Equatable {
  private(set) var spans: [Span] = []
  private(set) var width = 0
  /// Pictures whose upper left corner is in this line.
  private(set) var pictures: [PlacedPicture] = []

  init() {}

  /// A line of text, which is cleaned and put on one line.
  init(_ text: String, _ style: Style = .plain) { append(text, style) }

  mutating func append(_ text: String, _ style: Style = .plain) {
    let cleaned = Text.single(text)
    append(Span(text: cleaned, style: style), Text.width(cleaned))
  }

  mutating func append(_ other: Line) {
    pictures += other.pictures.map { $0.moved(by: width) }
    for span in other.spans { append(span, 0) }
    width += other.width
  }

  private mutating func append(_ span: Span, _ columns: Int) {
    width += columns
    if span.text.isEmpty { return }
    if let last = spans.indices.last, spans[last].style == span.style {
      spans[last].text += span.text
    } else {
      spans.append(span)
    }
  }

  /// Lines that a picture covers.
  static func covered(by canvas: Canvas, columns: Int, rows: Int) -> [Line] {
    (0..<rows).map { row in
      var line = Line(String(repeating: " ", count: columns), Style(isReserved: true))
      if row == 0 {
        line.pictures = [PlacedPicture(canvas: canvas, column: 0, columns: columns, rows: rows)]
      }
      return line
    }
  }

  mutating func fill(to columns: Int) {
    if columns > width { append(String(repeating: " ", count: columns - width)) }
  }

  /// The line without spaces at its end.
  var trimmed: Line {
    var result = self
    while let last = result.spans.last, last.style.background == nil {
      let kept = last.text.count - last.text.reversed().prefix { $0 == " " }.count
      result.width -= last.text.count - kept
      if kept > 0 {
        result.spans[result.spans.count - 1].text = String(last.text.prefix(kept))
        break
      }
      result.spans.removeLast()
    }
    return result
  }

  var text: String { spans.reduce(into: "") { $0 += $1.text } }

  /// The line in at most `columns` columns, ending with `…` if something was cut.
  func cut(to columns: Int) -> Line {
    guard width > columns else { return self }
    let bare = trimmed
    guard bare.width > columns else { return bare }
    var result = Line()
    result.pictures = pictures
    for cell in cells {
      if result.width + cell.width > columns - 1 { break }
      result.append(Span(text: String(cell.character), style: cell.style), cell.width)
    }
    if columns > 0 { result.append("…", result.spans.last?.style ?? .plain) }
    return result
  }

  /// The line broken at spaces into lines of at most `columns` columns, the later ones indented
  /// like the first plus `hanging`; a word longer than a line is broken anywhere.
  func wrapped(to columns: Int, hanging: Int = 0) -> [Line] {
    let columns = max(1, columns)
    guard width > columns else { return [self] }
    let cells = self.cells
    let indent = min(hanging + cells.prefix { $0.character == " " }.count, columns / 2)
    var lines: [Line] = []
    var start = 0
    while start < cells.count {
      let room = columns - (lines.isEmpty ? 0 : indent)
      let (end, next) = Line.lineEnd(cells, from: start, room: room)
      var line = Line(String(repeating: " ", count: lines.isEmpty ? 0 : indent))
      for cell in cells[start..<end] {
        line.append(Span(text: String(cell.character), style: cell.style), cell.width)
      }
      lines.append(line)
      start = next
    }
    return lines
  }

  /// Where the line that begins at `start` ends, and where the next one begins (after spaces).
  private static func lineEnd(_ cells: [Cell], from start: Int, room: Int) -> (Int, Int) {
    var used = 0
    var end = start
    var space: Int?
    while end < cells.count, used + cells[end].width <= max(room, end == start ? 2 : 0) {
      if cells[end].character == " ", end > start { space = end }
      used += cells[end].width
      end += 1
    }
    if end == cells.count { return (end, end) }
    if cells[end].character == " " { space = end }
    guard let space, cells[start..<space].contains(where: { $0.character != " " }) else {
      return (end, end)
    }
    var next = space
    while next < cells.count, cells[next].character == " " { next += 1 }
    return (space, next)
  }

  private struct Cell {
    var character: Character
    var style: Style
    var width: Int
  }

  private var cells: [Cell] {
    spans.flatMap { span in
      span.text.map { Cell(character: $0, style: span.style, width: Text.width($0)) }
    }
  }
}
