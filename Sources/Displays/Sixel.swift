// Pixels as sixels: bands of six rows in the colours of a palette.

/// A picture in the sixel format (DEC VT3xx manual, chapter 14), with up to 255 colours chosen for it.
struct Sixel {
  /// The whole sequence, from `ESC P` to `ESC \`.
  private(set) var text: String

  private static let mostColors = 255

  /// Encodes pixels; colours are told apart by the upper five bits of each channel.
  init(_ canvas: Canvas) {
    let (palette, places) = Sixel.palette(canvas.pixels)
    // Pixels that are not drawn keep the background (second parameter 1); pixels are square.
    text = "\u{1B}P0;1;0q\"1;1;\(canvas.width);\(canvas.height)"
    for (index, color) in palette.enumerated() {
      func percent(_ channel: UInt8) -> Int { (Int(channel) * 100 + 127) / 255 }
      text +=
        "#\(index);2;\(percent(color.red));\(percent(color.green));\(percent(color.blue))"
    }
    let indices = canvas.pixels.map { Int(places[Sixel.bin($0)]) }
    for top in stride(from: 0, to: canvas.height, by: 6) {
      band(indices, top..<min(top + 6, canvas.height), canvas.width, palette.count)
      text += "-"
    }
    text += "\u{1B}\\"
  }

  /// One band: for each of its colours, the columns where it stands, as bits of a character.
  private mutating func band(_ indices: [Int], _ rows: Range<Int>, _ width: Int, _ colors: Int) {
    var masks = [[UInt8]?](repeating: nil, count: colors)
    for (bit, row) in rows.enumerated() {
      for column in 0..<width {
        let color = indices[row * width + column]
        if masks[color] == nil { masks[color] = [UInt8](repeating: 0, count: width) }
        masks[color]?[column] |= 1 << UInt8(bit)
      }
    }
    var isFirst = true
    for (color, mask) in masks.enumerated() {
      guard let mask else { continue }
      text += (isFirst ? "#" : "$#") + String(color)
      isFirst = false
      run(mask)
    }
  }

  /// A row of characters, with `!n` before one that is repeated.
  private mutating func run(_ mask: [UInt8]) {
    var end = mask.count
    while end > 0, mask[end - 1] == 0 { end -= 1 }
    var place = 0
    while place < end {
      var next = place + 1
      while next < end, mask[next] == mask[place] { next += 1 }
      let character = String(Unicode.Scalar(63 + mask[place]))
      text +=
        next - place > 3
        ? "!\(next - place)" + character : String(repeating: character, count: next - place)
      place = next
    }
  }

  // MARK: Palette

  /// The place of a colour among 32 × 32 × 32.
  private static func bin(_ color: Color) -> Int {
    Int(color.red >> 3) << 10 | Int(color.green >> 3) << 5 | Int(color.blue >> 3)
  }

  /// A set of bins that one colour stands for.
  private struct Box {
    var bins: [Int]
    var count: Int
    /// The channel along which the bins lie farthest apart, and how far, weighted by the pixels.
    var axis = 0
    var spread = 0

    init(_ bins: [Int], _ counts: [Int]) {
      self.bins = bins
      count = bins.reduce(0) { $0 + counts[$1] }
      for axis in 0..<3 {
        let levels = bins.map { Box.level($0, axis) }
        let range = (levels.max() ?? 0) - (levels.min() ?? 0)
        if range * min(count, 1 << 20) > spread {
          (self.axis, spread) = (axis, range * min(count, 1 << 20))
        }
      }
    }

    static func level(_ bin: Int, _ axis: Int) -> Int { bin >> (5 * (2 - axis)) & 31 }
  }

  /// Median cut (Heckbert 1982): the box with most to lose is cut where it has half of its pixels,
  /// until there are enough. Gives the mean colour of each box, and the box of each bin.
  private static func palette(_ pixels: [Color]) -> (colors: [Color], places: [UInt8]) {
    var counts = [Int](repeating: 0, count: 1 << 15)
    var sums = [(Int, Int, Int)](repeating: (0, 0, 0), count: 1 << 15)
    for color in pixels {
      let place = bin(color)
      counts[place] += 1
      sums[place].0 += Int(color.red)
      sums[place].1 += Int(color.green)
      sums[place].2 += Int(color.blue)
    }
    var boxes = [Box(counts.indices.filter { counts[$0] > 0 }, counts)]
    while boxes.count < mostColors,
      let widest = boxes.indices.max(by: { boxes[$0].spread < boxes[$1].spread }),
      boxes[widest].spread > 0
    {
      let box = boxes.remove(at: widest)
      let sorted = box.bins.sorted { Box.level($0, box.axis) < Box.level($1, box.axis) }
      var half = 0
      var cut = 0
      while cut < sorted.count - 1, half + counts[sorted[cut]] <= box.count / 2 || cut == 0 {
        half += counts[sorted[cut]]
        cut += 1
      }
      boxes.append(Box(Array(sorted[..<cut]), counts))
      boxes.append(Box(Array(sorted[cut...]), counts))
    }
    var places = [UInt8](repeating: 0, count: 1 << 15)
    let colors = boxes.enumerated().map { index, box in
      var sum = (0, 0, 0)
      for bin in box.bins {
        places[bin] = UInt8(index)
        sum = (sum.0 + sums[bin].0, sum.1 + sums[bin].1, sum.2 + sums[bin].2)
      }
      let count = max(1, box.count)
      return Color(
        red: UInt8(clamping: sum.0 / count), green: UInt8(clamping: sum.1 / count),
        blue: UInt8(clamping: sum.2 / count))
    }
    return (colors, places)
  }
}
