/// The names of a classifier's outputs.

/// One name for each class, in the order of the outputs. A name may list synonyms, separated by
/// commas: the first one is the short name.
package struct Labels: Sendable, Equatable {
  /// With all synonyms: "tench, Tinca tinca".
  package let full: [String]
  /// The first synonym of each. Two classes may share one (ImageNet has two cranes and two
  /// maillots).
  package let short: [String]
  private let places: [String: [Int]]

  /// One class a line; empty lines at the end do not count.
  package init(text: String) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map(String.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    self.init(lines)
  }

  package init(_ full: [String]) {
    self.full = full
    let synonyms = full.map { name in
      name.split(separator: ",").map { Self.trimmed($0) }
    }
    short = zip(synonyms, full).map { $0.first ?? $1 }
    var places: [String: [Int]] = [:]
    for (index, names) in synonyms.enumerated() {
      for name in Set(names.map { $0.lowercased() } + [full[index].lowercased()]) {
        places[name, default: []].append(index)
      }
    }
    self.places = places
  }

  package var count: Int { full.count }

  /// The classes with this full name or synonym, whatever its case: none, one, or (rarely) several.
  package func indices(of name: String) -> [Int] { places[name.lowercased()] ?? [] }

  private static func trimmed(_ name: Substring) -> String {
    let start = name.drop { $0.isWhitespace }
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { String(start[...$0]) } ?? ""
  }
}
