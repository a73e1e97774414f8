/// Reading and writing PNG and JPEG, and what damaged or foreign files give.

import Foundation
import Images
import Testing

struct FilesTests {
  @Test(arguments: [
    "gray1", "gray2", "gray4", "gray8", "gray16", "grayalpha8", "rgb8", "rgb16", "rgba8",
    "palette4", "palettealpha", "interlaced",
  ])
  func `a PNG file decodes to the samples it was made of`(name: String) throws {
    let bitmap = try Bitmap.decode(Fixtures.bytes(name + ".png"))
    #expect(try bitmap == Fixtures.pam(name))
  }

  @Test(arguments: ["rgb", "gray", "progressive"])
  func `a JPEG file decodes to within one step of the peer`(name: String) throws {
    let bitmap = try Bitmap.decode(Fixtures.bytes(name + ".jpg"))
    let expected = try Fixtures.pam(name + ".jpg")
    #expect(bitmap.width == expected.width && bitmap.channels == expected.channels)
    let difference = zip(bitmap.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }
    #expect(try #require(difference.max()) <= 1)
  }

  @Test(arguments: ["gray8", "rgb8", "rgba8"])
  func `what is written as PNG is read back`(name: String) throws {
    let bitmap = try Fixtures.pam(name)
    #expect(try Bitmap.decode(bitmap.png()) == bitmap)
  }

  @Test func `what is written as JPEG is nearly read back`() throws {
    let bitmap = try Fixtures.pam("rgb.jpg")
    let again = try Bitmap.decode(bitmap.jpeg(quality: 100))
    let difference = zip(bitmap.pixels, again.pixels).map { abs(Int($0) - Int($1)) }
    #expect(try #require(difference.max()) <= 40)
    #expect(Double(difference.reduce(0, +)) / Double(difference.count) < 4)
  }

  @Test func `a text file is named as one, with what is supported`() {
    #expect(
      throws: ImageError.unknownFormat(
        found: "it is text that begins with “hello, I am no picture”")
    ) { try Bitmap.decode(Array("hello, I am no picture\n".utf8)) }
    #expect(
      ImageError.unknownFormat(found: "the file is empty").message
        == "this is not a picture: the file is empty; PNG and JPEG files are supported")
    #expect(throws: ImageError.unknownFormat(found: "the file is empty")) {
      try Bitmap.decode([])
    }
    #expect(throws: ImageError.unknownFormat(found: "it is a GIF file")) {
      try Bitmap.decode(Array("GIF89a..".utf8))
    }
    #expect(throws: ImageError.unknownFormat(found: "it begins with the bytes 00 01 02")) {
      try Bitmap.decode([0, 1, 2])
    }
  }

  @Test(arguments: ["rgb8.png", "interlaced.png", "palette4.png", "rgb.jpg", "progressive.jpg"])
  func `every truncation is an error`(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    // The last bytes of a PNG (its end chunk) and of a JPEG (its end marker) are part of the file.
    for count in 0..<bytes.count {
      #expect(throws: ImageError.self, "\(count) of \(bytes.count) bytes") {
        try Bitmap.decode(Array(bytes[..<count]))
      }
    }
  }

  @Test(arguments: [
    "rgb16.png", "palettealpha.png", "interlaced.png", "rgb.jpg", "progressive.jpg",
  ])
  func `flipped bytes give a picture of some kind or an ImageError`(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    var noise = Noise(state: 11)
    var errors = 0
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &noise) {
        damaged[Int.random(in: 0..<bytes.count, using: &noise)] = UInt8.random(
          in: 0...255, using: &noise)
      }
      do throws(ImageError) {
        let bitmap = try Bitmap.decode(damaged)
        #expect(bitmap.pixels.count == bitmap.width * bitmap.height * bitmap.channels)
      } catch {
        errors += 1
        #expect(!error.message.isEmpty)
      }
    }
    #expect(errors > 100)
  }

  @Test func `a header that promises a huge picture is refused before it costs memory`() throws {
    var bytes = try Fixtures.bytes("gray8.png")
    // Width and height (offsets 16 and 20) of 65,000 × 65,000, with the checksum that fits them.
    bytes.replaceSubrange(16..<24, with: [0, 0, 0xFD, 0xE8, 0, 0, 0xFD, 0xE8])
    bytes.replaceSubrange(29..<33, with: checksum(bytes[12..<29]))
    #expect(throws: ImageError.tooLarge(width: 65000, height: 65000, channels: 1)) {
      try Bitmap.decode(bytes)
    }
    // 16,000 × 16,000 is allowed, but 200 bytes cannot hold it.
    bytes.replaceSubrange(16..<24, with: [0, 0, 0x3E, 0x80, 0, 0, 0x3E, 0x80])
    bytes.replaceSubrange(29..<33, with: checksum(bytes[12..<29]))
    #expect {
      try Bitmap.decode(bytes)
    } throws: { error in
      (error as? ImageError)?.message.contains("cannot hold the 16000 × 16000 pixels") == true
    }
  }

  @Test func `CMYK is refused by name`() throws {
    let bytes = try Fixtures.bytes("cmyk.jpg")
    #expect(throws: ImageError.unsupported(format: "JPEG", reason: "its colours are CMYK")) {
      try Bitmap.decode(bytes)
    }
  }

  /// CRC-32 of the PNG specification, annex D, most significant byte first.
  private func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var register: UInt32 = ~0
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
    return withUnsafeBytes(of: (~register).bigEndian, Array.init)
  }
}
