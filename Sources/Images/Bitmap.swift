/// A picture in memory: rows of 8-bit samples.

/// Pixels in rows from the top, the samples of a pixel side by side: sample (row, column, channel)
/// is `pixels[(row * width + column) * channels + channel]`, 0…255, in the file's own (usually
/// sRGB) scale.
package struct Bitmap: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// 1 gray, 3 RGB, 4 RGB with opacity (not premultiplied).
  package let channels: Int
  package let pixels: [UInt8]

  /// The most samples (width × height × channels) of a picture that is read or made: 256 Mi.
  package static let mostSamples = 1 << 28

  /// Takes height × width × channels samples; throws `geometry` when the numbers do not fit.
  package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) throws(ImageError) {
    let count = try Self.sampleCount(width, height, channels)
    guard pixels.count == count else {
      throw .geometry(
        "a picture of \(width) × \(height) × \(channels) has \(count) samples, found \(pixels.count)"
      )
    }
    self.init(width, height, channels, checked: pixels)
  }

  /// For code in this module that has made exactly the samples that the size asks for.
  init(_ width: Int, _ height: Int, _ channels: Int, checked pixels: [UInt8]) {
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// The number of samples of a picture of this size, or why there is none.
  static func sampleCount(_ width: Int, _ height: Int, _ channels: Int) throws(ImageError) -> Int {
    guard channels == 1 || channels == 3 || channels == 4 else {
      throw .geometry("a picture has 1, 3 or 4 channels, not \(channels)")
    }
    guard width > 0, height > 0 else {
      throw .geometry("a picture of \(width) × \(height) has no pixels")
    }
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, area <= mostSamples / channels else {
      throw .tooLarge(width: width, height: height, channels: channels)
    }
    return area * channels
  }
}

extension Bitmap {
  /// The rectangle of `width` × `height` pixels whose upper left pixel is (`left`, `top`).
  package func cropped(left: Int, top: Int, width: Int, height: Int) throws(ImageError) -> Bitmap {
    guard left >= 0, top >= 0, width > 0, height > 0,
      left <= self.width, width <= self.width - left,
      top <= self.height, height <= self.height - top
    else {
      throw .geometry(
        "a crop of \(width) × \(height) at column \(left), row \(top) does not lie in a picture of "
          + "\(self.width) × \(self.height)")
    }
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height * channels)
    for row in top..<top + height {
      let start = (row * self.width + left) * channels
      samples += pixels[start..<start + width * channels]
    }
    return Bitmap(width, height, channels, checked: samples)
  }

  /// The largest square around the middle, scaled down by `fraction` (0 < fraction ≤ 1): its side
  /// is the integer part of fraction × the shorter side, its offset half the rest, rounded down.
  package func centreSquare(fraction: Double = 1) throws(ImageError) -> Bitmap {
    guard fraction > 0, fraction <= 1 else {
      throw .geometry("the fraction of a centre crop lies in 0 < f ≤ 1, found \(fraction)")
    }
    let side = max(1, Int(Double(min(width, height)) * fraction))
    return try cropped(
      left: (width - side) / 2, top: (height - side) / 2, width: side, height: side)
  }

  /// Luma of ITU-R BT.601, (299 R + 587 G + 114 B) / 1000 in 16-bit fixed point, rounded; opacity
  /// is dropped.
  package func gray() -> Bitmap {
    if channels == 1 { return self }
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height)
    for start in stride(from: 0, to: pixels.count, by: channels) {
      let red = UInt32(pixels[start])
      let green = UInt32(pixels[start + 1])
      let blue = UInt32(pixels[start + 2])
      samples.append(UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16))
    }
    return Bitmap(width, height, 1, checked: samples)
  }

  /// Three channels: gray is repeated; what is not opaque is laid over `background`.
  package func rgb(over background: UInt8 = 255) -> Bitmap {
    if channels == 3 { return self }
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height * 3)
    if channels == 1 {
      for sample in pixels { samples.append(contentsOf: [sample, sample, sample]) }
    } else {
      for start in stride(from: 0, to: pixels.count, by: 4) {
        let opacity = UInt32(pixels[start + 3])
        let behind = UInt32(background) * (255 - opacity)
        for channel in 0..<3 {
          let sum = UInt32(pixels[start + channel]) * opacity + behind
          samples.append(UInt8((sum + 127) / 255))
        }
      }
    }
    return Bitmap(width, height, 3, checked: samples)
  }
}
