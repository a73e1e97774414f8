// Which key does what.
import CEdit

/// The key table of the editor. Key functions are C functions without captures; they find their editor through
/// the pointer that libedit keeps.
enum Keys {
  static func bind(_ editor: OpaquePointer) {
    add(editor, "xai-enter") { pointer, _ in Keys.run(pointer) { $0.enter() } }
    add(editor, "xai-up") { pointer, _ in Keys.run(pointer) { $0.move(up: true) } }
    add(editor, "xai-down") { pointer, _ in Keys.run(pointer) { $0.move(up: false) } }
    add(editor, "xai-close") { pointer, key in Keys.run(pointer) { $0.close(key) } }
    add(editor, "xai-paste") { pointer, _ in Keys.run(pointer) { $0.paste() } }
    add(editor, "xai-complete") { pointer, _ in Keys.run(pointer) { $0.complete() } }
    add(editor, "xai-search") { pointer, _ in Keys.run(pointer) { $0.beginSearch() } }
    add(editor, "xai-search-step") { pointer, _ in Keys.run(pointer) { $0.stepSearch() } }
    add(editor, "xai-insert") { pointer, key in
      Keys.run(pointer) { Int32(ce_insert($0.editor, key)) }
    }
    // A character beyond ASCII.
    add(editor, "xai-insert-other") { pointer, _ in
      Keys.run(pointer) { Int32(ce_insert($0.editor, ce_captured($0.editor))) }
    }
    add(editor, "xai-offer") { pointer, _ in Keys.run(pointer) { $0.takeOffer() } }
    add(editor, "xai-edit") { pointer, _ in Keys.run(pointer) { $0.editElsewhere() } }
    add(editor, "xai-left") { pointer, _ in Keys.run(pointer) { $0.step(left: true) } }
    add(editor, "xai-right") { pointer, _ in Keys.run(pointer) { $0.step(left: false) } }
    add(editor, "xai-erase") { pointer, _ in Keys.run(pointer) { $0.erase(left: true) } }
    add(editor, "xai-delete") { pointer, _ in Keys.run(pointer) { $0.erase(left: false) } }
    add(editor, "xai-line-start") { pointer, _ in Keys.run(pointer) { $0.lineEdge(start: true) } }
    add(editor, "xai-line-end") { pointer, _ in Keys.run(pointer) { $0.lineEdge(start: false) } }
    add(editor, "xai-newline") { pointer, _ in
      if let pointer { el_insertstr(pointer, "\n") }
      return UInt8(CC_REFRESH)
    }
    ce_bind_printable(editor, "xai-insert")
    for (key, name) in table { ce_bind(editor, key, name) }
    // The user's own keys come last and so win.
    el_source(editor, nil)
  }

  private static let table: [(String, String)] = [
    ("^M", "xai-enter"), ("^J", "xai-enter"),
    // The name under which Enter ends the entry.
    ("^X^M", "ed-newline"),
    // Alt-Enter opens a line wherever the caret is.
    ("\\e^M", "xai-newline"),
    ("^I", "xai-complete"), ("^R", "xai-search"), ("^X^S", "xai-search-step"),
    ("^X^T", "xai-insert-other"), ("^X^F", "xai-offer"), ("^X^E", "xai-edit"),
    ("^W", "ed-delete-prev-word"), ("^H", "xai-erase"), ("^?", "xai-erase"),
    ("^F", "xai-right"), ("^B", "xai-left"), ("^A", "xai-line-start"), ("^E", "xai-line-end"),
    ("\\e[200~", "xai-paste"),
    ("\\e[A", "xai-up"), ("\\eOA", "xai-up"), ("^P", "xai-up"),
    ("\\e[B", "xai-down"), ("\\eOB", "xai-down"), ("^N", "xai-down"),
    ("\\051", "xai-close"), ("\\135", "xai-close"), ("\\175", "xai-close"),
    ("\\e[C", "xai-right"), ("\\eOC", "xai-right"),
    ("\\e[D", "xai-left"), ("\\eOD", "xai-left"),
    ("\\e[H", "xai-line-start"), ("\\eOH", "xai-line-start"), ("\\e[1~", "xai-line-start"),
    ("\\e[F", "xai-line-end"), ("\\eOF", "xai-line-end"), ("\\e[4~", "xai-line-end"),
    ("\\e[3~", "xai-delete"),
    ("\\e[1;5C", "em-next-word"), ("\\e[1;5D", "ed-prev-word"),
    ("\\e[1;3C", "em-next-word"), ("\\e[1;3D", "ed-prev-word"),
  ]

  private static func add(_ editor: OpaquePointer, _ name: StaticString, _ function: ce_function) {
    // A static string lives as long as the program, which is what libedit asks for.
    name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) {
      _ = ce_add(editor, $0, function)
    }
  }

  private static func run(
    _ pointer: OpaquePointer?, _ action: (LibeditEditor) -> Int32
  ) -> UInt8 {
    guard let pointer, let data = ce_data(pointer) else { return UInt8(CC_ERROR) }
    let editor = Unmanaged<LibeditEditor>.fromOpaque(data).takeUnretainedValue()
    let result = action(editor)
    editor.refreshHint()
    return UInt8(truncatingIfNeeded: result)
  }
}
