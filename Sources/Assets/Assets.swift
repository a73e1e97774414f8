/// The files inside the executable: the library written in xai, the shelf of networks, pictures and
/// data, and the reference of the language. `NOTICE` says whose the shelf's files are.

import CAssets

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

package enum Assets {
  /// The names of all files, `Stdlib/methods.xai` or `Shelf/chelsea.png`, in order; with
  /// `XAI_STDLIB` also the modules that only that directory has.
  package static var names: [String] {
    guard let directory = overridingDirectory else { return embedded.keys.sorted() }
    let modules = entries(of: directory).filter { $0.hasSuffix(".xai") }.map { libraryPrefix + $0 }
    return Set(embedded.keys).union(modules).sorted()
  }

  /// A copy of a file's bytes, or nil when there is none of that name. A file of `Stdlib/` comes
  /// from the directory that the environment variable `XAI_STDLIB` names, where that has it.
  package static func bytes(named name: String) -> [UInt8]? {
    if name.hasPrefix(libraryPrefix), let directory = overridingDirectory,
      let contents = contents(of: "\(directory)/\(name.dropFirst(libraryPrefix.count))")
    {
      return contents
    }
    guard let index = embedded[name], let asset = assets_at(index)?.pointee else { return nil }
    // The table's bytes are constants of the program.
    return [UInt8](UnsafeBufferPointer(start: asset.bytes, count: asset.count))
  }

  /// A file's text; what is not UTF-8 in it becomes replacement characters.
  package static func text(named name: String) -> String? {
    bytes(named: name).map { String(decoding: $0, as: UTF8.self) }
  }

  private static let libraryPrefix = "Stdlib/"

  /// Name to row of the table.
  private static let embedded: [String: Int] = {
    var rows: [String: Int] = [:]
    var index = 0
    while let asset = assets_at(index)?.pointee, let name = asset.name {
      rows[String(cString: name)] = index
      index += 1
    }
    return rows
  }()

  private static var overridingDirectory: String? {
    guard let value = getenv("XAI_STDLIB") else { return nil }
    let directory = String(cString: value)
    return directory.isEmpty ? nil : directory
  }

  private static func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      contents += chunk[..<count]
      if count < chunk.count { return ferror(file) == 0 ? contents : nil }
    }
  }

  private static func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // The entry's name is a terminated text inside the record, valid until the next call.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      names.append(name)
    }
    return names
  }
}
