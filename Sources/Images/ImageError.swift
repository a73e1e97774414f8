/// Why a picture could not be read, written or reshaped.

package enum ImageError: Error, Equatable, Sendable {
  /// The bytes begin like no picture that is read here.
  case unknownFormat(found: String)
  /// The format is right, the content is not: damaged or cut off. `reason` is the codec's.
  case damaged(format: String, reason: String)
  /// Valid, but outside what is read here.
  case unsupported(format: String, reason: String)
  /// More samples than `Bitmap.mostSamples`.
  case tooLarge(width: Int, height: Int, channels: Int)
  /// The codec or the pixels found no memory.
  case memory(width: Int, height: Int)
  /// A size, crop or sample count that makes no picture.
  case geometry(String)

  /// One sentence that states the fact.
  package var message: String {
    switch self {
    case .unknownFormat(let found):
      "this is not a picture: \(found); PNG and JPEG files are supported"
    case .damaged(let format, let reason):
      "this \(format) file is damaged or cut off: \(reason)"
    case .unsupported(let format, let reason):
      "this \(format) file is not supported: \(reason)"
    case .tooLarge(let width, let height, let channels):
      "a picture of \(width) × \(height) × \(channels) samples is too large: "
        + "at most \(Bitmap.mostSamples) samples are read"
    case .memory(let width, let height):
      "no memory for a picture of \(width) × \(height)"
    case .geometry(let reason):
      reason
    }
  }
}
