// Folders and files as the command line and the completion see them.
import Glibc
import Syntax

/// What is in a folder.
package enum Folder {
  /// The entries of a folder, folders with a `/` at their end; `""` is the current one. Empty if it cannot be read;
  /// not all of them when there is no more time.
  package static func entries(_ path: String, _ budget: Budget = .unlimited) -> [String] {
    guard let folder = opendir(path.isEmpty ? "." : path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while !budget.isOver(), let entry = readdir(folder) {
      // The name is a C string within the entry, valid until the next call.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      // DT_DIR, 4. A link (10) may lead to a folder, and some file systems do not tell (0).
      let kind = Int(entry.pointee.d_type)
      let isInner = kind == 4 || ([0, 10].contains(kind) && Folder.isFolder(path + name))
      names.append(isInner ? name + "/" : name)
    }
    return names
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes a folder unless it is there.
  ///
  /// - Throws: X0415 if it cannot be made.
  package static func make(_ path: String) throws(Diagnostic) {
    if isFolder(path) || mkdir(path, 0o755) == 0 { return }
    throw Diagnostic(
      "X0415", "\(path) cannot be made", notes: [String(cString: strerror(errno)) + "."])
  }

  /// The scripts in a folder and those within it, sorted. Names that begin with `.` or `_` are passed over, and links
  /// to folders are not followed.
  package static func scripts(in path: String) -> [String] {
    let folder = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
    var found: [String] = []
    for name in entries(folder).sorted() where !name.hasPrefix(".") && !name.hasPrefix("_") {
      if name.hasSuffix("/") {
        if !isLink(folder + name.dropLast()) { found += scripts(in: folder + name) }
      } else if name.hasSuffix(".xai") {
        found.append(folder + name)
      }
    }
    return found
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}

extension Source {
  /// Reads a script; `-` is standard input.
  ///
  /// - Throws: X0401 if there is no such file, X0411 for a folder, X0412 if it cannot be read, X0002 and X0003
  ///   if it is no text.
  package static func read(_ path: String) throws(Diagnostic) -> Source {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    defer { if descriptor > 0 { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= sizeLimit {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw unreadable(path, errno) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return try Source(name: path == "-" ? "stdin" : path, bytes: bytes)
  }

  private static func unreadable(_ path: String, _ code: Int32) -> Diagnostic {
    switch code {
    case ENOENT, ENOTDIR:
      let slash = path.lastIndex(of: "/")
      let folder = slash.map { String(path[...$0]) } ?? ""
      let name = String(path.dropFirst(folder.count))
      let nearest = Suggestion.nearest(to: name, among: Folder.entries(folder)).first
      return Diagnostic(
        "X0401", "there is no file \(path)",
        helps: nearest.map { [.init("did you mean \(folder)\($0)?")] } ?? [])
    case EISDIR:
      let scripts = Folder.entries(path.hasSuffix("/") ? path : path + "/")
        .filter { $0.hasSuffix(".xai") }.sorted().prefix(4)
      return Diagnostic(
        "X0411", "\(path) is a directory, not a script",
        helps: scripts.isEmpty ? [] : [.init("it holds " + scripts.joined(separator: ", "))])
    default:
      return Diagnostic(
        "X0412", "\(path) cannot be read", notes: [String(cString: strerror(code)) + "."])
    }
  }

  /// The exit code of a program that could not read its script because of a diagnostic.
  package static func exitCode(for problem: Diagnostic) -> Int32 {
    problem.code.hasPrefix("X04") && problem.code != "X0413" ? 66 : 65
  }
}
