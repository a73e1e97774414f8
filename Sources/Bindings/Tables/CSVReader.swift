// Comma-separated values, read as tables.
import Runtime

/// Reads fields row by row (RFC 4180); what is wrong is thrown with its line.
struct CSVReader {
  private let bytes: [UInt8]
  private let separator: UInt8
  private var next = 0
  private var line = 1

  /// A field as text; nil if nothing at all stands between the separators.
  private typealias Field = String?

  init(_ text: String, separator: String) throws(Failure) {
    var bytes = Array(text.utf8)
    // The mark of the byte order, with which some programs begin a file.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    self.bytes = bytes
    self.separator = try CSVReader.separator(separator)
  }

  /// The byte that separates fields.
  static func separator(_ text: String) throws(Failure) -> UInt8 {
    guard let byte = text.utf8.first, text.utf8.count == 1, ![0x22, 0x0A, 0x0D].contains(byte)
    else {
      throw Failure(
        "X0308",
        "a separator is one ASCII character other than a quote, found "
          + Description.found(Value(text)))
    }
    return byte
  }

  private func wrong(_ reason: String, at line: Int) -> Failure {
    Failure("X0352", "the CSV text is wrong at line \(line): \(reason)")
  }

  /// The next row, or nil at the end.
  private mutating func row() throws(Failure) -> [Field]? {
    if next >= bytes.count { return nil }
    var fields: [Field] = []
    while true {
      fields.append(try field())
      if next < bytes.count, bytes[next] == separator {
        next += 1
        if next >= bytes.count { return fields + [nil] }
        continue
      }
      endLine()
      return fields
    }
  }

  private mutating func endLine() {
    if next < bytes.count, bytes[next] == 0x0D { next += 1 }
    if next < bytes.count, bytes[next] == 0x0A { next += 1 }
    line += 1
  }

  private mutating func field() throws(Failure) -> Field {
    guard next < bytes.count, bytes[next] == 0x22 else {
      let start = next
      while next < bytes.count, ![separator, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
      return start == next ? nil : String(decoding: bytes[start..<next], as: UTF8.self)
    }
    let first = line
    next += 1
    var text: [UInt8] = []
    while next < bytes.count {
      let byte = bytes[next]
      next += 1
      if byte != 0x22 {
        if byte == 0x0A { line += 1 }
        text.append(byte)
      } else if next < bytes.count, bytes[next] == 0x22 {
        text.append(0x22)
        next += 1
      } else {
        guard next >= bytes.count || [separator, 0x0A, 0x0D].contains(bytes[next]) else {
          throw wrong("after a closing quote stands a separator or the end of the line", at: line)
        }
        return String(decoding: text, as: UTF8.self)
      }
    }
    throw wrong("a quote is not closed", at: first)
  }

  mutating func table(
    hasHeader: Bool, infersTypes: Bool, _ machine: Machine
  ) throws(Failure) -> TableObject {
    var names: [String]?
    if hasHeader, let header = try row() { names = try headings(header) }
    var columns: [[Field]] = []
    var count = 0
    while true {
      if count & 1023 == 1023 { try machine.checkpoint() }
      let start = line
      guard let fields = try row() else { break }
      let width = names?.count ?? (count == 0 ? fields.count : columns.count)
      // An empty line in a table of several columns is no row.
      if width > 1, fields.count == 1, fields[0] == nil { continue }
      guard fields.count == width else {
        throw wrong("\(fields.count) fields where \(width) are expected", at: start)
      }
      if columns.isEmpty { columns = fields.map { _ in [] } }
      for (index, field) in fields.enumerated() { columns[index].append(field) }
      count += 1
    }
    let width = names?.count ?? columns.count
    if columns.isEmpty { columns = Array(repeating: [], count: width) }
    let values = columns.map { CSVReader.values($0, infersTypes: infersTypes) }
    return TableObject(
      columns: names ?? (0..<width).map { "c\($0)" },
      rows: (0..<count).map { row in values.map { $0[row] } })
  }

  private func headings(_ fields: [Field]) throws(Failure) -> [String] {
    var names: [String] = []
    for (index, field) in fields.enumerated() {
      let name = field ?? "c\(index)"
      if names.contains(name) {
        throw wrong("two columns are named \(Description.found(Value(name)))", at: 1)
      }
      names.append(name)
    }
    return names
  }

  /// The fields of a column as values of the narrowest type that all of them have.
  private static func values(_ fields: [Field], infersTypes: Bool) -> [Value] {
    func all(_ read: (String) -> Value?) -> [Value]? {
      var values: [Value] = []
      values.reserveCapacity(fields.count)
      for field in fields {
        guard let field else {
          values.append(.none)
          continue
        }
        guard let value = read(field) else { return nil }
        values.append(value)
      }
      return values
    }
    if infersTypes {
      if let whole = all({ Int($0).map { .int($0) } }) { return whole }
      if let numbers = all({ number($0).map { .float($0) } }) { return numbers }
      if let truths = all({ ["true": true, "false": false][$0.lowercased()].map { .bool($0) } }) {
        return truths
      }
    }
    return fields.map { $0.map { Value($0) } ?? .none }
  }

  /// A Float written in digits, or nan or an infinity by name; not Swift's hexadecimal ones.
  private static func number(_ text: String) -> Double? {
    guard let first = text.utf8.first, !text.utf8.contains(UInt8(ascii: "x")) else { return nil }
    let isNumeral = (0x30...0x39).contains(first) || [0x2B, 0x2D, 0x2E].contains(first)
    return isNumeral || ["nan", "inf"].contains(text.lowercased()) ? Double(text) : nil
  }
}
