// The line editor of a terminal, on libedit.
import CEdit
import Glibc

/// Edits entries of several lines with history, completion and pasting.
package final class LibeditEditor: LineEditor {
  let editor: OpaquePointer
  let history: History
  var advice = EntryAdvice(
    indentation: { _ in nil },
    completion: { _, caret in Completion(range: caret..<caret, candidates: []) })
  var walk = HistoryWalk()
  var search: HistorySearch?
  private var prompt = ""
  private var offered: String?
  private var hint = ""
  private var isAccepted = false

  /// An editor on the process's terminal; nil when libedit cannot have it.
  package init?(history: History) {
    guard let editor = ce_open("xai") else { return nil }
    self.editor = editor
    self.history = history
    // The editor lives as long as the program: its key functions never see a dangling pointer.
    ce_set_data(editor, Unmanaged.passRetained(self).toOpaque())
    Keys.bind(editor)
  }

  package func read(prompt: String, advice: EntryAdvice) -> Entry {
    self.advice = advice
    self.prompt = prompt
    walk = HistoryWalk(tallest: screen.rows - 2)
    search = nil
    ce_capture(editor, false)
    ce_set_prompt(editor, prompt)
    isAccepted = false
    setHint("")
    if offered != nil { ce_offer(editor) }
    var count: Int32 = 0
    var outcome = CE_END
    guard let bytes = ce_read(editor, &count, &outcome) else {
      Stream.output.write(outcome == CE_INTERRUPTED ? "\u{1B}[J^C\n" : "\n")
      return outcome == CE_INTERRUPTED ? .interrupted : .end
    }
    // The count, not the terminator: libedit does not always write one.
    let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    return .text(String(decoding: buffer, as: UTF8.self).trimmingNewlines)
  }

  private var screen: (columns: Int, rows: Int) {
    var columns: Int32 = 80
    var rows: Int32 = 24
    _ = ce_terminal_size(STDOUT_FILENO, &columns, &rows)
    return (Int(columns), Int(rows))
  }

  // MARK: The text

  /// The text being typed.
  var typed: TypedText {
    get {
      guard let line = el_line(editor)?.pointee, let start = line.buffer, let caret = line.cursor,
        let end = line.lastchar, end >= start
      else { return TypedText("") }
      // libedit's own buffer, valid until the next call to it.
      let bytes = UnsafeRawBufferPointer(start: start, count: end - start)
      return TypedText(String(decoding: bytes, as: UTF8.self), caret: caret - start)
    }
    set {
      el_replacestr(editor, newValue.text)
      el_cursor(editor, -Int32.max)
      el_cursor(editor, Int32(clamping: newValue.before.unicodeScalars.count))
    }
  }

  // MARK: Offers and hints

  package func offer(_ text: String) -> Bool {
    offered = text
    return true
  }

  func takeOffer() -> Int32 {
    guard let offered else { return CC_NORM }
    self.offered = nil
    typed = TypedText(offered)
    return CC_REFRESH
  }

  /// What is called at the caret, at the right edge.
  func refreshHint() {
    guard search == nil, !isAccepted else { return }
    let typed = typed
    // libedit shows nothing there once there is a second line.
    let text = typed.text.contains { $0 == "\n" } ? "" : advice.hint(typed.text, typed.caret)
    setHint(CandidateList.clipped(text, screen.columns / 2))
  }

  private func setHint(_ text: String) {
    guard text != hint else { return }
    hint = text
    let isPlain = Surroundings.colours(of: .output) == .none || text.isEmpty
    // The bytes of value 1 enclose what takes no columns; no such piece may be last.
    ce_set_hint(editor, isPlain ? text : "\u{1}\u{1B}[2m\u{1}\(text)\u{1}\u{1B}[0m\u{1} ")
  }

  /// ^X^E: the text in the user's editor.
  func editElsewhere() -> Int32 {
    let text = typed.text
    ce_leave(editor)
    let edited = try? ExternalEditor.edit(text)
    ce_return(editor)
    if let edited { typed = TypedText(edited) }
    return edited == nil ? CC_REFRESH_BEEP : CC_REDISPLAY
  }

  // MARK: What keys do

  /// Enter: runs what is complete, otherwise opens the next line.
  func enter() -> Int32 {
    let text = typed.text
    guard !text.allSatisfy(\.isWhitespace), let indentation = advice.indentation(text) else {
      typed = TypedText(text)
      setHint("")
      isAccepted = true
      // ed-newline itself ends the entry: only libedit's own function leaves the screen in order.
      el_push(editor, "\u{18}\r")
      return CC_REFRESH
    }
    el_insertstr(editor, "\n" + String(repeating: " ", count: indentation))
    return CC_REFRESH
  }

  /// Up and Down.
  func move(up: Bool) -> Int32 {
    let current = typed
    let target =
      up ? walk.up(current, entries: history.entries) : walk.down(current, entries: history.entries)
    guard let target else { return CC_REFRESH_BEEP }
    typed = target
    return CC_REFRESH
  }

  /// A closing bracket.
  func close(_ key: Int32) -> Int32 {
    let before = typed
    let bracket = Unicode.Scalar(UInt32(truncatingIfNeeded: key)).map(Character.init) ?? ")"
    let after = before.closing(with: bracket)
    if let partner = CaretContext.partner(of: bracket, before.before) {
      ce_point_at(
        editor, Int32(clamping: TypedText(before.text, caret: partner).before.unicodeScalars.count))
    }
    if after == before.inserting(String(bracket)) { return Int32(ce_insert(editor, key)) }
    typed = after
    return CC_REFRESH
  }

  /// Left and right, by whole characters.
  func step(left: Bool) -> Int32 {
    let typed = typed
    guard let character = left ? typed.before.last : typed.behind.first else {
      return CC_REFRESH_BEEP
    }
    let scalars = Int32(clamping: character.unicodeScalars.count)
    el_cursor(editor, left ? -scalars : scalars)
    return CC_REFRESH
  }

  /// Backspace and Delete, by whole characters.
  func erase(left: Bool) -> Int32 {
    let typed = typed
    guard let character = left ? typed.before.last : typed.behind.first else {
      return CC_REFRESH_BEEP
    }
    let scalars = Int32(clamping: character.unicodeScalars.count)
    if !left { el_cursor(editor, scalars) }
    el_deletestr(editor, scalars)
    return Int32(ce_changed(editor))
  }

  /// Home and End: of the line, and where that is reached, of the entry.
  func lineEdge(start: Bool) -> Int32 {
    let typed = typed
    let part = start ? typed.lineBefore : typed.lineBehind
    let rest = start ? typed.before : typed.behind
    let scalars = (part.isEmpty ? rest : part).unicodeScalars.count
    el_cursor(editor, Int32(clamping: start ? -scalars : scalars))
    return CC_REFRESH
  }

  /// What a terminal sends between its marks of a paste.
  func paste() -> Int32 {
    var text = String.UnicodeScalarView()
    let end = Array("\u{1B}[201~".unicodeScalars)
    while !text.suffix(end.count).elementsEqual(end) {
      let next = ce_next(editor)
      guard next >= 0 else { return CC_REFRESH }
      if let scalar = Unicode.Scalar(UInt32(next)) { text.append(scalar) }
    }
    text.removeLast(end.count)
    let isAtEnd = typed.behind.isEmpty
    el_insertstr(editor, PastedText.cleaned(String(text)))
    return isAtEnd ? CC_REFRESH : CC_REDISPLAY
  }

  /// Tab: indents at the start of a line, otherwise completes; where nothing can be added, lists.
  func complete() -> Int32 {
    let current = typed
    if current.lineBefore.allSatisfy({ $0 == " " }),
      !current.lineBefore.isEmpty || current.caret > 0
    {
      el_insertstr(editor, "  ")
      return CC_REFRESH
    }
    let completion = advice.completion(current.text, current.caret)
    guard !completion.candidates.isEmpty else { return CC_REFRESH_BEEP }
    let common = completion.commonPrefix
    let head = TypedText(current.text, caret: completion.range.lowerBound).before
    let present = String(current.before.dropFirst(head.count))
    if common != present, common.count >= present.count {
      let tail = TypedText(current.text, caret: completion.range.upperBound).behind
      typed = TypedText(head + common + tail, caret: (head + common).utf8.count)
      if completion.candidates.count == 1 { return CC_REDISPLAY }
    }
    if completion.candidates.count > 1 || common == present { list(completion) }
    return CC_REFRESH
  }

  /// Shows the candidates beneath the entry, and the entry again beneath them.
  private func list(_ completion: Completion) {
    let place = typed
    typed = TypedText(place.text)
    var lines = CandidateList.lines(
      completion.candidates, width: screen.columns, limit: max(4, screen.rows - 4))
    if completion.isPartial { lines.append("… (there was no time to look everywhere)") }
    // From the end of the entry, wherever in it the caret stood.
    let below = place.behind.reduce(0) { $0 + ($1 == "\n" ? 1 : 0) }
    let down = below > 0 ? "\u{1B}[\(below)B" : ""
    Stream.output.write(down + "\r\n" + lines.map { $0 + "\r\n" }.joined())
    typed = place
    ce_redraw(editor)
  }

  // MARK: Search

  /// ^R, and then every key until the search ends.
  func beginSearch() -> Int32 {
    search = HistorySearch(draft: typed, entries: history.entries)
    ce_capture(editor, true)
    return showSearch(isFound: true)
  }

  func stepSearch() -> Int32 {
    guard var search else { return CC_NORM }
    let key = ce_captured(editor)
    var isFound = true
    switch key {
    case 18: isFound = search.next()
    case 8, 127: search.erase()
    case 7: return endSearch(search.draft, then: nil)
    case 0x20..<0x7F, 0x80...:
      guard let scalar = Unicode.Scalar(UInt32(key)) else { return CC_NORM }
      isFound = search.add(Character(scalar))
    default: return endSearch(search.found ?? search.draft, then: key)
    }
    self.search = search
    return showSearch(isFound: isFound)
  }

  private func showSearch(isFound: Bool) -> Int32 {
    guard let search else { return CC_NORM }
    ce_set_prompt(editor, (isFound ? "search" : "not found") + " `\(search.query)': ")
    typed = search.found ?? search.draft
    return isFound ? CC_REFRESH : CC_REFRESH_BEEP
  }

  /// Leaves the text as it is found; the key that ended the search does its own work.
  private func endSearch(_ text: TypedText, then key: Int32?) -> Int32 {
    search = nil
    ce_capture(editor, false)
    ce_set_prompt(editor, prompt)
    typed = text
    if let key, let scalar = Unicode.Scalar(UInt32(key)) { el_push(editor, String(scalar)) }
    return CC_REFRESH
  }
}
