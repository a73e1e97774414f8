/// Draws the lines of one source that a diagnostic speaks of, with its labels below them.

struct SourceDrawing {
  let group: LabelGroup
  let gutter: Int
  let renderer: Renderer
  /// The labels that cover several lines; each has a bar of its own to the left of the text.
  private let tall: [LabelGroup.Mark]

  init(group: LabelGroup, gutter: Int, renderer: Renderer) {
    self.group = group
    self.gutter = gutter
    self.renderer = renderer
    tall = group.marks.filter(\.isMultiLine).sorted { $0.firstLine < $1.firstLine }
  }

  func lines() -> [String] {
    let start = group.marks.first?.label.span.start ?? 0
    let (line, column) = group.source.position(of: start)
    var lines = [
      renderer.paint(renderer.pad(gutter) + " ┌─ ", .gutter)
        + "\(DisplayWidth.printable(group.source.name)):\(line):\(column)"
    ]
    var last: Int?
    for line in shownLines() {
      if let last, line > last + 1 { lines.append(gap(after: last)) }
      lines += drawing(of: line)
      last = line
    }
    return lines
  }

  /// The lines that have a mark, and a single line between two of them.
  private func shownLines() -> [Int] {
    let marked = Set(group.marks.flatMap { [$0.firstLine, $0.lastLine] }).sorted()
    var shown: [Int] = []
    for line in marked {
      if let last = shown.last, line == last + 2 { shown.append(last + 1) }
      shown.append(line)
    }
    return shown
  }

  private func gap(after line: Int) -> String {
    let edge = renderer.paint(renderer.pad(gutter - 1) + "· │ ", .gutter)
    return trimmed(edge + bars(line, isSource: false))
  }

  private func drawing(of line: Int) -> [String] {
    let number = String(line + 1)
    let edge = renderer.paint(renderer.pad(gutter - number.count) + number + " │ ", .gutter)
    let below = renderer.paint(renderer.pad(gutter) + " │ ", .gutter)
    let marks = group.marks.filter { !$0.isMultiLine && $0.firstLine == line }
    let text = ClippedLine(
      group.source.line(line), marks: marks.map { columnsInBytes($0, line) },
      width: renderer.width - gutter - 3 - 2 * tall.count)
    var lines = [trimmed(edge + bars(line, isSource: true) + text.shown)]
    for row in rows(marks, line, text) {
      lines.append(trimmed(below + bars(line, isSource: false) + row.painted(renderer)))
    }
    for (index, mark) in tall.enumerated() where mark.lastLine == line {
      let label = DisplayWidth.printable(mark.label.text)
      let corner = renderer.paint("╰─ " + label, mark.style)
      lines.append(trimmed(below + bars(line, isSource: false, upTo: index) + corner))
    }
    return lines
  }

  /// The bars of the labels that cover several lines, beside a line (`isSource`) or just below it.
  private func bars(_ line: Int, isSource: Bool, upTo count: Int? = nil) -> String {
    tall.prefix(count ?? tall.count).enumerated().map { index, mark in
      let isOpen = isSource ? mark.firstLine <= line : mark.firstLine < line || !isSource
      guard isOpen, mark.firstLine <= line, line <= mark.lastLine else { return "  " }
      if !isSource, count != nil, mark.lastLine == line, index < (count ?? 0) { return "  " }
      return renderer.paint(isSource && mark.firstLine == line ? "╭ " : "│ ", mark.style)
    }.joined()
  }

  private func columnsInBytes(_ mark: LabelGroup.Mark, _ line: Int) -> Range<Int> {
    let start = group.source.lineStarts[line]
    let low = max(0, mark.label.span.start - start)
    return low..<max(low, mark.label.span.end - start)
  }

  // MARK: The rows of labels below a line

  private struct Placed {
    var columns: Range<Int>
    var text: String
    var style: Renderer.Style
  }

  /// The row that underlines, and one row for each text, the rightmost first.
  private func rows(_ marks: [LabelGroup.Mark], _ line: Int, _ text: ClippedLine) -> [Row] {
    if marks.isEmpty { return [] }
    let placed = marks.map { mark in
      Placed(
        columns: text.columns(columnsInBytes(mark, line)),
        text: DisplayWidth.printable(mark.label.text).filter { $0 != "\n" }, style: mark.style)
    }
    var underline = Row()
    for mark in placed.reversed() {
      for column in mark.columns { underline.put("─", at: column, mark.style) }
    }
    let spoken = placed.filter { !$0.text.isEmpty }.sorted {
      $0.columns.lowerBound > $1.columns.lowerBound
    }
    for mark in spoken { underline.put("┬", at: mark.columns.lowerBound, mark.style) }
    var rows = [underline]
    for (index, mark) in spoken.enumerated() {
      var row = Row()
      for other in spoken[(index + 1)...]
      where other.columns.lowerBound < mark.columns.lowerBound {
        row.put("│", at: other.columns.lowerBound, other.style)
      }
      row.put(mark.text, at: mark.columns.lowerBound, mark.style)
      rows.append(row)
    }
    return rows
  }

  private func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

/// One line of coloured text that is put together by columns.
struct Row {
  private var cells: [(text: String, style: Renderer.Style)] = []

  /// Puts a text at a column; only its first character takes part in later replacements.
  mutating func put(_ text: String, at column: Int, _ style: Renderer.Style) {
    while cells.count <= column { cells.append((" ", .plain)) }
    cells[column] = (text, style)
  }

  func painted(_ renderer: Renderer) -> String {
    var painted = ""
    var run = ""
    var style = Renderer.Style.plain
    for cell in cells {
      if cell.style != style {
        painted += renderer.paint(run, style)
        run = ""
        style = cell.style
      }
      run += cell.text
    }
    return painted + renderer.paint(run, style)
  }
}
