/// "Did you mean": the known names that are closest to an unknown one.

package enum Suggestion {
  /// The names that could have been meant, best first, at most `limit`.
  ///
  /// A name fits if it differs only in case, or by at most 1 edit in a word of up to 2 letters, 2 in one of up
  /// to 6, 3 in a longer one (restricted Damerau–Levenshtein distance on lower-cased letters), or if one
  /// contains the other and the shorter has at least 3 letters. The word itself is never proposed.
  package static func nearest(
    to word: String, among names: some Sequence<String>, limit: Int = 3
  ) -> [String] {
    let wanted = Array(word.prefix(longest).lowercased())
    let allowed = wanted.count <= 2 ? 1 : wanted.count <= 6 ? 2 : 3
    var found: [(score: Int, name: String)] = []
    for name in Set(names) where name != word && !name.isEmpty {
      let candidate = Array(name.prefix(longest).lowercased())
      let edits = distance(wanted, candidate, atMost: allowed)
      if let edits, edits < max(wanted.count, candidate.count) {
        found.append((edits, name))
      } else if contains(wanted, candidate) || contains(candidate, wanted) {
        found.append((allowed + 1 + abs(wanted.count - candidate.count), name))
      }
    }
    found.sort { $0.score == $1.score ? $0.name < $1.name : $0.score < $1.score }
    return found.prefix(limit).map(\.name)
  }

  /// Longer names are compared by this many letters.
  private static let longest = 64

  private static func contains(_ long: [Character], _ short: [Character]) -> Bool {
    guard short.count >= 3, short.count < long.count else { return false }
    return (0...(long.count - short.count)).contains {
      long[$0..<($0 + short.count)].elementsEqual(short)
    }
  }

  /// Insertions, deletions, replacements and swaps of neighbours from one to the other; nil above `limit`.
  static func distance(_ first: [Character], _ second: [Character], atMost limit: Int) -> Int? {
    if abs(first.count - second.count) > limit { return nil }
    var before: [Int] = []
    var above = Array(0...second.count)
    for (row, letter) in first.enumerated() {
      var current = [row + 1]
      for (column, other) in second.enumerated() {
        var best = min(
          above[column + 1] + 1, current[column] + 1, above[column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      if current.allSatisfy({ $0 > limit }) { return nil }
      (before, above) = (above, current)
    }
    return above[second.count] <= limit ? above[second.count] : nil
  }
}
