// Pictures among the text of a terminal: what is sent is read back.

import Displays
import Images
import Testing

struct InlinePictureTests {
  private let gradient: Heatmap? = Heatmap(
    values: (0..<64).map { Float($0) }, height: 8, width: 8, signed: false, title: "ramp")

  private func render(_ encoding: InlinePictures.Encoding, passesTmux: Bool = false) throws
    -> String
  {
    let map = try #require(gradient)
    let pictures = InlinePictures(
      encoding, cellWidth: 10, cellHeight: 20, mostRows: 20, passesTmux: passesTmux)
    return TerminalRenderer(width: 80, colors: .exact, pictures: pictures).render(.heatmap(map))
  }

  @Test func `a sixel picture decodes to the colours of the map`() throws {
    let text = try render(.sixel)
    let start = try #require(text.range(of: "\u{1B}P0;1;0q"))
    let end = try #require(text[start.upperBound...].range(of: "\u{1B}\\"))
    let picture = try #require(SixelReader(text[start.upperBound..<end.lowerBound]))
    let map = try #require(gradient)
    let drawn = try #require(try Display.heatmap(map).bitmap(size: 8))
    #expect(picture.width % 8 == 0 && picture.height == picture.width)
    let scale = picture.width / 8
    for row in 0..<8 {
      for column in 0..<8 {
        let seen = picture.color(row * scale + scale / 2, column * scale + scale / 2)
        let wanted = (0..<3).map { Int(drawn.pixels[(row * 8 + column) * 3 + $0]) }
        for channel in 0..<3 { #expect(abs(seen[channel] - wanted[channel]) <= 9) }
      }
    }
  }

  @Test func `a kitty picture is a PNG file in pieces`() throws {
    let text = try render(.kitty)
    var file = ""
    for piece in text.components(between: "\u{1B}_G", and: "\u{1B}\\") {
      let parts = piece.split(separator: ";", maxSplits: 1)
      #expect(parts.count == 2 && parts[1].utf8.count <= 4096)
      file += parts.last ?? ""
    }
    let bitmap = try Bitmap.decode(bytes(base64: file))
    #expect(bitmap.width == bitmap.height && bitmap.width > 100)
    #expect(text.contains("C=1"))
  }

  @Test func `through tmux every escape is doubled`() throws {
    let text = try render(.iterm, passesTmux: true)
    #expect(text.contains("\u{1B}Ptmux;\u{1B}\u{1B}]1337;File=inline=1;"))
    #expect(text.contains("\u{7}\u{1B}\\"))
  }

  @Test func `lines beside a picture stay in their columns and are never written over it`() throws {
    let map = try #require(gradient)
    let pictures = InlinePictures(.sixel, cellWidth: 8, cellHeight: 16, mostRows: 30)
    let text = TerminalRenderer(width: 80, colors: .none, pictures: pictures)
      .render(.row([.heatmap(map), .text("one\ntwo\nthree\nfour")]))
    // Room is made first, then the cursor passes over what the picture covers.
    #expect(text.contains("\n\u{1B}[12A\u{1B}7\u{1B}P0;1;0q"))
    let line = try #require(text.split(separator: "\n").first { $0.contains("three") })
    #expect(line.hasPrefix("\u{1B}[24C"))
    #expect(!line.contains(String(repeating: " ", count: 24)))
  }

  @Test func `digits and rows are those that are wanted`() {
    let table = TableDisplay(
      columns: [.init("x", kind: .number(decimals: nil))],
      rows: (0..<50).map { .init(nil, [.number(Double($0) / 3)]) })
    let short = PlainRenderer().render(Display.table(table).with(Detail(digits: 7, rows: 4)))
    #expect(short.contains("16.33333"))
    #expect(short.contains("46 rows not shown"))
    #expect(Display.table(table).omitsRows)
    let whole = PlainRenderer().render(Display.table(table).with(Detail(isWhole: true)))
    #expect(!whole.contains("not shown"))
    #expect(whole.split(separator: "\n").count == 52)
  }
}

extension String {
  fileprivate func components(between open: String, and close: String) -> [String] {
    var found: [String] = []
    var rest = self[...]
    while let start = rest.range(of: open), let end = rest[start.upperBound...].range(of: close) {
      found.append(String(rest[start.upperBound..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    return found
  }

  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}

extension Substring {
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}

/// RFC 4648, section 4, read back.
private func bytes(base64 text: String) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var bytes: [UInt8] = []
  var (word, bits) = (0, 0)
  for digit in text.utf8 {
    guard let value = alphabet.firstIndex(of: digit) else { break }
    word = (word << 6 | value) & 0xFFFF
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes.append(UInt8(word >> bits & 255))
    }
  }
  return bytes
}

/// A sixel picture as a terminal reads it: palette, repetitions, bands of six rows.
private struct SixelReader {
  let width: Int
  let height: Int
  private var pixels: [[Int]]

  init?(_ text: Substring) {
    var rest = Array(text.utf8)[...]
    func numbers() -> [Int] {
      var list: [Int] = []
      while let first = rest.first, (48...57).contains(first) || first == 59 {
        if first == 59 {
          list.append(0)
        } else {
          if list.isEmpty { list.append(0) }
          list[list.count - 1] = list[list.count - 1] * 10 + Int(first) - 48
        }
        rest = rest.dropFirst()
      }
      return list
    }
    guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
    let size = numbers()
    guard size.count == 4 else { return nil }
    (width, height) = (size[2], size[3])
    pixels = [[Int]](repeating: [255, 255, 255], count: width * height)
    var palette: [Int: [Int]] = [:]
    var (color, column, top) = (0, 0, 0)
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "#"):
        let list = numbers()
        color = list[0]
        if list.count == 5 { palette[color] = list[2...].map { $0 * 255 / 100 } }
      case UInt8(ascii: "$"): column = 0
      case UInt8(ascii: "-"): (column, top) = (0, top + 6)
      case UInt8(ascii: "!"):
        let count = numbers()[0]
        guard let mask = rest.popFirst() else { return nil }
        for _ in 0..<count { draw(mask) }
      default: draw(byte)
      }
    }
    func draw(_ mask: UInt8) {
      for bit in 0..<6 where (mask - 63) >> bit & 1 == 1 {
        let row = top + bit
        if row < height, column < width { pixels[row * width + column] = palette[color] ?? [] }
      }
      column += 1
    }
  }

  func color(_ row: Int, _ column: Int) -> [Int] { pixels[row * width + column] }
}
