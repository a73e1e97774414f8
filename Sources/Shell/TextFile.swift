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
    try write(text, to: file, path)
  }

  /// Gives an existing file a new text at one moment: readers see the old text or the new one. Its
  /// permissions stay, and where it is a link, what it leads to is replaced.
  ///
  /// - Throws: X0415 if it cannot be written.
  package static func replace(_ path: String, by text: String) throws(Diagnostic) {
    guard let resolved = realpath(path, nil) else { throw unwritable(path, errno) }
    defer { free(resolved) }
    let target = String(cString: resolved)
    var status = stat()
    guard stat(target, &status) == 0 else { throw unwritable(path, errno) }
    guard access(target, W_OK) == 0 else { throw unwritable(path, errno) }
    let draft = target + ".\(getpid()).new"
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o777)
    guard file >= 0 else { throw unwritable(path, errno) }
    do throws(Diagnostic) {
      defer { close(file) }
      // The mask of the process does not count for a file that exists already.
      fchmod(file, status.st_mode & 0o7777)
      try write(text, to: file, path)
      guard fsync(file) == 0 else { throw unwritable(path, errno) }
    } catch {
      unlink(draft)
      throw error
    }
    guard rename(draft, target) == 0 else {
      let code = errno
      unlink(draft)
      throw unwritable(path, code)
    }
  }

  private static func write(_ text: String, to file: Int32, _ path: String) throws(Diagnostic) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw unwritable(path, errno) }
      rest = rest.dropFirst(count)
    }
  }

  static func unwritable(_ path: String, _ code: Int32) -> Diagnostic {
    Diagnostic("X0415", "\(path) cannot be written", notes: [String(cString: strerror(code)) + "."])
  }
}
