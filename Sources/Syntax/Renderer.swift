/// Draws a diagnostic as text: header, places in the source with their labels, notes and helps.

package struct Renderer: Sendable {
  /// Whether to use ANSI colours.
  package var colours: Bool
  /// The columns that a line may take; longer source lines are cut around what is marked.
  package var width: Int

  package init(colours: Bool = false, width: Int = 100) {
    self.colours = colours
    self.width = max(40, width)
  }

  /// The lines of one diagnostic, each with its newline.
  package func render(_ diagnostic: Diagnostic) -> String {
    var lines = [header(diagnostic)]
    let groups = groups(diagnostic)
    let gutter = groups.map(\.gutter).max() ?? 1
    for (index, group) in groups.enumerated() {
      if index > 0 { lines.append(edge(gutter)) }
      lines += SourceDrawing(group: group, gutter: gutter, renderer: self).lines()
    }
    let remarks =
      diagnostic.notes.map { ("", $0) } + diagnostic.helps.map { ("help: ", $0.text) }
    if !remarks.isEmpty, !groups.isEmpty { lines.append(edge(gutter)) }
    for (kind, text) in remarks { lines += remark(kind, text, gutter) }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Several diagnostics with an empty line after each.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { render($0) }.joined(separator: "\n")
  }

  private func header(_ diagnostic: Diagnostic) -> String {
    let style: Style = diagnostic.severity == .error ? .error : .warning
    let title = "\(diagnostic.severity.rawValue)[\(diagnostic.code)]"
    return paint(title, style)
      + paint(": " + DisplayWidth.printable(diagnostic.message), .strong)
  }

  private func edge(_ gutter: Int) -> String { paint(pad(gutter) + " │", .gutter) }

  /// `= text`, or `= help: text`, with further lines under the first.
  private func remark(_ kind: String, _ text: String, _ gutter: Int) -> [String] {
    let lines = DisplayWidth.printable(text).split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      index == 0
        ? pad(gutter) + paint(" = ", .gutter) + paint(kind, .help) + line
        : line.isEmpty ? "" : pad(gutter + 3 + kind.count) + line
    }
  }

  /// The labels of each source, the primary one's source first.
  private func groups(_ diagnostic: Diagnostic) -> [LabelGroup] {
    var groups: [LabelGroup] = []
    let labels =
      (diagnostic.primary.map { [($0, true)] } ?? []) + diagnostic.secondary.map { ($0, false) }
    for (label, isPrimary) in labels {
      let mark = LabelGroup.Mark(label: label, isPrimary: isPrimary)
      if let index = groups.firstIndex(where: { $0.source === label.source }) {
        groups[index].marks.append(mark)
      } else {
        groups.append(LabelGroup(source: label.source, marks: [mark]))
      }
    }
    return groups
  }

  // MARK: Colours

  enum Style: Hashable {
    case plain, error, warning, strong, gutter, primary, secondary, help

    fileprivate var codes: String {
      switch self {
      case .plain: ""
      case .error, .primary: "1;31"
      case .warning: "1;33"
      case .strong: "1"
      case .gutter: "34"
      case .secondary: "36"
      case .help: "1;32"
      }
    }
  }

  func paint(_ text: String, _ style: Style) -> String {
    if !colours || style == .plain || text.isEmpty { return text }
    return "\u{1B}[\(style.codes)m\(text)\u{1B}[0m"
  }

  func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}

/// The labels that lie in one source.
struct LabelGroup {
  struct Mark {
    var label: Diagnostic.Label
    var isPrimary: Bool

    var firstLine: Int { label.source.line(of: label.span.start) }
    /// The line of the span's last byte.
    var lastLine: Int { label.source.line(of: max(label.span.start, label.span.end - 1)) }
    var isMultiLine: Bool { lastLine > firstLine }
    var style: Renderer.Style { isPrimary ? .primary : .secondary }
  }

  var source: Source
  var marks: [Mark]

  /// The digits of the largest line number.
  var gutter: Int { String((marks.map(\.lastLine).max() ?? 0) + 1).count }
}
