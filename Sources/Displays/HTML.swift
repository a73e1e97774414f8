// Text that is safe inside a page, and the bytes of pictures inside one.

import Images

/// Escaping and embedding for HTML.
package enum HTML {
  /// A whole file, as UTF-8 text, that loads nothing from anywhere; it runs the scripts that `body` holds only if `scripted`.
  package static func document(
    title: String, style: String, scripted: Bool = false, body: String
  ) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'\(scripted ? "; script-src 'unsafe-inline'" : "")">
    <title>\(escape(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    \(body)</body>
    </html>

    """
  }

  /// Text for an element or for an attribute in double quotes, without control characters.
  package static func escape(_ text: String) -> String {
    var result = ""
    for scalar in Text.clean(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The target of a link if it opens a page, a place in this one, or mail; else nil.
  static func safe(target: String) -> String? {
    let allowed = ["https://", "http://", "mailto:", "#"]
    let lowered = target.lowercased()
    return allowed.contains(where: lowered.hasPrefix) ? escape(target) : nil
  }

  /// A bitmap as the address of an embedded PNG file.
  static func address(of bitmap: Bitmap) throws(ImageError) -> String {
    "data:image/png;base64," + base64(try bitmap.png())
  }

  /// RFC 4648, section 4.
  package static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word = 0
      for place in 0..<3 {
        word = word << 8 | (start + place < bytes.count ? Int(bytes[start + place]) : 0)
      }
      for place in 0..<4 {
        let digit = alphabet[word >> (18 - 6 * place) & 63]
        text.append(place <= group.count ? digit : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
