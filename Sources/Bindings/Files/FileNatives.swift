// Natives that read and write text files, and look at folders.
import FoundationEssentials
import Glibc
import Runtime

let fileNatives: [Native] = [
  Native(
    "read_text(path: String) -> String", in: "files",
    """
    The text of a file in UTF-8. A file that is not there, or is no text, is an error.

    ```xai
    let path = temporary_file(".txt")
    write_text("two\\nlines\\n", path)
    lines(read_text(path))   #=> ["two", "lines"]
    ```
    """
  ) { _, arguments throws(Failure) in
    let path = try arguments.path(0)
    let bytes = try Files.bytes(of: path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure("X0421", "\(path) is not text in UTF-8")
    }
    return Value(text)
  },
  Native(
    "write_text(text: String, path: String)", in: "files",
    """
    Writes a file of text in UTF-8, whole or not at all: what was there before stays until the new file is
    complete. Its folder must exist.

    ```xai
    let path = temporary_file(".txt")
    "seven" |> write_text(path)
    read_text(path)   #=> "seven"
    ```
    """
  ) { _, arguments throws(Failure) in
    try Files.write(Array(try arguments.string(0).utf8), to: try arguments.path(1))
    return .none
  },
  Native(
    "append_text(text: String, path: String)", in: "files",
    """
    Adds text at the end of a file, which is made if it is not there.

    ```xai
    let path = temporary_file(".txt")
    append_text("a", path)
    append_text("b", path)
    read_text(path)   #=> "ab"
    ```
    """
  ) { _, arguments throws(Failure) in
    let path = try arguments.path(1)
    try Files.requireNoFolder(path)
    let bytes = Array(try arguments.string(0).utf8)
    guard let file = fopen(path, "ab") else { throw Files.unwritable(path) }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw Files.unwritable(path) }
    return .none
  },
  Native(
    "exists(path: String) -> Bool", in: "files",
    """
    Whether there is a file or folder of a path.

    ```xai
    exists("no such file")   #=> false
    ```
    """
  ) { _, arguments throws(Failure) in .bool(Files.status(of: try arguments.path(0)) != nil) },
  Native(
    "file_info(path: String) -> Record", in: "files",
    """
    What is known of a file or folder: `size` in bytes, `modified` in seconds since the beginning of 1970
    (UTC), and whether it `is_folder`.

    ```xai
    file_info(".").is_folder   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let path = try arguments.path(0)
    guard let status = Files.status(of: path) else { throw Files.missing(path) }
    return Value(fields: [
      ("size", .int(Int(status.st_size))),
      (
        "modified",
        .float(Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9)
      ), ("is_folder", .bool(Files.isFolder(status))),
    ])
  },
  Native(
    "list_folder(path: String = \".\") -> List", in: "files",
    """
    The names in a folder, sorted; without those that begin with a dot.

    ```xai
    let folder = temporary_folder()
    write_text("", folder + "/b.csv")
    write_text("", folder + "/a.csv")
    list_folder(folder)   #=> ["a.csv", "b.csv"]
    ```
    """
  ) { _, arguments throws(Failure) in
    Value(try Files.names(in: try arguments.path(0)).map { Value($0) })
  },
  Native(
    "find_files(pattern: String) -> List", in: "files",
    """
    The paths that a pattern matches, sorted: `*` stands for any part of a name, `?` for one character, `[ab]`
    for one of several; `runs/*/scores.csv` looks into all folders of `runs`.

    ```xai
    let folder = temporary_folder()
    write_text("", folder + "/a.csv")
    len(find_files(folder + "/*.csv"))   #=> 1
    ```
    """
  ) { _, arguments throws(Failure) in
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(try arguments.path(0), 0, nil, &found) == 0, let paths = found.gl_pathv else {
      return Value([])
    }
    return Value(
      (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { Value(String(cString: $0)) } })
  },
  Native(
    "make_folder(path: String)", in: "files",
    """
    Makes a folder, with those around it; one that is there already is fine.

    ```xai
    let folder = temporary_folder() + "/runs/1"
    make_folder(folder)
    exists(folder)   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let path = try arguments.path(0)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        "X0407", "the folder \(path) cannot be made", help: "is there a file of this name?")
    }
    return .none
  },
  Native(
    "remove_file(path: String)", in: "files",
    """
    Removes a file, or a folder that is empty. What is not there is an error.

    ```xai
    let path = temporary_file(".txt")
    write_text("", path)
    remove_file(path)
    exists(path)   #=> false
    ```
    """
  ) { _, arguments throws(Failure) in
    let path = try arguments.path(0)
    guard let status = Files.status(of: path) else { throw Files.missing(path) }
    guard (Files.isFolder(status) ? rmdir(path) : unlink(path)) == 0 else {
      throw Failure(
        "X0420", "\(path) cannot be removed: \(String(cString: strerror(errno)))",
        help: Files.isFolder(status) ? "a folder must be empty first" : nil)
    }
    return .none
  },
  Native(
    "temporary_folder() -> String", in: "files",
    """
    The path of a new, empty folder for files that are not kept: it is removed when the program ends.

    ```xai
    list_folder(temporary_folder())   #=> []
    ```
    """
  ) { _, _ throws(Failure) in Value(try Files.temporaryFolder()) },
  Native(
    "temporary_file(ending: String = \"\") -> String", in: "files",
    """
    A path in a new folder of its own, for a file that is not kept.

    ```xai
    ends_with(temporary_file(".csv"), ".csv")   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let ending = try arguments.path(0)
    guard !ending.utf8.contains(UInt8(ascii: "/")) else {
      throw .argument(0, expected: "the end of a name", found: arguments[0])
    }
    return Value(try Files.temporaryFolder() + "/file" + ending)
  },
]

extension Swift.Span<Value> {
  /// A path: text without the character that ends one for the system.
  fileprivate func path(_ position: Int) throws(Failure) -> String {
    let path = try string(position)
    guard !path.utf8.contains(0) else {
      throw .argument(position, expected: "a path", found: self[position])
    }
    return path
  }
}
