// Displays for a terminal, in as many colours as it has.

/// Draws displays with colours (SGR sequences) and half-block characters.
package struct TerminalRenderer: Sendable {
  /// The most columns of a line.
  package var width: Int
  /// The colours that the terminal has.
  package var colors: Colors

  /// How many colours a terminal has, from those it says it has.
  package enum Colors: Sendable, Equatable { case none, sixteen, indexed, exact }

  /// A renderer for a terminal of `width` columns.
  package init(width: Int, colors: Colors) {
    self.width = width
    self.colors = colors
  }

  /// The display in lines, each ended by a line feed, with every style ended on its own line.
  package func render(_ display: Display) -> String {
    let pixels: Layout.Pixels =
      switch colors {
      case .none: .shades
      case .sixteen: .tintedShades
      case .indexed, .exact: .halfBlocks
      }
    var text = ""
    for line in Layout(pixels: pixels).page(display, width: width) {
      write(line, to: &text)
      text += "\n"
    }
    return text
  }

  private func write(_ line: Line, to text: inout String) {
    var current: [String] = []
    for span in line.spans {
      let codes = colors == .none ? [] : codes(span.style)
      if codes != current {
        text += "\u{1b}[" + (current.isEmpty ? codes : ["0"] + codes).joined(separator: ";") + "m"
        current = codes
      }
      text += span.text
    }
    if !current.isEmpty { text += "\u{1b}[0m" }
  }

  /// The parameters of the escape sequence for a style (ECMA-48, 8.3.117).
  private func codes(_ style: Style) -> [String] {
    var codes: [String] = []
    if style.bold { codes.append("1") }
    if style.dim { codes.append("2") }
    if style.italic { codes.append("3") }
    if style.underlined { codes.append("4") }
    if let ink = style.foreground { codes.append(code(ink, base: 30)) }
    if let ink = style.background { codes.append(code(ink, base: 40)) }
    return codes
  }

  private func code(_ ink: Style.Ink, base: Int) -> String {
    switch ink {
    case .red: return String(base + 1)
    case .green: return String(base + 2)
    case .yellow: return String(base + 3)
    case .blue: return String(base + 4)
    case .magenta: return String(base + 5)
    case .cyan: return String(base + 6)
    case .exact(let color):
      if colors == .exact { return "\(base + 8);2;\(color.red);\(color.green);\(color.blue)" }
      return "\(base + 8);5;\(TerminalRenderer.index(of: color))"
    }
  }

  /// The nearest of the 240 fixed colours of a 256-colour terminal: its 6 × 6 × 6 cube (levels 0,
  /// 95, 135 … 255) and 24 grays (8, 18 … 238).
  static func index(of color: Color) -> Int {
    func level(_ channel: UInt8) -> Int {
      channel < 48 ? 0 : channel < 115 ? 1 : (Int(channel) - 35) / 40
    }
    func value(_ level: Int) -> UInt8 { level == 0 ? 0 : UInt8(clamping: 55 + 40 * level) }
    let (r, g, b) = (level(color.red), level(color.green), level(color.blue))
    let cube = Color(red: value(r), green: value(g), blue: value(b))
    let mean = (Int(color.red) + Int(color.green) + Int(color.blue)) / 3
    let step = min(max((mean - 3) / 10, 0), 23)
    let level = UInt8(clamping: 8 + 10 * step)
    let gray = Color(red: level, green: level, blue: level)
    return color.distance(to: gray) < color.distance(to: cube)
      ? 232 + step : 16 + 36 * r + 6 * g + b
  }
}
