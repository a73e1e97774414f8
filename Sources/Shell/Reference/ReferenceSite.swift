// The reference as a folder of pages that need no server: index, search, and links between all entries.
import Displays
import Runtime
import Syntax

/// The written reference of the language, the library and the program, made from the records that `?name` shows.
package struct ReferenceSite: Sendable {
  package let pages: [ReferencePage]
  /// Where each name is explained; of several the first page counts.
  private let addresses: [String: String]
  private let renderer = HTMLRenderer()

  /// The reference of a session; `tools` are the commands of the program with their help.
  package init(_ session: Session, tools: [(name: String, help: String)]) {
    let families = Dictionary(grouping: session.natives.values) { $0.category }
    var pages = Handbook.chapters.map { ReferencePage($0) }
    pages += session.library.names.sorted().map { ReferencePage(module: $0, session) }
    pages += families.sorted { $0.key < $1.key }.map { ReferencePage(family: $0.key, $0.value) }
    pages += [
      ReferencePage(tools: tools), ReferencePage(Command.all),
      ReferencePage(Explanations.catalog),
    ]
    self.pages = pages
    var addresses: [String: String] = [:]
    // Functions before the words of the language, which are linked less often.
    for page in pages.filter({ $0.part != .language }) + pages.filter({ $0.part == .language }) {
      for entry in page.entries {
        for name in [entry.name] + entry.others where addresses[name] == nil {
          addresses[name] = entry.address
        }
      }
    }
    self.addresses = addresses
  }

  /// The files by name, complete.
  package var files: [(name: String, text: String)] {
    [("index.html", index)] + pages.map { ($0.file, html($0)) }
  }

  /// Everything that can be searched: an array of objects with `n` name, `k` kind, `s` summary and `u` address.
  package var searchIndex: String {
    let rows = pages.flatMap(\.entries).flatMap { entry in
      ([entry.name] + entry.others).map { name in
        let fields = [
          ("n", name), ("k", entry.kind), ("s", entry.summary.filter { $0 != "`" }),
          ("u", entry.address),
        ]
        return "{" + fields.map { "\"\($0.0)\":\(JSONText.quoted($0.1))" }.joined(separator: ",")
          + "}"
      }
    }
    // Within a script element nothing may look like its end.
    return ("[" + rows.joined(separator: ",\n") + "]").replacing("</", with: "<\\/")
  }

  // MARK: Pages

  private var index: String {
    var body = "<h1>xai</h1>\n<p class=\"prose\">A small language for asking neural networks why: "
    body += "the language, its library, and its program.</p>\n"
    body += "<ol id=\"found\" hidden></ol>\n<div id=\"contents\">\n"
    for part in ReferencePage.Part.allCases {
      body += "<h2>\(part.rawValue)</h2>\n<div class=\"cards\">\n"
      for page in pages where page.part == part { body += card(page) }
      body += "</div>\n"
    }
    body +=
      "</div>\n<script type=\"application/json\" id=\"search-index\">\n\(searchIndex)\n</script>\n"
    body += "<script>\n\(ReferenceStyle.script)\n</script>\n"
    return document(title: "xai reference", current: "index.html", body)
  }

  private func card(_ page: ReferencePage) -> String {
    let names = page.entries.prefix(60).map { entry in
      "<a href=\"\(entry.address)\" title=\"\(HTML.escape(entry.summary))\">\(HTML.escape(entry.name))</a>"
    }
    let rest = page.entries.count > 60 ? " <a href=\"\(page.file)\">…</a>" : ""
    return """
      <section class="card"><h3><a href="\(page.file)">\(HTML.escape(page.title))</a></h3>
      <p>\(names.joined(separator: " "))\(rest)</p></section>

      """
  }

  private func html(_ page: ReferencePage) -> String {
    var body = "<h1>\(HTML.escape(page.title))</h1>\n"
    body += page.introduction.map { linked(renderer.fragment($0)) }.joined()
    if page.entries.count > 3 {
      let links = page.entries.map { "<a href=\"#\($0.anchor)\">\(HTML.escape($0.name))</a>" }
      body += "<p class=\"names\">\(links.joined(separator: " "))</p>\n"
    }
    for entry in page.entries { body += html(entry) }
    return document(title: "\(page.title) – xai", current: page.file, body)
  }

  private func html(_ entry: ReferenceEntry) -> String {
    let heading = HTML.escape(entry.heading ?? entry.name)
    var text = "<section class=\"entry\" id=\"\(entry.anchor)\">\n"
    text +=
      "<h2><a href=\"#\(entry.anchor)\">\(heading)</a> <span class=\"kind\">\(entry.kind)</span></h2>\n"
    text += entry.displays.map { linked(renderer.fragment($0), in: entry) }.joined()
    if let source = entry.source {
      let code = renderer.fragment(.code(source.trimmingNewlines, language: "xai"))
      text += "<details><summary>Source</summary>\n\(linked(code, in: entry))</details>\n"
    }
    return text + "</section>\n"
  }

  /// Names in prose, calls in code and codes of errors lead to their entries.
  private func linked(_ html: String, in entry: ReferenceEntry? = nil) -> String {
    let codes = html.replacing(#/X0\d{3}/#) { match in
      let code = String(match.0)
      guard let address = addresses[code], address != entry?.address else { return code }
      return "<a href=\"\(address)\">\(code)</a>"
    }
    let calls = link(codes, between: "<span class=\"call\">", and: "</span>", in: entry)
    return link(calls, between: "<code>", and: "</code>", in: entry)
  }

  /// Makes links of the names that stand between two marks, unless they are the entry's own or its parameters.
  private func link(
    _ html: String, between open: String, and close: String, in entry: ReferenceEntry?
  ) -> String {
    var result = ""
    var rest = html[...]
    while let start = rest.firstRange(of: open),
      let end = rest[start.upperBound...].firstRange(of: close)
    {
      let whole = rest[start.lowerBound..<end.upperBound]
      let inner = ReferenceSite.unescaped(rest[start.upperBound..<end.lowerBound])
      let name = inner.hasSuffix(")") ? String(inner.prefix { $0 != "(" }) : inner
      result += rest[..<start.lowerBound]
      if let address = addresses[name], address != entry?.address,
        entry?.parameters.contains(name) != true
      {
        result += "<a class=\"ref\" href=\"\(address)\">\(whole)</a>"
      } else {
        result += whole
      }
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  private static func unescaped(_ html: Substring) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    return marks.reduce(String(html)) { text, mark in text.replacing(mark.0, with: mark.1) }
  }

  private func document(title: String, current: String, _ body: String) -> String {
    HTML.document(
      title: title, style: Page.style + "\n" + ReferenceStyle.css, scripted: true,
      body: """
        <div class="frame">
        <nav>
        <a class="home" href="index.html">xai \(version)</a>
        <form action="index.html"><input type="search" name="q" id="search" placeholder="Search" aria-label="Search" autocomplete="off"></form>
        <details class="menu" open><summary>Contents</summary>
        \(menu(current))</details>
        </nav>
        <main>
        \(body)</main>
        </div>

        """)
  }

  private func menu(_ current: String) -> String {
    ReferencePage.Part.allCases.map { part in
      let links = pages.filter { $0.part == part }.map { page in
        let mark = page.file == current ? " aria-current=\"page\"" : ""
        return "<li><a href=\"\(page.file)\"\(mark)>\(HTML.escape(page.title))</a></li>\n"
      }
      return "<h2>\(part.rawValue)</h2>\n<ul>\n\(links.joined())</ul>\n"
    }.joined()
  }
}
