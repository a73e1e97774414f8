// Displays for a terminal, in as many colours as it has.

/// Draws displays with colours (SGR sequences) and half-block characters.
package struct TerminalRenderer: Sendable {
  /// The most columns of a line.
  package var width: Int
  /// The colours that the terminal has.
  package var colors: Colors
  /// How the terminal takes pictures; nil: they are drawn with characters.
  package var pictures: InlinePictures?

  /// How many colours a terminal has, from those it says it has.
  package enum Colors: Sendable, Equatable {
    case none, sixteen, indexed, exact

    /// What the environment says: `NO_COLOR` (no-color.org), then `COLORTERM`, then `TERM`.
    ///
    /// Whether the output is a terminal at all is for the caller to find out.
    package init(environment: [String: String]) {
      let term = environment["TERM"] ?? "dumb"
      let exact = ["kitty", "alacritty", "foot", "wezterm", "ghostty", "iterm", "direct"]
      if environment["NO_COLOR"]?.isEmpty == false || term == "dumb" {
        self = .none
      } else if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
        || exact.contains(where: term.contains)
      {
        self = .exact
      } else {
        self = term.contains("256") ? .indexed : .sixteen
      }
    }
  }

  /// A renderer for a terminal of `width` columns.
  package init(width: Int, colors: Colors, pictures: InlinePictures? = nil) {
    self.width = width
    self.colors = colors
    self.pictures = pictures
  }

  /// The display in lines, each ended by a line feed, with every style ended on its own line; the
  /// first with a faint remark at its right edge, if there is room.
  package func render(_ display: Display, remark: String? = nil) -> String {
    let pixels: Layout.Pixels =
      switch colors {
      case .none: .shades
      case .sixteen: .tintedShades
      case .indexed, .exact: .halfBlocks
      }
    var text = ""
    var cache: [Style: [String]] = [:]
    var lines = Layout(pixels: pixels, inline: pictures).page(display, width: width)
    if let remark, let first = lines.first {
      let columns = Text.width(remark)
      if width - first.width - columns - 1 >= 4 {
        lines[0].fill(to: width - columns - 1)
        lines[0].append(remark, .faint)
      }
    }
    for line in lines {
      draw(line.pictures, to: &text)
      write(line, to: &text, &cache)
      text += "\n"
    }
    return text
  }

  /// Pictures with their corners in the line where the cursor stands, at its left edge; it is there
  /// again afterwards.
  private func draw(_ placed: [PlacedPicture], to text: inout String) {
    guard let pictures, let rows = placed.map(\.rows).max() else { return }
    // Lines fed here scroll the screen now, so that the picture does not.
    text += String(repeating: "\n", count: rows) + "\u{1b}[\(rows)A"
    for picture in placed {
      guard let sequence = pictures.sequence(picture.canvas, columns: picture.columns) else {
        continue
      }
      let column = picture.column > 0 ? "\u{1b}[\(picture.column)C" : ""
      text += "\u{1b}7" + column + sequence + "\u{1b}8"
    }
  }

  private func write(_ line: Line, to text: inout String, _ cache: inout [Style: [String]]) {
    var current: [String] = []
    for span in line.spans {
      if span.style.isReserved {
        // What is written over a picture may erase it.
        text += current.isEmpty ? "" : "\u{1b}[0m"
        text += "\u{1b}[\(Text.width(span.text))C"
        current = []
        continue
      }
      let codes = colors == .none ? [] : cache[span.style] ?? codes(span.style)
      cache[span.style] = codes
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

  /// The nearest (in CIE L*a*b*) of the 240 fixed colours of a 256-colour terminal.
  static func index(of color: Color) -> Int {
    let lab = color.lab
    var nearest = (index: 16, distance: Double.infinity)
    for (offset, entry) in fixedColors.enumerated() {
      let (l, a, b) = (lab.lightness - entry.lightness, lab.a - entry.a, lab.b - entry.b)
      let distance = l * l + a * a + b * b
      if distance < nearest.distance { nearest = (16 + offset, distance) }
    }
    return nearest.index
  }

  /// Colours 16…255: a 6 × 6 × 6 cube with the levels 0, 95, 135 … 255, then the grays 8, 18 … 238.
  private static let fixedColors: [(lightness: Double, a: Double, b: Double)] = {
    let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
    var colors: [Color] = []
    for red in levels {
      for green in levels {
        for blue in levels { colors.append(Color(red: red, green: green, blue: blue)) }
      }
    }
    for step in 0..<24 {
      let level = UInt8(8 + 10 * step)
      colors.append(Color(red: level, green: level, blue: level))
    }
    return colors.map(\.lab)
  }()
}
