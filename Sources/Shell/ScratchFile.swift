// A text handed to another program in a file.
import Glibc
import Syntax

/// A file for nobody else's eyes, with a name that no other file has; it goes when the work with it is over.
enum ScratchFile {
  /// Runs `body` with the path of a file that holds the text.
  ///
  /// - Throws: X0415 if there is no place for it, and what `body` throws.
  static func with<T>(
    _ text: String, ending: String, _ body: (String) throws(Diagnostic) -> T
  ) throws(Diagnostic) -> T {
    let folder = Surroundings.variable("TMPDIR") ?? "/tmp"
    var template = Array("\(folder)/xai-XXXXXX\(ending)".utf8CString)
    let file = mkstemps(&template, Int32(ending.utf8.count))
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard file >= 0 else { throw TextFile.unwritable(path, errno) }
    close(file)
    defer { unlink(path) }
    try TextFile.write(text, to: path, replacing: true)
    return try body(path)
  }
}
