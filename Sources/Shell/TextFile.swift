// Files that the program writes.
import Glibc
import Syntax

package enum TextFile {
  /// Writes a file as a whole.
  ///
  /// - Throws: X0414 if it exists and must not be replaced, X0415 if it cannot be written.
  package static func write(_ text: String, to path: String, replacing: Bool) throws(Diagnostic) {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replacing ? O_TRUNC : O_EXCL)
    let file = open(path, flags, 0o644)
    guard file >= 0 else {
      if errno == EEXIST {
        throw Diagnostic("X0414", "\(path) exists already", helps: [.init("choose another name")])
      }
      throw unwritable(path, errno)
    }
    defer { close(file) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw unwritable(path, errno) }
      rest = rest.dropFirst(count)
    }
  }

  private static func unwritable(_ path: String, _ code: Int32) -> Diagnostic {
    Diagnostic("X0415", "\(path) cannot be written", notes: [String(cString: strerror(code)) + "."])
  }
}
