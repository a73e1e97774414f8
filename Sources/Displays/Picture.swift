// Pixels with a caption.

import Images

/// A picture: gray, RGB or RGBA pixels in rows from the top, and what it shows.
public struct Picture: Sendable, Equatable {
  /// Columns of pixels.
  package let width: Int
  /// Rows of pixels.
  package let height: Int
  /// 1 (gray), 3 (RGB) or 4 (RGBA).
  package let channels: Int
  /// `height` × `width` × `channels` values, interleaved.
  package let pixels: [UInt8]
  /// The line beneath it.
  package var caption: String?

  /// Describes a picture; nil if there are no pixels or their number is not width × height × channels.
  package init?(
    width: Int, height: Int, channels: Int, pixels: [UInt8], caption: String? = nil
  ) {
    guard [1, 3, 4].contains(channels), width > 0, height > 0,
      holds(pixels.count, height, width, channels)
    else { return nil }
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
    self.caption = caption
  }

  /// Describes a picture of planes of numbers (channels × height × width, 1 or 3 channels), of which
  /// `low` becomes black and `high` full; values outside are clipped and NaN is black. Nil if there
  /// are no values or their number is not the product of the sizes.
  package init?(
    planes: [Float], channels: Int, height: Int, width: Int, low: Float = 0, high: Float = 1,
    caption: String? = nil
  ) {
    guard channels == 1 || channels == 3, height > 0, width > 0,
      holds(planes.count, height, width, channels)
    else { return nil }
    let area = height * width
    var pixels = [UInt8](repeating: 0, count: planes.count)
    for place in 0..<area {
      for channel in 0..<channels {
        let share = (planes[channel * area + place] - low) / (high - low)
        let level = share.isNaN ? 0 : min(max(share, 0), 1)
        pixels[place * channels + channel] = UInt8((level * 255).rounded())
      }
    }
    self.init(width: width, height: height, channels: channels, pixels: pixels, caption: caption)
  }

  /// Describes a picture of the pixels of a bitmap.
  package init(_ bitmap: Bitmap, caption: String? = nil) {
    width = bitmap.width
    height = bitmap.height
    channels = bitmap.channels
    pixels = bitmap.pixels
    self.caption = caption
  }

  /// The colour of the pixel in `row` and `column`, both inside the picture; alpha is on white.
  func color(row: Int, column: Int) -> Color {
    let start = (row * width + column) * channels
    switch channels {
    case 1:
      return Color(red: pixels[start], green: pixels[start], blue: pixels[start])
    case 3:
      return Color(red: pixels[start], green: pixels[start + 1], blue: pixels[start + 2])
    default:
      let opaque = Color(red: pixels[start], green: pixels[start + 1], blue: pixels[start + 2])
      return Color.white.mixed(with: opaque, share: Double(pixels[start + 3]) / 255)
    }
  }
}

/// Whether the product of `sizes` is `count`, for sizes of any magnitude.
func holds(_ count: Int, _ sizes: Int...) -> Bool {
  var product = 1
  for size in sizes {
    let (value, overflow) = product.multipliedReportingOverflow(by: size)
    if overflow { return false }
    product = value
  }
  return product == count
}
