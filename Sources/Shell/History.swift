// What was entered before, in this session and in earlier ones.
import Glibc
import Syntax

/// The entries of all sessions, kept in a file of one JSON object a line:
/// `{"time":1700000000,"folder":"/home/a","cell":"net(x)"}`.
///
/// The file is only ever appended to, each entry in one write under a lock, so that several sessions can share it. A line
/// that cannot be read is passed over.
package final class History {
  /// Oldest first; an entry that repeats the one before it stands once.
  package private(set) var entries: [String] = []
  private let path: String?
  /// What is wrong with the file, to be said once.
  private var problem: String?
  private var hasFailed = false

  /// So many bytes at the end of the file are read: more than ten thousand entries, in a few milliseconds.
  private static let readLimit = 1 << 20

  /// The entries of a file, or none and nothing kept when the path is nil.
  package init(path: String?) {
    self.path = path
    guard let path else { return }
    let (lines, isWhole) = History.lines(of: path)
    var unreadable = 0
    for (index, line) in lines.enumerated() {
      if let cell = JSONLine.string("cell", in: line) {
        remember(cell)
      } else if index > 0 || isWhole {
        unreadable += 1
      }
    }
    if unreadable > 0 {
      problem =
        "\(unreadable) line\(unreadable == 1 ? "" : "s") of the history \(path) cannot be read and "
        + (unreadable == 1 ? "is" : "are") + " passed over."
    }
  }

  /// Gives the problem, if there is one, and forgets it.
  package func takeProblem() -> String? {
    defer { problem = nil }
    return problem
  }

  /// `$XDG_STATE_HOME/xai/history`, by default in `~/.local/state`; nil without a home.
  package static func standardPath(_ variable: (String) -> String?) -> String? {
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/xai/history"
    }
    guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/xai/history"
  }

  /// Adds an entry, at once also to the file: what runs next may end the program.
  package func add(_ entry: String) {
    guard !entry.allSatisfy(\.isWhitespace) else { return }
    remember(entry)
    guard let path else { return }
    let folder = currentFolder.map { ",\"folder\":" + JSONText.quoted($0) } ?? ""
    let isKept = History.append(
      "{\"time\":\(time(nil))\(folder),\"cell\":\(JSONText.quoted(entry))}\n", to: path)
    if !isKept, !hasFailed {
      hasFailed = true
      problem = "The history cannot be written to \(path): it ends with this session."
    }
  }

  private func remember(_ entry: String) {
    if entries.last != entry { entries.append(entry) }
  }

  private var currentFolder: String? {
    // In memory of our own: what libc would allocate is not always what `free` here expects.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      getcwd(buffer.baseAddress, buffer.count).map { String(cString: $0) }
    }
  }

  private static func append(_ line: String, to path: String) -> Bool {
    makeFolder(of: path)
    // For nobody else's eyes: entries may hold names of files.
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    flock(file, LOCK_EX)
    // A line that another program left unfinished must not swallow this one.
    var last: UInt8 = 10
    let end = lseek(file, 0, SEEK_END)
    let reader = end > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1
    if reader >= 0 {
      pread(reader, &last, 1, end - 1)
      close(reader)
    }
    let bytes = Array(((last == 10 ? "" : "\n") + line).utf8)
    return write(file, bytes, bytes.count) == bytes.count
  }

  private static func makeFolder(of path: String) {
    for (index, character) in zip(path.indices, path)
    where character == "/" && index > path.startIndex {
      mkdir(String(path[..<index]), 0o700)
    }
  }

  /// The last lines of a file, and whether they are all.
  private static func lines(of path: String) -> (lines: [Substring], isWhole: Bool) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return ([], true) }
    defer { close(file) }
    let size = lseek(file, 0, SEEK_END)
    let start = max(0, size - off_t(readLimit))
    var bytes = [UInt8](repeating: 0, count: max(0, Int(size - start)))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        // Within bounds: filled < count.
        pread(
          file, buffer.baseAddress?.advanced(by: filled), buffer.count - filled,
          start + off_t(filled))
      }
      if count <= 0 { break }
      filled += count
    }
    let text = String(decoding: bytes.prefix(filled), as: UTF8.self)
    // Where reading began in the middle of a line, that line is no object and is passed over.
    return (text.split(separator: "\n"), start == 0)
  }
}
