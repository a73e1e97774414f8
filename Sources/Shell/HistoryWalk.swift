// Up and Down: the earlier entries that begin with what was typed.

/// A walk through the earlier entries. It goes on as long as the text is the one it showed last.
package struct HistoryWalk {
  /// What was typed before the walk began, and the part before its caret.
  private var draft = TypedText("")
  private var prefix = ""
  /// The place of the shown entry; that of the draft is one behind the last.
  private var position = 0
  private var shown: TypedText?
  /// Entries of more lines do not fit the screen: their end is shown, with the caret in it.
  private let tallest: Int

  package init(tallest: Int = .max) { self.tallest = tallest }

  /// One line up; from the first line to the nearest older entry with the prefix. Nil: nowhere to go.
  package mutating func up(_ typed: TypedText, entries: [String]) -> TypedText? {
    if typed != shown, let moved = typed.moved(up: true) { return moved }
    if shown?.text != typed.text {
      draft = typed
      prefix = String(typed.before)
      position = entries.count
    }
    var older = min(position, entries.count)
    while older > 0 {
      older -= 1
      if entries[older].hasPrefix(prefix), entries[older] != typed.text {
        position = older
        let entry = TypedText(entries[older])
        let lines = entry.text.reduce(1) { $0 + ($1 == "\n" ? 1 : 0) }
        shown = lines > tallest ? entry : entry.atFirstLineEnd
        return shown
      }
    }
    return nil
  }

  /// One line down; from the last line to the nearest newer entry with the prefix, and at last to what was
  /// typed.
  package mutating func down(_ typed: TypedText, entries: [String]) -> TypedText? {
    if let moved = typed.moved(up: false) { return moved }
    guard shown?.text == typed.text, position < entries.count else { return nil }
    var newer = position + 1
    while newer < entries.count {
      if entries[newer].hasPrefix(prefix), entries[newer] != typed.text {
        position = newer
        shown = TypedText(entries[newer])
        return shown
      }
      newer += 1
    }
    position = entries.count
    shown = nil
    return draft
  }
}

/// ^R: the earlier entries that contain what is typed.
package struct HistorySearch {
  /// What is searched for.
  package private(set) var query = ""
  /// What stood there before the search.
  package let draft: TypedText
  private let entries: [String]
  private var position: Int

  package init(draft: TypedText, entries: [String]) {
    self.draft = draft
    self.entries = entries
    position = entries.count
  }

  /// The entry found, with the caret where the query stands in it; nil while nothing is.
  package var found: TypedText? {
    guard entries.indices.contains(position) else { return nil }
    let entry = entries[position]
    guard let place = HistorySearch.place(of: query, in: entry) else { return nil }
    return TypedText(entry, caret: place)
  }

  /// Adds to the query; false when no entry contains it.
  package mutating func add(_ character: Character) -> Bool {
    query.append(character)
    return find(from: min(position, entries.count - 1))
  }

  /// Takes the last character of the query back.
  package mutating func erase() {
    if !query.isEmpty { query.removeLast() }
    position = entries.count
    if !query.isEmpty { _ = find(from: entries.count - 1) }
  }

  /// Goes on to the next older entry; false when there is none.
  package mutating func next() -> Bool { find(from: position - 1) }

  private mutating func find(from start: Int) -> Bool {
    guard !query.isEmpty else { return true }
    let current = entries.indices.contains(position) ? entries[position] : nil
    var candidate = start
    while candidate >= 0 {
      let entry = entries[candidate]
      if HistorySearch.place(of: query, in: entry) != nil, candidate == position || entry != current
      {
        position = candidate
        return true
      }
      candidate -= 1
    }
    return false
  }

  /// The offset in UTF-8 bytes at which the query stands; case counts only if the query has capitals.
  private static func place(of query: String, in entry: String) -> Int? {
    let exact = query.contains(where: \.isUppercase)
    let wanted = Array(exact ? query.utf8 : query.lowercased().utf8)
    let text = Array(exact ? entry.utf8 : entry.lowercased().utf8)
    guard !wanted.isEmpty, wanted.count <= text.count else { return nil }
    for start in 0...(text.count - wanted.count)
    where text[start..<(start + wanted.count)].elementsEqual(wanted) {
      return min(start, entry.utf8.count)
    }
    return nil
  }
}
