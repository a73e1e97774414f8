// Files and folders of the system, with errors that say what is there instead.
import FoundationEssentials
import Glibc
import Runtime
import Synchronization
import Syntax

enum Files {
  /// What the system says about a path; nil if there is nothing.
  static func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  static func isFolder(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A file that is not there, with those of similar names beside it.
  static func missing(_ path: String) -> Failure {
    let folder = folder(of: path)
    let name = String(path.split(separator: "/").last ?? "")
    guard let names = try? names(in: folder) else {
      return Failure(
        "X0401", "there is no file \(path)", notes: ["There is no folder \(folder) either."],
        kind: .missingFile)
    }
    let near = Suggestion.nearest(to: name, among: names).prefix(3)
    let help =
      near.isEmpty
      ? "in \(folder) there are " + names.prefix(8).joined(separator: ", ")
        + (names.count > 8 ? ", …" : "")
      : "did you mean " + near.map { "\"\($0)\"" }.joined(separator: " or ") + "?"
    return Failure(
      "X0401", "there is no file \(path)", help: names.isEmpty ? "\(folder) is empty" : help,
      kind: .missingFile)
  }

  static func unwritable(_ path: String) -> Failure {
    let folder = folder(of: path)
    return Failure(
      "X0407", "\(path) cannot be written",
      help: status(of: folder) == nil
        ? "there is no folder \(folder): make_folder(\"\(folder)\")"
        : "may files be written in \(folder)?")
  }

  static func requireNoFolder(_ path: String) throws(Failure) {
    if let status = status(of: path), isFolder(status) {
      throw Failure(
        "X0420", "\(path) is a folder, not a file", help: "its files: list_folder(path)")
    }
  }

  /// The names in a folder, sorted, without hidden ones.
  static func names(in folder: String) throws(Failure) -> [String] {
    guard let status = status(of: folder) else {
      throw Failure("X0401", "there is no folder \(folder)", kind: .missingFile)
    }
    guard isFolder(status) else {
      throw Failure("X0420", "\(folder) is a file, not a folder", help: "its text: read_text(path)")
    }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw Failure("X0420", "the folder \(folder) cannot be looked into")
    }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  static func bytes(of path: String) throws(Failure) -> [UInt8] {
    if status(of: path) == nil { throw missing(path) }
    try requireNoFolder(path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure("X0420", "\(path) cannot be read")
    }
    return [UInt8](data)
  }

  /// Writes a file whole or not at all: beside it first, then in its place.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    try requireNoFolder(path)
    let old = status(of: path)
    // A pipe or a device is written as it is.
    let isOrdinary = old.map { $0.st_mode & S_IFMT == S_IFREG } ?? true
    var name = Array((isOrdinary ? "\(path).XXXXXX" : path).utf8CString)
    let file = isOrdinary ? mkstemp(&name) : open(path, O_WRONLY)
    guard file >= 0 else { throw unwritable(path) }
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { part in
        Glibc.write(file, part.baseAddress.map { $0 + start }, bytes.count - start)
      }
      if count <= 0 { break }
      start += count
    }
    // The rights of the file that was there, or those that a new file has.
    let mask = umask(0)
    umask(mask)
    if isOrdinary { fchmod(file, old.map { $0.st_mode & 0o777 } ?? 0o666 & ~mask) }
    let isWritten = close(file) == 0 && start == bytes.count
    guard isWritten, !isOrdinary || rename(name, path) == 0 else {
      if isOrdinary { unlink(name) }
      throw unwritable(path)
    }
  }

  /// A new folder that no other program knows, removed when the program ends.
  static func temporaryFolder() throws(Failure) -> String {
    let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(root)/xai-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw unwritable(root) }
    let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    _ = removal
    temporaries.withLock { $0.append(folder) }
    return folder
  }

  private static let temporaries = Mutex<[String]>([])

  /// Asks once for what is to be done at the end.
  private static let removal: Void = {
    atexit {
      for folder in temporaries.withLock({ $0 }) {
        try? FileManager.default.removeItem(atPath: folder)
      }
    }
  }()
}
