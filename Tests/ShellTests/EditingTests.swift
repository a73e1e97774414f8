// What keys do to the text, without a terminal.
import Shell
import Testing

@Suite struct EditingTests {
  @Test func `up and down keep the column`() {
    let text = TypedText("let a = [\n  1,\n]")
    #expect(text.moved(up: true) == TypedText("let a = [\n  1,\n]", caret: 11))
    #expect(TypedText("ab\nc", caret: 2).moved(up: false) == TypedText("ab\nc", caret: 4))
    #expect(TypedText("ab").moved(up: true) == nil)
  }

  @Test func `a closing bracket on a line of its own moves out`() {
    #expect(TypedText("fn f() {\n  ").closing(with: "}") == TypedText("fn f() {\n}"))
    #expect(TypedText("f(1").closing(with: ")") == TypedText("f(1)"))
  }

  @Test func `up recalls whole entries that begin with what was typed`() {
    let entries = ["let a = 1", "show a", "let b = [\n  1\n]", "show b"]
    var walk = HistoryWalk()
    let first = walk.up(TypedText("let"), entries: entries)
    #expect(first?.text == "let b = [\n  1\n]")
    let second = walk.up(first ?? TypedText(""), entries: entries)
    #expect(second?.text == "let a = 1")
    let none = walk.up(second ?? TypedText(""), entries: entries)
    #expect(none == nil)
    let back = walk.down(second ?? TypedText(""), entries: entries)
    #expect(back?.text == "let b = [\n  1\n]")
    let draft = walk.down(back ?? TypedText(""), entries: entries)
    #expect(draft == TypedText("let"))
  }

  @Test func `search finds older entries and takes letters back`() {
    var search = HistorySearch(
      draft: TypedText("x"), entries: ["let net = 1", "show net", "let y = 2"])
    var found = [search.add("n"), search.add("e")]
    #expect(search.found?.text == "show net")
    found += [search.next()]
    #expect(search.found?.text == "let net = 1")
    found += [search.next(), search.add("q")]
    #expect(found == [true, true, true, false, false])
    search.erase()
    #expect(search.found?.text == "show net")
  }

  @Test func `prompts and outputs of a pasted session are dropped`() {
    let pasted = "xai> fn f(x) {\r  x\r}\rxai> f(2)\r2\r...> stray\rxai> "
    #expect(PastedText.cleaned("a = 1\r\nb = 2\r\n") == "a = 1\nb = 2")
    #expect(PastedText.cleaned(pasted).hasPrefix("fn f(x) {\n  x\n}\nf(2)"))
    #expect(!PastedText.cleaned(pasted).contains("xai>"))
  }

  @Test func `the caret's surroundings are read from the text alone`() {
    #expect(CaretContext("net.lay") == .field(start: 4, base: ["net"]))
    #expect(CaretContext("f(x, st") == .name(start: 5, callee: ["f"]))
    #expect(
      CaretContext("load(\"dir/fi") == .string(start: 6, place: StringPlace(callee: ["load"])))
    #expect(CaretContext("\"a {na") == .name(start: 4, callee: nil))
    #expect(CaretContext("x # na") == .nothing)
    #expect(CaretContext("3.1") == .nothing)
    #expect(CaretContext("import datasets, me") == .module(start: 17))
    #expect(CaretContext("0..n") == .name(start: 3, callee: nil))
  }
}
