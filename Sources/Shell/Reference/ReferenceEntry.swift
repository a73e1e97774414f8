// The entries of the written reference: everything that has a name, on the page where it stands.
import Displays
import Runtime
import Syntax

/// Something that the reference explains.
package struct ReferenceEntry: Sendable {
  package var name: String
  /// `function`, `method`, `error`, `language`, …
  package var kind: String
  /// A sentence.
  package var summary: String
  /// The file of its page.
  package var page: String
  /// Further names that lead here.
  var others: [String] = []
  /// What is shown beneath its heading.
  var displays: [Display] = []
  /// The text of its declaration, folded away.
  var source: String?
  /// The words of the heading, if not the name alone.
  var heading: String?
  /// The names of parameters, which mean no function of the same name.
  var parameters: Set<String> = []

  /// The mark within the page: letters, digits, `-` and `_` as they are, everything else by its number.
  package var anchor: String {
    name.unicodeScalars.map { scalar in
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "_" || scalar == "-" ? String(scalar) : ".\(scalar.value)"
    }.joined()
  }

  /// Where it is found.
  package var address: String { "\(page)#\(anchor)" }
}

/// A page of the reference.
package struct ReferencePage: Sendable {
  package var file: String
  package var title: String
  /// The part of the reference that it belongs to.
  var part: Part
  /// What stands before the entries.
  var introduction: [Display] = []
  package var entries: [ReferenceEntry]

  /// The parts in the order of the index.
  enum Part: String, CaseIterable, Sendable {
    case language = "The language"
    case library = "The library"
    case natives = "Built in"
    case program = "The program"
  }
}

extension ReferencePage {
  /// A chapter of the handbook.
  init(_ chapter: Handbook.Chapter) {
    let file = "language-\(chapter.name).html"
    self.init(
      file: file, title: chapter.title, part: .language,
      introduction: [.markdown(chapter.introduction)],
      entries: chapter.sections.map { section in
        ReferenceEntry(
          name: section.names.first ?? section.title, kind: "language", summary: section.summary,
          page: file, others: Array(section.names.dropFirst()),
          displays: [.markdown(section.text)],
          heading: section.names.joined(separator: " ") + ": " + section.title)
      })
  }

  /// A module of the library.
  init(module name: String, _ session: Session) {
    let file = "module-\(name).html"
    let documentation = session.library.source(name).flatMap { Parser.parse($0).0.documentation }
    self.init(
      file: file, title: "import \(name)", part: .library,
      introduction: documentation.map { [.markdown($0)] } ?? [],
      entries: session.declarations(of: name).map { ReferenceEntry($0, page: file) })
  }

  /// A family of natives.
  init(family name: String, _ natives: [Native]) {
    let file = "built-in-\(name).html"
    self.init(
      file: file, title: name.prefix(1).uppercased() + name.dropFirst(), part: .natives,
      entries: natives.sorted { $0.name < $1.name }.map {
        ReferenceEntry(Topic($0.name, .native($0)), page: file)
      })
  }

  /// Every code of an error.
  init(_ catalog: Catalog) {
    let file = "errors.html"
    self.init(
      file: file, title: "Errors", part: .program,
      introduction: [
        .markdown(
          "Every error has a code, which stays the same. `?X0204` or `xai explain X0204` tells about one."
        )
      ],
      entries: catalog.entries.map { entry in
        ReferenceEntry(
          name: entry.code, kind: "error",
          summary: entry.title.prefix(1).uppercased() + entry.title.dropFirst() + ".", page: file,
          displays: [.markdown(entry.body)], heading: "\(entry.code): \(entry.title)")
      })
  }

  /// The commands of the prompt.
  init(_ commands: [Command]) {
    let file = "prompt.html"
    self.init(
      file: file, title: "The prompt", part: .program,
      introduction: [
        .markdown(
          "`xai` alone opens the prompt. Enter runs what is complete; `?name` explains a name and `??name` shows its source."
        )
      ],
      entries: commands.map {
        ReferenceEntry(
          name: $0.name, kind: "command", summary: $0.help, page: file,
          displays: [.markdown($0.help)], heading: "\($0.name) \($0.usage)")
      })
  }

  /// The commands of the program with their help, as text.
  init(tools: [(name: String, help: String)]) {
    let file = "program.html"
    self.init(
      file: file, title: "The command line", part: .program,
      entries: tools.map { tool in
        ReferenceEntry(
          name: "xai " + tool.name, kind: "command", summary: Topic.summary(of: tool.help),
          page: file, displays: [.code(tool.help, language: "text")])
      })
  }
}

extension ReferenceEntry {
  /// The entry of a function, method, metric, model or value.
  init(_ topic: Topic, page: String) {
    self.init(
      name: topic.name, kind: topic.kind, summary: topic.summary, page: page,
      displays: [.code(topic.signature, language: "xai"), .markdown(topic.documentation)],
      source: topic.source,
      parameters: Set(
        topic.signature.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.dropFirst()
          .map(String.init)))
  }
}

extension Catalog.Entry {
  /// The entry without its heading.
  fileprivate var body: String {
    String(markdown.drop { $0 != "\n" })
  }
}
