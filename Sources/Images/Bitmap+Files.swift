/// Pictures from and to the bytes of PNG and JPEG files.

import CImages

extension Bitmap {
  /// The file formats that are read, told apart by their first bytes.
  private enum Format: String {
    case png = "PNG"
    case jpeg = "JPEG"

    init?(_ bytes: [UInt8]) {
      if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
        self = .png
      } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
        self = .jpeg
      } else {
        return nil
      }
    }
  }

  /// Reads a whole PNG (1…16 bits, palette, gray, colour, opacity, interlaced) or JPEG (gray,
  /// colour) file. Sixteen bits are scaled to eight; gray with opacity becomes RGBA.
  package static func decode(_ bytes: [UInt8]) throws(ImageError) -> Bitmap {
    guard let format = Format(bytes) else { throw .unknownFormat(found: described(bytes)) }
    var header = ImagesHeader()
    var message = ImagesMessage()
    try check(readHeader(format, bytes, &header, &message), format, header, message)
    let width = Int(header.width)
    let height = Int(header.height)
    let channels = Int(header.channels)
    let count = try sampleCount(width, height, channels)
    // An untrusted header must not reserve more than the file can fill: deflate packs at most 1032
    // to 1, and a bit of a palette picture becomes four samples. JPEG packs less.
    guard count / 33_024 <= bytes.count else {
      throw .damaged(
        format: format.rawValue,
        reason: "\(bytes.count) bytes cannot hold the \(width) × \(height) pixels of its header")
    }
    var status = ImagesStatusFine
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
      // The decoder writes rows to this address, and no more than `count` samples.
      guard let start = buffer.baseAddress else { return }
      start.initialize(repeating: 0, count: count)
      initialised = count
      status = readPixels(format, bytes, start, count, &message)
    }
    try check(status, format, header, message)
    return Bitmap(width, height, channels, checked: pixels)
  }

  /// The bytes of a PNG file, 8 bits a sample.
  package func png() throws(ImageError) -> [UInt8] {
    var encoded = ImagesBytes()
    var message = ImagesMessage()
    let status = images_png_encode(pixels, header, &encoded, &message)
    return try Self.collect(status, .png, header, encoded, message)
  }

  /// The bytes of a JPEG file of `quality` 1…100; opacity is laid over white.
  package func jpeg(quality: Int = 90) throws(ImageError) -> [UInt8] {
    guard (1...100).contains(quality) else {
      throw .geometry("the quality of a JPEG file is 1…100, found \(quality)")
    }
    let opaque = channels == 4 ? rgb() : self
    var encoded = ImagesBytes()
    var message = ImagesMessage()
    let status = images_jpeg_encode(
      opaque.pixels, opaque.header, Int32(quality), &encoded, &message)
    return try Self.collect(status, .jpeg, header, encoded, message)
  }

  private var header: ImagesHeader {
    ImagesHeader(width: UInt32(width), height: UInt32(height), channels: UInt32(channels))
  }

  private static func readHeader(
    _ format: Format, _ bytes: [UInt8], _ header: inout ImagesHeader, _ message: inout ImagesMessage
  ) -> ImagesStatus {
    switch format {
    case .png: images_png_header(bytes, bytes.count, &header, &message)
    case .jpeg: images_jpeg_header(bytes, bytes.count, &header, &message)
    }
  }

  private static func readPixels(
    _ format: Format, _ bytes: [UInt8], _ pixels: UnsafeMutablePointer<UInt8>, _ count: Int,
    _ message: inout ImagesMessage
  ) -> ImagesStatus {
    switch format {
    case .png: images_png_decode(bytes, bytes.count, pixels, count, &message)
    case .jpeg: images_jpeg_decode(bytes, bytes.count, pixels, count, &message)
    }
  }

  /// Turns a codec's status into an error.
  private static func check(
    _ status: ImagesStatus, _ format: Format, _ header: ImagesHeader, _ message: ImagesMessage
  ) throws(ImageError) {
    switch status {
    case ImagesStatusFine: return
    case ImagesStatusMemory: throw .memory(width: Int(header.width), height: Int(header.height))
    case ImagesStatusUnsupported:
      throw .unsupported(format: format.rawValue, reason: text(message))
    default: throw .damaged(format: format.rawValue, reason: text(message))
    }
  }

  /// Copies what an encoder made, and releases it.
  private static func collect(
    _ status: ImagesStatus, _ format: Format, _ header: ImagesHeader, _ encoded: ImagesBytes,
    _ message: ImagesMessage
  ) throws(ImageError) -> [UInt8] {
    defer { images_release(encoded) }
    try check(status, format, header, message)
    return [UInt8](UnsafeBufferPointer(start: encoded.start, count: encoded.count))
  }

  private static func text(_ message: ImagesMessage) -> String {
    withUnsafeBytes(of: message.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// What bytes look like that are no picture: the words of a text, or the first bytes.
  private static func described(_ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "the file is empty" }
    let known: [(start: [UInt8], name: String)] = [
      (Array("GIF8".utf8), "a GIF file"), (Array("BM".utf8), "a BMP file"),
      (Array("%PDF".utf8), "a PDF file"), (Array("II*\0".utf8), "a TIFF file"),
      (Array("MM\0*".utf8), "a TIFF file"), (Array("RIFF".utf8), "a RIFF file (WebP, perhaps)"),
      (Array("PK".utf8), "a ZIP archive"), (Array("\u{7F}ELF".utf8), "a program"),
    ]
    let beginning = bytes.prefix(24)
    let readable = beginning.allSatisfy { (32..<127).contains($0) || (9...13).contains($0) }
    if let match = known.first(where: { bytes.starts(with: $0.start) }),
      !readable || match.name != "a BMP file"
    {
      return "it is \(match.name)"
    }
    if readable {
      let words = String(decoding: beginning, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      return "it is text that begins with “\(words.joined(separator: " "))”"
    }
    let digits = Array("0123456789abcdef")
    let hexadecimal = bytes.prefix(8).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }
    return "it begins with the bytes \(hexadecimal.joined(separator: " "))"
  }
}
