/// A source line as it is drawn: tabs widened, control characters made visible, cut around what is marked.

struct ClippedLine {
  /// The text to draw.
  let shown: String
  /// For each character: the byte at which it begins and the column, the end of the line included.
  private let starts: [(byte: Int, column: Int)]
  private let first: Int
  private let last: Int

  /// Tab stops lie every four columns.
  private static let tab = 4

  /// - Parameters:
  ///   - marks: the bytes of the line that are marked.
  ///   - width: the columns that it may take.
  init(_ line: String, marks: [Range<Int>], width: Int) {
    var starts: [(byte: Int, column: Int)] = []
    var cells: [(text: String, width: Int)] = []
    var byte = 0
    var column = 0
    for character in line {
      starts.append((byte, column))
      let cell = ClippedLine.cell(character, column)
      cells.append(cell)
      byte += character.utf8.count
      column += cell.width
    }
    starts.append((byte, column))
    self.starts = starts
    (first, last) = ClippedLine.window(
      starts, marks: marks, length: column, width: max(20, width))
    var shown = ""
    for (index, cell) in cells.enumerated() {
      let start = starts[index].column
      if start >= first, start + cell.width <= last { shown += cell.text }
    }
    self.shown = (first > 0 ? "…" : "") + shown + (last < column ? "…" : "")
  }

  private static func cell(_ character: Character, _ column: Int) -> (text: String, width: Int) {
    if character == "\t" {
      let width = tab - column % tab
      return (String(repeating: " ", count: width), width)
    }
    let printable = DisplayWidth.printable(character)
    return (String(printable), DisplayWidth.of(printable))
  }

  /// The columns that are drawn: all of them, or as many as fit around the first mark.
  private static func window(
    _ starts: [(byte: Int, column: Int)], marks: [Range<Int>], length: Int, width: Int
  ) -> (Int, Int) {
    if length <= width { return (0, length) }
    let low = marks.map { column($0.lowerBound, starts) }.min() ?? 0
    let high = marks.map { column($0.upperBound, starts) }.max() ?? low
    let room = width - 2
    let centre = high - low <= room ? (low + high) / 2 : low + room / 2 - 8
    let first = max(0, min(centre - room / 2, length - room))
    return (first <= 2 ? 0 : first, min(length, first + room))
  }

  /// The column of a byte, before cutting.
  private static func column(_ byte: Int, _ starts: [(byte: Int, column: Int)]) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle].byte <= byte { low = middle } else { high = middle }
    }
    return starts.isEmpty ? 0 : starts[low].column
  }

  /// The columns of the drawn text that a range of bytes takes, at least one.
  func columns(_ bytes: Range<Int>) -> Range<Int> {
    let shift = first > 0 ? first - 1 : 0
    let low = ClippedLine.column(bytes.lowerBound, starts)
    let high = ClippedLine.column(bytes.upperBound, starts)
    let start = max(first, min(low, last)) - shift
    let end = max(first, min(high, last)) - shift
    return start..<max(end, start + 1)
  }
}
