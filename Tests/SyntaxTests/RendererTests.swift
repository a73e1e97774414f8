/// How diagnostics are drawn, character by character.

import Foundation
import Syntax
import Testing

struct RendererTests {
  /// The span of the first occurrence of a text.
  private func span(_ text: String, in source: Source) -> Span {
    guard let range = source.text.range(of: text) else { return Span(0, 0) }
    let start = source.text.utf8.distance(from: source.text.startIndex, to: range.lowerBound)
    return Span(start, start + text.utf8.count)
  }

  private func label(_ text: String, _ words: String, in source: Source) -> Diagnostic.Label {
    .init(source, span(text, in: source), words)
  }

  @Test func `the shape error of the language page`() {
    let source = Source(
      name: "digits.xai", text: String(repeating: "\n", count: 11) + "let logits = w @ h + b\n")
    let diagnostic = Diagnostic(
      "X0204", "these shapes do not fit for @", at: label("@", "", in: source),
      also: [
        label("w", "w is [10, 128]", in: source),
        label("h ", "h is [784, 32]   (line 9: h = hidden(x))", in: source),
      ],
      notes: ["w has 128 columns and h has 784 rows; they must be equal."],
      helps: [.init("transpose one of them, or write  w @ relu(v @ x)")])
    var fitted = diagnostic
    fitted.secondary[1].span.end -= 1
    #expect(
      Renderer().render(fitted) == """
        error[X0204]: these shapes do not fit for @
           ┌─ digits.xai:12:16
        12 │ let logits = w @ h + b
           │              ┬ ─ ┬
           │              │   h is [784, 32]   (line 9: h = hidden(x))
           │              w is [10, 128]
           │
           = w has 128 columns and h has 784 rows; they must be equal.
           = help: transpose one of them, or write  w @ relu(v @ x)

        """)
  }

  @Test func `tabs, wide and combining characters keep the marks in place`() {
    let source = Source(name: "s.xai", text: "\tlet 日本 = e\u{301} + \"😀\" + x\n")
    let diagnostic = Diagnostic(
      "X0201", "two marks", at: label("x", "here", in: source),
      also: [label("日本", "a name", in: source)])
    #expect(
      Renderer().render(diagnostic) == """
        error[X0201]: two marks
          ┌─ s.xai:1:21
        1 │     let 日本 = e\u{301} + "😀" + x
          │         ┬───              ┬
          │         │                 here
          │         a name

        """)
  }

  @Test func `labels on several lines and in another file`() {
    let source = Source(name: "a.xai", text: "let a = 1\n\nlet b = 2\nlet c = 3\n\n\n\nlet d = a\n")
    let other = Source(name: "b.xai", text: "fn a() => 1\n")
    let diagnostic = Diagnostic(
      "X0203", "many places", at: .init(source, Span(38, 39), "used"),
      also: [
        .init(source, Span(4, 5), "first"), .init(source, Span(15, 16), "second"),
        .init(other, Span(3, 4), "elsewhere"),
      ], helps: [.init("choose one:\nthe first\nor the second")])
    #expect(
      Renderer().render(diagnostic) == """
        error[X0203]: many places
          ┌─ a.xai:8:5
        1 │ let a = 1
          │     ┬
          │     first
        2 │
        3 │ let b = 2
          │     ┬
          │     second
        · │
        8 │ let d = a
          │     ┬
          │     used
          │
          ┌─ b.xai:1:4
        1 │ fn a() => 1
          │    ┬
          │    elsewhere
          │
          = help: choose one:
                  the first
                  or the second

        """)
  }

  @Test func `a span of several lines has a bar beside it`() {
    let source = Source(name: "a.xai", text: "let x = f(\n  1,\n  2,\n  3)\nlet y = x\n")
    let diagnostic = Diagnostic(
      "X0301", "this call fails", at: .init(source, Span(8, 23), "the call"),
      also: [.init(source, Span(13, 14), "this argument")], severity: .warning)
    #expect(
      Renderer().render(diagnostic) == """
        warning[X0301]: this call fails
          ┌─ a.xai:1:9
        1 │ ╭ let x = f(
        2 │ │   1,
          │ │   ┬
          │ │   this argument
        3 │ │   2,
        4 │ │   3)
          │ ╰─ the call

        """)
  }

  @Test func `two spans of several lines have two bars`() {
    let source = Source(name: "a.xai", text: "a(\nb(\nc\n)\n)\n")
    let diagnostic = Diagnostic(
      "X0301", "nested", at: .init(source, Span(0, 11), "outer"),
      also: [.init(source, Span(3, 9), "inner")])
    #expect(
      Renderer().render(diagnostic) == """
        error[X0301]: nested
          ┌─ a.xai:1:1
        1 │ ╭   a(
        2 │ │ ╭ b(
        3 │ │ │ c
        4 │ │ │ )
          │ │ ╰─ inner
        5 │ │   )
          │ ╰─ outer

        """)
  }

  @Test func `a long line is cut around what is marked`() {
    let source = Source(
      name: "a.xai",
      text: String(repeating: "abcdefghi ", count: 20) + "HERE"
        + String(repeating: " jklmnopqr", count: 20))
    let diagnostic = Diagnostic("X0101", "far away", at: label("HERE", "this", in: source))
    #expect(
      Renderer(width: 60).render(diagnostic) == """
        error[X0101]: far away
          ┌─ a.xai:1:201
        1 │ …fghi abcdefghi abcdefghi HERE jklmnopqr jklmnopqr jklm…
          │                           ┬───
          │                           this

        """)
  }

  @Test func `a mark at the end of the text, and one without a place`() {
    let source = Source(name: "a.xai", text: "let x =")
    let end = Diagnostic("X0101", "at the end", at: .init(source, Span(7, 7)))
    #expect(
      Renderer().render(end) == """
        error[X0101]: at the end
          ┌─ a.xai:1:8
        1 │ let x =
          │        ─

        """)
    let nowhere = Diagnostic("X0401", "no file", notes: ["looked in `.`."])
    #expect(Renderer().render(nowhere) == "error[X0401]: no file\n  = looked in `.`.\n")
  }

  @Test func `colours are those of a terminal, and nothing else changes`() {
    let source = Source(name: "a.xai", text: "let x = y\n")
    let diagnostic = Diagnostic(
      "X0201", "no name `y`", at: label("y", "unknown", in: source),
      also: [label("x", "here", in: source)], helps: [.init("declare it")])
    let painted = Renderer(colours: true).render(diagnostic)
    #expect(painted.contains("\u{1B}[1;31merror[X0201]\u{1B}[0m"))
    #expect(painted.contains("\u{1B}[1;31m┬\u{1B}[0m"))
    #expect(painted.contains("\u{1B}[36m┬\u{1B}[0m"))
    let plain = painted.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(plain == Renderer().render(diagnostic))
  }

  @Test func `what a script holds cannot command the terminal`() {
    let source = Source(name: "a\u{1B}.xai", text: "x\u{1B}[31m\u{7} y\n")
    let diagnostic = Diagnostic(
      "X0001", "odd \u{1B}[1m", at: .init(source, Span(1, 2), "esc\u{1B}"), notes: ["\u{8}"])
    #expect(!Renderer().render(diagnostic).contains { "\u{1B}\u{7}\u{8}".contains($0) })
  }
}

struct DiagnosticJSONTests {
  @Test func `a diagnostic has the form of the language server`() {
    let source = Source(name: "a.xai", text: "let s = \"😀\" + 'x'\n")
    let quoted = Span(17, 20)
    let diagnostic = Diagnostic(
      "X0001", "a \"quoted\"\nmessage", at: .init(source, quoted, "here"),
      also: [.init(source, Span(4, 5), "there")], notes: ["note"],
      helps: [.init("write `\"x\"`", edits: [.init(source, quoted, "\"x\"")])])
    #expect(
      diagnostic.json()
        == #"{"range":{"start":{"line":0,"character":15},"end":{"line":0,"character":18}},"#
        + #""severity":1,"code":"X0001","source":"xai","message":"a \"quoted\"\nmessage","#
        + #""relatedInformation":[{"location":{"uri":"a.xai","range":{"start":{"line":0,"#
        + #""character":4},"end":{"line":0,"character":5}}},"message":"there"}],"#
        + #""data":{"uri":"a.xai","label":"here","notes":["note"],"helps":[{"text":"write `\"x\"`","#
        + #""edits":[{"uri":"a.xai","range":{"start":{"line":0,"character":15},"end":{"line":0,"#
        + #""character":18}},"newText":"\"x\""}]}]}}"#)
  }

  @Test func `a diagnostic without a place is at the start`() {
    let diagnostic = Diagnostic("X0401", "no\u{1}file", severity: .warning)
    #expect(
      diagnostic.json { _ in "file:///x" }
        == #"{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"#
        + #""severity":2,"code":"X0401","source":"xai","message":"no\u0001file","#
        + #""data":{"uri":null,"label":"","notes":[],"helps":[]}}"#)
  }
}
