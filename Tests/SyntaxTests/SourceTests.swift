/// Sources: bytes, lines, columns, widths.

import Syntax
import Testing

struct SourceTests {
  @Test func `offsets become lines and columns`() {
    let source = Source(name: "s", text: "let a = 1\nσ = \"日本\"\r\n\nend")
    #expect(source.position(of: 0) == (1, 1))
    #expect(source.position(of: 8) == (1, 9))
    #expect(source.position(of: 10) == (2, 1))
    #expect(source.position(of: 12) == (2, 2))
    #expect(source.editorPosition(of: 12) == (1, 1))
    #expect(source.line(1) == "σ = \"日本\"")
    #expect(source.line(2) == "")
    #expect(source.line(3) == "end")
    #expect(source.line(9) == "")
    #expect(source.position(of: 1000).line == 4)
    #expect(source.substring(Span(-5, 3)) == "let")
    #expect(source.substring(Span(8, 2)) == "")
  }

  @Test func `characters outside the basic plane are two units for an editor`() {
    let source = Source(name: "s", text: "\"😀\" + x")
    #expect(source.position(of: 5).column == 3)
    #expect(source.editorPosition(of: 5).character == 3)
  }

  @Test(
    arguments: [
      ("abc", 3), ("日本", 4), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("😀", 2), ("σ", 1),
      ("ﾊ", 1), ("한", 2), ("❤\u{FE0F}", 2), ("", 0),
    ])
  func `a text takes as many columns as a terminal gives it`(_ text: String, _ width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func `control characters are not printed as themselves`() {
    #expect(DisplayWidth.printable("a\u{1B}[1mb\u{7F}\u{202E}\nc") == "a␛[1mb␡\u{FFFD}\nc")
  }

  @Test(
    arguments: [
      ([0x6C, 0xFF], 1), ([0xC3], 0), ([0x61, 0xC3, 0x28], 1), ([0xED, 0xA0, 0x80], 0),
      ([0x61, 0x0A, 0xF0, 0x9F, 0x98], 2), ([0xC0, 0x80], 0), ([0xF8, 0x88, 0x80, 0x80, 0x80], 0),
    ] as [([UInt8], Int)])
  func `bytes that are not UTF-8 are reported where they are`(_ bytes: [UInt8], _ offset: Int) {
    do throws(Diagnostic) {
      _ = try Source(name: "bad.xai", bytes: bytes)
      Issue.record("read as a script")
    } catch {
      #expect(error.code == "X0002")
      #expect(error.primary?.span.start == offset)
      #expect(Renderer().render(error).contains("offset \(offset)"))
    }
  }

  @Test func `UTF-8 with a byte-order mark and Windows lines is read`() throws {
    let bytes: [UInt8] =
      [0xEF, 0xBB, 0xBF] + Array("let a = 1\r\nlet b = \"\"\"\r\n  x\r\n  \"\"\"\r\n".utf8)
    let (script, diagnostics) = Parser.parse(try Source(name: "s", bytes: bytes))
    #expect(diagnostics.isEmpty)
    #expect(TreePrinter.print(script) == "(cell (let a 1) (let b \"x\"))\n")
  }

  @Test func `what is too large is refused`() {
    let bytes = [UInt8](repeating: 0x28, count: Source.sizeLimit + 1)
    #expect(throws: Diagnostic.self) { try Source(name: "large.xai", bytes: bytes) }
    let text = String(repeating: "(", count: Source.sizeLimit + 1)
    let (script, diagnostics) = Parser.parse(Source(name: "large.xai", text: text))
    #expect(script.cells.isEmpty)
    #expect(diagnostics.map(\.code) == ["X0003"])
  }
}
