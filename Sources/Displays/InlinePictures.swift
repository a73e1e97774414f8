// Pictures as escape sequences, for terminals that draw them among the text.

import Images

/// A way in which a terminal takes pictures, and the size of its characters.
package struct InlinePictures: Sendable, Equatable {
  /// The protocols, the one that loses least first.
  package enum Encoding: String, Sendable, CaseIterable {
    /// PNG in APC sequences (sw.kovidgoyal.net/kitty/graphics-protocol).
    case kitty
    /// PNG in OSC 1337 (iterm2.com/documentation-images.html).
    case iterm
    /// Six rows of pixels a character, from a palette (DEC VT3xx manual, chapter 14).
    case sixel
  }

  package var encoding: Encoding
  /// Pixels of a character.
  package var cellWidth: Int
  package var cellHeight: Int
  /// The most rows of characters that a picture may take: those of the screen, less a few.
  package var mostRows: Int
  /// Sequences go through tmux to the terminal behind it.
  package var passesTmux: Bool

  /// Describes a terminal; sizes below 1 count as 1.
  package init(
    _ encoding: Encoding, cellWidth: Int = 8, cellHeight: Int = 16, mostRows: Int = 22,
    passesTmux: Bool = false
  ) {
    self.encoding = encoding
    self.cellWidth = min(max(1, cellWidth), 64)
    self.cellHeight = min(max(1, cellHeight), 128)
    self.mostRows = max(1, mostRows)
    self.passesTmux = passesTmux
  }

  /// The characters that a picture takes: at most `columns`, and no more rows than the screen has.
  func area(height: Int, width: Int, columns: Int) -> (columns: Int, rows: Int) {
    let aspect = Double(height) / Double(max(1, width))
    let most = Double(mostRows * cellHeight) / max(aspect, 1e-9) / Double(cellWidth)
    let columns = max(1, min(columns, Int(min(most, 10_000))))
    let rows = (Double(columns * cellWidth) * aspect / Double(cellHeight)).rounded(.up)
    return (columns, max(1, min(mostRows, Int(min(rows, 10_000)))))
  }

  /// The sequence that draws pixels over so many columns from the cursor on; nil if they cannot be
  /// encoded.
  func sequence(_ canvas: Canvas, columns: Int) -> String? {
    let pixels = columns * cellWidth
    switch encoding {
    case .kitty:
      // Maps are enlarged here: a terminal would blur them.
      guard let file = png(canvas.enlarged(pixels / canvas.width)) else { return nil }
      return kitty(file, columns: columns)
    case .iterm:
      let drawn = canvas.enlarged(pixels / canvas.width)
      guard let bitmap = try? drawn.bitmap(), let bytes = try? bitmap.png() else { return nil }
      return wrapped(
        "\u{1B}]1337;File=inline=1;size=\(bytes.count);width=\(columns);preserveAspectRatio=1:"
          + HTML.base64(bytes) + "\u{7}")
    case .sixel:
      let height = max(1, pixels * canvas.height / canvas.width)
      return wrapped(Sixel(canvas.scaled(height: height, width: pixels)).text)
    }
  }

  private func png(_ canvas: Canvas) -> String? {
    guard let bitmap = try? canvas.bitmap(), let bytes = try? bitmap.png() else { return nil }
    return HTML.base64(bytes)
  }

  /// In pieces of at most 4096 characters; the cursor stays (C=1), nothing is answered (q=2).
  private func kitty(_ file: String, columns: Int) -> String {
    var text = ""
    var rest = Substring(file)
    var control = "f=100,a=T,c=\(columns),C=1,q=2,"
    while true {
      let piece = rest.prefix(4096)
      rest = rest.dropFirst(4096)
      text += wrapped("\u{1B}_G\(control)m=\(rest.isEmpty ? 0 : 1);\(piece)\u{1B}\\")
      control = ""
      if rest.isEmpty { return text }
    }
  }

  /// For tmux: `ESC P tmux; … ESC \` with every ESC inside doubled.
  private func wrapped(_ sequence: String) -> String {
    passesTmux
      ? "\u{1B}Ptmux;" + sequence.replacing("\u{1B}", with: "\u{1B}\u{1B}") + "\u{1B}\\"
      : sequence
  }
}

extension Canvas {
  /// The pixels in another size: repeated where it is larger, averaged where it is smaller.
  func scaled(height newHeight: Int, width newWidth: Int) -> Canvas {
    if newHeight >= height, newWidth >= width {
      var result = Canvas(height: newHeight, width: newWidth)
      for row in 0..<newHeight {
        for column in 0..<newWidth {
          result[row, column] = self[row * height / newHeight, column * width / newWidth]
        }
      }
      return result
    }
    let raster = Raster(self).resized(height: newHeight, width: newWidth)
    var result = Canvas(height: newHeight, width: newWidth)
    for row in 0..<newHeight {
      for column in 0..<newWidth { result[row, column] = raster.color(row: row, column: column) }
    }
    return result
  }
}
