// RowStore: the file that keeps the finished rows of a sweep.
import FoundationEssentials
import Glibc
import Runtime

/// Lines of `{"sweep": IDENTITY, "row": N, "value": …}`. Several sweeps may share a file; a line that is
/// not whole, because writing was cut off, counts as none.
package final class RowStore {
  private let path: String
  private let identity: String
  /// The last line of the file has no end.
  private var isOpenLine = false
  /// What was found in the file, by row.
  package private(set) var rows: [Int: Value] = [:]

  /// Reads the rows of a sweep from a file, which need not exist.
  package init(path: String, identity: String) throws(Failure) {
    self.path = path
    self.identity = identity
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure("X0523", "the rows in \(path) cannot be read", kind: .missingFile)
    }
    isOpenLine = data.last.map { $0 != UInt8(ascii: "\n") } ?? false
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let text = String(validating: line, as: UTF8.self),
        case .record(let record)? = RowText.value(text), record["sweep"]?.string == identity,
        case .int(let row)? = record["row"], let value = record["value"]
      else { continue }
      rows[row] = value
    }
  }

  /// Adds a finished row to the file; it is there when this returns.
  package func append(_ row: Int, _ value: Value) throws(Failure) {
    let record = Value(fields: [
      ("sweep", Value(identity)), ("row", .int(row)), ("value", value),
    ])
    let line = (isOpenLine ? "\n" : "") + (try RowText.text(record)) + "\n"
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw unwritable }
    defer { close(file) }
    guard Pipe.write(Array(line.utf8), to: file) else { throw unwritable }
    isOpenLine = false
    rows[row] = value
  }

  private var unwritable: Failure {
    Failure(
      "X0407", "the rows cannot be written to \(path): \(String(cString: strerror(errno)))",
      kind: .missingFile)
  }

  /// FNV-1a of texts, as 16 hexadecimal digits: tells sweeps apart.
  package static func identity(_ parts: [String]) -> String {
    var hash = 0xcbf2_9ce4_8422_2325 as UInt64
    for part in parts {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
