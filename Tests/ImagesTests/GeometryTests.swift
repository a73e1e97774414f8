/// Crops, resizing and conversions against Pillow's results.

import Foundation
import Images
import Testing

struct GeometryTests {
  @Test(arguments: ["gray8", "rgb8", "rgba8"], [Interpolation.nearest, .bilinear, .bicubic])
  func `resizing gives the peer's samples`(source: String, kind: Interpolation) throws {
    let bitmap = try Fixtures.pam(source)
    for (width, height) in [(5, 4), (31, 9), (13, 20), (40, 3)] {
      let result = try bitmap.resized(width: width, height: height, kind)
      let expected = try Fixtures.pam("\(source)-\(kind.rawValue)-\(width)x\(height)")
      #expect(result == expected, "\(width) × \(height)")
    }
  }

  @Test func `gray is the peer's luma`() throws {
    #expect(try Fixtures.pam("rgb8").gray() == Fixtures.pam("rgb8-gray"))
  }

  @Test func `the centre of a photograph, cropped and resized, is the peer's`() throws {
    let bytes = [UInt8](try Data(contentsOf: Fixtures.shelf.appending(path: "chelsea.png")))
    let square = try Bitmap.decode(bytes).centreSquare(fraction: 0.875)
    #expect(square.width == 262 && square.height == 262)
    let result = try square.resized(width: 224, height: 224, .bicubic)
    #expect(try result == Bitmap.decode(Fixtures.bytes("chelsea-224.png")))
  }

  @Test func `a crop takes its rectangle`() throws {
    let bitmap = try Bitmap(width: 3, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(try bitmap.cropped(left: 1, top: 0, width: 2, height: 2).pixels == [2, 3, 5, 6])
    #expect(try bitmap.centreSquare().pixels == [1, 2, 4, 5])
  }

  @Test(arguments: [(-1, 0, 1, 1), (0, 0, 4, 1), (2, 1, 1, 2), (0, 0, 0, 1), (1, 0, Int.max, 1)])
  func `a crop outside the picture is an error`(left: Int, top: Int, width: Int, height: Int) throws
  {
    let bitmap = try Bitmap(width: 3, height: 2, channels: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(throws: ImageError.self) {
      try bitmap.cropped(left: left, top: top, width: width, height: height)
    }
  }

  @Test func `gray and opacity become RGB`() throws {
    let gray = try Bitmap(width: 2, height: 1, channels: 1, pixels: [7, 9])
    #expect(gray.rgb().pixels == [7, 7, 7, 9, 9, 9])
    let clear = try Bitmap(width: 2, height: 1, channels: 4, pixels: [1, 2, 3, 255, 1, 2, 3, 0])
    #expect(clear.rgb().pixels == [1, 2, 3, 255, 255, 255])
    #expect(clear.rgb(over: 0).pixels == [1, 2, 3, 0, 0, 0])
  }

  @Test func `sizes without pixels or beyond the limit are errors`() throws {
    let bitmap = try Bitmap(width: 1, height: 1, channels: 1, pixels: [0])
    #expect(throws: ImageError.self) { try bitmap.resized(width: 0, height: 3, .bilinear) }
    #expect(throws: ImageError.tooLarge(width: 1 << 20, height: 1 << 20, channels: 1)) {
      try bitmap.resized(width: 1 << 20, height: 1 << 20, .bilinear)
    }
    #expect(throws: ImageError.tooLarge(width: .max, height: 2, channels: 1)) {
      try Bitmap(width: .max, height: 2, channels: 1, pixels: [])
    }
    #expect(throws: ImageError.geometry("a picture of 2 × 2 × 1 has 4 samples, found 3")) {
      try Bitmap(width: 2, height: 2, channels: 1, pixels: [1, 2, 3])
    }
  }
}
