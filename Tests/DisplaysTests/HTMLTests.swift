// HTML: recordings, well-formedness, escaping, independence of other files.

import Displays
import Foundation
import Testing

struct HTMLTests {
  @Test(arguments: Gallery.all.map(\.name))
  func `fragments are as recorded`(name: String) throws {
    let display = try #require(Gallery.all.first { $0.name == name }).display
    try Golden.check(HTMLRenderer().fragment(display), "\(name)/fragment.html")
  }

  @Test func `a page is as recorded`() throws {
    try Golden.check(page.html(), "page.html")
  }

  @Test(arguments: Gallery.all.map(\.name))
  func `every tag is closed in order`(name: String) throws {
    let display = try #require(Gallery.all.first { $0.name == name }).display
    try expectBalanced(HTMLRenderer().fragment(display))
    let hostile = "<\(name)>\"&'"
    let page = Page(
      title: hostile, kicker: hostile,
      cells: [.code(.init(hostile, title: hostile, outputs: [display], note: hostile))],
      provenance: [.init(hostile, hostile)])
    try expectBalanced(page.html().replacing("<!DOCTYPE html>", with: ""))
  }

  @Test func `a page asks for nothing outside itself`() throws {
    var page = self.page
    page.cells.append(.display(Gallery.hostile))
    let html = page.html()
    for attribute in html.matches(of: /\b(?:src|poster|data|action|srcset)="([^"]*)"/) {
      #expect(attribute.output.1.hasPrefix("data:image/png;base64,"))
    }
    for word in ["<link", "<script", "<iframe", "@import", "url(", "javascript:alert(3)\""] {
      #expect(!html.contains(word), "\(word)")
    }
    let withoutLinks = html.replacing(/\ href="[^"]*"/, with: "")
    #expect(!withoutLinks.contains("http://") && !withoutLinks.contains("=\"https://"))
  }

  @Test func `hostile text becomes text`() throws {
    let html = HTMLRenderer().fragment(Gallery.hostile)
    let names = html.matches(of: /<([a-z0-9]+)/).map { String($0.output.1) }
    let known: Set = [
      "div", "pre", "p", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure",
      "figcaption", "img", "span", "a", "strong", "code", "h1",
    ]
    #expect(Set(names).subtracting(known).isEmpty)
    #expect(!html.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    for tag in html.matches(of: /<[a-z][^>]*>/) {
      let attributes = tag.output.matches(of: /\ ([a-z]+)=/).map { String($0.output.1) }
      let allowed: Set = [
        "class", "style", "alt", "src", "width", "height", "scope", "rel", "href", "colspan",
      ]
      #expect(Set(attributes).subtracting(allowed).isEmpty, "\(tag.output.prefix(200))")
    }
  }

  @Test func `links open pages and nothing else`() {
    let html = HTMLRenderer().fragment(
      .markdown("[a](javascript:x) [b](data:text/html,x) [c](https://e.org/?a=1&b=2) [d](#top)"))
    #expect(
      html.matches(of: /href="([^"]*)"/).map { String($0.output.1) }
        == ["https://e.org/?a=1&amp;b=2", "#top"])
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
  ])
  func `base64 is that of RFC 4648`(text: String, encoded: String) {
    #expect(HTML.base64(Array(text.utf8)) == encoded)
  }

  let page = Page(
    title: "Why does the network see a seven?", kicker: "xai report",
    cells: [
      .prose(Gallery.prose),
      .code(
        .init(
          "let data = mnist()\nlet net  = load(\"lenet-mnist\")   # from the model shelf\nlet x    = data.test.images[data.test.labels == 7][0]",
          title: "The prediction",
          outputs: [
            .table(
              TableDisplay(
                columns: [.init("class"), .init("probability", kind: .bar(limit: 1))],
                rows: [
                  .init("1", [.text("seven"), .number(0.9731)]),
                  .init("2", [.text("nine"), .number(0.0212)]),
                  .init("3", [.text("two"), .number(0.0034)]),
                ]))
          ], note: "0.4 s")),
      .code(
        .init(
          Gallery.source, title: "Four answers to “why”",
          outputs: [Gallery.row, .note("target 7, 28 × 28 pixels")], note: "3.2 s")),
      .code(.init("show scores", outputs: [.table(Gallery.scores), .table(Gallery.long)])),
      .code(
        .init(
          "data.train.images", outputs: [Gallery.tensor([3, 40, 50], (0..<6000).map(Gallery.wave))])
      ),
      .code(
        .init(
          "explain(net, x, with: rise)",
          outputs: [
            .heatmap(Gallery.mask(title: "RISE", input: Gallery.seven())),
            .heatmap(Gallery.broken), .picture(Gallery.landscape),
            .heatmap(Gallery.mask(title: "blended", input: Gallery.seven(), placement: .blended)),
          ])),
      .code(
        .init(
          "let logits = w @ h + b", outputs: [Gallery.all.first { $0.name == "failure" }!.display])),
    ],
    provenance: [
      .init("xai", "0.1.0"), .init("seed", "42"), .init("date", "2026-11-21"),
      .init("file", "sha256 9f86d081884c7d65"), .init("model", "lenet-mnist 7a1b"),
    ])

  /// Checks that each opening tag has its closing one, in order.
  func expectBalanced(
    _ html: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var open: [Substring] = []
    for tag in html.matches(of: /<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>/) {
      let name = tag.output.2
      if ["img", "meta", "hr", "br"].contains(name) { continue }
      if tag.output.1.isEmpty {
        open.append(name)
      } else {
        let last = open.popLast()
        #expect(last == name, sourceLocation: sourceLocation)
        if last != name { return }
      }
    }
    #expect(open.isEmpty, sourceLocation: sourceLocation)
  }
}
