// Tables as HTML: headers with scopes, aligned numbers, bars.

extension HTMLRenderer {
  /// The table in a box that scrolls sideways where the page is narrow.
  func table(_ table: TableDisplay) -> String {
    let text = TableText(table)
    var html = "<div class=\"table\"><table>\n"
    if let title = table.title { html += "<caption>\(HTML.escape(title))</caption>\n" }
    html += "<thead><tr>"
    for column in text.columns {
      html +=
        column.isHeader && column.name.isEmpty
        ? "<td></td>"
        : "<th scope=\"col\" class=\"\(column.hasBars ? "leading" : style(column))\">\(HTML.escape(column.name))</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for row in text.shown.indices {
      if text.omitted.count > 0, row == text.omitted.after {
        html +=
          "<tr class=\"omitted\"><td colspan=\"\(text.columns.count)\">⋮ "
          + "\(Numbers.grouped(text.omitted.count)) rows not shown</td></tr>\n"
      }
      html += "<tr>" + text.columns.map { cell($0, row) }.joined() + "</tr>\n"
    }
    if table.rows.isEmpty {
      html +=
        "<tr class=\"omitted\"><td colspan=\"\(max(1, text.columns.count))\">no rows</td></tr>\n"
    }
    html += "</tbody></table>\n"
    let notes = (text.hasBest ? ["* best of its column"] : []) + table.footnotes
    html += notes.map { "<p class=\"note\">\(HTML.escape($0))</p>\n" }.joined()
    return html + "</div>\n"
  }

  private func style(_ column: TableText.Column) -> String {
    switch column.alignment {
    case .leading: "leading"
    case .centre: "centre"
    case .trailing: "number"
    }
  }

  private func long(_ text: String) -> String { text.count > 48 ? " long" : "" }

  private func cell(_ column: TableText.Column, _ row: Int) -> String {
    let cell = column.cells[row]
    if column.isHeader {
      return "<th scope=\"row\" class=\"leading\(long(cell.text))\">\(HTML.escape(cell.text))</th>"
    }
    let isNumeric = column.alignment == .trailing
    var text = HTML.escape(isNumeric ? aligned(cell, column) : cell.text)
    if cell.isBest { text = "<strong><span class=\"mark\">*</span> \(text)</strong>" }
    if let share = cell.bar { text += bar(share, isTwoSided: column.isTwoSided) }
    return
      "<td class=\"\(style(column))\(cell.isBest ? " best" : "")\(long(cell.text))\">\(text)</td>"
  }

  /// A number followed by spaces as wide as the decimals and errors that others have more.
  private func aligned(_ cell: TableText.Cell, _ column: TableText.Column) -> String {
    let tail = column.cells.map(\.tail.count).max() ?? 0
    let error = column.cells.compactMap(\.error?.count).max() ?? 0
    func spaces(_ count: Int) -> String { String(repeating: "\u{2007}", count: max(0, count)) }
    let missing = tail - cell.tail.count
    var text = cell.head + cell.tail
    if cell.tail.isEmpty, missing > 0 {
      text += "\u{2008}" + spaces(missing - 1)
    } else {
      text += spaces(missing)
    }
    if let own = cell.error { text += " ± " + spaces(error - own.count) + own }
    return text
  }

  private func bar(_ share: Double, isTwoSided: Bool) -> String {
    let length = share.magnitude * (isTwoSided ? 50 : 100)
    let start = isTwoSided ? (share < 0 ? 50 - length : 50) : 0
    let (left, width) = (Numbers.fixed(start, decimals: 1), Numbers.fixed(length, decimals: 1))
    let sign = isTwoSided ? (share < 0 ? " against" : " for") : ""
    return " <span class=\"bar\"><span class=\"fill\(sign)\" "
      + "style=\"left:\(left)%;width:\(width)%\"></span></span>"
  }
}
